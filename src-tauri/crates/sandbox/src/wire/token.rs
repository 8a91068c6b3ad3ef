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
    claims,
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
        .map_err(|refused| refusal(sandbox.dialect(), &refused))?;
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
    let draft = Draft {
        user: user.id.clone(),
        user_name: user.user_name.clone(),
        token_type: user.token_type,
        wants_id_token: scopes.iter().any(|scope| scope == scope::OPENID),
        audience: audience.clone(),
        id: TokenId::new(world.ids.next(now), world.ids.next(now)),
        asserted: Map::new(),
    };
    let session = Session {
        user: user.id.clone(),
        generation: user.generation,
        scopes,
        audience,
        created_at: now.as_second(),
        expires_at: now.as_second() + LIFETIME,
    };
    drop(world);
    let asserted = claims::seen(sandbox, &draft.user, &session.scopes);
    Ok((Draft { asserted, ..draft }, session))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Options,
        testing::{Scene, claims, sign},
    };
    use axum::{body::Body, http::Request};

    #[tokio::test]
    async fn the_grants_that_are_none_of_a_service_users_are_turned_away() {
        let scene = Scene::new();
        let error = |error: &str, why: &str| (400, error.to_owned(), Some(why.to_owned()));
        let nobody = error("invalid_request", "client_id or client_assertion must be provided");
        let no_client = error("invalid_client", "no active client not found");
        let cases: &[(&[(&str, &str)], _)] = &[
            (&[], error("invalid_request", "grant_type missing")),
            (&[("grant_type", "")], error("invalid_request", "grant_type missing")),
            (&[("grant_type", "foo")], error("unsupported_grant_type", "foo not supported")),
            (
                &[("grant_type", "password")],
                error("unsupported_grant_type", "password not supported"),
            ),
            (&[("grant_type", JWT_BEARER)], error("invalid_request", "assertion missing")),
            (&[("grant_type", "client_credentials")], nobody.clone()),
            (
                &[("grant_type", "client_credentials"), ("client_id", "x"), ("client_secret", "y")],
                error("invalid_client", "client not found"),
            ),
            (&[("grant_type", "refresh_token")], nobody),
            (&[("grant_type", "authorization_code"), ("client_id", "x")], no_client),
        ];
        for (form, expected) in cases {
            let answer = scene.post("/oauth/v2/token", form).await;
            assert_eq!(&answer.error(), expected, "{form:?}");
        }
    }

    #[tokio::test]
    async fn an_assertion_is_checked_before_the_scope_and_the_scope_before_the_user() {
        let scene = Scene::new();
        let user = scene.user("reader-bot").user_id;
        scene.sandbox.set_user_state(&user, UserState::Locked).unwrap();
        let bad = [("grant_type", JWT_BEARER), ("assertion", "x")];
        let answer = scene.post("/oauth/v2/token", &bad).await;
        assert_eq!(answer.error().1, "server_error");
        let assertion = scene.user_assertion("reader-bot");
        let form = [("grant_type", JWT_BEARER), ("assertion", &*assertion)];
        let answer = scene.post("/oauth/v2/token", &form).await;
        assert_eq!(answer.error().2.unwrap(), SCOPE_MISSING);
        let answer = scene.ask("reader-bot", "").await;
        assert_eq!(answer.error().2.unwrap(), "Errors.User.NotActive");
    }

    #[tokio::test]
    async fn an_empty_scope_is_enough_for_a_token_without_an_id_token() {
        let answer = Scene::new().ask("reader-bot", "").await;
        let fields: Vec<_> = answer.json().as_object().unwrap().keys().cloned().collect();
        assert_eq!(fields, ["access_token", "token_type", "expires_in"]);
    }

    #[tokio::test]
    async fn the_method_and_the_place_of_the_parameters_do_not_matter() {
        let scene = Scene::new();
        let form = [
            ("grant_type", JWT_BEARER),
            ("assertion", &scene.user_assertion("reader-bot")),
            ("scope", "openid"),
        ];
        let query = serde_urlencoded::to_string(form).unwrap();
        let request = Request::get(format!("/oauth/v2/token?{query}"));
        let request = request.header("host", "localhost:8080").body(Body::empty()).unwrap();
        assert_eq!(scene.send(request).await.status, StatusCode::OK);
    }

    #[tokio::test]
    async fn an_assertion_may_be_used_again() {
        let scene = Scene::new();
        let assertion = scene.user_assertion("reader-bot");
        let form = [("grant_type", JWT_BEARER), ("assertion", &assertion), ("scope", "openid")];
        for _ in 0..2 {
            assert_eq!(scene.post("/oauth/v2/token", &form).await.status, StatusCode::OK);
        }
    }

    #[tokio::test]
    async fn each_dialect_refuses_an_assertion_in_its_own_way() {
        let cases = [
            (Dialect::V43, 500, "server_error", Some("Errors.Internal")),
            (Dialect::InvalidClient, 400, "invalid_client", None),
            (Dialect::InvalidGrant, 400, "invalid_grant", None),
            (Dialect::Described, 400, "invalid_grant", Some("token has expired")),
        ];
        for (dialect, status, error, why) in cases {
            let scene = Scene::with(TokenType::Opaque, Options { dialect, ..Options::default() });
            let assertion = scene.user_assertion("reader-bot");
            scene.clock.move_on(600);
            let form = [("grant_type", JWT_BEARER), ("assertion", &assertion), ("scope", "openid")];
            let answer = scene.post("/oauth/v2/token", &form).await;
            assert_eq!(answer.error(), (status, error.into(), why.map(Into::into)), "{dialect}");
            // Whether a user is active is no matter of the assertion.
            let user = scene.user("reader-bot").user_id;
            scene.sandbox.set_user_state(&user, UserState::Deactivated).unwrap();
            let inactive = scene.ask("reader-bot", "openid").await.error();
            let expected = "Errors.User.NotActive".to_owned();
            assert_eq!(inactive, (400, "invalid_request".into(), Some(expected)), "{dialect}");
        }
    }

    #[tokio::test]
    async fn an_id_token_is_born_expired_and_bound_to_its_access_token() {
        let scene = Scene::new();
        let answer = scene.ask("reader-bot", "openid").await.json();
        let id_token = claims(answer["id_token"].as_str().unwrap());
        assert_eq!(id_token["exp"], id_token["iat"]);
        let hash = digest(&SHA256, answer["access_token"].as_str().unwrap().as_bytes());
        assert_eq!(id_token["at_hash"], encoded(&hash.as_ref()[..16]), "OpenID Connect 3.1.3.6");
        assert_eq!(scene.introspect(answer["id_token"].as_str().unwrap()).await["active"], false);
    }

    #[tokio::test]
    async fn a_jwt_carries_roles_only_when_asked_with_an_audience() {
        let scene = Scene::with(TokenType::Jwt, Options::default());
        let (project, roles) = (scene.project(), "urn:zitadel:iam:org:projects:roles");
        let claim = format!("urn:zitadel:iam:org:project:{project}:roles");
        let one_role = "urn:zitadel:iam:org:project:role:write:messages";
        for (scope, carries) in [
            (scene.scope(), false),
            (roles.to_owned(), false),
            (format!("{} {roles}", scene.scope()), true),
            (format!("{} {one_role}", scene.scope()), true),
        ] {
            let token = claims(&scene.token("reader-bot", &scope).await);
            assert_eq!(token.get(&claim).is_some(), carries, "{scope}");
            assert_eq!(token.get(roles).is_some(), carries, "{scope}");
            assert!(token.get("urn:zitadel:iam:org:project:roles").is_none(), "{scope}");
        }
    }

    #[tokio::test]
    async fn a_jwt_without_an_audience_is_made_out_to_its_own_user() {
        let scene = Scene::with(TokenType::Jwt, Options::default());
        let token = claims(&scene.token("reader-bot", "openid").await);
        assert_eq!(token["aud"], json!(["reader-bot"]));
    }

    #[tokio::test]
    async fn a_jwe_is_made_where_it_is_wanted_and_means_the_same() {
        let scene = Scene::with(TokenType::Jwe, Options::default());
        let token = scene.token("reader-bot", &scene.scope()).await;
        assert_eq!(token.split('.').count(), 5);
        assert_eq!(scene.introspect(&token).await["username"], "reader-bot");
    }

    #[tokio::test]
    async fn a_key_of_one_user_does_not_sign_for_another() {
        let scene = Scene::new();
        let reader = scene.user_file("reader-bot");
        let mut posing = reader.clone();
        posing["userId"] = json!(scene.user("writer-bot").user_id);
        let claims = claims(&scene.assertion(&posing));
        let assertion = sign(reader, &json!({ "alg": "RS256", "kid": reader["keyId"] }), &claims);
        let form = [("grant_type", JWT_BEARER), ("assertion", &assertion), ("scope", "openid")];
        assert_eq!(scene.post("/oauth/v2/token", &form).await.error().1, "server_error");
    }
}
