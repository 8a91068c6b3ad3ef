//! A workspace with its key files read and its issuer looked at: what Setup shows, and what a roll
//! call needs. Each part has its own state, so that one bad file never hides a good one.

mod env;
mod keys;
mod moved;
mod target;
mod undo;
mod view;

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
};

use contract::{Endpoint, Finding, report::Expected, workspace::Expectation};
use zitadel_client::{
    discovery::{AddressError, Discovery, DiscoveryError, IssuerAddress},
    key_file::{ApplicationKey, ServiceAccountKey},
    secret::PrivateKey,
};

use crate::{
    diagnosis,
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

#[derive(Debug, Clone)]
enum Issuer {
    Unasked,
    Asking,
    Found(Box<Discovery>),
    Wrong(Finding),
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

    /// Sets the issuer's address. A pasted console address also gives the ids of the project and of
    /// the application that it names.
    pub fn set_issuer(&mut self, typed: &str, allow_http: bool) {
        let typed = typed.trim();
        if self.workspace.issuer == typed && self.workspace.allow_http == allow_http {
            return;
        }
        // Another issuer's project is not this one's.
        if self.workspace.issuer != typed {
            self.workspace.project_id = None;
            self.workspace.app_id = None;
            self.env = None;
        }
        if let Ok(IssuerAddress { project_id, app_id, .. }) = IssuerAddress::parse(typed) {
            self.workspace.project_id = project_id.or(self.workspace.project_id.take());
            self.workspace.app_id = app_id.or(self.workspace.app_id.take());
        }
        self.workspace.issuer = typed.into();
        self.workspace.allow_http = allow_http;
        self.issuer = Issuer::Unasked;
        self.unsaved = true;
    }

    /// The same issuer is found under another address from now on.
    pub fn move_issuer(&mut self, address: &str) {
        self.workspace.issuer = address.into();
        self.issuer = Issuer::Unasked;
        self.unsaved = true;
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

    /// Replaces the doors. Expectations at doors that are gone go with them.
    ///
    /// # Errors
    /// Names the first door that cannot be served.
    pub fn set_endpoints(&mut self, endpoints: Vec<Endpoint>) -> Result<(), String> {
        let mut seen = HashSet::new();
        for endpoint in &endpoints {
            crate::workspace::check_endpoint(endpoint)
                .map_err(|problem| format!("{} {problem}.", endpoint.path))?;
            if !seen.insert(&endpoint.path) {
                return Err(format!("{} is there twice.", endpoint.path));
            }
        }
        self.take_out_doors(&endpoints);
        self.workspace.expectations.retain(|e| endpoints.iter().any(|d| d.path == e.endpoint));
        self.workspace.endpoints = endpoints;
        self.unsaved = true;
        Ok(())
    }

    /// Says what should happen at one door for one caller; `None` takes the word back.
    pub fn set_expectation(&mut self, user: &str, endpoint: &str, expected: Option<Expected>) {
        let set = &mut self.workspace.expectations;
        set.retain(|e| !(e.user == user && e.endpoint == endpoint));
        if let Some(expected) = expected {
            set.push(Expectation { user: user.into(), endpoint: endpoint.into(), expected });
        }
        self.unsaved = true;
    }

    /// Says what should happen at the doors that need a role, from the roles that users hold in a
    /// world that is known: (user id, role keys).
    pub fn expect_by_roles(&mut self, held: &[(String, Vec<String>)]) {
        let mut by_roles = Vec::new();
        for member in &self.users {
            let Ok(key) = &member.key.read else { continue };
            let Some((_, roles)) = held.iter().find(|(id, _)| *id == key.user_id) else { continue };
            for door in &self.workspace.endpoints {
                if !door.access.asks_for_roles() {
                    continue;
                }
                by_roles.push(Expectation {
                    user: member.label.clone(),
                    endpoint: door.path.clone(),
                    expected: if door.access.admits(roles) {
                        Expected::Allow
                    } else {
                        Expected::Deny
                    },
                });
            }
        }
        self.workspace.expectations.retain(|set| {
            !by_roles.iter().any(|e| e.user == set.user && e.endpoint == set.endpoint)
        });
        self.workspace.expectations.append(&mut by_roles);
    }

    /// Where the workspace is saved.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The address to ask for discovery; `None` while the issuer is known or nothing was typed.
    /// From here until [`Setup::set_discovery`] the issuer's state is *checking*.
    ///
    /// # Errors
    /// Where what was typed is no address; the issuer's state says so.
    pub fn begin_discovery(&mut self) -> Option<(IssuerAddress, bool)> {
        if self.workspace.issuer.is_empty() || !matches!(self.issuer, Issuer::Unasked) {
            return None;
        }
        match IssuerAddress::parse(&self.workspace.issuer) {
            Ok(address) => {
                self.issuer = Issuer::Asking;
                Some((address, self.workspace.allow_http))
            }
            Err(error) => {
                self.refuse_address(&error);
                None
            }
        }
    }

    fn refuse_address(&mut self, error: &AddressError) {
        self.issuer = Issuer::Wrong(diagnosis::address(&self.workspace.issuer, error));
    }

    /// Takes in what discovery gave.
    pub fn set_discovery(&mut self, outcome: Result<Discovery, DiscoveryError>) {
        self.issuer = match outcome {
            Ok(discovery) => Issuer::Found(Box::new(discovery)),
            Err(error) => Issuer::Wrong(diagnosis::discovery(&error)),
        };
    }

    /// Takes in what became known to the set-up in place, `now`, since this one was copied from it as
    /// `before`: what the issuer says of itself, and the project's id.
    pub(crate) fn catch_up(&mut self, before: &Self, now: &Self) {
        let address = |setup: &Self| (setup.workspace.issuer.clone(), setup.workspace.allow_http);
        if address(self) == address(before) {
            self.issuer = now.issuer.clone();
        }
        if before.workspace.project_id.is_none()
            && let Some(learned) = &now.workspace.project_id
        {
            self.learn_project(learned);
        }
    }

    /// Asks discovery anew at the next occasion.
    pub fn forget_discovery(&mut self) {
        self.issuer = Issuer::Unasked;
    }

    /// The issuer as it describes itself, where it is known.
    pub fn discovery(&self) -> Option<&Discovery> {
        match &self.issuer {
            Issuer::Found(discovery) => Some(discovery),
            _ => None,
        }
    }

    /// Keeps what a roll call learned. Nobody changed anything: unsaved, it is learned again.
    pub fn learn_project(&mut self, project_id: &str) {
        self.workspace.project_id = Some(project_id.into());
    }

    /// Everything that a roll call needs.
    ///
    /// # Errors
    /// The first thing that is missing.
    pub fn plan(&self) -> Result<Plan, NotReady> {
        let discovery = match &self.issuer {
            Issuer::Found(discovery) => (**discovery).clone(),
            Issuer::Wrong(finding) => return Err(NotReady::Issuer(Box::new(finding.clone()))),
            Issuer::Asking => return Err(NotReady::Asking),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expectations_at_a_removed_door_go_with_it() {
        let mut setup = Setup::default();
        setup.set_expectation("bot", "/api/private-scoped", Some(Expected::Allow));
        setup.set_expectation("bot", "/api/private", Some(Expected::Allow));
        let doors = Endpoint::guide().into_iter().take(2).collect();
        setup.set_endpoints(doors).unwrap();
        let left: Vec<_> = setup.workspace.expectations.iter().map(|e| &e.endpoint).collect();
        assert_eq!(left, ["/api/private"]);
    }

    #[test]
    fn the_same_door_twice_is_refused_by_name() {
        let mut doors = Endpoint::guide();
        doors.push(doors[1].clone());
        let error = Setup::default().set_endpoints(doors).unwrap_err();
        assert!(error.contains("/api/private"), "{error}");
    }

    #[test]
    fn what_became_known_during_work_on_a_copy_is_kept() {
        let mut now = Setup::default();
        now.set_issuer("https://a.example", false);
        now.begin_discovery().unwrap();
        let (before, mut copy, mut elsewhere) = (now.clone(), now.clone(), now.clone());
        now.refuse_address(&AddressError::Empty);
        now.learn_project("1");
        copy.set_scopes(Some(vec!["openid".into()]));
        copy.catch_up(&before, &now);
        assert!(matches!(copy.issuer, Issuer::Wrong(_)), "the answer came meanwhile");
        assert_eq!(copy.workspace().project_id.as_deref(), Some("1"));
        assert!(copy.workspace().scopes.is_some(), "the work itself counts too");
        elsewhere.set_issuer("https://b.example", false);
        elsewhere.catch_up(&before, &now);
        assert!(matches!(elsewhere.issuer, Issuer::Unasked), "the answer was another issuer's");
    }

    #[test]
    fn another_issuer_forgets_the_project_of_the_last() {
        let mut setup = Setup::default();
        setup.set_issuer("https://a.example", false);
        setup.set_project_id(Some("1".into()));
        setup.set_issuer("https://b.example", false);
        assert_eq!(setup.workspace().project_id, None);
    }

    #[test]
    fn a_pasted_page_of_the_console_names_project_and_application_until_another_is_typed() {
        let mut setup = Setup::default();
        let ids = |setup: &Setup| {
            let Workspace { project_id, app_id, .. } = setup.workspace().clone();
            (project_id, app_id)
        };
        let (project, app) = (Some("11".to_owned()), Some("22".to_owned()));
        setup.set_issuer("https://a.example/ui/console/projects/11/apps/22", false);
        assert_eq!(ids(&setup), (project.clone(), app.clone()));
        setup.set_issuer("https://a.example/ui/console/projects/11/apps/22", true);
        assert_eq!(ids(&setup), (project.clone(), app), "the address is the same");
        setup.set_issuer("https://a.example/ui/console/projects/11", false);
        assert_eq!(ids(&setup), (project, None));
        setup.set_issuer("https://a.example", false);
        assert_eq!(ids(&setup), (None, None));
    }
}
