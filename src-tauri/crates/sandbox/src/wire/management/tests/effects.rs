//! What follows from a change shows at the next request.

use serde_json::{Value, json};

use crate::{testing::Scene, wire::management::tests::base64_of};

const ROLES: &str = "urn:zitadel:iam:org:project:roles";

/// A project with a role, its id.
async fn project(scene: &Scene, name: &str, role: &str) -> String {
    let made = scene.manage("POST projects", json!({ "name": name })).await;
    let id = made["id"].as_str().unwrap().to_owned();
    let role = json!({ "roleKey": role, "displayName": role });
    scene.manage(&format!("POST projects/{id}/roles"), role).await;
    id
}

#[tokio::test]
async fn roles_given_changed_and_taken_show_in_the_next_introspection() {
    let scene = Scene::new();
    let (project, user) = (scene.project(), scene.user("visitor-bot").user_id);
    let token = scene.token("visitor-bot", &scene.scope()).await;
    let roles = async || {
        let claims = scene.introspect(&token).await;
        let roles = claims[ROLES].as_object().cloned().unwrap_or_default();
        roles.into_iter().map(|(role, _)| role).collect::<Vec<_>>()
    };
    let body = json!({ "projectId": project, "roleKeys": ["read:messages"] });
    let made = scene.manage(&format!("POST users/{user}/grants"), body).await;
    let grant = format!("users/{user}/grants/{}", made["userGrantId"].as_str().unwrap());
    assert_eq!(roles().await, ["read:messages"]);
    let both = json!({ "roleKeys": ["read:messages", "write:messages"] });
    scene.manage(&format!("PUT {grant}"), both).await;
    assert_eq!(roles().await, ["read:messages", "write:messages"]);
    scene.manage(&format!("POST {grant}/_deactivate"), json!({})).await;
    assert!(roles().await.is_empty());
    scene.manage(&format!("POST {grant}/_reactivate"), json!({})).await;
    scene.manage(&format!("DELETE projects/{project}/roles/write:messages"), Value::Null).await;
    assert_eq!(roles().await, ["read:messages"], "a removed role is nobody's any more");
    let shown = scene.manage(&format!("GET {grant}"), Value::Null).await;
    assert_eq!(shown["userGrant"]["roleKeys"], json!(["read:messages"]));
    assert_eq!(shown["userGrant"]["details"]["sequence"], "5", "which was an event of its own");
    scene.manage(&format!("DELETE {grant}"), Value::Null).await;
    assert!(roles().await.is_empty());
}

#[tokio::test]
async fn a_role_of_another_project_cannot_be_given() {
    let scene = Scene::new();
    let other = project(&scene, "Other", "only:there").await;
    let (project, user) = (scene.project(), scene.user("visitor-bot").user_id);
    let grants = format!("users/{user}/grants");
    let missing = (400, 9, "Errors.Project.Role.NotFound (COMMAND-mm9F4)".to_owned());
    let body = json!({ "projectId": project, "roleKeys": ["only:there"] });
    assert_eq!(scene.try_manage(&format!("POST {grants}"), body).await.status(), missing);
    let body = json!({ "projectId": other, "roleKeys": ["only:there"] });
    let made = scene.manage(&format!("POST {grants}"), body).await;
    let change = format!("PUT {grants}/{}", made["userGrantId"].as_str().unwrap());
    let body = json!({ "roleKeys": ["only:there", "read:messages"] });
    assert_eq!(scene.try_manage(&change, body).await.status(), missing);
}

