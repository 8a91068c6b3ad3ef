//! One HTTP exchange as the timeline and Compare show it.
//!
//! Secrets are taken out where an exchange is made: in their place stands a mark `⟦7⟧`, the number
//! being the slot on the Rust side that keeps the secret. Only a command that a person asked for
//! (reveal, copy) resolves a slot.

use crate::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

/// Numbers exchanges within one running program, from 1, in the order in which they began.
pub type ExchangeId = u64;
/// Numbers secrets within one running program, from 1. The same secret keeps its number.
pub type SlotId = u64;

/// One request and what came back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Exchange {
    pub id: ExchangeId,
    /// What the exchange was for.
    pub purpose: Purpose,
    /// Who sent the request.
    pub from: Party,
    /// Who was asked.
    pub to: Party,
    /// The row it belongs to: a user's label or `nobody`; `None` where it belongs to no row.
    pub user: Option<String>,
    /// Ties a call of the protected API and its introspection together (`x-request-id`).
    pub request_id: Option<String>,
    pub request: Request,
    /// `None` when no answer came; [`Exchange::error`] then says why.
    pub response: Option<Response>,
    /// Why there is no (whole) answer.
    pub error: Option<TransportError>,
    pub started_at: Timestamp,
    /// From sending to the last byte of the answer, in microseconds.
    pub duration_us: u64,
    /// 1 for the first try; higher for its repeats.
    pub attempt: u32,
    /// The slots that occur in request and answer.
    pub secrets: Vec<Secret>,
}

/// What an exchange was for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Purpose {
    Discovery,
    Jwks,
    Token,
    Introspection,
    Userinfo,
    /// A call of ZITADEL's management API.
    Management,
    /// A call of the protected API.
    Call,
    /// Sent only to find out why a step failed.
    Probe,
}

/// The three who talk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Party {
    /// A service user, or whoever calls.
    Caller,
    /// The protected API.
    Api,
    /// The issuer.
    Zitadel,
}

/// A request as sent, secrets replaced by their marks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Request {
    pub method: String,
    pub url: String,
    pub headers: Vec<Header>,
    /// Form bodies as name and value; `None` where another kind of body, or none, was sent.
    pub form: Option<Vec<Header>>,
    /// A JSON body as text; absent where another kind of body, or none, was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub json: Option<String>,
}

/// An answer as received, secrets replaced by their marks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Response {
    pub status: u16,
    pub headers: Vec<Header>,
    /// Text as far as it is UTF-8; at most 1 MiB.
    pub body: String,
}

/// A name and its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Header {
    pub name: String,
    pub value: String,
}

/// Why there was no (whole) answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct TransportError {
    pub kind: TransportErrorKind,
    /// One sentence for people, without secrets.
    pub message: String,
    /// What of TLS failed; absent for every other kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub tls: Option<TlsFault>,
}

/// Classes of transport faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum TransportErrorKind {
    /// The host's name has no address.
    NameNotFound,
    /// Nobody listens there, or the way is barred.
    NotConnected,
    /// No (whole) answer in time.
    TimedOut,
    /// The certificate is not trusted, expired, or for another name.
    Tls,
    /// The connection broke before the answer was whole.
    Broken,
    /// The answer is over 1 MiB.
    TooLarge,
}

/// Why a server is not trusted, or cannot be spoken to over TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum TlsFault {
    /// The certificate has expired.
    Expired,
    /// The certificate's time has not come yet.
    NotYetValid,
    /// The certificate is for another name.
    Name,
    /// The certificate comes from nobody who is trusted here; one that was signed by itself, too.
    UnknownAuthority,
    /// The certificate is an authority's own, which a server must not show: how certificates that
    /// were signed by themselves are often made.
    OwnAuthority,
    /// Its authority took the certificate back.
    Revoked,
    /// The certificate cannot be trusted for another reason.
    Certificate,
    /// What answers does not speak TLS: a plain http port, for example.
    NotTls,
    /// Both sides speak TLS and find no version or cipher in common.
    Handshake,
    /// This machine's own certificates cannot be read, so that nobody can be trusted.
    NoAuthorities,
}

/// A secret's place and what may be known of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Secret {
    pub slot: SlotId,
    pub kind: SecretKind,
    /// Length in characters.
    pub length: usize,
    /// The JOSE header, where the secret is a JWT or JWE.
    pub header: Option<Value>,
    /// The claims, where the secret is a JWT.
    pub claims: Option<Value>,
}

/// What a secret is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum SecretKind {
    AccessToken,
    IdToken,
    RefreshToken,
    /// A service user's signed assertion (RFC 7523, section 2.1).
    Assertion,
    /// An API's signed assertion (RFC 7523, section 2.2).
    ClientAssertion,
    ClientSecret,
    /// What opens ZITADEL's management API without a signature.
    PersonalAccessToken,
}

/// What stands for slot `slot` in a text.
pub fn mark(slot: SlotId) -> String {
    format!("\u{27e6}{slot}\u{27e7}")
}
