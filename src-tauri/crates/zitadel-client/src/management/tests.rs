use super::*;
use crate::testing::{self, Reply, Server, recorded, replay};
use serde_json::json;

mod calls;
mod recordings;
mod role_switch;

const PAT: &str = "personal-access-token-0123456789";

fn manager(server: &Server) -> (Management, crate::Transcript) {
    let (http, transcript) = testing::http();
    let token = PersonalAccessToken::from(PAT.to_owned());
    (Management::new(http, &server.base, token), transcript)
}

async fn asked(reply: Reply) -> Management {
    let server = Server::answering([reply]).await;
    manager(&server).0
}

#[tokio::test]
async fn what_opens_something_is_hidden_in_the_transcript() {
    let secrets = [
        ("create-pat", "token"),
        ("create-app-key", "keyDetails"),
        ("create-user-key", "keyDetails"),
        ("create-basic-app", "clientSecret"),
    ];
    for (name, member) in secrets {
        let path = format!("manage/manage-{name}.json");
        let secret = recorded(&path)["response"]["body"][member].as_str().unwrap().to_owned();
        let server = Server::answering([replay(&path)]).await;
        let (manager, transcript) = manager(&server);
        let told = match name {
            "create-pat" => format!("{:?}", manager.create_token("1", None).await.unwrap()),
            "create-app-key" => {
                format!("{:?}", manager.create_app_key("1", "2", None).await.unwrap())
            }
            "create-user-key" => format!("{:?}", manager.create_user_key("1", None).await.unwrap()),
            _ => format!("{:?}", manager.create_api("1", "a", AuthMethod::Basic).await.unwrap()),
        };
        let record = transcript.get(1).unwrap();
        let shown = format!("{told} {manager:?} {}", serde_json::to_string(&record).unwrap());
        assert!(!shown.contains(&secret) && !shown.contains(PAT), "{name}: {shown}");
        assert_eq!(record.purpose, Purpose::Management);
        assert_eq!(record.secrets[0].kind, SecretKind::PersonalAccessToken);
        let revealed =
            |n| transcript.reveal(n).map(|s| secrecy::ExposeSecret::expose_secret(&s).to_owned());
        assert_eq!(revealed(1).as_deref(), Some(PAT));
        let kept = (member != "keyDetails").then_some(secret);
        assert_eq!(revealed(2), kept, "a private key is kept in no slot");
    }
}

