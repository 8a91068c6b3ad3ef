//! Client and sandbox over sockets: two parts that share no code and must agree on every word.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

use std::sync::Arc;

use contract::{exchange::Purpose, finding::TokenKind};
use rolecall_tests::issuer::Issuer;
use sandbox::{TokenType, UserState};
use serde_json::Value;
use zitadel_client::{
    Http, SystemClock,
    discovery::{Discovery, IssuerAddress, discover},
    exchange::Transcript,
    http::HttpOptions,
    introspection::{About, Introspection, Introspector},
    jwks,
    key_file::{self, KeyFile},
    scope,
    token::{Refusal, Token, TokenError, request_token},
    userinfo::userinfo,
};

struct Wire {
    issuer: Issuer,
    http: Http,
    discovery: Discovery,
}

impl Wire {
    async fn new(token_type: TokenType) -> Self {
        let issuer = Issuer::demo(token_type).await;
        let http = Http::new(HttpOptions {
            transcript: Transcript::default(),
            clock: Arc::new(SystemClock),
            ca_file: None,
            retries: 0,
        })
        .unwrap();
        let address = IssuerAddress::parse(&issuer.address).unwrap();
        let discovery = discover(&http, &address, false).await.unwrap();
        Self { issuer, http, discovery }
    }

    async fn token(&self, bot: &str, scopes: &[String]) -> Result<Token, TokenError> {
        let KeyFile::ServiceAccount(key) = key_file::read(&self.issuer.file(bot)).unwrap() else {
            panic!("{bot} is a service user")
        };
        request_token(&self.http, &self.discovery, &key, scopes, bot).await
    }

    async fn introspect(&self, token: &Token) -> Introspection {
        let KeyFile::Application(key) = key_file::read(&self.issuer.file("api")).unwrap() else {
            panic!("api.json is the API's key")
        };
        let introspector = Introspector::new(self.http.clone(), self.discovery.clone(), key);
        let about = About { request_id: None, user: None, purpose: Purpose::Introspection };
        introspector.introspect(&token.value, about).await.unwrap()
    }

    fn scopes(&self) -> Vec<String> {
        let project = self.issuer.sandbox.snapshot().project_id;
        vec![scope::OPENID.into(), scope::PROFILE.into(), scope::audience(&project)]
    }
}

#[tokio::test]
async fn every_kind_of_token_is_told_apart_and_found_active() {
    for (token_type, kind) in [
        (TokenType::Opaque, TokenKind::Opaque),
        (TokenType::Jwt, TokenKind::Jwt),
        (TokenType::Jwe, TokenKind::Jwe),
    ] {
        let wire = Wire::new(token_type).await;
        let token = wire.token("reader-bot", &wire.scopes()).await.unwrap();
        assert_eq!(token.kind, kind);
        let answer = wire.introspect(&token).await;
        assert!(answer.active, "{kind:?}");
        let project = wire.issuer.sandbox.snapshot().project_id;
        assert_eq!(answer.project_roles(Some(&project)).roles, ["read:messages"], "{kind:?}");
        assert_eq!(answer.project_roles(None).roles, ["read:messages"], "the short claim");
        assert_eq!(answer.learned_project_id(), Some(project));
        assert_eq!(answer.user_name(), Some("reader-bot"));
        assert_eq!(answer.scopes(), Some(wire.scopes()));
    }
}

#[tokio::test]
async fn a_user_without_a_role_is_active_and_its_role_claim_is_absent() {
    let wire = Wire::new(TokenType::Opaque).await;
    let token = wire.token("visitor-bot", &wire.scopes()).await.unwrap();
    let answer = wire.introspect(&token).await;
    assert!(answer.active);
    assert_eq!(answer.project_roles(None).claim, None);
    assert_eq!(answer.learned_project_id(), None);
}

