use super::*;
use crate::testing::{self, FixedClock, Reply, Server, recorded, replay};
use serde_json::json;

fn about() -> About {
    About {
        request_id: Some("request-1".into()),
        user: Some("reader".into()),
        purpose: Purpose::Introspection,
    }
}

fn token() -> AccessToken {
    AccessToken::from("opaque-access-token".to_owned())
}

fn asker(server: &Server, clock: Arc<FixedClock>) -> (Introspector, crate::Transcript) {
    let (http, transcript) = testing::http_at(clock);
    let key = testing::application("application");
    (Introspector::new(http, server.discovery.clone(), key), transcript)
}

async fn ask(reply: Reply) -> Result<Introspection, IntrospectionError> {
    let server = Server::answering([reply]).await;
    asker(&server, FixedClock::new()).0.introspect(&token(), about()).await
}

fn active(claims: Json) -> Introspection {
    let Json::Object(claims) = claims else { panic!("claims are an object") };
    Introspection { active: true, claims, exchange: 1 }
}

#[tokio::test]
async fn the_api_shows_who_it_is_and_is_told_everything() {
    let server = Server::answering([replay("introspect/introspect-ok-role.json")]).await;
    let (asker, transcript) = asker(&server, FixedClock::new());
    let told = asker.introspect(&token(), about()).await.unwrap();

    let request = &server.requests()[0];
    assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/oauth/v2/introspect"));
    assert_eq!(request.field("token").as_deref(), Some("opaque-access-token"));
    assert_eq!(request.field("client_assertion_type").as_deref(), Some(ASSERTION_TYPE));
    let assertion = request.field("client_assertion").unwrap();

    let answered = &recorded("introspect/introspect-ok-role.json")["response"]["body"];
    assert_eq!(Json::Object(told.claims.clone()), *answered, "nothing is lost");
    assert!(told.active);
    assert_eq!(told.user_name(), Some("reader-bot"));
    assert_eq!(told.scopes().unwrap()[..2], ["openid", "profile"]);
    assert_eq!(told.audience(), ["400873177653185574"]);
    assert_eq!(told.expires_at().unwrap().as_second(), 1_795_478_313);

    let record = transcript.get(told.exchange).unwrap();
    assert_eq!(record.request_id.as_deref(), Some("request-1"));
    let shown = format!("{record:?} {asker:?}");
    assert!(!shown.contains("opaque-access-token") && !shown.contains(&assertion), "{shown}");
}

#[tokio::test]
async fn every_recorded_answer_is_understood() {
    let mut met = 0;
    for entry in std::fs::read_dir(testing::recording("introspect")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let path = format!("introspect/{name}");
        let status = recorded(&path)["response"]["status"].as_u64().unwrap();
        let answer = ask(replay(&path)).await;
        match answer {
            Ok(told) => assert_eq!((status, told.active), (200, told.claims.len() > 1), "{name}"),
            Err(IntrospectionError::Refused { error, .. }) => {
                assert_eq!(status, 400, "{name}");
                assert!(error.is_some(), "{name}");
            }
            Err(other) => panic!("{name}: {other:?}"),
        }
        met += 1;
    }
    assert!(met > 40);
}

