//! The protected API over sockets, in front of the sandbox: every answer of RFC 6750, and what the
//! API keeps to itself.

use contract::{
    Access, Endpoint,
    exchange::Purpose,
    report::{Outcome, RuleName},
};
use rolecall_tests::{
    issuer::{Issuer, changed},
    protected::{Answered, Protected},
};
use sandbox::{TokenType, UserState};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    process::Command,
};
use zitadel_client::key_file::{self, KeyFile};

const PUBLIC: &str = "/api/public";
const PRIVATE: &str = "/api/private";
const SCOPED: &str = "/api/private-scoped";
const PROTECTED: [&str; 2] = [PRIVATE, SCOPED];

async fn opaque() -> Protected {
    Protected::new(Issuer::demo(TokenType::Opaque).await).await
}

fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

/// Status, error in the challenge, error in the body.
fn refusal(answered: &Answered) -> (u16, Option<&str>, String) {
    let challenge = answered.header("www-authenticate");
    let error = challenge.split("error=\"").nth(1).and_then(|rest| rest.split('"').next());
    (answered.status, error, answered.member("error"))
}

#[tokio::test]
async fn whoever_holds_the_role_gets_in_with_every_kind_of_token() {
    for token_type in [TokenType::Opaque, TokenType::Jwt, TokenType::Jwe] {
        let api = Protected::new(Issuer::demo(token_type).await).await;
        for (bot, scoped) in [("reader-bot", 200), ("writer-bot", 403), ("visitor-bot", 403)] {
            let token = bearer(&api.token(bot).await);
            for (path, status) in [(PUBLIC, 200), (PRIVATE, 200), (SCOPED, scoped)] {
                let answered = api.get(path, &token).await;
                assert_eq!(answered.status, status, "{bot} at {path} with {token_type:?}");
                assert_eq!(answered.header("content-type"), "application/json");
                let is_welcome = !answered.member("message").is_empty();
                assert_eq!(is_welcome, status == 200, "{}", answered.body);
            }
        }
    }
}

#[tokio::test]
async fn no_credentials_are_challenged_without_an_error() {
    let api = opaque().await;
    let cases: [&[(&str, &str)]; 4] = [
        &[],
        &[("authorization", "")],
        &[("authorization", "Basic cmVhZGVyOnNlY3JldA==")],
        &[("authorization", "BearerX abc")],
    ];
    for path in PROTECTED {
        for headers in cases {
            let answered = api.send("GET", path, headers).await;
            assert_eq!(answered.status, 401, "{path} {headers:?}");
            assert_eq!(answered.header("www-authenticate"), "Bearer realm=\"rolecall\"");
            assert!(!answered.member("error_description").is_empty());
        }
    }
}

#[tokio::test]
async fn malformed_credentials_are_a_bad_request_and_never_reach_the_issuer() {
    let api = opaque().await;
    let good = bearer(&api.token("reader-bot").await);
    let asked_before = introspections(&api);
    let cases: [&[(&str, &str)]; 6] = [
        &[("authorization", "Bearer")],
        &[("authorization", "Bearer  ")],
        &[("authorization", "Bearer a b")],
        &[("authorization", "Bearer \"quoted\"")],
        &[("authorization", &good), ("authorization", &good)],
        &[("authorization", "Basic cmVhZGVyOnNlY3JldA=="), ("authorization", &good)],
    ];
    for path in PROTECTED {
        for headers in cases {
            let answered = api.send("GET", path, headers).await;
            let expected = (400, Some("invalid_request"), "invalid_request".to_owned());
            assert_eq!(refusal(&answered), expected, "{path}");
            let description = answered.member("error_description");
            assert!(answered.header("www-authenticate").contains(&description), "{description}");
        }
    }
    assert_eq!(introspections(&api), asked_before);
}

