//! What was seen on the way, as plain data. [`crate::diagnosis`] reads nothing else, so each
//! finding can be tested without a network.

mod probe;

use contract::{
    Decision, ExchangeId,
    exchange::{Exchange, TransportError},
    finding::TokenKind,
};
use jiff::Timestamp;
use serde_json::{Map, Value};

pub use probe::{
    ApiProbe, AudienceProbe, Authorization, DatedProbe, DefinedRoles, FreshProbe, FreshToken,
    Managed, Renamed, UserinfoProbe, Waited,
};

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
    /// From the API's key file.
    pub api_key_id: String,
    /// The API's key file.
    pub api_key_path: String,
}

/// The local clock against the issuer's, as one answer showed it: its `Date` counts whole seconds,
/// and it was made somewhere within the round trip.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Clocks {
    /// The least that the local clock is ahead, in seconds; negative where it is behind.
    pub least: f64,
    /// The most.
    pub most: f64,
    /// The answer that showed it.
    pub exchange: ExchangeId,
}

impl Clocks {
    /// As an answer's `Date` shows it; `None` where it carries none.
    pub fn of(exchange: &Exchange) -> Option<Self> {
        let headers = &exchange.response.as_ref()?.headers;
        let date = headers.iter().find(|header| header.name.eq_ignore_ascii_case("date"))?;
        let date = httpdate::parse_http_date(&date.value).ok()?;
        let server = Timestamp::try_from(date).ok()?.as_millisecond() as f64 / 1e3;
        let began: Timestamp = exchange.started_at.parse().ok()?;
        let sent = began.as_millisecond() as f64 / 1e3;
        let got = sent + exchange.duration_us as f64 / 1e6;
        // The answer was dated between the two, at a moment within the second that `Date` names.
        Some(Self { least: sent - (server + 1.0), most: got - server, exchange: exchange.id })
    }

    /// The local clock less the issuer's, in whole seconds: the middle of what is possible.
    pub fn offset(&self) -> i64 {
        // Clocks are seconds to years apart, far within an i64.
        #[allow(clippy::cast_possible_truncation)]
        let offset = f64::midpoint(self.least, self.most).round() as i64;
        offset
    }
}

/// A token request that gave no token.
#[derive(Debug, Clone, PartialEq)]
pub struct TokenRefusal {
    /// The exchange in the timeline.
    pub exchange: ExchangeId,
    /// How it failed.
    pub how: TokenFailure,
    /// By that very answer; `None` where it carried no `Date`.
    pub clocks: Option<Clocks>,
    /// The same assertion once more, dated by the issuer's clock.
    pub dated: Option<DatedProbe>,
    /// The issuer has taken another name, where it has.
    pub renamed: Option<Renamed>,
    /// Whether the issuer accepts the API's own key.
    pub api: Option<ApiProbe>,
    /// What the management API tells, where somebody entered a personal access token.
    pub managed: Option<Managed>,
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

/// A token as its holder sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct TokenSeen {
    /// Opaque, JWT or JWE.
    pub kind: TokenKind,
    /// When it ends, by this machine's clock.
    pub expires_at: Option<Timestamp>,
    /// The scopes that it was asked for with.
    pub scopes_asked: Vec<String>,
    /// The claims of a JWT.
    pub claims: Option<Value>,
    /// The exchange that brought it.
    pub exchange: ExchangeId,
}

/// One answered call of a protected endpoint that was not allowed, with what probes added.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    /// Who called.
    pub caller: Caller,
    /// The door.
    pub path: String,
    /// The token that was shown.
    pub token: TokenSeen,
    /// The API's own account.
    pub decision: Decision,
    /// This machine's clock.
    pub now: Timestamp,
    /// Userinfo asked with the same token.
    pub userinfo: Option<UserinfoProbe>,
    /// A token with the API's client id as its audience.
    pub audience: Option<AudienceProbe>,
    /// Another token, asked for as this one was.
    pub fresh: Option<FreshProbe>,
    /// The role was given by Rolecall itself a moment ago.
    pub waited: Option<Waited>,
    /// What the management API tells, where somebody entered a personal access token.
    pub managed: Option<Managed>,
}

impl Refusal {
    /// What introspection answered for this very call.
    pub fn introspection(&self) -> Option<&Map<String, Value>> {
        self.decision.introspection.as_ref()?.as_object()
    }
}

/// The API's own signature was refused, so no token was looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct ApiRefusal {
    /// The introspection that was refused.
    pub exchange: ExchangeId,
    /// Its answer in a few words, without a full stop.
    pub said: String,
    /// 404: the instance does not know the host name.
    pub instance_not_found: bool,
    /// By that very answer.
    pub clocks: Option<Clocks>,
    /// A token that is surely wrong, introspected: is it about the API, or about the token?
    pub api: Option<ApiProbe>,
    /// The same, signed by the issuer's clock.
    pub dated: Option<DatedProbe>,
    /// The issuer has taken another name, where it has.
    pub renamed: Option<Renamed>,
    /// What the management API tells.
    pub managed: Option<Managed>,
}
