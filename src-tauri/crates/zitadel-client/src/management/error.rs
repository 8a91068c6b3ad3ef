//! Why the management API did not do what it was asked.

use contract::ExchangeId;
use serde_json::Value as Json;

use crate::{
    http::{Answer, Failure},
    oauth,
};

/// gRPC's numbers for what went wrong.
const ALREADY_EXISTS: u32 = 6;
const PERMISSION_DENIED: u32 = 7;
const UNAUTHENTICATED: u32 = 16;

/// Answers that say that what was asked for is so already (recordings `manage-update-grant`,
/// `manage-deactivate-user-again`, `manage-reactivate-user-again`, `manage-unlock-user-again`).
/// `COMMAND-3NN8v`, to locking, is not among them: it answers for a deactivated user too.
const ALREADY_SO: [&str; 4] = ["COMMAND-Rs8fy", "COMMAND-5M0sf", "COMMAND-6M0sf", "COMMAND-4M0ds"];

/// A token without any right in the organisation: ZITADEL answers 404 (recording
/// `manage-service-token-no-permission`).
const NO_MEMBERSHIP: &str = "AUTHZ-cdgFk";

/// Longer texts in place of an error are web pages.
const LONGEST_TEXT: usize = 1000;

/// Why the management API did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManagementError {
    /// No (whole) answer; whether a change took place is not known.
    #[error(transparent)]
    Transport(Failure),
    /// ZITADEL said no.
    #[error("ZITADEL refused with status {status}: {message}.")]
    Refused {
        /// The exchange in the transcript.
        exchange: ExchangeId,
        /// HTTP status.
        status: u16,
        /// gRPC's number, where the answer is ZITADEL's own.
        code: Option<u32>,
        /// Names the place in ZITADEL that said no, for example `COMMAND-Rs8fy`. It stays the same
        /// in all languages.
        id: Option<String>,
        /// In ZITADEL's words, without a full stop.
        message: String,
    },
    /// ZITADEL said yes, but with something that cannot be read.
    #[error("ZITADEL's answer cannot be read: {reason}.")]
    Unreadable {
        /// The exchange in the transcript.
        exchange: ExchangeId,
        /// What came instead, without a full stop.
        reason: String,
    },
}

impl ManagementError {
    /// Reads the record, which holds no secret that the server echoed.
    pub(super) fn refused(answer: &Answer) -> Self {
        let (exchange, status) = (answer.exchange, answer.status);
        let body = oauth::recorded_body(answer);
        let Ok(Json::Object(members)) = serde_json::from_str(body) else {
            let message = sentence(body).unwrap_or_else(|| "it gave no reason".into());
            return Self::Refused { exchange, status, code: None, id: None, message };
        };
        let code = members.get("code").and_then(Json::as_u64).and_then(|c| u32::try_from(c).ok());
        let text = |value: Option<&Json>| value.and_then(Json::as_str).map(str::to_owned);
        let whole = text(members.get("message")).unwrap_or_default();
        let (message, in_message) = apart(&whole);
        let detail = members.get("details").and_then(|details| details.get(0)?.get("id"));
        let id = text(detail).or_else(|| in_message.map(str::to_owned));
        let message = sentence(message).unwrap_or_else(|| "it gave no reason".into());
        Self::Refused { exchange, status, code, id, message }
    }

    /// The exchange in the transcript.
    pub fn exchange(&self) -> ExchangeId {
        match self {
            Self::Transport(failure) => failure.exchange,
            Self::Refused { exchange, .. } | Self::Unreadable { exchange, .. } => *exchange,
        }
    }

    /// What was to be changed is so already.
    pub fn is_already_so(&self) -> bool {
        self.id().is_some_and(|id| ALREADY_SO.contains(&id))
    }

    /// What was to be created exists: a name is taken, or a user is authorised already.
    pub fn already_exists(&self) -> bool {
        self.code() == Some(ALREADY_EXISTS)
    }

    /// What was named does not exist.
    pub fn is_not_found(&self) -> bool {
        self.status() == Some(404) && !self.is_forbidden()
    }

    /// The token is known, and its user may not do this.
    pub fn is_forbidden(&self) -> bool {
        self.code() == Some(PERMISSION_DENIED) || self.id() == Some(NO_MEMBERSHIP)
    }

    /// The token is not known, has expired, or is not made out to the management API.
    pub fn is_unauthenticated(&self) -> bool {
        self.code() == Some(UNAUTHENTICATED) || self.status() == Some(401)
    }

    fn status(&self) -> Option<u16> {
        match self {
            Self::Refused { status, .. } => Some(*status),
            _ => None,
        }
    }

    fn code(&self) -> Option<u32> {
        match self {
            Self::Refused { code, .. } => *code,
            _ => None,
        }
    }

    fn id(&self) -> Option<&str> {
        match self {
            Self::Refused { id, .. } => id.as_deref(),
            _ => None,
        }
    }
}

/// `User not found (QUERY-Dfbg2)` in its two parts.
fn apart(message: &str) -> (&str, Option<&str>) {
    let found = message.strip_suffix(')').and_then(|rest| rest.rsplit_once(" ("));
    match found {
        Some((said, id)) if id.contains('-') && !id.contains(' ') => (said, Some(id)),
        _ => (message, None),
    }
}

fn sentence(text: &str) -> Option<String> {
    let text = text.trim().trim_end_matches('.');
    let is_sentence = !text.is_empty() && text.len() <= LONGEST_TEXT && !text.starts_with('<');
    is_sentence.then(|| text.to_owned())
}
