//! The issuer's signing keys (RFC 7517): fetched, kept, and looked up for a JWT's signature. What is
//! not known of them is kept and left alone.

mod keys;
mod signature;

use std::time::Duration;

use ::http::{HeaderMap, header::CACHE_CONTROL};
use contract::{
    ExchangeId,
    exchange::{Party, Purpose},
};
use serde_json::Value as Json;

use crate::{
    discovery::Discovery,
    http::{Failure, Http, Outgoing},
    oauth,
};

pub use keys::Keys;
pub use signature::Verification;

/// Where the issuer does not say; it is what ZITADEL says.
const FRESH_FOR: Duration = Duration::from_secs(5 * 60);
/// Nobody's word counts for longer.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// One public key.
#[derive(Debug, Clone, PartialEq)]
pub struct Jwk {
    /// What a JWT's header names; `None` for keys that cannot be named.
    pub key_id: Option<String>,
    /// `RSA`, `EC`, `OKP`, or what comes after them.
    pub key_type: String,
    /// For example `RS256`.
    pub algorithm: Option<String>,
    /// The whole key, with what is not known here.
    pub document: Json,
}

/// The issuer's keys at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Jwks {
    /// In the answer's order; what has no `kty` is no key and left out.
    pub keys: Vec<Jwk>,
    /// How long they may be kept (`Cache-Control`, RFC 9111, section 5.2.2).
    pub fresh_for: Duration,
    /// The exchange in the transcript.
    pub exchange: ExchangeId,
}

impl Jwks {
    /// The key of this name.
    pub fn find(&self, key_id: &str) -> Option<&Jwk> {
        self.keys.iter().find(|key| key.key_id.as_deref() == Some(key_id))
    }
}

/// Why there are no keys.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JwksError {
    /// The discovery document names no place for them.
    #[error("The issuer names no `jwks_uri`.")]
    Unnamed,
    /// No (whole) answer.
    #[error(transparent)]
    Transport(Failure),
    /// The answer is no set of keys.
    #[error("The issuer's keys cannot be read: {reason}.")]
    Unreadable {
        /// The exchange in the transcript.
        exchange: ExchangeId,
        /// What came instead, without a full stop.
        reason: String,
    },
}

/// Fetches the keys, anew at each call.
///
/// # Errors
/// [`JwksError`].
pub async fn fetch(http: &Http, discovery: &Discovery) -> Result<Jwks, JwksError> {
    let outgoing = Outgoing {
        purpose: Purpose::Jwks,
        from: Party::Api,
        to: Party::Zitadel,
        user: None,
        request_id: None,
        method: "GET".into(),
        url: discovery.jwks_uri.clone().ok_or(JwksError::Unnamed)?,
        headers: vec![("accept".into(), "application/json".into())],
        form: None,
        json: None,
        repeatable: true,
    };
    let answer = http.send(outgoing).await.map_err(JwksError::Transport)?;
    let exchange = answer.exchange;
    let unreadable = |reason| JwksError::Unreadable { exchange, reason };
    if answer.status != 200 {
        return Err(unreadable(format!("the status is {}", answer.status)));
    }
    let document = oauth::object(&answer).map_err(unreadable)?;
    let keys = document
        .get("keys")
        .and_then(Json::as_array)
        .ok_or_else(|| unreadable("the answer holds no `keys`".into()))?;
    Ok(Jwks { fresh_for: fresh_for(&answer.headers), ..Jwks::read(keys, exchange) })
}

impl Jwks {
    fn read(keys: &[Json], exchange: ExchangeId) -> Self {
        Self { keys: keys.iter().filter_map(key).collect(), fresh_for: FRESH_FOR, exchange }
    }
}

fn fresh_for(headers: &HeaderMap) -> Duration {
    let values = headers.get_all(CACHE_CONTROL).into_iter().filter_map(|value| value.to_str().ok());
    let mut fresh_for = FRESH_FOR;
    for directive in values.flat_map(|value| value.split(',')) {
        let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
        match name.trim().to_ascii_lowercase().as_str() {
            "no-store" | "no-cache" => return Duration::ZERO,
            "max-age" => {
                let seconds = value.trim().trim_matches('"').parse().map(Duration::from_secs);
                fresh_for = seconds.map_or(fresh_for, |seconds| seconds.min(LONGEST));
            }
            _ => {}
        }
    }
    fresh_for
}

fn key(document: &Json) -> Option<Jwk> {
    let text = |name| document.get(name).and_then(Json::as_str).map(str::to_owned);
    Some(Jwk {
        key_id: text("kid"),
        key_type: text("kty")?,
        algorithm: text("alg"),
        document: document.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{self, Reply, Server};
    use serde_json::json;

    #[tokio::test]
    async fn keys_of_every_type_are_kept_and_found_by_name() {
        let keys = json!({ "keys": [
            { "kty": "RSA", "kid": "1", "alg": "RS256", "n": "tVg0", "e": "AQAB" },
            { "kty": "AKP", "kid": "2", "new": true },
            { "kid": "no type" },
            "no key",
        ]});
        let server = Server::answering([Reply::json(200, &keys)]).await;
        let (http, _) = testing::http();
        let jwks = fetch(&http, &server.discovery).await.unwrap();
        assert_eq!(jwks.keys.len(), 2);
        assert_eq!(jwks.find("1").unwrap().algorithm.as_deref(), Some("RS256"));
        assert_eq!(jwks.find("2").unwrap().document["new"], true);
        assert_eq!(jwks.find("3"), None);
    }

    #[tokio::test]
    async fn what_is_no_set_of_keys_is_named() {
        let cases = [
            (Reply::json(500, &json!({})), "status is 500"),
            (Reply::text(200, "<html>"), "web page"),
            (Reply::json(200, &json!({ "key": 1 })), "no `keys`"),
        ];
        for (reply, words) in cases {
            let server = Server::answering([reply]).await;
            let error = fetch(&testing::http().0, &server.discovery).await.unwrap_err();
            assert!(error.to_string().contains(words), "{error}");
        }
        let mut server = Server::answering([]).await;
        server.discovery.jwks_uri = None;
        assert_eq!(fetch(&testing::http().0, &server.discovery).await, Err(JwksError::Unnamed));
    }
}
