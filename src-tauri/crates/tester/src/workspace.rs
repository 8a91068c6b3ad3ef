//! The saved set-up: a `*.rolecall.json` file.
//!
//! It holds paths, addresses, rules and expectations, never a key or a token. Fields that this
//! version does not know are kept, and a file of a newer version is refused rather than damaged.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use contract::{Endpoint, workspace::Expectation};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The version that this program writes, and the newest that it reads.
pub const VERSION: u64 = 1;

/// A workspace file larger than this is none.
const MAX_BYTES: u64 = 1024 * 1024;

/// A set-up as it is saved. In memory all paths are as they can be opened; in the file they are
/// relative to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Workspace {
    /// Always [`VERSION`] when written.
    pub version: u64,
    /// What people call it.
    #[serde(default)]
    pub name: String,
    /// The issuer's address as typed.
    #[serde(default)]
    pub issuer: String,
    /// The API's key file.
    #[serde(default)]
    pub api_key: Option<PathBuf>,
    /// The key's id when its file was read last, to know it by where the file was moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api_key_id: Option<String>,
    /// Service users, in the order of their rows.
    #[serde(default)]
    pub users: Vec<User>,
    /// The project's id, typed or learned.
    #[serde(default)]
    pub project_id: Option<String>,
    /// The API's application, where a page of ZITADEL's console that names it was pasted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_id: Option<String>,
    /// Given at all, replaces every scope that would be asked for otherwise.
    #[serde(default)]
    pub scopes: Option<Vec<String>>,
    /// Somebody agreed to plain http for a host that is not this machine.
    #[serde(default)]
    pub allow_http: bool,
    /// A certificate authority to trust besides the system's, as a PEM file.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
    /// The protected API's port; `None`: 8000, or the next free one.
    #[serde(default)]
    pub port: Option<u16>,
    /// The doors, in the order of their columns.
    #[serde(default = "Endpoint::guide")]
    pub endpoints: Vec<Endpoint>,
    /// What should happen, where somebody said so.
    #[serde(default)]
    pub expectations: Vec<Expectation>,
    /// Somebody's own API, called beside the reference: its base URL.
    #[serde(default)]
    pub target: Option<String>,
    /// Somebody agreed to tokens being sent to a target that is not private.
    #[serde(default)]
    pub allow_public_target: bool,
    /// What this version does not know, kept as it was.
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}

/// A service user of a workspace.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct User {
    /// `None`: the key file's stem.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The service user's key file.
    pub key: PathBuf,
    /// The key's id when its file was read last, to know it by where the file was moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_id: Option<String>,
    /// What this version does not know, kept as it was.
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}

impl User {
    /// A user known by its key file alone.
    pub fn from_file(key: PathBuf) -> Self {
        Self { name: None, key, key_id: None, unknown: Map::new() }
    }
}

impl Default for Workspace {
    fn default() -> Self {
        Self {
            version: VERSION,
            name: "My ZITADEL".into(),
            issuer: String::new(),
            api_key: None,
            api_key_id: None,
            users: Vec::new(),
            project_id: None,
            app_id: None,
            scopes: None,
            allow_http: false,
            ca_file: None,
            port: None,
            endpoints: Endpoint::guide(),
            expectations: Vec::new(),
            target: None,
            allow_public_target: false,
            unknown: Map::new(),
        }
    }
}

/// Why a workspace file cannot be used. Each names the file.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "each field stands in its variant's message")]
pub enum WorkspaceError {
    /// It cannot be opened or read.
    #[error("{} cannot be read: {reason}", path.display())]
    Unreadable { path: PathBuf, reason: String },
    /// It is no JSON.
    #[error("{} is not a workspace: {reason}", path.display())]
    NotJson { path: PathBuf, reason: String },
    /// A field is missing or of the wrong kind.
    #[error("{}: the field `{field}` {problem}", path.display())]
    Field { path: PathBuf, field: String, problem: String },
    /// A newer Rolecall wrote it.
    #[error(
        "{} was written by a newer Rolecall (format {found}; this one reads up to {VERSION}). It was left as it is; use the newer Rolecall.",
        path.display()
    )]
    TooNew { path: PathBuf, found: u64 },
    /// It cannot be written.
    #[error("{} cannot be written: {reason}", path.display())]
    Unwritable { path: PathBuf, reason: String },
}

