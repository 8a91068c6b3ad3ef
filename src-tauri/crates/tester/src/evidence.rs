//! What was seen on the way, as plain data. [`crate::diagnosis`] reads nothing else, so each
//! finding can be tested without a network.

use contract::{Decision, ExchangeId, exchange::TransportError};

/// A service user as far as its key file and ZITADEL told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The row's label.
    pub label: String,
    /// The user name that ZITADEL answered, as soon as it is known.
    pub user_name: Option<String>,
    /// From the key file.
    pub user_id: String,
    /// From the key file.
    pub key_id: String,
    /// The key file's path.
    pub key_path: String,
}

impl Caller {
    /// What people call it.
    pub fn name(&self) -> &str {
        self.user_name.as_deref().unwrap_or(&self.label)
    }
}

/// What the whole run stands on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scene {
    /// As the issuer calls itself.
    pub issuer: String,
    /// Typed or learned.
    pub project_id: Option<String>,
    /// From the API's key file.
    pub client_id: String,
    /// From the API's key file.
    pub app_id: String,
    /// The API's key file.
    pub api_key_path: String,
    /// The local clock less the issuer's, in seconds; `None` where no answer carried a `Date`.
    pub clock_offset: Option<i64>,
    /// The discovery exchange that showed the issuer's clock.
    pub discovery: ExchangeId,
}

/// A token request that gave no token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRefusal {
    /// The exchange in the timeline.
    pub exchange: ExchangeId,
    /// How it failed.
    pub how: TokenFailure,
}

/// The ways in which a token request fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenFailure {
    /// The assertion was refused. The four dialects of this answer mean the same.
    Assertion {
        /// HTTP status.
        status: u16,
        /// The OAuth error word and its description, as answered.
        said: String,
    },
    /// `Errors.User.NotActive`.
    UserNotActive {
        /// HTTP status.
        status: u16,
    },
    /// 404: the instance does not know the host name.
    InstanceNotFound,
    /// 5xx or 429, or an answer that is no token.
    Trouble {
        /// What came instead, as a sentence.
        what: String,
    },
    /// Refused for a reason that names itself.
    Refused {
        /// HTTP status.
        status: u16,
        /// The OAuth error word and its description, as answered.
        said: String,
    },
    /// No (whole) answer.
    Transport(TransportError),
}

/// One answered call of a protected endpoint that was not allowed.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    /// Who called.
    pub caller: Caller,
    /// The door.
    pub path: String,
    /// The scopes that the token was asked for with.
    pub scopes_asked: Vec<String>,
    /// The API's own account.
    pub decision: Decision,
    /// Userinfo asked with the same token, where introspection called it inactive.
    pub userinfo: Option<UserinfoProbe>,
}

/// What userinfo said of a token that introspection calls inactive. Userinfo checks no audience, so
/// a token that is good there and inactive here was made out to somebody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserinfoProbe {
    /// The exchange in the timeline.
    pub exchange: ExchangeId,
    /// `None` where no answer came.
    pub status: Option<u16>,
}

impl UserinfoProbe {
    /// The token is alive.
    pub fn is_alive(&self) -> bool {
        self.status == Some(200)
    }
}
