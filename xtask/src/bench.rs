//! `cargo xtask bench`: builds what is measured and what measures it, with the settings of a
//! release, and leaves standard output to the figures.

use crate::{display::Unseen, interface, machine, project::Project, stop::Stop};
use std::process::ExitCode;

/// What can be measured, and asked for by name.
pub const FIGURES: [&str; 5] = ["window", "painting", "private-scoped", "roll-call", "token-mints"];

/// Measures all figures, or those named; one line of JSON each.
pub fn bench(project: &Project, only: &[String]) -> Result<ExitCode, Stop> {
    let wanted = |figure: &&str| only.is_empty() || only.iter().any(|name| name == figure);
    let figures: Vec<&str> = FIGURES.into_iter().filter(wanted).collect();
    let (window, painting) = (figures.contains(&"window"), figures.contains(&"painting"));
    let with_window = window || painting;
    if with_window {
        machine::ensure(&[machine::TO_BUILD, machine::TO_SHOW_UNSEEN])?;
        if painting {
            machine::ensure(&[machine::TO_DRIVE])?;
        }
        interface::install(project)?;
        interface::build_if_changed(project)?;
        release(project, &["rolecall", "--features", "custom-protocol"])?;
    }
    // One after the other: built together, each would carry what only the other asks for.
    if window {
        interface::build_empty_page(project)?;
        release(project, &["empty-window", "--features", "custom-protocol"])?;
    }
    release(project, &["rolecall-cli"])?;
    release(project, &["rolecall-bench"])?;

    let measuring = project.built("release", "rolecall-bench");
    let unseen;
    let program = if with_window {
        unseen = Unseen::start()?;
        unseen.program(measuring)
    } else {
        crate::program::Program::new(measuring)
    };
    let programs = project.target.join("release");
    program.args(["--programs"]).args([programs]).args(figures).within(&project.root).run()?;
    Ok(ExitCode::SUCCESS)
}

fn release(project: &Project, package: &[&str]) -> Result<(), Stop> {
    project.cargo(&["build", "--release", "--package"]).args(package).run()
}
