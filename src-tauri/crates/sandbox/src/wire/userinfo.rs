//! Userinfo: works for service users, and asks for no audience. So a token that is good here and
//! inactive at introspection is alive, but not for that API.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header::AUTHORIZATION},
    response::Response,
};
use serde_json::{Map, Value};

use super::{
    answer::{self, OAuthError},
    form::Form,
};
use crate::{
    Sandbox, UserState,
    access_token::Known,
    claims::{self, Asserted},
    scope,
};

pub(super) async fn userinfo(
    State(sandbox): State<Sandbox>,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, OAuthError> {
    let token = bearer(&headers).unwrap_or_else(|| form.get("access_token"));
    if token.is_empty() {
        return Err(OAuthError::new("invalid_request")
            .because("access token missing")
            .with_status(StatusCode::UNAUTHORIZED));
    }
    Ok(answer::json(StatusCode::OK, &claims(&sandbox, token)?))
}

/// What follows the only `Bearer ` of the header (`getAccessToken`).
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut parts = headers.get(AUTHORIZATION)?.to_str().ok()?.split("Bearer ");
    match (parts.next(), parts.next(), parts.next()) {
        (Some(_), Some(token), None) => Some(token),
        _ => None,
    }
}

fn claims(sandbox: &Sandbox, token: &str) -> Result<Map<String, Value>, OAuthError> {
    let denied =
        |why| OAuthError::new("access_denied").because(why).with_status(StatusCode::UNAUTHORIZED);
    let invalid = || denied("access token invalid");
    let reference = sandbox.reference(token).ok_or_else(invalid)?;
    let now = sandbox.now().as_second();
    let world = sandbox.world().seen();
    let known = reference.follow(now, sandbox.sessions(), &world).ok_or_else(invalid)?;
    let (user, scopes) = match &known {
        Known::Session(session, _) => (&session.user, session.scopes.clone()),
        Known::Personal(token, _) => {
            (&token.user, scope::OF_PERSONAL_TOKENS.iter().map(|s| (*s).to_owned()).collect())
        }
    };
    // Of sessions this was seen already; a personal access token outlives a lock.
    let user = world
        .user(user)
        .filter(|user| user.state == UserState::Active)
        .ok_or_else(|| denied("no active user"))?;
    let mut claims = Map::new();
    claims.insert("sub".into(), (&*user.id).into());
    if scopes.iter().any(|scope| scope == scope::PROFILE) {
        claims::assert_profile(&mut claims, user);
    }
    let made = sandbox.options().role_claims;
    claims::assert(&mut claims, &world, user, &scopes, &Asserted::AsAsked, made);
    Ok(claims)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Scene;

    #[tokio::test]
    async fn the_token_is_taken_as_go_takes_it() {
        let scene = Scene::new();
        let token = scene.token("reader-bot", "openid").await;
        let answer = scene.userinfo(&format!("Bearer {token}")).await;
        assert_eq!(answer.json()["sub"], scene.user("reader-bot").user_id);
        for (header, error) in [
            (format!("bearer {token}"), "invalid_request"),
            (format!("Bearer {token}Bearer "), "invalid_request"),
            ("Bearer ".into(), "invalid_request"),
            ("Bearer x".into(), "access_denied"),
        ] {
            let answer = scene.userinfo(&header).await;
            assert_eq!((answer.status, &*answer.error().1), (StatusCode::UNAUTHORIZED, error));
        }
        let form = [("access_token", &*token)];
        assert_eq!(scene.post("/oidc/v1/userinfo", &form).await.status, StatusCode::OK);
    }

    #[tokio::test]
    async fn a_token_that_died_is_invalid_and_a_personal_one_has_no_active_user() {
        let scene = Scene::new();
        let user = scene.user("reader-bot").user_id;
        let token = scene.token("reader-bot", "openid").await;
        let personal = scene.sandbox.add_personal_access_token(&user, None).unwrap().token;
        scene.sandbox.set_user_state(&user, UserState::Locked).unwrap();
        for (token, why) in
            [(&*token, "access token invalid"), (personal.expose(), "no active user")]
        {
            let answer = scene.userinfo(&format!("Bearer {token}")).await.error();
            assert_eq!(answer, (401, "access_denied".into(), Some(why.into())));
        }
    }
}
