//! Why a task ended early, and with which exit status.

use std::{fmt, io, path::Path, process::ExitCode};

/// A task cannot go on.
#[derive(Debug)]
pub enum Stop {
    /// Something failed: exit status 1.
    Failed(String),
    /// The machine lacks something that only its owner can add: exit status 2.
    Lacking(String),
}

impl Stop {
    /// A file or directory could not be used.
    pub fn file(action: &str, path: &Path, error: &io::Error) -> Self {
        Self::Failed(format!("could not {action} {}: {error}", path.display()))
    }

    /// What the process answers to whoever started it.
    pub fn status(&self) -> ExitCode {
        match self {
            Self::Failed(_) => ExitCode::from(1),
            Self::Lacking(_) => ExitCode::from(2),
        }
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(text) | Self::Lacking(text) => out.write_str(text),
        }
    }
}
