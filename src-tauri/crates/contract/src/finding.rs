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
    /// The local clock is ahead of the issuer's.
    ClockAhead,
    /// The local clock is far behind the issuer's.
    ClockBehind,
    ServerTrouble,
    /// A note: nobody holds a role, so the project's id could not be learned.
    ProjectUnknown,
    /// A note: the key file was mended while reading.
    KeyRepaired,
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
