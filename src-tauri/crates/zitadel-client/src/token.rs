//! The JWT profile grant (RFC 7523, section 2.1): a service user's signed assertion becomes a token.

use std::time::Duration;

use contract::{
    ExchangeId, SlotId,
    exchange::{Party, Purpose, SecretKind},
    finding::{TokenKind, TokenSummary},
};
use jiff::Timestamp;
use serde_json::Value as Json;

use crate::{
    assertion, claim, clock,
    discovery::Discovery,
    http::{Answer, Failure, Http, Outgoing, Repeat, Value},
    jose,
    key_file::ServiceAccountKey,
    oauth::{self, Said},
    secret::{AccessToken, IdToken},
};

const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// A service user's access token.
#[derive(Debug, Clone)]
pub struct Token {
    /// The token itself.
    pub value: AccessToken,
    /// What came along, where `openid` was asked for.
    pub id_token: Option<IdToken>,
    /// What it looks like from outside.
    pub kind: TokenKind,
    /// From the answer's `expires_in`, by this machine's clock.
    pub expires_at: Option<Timestamp>,
    /// What was asked for; ZITADEL drops scopes without saying so.
    pub scopes_asked: Vec<String>,
    /// Where it is to be revealed from.
    pub slot: SlotId,
    /// Length in characters.
    pub length: usize,
    /// The exchange that brought it.
    pub exchange: ExchangeId,
}

impl Token {
    /// What may be told of it.
    pub fn summary(&self) -> TokenSummary {
        TokenSummary {
            kind: self.kind,
            expires_at: self.expires_at.map(clock::written),
            scopes_asked: self.scopes_asked.clone(),
            scopes_kept: None,
            length: self.length,
            slot: self.slot,
        }
    }
}

/// Why there is no token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// No (whole) answer.
    #[error(transparent)]
    Transport(Failure),
    /// The issuer said no.
    #[error("The issuer refused with status {status}{}.", Words(error.as_deref(), description.as_deref()))]
    Refused {
        /// What the no means.
        refusal: Refusal,
        /// HTTP status.
        status: u16,
        /// The OAuth error word.
        error: Option<String>,
        /// The OAuth error description, or the text that came in its place.
        description: Option<String>,
        /// The exchange in the transcript.
        exchange: ExchangeId,
    },
    /// The issuer said yes, but with something that is no token.
    #[error("The issuer's answer is no token: {reason}.")]
    Unreadable {
        /// The exchange in the transcript.
        exchange: ExchangeId,
        /// What came instead, without a full stop.
        reason: String,
    },
}

impl TokenError {
    /// The exchange in the transcript.
    pub fn exchange(&self) -> ExchangeId {
        match self {
            Self::Transport(failure) => failure.exchange,
            Self::Refused { exchange, .. } | Self::Unreadable { exchange, .. } => *exchange,
        }
    }
}

/// What a refusal means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The assertion: key, audience, clock or user. All dialects of several years are one.
    Assertion,
    /// The user is locked or deactivated.
    UserNotActive,
    /// The host name belongs to no instance.
    InstanceNotFound,
    /// The server is in trouble, or asked too often.
    Server,
    /// Something that names itself.
    Other,
}

/// Error word and description, after a comma.
struct Words<'a>(Option<&'a str>, Option<&'a str>);

impl std::fmt::Display for Words<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        [self.0, self.1].into_iter().flatten().try_for_each(|word| write!(f, ", {word}"))
    }
}

/// Asks for a token. `user_label` names the row in the transcript. The request is sent again only
/// where it was not taken: a second token that nobody knows of would live on.
///
/// # Errors
/// [`TokenError`].
pub async fn request_token(
    http: &Http,
    discovery: &Discovery,
    key: &ServiceAccountKey,
    scopes: &[String],
    user_label: &str,
) -> Result<Token, TokenError> {
    ask(http, discovery, key, scopes, user_label, Purpose::Token).await
}

/// The same, asked only to tell causes apart.
///
/// # Errors
/// [`TokenError`].
pub async fn probe_token(
    http: &Http,
    discovery: &Discovery,
    key: &ServiceAccountKey,
    scopes: &[String],
    user_label: &str,
) -> Result<Token, TokenError> {
    ask(http, discovery, key, scopes, user_label, Purpose::Probe).await
}

