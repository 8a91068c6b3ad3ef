//! Discovery and the key set (`discovery.json`, `jwks.json`).

use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, header::CACHE_CONTROL},
    response::Response,
};
use serde_json::{Value, json};

use super::{Issuer, answer, path};
use crate::Sandbox;

/// `OIDC.JWKSCacheControlMaxAge: 5m`.
const KEYS_MAY_BE_KEPT: HeaderValue = HeaderValue::from_static("max-age=300, must-revalidate");

pub(super) async fn discovery(State(sandbox): State<Sandbox>) -> Response {
    answer::json(StatusCode::OK, &document(&sandbox.issuer()))
}

pub(super) async fn keys(State(sandbox): State<Sandbox>) -> Response {
    let keys: Vec<&Value> = sandbox.signing_keys().iter().map(|key| &key.jwk).collect();
    let mut response = answer::json(StatusCode::OK, &json!({ "keys": keys }));
    response.headers_mut().insert(CACHE_CONTROL, KEYS_MAY_BE_KEPT);
    response
}

/// All that v4.3 names, also what only a browser would use and this server does not have.
fn document(issuer: &Issuer) -> Value {
    let at = |path: &str| format!("{}{path}", issuer.url);
    json!({
        "issuer": issuer.url,
        "authorization_endpoint": at("/oauth/v2/authorize"),
        "token_endpoint": at(path::TOKEN),
        "introspection_endpoint": at(path::INTROSPECTION),
        "userinfo_endpoint": at(path::USERINFO),
        "revocation_endpoint": at(path::REVOCATION),
        "end_session_endpoint": at("/oidc/v1/end_session"),
        "device_authorization_endpoint": at("/oauth/v2/device_authorization"),
        "jwks_uri": at(path::KEYS),
        "scopes_supported": ["openid", "profile", "email", "phone", "address", "offline_access"],
        "response_types_supported": ["code", "id_token", "id_token token"],
        "response_modes_supported": ["query", "fragment", "form_post"],
        "grant_types_supported": [
            "authorization_code", "implicit", "refresh_token", "client_credentials",
            "urn:ietf:params:oauth:grant-type:jwt-bearer",
            "urn:ietf:params:oauth:grant-type:device_code",
        ],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported":
            ["EdDSA", "RS256", "RS384", "RS512", "ES256", "ES384", "ES512"],
        "request_object_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported":
            ["none", "client_secret_basic", "client_secret_post", "private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
        "revocation_endpoint_auth_methods_supported":
            ["none", "client_secret_basic", "client_secret_post", "private_key_jwt"],
        "revocation_endpoint_auth_signing_alg_values_supported": ["RS256"],
        "introspection_endpoint_auth_methods_supported": ["client_secret_basic", "private_key_jwt"],
        "introspection_endpoint_auth_signing_alg_values_supported": ["RS256"],
        "claims_supported": [
            "sub", "aud", "exp", "iat", "iss", "auth_time", "nonce", "acr", "amr", "c_hash",
            "at_hash", "act", "scopes", "client_id", "azp", "preferred_username", "name",
            "family_name", "given_name", "locale", "email", "email_verified", "phone_number",
            "phone_number_verified",
        ],
        "code_challenge_methods_supported": ["S256"],
        "ui_locales_supported": [
            "bg", "cs", "de", "en", "es", "fr", "hu", "id", "it", "ja", "ko", "mk", "nl", "pl",
            "pt", "ro", "ru", "sv", "tr", "zh",
        ],
        "request_parameter_supported": true,
        "request_uri_parameter_supported": false,
    })
}
