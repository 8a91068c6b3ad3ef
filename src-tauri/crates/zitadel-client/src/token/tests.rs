use super::*;
use crate::testing::{self, Reply, Server};
use jsonwebtoken::dangerous::insecure_decode;
use serde_json::json;

async fn ask(server: &Server) -> Result<Token, TokenError> {
    let scopes = ["openid".into(), "profile".into(), crate::scope::audience("400873177653185574")];
    let key = testing::service_account("reader");
    request_token(&testing::http().0, &server.discovery, &key, &scopes, "reader").await
}

#[tokio::test]
async fn a_signed_assertion_becomes_a_token_and_neither_is_in_the_record() {
    let server = Server::answering([testing::replay("token/token-ok-opaque.json")]).await;
    let (http, transcript) = testing::http();
    let key = testing::service_account("reader");
    let scopes = ["openid".to_owned(), "profile".to_owned()];
    let token = request_token(&http, &server.discovery, &key, &scopes, "reader").await.unwrap();

    let request = &server.requests()[0];
    assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/oauth/v2/token"));
    assert_eq!(request.field("grant_type").as_deref(), Some(GRANT));
    assert_eq!(request.field("scope").as_deref(), Some("openid profile"));
    let assertion = request.field("assertion").unwrap();
    let claims = insecure_decode::<Json>(&assertion).unwrap().claims;
    assert_eq!(claims["aud"], *server.base, "the issuer exactly as it names itself");

    let answered = &testing::recorded("token/token-ok-opaque.json")["response"]["body"];
    assert_eq!(answered["access_token"], token.value.expose());
    let now = http.now();
    assert_eq!(token.expires_at, Some(now + jiff::SignedDuration::from_secs(43_199)));
    let summary = token.summary();
    assert_eq!((summary.kind, summary.length), (TokenKind::Opaque, token.value.expose().len()));
    assert_eq!(summary.scopes_asked, scopes);

    let record = transcript.get(token.exchange).unwrap();
    let told = format!("{record:?} {token:?} {}", serde_json::to_string(&record).unwrap());
    let id_token = answered["id_token"].as_str().unwrap();
    assert_eq!(token.id_token.as_ref().map(|one| one.expose()), Some(id_token));
    for secret in [assertion.as_str(), token.value.expose(), id_token] {
        assert!(!told.contains(secret), "{secret} is told");
    }
    assert_eq!((record.user.as_deref(), record.purpose), (Some("reader"), Purpose::Token));
    let kinds: Vec<_> = record.secrets.iter().map(|secret| secret.kind).collect();
    assert_eq!(kinds, [SecretKind::Assertion, SecretKind::AccessToken, SecretKind::IdToken]);
    assert_eq!(record.secrets[0].claims.as_ref().unwrap()["sub"], "400873178240388134");
    assert_eq!(record.secrets[1].slot, token.slot);
}

#[tokio::test]
async fn a_token_lives_as_long_as_the_answer_says_in_any_of_its_shapes() {
    let cases = [
        (json!({ "expires_in": 60, "token_type": "Bearer" }), Some(60)),
        (json!({ "expires_in": "60", "token_type": "bearer", "scope": "openid" }), Some(60)),
        (json!({ "something_new": [1] }), None),
        (json!({ "expires_in": null }), None),
    ];
    for (mut answer, seconds) in cases {
        answer["access_token"] = "opaque-access-token".into();
        let mut server = Server::answering([Reply::json(200, &answer)]).await;
        server.discovery.token_endpoint = format!("{}/custom/token", server.base);
        let token = ask(&server).await.unwrap();
        let now = testing::http().0.now();
        let expected = seconds.map(|seconds| now + jiff::SignedDuration::from_secs(seconds));
        assert_eq!(token.expires_at, expected, "{answer}");
        assert_eq!(server.requests()[0].path, "/custom/token", "the path of discovery");
    }
}

