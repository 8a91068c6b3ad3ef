//! What a search finds.

use serde_json::{Value, json};

use crate::testing::Scene;

async fn found(scene: &Scene, call: &str, body: Value, field: &str) -> Vec<String> {
    let answer = scene.manage(call, body).await;
    let items = answer["result"].as_array().cloned().unwrap_or_default();
    items.iter().map(|item| item[field].as_str().unwrap().to_owned()).collect()
}

async fn users(scene: &Scene, query: Value) -> Vec<String> {
    let body = json!({ "queries": [query], "query": { "asc": true } });
    found(scene, "POST users/_search", body, "userName").await
}

#[tokio::test]
async fn texts_are_compared_by_the_method_that_is_asked_for() {
    let scene = Scene::new();
    let named = |name: &str, method: &str| {
        let method = format!("TEXT_QUERY_METHOD_{method}");
        json!({ "userNameQuery": { "userName": name, "method": method } })
    };
    let all = ["reader-bot", "writer-bot", "visitor-bot"];
    for (query, expected) in [
        (json!({ "userNameQuery": { "userName": "reader-bot" } }), &all[..1]),
        (json!({ "userNameQuery": { "userName": "Reader-bot" } }), &[]),
        (named("READER-bot", "EQUALS_IGNORE_CASE"), &all[..1]),
        (named("read", "STARTS_WITH"), &all[..1]),
        (named("Read", "STARTS_WITH"), &[]),
        (named("WRIT", "STARTS_WITH_IGNORE_CASE"), &all[1..2]),
        (named("itor", "CONTAINS"), &all[2..]),
        (named("-BOT", "CONTAINS_IGNORE_CASE"), &all),
        (named("-bot", "ENDS_WITH"), &all),
        (named("-BOT", "ENDS_WITH_IGNORE_CASE"), &all),
        (json!({ "user_name_query": { "user_name": "reader-bot", "method": 0 } }), &all[..1]),
        (json!({ "emailQuery": { "emailAddress": "x" } }), &[]),
        (json!({ "stateQuery": { "state": "USER_STATE_LOCKED" } }), &[]),
        (json!({ "typeQuery": { "type": "TYPE_HUMAN" } }), &[]),
        (
            json!({ "orQuery": { "queries": [
                named("reader", "STARTS_WITH"), named("visitor", "STARTS_WITH"),
            ]}}),
            &["reader-bot", "visitor-bot"],
        ),
        (
            json!({ "andQuery": { "queries": [
                named("-bot", "ENDS_WITH"), named("w", "STARTS_WITH"),
            ]}}),
            &all[1..2],
        ),
        (json!({ "notQuery": { "query": named("-bot", "ENDS_WITH") } }), &["admin-sa"]),
    ] {
        assert_eq!(users(&scene, query.clone()).await, expected, "{query}");
    }
    let ids = [scene.user("reader-bot").user_id, "1".into()];
    let query = json!({ "inUserIdsQuery": { "userIds": ids } });
    assert_eq!(users(&scene, query).await, ["reader-bot"]);
}

#[tokio::test]
async fn a_page_is_a_part_of_what_was_found_and_tells_how_much_there_is() {
    let scene = Scene::new();
    let page = |query: Value| json!({ "query": query });
    for (query, expected) in [
        (json!({}), &["visitor-bot", "writer-bot", "reader-bot", "admin-sa"][..]),
        (json!({ "asc": true }), &["admin-sa", "reader-bot", "writer-bot", "visitor-bot"]),
        (json!({ "limit": 2 }), &["visitor-bot", "writer-bot"]),
        (json!({ "offset": "1", "limit": 2 }), &["writer-bot", "reader-bot"]),
        (json!({ "offset": 9 }), &[]),
    ] {
        let body = page(query.clone());
        assert_eq!(
            found(&scene, "POST users/_search", body, "userName").await,
            expected,
            "{query}"
        );
    }
    let answer = scene.manage("POST users/_search", page(json!({ "limit": 1 }))).await;
    assert_eq!(answer["details"]["totalResult"], "4");
    let body = json!({ "sortingColumn": "USER_FIELD_NAME_USER_NAME", "query": { "asc": true } });
    let sorted = found(&scene, "POST users/_search", body, "userName").await;
    assert!(sorted.is_sorted(), "{sorted:?}");
}