#[tokio::test]
async fn the_token_goes_to_the_issuer_and_paths_are_escaped() {
    let server = Server::answering([Reply::json(200, &json!({ "details": {} }))]).await;
    let (http, transcript) = testing::http();
    let token = PersonalAccessToken::from(PAT.to_owned());
    let manager = Management::new(http, &format!("{}/", server.base), token);
    manager.in_organization("77").delete_role("1", "a/b c:d?").await.unwrap();
    let request = &server.requests()[0];
    assert_eq!(request.path, "/management/v1/projects/1/roles/a%2Fb%20c:d%3F");
    assert_eq!(request.headers["authorization"], format!("Bearer {PAT}"));
    assert_eq!(request.headers["x-zitadel-orgid"], "77");
    manager.create_role("1", "a", "A").await.unwrap();
    assert!(!server.requests()[1].headers.contains_key("x-zitadel-orgid"));
    let sent = transcript.get(2).unwrap().request;
    assert_eq!(sent.json.as_deref(), Some(r#"{"roleKey":"a","displayName":"A"}"#));
    assert!(sent.headers.iter().any(|h| h.value == "application/json" && h.name == "content-type"));
}

#[tokio::test]
async fn reading_is_repeated_and_creating_is_not() {
    let busy = Reply::text(503, "");
    let server =
        Server::answering([busy.clone(), replay("manage/manage-list-projects.json")]).await;
    assert_eq!(manager(&server).0.projects().await.unwrap().len(), 4);
    assert_eq!(server.requests().len(), 2);

    let server = Server::answering([busy]).await;
    let error = manager(&server).0.create_token("1", None).await.unwrap_err();
    assert!(matches!(error, ManagementError::Refused { status: 503, .. }));
    assert_eq!(server.requests().len(), 1);
}

fn page(ids: std::ops::Range<usize>, total: Option<usize>) -> Reply {
    let result: Vec<_> = ids.map(|id| json!({ "id": id.to_string(), "new": [] })).collect();
    let details = total.map(|total| json!({ "totalResult": total.to_string() }));
    Reply::json(200, &json!({ "details": details.unwrap_or(json!({})), "result": result }))
}

async fn listed(pages: Vec<Reply>) -> (usize, Vec<Json>) {
    let server = Server::answering(pages).await;
    let listed = manager(&server).0.projects().await.unwrap();
    let asked = server.requests().into_iter().map(|request| {
        serde_json::from_str::<Json>(&request.body).unwrap()["query"]["offset"].clone()
    });
    (listed.len(), asked.collect())
}

#[tokio::test]
async fn lists_are_read_whole() {
    let cases = [
        (vec![Reply::json(200, &json!({ "details": { "viewTimestamp": "x" } }))], 0, vec!["0"]),
        (vec![page(0..3, Some(3))], 3, vec!["0"]),
        (
            vec![page(0..100, Some(250)), page(100..200, Some(250)), page(200..250, Some(250))],
            250,
            vec!["0", "100", "200"],
        ),
        // A server that gives fewer than it was asked for.
        (vec![page(0..50, Some(80)), page(50..80, Some(80))], 80, vec!["0", "50"]),
        // Pages of a list without an order.
        (vec![page(0..100, Some(150)), page(60..110, Some(150))], 110, vec!["0", "100"]),
        // A server that does not count, and one that always gives the first page.
        (vec![page(0..100, None), page(100..101, None)], 101, vec!["0", "100"]),
        (vec![page(0..100, Some(900))], 100, vec!["0", "100"]),
    ];
    for (pages, count, offsets) in cases {
        assert_eq!(listed(pages).await, (count, offsets.into_iter().map(Json::from).collect()));
    }
}

#[tokio::test]
async fn a_list_without_end_is_left() {
    let pages = (0..200).map(|n| page(n * 100..(n + 1) * 100, Some(1_000_000))).collect();
    let (count, asked) = listed(pages).await;
    assert_eq!((count, asked.len()), (10_000, 100));
}

#[tokio::test]
async fn what_is_no_answer_of_zitadels_is_told_apart() {
    let refused = [
        (
            Reply::text(404, "unable to set instance: Instance not found."),
            "unable to set instance: Instance not found",
        ),
        (Reply::text(502, "<html>Bad gateway</html>"), "it gave no reason"),
        (Reply::json(500, &json!({ "code": "x", "message": 3 })), "it gave no reason"),
        (Reply::text(302, "").with("location", "/elsewhere"), "it gave no reason"),
    ];
    for (reply, said) in refused {
        let error = asked(reply).await.create_project("a").await.unwrap_err();
        let ManagementError::Refused { message, code: None, id: None, .. } = &error else {
            panic!("{error:?}")
        };
        assert_eq!(message, said);
        assert!(!error.is_forbidden() && !error.is_already_so() && !error.already_exists());
    }
    let unreadable = [
        Reply::text(200, "<html>"),
        Reply::text(200, ""),
        Reply::json(200, &json!({ "details": {} })),
        Reply::json(200, &json!({ "id": 7, "details": {} })),
    ];
    for reply in unreadable {
        let error = asked(reply).await.create_project("a").await.unwrap_err();
        assert!(matches!(error, ManagementError::Unreadable { .. }), "{error:?}");
    }
    for details in [json!("not base64!"), json!(null), json!("/w==")] {
        let reply = Reply::json(200, &json!({ "id": "1", "keyDetails": details }));
        let error = asked(reply).await.create_app_key("1", "2", None).await.unwrap_err();
        assert!(matches!(error, ManagementError::Unreadable { .. }), "{details}");
    }
}

#[tokio::test]
async fn a_token_that_zitadel_echoes_stays_hidden_in_the_error() {
    let reply = Reply::json(401, &json!({ "code": 16, "message": format!("bad {PAT}") }));
    let error = asked(reply).await.own_organization().await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains(PAT), "{error}");
    assert!(error.is_unauthenticated());
}

#[tokio::test]
async fn changing_the_token_type_keeps_name_and_description() {
    let user =
        json!({ "user": { "id": "1", "machine": { "name": "Bot", "description": "reads" } } });
    let server = Server::answering([
        Reply::json(200, &user),
        Reply::json(200, &json!({ "details": {} })),
        Reply::json(200, &user),
    ])
    .await;
    let (manager, _) = manager(&server);
    manager.change_token_type("1", AccessTokenType::Jwt).await.unwrap();
    let sent: Json = serde_json::from_str(&server.requests()[1].body).unwrap();
    assert_eq!(
        sent,
        json!({ "name": "Bot", "accessTokenType": "ACCESS_TOKEN_TYPE_JWT", "description": "reads" })
    );
    manager.change_token_type("1", AccessTokenType::Bearer).await.unwrap();
    assert_eq!(server.requests().len(), 3, "it is so already");
}

#[tokio::test]
async fn words_of_later_years_are_kept() {
    let states = [
        ("USER_STATE_SUSPEND", State::Other("USER_STATE_SUSPEND".into())),
        ("USER_STATE_DELETED", State::Removed),
        ("USER_STATE_LOCKED", State::Locked),
        ("APP_STATE_INACTIVE", State::Inactive),
    ];
    for (word, state) in states {
        let reply = Reply::json(200, &json!({ "user": { "id": "1", "state": word } }));
        assert_eq!(asked(reply).await.user("1").await.unwrap().state, state);
    }
}
