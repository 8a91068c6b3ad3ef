//! The issuer's own description (OpenID Connect Discovery 1.0).
//!
//! What the document says is believed only as far as it concerns the origin that was typed: a hostile
//! address could name somebody else's issuer and collect assertions that are good there.

mod address;

use contract::{
    ExchangeId,
    exchange::{Party, Purpose},
    workspace::DiscoveredView,
};
use jiff::Timestamp;
use serde_json::{Map, Value};
use url::Url;

use crate::{
    http::{Answer, Failure, Http, Outgoing},
    oauth,
};
pub use address::{AddressError, IssuerAddress};

/// An issuer as it describes itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Discovery {
    /// Exactly as the document names it, slash and all: assertions are made out to this.
    pub issuer: String,
    /// Where assertions become tokens.
    pub token_endpoint: String,
    /// Where an API asks about tokens.
    pub introspection_endpoint: String,
    /// Where a token tells of its user.
    pub userinfo_endpoint: Option<String>,
    /// Where the signing keys lie.
    pub jwks_uri: Option<String>,
    /// The whole document, with what is not known here.
    pub document: Value,
    /// The server's clock when it answered.
    pub server_date: Option<Timestamp>,
    /// The exchange in the transcript.
    pub exchange: ExchangeId,
}

/// Why there is no issuer to work with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DiscoveryError {
    /// Plain http to another machine, and nobody agreed to it. Nothing was sent.
    #[error("{address} is not encrypted, so nothing was sent.")]
    Insecure {
        /// As it would have been asked.
        address: String,
    },
    /// No (whole) answer.
    #[error("{address} cannot be reached: {failure}")]
    Unreachable {
        /// As it was asked.
        address: String,
        /// Why.
        failure: Failure,
    },
    /// A ZITADEL that does not serve this host name.
    #[error("ZITADEL answers at {address}, but has no instance of that name.")]
    InstanceNotFound {
        /// As it was asked.
        address: String,
        /// The exchange in the transcript.
        exchange: ExchangeId,
        /// What it answered.
        text: String,
    },
    /// Something answers, but it is no issuer.
    #[error("What answers at {address} is not ZITADEL: {reason}.")]
    NotZitadel {
        /// As it was asked.
        address: String,
        /// The exchange in the transcript.
        exchange: ExchangeId,
        /// What came instead of a discovery document, without a full stop.
        reason: String,
    },
    /// The document names an issuer of another origin. Nothing was posted to either.
    #[error("{typed} calls itself {named}.")]
    Mismatch {
        /// As it was asked.
        typed: String,
        /// As the document names it.
        named: String,
        /// The named issuer was asked too, and names itself.
        verified: bool,
        /// The exchange in which the name stood.
        exchange: ExchangeId,
    },
    /// The document sends secrets to another origin than its issuer's.
    #[error("{issuer} sends its {name} elsewhere: {endpoint}")]
    ForeignEndpoint {
        /// As the document names it.
        issuer: String,
        /// The member of the document.
        name: &'static str,
        /// Its value.
        endpoint: String,
        /// The exchange in the transcript.
        exchange: ExchangeId,
    },
}

impl Discovery {
    /// The addresses that the guide has people note.
    pub fn view(&self) -> DiscoveredView {
        DiscoveredView {
            issuer: self.issuer.clone(),
            token_endpoint: self.token_endpoint.clone(),
            introspection_endpoint: self.introspection_endpoint.clone(),
            userinfo_endpoint: self.userinfo_endpoint.clone(),
            jwks_uri: self.jwks_uri.clone(),
        }
    }
}

/// Asks an issuer to describe itself. A name that differs only in slash, letter case or default port
/// is taken as it is; one of the same origin is asked there and must name itself; one of another
/// origin is an error that says whether it does.
///
/// # Errors
/// [`DiscoveryError`].
pub async fn discover(
    http: &Http,
    address: &IssuerAddress,
    allow_http: bool,
) -> Result<Discovery, DiscoveryError> {
    let found = fetch(http, address, allow_http).await?;
    let Ok(named) = IssuerAddress::parse(&found.issuer) else {
        return Err(DiscoveryError::NotZitadel {
            address: address.to_string(),
            exchange: found.exchange,
            reason: "its `issuer` is no http or https address".into(),
        });
    };
    let found = if named.is_same_as(address) {
        found
    } else {
        let (typed, exchange) = (address.to_string(), found.exchange);
        let there = fetch(http, &named, allow_http).await.ok();
        let verified = there.filter(|there| there.issuer == found.issuer);
        match verified {
            Some(there) if same_origin(address, &found.issuer) => there,
            verified => {
                let verified = verified.is_some();
                return Err(DiscoveryError::Mismatch {
                    typed,
                    named: found.issuer,
                    verified,
                    exchange,
                });
            }
        }
    };
    keep_home(address, found)
}