impl Workspace {
    /// Reads a workspace file; relative paths in it count from its folder.
    ///
    /// # Errors
    /// [`WorkspaceError`], naming the file and the field.
    pub fn load(path: &Path) -> Result<Self, WorkspaceError> {
        let unreadable = |reason: String| WorkspaceError::Unreadable { path: path.into(), reason };
        let size = std::fs::metadata(path).map_err(|e| unreadable(say_io(&e)))?;
        if size.is_dir() {
            return Err(unreadable("it is a folder".into()));
        }
        if size.len() > MAX_BYTES {
            return Err(unreadable("it is over 1 MiB, so it is no workspace".into()));
        }
        let text = std::fs::read_to_string(path).map_err(|e| unreadable(say_io(&e)))?;
        let mut workspace = Self::parse(path, &text)?;
        let folder = path.parent().unwrap_or(Path::new(""));
        workspace.each_path(|p| *p = folder.join(&*p));
        Ok(workspace)
    }

    fn parse(path: &Path, text: &str) -> Result<Self, WorkspaceError> {
        let not_json = |reason: String| WorkspaceError::NotJson { path: path.into(), reason };
        let field = |field: &str, problem: &str| WorkspaceError::Field {
            path: path.into(),
            field: field.into(),
            problem: problem.into(),
        };
        let value: Value = serde_json::from_str(text.trim_start_matches('\u{feff}'))
            .map_err(|e| not_json(e.to_string()))?;
        if !value.is_object() {
            return Err(not_json("it holds no JSON object".into()));
        }
        match value.get("version").map(Value::as_u64) {
            None => return Err(field("version", "is missing, so it is no workspace")),
            Some(Some(found)) if found > VERSION => {
                return Err(WorkspaceError::TooNew { path: path.into(), found });
            }
            Some(Some(1..)) => {}
            Some(_) => return Err(field("version", "must be a whole number from 1")),
        }
        let workspace: Self = serde_json::from_value(value).map_err(|e| not_json(e.to_string()))?;
        for (at, endpoint) in workspace.endpoints.iter().enumerate() {
            if let Err(problem) = check_endpoint(endpoint) {
                return Err(field(&format!("endpoints[{at}]"), &problem));
            }
        }
        Ok(workspace)
    }

    /// Writes the workspace in one step: whoever reads the file sees the old or the new one whole.
    ///
    /// # Errors
    /// [`WorkspaceError::Unwritable`].
    pub fn save(&self, path: &Path) -> Result<(), WorkspaceError> {
        let unwritable = |reason: String| WorkspaceError::Unwritable { path: path.into(), reason };
        let absolute = std::path::absolute(path).map_err(|e| unwritable(say_io(&e)))?;
        let folder = absolute.parent().ok_or_else(|| unwritable("it has no folder".into()))?;
        let mut saved = self.clone();
        saved.version = VERSION;
        saved.each_path(|p| {
            let whole = std::path::absolute(&*p).unwrap_or_else(|_| p.clone());
            *p = pathdiff::diff_paths(&whole, folder).unwrap_or(whole);
        });
        let mut text =
            serde_json::to_string_pretty(&saved).map_err(|e| unwritable(e.to_string()))?;
        text.push('\n');
        let mut file =
            tempfile::NamedTempFile::new_in(folder).map_err(|e| unwritable(say_io(&e)))?;
        file.write_all(text.as_bytes())
            .and_then(|()| file.as_file().sync_all())
            .map_err(|e| unwritable(say_io(&e)))?;
        file.persist(&absolute).map_err(|e| unwritable(say_io(&e.error)))?;
        Ok(())
    }

    fn each_path(&mut self, mut change: impl FnMut(&mut PathBuf)) {
        self.api_key.iter_mut().for_each(&mut change);
        self.ca_file.iter_mut().for_each(&mut change);
        self.users.iter_mut().for_each(|user| change(&mut user.key));
    }
}

