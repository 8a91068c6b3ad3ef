//! Proof by strangers (`tests/peers`): other people's clients against the sandbox, and our client
//! against other people's server. Where a language is missing or too old, its step is skipped, and
//! says so.

pub mod go;
pub mod python;
pub mod rust;

use super::summary::Outcome;
use crate::{
    program::Program,
    project::{EVERYTHING, Project},
    stop::Stop,
};
use std::{env, path::PathBuf};

/// Where the strangers live.
fn folder(project: &Project, language: &str) -> PathBuf {
    project.root.join("tests/peers").join(language)
}

/// Where what they need is built and installed.
fn built(project: &Project, language: &str) -> PathBuf {
    project.target.join("peers").join(language)
}

/// `rolecall-cli`, for programs that start it. It is built together with a test, as the step `rust`
/// does: what tests depend on has other features, and would be compiled once more without.
fn command_line(project: &Project) -> Result<PathBuf, Stop> {
    let build = ["build", "--bin", "rolecall-cli", "--test", "go_provider"];
    project.cargo(&build).args(EVERYTHING).run()?;
    Ok(project.built("debug", "rolecall-cli"))
}

/// A program that is told where `rolecall-cli` lies.
fn with_command_line(project: &Project, program: Program) -> Result<Program, Stop> {
    // Strangers send even what is for this machine through a proxy, where there is one.
    let mut direct = env::var("NO_PROXY").or_else(|_| env::var("no_proxy")).unwrap_or_default();
    direct.push_str(",localhost,127.0.0.1");
    let program = program.env("NO_PROXY", &direct).env("no_proxy", &direct);
    Ok(program.env("ROLECALL_CLI", command_line(project)?))
}

/// Nothing is wrong with the code, but nothing was proven either.
fn not_run(reason: &str) -> Outcome {
    eprintln!("NOT RUN: {reason}");
    Outcome::Skipped(format!("NOT RUN: {reason}"))
}

/// The first two numbers of a version, for example `3.11.7` or `go1.26.8`.
fn version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.trim_start_matches("go").split('.').map(|number| {
        let digits = number.find(|c: char| !c.is_ascii_digit()).unwrap_or(number.len());
        number[..digits].parse().ok()
    });
    Some((numbers.next()??, numbers.next()??))
}

#[cfg(test)]
mod tests {
    use super::version;

    #[test]
    fn versions_are_compared_by_their_numbers() {
        assert_eq!(version("3.11.7"), Some((3, 11)));
        assert_eq!(version("go1.27rc1"), Some((1, 27)));
        assert_eq!(version("1.26.0"), Some((1, 26)));
        assert!(version("3.9") < version("3.10"), "not by their letters");
        assert_eq!(version("devel"), None);
    }
}
