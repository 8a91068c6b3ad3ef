//! A workspace with its key files read and its issuer looked at: what Setup shows, and what a roll
//! call needs. Each part has its own state, so that one bad file never hides a good one.

mod doors;
mod env;
mod issuer;
mod keys;
mod moved;
mod target;
mod undo;
mod view;

use std::path::{Path, PathBuf};

use contract::{Endpoint, Finding, workspace::Expectation};
use zitadel_client::{
    discovery::Discovery,
    key_file::{ApplicationKey, ServiceAccountKey},
    secret::PrivateKey,
};

use self::issuer::Issuer;
use crate::{
    target::{Target, TargetAddress},
    workspace::{Workspace, WorkspaceError},
};

pub use env::NothingToWrite;
pub use keys::{LocateError, read_application, read_service_account};

/// A set-up in memory.
#[derive(Debug, Clone)]
pub struct Setup {
    workspace: Workspace,
    path: Option<PathBuf>,
    unsaved: bool,
    api_key: Option<Place<ApplicationKey>>,
    users: Vec<Member>,
    issuer: Issuer,
    /// Where the target's name was found to lead.
    target_place: Option<(TargetAddress, crate::target::address::Place)>,
    /// Key files that were found elsewhere than the workspace said: from where, to where.
    moved: Vec<(PathBuf, PathBuf)>,
    /// What was taken out and can be put back, the last one last.
    taken_out: Vec<undo::TakenOut>,
    /// A `.env` file that was read, and the introspection endpoint that it names.
    env: Option<(PathBuf, String)>,
}

/// A service user with its row's label.
#[derive(Debug, Clone)]
pub struct Member {
    /// Unique within the set-up.
    pub label: String,
    /// The key file and what came of reading it.
    pub key: Place<ServiceAccountKey>,
}

/// A key file's place.
#[derive(Debug, Clone)]
pub struct Place<K> {
    /// Where the file lies.
    pub path: PathBuf,
    /// The key, or why there is none.
    pub read: Result<K, Finding>,
}

/// What is missing before the roll can be called.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotReady {
    /// No address typed.
    #[error("The issuer's address is missing: type it in Setup.")]
    NoIssuer,
    /// Discovery is under way.
    #[error("The issuer is being looked up; try again in a moment.")]
    Asking,
    /// The issuer cannot be used.
    #[error("{}", .0.title)]
    Issuer(Box<Finding>),
    /// No API key.
    #[error("The API's key file is missing: add it in Setup.")]
    NoApiKey,
    /// The API's key cannot be used.
    #[error("{}", .0.title)]
    ApiKey(Box<Finding>),
}

/// What a roll call stands on, complete.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The issuer as it describes itself.
    pub discovery: Discovery,
    /// The API's key.
    pub api_key: ApplicationKey,
    /// Rows, in order; a member whose key cannot be used keeps its row.
    pub members: Vec<Member>,
    /// Columns, in order.
    pub endpoints: Vec<Endpoint>,
    /// What somebody said should happen.
    pub expectations: Vec<Expectation>,
    /// Typed or learned.
    pub project_id: Option<String>,
    /// Replaces every scope that would be asked for otherwise.
    pub scopes: Option<Vec<String>>,
    /// Somebody's own API.
    pub target: Option<Target>,
}

impl Default for Setup {
    fn default() -> Self {
        Self::new(Workspace::default(), None)
    }
}

impl Setup {
    /// Reads the key files that a workspace names.
    pub fn new(workspace: Workspace, path: Option<PathBuf>) -> Self {
        let mut setup = Self {
            workspace,
            path,
            unsaved: false,
            api_key: None,
            users: Vec::new(),
            issuer: Issuer::Unasked,
            target_place: None,
            moved: Vec::new(),
            taken_out: Vec::new(),
            env: None,
        };
        setup.read_keys();
        setup
    }