/// Whether an endpoint can be served and called.
///
/// # Errors
/// What is wrong with it, as the end of a sentence that begins with its name.
pub fn check_endpoint(endpoint: &Endpoint) -> Result<(), String> {
    let path = &endpoint.path;
    if !path.starts_with('/') || path.contains(['?', '#', '{', '}', ' ', '*']) {
        return Err("needs a path that begins with / and has no ?, #, *, braces or spaces".into());
    }
    if !matches!(endpoint.method.as_str(), "GET" | "POST" | "PUT" | "PATCH" | "DELETE") {
        return Err("needs one of the methods GET, POST, PUT, PATCH, DELETE".into());
    }
    let roles = endpoint.access.needed_roles();
    if endpoint.access.asks_for_roles()
        && (roles.is_empty() || roles.iter().any(|role| role.trim().is_empty()))
    {
        return Err("needs at least one role, and none may be empty".into());
    }
    Ok(())
}

/// An input or output error in the words of people.
fn say_io(error: &std::io::Error) -> String {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::NotFound => "there is no such file".into(),
        ErrorKind::PermissionDenied => "this account may not".into(),
        ErrorKind::InvalidData => "it is not text".into(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Workspace {
        Workspace {
            name: "Message Board".into(),
            issuer: "https://acme.zitadel.cloud".into(),
            ..Workspace::default()
        }
    }

    #[test]
    fn a_saved_workspace_reads_back_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let mut workspace = sample();
        workspace.api_key = Some(folder.path().join("keys/api.json"));
        workspace.users.push(User::from_file(folder.path().join("keys/reader.json")));
        let path = folder.path().join("a.rolecall.json");
        workspace.save(&path).unwrap();
        assert_eq!(Workspace::load(&path).unwrap(), workspace);
    }

    #[test]
    fn paths_are_relative_to_the_file_so_that_the_folder_can_be_moved() {
        let folder = tempfile::tempdir().unwrap();
        let mut workspace = sample();
        workspace.api_key = Some(folder.path().join("keys/api.json"));
        let path = folder.path().join("a.rolecall.json");
        workspace.save(&path).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains("\"keys/api.json\""), "{text}");
        assert!(!text.contains(folder.path().to_str().unwrap()), "{text}");
    }

    #[test]
    fn unknown_fields_survive_reading_and_writing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.rolecall.json");
        std::fs::write(
            &path,
            r#"{"version":1,"colour":"green","users":[{"key":"u.json","note":{"a":1}}]}"#,
        )
        .unwrap();
        Workspace::load(&path).unwrap().save(&path).unwrap();
        let value: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        assert_eq!(value["colour"], "green");
        assert_eq!(value["users"][0]["note"]["a"], 1);
    }

    #[test]
    fn what_is_no_workspace_is_refused_with_its_file_and_field() {
        let cases = [
            ("{", "not a workspace"),
            ("[]", "no JSON object"),
            ("{}", "`version` is missing"),
            (r#"{"version":"1"}"#, "`version` must be a whole number"),
            (r#"{"version":0}"#, "`version` must be a whole number"),
            (r#"{"version":2}"#, "newer Rolecall"),
            (r#"{"version":1,"issuer":5}"#, "invalid type"),
            (
                r#"{"version":1,"endpoints":[{"path":"x","access":{"rule":"public"}}]}"#,
                "`endpoints[0]`",
            ),
            (
                r#"{"version":1,"endpoints":[{"path":"/x","access":{"rule":"any_role","roles":[]}}]}"#,
                "at least one role",
            ),
        ];
        for (text, expected) in cases {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("bad.rolecall.json");
            std::fs::write(&path, text).unwrap();
            let said = Workspace::load(&path).unwrap_err().to_string();
            assert!(said.contains(expected), "{text}: {said}");
            assert!(said.contains("bad.rolecall.json"), "the file is not named: {said}");
        }
    }

    #[test]
    fn a_newer_file_is_left_untouched() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new.rolecall.json");
        let text = r#"{"version":7,"later":true}"#;
        std::fs::write(&path, text).unwrap();
        assert!(matches!(Workspace::load(&path), Err(WorkspaceError::TooNew { found: 7, .. })));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    }
}
