//! Revocation. Only an application of a browser's kind may ask for it, and there is none here: every
//! client is turned away as ZITADEL does (`revoke-err-api-app.json`).

use axum::{
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};

use super::{answer::OAuthError, client::Credentials, form::Form};
use crate::{Sandbox, assertion::Assertion};

pub(super) async fn revoke(State(_): State<Sandbox>, headers: HeaderMap, form: Form) -> Response {
    refused_client(&headers, &form).into_response()
}

/// What every client hears that must be an OIDC application (`VerifyClient`).
pub(super) fn refused_client(headers: &HeaderMap, form: &Form) -> OAuthError {
    match Credentials::read(headers, form) {
        Err(error) => error,
        Ok(shown) if !shown.assertion.is_empty() && Assertion::parse(&shown.assertion).is_err() => {
            OAuthError::new("invalid_client")
        }
        Ok(_) => OAuthError::new("invalid_client").because("no active client not found"),
    }
}
