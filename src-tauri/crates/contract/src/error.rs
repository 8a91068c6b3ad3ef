//! What a command answers when it cannot do its work.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

/// An error at the border. The window matches codes, never messages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct CommandError {
    pub code: ErrorCode,
    /// One sentence for people, without secrets.
    pub message: String,
    /// What a program may want to know: `reason`, `path`, `field`.
    pub details: Value,
}

/// Add a variant only where somebody acts on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum ErrorCode {
    /// What was given does not fit; the message says which part.
    InvalidInput,
    /// A workspace file cannot be read or written.
    WorkspaceUnusable,
    /// A workspace file of a newer Rolecall.
    WorkspaceTooNew,
    /// A roll call is running.
    Busy,
    /// There is nothing under this id (any more).
    NotFound,
    /// Something of this machine failed: a port, a file, the display.
    Machine,
}
