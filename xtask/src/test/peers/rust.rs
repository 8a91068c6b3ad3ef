//! Crates: a workspace and lock file of their own, since they pull in one that our rules refuse.

use super::{built, folder, with_command_line};
use crate::{project::Project, stop::Stop, test::summary::Outcome};
use std::path::Path;

/// Format, lints and tests.
pub fn run(project: &Project) -> Result<Outcome, Stop> {
    let manifest = folder(project, "rust").join("Cargo.toml");
    let cargo = |command: &str| {
        project.cargo(&[command, "--manifest-path"]).args([relative(project, &manifest)])
    };
    cargo("fmt").args(["--check"]).run()?;
    let target = built(project, "rust");
    let locked = |command: &str| cargo(command).args(["--locked", "--target-dir"]).args([&target]);
    locked("clippy").args(["--all-targets", "--", "-D", "warnings"]).run()?;
    with_command_line(project, locked("test").args(["--no-fail-fast"]))?.run()?;
    Ok(Outcome::Passed)
}

/// As a person at the root would type it.
fn relative<'p>(project: &Project, path: &'p Path) -> &'p Path {
    path.strip_prefix(&project.root).unwrap_or(path)
}
