//! `cargo deny`, by the rules of `deny.toml`; installed first where it is missing.

use super::summary::Outcome;
use crate::{
    program::{self, Program},
    project::Project,
    stop::Stop,
};
use std::{path::PathBuf, time::Duration};

/// The version that is installed where there is none.
const VERSION: &str = "0.20.2";

/// The database is a few megabytes; a network that swallows packets must not cost minutes.
const FETCHING: Duration = Duration::from_secs(60);

/// Licences, banned crates and sources.
pub fn allowed(project: &Project) -> Result<Outcome, Stop> {
    let check = ["check", "licenses", "bans", "sources"];
    deny(project)?.args(check).run().map(|()| Outcome::Passed)
}

/// Advisories, where their database can be reached.
pub fn unadvised(project: &Project) -> Result<Outcome, Stop> {
    if deny(project)?.args(["fetch", "db"]).run_within(FETCHING).is_err() {
        let reason = "NOT CHECKED: the advisory database, https://github.com/rustsec/advisory-db, \
                      cannot be reached from here";
        return Ok(Outcome::Skipped(reason.to_owned()));
    }
    let check = ["check", "--disable-fetch", "advisories"];
    deny(project)?.args(check).run().map(|()| Outcome::Passed)
}

fn deny(project: &Project) -> Result<Program, Stop> {
    let path = installed(project)?;
    Ok(Program::new(path).shown_as("cargo deny").within(&project.root))
}

fn installed(project: &Project) -> Result<PathBuf, Stop> {
    if let Some(path) = program::find("cargo-deny") {
        return Ok(path);
    }
    let tools = project.target.join("tools");
    let path = tools.join("bin").join(format!("cargo-deny{}", std::env::consts::EXE_SUFFIX));
    if !path.is_file() {
        eprintln!("cargo-deny is not installed; it is built into {}", tools.display());
        // Unoptimised it is built in half the time, and checks in seconds all the same.
        let install = ["install", "cargo-deny", "--version", VERSION, "--locked", "--debug"];
        project.cargo(&install).args(["--root"]).args([&tools]).run()?;
    }
    Ok(path)
}