    /// Opens a workspace file and the key files that it names. Those that lie elsewhere by now are
    /// looked for near it.
    ///
    /// # Errors
    /// Where the workspace file cannot be used; bad key files are states, not errors.
    pub fn open(path: &Path) -> Result<Self, WorkspaceError> {
        let mut setup = Self::new(Workspace::load(path)?, Some(path.into()));
        setup.find_moved_keys();
        Ok(setup)
    }

    /// Saves to `path`, or to where it came from.
    ///
    /// # Errors
    /// Where it cannot be written, or was never saved and no path is given.
    pub fn save(&mut self, path: Option<&Path>) -> Result<PathBuf, WorkspaceError> {
        let path = path.map(Into::into).or_else(|| self.path.clone()).ok_or_else(|| {
            WorkspaceError::Unwritable { path: PathBuf::new(), reason: "no name was given".into() }
        })?;
        if let Some(stem) = path.file_name().and_then(|n| n.to_str())
            && self.path.is_none()
        {
            self.workspace.name = stem.split('.').next().unwrap_or(stem).into();
        }
        self.workspace.save(&path)?;
        self.path = Some(path.clone());
        self.unsaved = false;
        // It names the new places from now on.
        self.moved.clear();
        Ok(path)
    }

    /// The workspace as it would be saved.
    pub fn workspace(&self) -> &Workspace {
        &self.workspace
    }

    /// Sets or clears the project's id.
    pub fn set_project_id(&mut self, project_id: Option<String>) {
        let project_id = project_id.filter(|id| !id.trim().is_empty());
        if self.workspace.project_id != project_id {
            self.workspace.project_id = project_id;
            self.unsaved = true;
        }
    }

    /// Which port the protected API is to have; `None`: the guide's, or the next free one.
    pub fn set_port(&mut self, port: Option<u16>) {
        if self.workspace.port != port {
            self.workspace.port = port;
            self.unsaved = true;
        }
    }

    /// Which authority is trusted besides the system's.
    pub fn set_ca_file(&mut self, ca_file: Option<PathBuf>) {
        if self.workspace.ca_file != ca_file {
            self.workspace.ca_file = ca_file;
            self.unsaved = true;
        }
    }

    /// Replaces all scopes, or goes back to those of the guide.
    pub fn set_scopes(&mut self, scopes: Option<Vec<String>>) {
        self.workspace.scopes = scopes;
        self.unsaved = true;
    }

    /// Where the workspace is saved.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Everything that a roll call needs.
    ///
    /// # Errors
    /// The first thing that is missing.
    pub fn plan(&self) -> Result<Plan, NotReady> {
        let discovery = match &self.issuer {
            Issuer::Found(discovery) => (**discovery).clone(),
            Issuer::Wrong(finding) => return Err(NotReady::Issuer(Box::new(finding.clone()))),
            Issuer::Asking(_) => return Err(NotReady::Asking),
            Issuer::Unasked => return Err(NotReady::NoIssuer),
        };
        let api_key = match &self.api_key {
            None => return Err(NotReady::NoApiKey),
            Some(Place { read: Err(finding), .. }) => {
                return Err(NotReady::ApiKey(Box::new(finding.clone())));
            }
            Some(Place { read: Ok(key), .. }) => key.clone(),
        };
        Ok(Plan {
            discovery,
            api_key,
            members: self.users.clone(),
            endpoints: self.workspace.endpoints.clone(),
            expectations: self.workspace.expectations.clone(),
            project_id: self.workspace.project_id.clone(),
            scopes: self.workspace.scopes.clone(),
            target: self.target(),
        })
    }

    /// The service users with their labels.
    pub fn members(&self) -> &[Member] {
        &self.users
    }

    /// Every private key that was read.
    pub fn private_keys(&self) -> impl Iterator<Item = &PrivateKey> {
        let users = self.users.iter().filter_map(|member| member.key.read.as_ref().ok());
        let api = self.api_key.iter().filter_map(|place| place.read.as_ref().ok());
        users.map(|key| &key.key).chain(api.map(|key| &key.key))
    }
}
