use super::*;
use futures::stream;
use http::{Method, StatusCode, header};
use std::convert::Infallible;
use tower::ServiceExt;

struct Answered {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Answered {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

fn request(method: Method, target: &str) -> http::request::Builder {
    Request::builder().method(method).uri(target).header(header::HOST, "localhost:8000")
}

async fn send(api: &ProtectedApi, request: http::request::Builder, body: Body) -> Answered {
    let response = api.router().oneshot(request.body(body).unwrap()).await.unwrap();
    let (head, body) = response.into_parts();
    let body = to_bytes(body, MAX_BODY_BYTES).await.unwrap();
    let body = String::from_utf8(body.to_vec()).unwrap();
    Answered { status: head.status, headers: head.headers, body }
}

async fn get(api: &ProtectedApi, target: &str) -> Answered {
    send(api, request(Method::GET, target), Body::empty()).await
}

#[tokio::test]
async fn without_an_issuer_only_the_public_door_opens() {
    let api = ProtectedApi::new();
    assert_eq!(get(&api, "/api/public").await.status, 200);
    for path in ["/api/private", "/api/private-scoped"] {
        let asked = request(Method::GET, path).header(header::AUTHORIZATION, "Bearer abc");
        let answered = send(&api, asked, Body::empty()).await;
        assert_eq!(answered.status, 503, "{path}: no answer is never a yes");
        assert_eq!(answered.headers[header::RETRY_AFTER], "5");
        assert_eq!(answered.json()["error"], "temporarily_unavailable");
    }
}

#[tokio::test]
async fn other_paths_and_methods_are_refused_as_json() {
    let api = ProtectedApi::new();
    let missing = get(&api, "/api/elsewhere").await;
    assert_eq!(
        (missing.status, missing.json()["error"].clone()),
        (StatusCode::NOT_FOUND, "not_found".into())
    );
    for method in [Method::POST, Method::DELETE, Method::OPTIONS] {
        let refused = send(&api, request(method.clone(), "/api/private"), Body::empty()).await;
        assert_eq!(refused.status, 405, "{method}");
        assert_eq!(refused.headers[header::ALLOW], "GET,HEAD", "{method}");
        assert_eq!(refused.json()["error"], "method_not_allowed", "{method}");
    }
}

#[tokio::test]
async fn head_is_answered_like_get_without_a_body() {
    let api = ProtectedApi::new();
    let open = send(&api, request(Method::HEAD, "/api/public"), Body::empty()).await;
    assert_eq!((open.status, open.body.as_str()), (StatusCode::OK, ""));
    let shut = send(&api, request(Method::HEAD, "/api/private"), Body::empty()).await;
    assert_eq!((shut.status, shut.body.as_str()), (StatusCode::UNAUTHORIZED, ""));
}

#[tokio::test]
async fn every_answer_carries_the_request_id_and_no_cors_header() {
    let api = ProtectedApi::new();
    for (target, host) in
        [("/api/public", "localhost"), ("/nowhere", "localhost"), ("/api/public", "evil.example")]
    {
        let asked = Request::builder()
            .uri(target)
            .header(header::HOST, host)
            .header(header::ORIGIN, "https://evil.example")
            .header(X_REQUEST_ID, "call-7");
        let answered = send(&api, asked, Body::empty()).await;
        assert_eq!(answered.headers[X_REQUEST_ID], "call-7", "{target} at {host}");
        assert_eq!(answered.headers[header::CACHE_CONTROL], "no-store");
        let cors = answered.headers.keys().find(|name| name.as_str().starts_with("access-"));
        assert_eq!(cors, None, "{target} at {host}");
    }
}

#[tokio::test]
async fn a_foreign_host_is_turned_away_even_from_the_public_door() {
    let api = ProtectedApi::new();
    let asked = Request::builder().uri("/api/public").header(header::HOST, "evil.example");
    let answered = send(&api, asked, Body::empty()).await;
    assert_eq!(answered.status, 421);
    assert_eq!(answered.json()["error"], "misdirected_request");
    let nameless = send(&api, Request::builder().uri("/api/public"), Body::empty()).await;
    assert_eq!(nameless.status, 400);
}

#[tokio::test]
async fn a_body_is_taken_up_to_its_limit() {
    let api = ProtectedApi::new();
    for (bytes, status) in [(MAX_BODY_BYTES, 200), (MAX_BODY_BYTES + 1, 413)] {
        let whole = Body::from(vec![b'x'; bytes]);
        let sized = send(&api, request(Method::GET, "/api/public"), whole).await;
        assert_eq!(sized.status, status, "{bytes} bytes of known length");
        let chunks = [vec![b'x'; bytes / 2], vec![b'x'; bytes - bytes / 2]];
        let chunked = Body::from_stream(stream::iter(chunks.map(Ok::<_, Infallible>)));
        let chunked = send(&api, request(Method::GET, "/api/public"), chunked).await;
        assert_eq!(chunked.status, status, "{bytes} bytes of unknown length");
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_that_never_ends_is_given_up() {
    let api = ProtectedApi::new();
    let endless = Body::from_stream(stream::pending::<Result<Vec<u8>, Infallible>>());
    let answered = send(&api, request(Method::GET, "/api/public"), endless).await;
    assert_eq!(answered.status, 408);
    assert_eq!(answered.headers[header::CONNECTION], "close");
}

#[tokio::test]
async fn a_decision_is_there_before_its_answer_and_only_where_a_rule_stands() {
    let api = ProtectedApi::new();
    for id in ["seen", "lost"] {
        api.watch(id);
    }
    let call = |id: &str, path: &str| request(Method::GET, path).header(X_REQUEST_ID, id);
    send(&api, call("seen", "/api/private-scoped"), Body::empty()).await;
    send(&api, call("lost", "/nowhere"), Body::empty()).await;
    send(&api, call("unseen", "/api/private"), Body::empty()).await;
    let decision = api.take_decision("seen").unwrap();
    assert_eq!(decision.outcome, Outcome::NoToken);
    assert_eq!(decision.rule, RuleName::AnyRole);
    assert_eq!(decision.needed_roles, ["read:messages"]);
    assert_eq!(decision.token_length, None);
    assert_eq!(decision.introspection_exchange, None);
    assert_eq!(api.take_decision("lost"), None);
    assert_eq!(api.take_decision("unseen"), None);
}