#[tokio::test]
async fn a_token_anywhere_but_in_the_header_is_not_looked_at() {
    let api = opaque().await;
    let token = api.token("reader-bot").await;
    let answered = api.send("GET", &format!("{PRIVATE}?access_token={token}"), &[]).await;
    assert_eq!((answered.status, refusal(&answered).1), (401, None));
    assert!(!answered.body.contains(&token), "an answer never repeats a token");
    let cookie = format!("access_token={token}");
    assert_eq!(api.send("GET", PRIVATE, &[("cookie", &cookie)]).await.status, 401);
}

#[tokio::test]
async fn a_token_that_is_not_good_here_is_invalid() {
    let api = opaque().await;
    let elsewhere = api.token_for("reader-bot", "123456789012345678").await;
    let garbled = format!("{}x", api.token("reader-bot").await);
    let locked = api.token("writer-bot").await;
    let issuer = api.issuer();
    issuer.sandbox.set_user_state(&issuer.user_id("writer-bot"), UserState::Locked).unwrap();
    for (what, token) in [
        ("made out to another project", elsewhere.as_str()),
        ("garbled", &garbled),
        ("of a locked user", &locked),
        ("never issued", "surely-not-a-token"),
    ] {
        for path in PROTECTED {
            let answered = api.get(path, &bearer(token)).await;
            let expected = (401, Some("invalid_token"), "invalid_token".to_owned());
            assert_eq!(refusal(&answered), expected, "{what} at {path}");
        }
    }
}

#[tokio::test]
async fn a_missing_role_is_named_in_the_description_and_is_no_scope() {
    let api = opaque().await;
    let token = bearer(&api.token("visitor-bot").await);
    let answered = api.get(SCOPED, &token).await;
    let expected = (403, Some("insufficient_scope"), "insufficient_scope".to_owned());
    assert_eq!(refusal(&answered), expected);
    let challenge = answered.header("www-authenticate");
    assert!(challenge.contains("read:messages"), "{challenge}");
    assert!(!challenge.contains("scope=\""), "asking for the role as a scope would not help");
    assert!(answered.member("error_description").contains("read:messages"));
}

#[tokio::test]
async fn a_role_counts_from_the_moment_it_is_given_until_it_is_taken() {
    let api = opaque().await;
    let token = bearer(&api.token("visitor-bot").await);
    let issuer = api.issuer();
    let visitor = issuer.user_id("visitor-bot");
    assert_eq!(api.get(SCOPED, &token).await.status, 403);
    issuer.sandbox.give_role(&visitor, "read:messages").unwrap();
    assert_eq!(api.get(SCOPED, &token).await.status, 200, "the same token, asked live");
    issuer.sandbox.take_role(&visitor, "read:messages").unwrap();
    assert_eq!(api.get(SCOPED, &token).await.status, 403);
}

#[tokio::test]
async fn an_issuer_that_cannot_be_asked_lets_nobody_in() {
    let mut api = opaque().await;
    let token = bearer(&api.token("reader-bot").await);
    assert_eq!(api.get(SCOPED, &token).await.status, 200);
    drop(api.issuer.take());
    for path in PROTECTED {
        let answered = api.get(path, &token).await;
        assert_eq!(answered.status, 503, "{path}");
        assert!(answered.header("retry-after").parse::<u64>().unwrap() >= 1);
        assert_eq!(answered.header("www-authenticate"), "", "it is not the caller's fault");
        assert_eq!(answered.member("error"), "temporarily_unavailable");
    }
    assert_eq!(api.get(PUBLIC, &token).await.status, 200);
    assert_eq!(api.send("GET", PRIVATE, &[]).await.status, 401, "nothing need be asked for this");
}

