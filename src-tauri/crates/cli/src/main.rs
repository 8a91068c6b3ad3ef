//! Rolecall without a window: the same brain on the command line.
//!
//! - `args`: what can be typed
//! - `sandbox`, `check`, `token`, `serve`: one file a command
//! - `key`, `issuer`: what several commands begin with
//! - `failure`: why a command could not do its work, as a sentence and as JSON
//! - `output`: the one place that writes
//! - `stop`: Ctrl-C
//!
//! Exit status: 0 all is well, 1 something is not as it should be, 2 it could not run at all.

mod args;
mod check;
mod failure;
mod issuer;
mod key;
mod output;
mod sandbox;
mod serve;
mod stop;
mod token;

use std::{ffi::OsString, process::ExitCode};

use clap::Parser;

use args::{Cli, Command};
use failure::Failure;
use tester::redact::Redacting;

#[tokio::main]
async fn main() -> ExitCode {
    let typed: Vec<OsString> = std::env::args_os().collect();
    let cli = match Cli::try_parse_from(&typed) {
        Ok(cli) => cli,
        Err(error) => return refuse_arguments(&error, args::wants_json(&typed)),
    };
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .with_ansi(false)
        .with_writer(|| Redacting::new(std::io::stderr()))
        .init();
    let json = cli.command.wants_json();
    let outcome = match cli.command {
        Command::Sandbox(args) => sandbox::run(args).await,
        Command::Check(args) => check::run(args).await,
        Command::Token(args) => token::run(args).await,
        Command::Serve(args) => serve::run(args).await,
    };
    match outcome {
        Ok(status) => status,
        Err(failure) => failure.tell(json),
    }
}

/// Help goes to standard output and is no error; everything else is clap's own text, or JSON where
/// that was asked for.
fn refuse_arguments(error: &clap::Error, json: bool) -> ExitCode {
    if json && error.use_stderr() {
        return Failure::arguments(error).tell(true);
    }
    // Nobody is left to tell where even this cannot be written.
    let _ = error.print();
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}
