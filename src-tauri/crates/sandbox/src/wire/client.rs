//! How an API authenticates (`parseClientCredentials`, `introspectionClientAuth`).

use axum::http::{HeaderMap, header::AUTHORIZATION};
use base64::{Engine, engine::general_purpose::STANDARD};
use percent_encoding::percent_decode_str;

use super::{answer::OAuthError, form::Form};
use crate::{
    Sandbox,
    assertion::{Assertion, Refused},
    id::Id,
    world::{Authentication, State},
};

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// What a client showed.
pub(super) struct Credentials {
    pub(super) client_id: String,
    pub(super) secret: String,
    pub(super) assertion: String,
}

impl Credentials {
    /// Reads them; a secret in the header comes before one in the form.
    pub(super) fn read(headers: &HeaderMap, form: &Form) -> Result<Self, OAuthError> {
        let (mut client_id, mut secret) =
            (form.get("client_id").to_owned(), form.get("client_secret").to_owned());
        if let Some((id, password)) = basic(headers) {
            let malformed =
                || OAuthError::new("invalid_client").because("invalid basic auth header");
            client_id = unescaped(&id).ok_or_else(malformed)?;
            secret = unescaped(&password).ok_or_else(malformed)?;
        }
        let assertion = form.get("client_assertion").to_owned();
        if client_id.is_empty() && assertion.is_empty() {
            return Err(OAuthError::new("invalid_request")
                .because("client_id or client_assertion must be provided"));
        }
        let kind = form.get("client_assertion_type");
        if !assertion.is_empty() && kind != ASSERTION_TYPE {
            return Err(OAuthError::new("invalid_request")
                .because(format!("invalid client_assertion_type {kind}")));
        }
        Ok(Self { client_id, secret, assertion })
    }
}

/// Name and password of a well-formed `Authorization: Basic` (Go's `Request.BasicAuth`).
fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let (scheme, encoded) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    let (name, password) = decoded.split_once(':')?;
    Some((name.into(), password.into()))
}

/// Go's `url.QueryUnescape`: `+` is a space, a broken `%` an error.
fn unescaped(text: &str) -> Option<String> {
    let hex =
        |pair: Option<&str>| pair.is_some_and(|pair| pair.bytes().all(|b| b.is_ascii_hexdigit()));
    if !text.split('%').skip(1).all(|rest| hex(rest.get(..2))) {
        return None;
    }
    percent_decode_str(&text.replace('+', " ")).decode_utf8().ok().map(Into::into)
}

/// The API that asks.
pub(super) struct Client {
    pub(super) client_id: Id,
    pub(super) project: Id,
}

/// Why a client is not let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stranger {
    /// Its assertion could not be read, so it is nobody.
    Unreadable(Refused),
    /// Not known, or it, its project or its organisation is not active.
    Unknown,
    Assertion(Refused),
    Secret,
}

impl Stranger {
    /// What `parent` says of it with `debug_oidc_parent_error`, as far as that was recorded.
    pub(super) fn parent(&self) -> Option<String> {
        match self {
            // Its keys are a map here, which answers an empty key for an unknown id.
            Self::Assertion(Refused::UnknownKey) => {
                Some("invalid signature (cannot decode, empty data)".into())
            }
            Self::Assertion(refused) => Some(refused.to_string()),
            Self::Unreadable(_) | Self::Unknown | Self::Secret => None,
        }
    }
}

/// Lets the client in or says why not. What it shows is either an assertion or a secret; where it is
/// both, only the assertion is looked at.
pub(super) fn authenticate(sandbox: &Sandbox, shown: &Credentials) -> Result<Client, Stranger> {
    if shown.assertion.is_empty() {
        return with_secret(sandbox, shown);
    }
    let assertion = Assertion::parse(&shown.assertion).map_err(Stranger::Unreadable)?;
    let now = sandbox.now();
    let (client, ()) = active(sandbox, &assertion.issuer, |_| ())?;
    let key = |client_id: &str, id: &str| {
        let world = sandbox.world().seen();
        let keys = match world.apis.get(client_id).map(|api| &api.authentication) {
            Some(Authentication::PrivateKeyJwt(keys)) => keys,
            _ => return Err(Refused::UnknownKey),
        };
        let key = keys.get(id).filter(|key| key.is_valid(now));
        key.map(|key| key.public.clone()).ok_or(Refused::UnknownKey)
    };
    assertion.verify(&sandbox.issuer().url, now, key).map_err(Stranger::Assertion)?;
    Ok(client)
}

fn with_secret(sandbox: &Sandbox, shown: &Credentials) -> Result<Client, Stranger> {
    let (client, good) =
        active(sandbox, &shown.client_id, |authentication| match authentication {
            Authentication::Basic(secret) => is_same(secret.expose(), &shown.secret),
            Authentication::PrivateKeyJwt(_) => false,
        })?;
    if good { Ok(client) } else { Err(Stranger::Secret) }
}

/// Compares without telling by its time where the difference is.
fn is_same(expected: &str, shown: &str) -> bool {
    aws_lc_rs::constant_time::verify_slices_are_equal(expected.as_bytes(), shown.as_bytes()).is_ok()
}

/// A client that is active, as is its project (`introspection_client_by_id.sql`), with what is needed
/// of its authentication.
fn active<T>(
    sandbox: &Sandbox,
    client_id: &str,
    take: impl FnOnce(&Authentication) -> T,
) -> Result<(Client, T), Stranger> {
    let world = sandbox.world().seen();
    let api = world.apis.get(client_id).filter(|api| {
        api.state == State::Active && world.projects[&api.project].state == State::Active
    });
    let api = api.ok_or(Stranger::Unknown)?;
    let client = Client { client_id: api.client_id.clone(), project: api.project.clone() };
    Ok((client, take(&api.authentication)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_secrets_are_unescaped_as_go_does() {
        for (text, plain) in
            [("plain", Some("plain")), ("a+b%3A", Some("a b:")), ("%", None), ("%z1", None)]
        {
            assert_eq!(unescaped(text).as_deref(), plain, "{text}");
        }
    }

    #[test]
    fn only_a_well_formed_basic_header_counts() {
        let read =
            |value: &str| basic(&HeaderMap::from_iter([(AUTHORIZATION, value.parse().unwrap())]));
        let encoded = STANDARD.encode("id:se:cret");
        let pair = Some(("id".into(), "se:cret".into()));
        assert_eq!(read(&format!("Basic {encoded}")), pair);
        assert_eq!(read(&format!("basic {encoded}")), pair);
        for bad in ["Basic !!!".into(), format!("Bearer {encoded}"), "Basic".into()] {
            assert_eq!(read(&bad), None, "{bad}");
        }
    }
}