#[tokio::test]
async fn an_issuer_that_refuses_the_api_lets_nobody_in() {
    let api = opaque().await;
    let token = bearer(&api.token("reader-bot").await);
    let file = api.issuer().file("api");
    let unknown = changed(&file, &file.with_file_name("unknown.json"), |key| {
        key["keyId"] = json!("1");
    });
    let KeyFile::Application(key) = key_file::read(&unknown).unwrap() else { panic!("a key") };
    api.configure(key, Endpoint::guide());
    api.api.watch("refused");
    let headers = [("authorization", token.as_str()), ("x-request-id", "refused")];
    let answered = api.send("GET", PRIVATE, &headers).await;
    assert_eq!(answered.status, 503);
    assert!(!answered.header("retry-after").is_empty());
    assert!(!answered.body.contains("unauthorized_client"), "what was found stays inside");
    let decision = api.api.take_decision("refused").unwrap();
    assert_eq!(decision.outcome, Outcome::ApiRefused);
    assert!(decision.introspection_exchange.is_some());
}

#[tokio::test]
async fn a_public_endpoint_never_asks_the_issuer() {
    let api = opaque().await;
    let token = bearer(&api.token("reader-bot").await);
    let asked_before = introspections(&api);
    for authorization in [token.as_str(), "Bearer garbage", "Bearer", "Basic x"] {
        assert_eq!(api.get(PUBLIC, authorization).await.status, 200, "{authorization}");
    }
    assert_eq!(introspections(&api), asked_before);
}

#[tokio::test]
async fn a_decision_holds_the_introspection_of_that_very_request() {
    let api = opaque().await;
    let (reader, writer) = (api.token("reader-bot").await, api.token("writer-bot").await);
    let (reader_id, writer_id) =
        (api.issuer().user_id("reader-bot"), api.issuer().user_id("writer-bot"));
    let project_id = api.issuer().sandbox.snapshot().project_id;
    for id in ["of-reader", "of-writer"] {
        api.api.watch(id);
    }
    let call = |token: &str, id: &'static str| {
        let authorization = bearer(token);
        let api = &api;
        async move {
            let headers = [("authorization", authorization.as_str()), ("x-request-id", id)];
            api.send("GET", SCOPED, &headers).await
        }
    };
    let (first, second) = tokio::join!(call(&reader, "of-reader"), call(&writer, "of-writer"));
    assert_eq!((first.status, second.status), (200, 403));
    assert_eq!(first.header("x-request-id"), "of-reader");
    for (id, user_id, role, outcome, token) in [
        ("of-reader", reader_id, "read:messages", Outcome::Allowed, &reader),
        ("of-writer", writer_id, "write:messages", Outcome::RoleMissing, &writer),
    ] {
        let decision = api.api.take_decision(id).unwrap();
        assert_eq!(decision.rule, RuleName::AnyRole);
        assert_eq!(decision.needed_roles, ["read:messages"]);
        assert_eq!((decision.outcome, decision.roles_found), (outcome, vec![role.to_owned()]));
        let claim = format!("urn:zitadel:iam:org:project:{project_id}:roles");
        assert_eq!(decision.role_claim, Some(claim));
        assert_eq!(decision.token_length, Some(token.len()));
        assert_eq!(decision.introspection.unwrap()["sub"], user_id);
        let exchanges = api.exchanges.lock().unwrap();
        let asked = exchanges.iter().find(|e| Some(e.id) == decision.introspection_exchange);
        assert_eq!(asked.unwrap().request_id.as_deref(), Some(id));
        assert_eq!(asked.unwrap().purpose, Purpose::Introspection);
    }
}

#[tokio::test]
async fn endpoints_are_data() {
    let any_role = |roles: &[&str]| Access::AnyRole {
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
    };
    let door = |method: &str, path: &str, access| Endpoint {
        method: method.into(),
        path: path.into(),
        access,
    };
    let endpoints = vec![
        door("GET", "/notes", Access::Public),
        door("POST", "/notes", any_role(&["write:messages"])),
        door("DELETE", "/notes", any_role(&["admin", "read:messages"])),
    ];
    let api = Protected::with(Issuer::demo(TokenType::Opaque).await, endpoints).await;
    let (reader, writer) =
        (bearer(&api.token("reader-bot").await), bearer(&api.token("writer-bot").await));
    let cases = [
        ("GET", "/notes", "", 200),
        ("HEAD", "/notes", "", 200),
        ("POST", "/notes", "", 401),
        ("POST", "/notes", reader.as_str(), 403),
        ("POST", "/notes", &writer, 200),
        ("DELETE", "/notes", &reader, 200),
        ("DELETE", "/notes", &writer, 403),
        ("PUT", "/notes", &writer, 405),
        ("GET", "/api/private", &reader, 404),
    ];
    for (method, path, authorization, status) in cases {
        let answered = api.send(method, path, &[("authorization", authorization)]).await;
        assert_eq!(answered.status, status, "{method} {path}");
        assert_eq!(answered.header("content-type"), "application/json", "{method} {path}");
    }
    let refused = api.send("PUT", "/notes", &[]).await;
    assert_eq!(refused.header("allow"), "GET,HEAD,POST,DELETE");
}

