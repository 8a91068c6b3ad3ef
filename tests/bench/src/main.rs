//! Measures Rolecall from outside, as processes over sockets, and prints one line of JSON per
//! figure. `cargo xtask bench` builds what it measures and starts it.
//!
//! - [`window`]: from exec to the first row of the matrix, memory, size on disk
//! - [`painting`]: the window while a thousand cells arrive, while it scrolls, and its memory
//! - [`protected`]: calls of the protected API per second, and their cost
//! - [`roll_call`]: a hundred callers at three doors
//! - [`mint`]: tokens of the sandbox per second

mod cli;
mod figure;
mod key;
mod load;
mod mint;
#[cfg(target_os = "linux")]
mod painting;
mod process;
mod protected;
mod roll_call;
#[cfg(target_os = "linux")]
mod scrolling;
#[cfg(target_os = "linux")]
mod window;

use clap::Parser;
use std::{error::Error, path::PathBuf, process::ExitCode};

/// What goes wrong ends the measuring; nobody handles it but a reader.
type Outcome<T = ()> = Result<T, Box<dyn Error>>;

#[derive(Parser)]
#[command(about)]
struct Arguments {
    /// The directory that holds the programs to measure
    #[arg(long, value_name = "DIR")]
    programs: PathBuf,
    /// What to measure
    #[arg(value_enum, required = true)]
    figures: Vec<Figure>,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Figure {
    Window,
    Painting,
    PrivateScoped,
    RollCall,
    TokenMints,
}

fn main() -> ExitCode {
    let Arguments { programs, figures } = Arguments::parse();
    for figure in figures {
        let outcome = match figure {
            #[cfg(target_os = "linux")]
            Figure::Window => window::measure(&programs),
            #[cfg(target_os = "linux")]
            Figure::Painting => painting::measure(&programs),
            #[cfg(not(target_os = "linux"))]
            Figure::Window | Figure::Painting => Err("windows are measured on Linux only".into()),
            Figure::PrivateScoped => protected::measure(&programs),
            Figure::RollCall => roll_call::measure(&programs),
            Figure::TokenMints => mint::measure(&programs),
        };
        if let Err(error) = outcome {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
