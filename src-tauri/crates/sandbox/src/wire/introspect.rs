//! Introspection (RFC 7662): is this token good for the API that asks, and what is true of its user
//! right now. Whatever is wrong with the token, the answer is `{"active":false}` and nothing else.

use std::borrow::Cow;

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
    let described = sandbox.dialect() == Dialect::Described;
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
            let parent = sandbox.options().parent_error.then(|| stranger.parent()).flatten();
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
    let world = sandbox.world().seen();
    let known = reference.follow(now, sandbox.sessions(), &world)?;
    let facts = Facts::of(&known, client, &world)?;
    let user = world.user(facts.user)?;
    if user.state != UserState::Active {
        return None;
    }

    let mut claims = Map::with_capacity(20);
    let mut claim = |name: &str, value: Value| claims.insert(name.into(), value);
    let minimal = sandbox.introspects_minimally();
    claim("active", true.into());
    if !facts.scopes.is_empty() {
        claim("scope", facts.scopes.join(" ").into());
    }
    if let Known::Session(session, _) = &known {
        claim("client_id", user.user_name.as_str().into());
        if !minimal {
            claim("auth_time", session.created_at.into());
        }
    }
    claim("token_type", "Bearer".into());
    claim("exp", facts.expires_at.into());
    claim("iat", facts.created_at.into());
    claim("nbf", facts.created_at.into());
    claim("sub", (&*user.id).into());
    claim("aud", (*facts.audience).into());
    claim("iss", sandbox.issuer().url.as_str().into());
    claim("jti", facts.id.into());
    if minimal {
        return Some(claims);
    }
    if facts.scopes.iter().any(|scope| scope == scope::PROFILE) {
        claim("username", user.user_name.as_str().into());
        claims::assert_profile(&mut claims, user);
    }
    let roles = Asserted::Project(&client.project);
    let made = sandbox.options().role_claims;
    claims::assert(&mut claims, &world, user, &facts.scopes, &roles, made);
    Some(claims)
}