#[tokio::test]
async fn a_custom_scope_is_dropped_and_a_missing_audience_makes_inactive() {
    let wire = Wire::new(TokenType::Opaque).await;
    let mut scopes = wire.scopes();
    scopes.push("read:messages".into());
    let token = wire.token("reader-bot", &scopes).await.unwrap();
    assert_eq!(wire.introspect(&token).await.scopes(), Some(wire.scopes()));
    let bare = wire.token("reader-bot", &[scope::OPENID.into()]).await.unwrap();
    assert!(!wire.introspect(&bare).await.active);
    let alive = userinfo(&wire.http, &wire.discovery, &bare.value, None, Purpose::Userinfo).await;
    assert_eq!(alive.unwrap().status, 200, "userinfo asks for no audience");
}

#[tokio::test]
async fn a_role_is_looked_up_live_and_old_tokens_stay_dead_after_a_lock() {
    let wire = Wire::new(TokenType::Jwt).await;
    let token = wire.token("visitor-bot", &wire.scopes()).await.unwrap();
    let user = wire.issuer.user_id("visitor-bot");
    wire.issuer.sandbox.give_role(&user, "read:messages").unwrap();
    assert_eq!(wire.introspect(&token).await.project_roles(None).roles, ["read:messages"]);
    wire.issuer.sandbox.take_role(&user, "read:messages").unwrap();
    assert!(wire.introspect(&token).await.project_roles(None).roles.is_empty());
    wire.issuer.sandbox.set_user_state(&user, UserState::Locked).unwrap();
    assert!(!wire.introspect(&token).await.active);
    let refused = wire.token("visitor-bot", &wire.scopes()).await.unwrap_err();
    assert!(matches!(refused, TokenError::Refused { refusal: Refusal::UserNotActive, .. }));
    wire.issuer.sandbox.set_user_state(&user, UserState::Active).unwrap();
    assert!(!wire.introspect(&token).await.active, "the old token stays dead");
    let fresh = wire.token("visitor-bot", &wire.scopes()).await.unwrap();
    assert!(wire.introspect(&fresh).await.active);
}

#[tokio::test]
async fn a_jwt_is_signed_by_a_key_of_the_key_set() {
    let wire = Wire::new(TokenType::Jwt).await;
    let token = wire.token("reader-bot", &wire.scopes()).await.unwrap();
    let keys = jwks::fetch(&wire.http, &wire.discovery).await.unwrap();
    let text = token.value.expose();
    let header = jsonwebtoken::decode_header(text).unwrap();
    assert_eq!(keys.keys.len(), 2, "ZITADEL keeps two");
    let signed_with = keys.find(&header.kid.unwrap()).unwrap().document.clone();
    let key: jsonwebtoken::jwk::Jwk = serde_json::from_value(signed_with).unwrap();
    let mut rules = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::RS256);
    rules.set_audience(&[wire.issuer.sandbox.snapshot().project_id]);
    rules.set_issuer(&[&wire.issuer.address]);
    let key = jsonwebtoken::DecodingKey::from_jwk(&key).unwrap();
    let claims = jsonwebtoken::decode::<Value>(text, &key, &rules).unwrap().claims;
    assert_eq!(claims["client_id"], "reader-bot");
    assert!(claims.get("scope").is_none(), "ZITADEL's access tokens carry no scope");
}

#[tokio::test]
async fn a_foreign_key_is_refused_like_any_bad_assertion() {
    let wire = Wire::new(TokenType::Opaque).await;
    let stranger = Issuer::demo(TokenType::Opaque).await;
    let KeyFile::ServiceAccount(key) = key_file::read(&stranger.file("reader-bot")).unwrap() else {
        panic!("a service user's key")
    };
    let scopes = wire.scopes();
    let refused = request_token(&wire.http, &wire.discovery, &key, &scopes, "x").await.unwrap_err();
    assert!(matches!(
        refused,
        TokenError::Refused { refusal: Refusal::Assertion, status: 500, .. }
    ));
}
