//! The token endpoint: the JWT profile grant (RFC 7523) for service users.

use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{
    answer::{self, OAuthError},
    form::Form,
    revoke::refused_client,
};
use crate::{
    Dialect, Sandbox, TokenType, UserState,
    access_token::{LIFETIME, Session, TokenId},
    assertion::{Assertion, Refused},
    claims::{self, Asserted},
    id::Id,
    keys::{KeyFailure, VerifyingKey, jws::encoded},
    scope,
    world::User,
};

const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// Known grants that need a client which is not here.
const OF_OTHER_CLIENTS: [&str; 4] = [
    "authorization_code",
    "refresh_token",
    "urn:ietf:params:oauth:grant-type:token-exchange",
    "urn:ietf:params:oauth:grant-type:device_code",
];
const SCOPE_MISSING: &str = "The scope of your request is missing. Please ensure some scopes are \
    requested. If you have any questions, you may contact the administrator of the application.";

pub(super) async fn token(
    State(sandbox): State<Sandbox>,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, OAuthError> {
    match form.get("grant_type") {
        JWT_BEARER => jwt_profile(&sandbox, &form),
        "" => Err(OAuthError::new("invalid_request").because("grant_type missing")),
        "client_credentials" => {
            let shown = super::client::Credentials::read(&headers, &form);
            Err(shown
                .err()
                .unwrap_or_else(|| OAuthError::new("invalid_client").because("client not found")))
        }
        other if OF_OTHER_CLIENTS.contains(&other) => Err(refused_client(&headers, &form)),
        other => {
            Err(OAuthError::new("unsupported_grant_type").because(format!("{other} not supported")))
        }
    }
}

/// In ZITADEL's order: the assertion, the scope, then the user's state.
fn jwt_profile(sandbox: &Sandbox, form: &Form) -> Result<Response, OAuthError> {
    let text = form.get("assertion");
    if text.is_empty() {
        return Err(OAuthError::new("invalid_request").because("assertion missing"));
    }
    let now = sandbox.now();
    let user = verified_user(sandbox, text, now)
        .map_err(|refused| refusal(sandbox.options().dialect, &refused))?;
    let asked = form
        .find("scope")
        .ok_or_else(|| OAuthError::new("invalid_request").because(SCOPE_MISSING))?;
    let minted = mint(sandbox, &user, asked, now)?;
    Ok(answer::json(StatusCode::OK, &minted))
}

/// The service user whose key signed the assertion. Whether it is active is no matter yet.
fn verified_user(sandbox: &Sandbox, text: &str, now: Timestamp) -> Result<Id, Refused> {
    let assertion = Assertion::parse(text)?;
    let key = |subject: &str, id: &str| -> Result<Arc<VerifyingKey>, Refused> {
        let world = sandbox.world().read();
        let user = world.user(subject).ok_or(Refused::UnknownSubject)?;
        let key = user.keys.get(id).filter(|key| key.is_valid(now));
        key.map(|key| key.public.clone()).ok_or(Refused::UnknownKey)
    };
    assertion.verify(&sandbox.issuer().url, now, key)?;
    Ok(assertion.issuer.into())
}

/// How this generation of servers answers an assertion that it refuses.
fn refusal(dialect: Dialect, refused: &Refused) -> OAuthError {
    match dialect {
        Dialect::V43 => OAuthError::internal(),
        Dialect::InvalidClient => OAuthError::new("invalid_client"),
        Dialect::InvalidGrant => OAuthError::new("invalid_grant"),
        Dialect::Described => match refused {
            Refused::Segments | Refused::Unreadable => OAuthError::new("invalid_request"),
            _ => OAuthError::new("invalid_grant"),
        }
        .because(refused.to_string()),
    }
}

/// Everything about a token that is known before it is signed or sealed.
struct Draft {
    user: Id,
    user_name: String,
    token_type: TokenType,
    wants_id_token: bool,
    audience: Vec<String>,
    id: TokenId,
    /// Roles and whatever else the scopes assert.
    asserted: Map<String, Value>,
}

/// Makes the session and the tokens.
fn mint(sandbox: &Sandbox, user: &Id, asked: &str, now: Timestamp) -> Result<Value, OAuthError> {
    let (draft, session) = draft(sandbox, user, asked, now)?;
    let internal = |KeyFailure| OAuthError::internal();
    let issuer = sandbox.issuer();
    let random = &*sandbox.options().random;
    let access_token = match draft.token_type {
        TokenType::Opaque => sandbox.seal().opaque(&draft.reference(), random),
        TokenType::Jwe => sandbox.seal().jwe(&draft.reference(), random),
        TokenType::Jwt => {
            sandbox.signing_keys()[0].sign(&draft.access_claims(&issuer.url, &session))
        }
    }
    .map_err(internal)?;
    let mut body = json!({
        "access_token": access_token,
        "token_type": "Bearer",
        // What is left an instant later, rounded down, as recorded.
        "expires_in": LIFETIME - 1,
    });
    if draft.wants_id_token {
        let claims = draft.id_claims(&issuer.url, &access_token, now.as_second());
        body["id_token"] = sandbox.signing_keys()[0].sign(&claims).map_err(internal)?.into();
    }
    sandbox.sessions().write().insert(draft.id, session, now.as_second());
    Ok(body)
}

/// Looks up all that the token needs; the world is let go again before anything is signed.
fn draft(
    sandbox: &Sandbox,
    user: &Id,
    asked: &str,
    now: Timestamp,
) -> Result<(Draft, Session), OAuthError> {
    let world = sandbox.world().read();
    let inactive = || OAuthError::new("invalid_request").because("Errors.User.NotActive");
    let user: &User = world.user(user).ok_or_else(inactive)?;
    let organization = world.organization_of(user);
    let scopes = scope::kept(asked, &organization.id, &organization.primary_domain);
    if user.state != UserState::Active {
        return Err(inactive());
    }
    let audience = scope::audience(asked.split(' '), &world);
    let mut asserted = Map::new();
    claims::assert(&mut asserted, &world, user, &scopes, &Asserted::AsAsked);
    let draft = Draft {
        user: user.id.clone(),
        user_name: user.user_name.clone(),
        token_type: user.token_type,
        wants_id_token: scopes.iter().any(|scope| scope == scope::OPENID),
        audience: audience.clone(),
        id: TokenId::new(world.ids.next(now), world.ids.next(now)),
        asserted,
    };
    let session = Session {
        user: user.id.clone(),
        generation: user.generation,
        scopes,
        audience,
        created_at: now.as_second(),
        expires_at: now.as_second() + LIFETIME,
    };
    Ok((draft, session))
}

impl Draft {
    /// What an opaque token or a JWE hides.
    fn reference(&self) -> String {
        format!("{}:{}", self.id, self.user)
    }

    /// Of a JWT: neither `scope` nor a profile, and roles only if asked for.
    fn access_claims(&self, issuer: &str, session: &Session) -> Value {
        let audience = match &*self.audience {
            [] => std::slice::from_ref(&self.user_name),
            projects => projects,
        };
        self.with_asserted(json!({
            "iss": issuer,
            "sub": &*self.user,
            "aud": audience,
            "exp": session.expires_at,
            "iat": session.created_at,
            "nbf": session.created_at,
            "client_id": self.user_name,
            "jti": self.id.to_string(),
        }))
    }

    /// Born expired: a service user's id_token has no lifetime (issue 12779 of ZITADEL).
    fn id_claims(&self, issuer: &str, access_token: &str, now: i64) -> Value {
        let audience: Vec<_> = self.audience.iter().chain([&self.user_name]).collect();
        let hash = digest(&SHA256, access_token.as_bytes());
        let half = &hash.as_ref()[..hash.as_ref().len() / 2];
        self.with_asserted(json!({
            "iss": issuer,
            "sub": &*self.user,
            "aud": audience,
            "exp": now,
            "iat": now,
            "auth_time": now,
            "azp": self.user_name,
            "client_id": self.user_name,
            "at_hash": encoded(half),
        }))
    }

    fn with_asserted(&self, mut claims: Value) -> Value {
        if let Value::Object(claims) = &mut claims {
            claims.extend(self.asserted.clone());
        }
        claims
    }
}
