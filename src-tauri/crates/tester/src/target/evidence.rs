//! What somebody's own API was asked and answered, as plain data.

use contract::{
    Access, ExchangeId, SlotId, exchange::Header, finding::TokenKind, report::ProbeToken,
};

/// All calls of one API, those of the roll first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TargetEvidence {
    /// Every call whose right answer is known.
    pub calls: Vec<TargetCall>,
}

/// One call of somebody's own API.
#[derive(Debug, Clone, PartialEq)]
pub struct TargetCall {
    /// Whose token it is or was made from, as people know the account; `nobody` without one.
    pub who: String,
    /// What is to be told about the token.
    pub token: ProbeToken,
    /// What it looks like; `None` where none was sent.
    pub kind: Option<TokenKind>,
    /// Role keys inside it; `None` for what is no JWT.
    pub roles_inside: Option<Vec<String>>,
    /// What the token was asked for with.
    pub scopes_asked: Vec<String>,
    /// The door.
    pub method: String,
    /// The door.
    pub path: String,
    /// Who may pass it.
    pub access: Access,
    /// What belongs here.
    pub right: Right,
    /// What came; `None` where no whole answer did.
    pub answer: Option<TargetAnswer>,
    /// The call in the timeline.
    pub exchange: ExchangeId,
    /// Sent only to tell faults apart.
    pub is_probe: bool,
    /// From sending to the last byte, in microseconds.
    pub duration_us: u64,
    /// The same call of the reference; `None` for probes.
    pub reference: Option<Reference>,
}

/// What belongs at a door (RFC 6750, section 3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// 2xx.
    LetIn,
    /// 401.
    Unauthorized,
    /// 403.
    Forbidden,
}

impl Right {
    /// The status that belongs there.
    pub fn status(self) -> u16 {
        match self {
            Self::LetIn => 200,
            Self::Unauthorized => 401,
            Self::Forbidden => 403,
        }
    }
}

/// An answer as it was recorded: marks stand in place of secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetAnswer {
    /// HTTP status.
    pub status: u16,
    /// As recorded.
    pub headers: Vec<Header>,
    /// As recorded.
    pub body: String,
    /// Secrets that must not occur in it.
    pub secrets: Vec<SlotId>,
}

/// How the reference answered the same request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// From sending to the last byte, in microseconds.
    pub duration_us: u64,
    /// The introspection that it rests on.
    pub introspection: Option<ExchangeId>,
    /// The claim that the roles were read from.
    pub role_claim: Option<String>,
    /// The `scope` that introspection answered.
    pub scope: Vec<String>,
}
