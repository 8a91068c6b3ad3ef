//! What is refused, with ZITADEL's code and the place in its source.

use axum::{
    body::Body,
    http::{Request, header},
};
use serde_json::{Value, json};

use crate::{UserState, testing::Scene};

/// The app id of the API whose key is handed out.
fn app(scene: &Scene) -> String {
    let world = scene.sandbox.world().read();
    (&*world.apis[&world.api].app_id).into()
}

#[tokio::test]
async fn what_is_not_there_is_said_as_zitadel_says_it() {
    let scene = Scene::new();
    let (project, user) = (scene.project(), scene.user("reader-bot").user_id);
    let app = app(&scene);
    let key = || json!({ "type": "KEY_TYPE_JSON" });
    let role = || json!({ "roleKey": "x", "displayName": "x" });
    let roles = || json!({ "roleKeys": ["read:messages"] });
    let grant = |project: &str| json!({ "projectId": project, "roleKeys": [] });
    let cases: Vec<(String, Value, (u16, u64, &str))> = vec![
        ("GET projects/1".into(), Value::Null, (404, 5, "Project not found (PROJECT-fk2fs)")),
        ("POST projects/1/_deactivate".into(), json!({}), (404, 5, "COMMAND-112M9")),
        ("POST projects/1/_reactivate".into(), json!({}), (404, 5, "COMMAND-3M9sd")),
        ("DELETE projects/1".into(), Value::Null, (404, 5, "COMMAND-3M9sd")),
        ("POST projects/1/roles".into(), role(), (400, 9, "Project not found (COMMAND-EbFMN)")),
        (format!("PUT projects/{project}/roles/x"), role(), (404, 5, "Role doesn't exist")),
        ("POST projects/1/apps/api".into(), json!({ "name": "x" }), (400, 9, "COMMAND-EbFMN")),
        (format!("GET projects/{project}/apps/1"), Value::Null, (404, 5, "QUERY-pCP8P")),
        (format!("DELETE projects/{project}/apps/1"), Value::Null, (404, 5, "COMMAND-0po9s")),
        (format!("POST projects/{project}/apps/1/_deactivate"), json!({}), (404, 5, "ov9d3")),
        (
            format!("POST projects/{project}/apps/1/keys"),
            key(),
            (400, 9, "Application not found (COMMAND-sak25)"),
        ),
        (
            format!("DELETE projects/{project}/apps/{app}/keys/1"),
            Value::Null,
            (404, 5, "Application key not found (COMMAND-4m77G)"),
        ),
        ("POST users/1/keys".into(), key(), (400, 9, "User could not be found (COMMAND-bnipwm1)")),
        ("POST users/1/pats".into(), json!({}), (400, 9, "COMMAND-Dggw2")),
        (format!("DELETE users/{user}/pats/1"), Value::Null, (404, 5, "Personal Access Token")),
        ("POST users/1/_lock".into(), json!({}), (404, 5, "COMMAND-5M9fs")),
        ("POST users/1/_unlock".into(), json!({}), (404, 5, "COMMAND-M0dos")),
        ("POST users/1/_deactivate".into(), json!({}), (404, 5, "COMMAND-3M9ds")),
        ("POST users/1/_reactivate".into(), json!({}), (404, 5, "COMMAND-4M0sd")),
        ("DELETE users/1".into(), Value::Null, (404, 5, "COMMAND-m9od")),
        ("PUT users/1/machine".into(), json!({ "name": "x" }), (404, 5, "COMMAND-5M0od")),
        ("POST users/1/grants".into(), grant(&project), (400, 9, "COMMAND-4f8sg")),
        (format!("POST users/{user}/grants"), grant("1"), (400, 9, "COMMAND-3n77S")),
        (format!("PUT users/{user}/grants/1"), roles(), (404, 5, "COMMAND-3M9sd")),
        (format!("POST users/{user}/grants/1/_deactivate"), json!({}), (404, 5, "COMMAND-3M9sd")),
        (format!("POST users/{user}/grants/1/_reactivate"), json!({}), (404, 5, "COMMAND-Lp0gs")),
        ("POST users/1/metadata/team".into(), json!({ "value": "eA==" }), (400, 9, "uXHNj")),
        (format!("GET users/{user}/metadata/team"), Value::Null, (404, 5, "Metadata not found")),
        ("POST projects/1/grants".into(), json!({ "grantedOrgId": "1" }), (400, 9, "m9gsd")),
        (
            format!("POST projects/{project}/grants"),
            json!({ "grantedOrgId": "1" }),
            (400, 9, "Organisation not found (COMMAND-3m9gg)"),
        ),
    ];
    for (call, body, (status, code, words)) in cases {
        let answer = scene.try_manage(&call, body).await;
        let said = answer.status();
        assert_eq!((said.0, said.1), (status, code), "{call}: {}", answer.text);
        assert!(said.2.contains(words), "{call}: {}", answer.text);
        let detail = &answer.json()["details"][0];
        assert_eq!(said.2, format!("{} ({})", text(&detail["message"]), text(&detail["id"])));
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

#[tokio::test]
async fn names_are_taken_whatever_their_case() {
    let scene = Scene::new();
    let project = scene.project();
    let cases = [
        ("POST projects".into(), json!({ "name": "message BOARD" })),
        ("POST users/machine".into(), json!({ "userName": "Reader-Bot", "name": "x" })),
        (
            format!("POST projects/{project}/roles"),
            json!({ "roleKey": "READ:messages", "displayName": "x" }),
        ),
        (format!("POST projects/{project}/apps/api"), json!({ "name": "api" })),
        ("POST orgs".into(), json!({ "name": "zitadel" })),
    ];
    for (call, body) in cases {
        let answer = scene.try_manage(&call, body).await.status();
        assert_eq!((answer.0, answer.1), (409, 6), "{call}: {}", answer.2);
        assert!(answer.2.ends_with("(V3-DKcYh)"), "{call}: {}", answer.2);
    }
    let user = scene.user("reader-bot").user_id;
    scene.manage(&format!("DELETE users/{user}"), Value::Null).await;
    scene.manage("POST users/machine", json!({ "userName": "reader-bot", "name": "again" })).await;
}

#[tokio::test]
async fn a_request_that_breaks_its_rules_or_cannot_be_read_is_invalid() {
    let scene = Scene::new();
    let user = scene.user("reader-bot").user_id;
    let long = "ä".repeat(201);
    let cases = [
        ("POST projects", json!({ "name": long }), "between 1 and 200 runes, inclusive"),
        ("POST projects", json!({}), "invalid AddProjectRequest.Name: value length must be"),
        ("POST projects", json!({ "name": 5 }), "invalid value for string field name: 5"),
        ("POST projects", json!([]), "syntax error"),
        ("POST users/machine", json!({ "userName": "x" }), "AddMachineUserRequest.Name"),
        (&format!("POST users/{user}/keys"), json!({}), "Type: value must not be in list [0]"),
        (
            &format!("POST users/{user}/keys"),
            json!({ "type": 1, "expirationDate": "soon" }),
            "invalid google.protobuf.Timestamp value \"soon\"",
        ),
        (
            &format!("POST users/{user}/pats"),
            json!({ "expirationDate": "2020-01-01T00:00:00Z" }),
            "Errors.AuthNKey.ExpireBeforeNow (DOMAIN-dv3t5)",
        ),
        (&format!("POST users/{user}/metadata/x"), json!({}), "between 1 and 500000 bytes"),
        (
            &format!("POST users/{user}/keys"),
            json!({ "type": 1, "publicKey": "eA==" }),
            "Public key is not a valid RSA public key",
        ),
    ];
    for (call, body, words) in cases {
        let answer = scene.try_manage(call, body).await.status();
        assert_eq!((answer.0, answer.1), (400, 3), "{call}: {}", answer.2);
        assert!(answer.2.contains(words), "{call}: {} should say {words}", answer.2);
    }
    let answer = scene.try_manage("POST projects", json!({ "name": "x", "unknown": 1 })).await;
    assert_eq!(answer.status, 200, "unknown fields are discarded: {}", answer.text);
}

#[tokio::test]
async fn doing_it_twice_is_refused_where_zitadel_refuses_it() {
    let scene = Scene::new();
    let (project, app) = (scene.project(), app(&scene));
    let project = format!("projects/{project}");
    for (first, second, place) in [
        ("_deactivate", "_deactivate", "Application is not active (COMMAND-dsh35)"),
        ("_reactivate", "_reactivate", "Application is not inactive (COMMAND-1n8cM)"),
    ] {
        let call = |what| format!("POST {project}/apps/{app}/{what}");
        scene.manage(&call(first), json!({})).await;
        let answer = scene.try_manage(&call(second), json!({})).await.status();
        assert_eq!(answer, (400, 9, place.into()));
    }
    for (what, place) in [
        ("_deactivate", "Project is not active (COMMAND-mki55)"),
        ("_reactivate", "Project is not deactivated (COMMAND-5M9bs)"),
    ] {
        scene.manage(&format!("POST {project}/{what}"), json!({})).await;
        let answer = scene.try_manage(&format!("POST {project}/{what}"), json!({})).await.status();
        assert_eq!(answer, (400, 9, place.into()));
    }
    scene.manage(&format!("DELETE {project}/apps/{app}"), Value::Null).await;
    let again = scene.try_manage(&format!("DELETE {project}/apps/{app}"), Value::Null).await;
    assert_eq!(again.status().2, "Application doesn't exist (COMMAND-0po9s)");
    let unchanged = json!({ "displayName": "Read messages" });
    let call = format!("PUT {project}/roles/read:messages");
    let first = scene.manage(&call, unchanged.clone()).await;
    assert_eq!(first, scene.manage(&call, unchanged).await, "an unchanged role is no error");
    let never = scene.manage(&format!("DELETE {project}/roles/never"), Value::Null).await;
    assert_eq!(never["details"]["changeDate"], "0001-01-01T00:00:00Z", "nor one that never was");
    assert_eq!(never["details"].get("sequence"), None);
}

#[tokio::test]
async fn who_asks_must_be_known_and_may_manage() {
    let scene = Scene::new();
    let ask = async |path: &str, header: Option<&str>| {
        let mut request = Request::get(path).header(header::HOST, "localhost:8080");
        if let Some(value) = header {
            request = request.header(header::AUTHORIZATION, value);
        }
        scene.send(request.body(Body::empty()).unwrap()).await
    };
    let (mine, me) = ("/management/v1/orgs/me", "/auth/v1/users/me");
    let answer = ask(mine, Some("Basic x")).await;
    assert_eq!(answer.status(), (401, 16, "invalid auth header (AUTH-toLo1)".into()));
    assert_eq!(answer.headers["www-authenticate"], "invalid auth header (AUTH-toLo1)");

    let user = scene.user("reader-bot").user_id;
    let scope = "openid urn:zitadel:iam:org:project:id:zitadel:aud";
    let session = format!("Bearer {}", scene.token("reader-bot", scope).await);
    let personal = scene.sandbox.add_personal_access_token(&user, None).unwrap().token;
    let personal = format!("Bearer {}", personal.expose());
    for token in [&session, &personal] {
        let answer = ask(mine, Some(token)).await.status();
        assert_eq!(answer, (404, 5, "membership not found (AUTHZ-cdgFk)".into()));
        let answer = ask(me, Some(token)).await.json();
        assert_eq!(answer["user"]["id"], user, "about itself anybody may ask");
    }
    scene.sandbox.set_user_state(&user, UserState::Locked).unwrap();
    for token in [&session, &personal] {
        let answer = ask(me, Some(token)).await.status();
        assert_eq!(answer, (401, 16, "Errors.Token.Invalid (AUTH-7fs1e)".into()));
    }
    let answer = scene.manage_for("1", "GET orgs/me", Value::Null).await.status();
    assert_eq!(answer, (403, 7, "Organisation doesn't exist (AUTH-Bs7Ds)".into()));
}

#[tokio::test]
async fn a_call_that_is_not_there_is_said_by_the_gateway() {
    let scene = Scene::new();
    let answer = scene.try_manage("GET nothing", Value::Null).await;
    assert_eq!(answer.status(), (404, 5, "Not Found".into()));
    assert_eq!(answer.headers["content-type"], "application/json");
    assert_eq!(answer.headers["cache-control"], "no-store");
    let answer = scene.try_manage("DELETE orgs/me", Value::Null).await;
    assert_eq!(answer.status(), (405, 12, "Method Not Allowed".into()));
}
