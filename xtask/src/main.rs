//! All that a developer types: `cargo xtask run`, `cargo xtask test`, `cargo xtask bench`.
//!
//! Built from the standard library and clap alone, so that the first command on a bare machine
//! starts working within seconds. What it does to the machine, it says before it does it.

mod bench;
mod display;
mod interface;
mod machine;
mod node_version;
mod program;
mod project;
mod run;
mod stop;
mod terminal;
mod test;

use clap::{Parser, Subcommand};
use project::Project;
use std::process::ExitCode;

#[derive(Parser)]
#[command(bin_name = "cargo xtask", about, disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build Rolecall and open its window; without a display, call the roll in the terminal
    Run {
        /// Passed on to the window, for example: cargo xtask run -- --sandbox
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        passed_on: Vec<String>,
    },
    /// Check and test everything, then say what ran and what failed
    #[command(after_help = test::steps_help())]
    Test {
        /// Only these steps, or groups of steps
        #[arg(value_name = "STEP", value_parser = test::names())]
        only: Vec<String>,
    },
    /// Measure, and print one line of JSON per figure
    Bench {
        /// Only these figures
        #[arg(value_name = "FIGURE", value_parser = bench::FIGURES)]
        only: Vec<String>,
    },
}

fn main() -> ExitCode {
    let task = Arguments::parse().task;
    let outcome = Project::find().and_then(|project| match task {
        Task::Run { passed_on } => run::run(&project, &passed_on),
        Task::Test { only } => test::test(&project, &only),
        Task::Bench { only } => bench::bench(&project, &only),
    });
    match outcome {
        Ok(status) => status,
        Err(stop) => {
            eprintln!("\n{stop}");
            stop.status()
        }
    }
}