/// What a token says, whichever kind it is.
struct Facts<'a> {
    user: &'a str,
    id: String,
    scopes: Cow<'a, [String]>,
    audience: Cow<'a, [String]>,
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
                    scopes: Cow::Borrowed(&session.scopes),
                    audience: Cow::Borrowed(&session.audience),
                    created_at: session.created_at,
                    expires_at: session.expires_at,
                })
            }
            // For every API, with every role of its project as a scope (`assertClientScopesForPAT`):
            // a scope is never proof.
            Known::Personal(token, id) => {
                let project = world.projects.get(&client.project);
                let roles = project.into_iter().flat_map(|project| project.roles.keys());
                let fixed = scope::OF_PERSONAL_TOKENS.iter().map(|scope| (*scope).to_owned());
                let roles = roles.map(|role| format!("{}{role}", scope::PROJECT_ROLE));
                Some(Self {
                    user: &token.user,
                    id: (&**id).into(),
                    scopes: fixed.chain(roles).collect(),
                    audience: vec![(&*client.client_id).into(), (&*client.project).into()].into(),
                    created_at: token.details.created_at.as_second(),
                    expires_at: token.expires_at.map_or(NEVER, |at| at.as_second()),
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Options, State as Counts, TokenType,
        testing::{CLIENT_ASSERTION, Scene},
    };
    use serde_json::json;

    const SHORT_CLAIM: &str = "urn:zitadel:iam:org:project:roles";
    const PATH: &str = "/oauth/v2/introspect";

    #[tokio::test]
    async fn a_client_that_does_not_say_who_it_is_is_told_what_is_missing() {
        let scene = Scene::new();
        let assertion = scene.api_assertion();
        let client_id = scene.client_id();
        type Case<'a> = (&'a [(&'a str, &'a str)], &'static str, Option<&'static str>);
        let cases: &[Case<'_>] = &[
            (
                &[("token", "x")],
                "invalid_request",
                Some("client_id or client_assertion must be provided"),
            ),
            (
                &[("client_id", &client_id), ("token", "x")],
                "invalid_client",
                Some("client must be authenticated"),
            ),
            (
                &[("client_assertion", &assertion), ("token", "x")],
                "invalid_request",
                Some("invalid client_assertion_type "),
            ),
            (
                &[("client_assertion", &assertion), ("client_assertion_type", "T")],
                "invalid_request",
                Some("invalid client_assertion_type T"),
            ),
            (
                &[("client_assertion", "x"), ("client_assertion_type", CLIENT_ASSERTION)],
                "invalid_request",
                Some("token missing"),
            ),
            (
                &[("client_id", &client_id), ("client_secret", "x"), ("token", "x")],
                "unauthorized_client",
                None,
            ),
        ];
        for (form, error, why) in cases {
            let answer = scene.post(PATH, form).await.error();
            assert_eq!(answer, (400, (*error).into(), why.map(Into::into)), "{form:?}");
        }
    }

    #[tokio::test]
    async fn the_newest_servers_take_one_way_of_authenticating_only() {
        for (dialect, status) in [(Dialect::V43, 200), (Dialect::Described, 400)] {
            let scene = Scene::with(TokenType::Opaque, Options { dialect, ..Options::default() });
            let assertion = scene.api_assertion();
            let form = [
                ("client_assertion_type", CLIENT_ASSERTION),
                ("client_assertion", &assertion),
                ("client_id", "x"),
                ("client_secret", "y"),
                ("token", "x"),
            ];
            assert_eq!(scene.post(PATH, &form).await.status, status, "{dialect}");
        }
    }

    #[tokio::test]
    async fn a_client_is_refused_before_its_token_is_looked_at() {
        let scene = Scene::new();
        let assertion = scene.user_assertion("reader-bot");
        let form = [
            ("client_assertion_type", CLIENT_ASSERTION),
            ("client_assertion", &assertion),
            ("token", "garbage"),
        ];
        assert_eq!(
            scene.post(PATH, &form).await.error(),
            (400, "unauthorized_client".into(), None)
        );
    }

    #[tokio::test]
    async fn a_token_ends_after_twelve_hours() {
        for token_type in [TokenType::Opaque, TokenType::Jwt, TokenType::Jwe] {
            let scene = Scene::with(token_type, Options::default());
            let token = scene.token("reader-bot", &scene.scope()).await;
            scene.clock.move_on(12 * 3600 - 1);
            assert_eq!(scene.introspect(&token).await["active"], true, "{token_type}");
            scene.clock.move_on(1);
            assert_eq!(scene.introspect(&token).await, json!({ "active": false }), "{token_type}");
        }
    }

    #[tokio::test]
    async fn under_another_name_of_the_instance_a_jwt_is_foreign_and_an_opaque_token_is_not() {
        for (token_type, active) in [(TokenType::Jwt, false), (TokenType::Opaque, true)] {
            let scene = Scene::with(token_type, Options::default());
            scene.sandbox.set_issuer("https://localhost:8080".into());
            let token = scene.token("reader-bot", &scene.scope()).await;
            scene.sandbox.set_issuer("http://localhost:8080".into());
            assert_eq!(scene.introspect(&token).await["active"], active, "{token_type}");
        }
    }

    #[tokio::test]
    async fn a_changed_jwt_is_inactive() {
        let scene = Scene::with(TokenType::Jwt, Options::default());
        let token = scene.token("reader-bot", &scene.scope()).await;
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let first = if signature.starts_with('A') { "B" } else { "A" };
        let changed = format!("{signed}.{first}{}", &signature[1..]);
        assert_eq!(scene.introspect(&changed).await, json!({ "active": false }));
    }

    #[tokio::test]
    async fn the_end_of_an_opaque_token_is_not_looked_at() {
        let scene = Scene::new();
        let mut token = scene.token("reader-bot", &scene.scope()).await;
        let last = token.pop().unwrap();
        token.push(if last == 'A' { 'B' } else { 'A' });
        assert_eq!(scene.introspect(&token).await["username"], "reader-bot");
    }

    #[tokio::test]
    async fn a_role_that_the_project_no_longer_has_is_nobodys() {
        let scene = Scene::new();
        let token = scene.token("reader-bot", &scene.scope()).await;
        assert!(scene.introspect(&token).await.get(SHORT_CLAIM).is_some());
        scene.sandbox.remove_role(&scene.project(), "read:messages").unwrap();
        assert!(scene.introspect(&token).await.get(SHORT_CLAIM).is_none());
    }

    #[tokio::test]
    async fn an_inactive_authorization_counts_for_nothing_until_it_is_active_again() {
        let scene = Scene::new();
        let token = scene.token("reader-bot", &scene.scope()).await;
        let user = scene.user("reader-bot").user_id;
        for (state, has_role) in [(Counts::Inactive, false), (Counts::Active, true)] {
            scene.sandbox.set_authorization_state(&user, state).unwrap();
            let claims = scene.introspect(&token).await;
            assert_eq!(claims.get(SHORT_CLAIM).is_some(), has_role, "{state:?}");
            assert_eq!(claims["active"], true);
        }
    }

    #[tokio::test]
    async fn roles_can_be_restricted_to_those_of_one_organisation() {
        let scene = Scene::new();
        let own = scene.sandbox.snapshot().organization_id;
        for (organization, has_role) in [(own.as_str(), true), ("400872948426148902", false)] {
            let scope = format!("{} urn:zitadel:iam:org:roles:id:{organization}", scene.scope());
            let token = scene.token("reader-bot", &scope).await;
            assert_eq!(scene.introspect(&token).await.get(SHORT_CLAIM).is_some(), has_role);
        }
    }

    #[tokio::test]
    async fn a_project_that_is_switched_off_takes_its_apis_with_it() {
        let scene = Scene::new();
        scene.sandbox.set_project_state(&scene.project(), Counts::Inactive).unwrap();
        let assertion = scene.api_assertion();
        let form = [
            ("client_assertion_type", CLIENT_ASSERTION),
            ("client_assertion", &assertion),
            ("token", "x"),
        ];
        assert_eq!(scene.post(PATH, &form).await.error().1, "unauthorized_client");
        scene.token("reader-bot", &scene.scope()).await;
    }

    #[tokio::test]
    async fn a_personal_access_token_sleeps_while_its_user_does_and_ends_with_its_time() {
        let scene = Scene::new();
        let user = scene.user("visitor-bot").user_id;
        let end = scene.sandbox.now().checked_add(jiff::SignedDuration::from_secs(60)).unwrap();
        let made = scene.sandbox.add_personal_access_token(&user, Some(end)).unwrap();
        let token = made.token.expose();
        assert_eq!(token.len(), 71, "as recorded in manage-create-pat");
        for (state, active) in
            [(UserState::Active, true), (UserState::Locked, false), (UserState::Active, true)]
        {
            scene.sandbox.set_user_state(&user, state).unwrap();
            assert_eq!(scene.introspect(token).await["active"], active, "{state:?}");
        }
        scene.clock.move_on(60);
        assert_eq!(scene.introspect(token).await, json!({ "active": false }));
    }

    #[tokio::test]
    async fn a_personal_access_token_without_end_ends_in_the_year_9999() {
        let scene = Scene::new();
        let user = scene.user("visitor-bot").user_id;
        let made = scene.sandbox.add_personal_access_token(&user, None).unwrap();
        assert_eq!(scene.introspect(made.token.expose()).await["exp"], 253_402_300_799_i64);
    }
}
