use super::*;
use crate::testing::{self, Reply, Server, document};
use serde_json::json;

async fn ask(server: &Server, typed: &str) -> Result<Discovery, DiscoveryError> {
    let typed = typed.replace("{base}", &server.base);
    discover(&testing::http().0, &IssuerAddress::parse(&typed).unwrap(), false).await
}

fn changed(base: &str, name: &str, value: Value) -> Reply {
    let mut document = document(base);
    document[name] = value;
    Reply::json(200, &document)
}

#[tokio::test]
async fn an_issuer_describes_itself_whatever_was_typed() {
    for typed in [
        "{base}",
        "{base}/",
        "{base}/ui/console/projects",
        "{base}/.well-known/openid-configuration",
    ] {
        let server = Server::of(|base| {
            let date = "Mon, 23 Nov 2026 10:58:32 GMT";
            vec![Reply::json(200, &document(base)).with("date", date)]
        })
        .await;
        let found = ask(&server, typed).await.unwrap();
        assert_eq!(found.issuer, server.base);
        assert_eq!(found.document["something_new"], true, "what is not known is kept");
        assert_eq!(found.server_date.unwrap().to_string(), "2026-11-23T10:58:32Z");
        let view = found.view();
        assert_eq!(view.introspection_endpoint, format!("{}/oauth/v2/introspect", server.base));
        let requests = server.requests();
        assert_eq!(requests.len(), 1);
        assert_eq!(requests[0].method, "GET");
        assert_eq!(requests[0].path, "/.well-known/openid-configuration");
        assert_eq!(requests[0].headers["user-agent"], crate::http::USER_AGENT);
    }
}

#[tokio::test]
async fn the_documents_own_slash_is_kept_and_custom_paths_are_used() {
    let server = Server::of(|base| {
        let mut document = document(base);
        document["issuer"] = json!(format!("{base}/"));
        document["token_endpoint"] = json!(format!("{base}/custom/token"));
        document.as_object_mut().unwrap().remove("userinfo_endpoint");
        vec![Reply::json(200, &document)]
    })
    .await;
    let found = ask(&server, "{base}").await.unwrap();
    assert_eq!(found.issuer, format!("{}/", server.base), "assertions are made out to this");
    assert_eq!(found.token_endpoint, format!("{}/custom/token", server.base));
    assert_eq!(found.userinfo_endpoint, None);
    assert_eq!(server.requests().len(), 1, "a slash is corrected silently");
}

#[tokio::test]
async fn plain_http_to_another_machine_is_not_even_tried() {
    let address = IssuerAddress::parse("http://id.example:8080").unwrap();
    let (http, transcript) = testing::http();
    let refused = discover(&http, &address, false).await.unwrap_err();
    assert_eq!(refused, DiscoveryError::Insecure { address: "http://id.example:8080".into() });
    assert_eq!(transcript.get(1), None, "nothing was sent");
}

#[tokio::test]
async fn an_unknown_instance_is_told_from_other_refusals() {
    let server =
        Server::answering([testing::replay("discovery/discovery-unknown-host.json")]).await;
    let refused = ask(&server, "{base}").await.unwrap_err();
    assert!(
        matches!(&refused, DiscoveryError::InstanceNotFound { text, .. } if text.contains("Instance not found")),
        "{refused:?}"
    );
}