#[tokio::test]
async fn only_calls_addressed_to_this_machine_are_answered() {
    let api = opaque().await;
    let port = api.address.rsplit(':').next().unwrap();
    for host in ["127.0.0.1", "[::1]", "localhost"] {
        let answer = raw(&format!("{host}:{port}"), &format!("Host: {host}:{port}\r\n")).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{host}: {answer}");
    }
    let here = format!("localhost:{port}");
    for (headers, status) in [
        ("Host: evil.example\r\n", "421"),
        ("Host: localhost.evil.example:8000\r\n", "421"),
        ("", "400"),
        ("Host: localhost\r\nHost: localhost\r\n", "400"),
    ] {
        let answer = raw(&here, headers).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{headers}: {answer}");
        let body = answer.split("\r\n\r\n").nth(1).unwrap();
        let body: serde_json::Value = serde_json::from_str(body).unwrap();
        assert!(body["error_description"].is_string(), "{headers}");
    }
}

#[tokio::test]
async fn a_web_page_of_another_origin_gets_no_leave() {
    let api = opaque().await;
    let origin = ("origin", "https://evil.example");
    let wish = ("access-control-request-method", "GET");
    for (method, status) in [("GET", 401), ("OPTIONS", 405)] {
        let answered = api.send(method, PRIVATE, &[origin, wish]).await;
        assert_eq!(answered.status, status);
        let leave =
            answered.headers.keys().find(|name| name.as_str().starts_with("access-control"));
        assert_eq!(leave, None, "{method}");
    }
}

#[tokio::test]
async fn the_guides_curl_lines_work() {
    let api = opaque().await;
    let reader = bearer(&api.token("reader-bot").await);
    let visitor = bearer(&api.token("visitor-bot").await);
    let cases = [
        (PUBLIC, None, "200"),
        (PRIVATE, None, "401"),
        (PRIVATE, Some(&visitor), "200"),
        (SCOPED, Some(&visitor), "403"),
        (SCOPED, Some(&reader), "200"),
    ];
    for (path, authorization, status) in cases {
        let mut curl = Command::new("curl");
        curl.args(["--silent", "--noproxy", "*", "--request", "GET"]);
        curl.args(["--write-out", "\n%{http_code}", "--url", &format!("{}{path}", api.address)]);
        if let Some(authorization) = authorization {
            curl.args(["--header", &format!("Authorization: {authorization}")]);
        }
        let output = curl.output().await.expect("curl is installed");
        let said = String::from_utf8(output.stdout).unwrap();
        let (body, code) = said.rsplit_once('\n').unwrap();
        assert_eq!(code, status, "{path}");
        let body: serde_json::Value = serde_json::from_str(body).unwrap();
        let member = if status == "200" { "message" } else { "error_description" };
        assert!(body[member].is_string(), "{path}: {body}");
    }
}

async fn raw(address: &str, headers: &str) -> String {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    let request = format!("GET {PUBLIC} HTTP/1.1\r\n{headers}Connection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("a request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer");
    answer
}

fn introspections(api: &Protected) -> usize {
    let exchanges = api.exchanges.lock().expect("exchanges");
    exchanges.iter().filter(|e| e.purpose == Purpose::Introspection).count()
}
