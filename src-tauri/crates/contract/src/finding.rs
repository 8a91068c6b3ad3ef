//! Why something is as it is: the cause, its proof, its fix.

use crate::{ExchangeId, SlotId};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One named cause, or one note that teaches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Finding {
    pub code: FindingCode,
    pub kind: FindingKind,
    /// One sentence that a layman understands.
    pub title: String,
    /// What it means and how it comes about.
    pub explanation: String,
    /// What proves it, strongest first; never empty for a cause.
    pub evidence: Vec<Evidence>,
    pub fix: Fix,
}

/// Whether a finding explains a failure or only teaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum FindingKind {
    Cause,
    Note,
}

/// The causes that Rolecall can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum FindingCode {
    RoleMissing,
    /// The API's project has no such role, so nobody can hold it.
    RoleUndefined,
    AudienceMissing,
    AudienceOtherProject,
    KeyWrongKind,
    KeyUnreadable,
    KeyExpired,
    KeyUnknown,
    IssuerMismatch,
    InstanceNotFound,
    Unreachable,
    TlsUntrusted,
    NotZitadel,
    /// Plain http to a host that is not this machine, and nobody agreed to it.
    InsecureIssuer,
    ApiNotAuthenticated,
    UserInactive,
    /// A token's lifetime is over.
    TokenExpired,
    /// No access token of this issuer: an id_token, one of another issuer, a piece of one.
    TokenWrongKind,
    /// Just granted, and ZITADEL's read side does not show it yet.
    NotCaughtUp,
    /// The API's application asks for introspection without roles and claims of the user.
    MinimalIntrospection,
    /// The local clock is ahead of the issuer's.
    ClockAhead,
    /// The local clock is far behind the issuer's.
    ClockBehind,
    ServerTrouble,
    /// The personal access token is not accepted, or its user may not manage anything.
    ManagementRefused,
    /// A note: nobody holds a role, so the project's id could not be learned.
    ProjectUnknown,
    /// A note: the key file was mended while reading.
    KeyRepaired,
    /// A note: the key file lay elsewhere than the workspace says, and was found again.
    KeyMoved,
    /// The API's key belongs to another application than the pasted page of ZITADEL's console.
    KeyOtherApp,
    /// A note: a `.env` file names another introspection endpoint than discovery does.
    IntrospectionElsewhere,
    /// Introspection tells roles that the JWT itself does not carry: a note. Of an API that looks for
    /// them there: a cause.
    RoleNotInToken,
    /// A role was asked for as a scope and dropped: a note. Of an API that looks for it there: a cause.
    RoleAsScope,
    /// The JWT carries roles of the past: a note. Of an API that believes it: a cause.
    RoleFrozen,
    /// A note: a door for any valid token lets in everybody whom the instance knows.
    ValidIsKnown,
    /// A note: the token's `scope` names a role that its user does not hold.
    ScopeIsNoProof,
    /// Somebody's own API is neither on this machine nor at a private address, and nobody agreed to
    /// tokens being sent there.
    TargetNotPrivate,
    /// Somebody's own API lets in callers without a token.
    AdmitsWithoutToken,
    /// Somebody's own API refuses a good token where any is enough.
    RefusesGoodToken,
    /// Somebody's own API has no such door.
    EndpointMissing,
    /// Somebody's own API refuses whom the role admits, for a reason that does not show.
    RefusesDespiteRole,
    /// Somebody's own API lets in without the role.
    AdmitsWithoutRole,
    /// Somebody's own API answers 5xx where 401 or 403 belongs.
    ErrorForRefusal,
    /// Somebody's own API answers 403 where 401 belongs.
    ForbiddenForUnauthorized,
    /// Somebody's own API refuses with another status than 401 or 403.
    OddRefusal,
    /// Somebody's own API refuses with 401 and without `WWW-Authenticate`.
    ChallengeMissing,
    /// Somebody's own API takes an id_token for an access token.
    AcceptsIdToken,
    /// Somebody's own API takes a token that was made out to another project.
    AcceptsOtherAudience,
    /// Somebody's own API takes a garbled, cut or expired token.
    AcceptsInvalidToken,
    /// Somebody's own API asks for a token where everybody may pass.
    PublicIsClosed,
    /// Somebody's own API tells callers what is inside: stack traces, tokens, introspection.
    LeaksDetails,
    /// A note: somebody's own API takes much longer than the reference.
    Slow,
}

/// One piece of proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Evidence {
    pub source: EvidenceSource,
    /// What was seen there, as a sentence without secrets.
    pub text: String,
}

/// Where a piece of proof was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum EvidenceSource {
    File {
        path: String,
        field: Option<String>,
    },
    /// A setting of the workspace.
    Setting {
        field: String,
    },
    Exchange {
        id: ExchangeId,
    },
    /// An exchange that was made only to tell causes apart.
    Probe {
        id: ExchangeId,
    },
    /// A claim of the token itself.
    Token {
        claim: String,
    },
}

/// The way out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Fix {
    /// What to do, in the words of ZITADEL's console.
    pub text: String,
    /// The console's page for it, where one is known.
    pub url: Option<String>,
    /// What Rolecall can do itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub action: Option<Action>,
}

/// What Rolecall can do itself about a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "do", rename_all = "snake_case")]
#[ts(export)]
pub enum Action {
    /// Give a service user of the sandbox a role.
    GiveRole { user_id: String, role: String },
    /// Put a key file where its kind belongs.
    PlaceKey { path: String },
    /// Use the address that the issuer calls itself by.
    UseIssuer { issuer: String },
    /// Agree to plain http for this issuer.
    AllowHttp,
    /// Ask for tokens with the scopes that Rolecall chooses.
    DefaultScopes,
    /// Ask for tokens with this project's audience.
    UseProject { project_id: String },
    /// Let go of a row's token and call the row with a new one.
    AskAnew { user: String },
    /// Date signatures back by the seconds that this machine's clock is ahead, or on (negative) by
    /// those that it is behind.
    DateBack { seconds: i64 },
    /// Unlock or reactivate a service user.
    SwitchOnUser { user_id: String },
    /// Reactivate the API's application.
    SwitchOnApi { project_id: String, app_id: String },
    /// Reactivate the API's project.
    SwitchOnProject { project_id: String },
    /// Reactivate a service user's authorization.
    SwitchOnAuthorization { user_id: String, authorization_id: String },
    /// Call the same again.
    CallAgain,
    /// Ask where the key file lies now.
    FindKey { path: String },
}

/// A token as people are told of it; the token itself stays in its slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct TokenSummary {
    pub kind: TokenKind,
    /// When it ends, from the answer's `expires_in`.
    pub expires_at: Option<crate::Timestamp>,
    pub scopes_asked: Vec<String>,
    /// The `scope` that introspection answered; `None` while it is inactive or was never asked.
    pub scopes_kept: Option<Vec<String>>,
    /// Length in characters.
    pub length: usize,
    pub slot: SlotId,
}

/// What a token looks like from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum TokenKind {
    Opaque,
    Jwt,
    Jwe,
}
