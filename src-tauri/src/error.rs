//! The one map from errors to what the window is told.

use contract::{CommandError, ErrorCode};
use serde::Serialize;
use serde_json::{Value, json};
use tester::{
    env_file::EnvFileError,
    report::HandOnError,
    setup::LocateError,
    workbench::{CallError, ChangeError, SettingsError},
    workspace::WorkspaceError,
};
use zitadel_client::http::HttpError;

/// What a command answers when it cannot do its work.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct Failure(CommandError);

/// What every command answers.
pub type Answer<T> = Result<T, Failure>;

impl Failure {
    fn new(code: ErrorCode, message: impl ToString, details: Value) -> Self {
        let message = message.to_string();
        match code {
            // What was typed is corrected where it was typed.
            ErrorCode::InvalidInput | ErrorCode::NotFound => tracing::info!("{code:?}: {message}"),
            _ => tracing::warn!("{code:?}: {message}"),
        }
        Self(CommandError { code, message, details })
    }

    /// What was given does not fit.
    pub fn input(message: impl ToString) -> Self {
        Self::new(ErrorCode::InvalidInput, message, Value::Null)
    }

    /// There is nothing under this id.
    pub fn not_found(message: impl ToString) -> Self {
        Self::new(ErrorCode::NotFound, message, Value::Null)
    }

    /// Something of this machine failed.
    pub fn machine(message: impl ToString) -> Self {
        Self::new(ErrorCode::Machine, message, Value::Null)
    }
}

impl From<WorkspaceError> for Failure {
    fn from(error: WorkspaceError) -> Self {
        let (code, path, field) = match &error {
            WorkspaceError::TooNew { path, .. } => (ErrorCode::WorkspaceTooNew, path, None),
            WorkspaceError::Field { path, field, .. } => {
                (ErrorCode::WorkspaceUnusable, path, Some(field.clone()))
            }
            WorkspaceError::Unreadable { path, .. }
            | WorkspaceError::NotJson { path, .. }
            | WorkspaceError::Unwritable { path, .. } => (ErrorCode::WorkspaceUnusable, path, None),
        };
        Self::new(code, &error, json!({ "path": path, "field": field }))
    }
}

impl From<ChangeError> for Failure {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::NotManaged | ChangeError::NoProject => Self::input(error),
            ChangeError::Management(error) => Self::machine(error),
        }
    }
}

impl From<EnvFileError> for Failure {
    fn from(error: EnvFileError) -> Self {
        let (path, variable) = match &error {
            EnvFileError::Missing { path, variable }
            | EnvFileError::Unusable { path, variable, .. } => (path, Some(*variable)),
            EnvFileError::Unreadable { path, .. }
            | EnvFileError::Line { path, .. }
            | EnvFileError::Unwritable { path, .. } => (path, None),
        };
        Self::new(ErrorCode::InvalidInput, &error, json!({ "path": path, "field": variable }))
    }
}

impl From<SettingsError> for Failure {
    fn from(error: SettingsError) -> Self {
        let field = match &error {
            SettingsError::OutOfBounds(bounds) => bounds.field,
            SettingsError::CaFile(_) => "ca_file",
            SettingsError::Port(_) => return Self::machine(error),
        };
        Self::new(ErrorCode::InvalidInput, &error, json!({ "field": field }))
    }
}

impl From<LocateError> for Failure {
    fn from(error: LocateError) -> Self {
        Self::input(error)
    }
}

impl From<CallError> for Failure {
    fn from(error: CallError) -> Self {
        let code = match &error {
            CallError::Busy => ErrorCode::Busy,
            CallError::NotReady(_) | CallError::Replaced => ErrorCode::InvalidInput,
            CallError::NoApi => ErrorCode::Machine,
        };
        Self::new(code, &error, Value::Null)
    }
}

impl From<HandOnError> for Failure {
    fn from(error: HandOnError) -> Self {
        Self::new(ErrorCode::Machine, &error, json!({ "reason": error.reason() }))
    }
}

impl From<HttpError> for Failure {
    fn from(error: HttpError) -> Self {
        Self::input(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tester::settings::OutOfBounds;

    #[test]
    fn each_error_has_a_code_that_the_window_can_match() {
        let path = std::path::PathBuf::from("/a.rolecall.json");
        let cases = [
            (
                Failure::from(WorkspaceError::TooNew { path: path.clone(), found: 9 }),
                json!({ "code": "workspace_too_new", "path": path, "field": null }),
            ),
            (
                Failure::from(WorkspaceError::Field {
                    path: path.clone(),
                    field: "version".into(),
                    problem: "is missing".into(),
                }),
                json!({ "code": "workspace_unusable", "path": path, "field": "version" }),
            ),
        ];
        for (failure, expected) in cases {
            let value = serde_json::to_value(&failure).unwrap();
            assert_eq!(value["code"], expected["code"]);
            assert_eq!(value["details"]["path"], expected["path"]);
            assert_eq!(value["details"]["field"], expected["field"]);
            assert!(value["message"].as_str().unwrap().contains("/a.rolecall.json"));
        }
        let missing = EnvFileError::Missing { path, variable: "ZITADEL_DOMAIN" };
        let missing = serde_json::to_value(Failure::from(missing)).unwrap();
        assert_eq!(missing["details"]["field"], "ZITADEL_DOMAIN");
        let bounds = OutOfBounds { field: "retries", least: 0, most: 5 };
        let bounds = Failure::from(SettingsError::from(bounds));
        let bounds = serde_json::to_value(bounds).unwrap();
        assert_eq!(
            (&bounds["code"], &bounds["details"]["field"]),
            (&"invalid_input".into(), &"retries".into())
        );
        let busy = serde_json::to_value(Failure::from(CallError::Busy)).unwrap();
        assert_eq!(busy["code"], "busy");
    }
}
