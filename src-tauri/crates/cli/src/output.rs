//! The one place that writes. Colours go out only to a terminal.

use std::io::{self, Write};

use serde::Serialize;

use crate::failure::Failure;

/// Writes a text.
///
/// # Errors
/// Where it cannot be written; a reader who has gone away is no error.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut out = anstream::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::machine(
            "output",
            format!("Standard output cannot be written to: {error}."),
        )),
        _ => Ok(()),
    }
}

/// Writes one JSON document on one line.
///
/// # Errors
/// As [`print`].
pub(crate) fn print_json_line(value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string(value).map_err(no_json)?;
    print(&format!("{text}\n"))
}

/// Writes one JSON document for people and programs.
///
/// # Errors
/// As [`print`].
pub(crate) fn print_json(value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value).map_err(no_json)?;
    print(&format!("{text}\n"))
}

/// Says something on standard error, so that standard output holds nothing but the result.
pub(crate) fn warn(sentence: &str) {
    // Nobody is left to tell where standard error is gone.
    let _ = writeln!(anstream::stderr(), "{sentence}");
}

fn no_json(error: serde_json::Error) -> Failure {
    Failure::machine("output", format!("This cannot be written as JSON: {error}."))
}