async fn fetch(
    http: &Http,
    address: &IssuerAddress,
    allow_http: bool,
) -> Result<Discovery, DiscoveryError> {
    if address.is_plain_http() && !address.is_loopback() && !allow_http {
        return Err(DiscoveryError::Insecure { address: address.to_string() });
    }
    let outgoing = Outgoing {
        purpose: Purpose::Discovery,
        from: Party::Api,
        to: Party::Zitadel,
        user: None,
        request_id: None,
        method: "GET".into(),
        url: address.discovery_url(),
        headers: vec![("accept".into(), "application/json".into())],
        form: None,
        json: None,
        repeatable: true,
    };
    let answer = http
        .send(outgoing)
        .await
        .map_err(|failure| DiscoveryError::Unreachable { address: address.to_string(), failure })?;
    if oauth::is_instance_not_found(&answer) {
        return Err(DiscoveryError::InstanceNotFound {
            address: address.to_string(),
            exchange: answer.exchange,
            text: oauth::recorded_body(&answer).trim().to_owned(),
        });
    }
    read(&answer).map_err(|reason| DiscoveryError::NotZitadel {
        address: address.to_string(),
        exchange: answer.exchange,
        reason,
    })
}

fn read(answer: &Answer) -> Result<Discovery, String> {
    match answer.status {
        200 => {}
        status @ 300..400 => {
            let to = answer.headers.get("location").and_then(|to| to.to_str().ok());
            let to = to.and_then(origin_of).map_or(String::new(), |to| format!(" to {to}"));
            return Err(format!(
                "it answered {status}, a redirect{to}, and redirects are not followed"
            ));
        }
        status => return Err(format!("it answered {status} in place of a discovery document")),
    }
    let document = oauth::object(answer)
        .map_err(|instead| format!("it answered, but not with a discovery document: {instead}"))?;
    Ok(Discovery {
        issuer: text(&document, "issuer")?,
        token_endpoint: endpoint(&document, "token_endpoint")?,
        introspection_endpoint: endpoint(&document, "introspection_endpoint")?,
        userinfo_endpoint: endpoint(&document, "userinfo_endpoint").ok(),
        jwks_uri: endpoint(&document, "jwks_uri").ok(),
        document: Value::Object(document),
        server_date: answer.date(),
        exchange: answer.exchange,
    })
}

fn text(document: &Map<String, Value>, name: &'static str) -> Result<String, String> {
    match document.get(name) {
        Some(Value::String(text)) if !text.is_empty() => Ok(text.clone()),
        Some(_) => Err(format!("the `{name}` of its discovery document is no text")),
        None => Err(format!("its discovery document names no `{name}`")),
    }
}

fn endpoint(document: &Map<String, Value>, name: &'static str) -> Result<String, String> {
    let endpoint = text(document, name)?;
    match Url::parse(&endpoint) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(endpoint),
        _ => Err(format!("the `{name}` of its discovery document is no http or https address")),
    }
}

/// Every place that is sent a secret must be at the origin that was typed.
fn keep_home(address: &IssuerAddress, found: Discovery) -> Result<Discovery, DiscoveryError> {
    let places = [
        ("token_endpoint", Some(&found.token_endpoint)),
        ("introspection_endpoint", Some(&found.introspection_endpoint)),
        ("userinfo_endpoint", found.userinfo_endpoint.as_ref()),
    ];
    for (name, endpoint) in places {
        if let Some(endpoint) = endpoint
            && !same_origin(address, endpoint)
        {
            return Err(DiscoveryError::ForeignEndpoint {
                issuer: found.issuer.clone(),
                name,
                endpoint: endpoint.clone(),
                exchange: found.exchange,
            });
        }
    }
    Ok(found)
}

fn same_origin(address: &IssuerAddress, url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| address.is_same_origin(&url))
}

fn origin_of(url: &str) -> Option<String> {
    Some(Url::parse(url).ok()?.origin().ascii_serialization())
}

#[cfg(test)]
mod tests;
