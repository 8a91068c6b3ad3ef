//! `cargo xtask test`: every check there is, one after the other, and one summary at the end.
//!
//! A step that fails stops nothing but what cannot run without it.

mod dependencies;
mod peers;
mod summary;
mod types;
mod window;

use crate::{
    interface,
    machine::{self, Need},
    project::{EVERYTHING, Project, WINDOW_TESTS},
    stop::Stop,
};
use std::process::ExitCode;
use summary::{Outcome, Summary};

/// One line of the summary.
struct Step {
    /// `group` or `group-part`: both name it on the command line.
    name: &'static str,
    about: &'static str,
    takes: Takes,
    run: fn(&Project) -> Result<Outcome, Stop>,
}

/// What must be there before a step can run; each includes the ones before it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Takes {
    /// Cargo.
    Nothing,
    /// Node.js and the interface's packages.
    Packages,
    /// What the window is built with, and the interface that it embeds.
    Build,
    /// A display of its own, and hands to click there.
    Screen,
}

const STEPS: &[Step] = &[
    Step {
        name: "fmt",
        about: "Rust is formatted",
        takes: Takes::Nothing,
        run: |project| cargo(project, &["fmt", "--all", "--check"]),
    },
    Step {
        name: "ui-check",
        about: "the interface's types",
        takes: Takes::Packages,
        run: |project| npm(project, "check"),
    },
    Step {
        name: "ui-lint",
        about: "the interface's lints and format",
        takes: Takes::Packages,
        run: |project| npm(project, "lint"),
    },
    Step {
        name: "ui-test",
        about: "the interface's unit tests",
        takes: Takes::Packages,
        run: |project| npm(project, "test"),
    },
    Step {
        name: "ui-build",
        about: "the interface as the window embeds it",
        takes: Takes::Packages,
        run: |project| interface::build(project).map(|()| Outcome::Passed),
    },
    Step {
        name: "clippy",
        about: "lints of all crates and tests, warnings denied",
        takes: Takes::Build,
        run: |project| {
            let clippy = ["clippy", "--workspace", "--all-targets"];
            let features = ["--features", "rolecall/custom-protocol"];
            let deny = ["--", "-D", "warnings"];
            cargo(project, &[clippy.as_slice(), &features, &WINDOW_TESTS, &deny].concat())
        },
    },
    Step { name: "rust", about: "all Rust tests but the window's", takes: Takes::Build, run: rust },
    Step {
        name: "types",
        about: "ui/src/types is what the contract crate generates",
        takes: Takes::Nothing,
        run: types::unchanged,
    },
    Step {
        name: "peers-rust",
        about: "the crates zitadel and openidconnect against the sandbox",
        takes: Takes::Nothing,
        run: peers::rust::run,
    },
    Step {
        name: "peers-python",
        about: "Authlib and zitadel-client against the sandbox, where there is Python",
        takes: Takes::Nothing,
        run: peers::python::run,
    },
    Step {
        name: "peers-go",
        about: "our client against the vendor's own library, where there is Go",
        takes: Takes::Nothing,
        run: peers::go::run,
    },
    Step {
        name: "window",
        about: "the real window, clicked through on a display of its own",
        takes: Takes::Screen,
        run: window::clicked_through,
    },
    Step {
        name: "deny-rules",
        about: "licences, banned crates and sources of all dependencies",
        takes: Takes::Nothing,
        run: dependencies::allowed,
    },
    Step {
        name: "deny-advisories",
        about: "known vulnerabilities of all dependencies",
        takes: Takes::Nothing,
        run: dependencies::unadvised,
    },
];

/// Every name that selects steps.
pub fn names() -> Vec<&'static str> {
    let mut names = Vec::new();
    for name in STEPS.iter().flat_map(|step| [group(step.name), step.name]) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// The steps, for `--help`.
pub fn steps_help() -> String {
    let lines = STEPS.iter().map(|step| format!("  {:<16} {}\n", step.name, step.about));
    format!("Steps, in their order:\n{}", lines.collect::<String>())
}

fn group(name: &str) -> &str {
    name.split_once('-').map_or(name, |(group, _)| group)
}

/// Runs all steps, or those named, and prints the summary.
pub fn test(project: &Project, only: &[String]) -> Result<ExitCode, Stop> {
    let chosen = |step: &&Step| {
        only.is_empty() || only.iter().any(|name| name == step.name || name == group(step.name))
    };
    let steps: Vec<&Step> = STEPS.iter().filter(chosen).collect();
    let takes = steps.iter().map(|step| step.takes).max().unwrap_or(Takes::Nothing);

    let mut summary = Summary::default();
    let mut ready = Ok(());
    if takes > Takes::Nothing {
        ready = summary.record("set-up", || set_up(project, takes))?;
    }
    for step in steps {
        let ready = match step.takes {
            Takes::Nothing => Ok(()),
            _ if ready.is_err() => Err("the set-up failed"),
            Takes::Packages => Ok(()),
            Takes::Build | Takes::Screen => {
                pages(project).map_err(|_| "the interface that the window embeds does not build")
            }
        };
        match ready {
            Ok(()) => drop(summary.record(step.name, || (step.run)(project))?),
            Err(reason) => summary.skip(step.name, reason),
        }
    }
    Ok(summary.print())
}

fn set_up(project: &Project, takes: Takes) -> Result<Outcome, Stop> {
    machine::ensure(&needs(takes))?;
    interface::install(project).map(|()| Outcome::Passed)
}

fn needs(takes: Takes) -> Vec<&'static [Need]> {
    match takes {
        Takes::Nothing | Takes::Packages => vec![],
        Takes::Build => vec![machine::TO_BUILD, machine::TO_CALL],
        Takes::Screen => {
            vec![machine::TO_BUILD, machine::TO_CALL, machine::TO_SHOW_UNSEEN, machine::TO_DRIVE]
        }
    }
}

/// What windows embed: compiling them fails without.
fn pages(project: &Project) -> Result<(), Stop> {
    interface::build_if_changed(project)?;
    interface::build_empty_page_if_missing(project)
}

fn cargo(project: &Project, arguments: &[&str]) -> Result<Outcome, Stop> {
    project.cargo(arguments).run().map(|()| Outcome::Passed)
}

fn npm(project: &Project, script: &str) -> Result<Outcome, Stop> {
    project.npm(&["run", script]).run().map(|()| Outcome::Passed)
}

fn rust(project: &Project) -> Result<Outcome, Stop> {
    // Tests start the programs themselves; all targets, because what tests depend on has other
    // features than what programs depend on, and would be compiled once more for those.
    project.cargo(&["build", "--all-targets"]).args(EVERYTHING).run()?;
    let tests = project.cargo(&["test", "--no-fail-fast"]).args(EVERYTHING);
    // Testing must not change the working tree; whether it would, is a step of its own.
    tests.env("TS_RS_EXPORT_DIR", types::generated(project)).run().map(|()| Outcome::Passed)
}