#[tokio::test]
async fn what_is_no_discovery_document_is_named() {
    type Make = fn(&str) -> Reply;
    let cases: [(Make, &str); 11] = [
        (|_| Reply::text(200, "<!doctype html><html>"), "it is a web page"),
        (|_| Reply::text(200, ""), "it is empty"),
        (|_| Reply::text(200, "hello"), "it is no JSON"),
        (|_| Reply::text(200, "{\"issuer\":\"http"), "breaks off"),
        (|_| Reply::json(200, &json!([1])), "no object"),
        (|_| Reply::text(404, "not here"), "it answered 404"),
        (|_| Reply::text(500, ""), "it answered 500"),
        (
            |_| Reply::text(308, "").with("location", "https://id.example/x?secret=1"),
            "a redirect to https://id.example,",
        ),
        (
            |base| changed(base, "introspection_endpoint", Value::Null),
            "`introspection_endpoint` of its",
        ),
        (|base| changed(base, "token_endpoint", json!("/oauth/v2/token")), "no http or https"),
        (|base| changed(base, "issuer", json!("urn:issuer")), "`issuer` is no http"),
    ];
    for (make, words) in cases {
        let server = Server::of(|base| vec![make(base)]).await;
        let refused = ask(&server, "{base}").await.unwrap_err();
        let DiscoveryError::NotZitadel { reason, .. } = &refused else { panic!("{refused:?}") };
        assert!(reason.contains(words), "{reason}");
        assert_eq!(server.requests().len(), 1, "a redirect is not followed");
    }
}

#[tokio::test]
async fn nobody_there_is_unreachable_with_host_and_port() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let address = IssuerAddress::parse(&format!("127.0.0.1:{port}")).unwrap();
    let refused = discover(&testing::http().0, &address, false).await.unwrap_err();
    let DiscoveryError::Unreachable { failure, .. } = &refused else { panic!("{refused:?}") };
    assert_eq!(failure.error.message, format!("Nobody listens at 127.0.0.1:{port}."));
}

#[tokio::test]
async fn another_name_of_the_same_origin_is_verified_there_and_used() {
    let server = Server::of(|base| {
        let mut there = document(base);
        there["token_endpoint"] = json!(format!("{base}/there/token"));
        vec![Reply::json(200, &document(base)), Reply::json(200, &there)]
    })
    .await;
    let found = ask(&server, "{base}/tenant").await.unwrap();
    assert_eq!(found.issuer, server.base);
    assert_eq!(found.token_endpoint, format!("{}/there/token", server.base));
    let paths: Vec<_> = server.requests().into_iter().map(|request| request.path).collect();
    assert_eq!(
        paths,
        ["/tenant/.well-known/openid-configuration", "/.well-known/openid-configuration"]
    );
}

#[tokio::test]
async fn a_name_of_another_origin_is_never_used_without_asking() {
    for confirms in [true, false] {
        let real = Server::of(|base| {
            let name = if confirms { base } else { "http://127.0.0.1:1" };
            vec![changed(base, "issuer", json!(name))]
        })
        .await;
        let typed = Server::of(|base| vec![changed(base, "issuer", json!(real.base))]).await;
        let refused = ask(&typed, "{base}").await.unwrap_err();
        let DiscoveryError::Mismatch { typed: was, named, verified, .. } = refused else {
            panic!("{refused:?}")
        };
        assert_eq!((was, named, verified), (typed.base.clone(), real.base.clone(), confirms));
        let sent = [typed.requests(), real.requests()].concat();
        assert!(sent.iter().all(|request| request.method == "GET"), "nothing is posted");
    }
}

#[tokio::test]
async fn a_name_that_answers_nothing_is_not_verified() {
    let server =
        Server::of(|base| vec![changed(base, "issuer", json!("http://127.0.0.1:1"))]).await;
    let refused = ask(&server, "{base}").await.unwrap_err();
    assert!(matches!(refused, DiscoveryError::Mismatch { verified: false, .. }), "{refused:?}");
}

#[tokio::test]
async fn no_endpoint_that_is_sent_a_secret_may_lie_elsewhere() {
    for name in ["token_endpoint", "introspection_endpoint", "userinfo_endpoint"] {
        let elsewhere = "https://collector.example/token";
        let server = Server::of(|base| vec![changed(base, name, json!(elsewhere))]).await;
        let refused = ask(&server, "{base}").await.unwrap_err();
        let DiscoveryError::ForeignEndpoint { name: named, endpoint, .. } = refused else {
            panic!("{refused:?}")
        };
        assert_eq!((named, endpoint.as_str()), (name, elsewhere));
    }
}
