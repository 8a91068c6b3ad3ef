//! What is set up, part by part, as the window shows it.

use crate::{Endpoint, Finding, Timestamp, report::Expected};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Everything that Setup and the frame show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct WorkspaceView {
    pub name: String,
    /// Where it is saved; `None` for one that never was.
    pub path: Option<String>,
    /// Changed since it was last saved.
    pub unsaved: bool,
    pub issuer: IssuerView,
    pub api_key: Option<KeyView>,
    pub users: Vec<UserView>,
    pub endpoints: Vec<Endpoint>,
    pub expectations: Vec<Expectation>,
    /// Typed, or learned from a role claim.
    pub project_id: Option<String>,
    /// The API's application, where a page of ZITADEL's console that names it was pasted.
    pub app_id: Option<String>,
    /// Scopes that replace those Rolecall would ask for.
    pub scopes: Option<Vec<String>>,
    pub api: Option<ApiView>,
    /// `Some` where the issuer is the built-in one.
    pub sandbox: Option<SandboxView>,
    /// Whose personal access token Rolecall may manage ZITADEL with; in memory only.
    pub management: Option<ManagementView>,
    /// Somebody's own API, called beside the reference.
    pub target: Option<TargetView>,
    /// Signatures are dated back by so many seconds (on, where negative), because somebody said so.
    pub dated_back: i64,
    /// Counts the workspaces opened so far: with another number, earlier results are not its.
    pub opened: u64,
    pub settings: SettingsView,
    /// Pages of ZITADEL's console; `None` before the issuer is known.
    pub console: Option<ConsolePages>,
    /// What was taken out last and can be put back, for example `reader-bot`.
    pub undo: Option<String>,
}

/// How Rolecall goes about its work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SettingsView {
    /// Of this workspace: the protected API's port; `None`: 8000, or the next free one.
    pub port: Option<u16>,
    /// Of this workspace: a certificate authority to trust besides the system's, as a PEM file.
    pub ca_file: Option<String>,
    /// Rows that are called at once, 1 to 32.
    pub parallelism: u32,
    /// Repeats of a request where a repeat is safe, 0 to 5.
    pub retries: u32,
    /// For how long the API goes by an introspection answer that it has, in seconds, up to 300; 0: it
    /// asks at every call.
    pub cache_seconds: u32,
    /// From one round of calls to the next while it keeps calling, 250 to 60,000.
    pub watch_interval_ms: u64,
}

/// Pages of ZITADEL's console, as addresses. What needs an id that is not known yet is `None`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ConsolePages {
    pub projects: String,
    pub create_project: String,
    pub project: Option<String>,
    pub create_app: Option<String>,
    /// The API's application with its keys.
    pub app: Option<String>,
    /// Service accounts (service users).
    pub users: String,
    pub create_user: String,
    /// The roles of the API's project.
    pub roles: Option<String>,
    pub create_role: Option<String>,
    /// The role assignments (authorizations) of the API's project.
    pub grants: Option<String>,
    pub create_grant: Option<String>,
}

/// The issuer, as typed and as found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct IssuerView {
    pub typed: String,
    pub state: ItemState,
    pub discovered: Option<DiscoveredView>,
    pub finding: Option<Finding>,
    pub notes: Vec<Finding>,
    /// Somebody agreed to plain http for a host that is not this machine.
    pub allow_http: bool,
}

/// What discovery gave: the addresses that the guide has people note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct DiscoveredView {
    pub issuer: String,
    pub token_endpoint: String,
    pub introspection_endpoint: String,
    pub userinfo_endpoint: Option<String>,
    pub jwks_uri: Option<String>,
}

/// The state of one part of the set-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum ItemState {
    /// Nothing given yet.
    Empty,
    /// Being looked at.
    Checking,
    Ok,
    Wrong,
}