#[tokio::test]
async fn another_organisation_gives_what_it_was_granted() {
    let scene = Scene::new();
    let project = scene.project();
    let made = scene.manage("POST orgs", json!({ "name": "Second Org" })).await;
    let second = made["id"].as_str().unwrap();
    let body = json!({ "userName": "second-bot", "name": "Second" });
    let made = scene.manage_for(second, "POST users/machine", body).await.json();
    assert_eq!(made["details"]["resourceOwner"], second);
    let user = made["userId"].as_str().unwrap();
    let give = |roles: Value| {
        let body = json!({ "projectId": project, "roleKeys": roles });
        let call = format!("POST users/{user}/grants");
        let scene = &scene;
        async move { scene.manage_for(second, &call, body).await }
    };
    let read = json!(["read:messages"]);
    let refused = give(read.clone()).await.status();
    assert_eq!(refused, (400, 9, "Grant not found (COMMAND-4m9ff)".into()));
    let body = json!({ "grantedOrgId": second, "roleKeys": ["read:messages"] });
    let granted = scene.manage(&format!("POST projects/{project}/grants"), body.clone()).await;
    let again = scene.try_manage(&format!("POST projects/{project}/grants"), body).await;
    assert_eq!(again.status().2, "Project grant already exists (V3-DKcYh)");
    let refused = give(json!(["write:messages"])).await.status();
    assert_eq!(refused.2, "Errors.Project.Role.NotFound (COMMAND-mm9F4)", "it was not granted");
    assert_eq!(give(read.clone()).await.status, 200);
    assert_eq!(give(read).await.status().2, "User grant already exists (V3-DKcYh)");

    let found = scene
        .manage(
            "POST users/grants/_search",
            json!({ "queries": [
                { "userIdQuery": { "userId": user } },
            ]}),
        )
        .await;
    let found = &found["result"][0];
    assert_eq!((&found["orgId"], &found["projectGrantId"]), (&json!(second), &granted["grantId"]));
    let other = scene.try_manage(&format!("GET users/{user}"), Value::Null).await;
    assert_eq!(other.status, 404, "the first organisation does not see its user");
    let own = scene.manage_for(second, &format!("GET users/{user}"), Value::Null).await;
    assert_eq!(own.json()["user"]["userName"], "second-bot");
    let projects = scene.manage_for(second, "POST projects/_search", json!({})).await.json();
    assert_eq!(projects.get("result"), None, "nor the second its projects: {projects}");

    let grant = granted["grantId"].as_str().unwrap();
    scene.manage(&format!("DELETE projects/{project}/grants/{grant}"), Value::Null).await;
    let found = scene
        .manage(
            "POST users/grants/_search",
            json!({ "queries": [
                { "userIdQuery": { "userId": user } },
            ]}),
        )
        .await;
    assert_eq!(found["details"].get("totalResult"), None, "what was given by it is gone");
}

#[tokio::test]
async fn a_removed_project_takes_its_apis_and_authorizations_along() {
    let scene = Scene::new();
    let (project, client_id) = (scene.project(), scene.client_id());
    let token = scene.token("reader-bot", &scene.scope()).await;
    assert_eq!(scene.introspect(&token).await["active"], true);
    scene.manage(&format!("DELETE projects/{project}"), Value::Null).await;
    let assertion = scene.api_assertion();
    let form = [
        ("client_assertion_type", crate::testing::CLIENT_ASSERTION),
        ("client_assertion", &*assertion),
        ("token", &*token),
    ];
    let answer = scene.post("/oauth/v2/introspect", &form).await.error();
    assert_eq!((answer.0, &*answer.1), (400, "unauthorized_client"));
    let grants = scene.manage("POST users/grants/_search", json!({})).await;
    assert_eq!(grants.get("result"), None, "{grants}");
    let snapshot = scene.sandbox.snapshot();
    assert_eq!((snapshot.project_id, snapshot.client_id), (project.clone(), client_id));
    assert!(snapshot.roles.is_empty() && snapshot.project_name.is_empty());
    let user = scene.user("reader-bot").user_id;
    let given = scene.sandbox.give_role(&user, "read:messages");
    assert!(matches!(given, Err(crate::WorldError::UnknownProject { .. })), "{given:?}");
    assert!(scene.ask("reader-bot", &scene.scope()).await.status.is_success(), "as ever");
}

#[tokio::test]
async fn a_removed_user_is_gone_with_all_that_it_had() {
    let scene = Scene::new();
    let user = scene.user("reader-bot").user_id;
    let token = scene.token("reader-bot", &scene.scope()).await;
    let made = scene.manage(&format!("POST users/{user}/pats"), json!({})).await;
    let personal = made["token"].as_str().unwrap();
    scene.manage(&format!("DELETE users/{user}"), Value::Null).await;
    for token in [&*token, personal] {
        assert_eq!(scene.introspect(token).await, json!({ "active": false }));
    }
    assert_eq!(scene.ask("reader-bot", "openid").await.status, 500);
    for what in ["keys", "pats", "metadata"] {
        let found = scene.manage(&format!("POST users/{user}/{what}/_search"), json!({})).await;
        assert_eq!(found.get("result"), None, "{what}: {found}");
    }
    // One of the same id is somebody else.
    let body = json!({ "userId": user, "userName": "reader-bot", "name": "Reader" });
    scene.manage("POST users/machine", body).await;
    assert_eq!(scene.introspect(&token).await, json!({ "active": false }));
}

