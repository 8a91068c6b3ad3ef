//! Introspection (RFC 7662): is this token good for the API that asks, and what is true of its user
//! right now. Whatever is wrong with the token, the answer is `{"active":false}` and nothing else.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use serde_json::{Map, Value};

use super::{
    answer::{self, OAuthError},
    client::{Client, Credentials, Stranger, authenticate},
    form::Form,
};
use crate::{
    Dialect, Sandbox, UserState,
    access_token::Known,
    claims::{self, Asserted},
    scope,
    world::World,
};

/// `9999-12-31T23:59:59Z`, the `exp` of a personal access token without expiry.
const NEVER: i64 = 253_402_300_799;

pub(super) async fn introspect(
    State(sandbox): State<Sandbox>,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, OAuthError> {
    let described = sandbox.options().dialect == Dialect::Described;
    let shown = Credentials::read(&headers, &form)?;
    if shown.secret.is_empty() && shown.assertion.is_empty() {
        return Err(OAuthError::new("invalid_client").because("client must be authenticated"));
    }
    if described && !shown.secret.is_empty() && !shown.assertion.is_empty() {
        return Err(OAuthError::new("invalid_request")
            .because("client authentication must not use more than one method"));
    }
    let token = form.get("token");
    if token.is_empty() {
        return Err(OAuthError::new("invalid_request").because("token missing"));
    }
    let client = match authenticate(&sandbox, &shown) {
        Ok(client) => client,
        Err(stranger) if described => return Ok(described_refusal(&stranger)),
        // The library calls it an invalid client, and ZITADEL's own code then does not know that.
        Err(Stranger::Unreadable(_)) => return Ok(inactive()),
        Err(stranger) => {
            let parent = sandbox.options().parent_error.then(|| stranger.parent());
            return Err(OAuthError::new("unauthorized_client").with_parent(parent));
        }
    };
    Ok(match active(&sandbox, &client, token) {
        Some(claims) => answer::json(StatusCode::OK, &claims),
        None => inactive(),
    })
}

fn inactive() -> Response {
    answer::written(b"{\"active\":false}\n".to_vec())
}

/// How servers on the newest library turn a client away (`newer-library.json`).
fn described_refusal(stranger: &Stranger) -> Response {
    let description = match stranger {
        Stranger::Assertion(_) | Stranger::Unreadable(_) => " Description=JWT assertion failed",
        Stranger::Unknown | Stranger::Secret => "",
    };
    let parent = match stranger {
        Stranger::Assertion(refused) | Stranger::Unreadable(refused) => refused.to_string(),
        Stranger::Unknown => "clientID not found".into(),
        Stranger::Secret => "invalid secret".into(),
    };
    let text = format!("ErrorType=unauthorized_client{description} Parent={parent}");
    answer::text(StatusCode::UNAUTHORIZED, &text)
}

/// The claims of an active token, `None` for any other.
fn active(sandbox: &Sandbox, client: &Client, token: &str) -> Option<Map<String, Value>> {
    let reference = sandbox.reference(token)?;
    let now = sandbox.now().as_second();
    let world = sandbox.world().read();
    let known = reference.follow(now, sandbox.sessions(), &world)?;
    let facts = Facts::of(&known, client, &world)?;
    let user = world.user(facts.user)?;
    if user.state != UserState::Active {
        return None;
    }

    let mut claims = Map::with_capacity(20);
    let mut claim = |name: &str, value: Value| claims.insert(name.into(), value);
    claim("active", true.into());
    if !facts.scopes.is_empty() {
        claim("scope", facts.scopes.join(" ").into());
    }
    if let Known::Session(session, _) = &known {
        claim("client_id", user.user_name.as_str().into());
        claim("auth_time", session.created_at.into());
    }
    claim("token_type", "Bearer".into());
    claim("exp", facts.expires_at.into());
    claim("iat", facts.created_at.into());
    claim("nbf", facts.created_at.into());
    claim("sub", (&*user.id).into());
    claim("aud", facts.audience.into());
    claim("iss", sandbox.issuer().url.as_str().into());
    claim("jti", facts.id.into());
    if facts.scopes.iter().any(|scope| scope == scope::PROFILE) {
        claim("username", user.user_name.as_str().into());
        claims::assert_profile(&mut claims, user);
    }
    let roles = Asserted::Project(&client.project);
    claims::assert(&mut claims, &world, user, &facts.scopes, &roles);
    Some(claims)
}

/// What a token says, whichever kind it is.
struct Facts<'a> {
    user: &'a str,
    id: String,
    scopes: Vec<String>,
    audience: Vec<String>,
    created_at: i64,
    expires_at: i64,
}

impl<'a> Facts<'a> {
    /// `None` where the token is not for this client: its audience names neither the client nor its
    /// project (`validateIntrospectionAudience`).
    fn of(known: &'a Known<'_>, client: &Client, world: &World) -> Option<Self> {
        match known {
            Known::Session(session, id) => {
                let is_for = |id: &String| **id == *client.client_id || **id == *client.project;
                session.audience.iter().any(is_for).then(|| Self {
                    user: &session.user,
                    id: id.to_string(),
                    scopes: session.scopes.clone(),
                    audience: session.audience.clone(),
                    created_at: session.created_at,
                    expires_at: session.expires_at,
                })
            }
            // For every API, with every role of its project as a scope (`assertClientScopesForPAT`):
            // a scope is never proof.
            Known::Personal(token, id) => {
                let roles = &world.projects[&client.project].roles;
                let fixed = scope::OF_PERSONAL_TOKENS.iter().map(|scope| (*scope).to_owned());
                let roles = roles.iter().map(|role| format!("{}{role}", scope::PROJECT_ROLE));
                Some(Self {
                    user: &token.user,
                    id: (&**id).into(),
                    scopes: fixed.chain(roles).collect(),
                    audience: vec![(&*client.client_id).into(), (&*client.project).into()],
                    created_at: token.created_at,
                    expires_at: token.expires_at.unwrap_or(NEVER),
                })
            }
        }
    }
}