/// A key file, without anything of the key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct KeyView {
    pub path: String,
    /// The file's own name, for narrow places.
    pub file_name: String,
    pub state: ItemState,
    /// `None` where the file cannot be read.
    pub facts: Option<KeyFacts>,
    /// The page of ZITADEL's console where such keys are made; `None` where it is not known.
    pub console: Option<String>,
    pub finding: Option<Finding>,
    pub notes: Vec<Finding>,
}

/// What a key file says besides its key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct KeyFacts {
    pub key_id: String,
    /// The `clientId` of an API's key, the `userId` of a service user's.
    pub subject: String,
    /// Only in an API's key.
    pub app_id: Option<String>,
    /// Only in a service user's key, and not in old ones.
    pub expires_at: Option<Timestamp>,
    /// The RSA modulus in bits.
    pub bits: u32,
}

/// A service user of the workspace.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct UserView {
    pub label: String,
    pub key: KeyView,
}

/// What should happen at one door for one caller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Expectation {
    /// A user's label, or `nobody`.
    pub user: String,
    /// The endpoint's path.
    pub endpoint: String,
    pub expected: Expected,
}

/// What somebody says should happen at one door for one caller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SetExpectation {
    /// A user's label, or `nobody`.
    pub user: String,
    /// The endpoint's path.
    pub endpoint: String,
    /// `None` takes back what was said.
    pub expected: Option<Expected>,
}

/// Where the protected API listens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ApiView {
    pub base_url: String,
    pub port: u16,
    /// The port that was wanted and found taken.
    pub wanted_port_taken: Option<u16>,
}

/// The built-in issuer's world.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SandboxView {
    pub issuer: String,
    pub project_id: String,
    pub project_name: String,
    /// Role keys of the project.
    pub roles: Vec<String>,
    pub users: Vec<SandboxUserView>,
    /// Which words it refuses signatures with: `v4.3`, `invalid_client`, `invalid_grant` or
    /// `described`.
    pub dialect: String,
    /// Everything that can be broken in it, in the order of the path from files to answer.
    pub faults: Vec<FaultView>,
}

/// Something that can be broken on purpose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct FaultView {
    /// As the command line names it, without a value: `slow@token`.
    pub id: String,
    pub family: FaultFamily,
    /// What somebody would have done, in a few words.
    pub title: String,
    /// What then happens, in one sentence.
    pub about: String,
    /// `None` where it is only on or off.
    pub value: Option<FaultValue>,
    pub on: bool,
}

/// How much of a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct FaultValue {
    pub unit: FaultUnit,
    /// As it is, or as it would begin.
    pub amount: u64,
}

/// What a fault's value counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum FaultUnit {
    Seconds,
    Milliseconds,
}

/// Where a fault lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum FaultFamily {
    /// In this set-up: files, scopes, the address.
    Here,
    /// In what an administrator did: roles, keys, states.
    World,
    /// In how ZITADEL is set up: its name, its clock, what introspection tells.
    Instance,
    /// In the server, or on the way to it.
    Server,
    /// In its certificate.
    Certificate,
}

/// Who manages ZITADEL here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ManagementView {
    /// Whose token it is.
    pub user_name: Option<String>,
    /// The organisation it manages.
    pub organization: Option<String>,
    pub state: ItemState,
    pub finding: Option<Finding>,
}

/// Somebody's own API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct TargetView {
    /// Its base URL, for example `http://localhost:5000`.
    pub url: String,
    /// It is neither this machine nor a private address, and somebody has yet to agree to it.
    pub needs_consent: bool,
    /// What somebody would agree to, or why the address cannot be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub finding: Option<Finding>,
}

/// A service user in the built-in issuer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SandboxUserView {
    pub user_id: String,
    pub user_name: String,
    /// Roles held on the API's project.
    pub roles: Vec<String>,
    pub state: SandboxUserState,
    pub token_type: crate::finding::TokenKind,
}

/// A user's life in ZITADEL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum SandboxUserState {
    Active,
    Locked,
    Deactivated,
    Removed,
}
