//! Makes the record of one attempt, redacted on the way.

use std::{sync::Arc, time::Duration};

use ::http::HeaderMap;
use contract::exchange::{Exchange, Header, Request, Response, SecretKind, TransportError};
use jiff::Timestamp;
use secrecy::ExposeSecret;

use super::{Outgoing, USER_AGENT, Value};
use crate::{
    clock,
    exchange::{Redactor, Transcript},
};

/// Form fields that are secrets even where nobody said so (RFC 7523, 7662, 6749).
const SECRET_FIELDS: [(&str, SecretKind); 5] = [
    ("assertion", SecretKind::Assertion),
    ("client_assertion", SecretKind::ClientAssertion),
    ("token", SecretKind::AccessToken),
    ("client_secret", SecretKind::ClientSecret),
    ("refresh_token", SecretKind::RefreshToken),
];

/// An exchange under way.
pub(super) struct Record<'t> {
    transcript: &'t Transcript,
    redactor: Redactor<'t>,
    exchange: Exchange,
}

impl<'t> Record<'t> {
    pub(super) fn begin(
        transcript: &'t Transcript,
        outgoing: &Outgoing,
        attempt: u32,
        now: Timestamp,
    ) -> Self {
        let mut redactor = Redactor::new(transcript);
        let mut headers: Vec<Header> = outgoing
            .headers
            .iter()
            .map(|(name, value)| header(&mut redactor, name, value))
            .collect();
        headers.push(Header { name: "user-agent".into(), value: USER_AGENT.into() });
        let form: Option<Vec<Header>> = outgoing.form.as_ref().map(|form| {
            form.iter().map(|(name, value)| field(&mut redactor, name, value)).collect()
        });
        if form.is_some() {
            headers.push(Header {
                name: "content-type".into(),
                value: "application/x-www-form-urlencoded".into(),
            });
        }
        let json = outgoing.json.as_ref().map(|json| redactor.text(&json.to_string()).into_owned());
        if json.is_some() {
            headers.push(Header { name: "content-type".into(), value: "application/json".into() });
        }
        // Last, since a secret of a header or field may stand in the URL too.
        let url = redactor.text(&outgoing.url).into_owned();
        let exchange = Exchange {
            id: transcript.begin(),
            purpose: outgoing.purpose,
            from: outgoing.from,
            to: outgoing.to,
            user: outgoing.user.clone(),
            request_id: outgoing.request_id.clone(),
            request: Request { method: outgoing.method.clone(), url, headers, form, json },
            response: None,
            error: None,
            started_at: clock::written(now),
            duration_us: 0,
            attempt,
            secrets: Vec::new(),
        };
        Self { transcript, redactor, exchange }
    }

    /// Takes in the answer; `whole` is false for one that broke off.
    pub(super) fn answer(&mut self, status: u16, headers: &HeaderMap, body: &str, whole: bool) {
        // First the body: a secret that it brings may stand in a header too.
        let body = self.redactor.body(body, whole);
        let headers = headers
            .iter()
            .map(|(name, value)| {
                self.redactor.header(name.as_str(), &String::from_utf8_lossy(value.as_bytes()))
            })
            .collect();
        self.exchange.response = Some(Response { status, headers, body });
    }

    pub(super) fn end(mut self, elapsed: Duration, error: Option<TransportError>) -> Arc<Exchange> {
        self.exchange.duration_us = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX);
        self.exchange.error = error;
        self.exchange.secrets = self.redactor.into_secrets();
        self.transcript.end(self.exchange)
    }
}

fn header(redactor: &mut Redactor<'_>, name: &str, value: &Value) -> Header {
    match value {
        Value::Plain(text) => redactor.header(name, text),
        Value::Secret { kind, secret, prefix } => {
            let mark = redactor.hide(secret.expose_secret(), *kind);
            Header { name: name.into(), value: format!("{prefix}{mark}") }
        }
    }
}

fn field(redactor: &mut Redactor<'_>, name: &str, value: &Value) -> Header {
    let kind = SECRET_FIELDS.iter().find(|(field, _)| *field == name).map(|(_, kind)| *kind);
    match (value, kind) {
        (Value::Plain(secret), Some(kind)) => {
            Header { name: name.into(), value: redactor.hide(secret, kind) }
        }
        (Value::Plain(text), None) => {
            Header { name: name.into(), value: redactor.text(text).into_owned() }
        }
        (Value::Secret { .. }, _) => header(redactor, name, value),
    }
}
