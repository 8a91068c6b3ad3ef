//! `cargo xtask run`: from a fresh clone to the open window.

use crate::{
    display, interface, machine,
    program::Program,
    project::{EVERYTHING, Project},
    stop::Stop,
    terminal,
};
use std::process::ExitCode;

/// Sets up, builds and opens the window; without a display, the terminal has to do.
pub fn run(project: &Project, passed_on: &[String]) -> Result<ExitCode, Stop> {
    if let Some(reason) = display::missing() {
        eprintln!("{reason}. The roll is called in the terminal instead.");
        return terminal::call_the_roll(project);
    }
    machine::ensure(&[machine::TO_BUILD])?;
    interface::install(project)?;
    interface::build_if_changed(project)?;
    project.cargo(&["build", "--bin", "rolecall"]).args(EVERYTHING).run()?;
    let window = Program::new(project.built("debug", "rolecall")).args(passed_on);
    let status = window.shown_as("rolecall").status()?;
    // Ended by a signal, it has no status of its own.
    let status = status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1);
    Ok(ExitCode::from(status))
}