async fn ask(
    http: &Http,
    discovery: &Discovery,
    key: &ServiceAccountKey,
    scopes: &[String],
    user_label: &str,
    purpose: Purpose,
) -> Result<Token, TokenError> {
    let now = http.signing_time();
    let assertion = assertion::sign(
        &key.key,
        &key.key_id,
        &key.user_id,
        &discovery.issuer,
        now,
        assertion::LIFETIME,
    );
    let assertion =
        Value::Secret { kind: SecretKind::Assertion, secret: assertion.to_secret(), prefix: "" };
    let outgoing = Outgoing {
        purpose,
        from: Party::Caller,
        to: Party::Zitadel,
        user: Some(user_label.into()),
        request_id: None,
        method: "POST".into(),
        url: discovery.token_endpoint.clone(),
        headers: vec![("accept".into(), "application/json".into())],
        form: Some(vec![
            ("grant_type".into(), GRANT.into()),
            ("assertion".into(), assertion),
            // Always sent: ZITADEL refuses a request without the parameter, not an empty one.
            ("scope".into(), Value::Plain(scopes.join(" "))),
        ]),
        json: None,
        repeatable: false,
    };
    let answer =
        http.send_repeating(outgoing, Repeat::Undelivered).await.map_err(TokenError::Transport)?;
    if !(200..300).contains(&answer.status) {
        return Err(refused(&answer));
    }
    read(http, &answer, scopes)
        .map_err(|reason| TokenError::Unreadable { exchange: answer.exchange, reason })
}

fn read(http: &Http, answer: &Answer, scopes: &[String]) -> Result<Token, String> {
    let members = oauth::object(answer)?;
    let value = match members.get("access_token") {
        Some(Json::String(token)) if !token.is_empty() => AccessToken::from(token.clone()),
        Some(_) => return Err("its `access_token` is no text".into()),
        None => return Err("it holds no `access_token`".into()),
    };
    if let Some(other) = members.get("token_type").and_then(Json::as_str)
        && !other.eq_ignore_ascii_case("bearer")
    {
        return Err("its `token_type` is not Bearer".into());
    }
    let lifetime = members.get("expires_in").and_then(claim::duration).map(Duration::from_secs);
    let secret = http.transcript().slot(value.expose(), SecretKind::AccessToken);
    let id_token = members.get("id_token").and_then(Json::as_str).filter(|text| !text.is_empty());
    Ok(Token {
        id_token: id_token.map(|text| IdToken::from(text.to_owned())),
        kind: jose::look(value.expose()).kind,
        expires_at: lifetime.and_then(|lifetime| http.now().checked_add(lifetime).ok()),
        scopes_asked: scopes.to_vec(),
        slot: secret.slot,
        length: secret.length,
        exchange: answer.exchange,
        value,
    })
}

fn refused(answer: &Answer) -> TokenError {
    let said = Said::in_answer(answer);
    let refusal = if oauth::is_instance_not_found(answer) {
        Refusal::InstanceNotFound
    } else {
        meaning(answer.status, &said)
    };
    TokenError::Refused {
        refusal,
        status: answer.status,
        error: said.error,
        description: said.description,
        exchange: answer.exchange,
    }
}

/// Refused assertions have four dialects, by the server's age: 400 `invalid_request` `assertion
/// invalid`; 500 `server_error` `Errors.Internal` (all recordings `token-err-*`); 400
/// `invalid_client`; 400 `invalid_grant`, with or without its reason (`newer-library.json`).
fn meaning(status: u16, said: &Said) -> Refusal {
    if said.describes("User.NotActive") {
        return Refusal::UserNotActive;
    }
    match (status, said.error.as_deref()) {
        (400 | 401, Some("invalid_client" | "invalid_grant")) => Refusal::Assertion,
        (400, Some("invalid_request")) if said.describes("assertion invalid") => Refusal::Assertion,
        (500, Some("server_error")) if said.describes("Errors.Internal") => Refusal::Assertion,
        (429 | 500.., _) => Refusal::Server,
        _ => Refusal::Other,
    }
}

#[cfg(test)]
mod tests;
