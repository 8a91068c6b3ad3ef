//! Why a command could not do its work: one sentence for people, or one JSON document.

use std::{io, path::Path, process::ExitCode};

use contract::{ErrorCode, Finding, FindingCode, finding::EvidenceSource};
use serde::Serialize;
use serde_json::{Map, Value, json};
use tester::workspace::WorkspaceError;
use zitadel_client::key_file::KeyFileError;

use crate::output;

/// It could not run at all.
const COULD_NOT_RUN: u8 = 2;
/// It ran, and somebody said no.
const REFUSED: u8 = 1;

/// Why a command could not do its work.
#[derive(Debug)]
pub(crate) struct Failure {
    code: Code,
    /// For people, without secrets.
    message: String,
    /// What a program may want to know, the exact `reason` first.
    details: Map<String, Value>,
    status: u8,
}

/// A finding's code where one fits.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(untagged)]
enum Code {
    Finding(FindingCode),
    Error(ErrorCode),
}

impl Failure {
    fn new(code: Code, reason: &str, message: impl Into<String>) -> Self {
        let mut details = Map::new();
        details.insert("reason".into(), reason.into());
        Self { code, message: message.into(), details, status: COULD_NOT_RUN }
    }

    fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.details.insert(name.into(), value.into());
        self
    }

    /// The arguments do not fit; `message` says which and how.
    pub(crate) fn invalid(reason: &str, message: impl Into<String>) -> Self {
        Self::new(Code::Error(ErrorCode::InvalidInput), reason, message)
    }

    /// What clap refuses.
    pub(crate) fn arguments(error: &clap::Error) -> Self {
        let text = error.render().to_string();
        let first = text.split("\n\n").next().unwrap_or_default().replace("error: ", "");
        let sentence = first.split_whitespace().collect::<Vec<_>>().join(" ");
        Self::invalid("arguments", sentence)
    }

    /// Something of this machine failed.
    pub(crate) fn machine(reason: &str, message: impl Into<String>) -> Self {
        Self::new(Code::Error(ErrorCode::Machine), reason, message)
    }

    /// A port cannot be had.
    pub(crate) fn port(port: u16, error: &io::Error) -> Self {
        let failure = match error.kind() {
            io::ErrorKind::AddrInUse => Self::machine(
                "port_taken",
                format!(
                    "Port {port} is taken: stop what listens there, or choose another with --port."
                ),
            ),
            _ => Self::machine("port", format!("Port {port} cannot be used: {error}.")),
        };
        failure.with("port", port)
    }

    /// A server ended by itself.
    pub(crate) fn server(error: &io::Error) -> Self {
        Self::machine("server", format!("The server stopped: {error}."))
    }

    /// A key file cannot be used.
    pub(crate) fn key_file(error: &KeyFileError) -> Self {
        Self::new(
            Code::Finding(FindingCode::KeyUnreadable),
            error.reason.as_str(),
            error.to_string(),
        )
        .with("path", path(&error.path))
        .with("field", error.field)
    }

    /// A workspace file cannot be used.
    pub(crate) fn workspace(file: &Path, error: &WorkspaceError) -> Self {
        let (code, reason) = match error {
            WorkspaceError::TooNew { .. } => (ErrorCode::WorkspaceTooNew, "too_new"),
            WorkspaceError::Unreadable { .. } => (ErrorCode::WorkspaceUnusable, "unreadable"),
            WorkspaceError::NotJson { .. } => (ErrorCode::WorkspaceUnusable, "not_json"),
            WorkspaceError::Field { .. } => (ErrorCode::WorkspaceUnusable, "field"),
            WorkspaceError::Unwritable { .. } => (ErrorCode::WorkspaceUnusable, "unwritable"),
        };
        Self::new(Code::Error(code), reason, error.to_string()).with("path", path(file))
    }

    /// A cause that keeps everything from running. `reason` is the exact one, where the code alone
    /// does not tell.
    pub(crate) fn finding(finding: &Finding, reason: &str) -> Self {
        let message = format!("{}. {}", finding.title, finding.fix.text);
        let failure = Self::new(Code::Finding(finding.code), reason, message);
        let file = finding.evidence.iter().find_map(|evidence| match &evidence.source {
            EvidenceSource::File { path, .. } => Some(path.clone()),
            _ => None,
        });
        match file {
            Some(file) => failure.with("path", file),
            None => failure,
        }
    }

    /// The issuer was asked, and said no.
    pub(crate) fn refused(reason: &str, message: impl Into<String>) -> Self {
        let code = Code::Finding(FindingCode::ServerTrouble);
        Self { status: REFUSED, ..Self::new(code, reason, message) }
    }

    /// Says it, and answers the exit status.
    pub(crate) fn tell(self, json: bool) -> ExitCode {
        let Self { code, message, details, status } = self;
        if json {
            let document =
                json!({ "error": { "code": code, "message": message, "details": details } });
            if let Err(unprinted) = output::print_json(&document) {
                output::warn(&format!("error: {}", unprinted.message));
            }
        } else {
            output::warn(&format!("error: {message}"));
        }
        ExitCode::from(status)
    }
}

fn path(path: &Path) -> String {
    path.display().to_string()
}