#[tokio::test]
async fn every_recorded_token_is_read_and_its_kind_known() {
    for entry in std::fs::read_dir(testing::recording("token")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if !name.starts_with("token-ok-") {
            continue;
        }
        let server = Server::answering([testing::replay(&format!("token/{name}"))]).await;
        let token = ask(&server).await.unwrap();
        let jwt = name.contains("-jwt");
        assert_eq!(token.kind, if jwt { TokenKind::Jwt } else { TokenKind::Opaque }, "{name}");
    }
    let newer = &testing::recorded("newer-library.json")["answers"][0];
    let server = Server::answering([Reply::json(200, &newer["body"])]).await;
    assert_eq!(ask(&server).await.unwrap().kind, TokenKind::Jwe);
}

#[tokio::test]
async fn every_recorded_refusal_is_understood() {
    let mut met = 0;
    for entry in std::fs::read_dir(testing::recording("token")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if !name.starts_with("token-err-") && name != "token-unknown-host.json" {
            continue;
        }
        let expected = match name.trim_end_matches(".json") {
            "token-err-user-locked" | "token-err-user-deactivated" => Refusal::UserNotActive,
            "token-unknown-host" => Refusal::InstanceNotFound,
            "token-err-empty-assertion"
            | "token-err-no-grant-type"
            | "token-err-no-scope"
            | "token-err-unsupported-grant" => Refusal::Other,
            _ => Refusal::Assertion,
        };
        let server = Server::answering([testing::replay(&format!("token/{name}"))]).await;
        let refused = ask(&server).await.unwrap_err();
        let TokenError::Refused { refusal, .. } = refused else { panic!("{name}: {refused:?}") };
        assert_eq!(refusal, expected, "{name}");
        met += 1;
    }
    assert!(met > 20);
}

#[tokio::test]
async fn all_dialects_of_a_refused_assertion_mean_the_same() {
    let said = |status, error: &str, description: Option<&str>| {
        let body = match description {
            Some(description) => json!({ "error": error, "error_description": description }),
            None => json!({ "error": error }),
        };
        Reply::json(status, &body)
    };
    let cases = [
        (said(400, "invalid_request", Some("assertion invalid")), Refusal::Assertion),
        (said(500, "server_error", Some("Errors.Internal")), Refusal::Assertion),
        (said(400, "invalid_client", None), Refusal::Assertion),
        (said(401, "invalid_client", None), Refusal::Assertion),
        (said(400, "invalid_grant", Some("token has expired")), Refusal::Assertion),
        (said(400, "invalid_grant", Some("Errors.User.NotActive")), Refusal::UserNotActive),
        (said(400, "invalid_request", Some("grant_type missing")), Refusal::Other),
        (said(500, "server_error", Some("database is down")), Refusal::Server),
        (Reply::text(500, "<html>"), Refusal::Server),
        (Reply::text(501, ""), Refusal::Server),
        (Reply::text(302, ""), Refusal::Other),
        (Reply::text(404, "not here"), Refusal::Other),
    ];
    for (reply, expected) in cases {
        let server = Server::answering([reply]).await;
        let refused = ask(&server).await.unwrap_err();
        assert!(
            matches!(refused, TokenError::Refused { refusal, .. } if refusal == expected),
            "{refused:?}"
        );
        assert_eq!(server.requests().len(), 1, "a refusal is not asked for again");
    }
}

#[tokio::test]
async fn an_overloaded_issuer_is_asked_again_and_a_refusal_stays_one() {
    let server = Server::answering([
        Reply::text(503, "").with("retry-after", "0"),
        Reply::text(429, ""),
        testing::replay("token/token-ok-opaque.json"),
    ])
    .await;
    ask(&server).await.unwrap();
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn what_is_no_token_is_named() {
    let cases = [
        (Reply::text(200, "<html>"), "a web page"),
        (Reply::text(200, ""), "empty"),
        (Reply::text(200, "{\"access_token\":\"abc"), "breaks off"),
        (Reply::json(200, &json!({ "token": "x" })), "no `access_token`"),
        (Reply::json(200, &json!({ "access_token": "" })), "is no text"),
        (Reply::json(200, &json!({ "access_token": "abc", "token_type": "DPoP" })), "not Bearer"),
    ];
    for (reply, words) in cases {
        let server = Server::answering([reply]).await;
        let error = ask(&server).await.unwrap_err();
        assert!(matches!(error, TokenError::Unreadable { .. }));
        assert!(error.to_string().contains(words), "{error}");
    }
}