#[tokio::test]
async fn answers_of_all_dialects_lead_to_the_same_result() {
    const BY_ID: &str = "urn:zitadel:iam:org:project:400873177653185574:roles";
    let answered = recorded("introspect/introspect-ok-role.json")["response"]["body"].clone();
    let orgs = json!({ "400872948426148902": "zitadel.localhost", "7": "second.example" });
    type Change<'a> = &'a dyn Fn(&mut Json);
    let dialects: [(&str, Change<'_>); 9] = [
        ("as recorded", &|_| {}),
        ("an audience that is one text", &|a| a["aud"] = a["aud"][0].take()),
        ("times in RFC 3339", &|a| a["exp"] = "2026-11-23T23:58:33Z".into()),
        ("times as texts", &|a| a["exp"] = "1795478313".into()),
        ("scopes as a list", &|a| {
            a["scope"] = a["scope"].as_str().unwrap().split(' ').collect::<Vec<_>>().into();
        }),
        ("roles as a list", &|a| a[BY_ID] = json!([a[BY_ID].take()])),
        ("a role of several organisations", &|a| a[BY_ID]["read:messages"] = orgs.clone()),
        ("a role of several organisations, in a list", &|a| {
            a[BY_ID] = json!([{ "read:messages": orgs }, { "read:messages": { "8": "third" } }]);
        }),
        ("only the short claim", &|a| drop(a.as_object_mut().unwrap().shift_remove(BY_ID))),
    ];
    for (dialect, change) in dialects {
        let mut answer = answered.clone();
        change(&mut answer);
        answer["something_new"] = json!({ "of": ["later years"] });
        let told = ask(Reply::json(200, &answer)).await.unwrap();
        assert_eq!(told.audience(), ["400873177653185574"], "{dialect}");
        assert_eq!(told.expires_at().unwrap().as_second(), 1_795_478_313, "{dialect}");
        assert_eq!(told.scopes().unwrap()[..2], ["openid", "profile"], "{dialect}");
        for project in [Some("400873177653185574"), None] {
            let roles = told.project_roles(project).roles;
            assert_eq!(roles, ["read:messages"], "{dialect}, {project:?}");
        }
        assert_eq!(Json::Object(told.claims), answer, "{dialect}: what is not known is kept");
    }
}

#[tokio::test]
async fn the_endpoint_of_discovery_is_asked_in_the_name_that_the_key_file_has() {
    let mut server = Server::answering([Reply::json(200, &json!({ "active": false }))]).await;
    server.discovery.introspection_endpoint = format!("{}/custom/introspect", server.base);
    let key = crate::key_file::ApplicationKey {
        client_id: "78366401571920522@acme".into(),
        ..testing::application("application")
    };
    let asker = Introspector::new(testing::http().0, server.discovery.clone(), key);
    asker.introspect(&token(), about()).await.unwrap();
    let request = &server.requests()[0];
    assert_eq!(request.path, "/custom/introspect");
    let assertion = request.field("client_assertion").unwrap();
    let claims = crate::jose::look(&assertion).claims.unwrap();
    assert_eq!(claims["iss"], "78366401571920522@acme");
    assert_eq!(claims["sub"], "78366401571920522@acme");
}

#[tokio::test]
async fn an_assertion_is_signed_once_in_five_minutes() {
    let reply = Reply::json(200, &json!({ "active": false }));
    let server = Server::answering([reply]).await;
    let clock = FixedClock::new();
    let (asker, _) = asker(&server, clock.clone());
    let clone = asker.clone();
    for seconds in [0, 299, 1, 299, -600] {
        clock.forward(seconds);
        clone.introspect(&token(), about()).await.unwrap();
    }
    let sent: Vec<_> =
        server.requests().iter().map(|r| r.field("client_assertion").unwrap()).collect();
    assert_eq!(sent[0], sent[1], "within five minutes");
    assert_ne!(sent[1], sent[2], "after five minutes");
    assert_eq!(sent[2], sent[3]);
    assert_ne!(sent[3], sent[4], "a clock that was set back makes an assertion of the future");
}

#[tokio::test]
async fn after_a_refusal_the_next_question_is_signed_anew() {
    let server = Server::answering([
        Reply::json(400, &json!({ "error": "unauthorized_client" })),
        Reply::json(200, &json!({ "active": false })),
    ])
    .await;
    let clock = FixedClock::new();
    let (asker, _) = asker(&server, clock.clone());
    asker.introspect(&token(), about()).await.unwrap_err();
    clock.forward(1);
    asker.introspect(&token(), about()).await.unwrap();
    let requests = server.requests();
    assert_ne!(requests[0].field("client_assertion"), requests[1].field("client_assertion"));
}

#[tokio::test]
async fn no_failure_is_a_yes() {
    let refused = ask(Reply::text(
        401,
        "ErrorType=unauthorized_client Description=JWT assertion failed Parent=token has expired\n",
    ));
    let IntrospectionError::Refused { status, error, .. } = refused.await.unwrap_err() else {
        panic!("a refusal")
    };
    assert_eq!((status, error.as_deref()), (401, Some("unauthorized_client")));

    let busy = ask(Reply::text(429, "").with("retry-after", "60")).await.unwrap_err();
    assert_eq!(busy.retry_after(), Some(Duration::from_secs(60)));
    assert!(matches!(busy, IntrospectionError::Unavailable { status: Some(429), .. }));

    let down = ask(Reply::text(500, "")).await.unwrap_err();
    assert!(matches!(down, IntrospectionError::Unavailable { status: Some(500), .. }));

    for reply in [
        Reply::text(200, "<html>"),
        Reply::text(200, ""),
        Reply::text(200, "{\"active\":true"),
        Reply::json(200, &json!({ "active": "true" })),
        Reply::json(200, &json!({ "sub": "1" })),
        Reply::json(204, &json!({ "active": true })),
        Reply::text(302, "").with("location", "/elsewhere"),
    ] {
        let error = ask(reply).await.unwrap_err();
        assert!(matches!(error, IntrospectionError::Unreadable { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn an_issuer_that_is_gone_is_unavailable() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let mut server = Server::answering([]).await;
    server.discovery.introspection_endpoint = format!("{base}/oauth/v2/introspect");
    let (asker, transcript) = asker(&server, FixedClock::new());
    let error = asker.introspect(&token(), about()).await.unwrap_err();
    assert!(matches!(
        error,
        IntrospectionError::Unavailable { status: None, failure: Some(_), .. }
    ));
    assert_eq!(transcript.get(error.exchange()).unwrap().attempt, 3, "a question is asked again");
}

#[test]
fn roles_are_read_in_every_shape() {
    let id = "urn:zitadel:iam:org:project:77:roles";
    let short = "urn:zitadel:iam:org:project:roles";
    let org = json!({ "1": "a.example", "2": "b.example" });
    let cases = [
        (json!({ id: { "read": org, "write": org } }), Some("77"), Some(id), vec!["read", "write"]),
        (
            json!({ id: [{ "read": org }, { "write": org }, { "read": org }] }),
            Some("77"),
            Some(id),
            vec!["read", "write"],
        ),
        (json!({ short: { "read": org } }), None, Some(short), vec!["read"]),
        (json!({ id: { "read": org } }), None, None, vec![]),
        (json!({ short: { "read": org } }), Some("77"), Some(short), vec!["read"]),
        (
            json!({ short: { "read": org }, "urn:zitadel:iam:org:project:78:roles": { "read": org } }),
            Some("77"),
            None,
            vec![],
        ),
        (json!({ id: { "read": org } }), Some("78"), None, vec![]),
        (json!({ id: {} }), Some("77"), Some(id), vec![]),
        (json!({ id: { "read": null, "write": true } }), Some("77"), Some(id), vec![]),
        (json!({ id: "read" }), Some("77"), Some(id), vec![]),
        (json!({ "scope": "read" }), Some("77"), None, vec![]),
    ];
    for (claims, project, claim, roles) in cases {
        let found = active(claims.clone()).project_roles(project);
        assert_eq!(
            (found.claim.as_deref(), found.roles),
            (claim, roles.iter().map(|r| (*r).to_owned()).collect()),
            "{claims}"
        );
    }
    let mut dead = active(json!({ short: { "read": org } }));
    dead.active = false;
    assert_eq!(dead.project_roles(None), ProjectRoles::default(), "an inactive token has no roles");
}

#[test]
fn the_project_is_learned_where_one_claim_names_it() {
    let roles = json!({ "read": { "1": "a.example" } });
    let cases = [
        (recorded("introspect/introspect-ok-client-id-audience.json")["response"]["body"].clone(), Some("400873177653185574")),
        (recorded("introspect/introspect-ok-client-id-audience-no-role.json")["response"]["body"].clone(), None),
        (json!({ "urn:zitadel:iam:org:project:roles": roles }), None),
        (json!({ "urn:zitadel:iam:org:project:1:roles": roles, "urn:zitadel:iam:org:project:2:roles": roles }), None),
    ];
    for (claims, id) in cases {
        assert_eq!(active(claims).learned_project_id().as_deref(), id);
    }
}

#[test]
fn a_name_is_found_without_the_profile_scope_too() {
    assert_eq!(active(json!({ "client_id": "reader-bot" })).user_name(), Some("reader-bot"));
    assert_eq!(active(json!({ "username": "u", "client_id": "c" })).user_name(), Some("u"));
    assert_eq!(active(json!({})).user_name(), None);
    assert_eq!(active(json!({})).scopes(), None);
}
