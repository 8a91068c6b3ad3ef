//! Answers in ZITADEL's shape: JSON with a line feed, OAuth errors, texts, and their headers.

use std::{borrow::Cow, time::SystemTime};

use axum::{
    body::Body,
    http::{
        HeaderValue, StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE, DATE, EXPIRES, PRAGMA},
    },
    response::{IntoResponse, Response},
};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::Issuer;

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");

/// A JSON answer.
pub(super) fn json(status: StatusCode, body: &impl Serialize) -> Response {
    let mut bytes = Vec::with_capacity(1024);
    if serde_json::to_writer(&mut bytes, body).is_err() {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    bytes.push(b'\n');
    with_type(status, JSON, bytes)
}

/// A text answer, to which a line feed is added.
pub(super) fn text(status: StatusCode, body: &str) -> Response {
    with_type(status, TEXT, format!("{body}\n").into_bytes())
}

/// JSON that was written before.
pub(super) fn written(body: Vec<u8>) -> Response {
    with_type(StatusCode::OK, JSON, body)
}

fn with_type(status: StatusCode, content_type: HeaderValue, body: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    response
}

/// No such path: Go's words.
pub(super) fn not_found() -> Response {
    text(StatusCode::NOT_FOUND, "404 page not found")
}

/// The instance does not know this host (`discovery-unknown-host.json`).
pub(super) fn instance_not_found(issuer: &Issuer, asked: &str) -> Response {
    let Issuer { scheme, host, .. } = issuer;
    text(
        StatusCode::NOT_FOUND,
        &format!(
            "unable to set instance using origin &{{{asked}  {scheme}}} (ExternalDomain is {host}): \
             ID=QUERY-1kIjX Message=Instance not found. Make sure you got the domain right. \
             Check out https://zitadel.com/docs/apis/introduction#domains"
        ),
    )
}

/// Adds the server's time, and that nothing is to be kept where an answer does not say otherwise.
pub(super) fn with_times(mut response: Response, now: Timestamp) -> Response {
    let date = |time: Timestamp| {
        HeaderValue::from_str(&httpdate::fmt_http_date(SystemTime::from(time))).ok()
    };
    let headers = response.headers_mut();
    headers.extend(date(now).map(|now| (DATE, now)));
    if !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
        let past = now.saturating_sub(SignedDuration::from_hours(1)).unwrap_or(now);
        headers.extend(date(past).map(|past| (EXPIRES, past)));
    }
    response
}

/// An OAuth error (RFC 6749, section 5.2).
#[derive(Debug, Serialize)]
pub(super) struct OAuthError {
    #[serde(skip)]
    status: StatusCode,
    error: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_description: Option<Cow<'static, str>>,
    /// What is behind it; only with `debug_oidc_parent_error`.
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<String>,
}

impl OAuthError {
    /// With 400, ZITADEL's status for nearly all of them.
    pub(super) fn new(error: &'static str) -> Self {
        Self { status: StatusCode::BAD_REQUEST, error, error_description: None, parent: None }
    }

    pub(super) fn because(mut self, description: impl Into<Cow<'static, str>>) -> Self {
        self.error_description = Some(description.into());
        self
    }

    pub(super) fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    pub(super) fn with_parent(mut self, parent: Option<String>) -> Self {
        self.parent = parent;
        self
    }

    /// What v4.3 says when something inside failed, an unusable assertion among it.
    pub(super) fn internal() -> Self {
        Self::new("server_error")
            .because("Errors.Internal")
            .with_status(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl IntoResponse for OAuthError {
    fn into_response(self) -> Response {
        json(self.status, &self)
    }
}