#[tokio::test]
async fn what_has_ended_or_was_removed_opens_nothing() {
    let scene = Scene::new();
    let user = scene.user("visitor-bot").user_id;
    let soon = json!({ "expirationDate": "2026-11-23T11:59:00Z" });
    let made = scene.manage(&format!("POST users/{user}/pats"), soon).await;
    let ending = made["token"].as_str().unwrap();
    let made = scene.manage(&format!("POST users/{user}/pats"), json!({})).await;
    let (id, removed) = (made["tokenId"].as_str().unwrap(), made["token"].as_str().unwrap());
    assert_eq!(scene.introspect(ending).await["active"], true);
    assert_eq!(scene.introspect(removed).await["active"], true);
    scene.clock.move_on(60);
    scene.manage(&format!("DELETE users/{user}/pats/{id}"), Value::Null).await;
    for token in [ending, removed] {
        assert_eq!(scene.introspect(token).await, json!({ "active": false }));
    }
    let own = scene.user_file("visitor-bot")["keyId"].as_str().unwrap().to_owned();
    scene.manage(&format!("DELETE users/{user}/keys/{own}"), Value::Null).await;
    assert_eq!(scene.ask("visitor-bot", "openid").await.status, 500, "its key is gone");
}

#[tokio::test]
async fn an_uploaded_key_is_answered_without_a_file() {
    let scene = Scene::new();
    let user = scene.user("reader-bot").user_id;
    // openssl genrsa 2048 | openssl rsa -pubout
    let pem = include_str!("public-key.pem");
    let body = json!({ "type": "KEY_TYPE_JSON", "publicKey": base64_of(pem) });
    let made = scene.manage(&format!("POST users/{user}/keys"), body).await;
    assert_eq!(made.get("keyDetails"), None, "its owner has the private half: {made}");
    let key = made["keyId"].as_str().unwrap();
    let shown = scene.manage(&format!("GET users/{user}/keys/{key}"), Value::Null).await;
    assert_eq!(shown["key"]["expirationDate"], "9999-12-31T23:59:59Z");
}

#[tokio::test]
async fn metadata_is_set_listed_and_removed() {
    let scene = Scene::new();
    let user = scene.user("reader-bot").user_id;
    let team = format!("users/{user}/metadata/team");
    let set = scene.manage(&format!("POST {team}"), json!({ "value": "Ymx1ZQ==" })).await;
    let again = scene.manage(&format!("POST {team}"), json!({ "value": "Ymx1ZQ" })).await;
    assert_eq!(set, again, "the same value is no event");
    let found = scene.manage(&format!("POST users/{user}/metadata/_search"), json!({})).await;
    assert_eq!(
        (&found["result"][0]["key"], &found["result"][0]["value"]),
        (&json!("team"), &json!("Ymx1ZQ=="))
    );
    let scope = "openid urn:zitadel:iam:user:metadata";
    let token = scene.token("reader-bot", scope).await;
    let claims = scene.userinfo(&format!("Bearer {token}")).await.json();
    assert_eq!(claims["urn:zitadel:iam:user:metadata"]["team"], "Ymx1ZQ");
    scene.manage(&format!("DELETE {team}"), Value::Null).await;
    let gone = scene.try_manage(&format!("DELETE {team}"), Value::Null).await.status();
    assert_eq!(gone, (404, 5, "Metadata not found (META-ncnw3)".into()));
}

#[tokio::test]
async fn a_basic_api_gets_in_with_its_secret_and_has_no_keys() {
    let scene = Scene::new();
    let project = scene.project();
    let apps = format!("projects/{project}/apps");
    let made = scene.manage(&format!("POST {apps}/api"), json!({ "name": "basic" })).await;
    let token = scene.token("reader-bot", &scene.scope()).await;
    let form = [
        ("client_id", made["clientId"].as_str().unwrap()),
        ("client_secret", made["clientSecret"].as_str().unwrap()),
        ("token", &token),
    ];
    assert_eq!(scene.post("/oauth/v2/introspect", &form).await.json()["active"], true);
    let app = made["appId"].as_str().unwrap();
    let shown = scene.manage(&format!("GET {apps}/{app}"), Value::Null).await;
    assert_eq!(shown["app"]["apiConfig"], json!({ "clientId": made["clientId"] }));
    scene.manage(&format!("POST {apps}/{app}/_deactivate"), json!({})).await;
    assert_eq!(scene.post("/oauth/v2/introspect", &form).await.status, 400);
}