#[tokio::test]
async fn every_list_has_its_queries() {
    let scene = Scene::new();
    let (project, user) = (scene.project(), scene.user("reader-bot").user_id);
    let grants = |query: Value| {
        let scene = &scene;
        async move {
            let body = json!({ "queries": [query] });
            found(scene, "POST users/grants/_search", body, "userName").await
        }
    };
    for (query, expected) in [
        (json!({ "userIdQuery": { "userId": user } }), &["reader-bot"][..]),
        (json!({ "projectIdQuery": { "projectId": project } }), &["reader-bot", "writer-bot"]),
        (json!({ "projectIdQuery": { "projectId": "1" } }), &[]),
        (json!({ "roleKeyQuery": { "roleKey": "write:messages" } }), &["writer-bot"]),
        (json!({ "userNameQuery": { "userName": "w", "method": 2 } }), &["writer-bot"]),
        (json!({ "projectNameQuery": { "projectName": "x" } }), &[]),
        (json!({ "orgNameQuery": { "orgName": "ZITADEL" } }), &["reader-bot", "writer-bot"]),
        (json!({ "userTypeQuery": { "type": "TYPE_HUMAN" } }), &[]),
        (json!({ "emailQuery": { "email": "x" } }), &[]),
    ] {
        assert_eq!(grants(query.clone()).await, expected, "{query}");
    }
    let named = |name: &str| json!({ "queries": [{ "nameQuery": { "name": name } }] });
    let projects = found(&scene, "POST projects/_search", named("Message Board"), "id").await;
    assert_eq!(projects, std::slice::from_ref(&project));
    let roles = json!({ "queries": [{ "keyQuery": { "key": "write", "method": 2 } }] });
    let roles =
        found(&scene, &format!("POST projects/{project}/roles/_search"), roles, "key").await;
    assert_eq!(roles, ["write:messages"]);
    let apps = format!("POST projects/{project}/apps/_search");
    assert_eq!(found(&scene, &apps, named("API"), "name").await, ["API"]);
    assert!(found(&scene, &apps, named("x"), "name").await.is_empty());
}

#[tokio::test]
async fn a_query_that_zitadel_has_not_is_refused() {
    let scene = Scene::new();
    for (call, request, query) in [
        ("POST users/_search", "ListUsersRequest", "SearchQuery"),
        ("POST users/grants/_search", "ListUserGrantRequest", "UserGrantQuery"),
        ("POST projects/_search", "ListProjectsRequest", "ProjectQuery"),
    ] {
        for unknown in [json!({ "colourQuery": { "colour": "red" } }), json!({})] {
            let answer = scene.try_manage(call, json!({ "queries": [unknown] })).await.status();
            let expected = format!(
                "invalid {request}.Queries[0]: embedded message failed validation | caused by: \
                 invalid {query}.Query: value is required"
            );
            assert_eq!(answer, (400, 3, expected), "{call}");
        }
    }
    let two = json!({ "queries": [{ "typeQuery": {}, "stateQuery": {} }] });
    assert_eq!(scene.try_manage("POST users/_search", two).await.status, 400);
    let wrong = json!({ "queries": [{ "userNameQuery": { "userName": 5 } }] });
    assert_eq!(scene.try_manage("POST users/_search", wrong).await.status, 400);
    let method = json!({ "queries": [{ "userNameQuery": { "userName": "x", "method": 99 } }] });
    assert_eq!(scene.try_manage("POST users/_search", method).await.status, 400);
}
