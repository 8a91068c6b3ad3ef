//! A roll call's outcome. Its JSON is what `rolecall-cli check --format json` prints and what the
//! window builds up from events; both are the same value.

use crate::{ExchangeId, Finding, FindingKind, exchange::Header, finding::TokenSummary};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;
use ts_rs::TS;

/// The label of the row that calls without a token.
pub const NOBODY: &str = "nobody";

/// Everything that one roll call found out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Report {
    /// As the issuer calls itself.
    pub issuer: String,
    /// `None` until a role claim has named it.
    pub project_id: Option<String>,
    /// The roles that the project defines, where a personal access token let them be listed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub project_roles: Option<Vec<String>>,
    pub client_id: String,
    /// A cause that concerns everything.
    pub finding: Option<Finding>,
    pub notes: Vec<Finding>,
    pub api: ApiReport,
    /// One row a user in the workspace's order, `nobody` last.
    pub users: Vec<UserReport>,
    /// Somebody's own API beside the reference, where the workspace names one.
    pub target: Option<TargetReport>,
}

/// What somebody's own API answered to the same tokens, and what is wrong with that.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct TargetReport {
    pub url: String,
    /// Each fault once, with every place where it showed as its evidence; the worst first.
    pub findings: Vec<Finding>,
    /// As the reference's rows, in the same order.
    pub users: Vec<UserReport>,
    /// Tokens that no roll call sends: each at one door for any valid token and one for a role.
    pub probes: Vec<TargetProbe>,
    /// Tokens that could not be had, and why.
    pub left_out: Vec<LeftOut>,
}

impl TargetReport {
    /// What is wrong with it; notes are only worth knowing.
    pub fn faults(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.kind == FindingKind::Cause)
    }
}

/// A kind of token that was not tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct LeftOut {
    pub token: ProbeToken,
    /// One sentence for people.
    pub why: String,
}

/// One token that should be told from others, at one door.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct TargetProbe {
    pub token: ProbeToken,
    /// Whose token it is or was made from.
    pub user: Option<String>,
    pub method: String,
    pub path: String,
    /// `None` where no answer came.
    pub status: Option<u16>,
    /// What RFC 6750 asks for.
    pub right_status: u16,
    /// What is wrong with the answer; empty where it is right.
    pub faults: Vec<crate::FindingCode>,
    pub exchange: Option<ExchangeId>,
    /// From sending to the last byte, in milliseconds.
    pub duration_ms: u64,
}

/// The kinds of tokens that an API must tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum ProbeToken {
    /// No `Authorization` at all.
    None,
    /// Words that are no token.
    Garbage,
    /// A good token without its last part.
    Cut,
    IdToken,
    /// Good, but made out to another project.
    OtherAudience,
    /// Good, of somebody without the role.
    NoRole,
    /// Good, of somebody with the role.
    RightRole,
    /// As `RightRole`, a JWT that carries its roles: most carry none. Tried only where an API refuses
    /// a JWT despite the role.
    RolesInside,
    /// A JWT that still carries a role that was taken away since.
    RoleTaken,
    Expired,
    /// Of somebody who was switched off since.
    SwitchedOff,
}

/// The protected API's own part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ApiReport {
    /// For example `http://localhost:8000`.
    pub base_url: String,
    /// ZITADEL answers this API: it took the API's own signature at the last introspection, or (`false`)
    /// refused it. `None` where none was asked for or nobody answered.
    pub accepted: Option<bool>,
    pub finding: Option<Finding>,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct UserReport {
    /// File stem or name in the workspace; unique within a report.
    pub label: String,
    /// `None` for `nobody` and for a key file that cannot be read.
    pub user_id: Option<String>,
    /// As ZITADEL answered it.
    pub user_name: Option<String>,
    pub finding: Option<Finding>,
    pub notes: Vec<Finding>,
    /// `None` where no token was obtained.
    pub token: Option<TokenSummary>,
    /// One cell an endpoint, in the workspace's order.
    pub cells: Vec<Cell>,
}

/// One caller at one door.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Cell {
    pub method: String,
    pub path: String,
    /// `None` where nothing was called or no answer came.
    pub status: Option<u16>,
    pub verdict: Verdict,
    pub expected: Option<Expected>,
    pub expected_from: Option<ExpectedFrom>,
    /// `None` where nothing was expected or nothing was reached.
    pub as_expected: Option<bool>,
    /// The API's own account of this very request.
    pub decision: Option<Decision>,
    pub response: Option<CellResponse>,
    pub finding: Option<Finding>,
    /// The call in the timeline.
    pub exchange: Option<ExchangeId>,
}

/// How a report is handed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum ReportFormat {
    /// One file that needs no other, for people; it prints well.
    Html,
    /// For programs.
    Json,
    /// For continuous integration.
    Junit,
}

/// What came of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Verdict {
    /// 2xx.
    Allowed,
    /// 401 or 403: the API said no.
    Refused,
    /// No answer, or one that is neither yes nor no.
    Failed,
    /// Not called, since an earlier step failed or the run was stopped.
    NotReached,
}

/// What somebody, or a rule without roles, says should happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Expected {
    Allow,
    Deny,
}

/// Where an expectation comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum ExpectedFrom {
    /// Set by a person, or by the sandbox's world.
    Set,
    /// By rule, where no role is involved.
    Rule,
}

/// The answer that the caller got.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct CellResponse {
    pub headers: Vec<Header>,
    pub body: String,
}

/// How the protected API came to its answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Decision {
    pub request_id: String,
    pub rule: RuleName,
    pub needed_roles: Vec<String>,
    /// The caller's roles on the API's project, as introspection told them.
    pub roles_found: Vec<String>,
    pub outcome: Outcome,
    /// The claim that the roles were read from.
    pub role_claim: Option<String>,
    /// Length of the bearer token in characters; `None` where none was sent.
    pub token_length: Option<usize>,
    /// What introspection answered for this very request, or for an earlier one with the same token
    /// where `cached_ms` says so.
    pub introspection: Option<Arc<Value>>,
    /// That introspection in the timeline.
    pub introspection_exchange: Option<ExchangeId>,
    /// How old that answer was, in milliseconds, where the API went by one that it had kept; `None`
    /// where it asked for this very request.
    pub cached_ms: Option<u64>,
    /// From request to answer, in microseconds.
    pub duration_us: u64,
}

impl Decision {
    /// The roles that keep this caller out: those of the needed ones that were not found, where all
    /// are needed or none of them was found.
    pub fn missing_roles(&self) -> Vec<&str> {
        let is_lacking = |role: &&String| !self.roles_found.contains(role);
        let missing: Vec<_> = self.needed_roles.iter().filter(is_lacking).collect();
        let one_is_enough = self.rule != RuleName::AllRoles;
        if one_is_enough && missing.len() < self.needed_roles.len() {
            return Vec::new();
        }
        missing.into_iter().map(String::as_str).collect()
    }
}

/// The kinds of rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum RuleName {
    Public,
    ValidToken,
    AnyRole,
    AllRoles,
}

/// Why the API answered as it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Outcome {
    /// 200.
    Allowed,
    /// 401 without `error`: no credentials came along (RFC 6750, section 3).
    NoToken,
    /// 400 `invalid_request`: malformed, or sent twice.
    MalformedToken,
    /// 401 `invalid_token`: introspection calls it inactive.
    Inactive,
    /// 403 `insufficient_scope`: active, without the roles that are needed.
    RoleMissing,
    /// 503: the issuer refuses the API itself.
    ApiRefused,
    /// 503: the issuer could not be asked, or answered nonsense.
    IssuerUnavailable,
}
