//! Giving and taking a role, against every state that a list may tell.

use super::*;

fn grant(id: &str, roles: &[&str], sequence: u64) -> Json {
    json!({
        "id": id, "roleKeys": roles, "state": "USER_GRANT_STATE_ACTIVE", "userId": "u", "projectId": "p",
        "details": { "sequence": sequence.to_string() },
    })
}

fn list(grants: &[Json]) -> Reply {
    let details = json!({ "totalResult": grants.len().to_string() });
    Reply::json(200, &json!({ "details": details, "result": grants }))
}

fn done(sequence: u64) -> Reply {
    Reply::json(
        200,
        &json!({ "userGrantId": "g", "details": { "sequence": sequence.to_string() } }),
    )
}

/// Method, last part of the path, and the roles that were sent.
fn steps(server: &Server) -> Vec<String> {
    let step = |request: crate::testing::Sent| {
        let body: Json = serde_json::from_str(&request.body).unwrap_or_default();
        let path = request.path.trim_start_matches("/management/v1/users/").to_owned();
        match body.get("roleKeys") {
            Some(roles) => format!("{} {path} {roles}", request.method),
            None => format!("{} {path}", request.method),
        }
    };
    server.requests().into_iter().map(step).collect()
}

const LIST: &str = "POST grants/_search";

async fn give(replies: Vec<Reply>) -> (Result<(), ManagementError>, Vec<String>) {
    let server = Server::answering(replies).await;
    let outcome = manager(&server).0.give_role("u", "p", "read").await;
    (outcome, steps(&server))
}

async fn take(replies: Vec<Reply>) -> (Result<(), ManagementError>, Vec<String>) {
    let server = Server::answering(replies).await;
    let outcome = manager(&server).0.take_role("u", "p", "read").await;
    (outcome, steps(&server))
}

#[tokio::test]
async fn giving_creates_changes_or_does_nothing() {
    let mut inactive = grant("g", &["read"], 1);
    inactive["state"] = "USER_GRANT_STATE_INACTIVE".into();
    let mut by_grant = grant("other", &["x"], 1);
    by_grant["projectGrantId"] = "7".into();
    let cases: [(Vec<Reply>, &[&str]); 6] = [
        (vec![list(&[]), done(1)], &[LIST, r#"POST u/grants ["read"]"#]),
        (
            vec![list(&[grant("g", &["write"], 1)]), done(2)],
            &[LIST, r#"PUT u/grants/g ["write","read"]"#],
        ),
        (vec![list(&[grant("g", &["write", "read"], 1)])], &[LIST]),
        (vec![list(&[inactive]), done(2)], &[LIST, "POST u/grants/g/_reactivate"]),
        (
            vec![list(&[by_grant, grant("g", &["write"], 1)]), done(2)],
            &[LIST, r#"PUT u/grants/g ["write","read"]"#],
        ),
        (
            vec![list(&[grant("g", &["write"], 1)]), replay("manage/manage-update-grant.json")],
            &[LIST, r#"PUT u/grants/g ["write","read"]"#],
        ),
    ];
    for (replies, expected) in cases {
        let (outcome, steps) = give(replies).await;
        outcome.unwrap();
        assert_eq!(steps, expected);
    }
}

#[tokio::test]
async fn taking_changes_deletes_or_does_nothing() {
    let cases: [(Vec<Reply>, &[&str]); 6] = [
        (vec![list(&[])], &[LIST]),
        (vec![list(&[grant("g", &["write"], 1)])], &[LIST]),
        (
            vec![list(&[grant("g", &["read", "write"], 1)]), done(2)],
            &[LIST, r#"PUT u/grants/g ["write"]"#],
        ),
        (vec![list(&[grant("g", &["read"], 1)]), done(2)], &[LIST, "DELETE u/grants/g"]),
        (
            vec![
                list(&[grant("g", &["read"], 1)]),
                replay("manage/manage-delete-grant-again.json"),
            ],
            &[LIST, "DELETE u/grants/g"],
        ),
        (
            vec![list(&[grant("g", &["read"], 1), grant("h", &["read", "x"], 1)]), done(2)],
            &[LIST, "DELETE u/grants/g", r#"PUT u/grants/h ["x"]"#],
        ),
    ];
    for (replies, expected) in cases {
        let (outcome, steps) = take(replies).await;
        outcome.unwrap();
        assert_eq!(steps, expected);
    }
}

#[tokio::test]
async fn a_list_that_contradicts_the_command_is_read_again() {
    let (outcome, steps) = give(vec![
        list(&[]),
        replay("manage/manage-create-grant-again.json"),
        list(&[grant("g", &["write"], 1)]),
        done(2),
    ])
    .await;
    outcome.unwrap();
    assert_eq!(steps[2..], [LIST, r#"PUT u/grants/g ["write","read"]"#]);

    let (outcome, steps) = give(vec![
        list(&[grant("gone", &["write"], 1)]),
        replay("manage/manage-delete-grant-again.json"),
        list(&[]),
        done(1),
    ])
    .await;
    outcome.unwrap();
    assert_eq!(steps[2..], [LIST, r#"POST u/grants ["read"]"#]);

    let (outcome, steps) =
        give(vec![list(&[]), replay("manage/manage-create-grant-unknown-role.json")]).await;
    assert!(matches!(outcome, Err(ManagementError::Refused { status: 400, .. })));
    assert_eq!(steps.len(), 2, "a refusal that no list explains is told at once");
}

#[tokio::test]
async fn switches_in_quick_succession_do_not_undo_each_other() {
    let stale = || list(&[grant("g", &["write"], 1)]);
    let server = Server::answering([
        stale(),
        done(2),
        // The list has not heard of the first switch yet.
        stale(),
        stale(),
        list(&[grant("g", &["write", "read"], 2)]),
        done(3),
        list(&[grant("g", &["write", "read", "admin"], 3)]),
        done(4),
    ])
    .await;
    let (manager, _) = manager(&server);
    manager.give_role("u", "p", "read").await.unwrap();
    manager.clone().give_role("u", "p", "admin").await.unwrap();
    manager.take_role("u", "p", "read").await.unwrap();
    assert_eq!(
        steps(&server),
        [
            LIST,
            r#"PUT u/grants/g ["write","read"]"#,
            LIST,
            LIST,
            LIST,
            r#"PUT u/grants/g ["write","read","admin"]"#,
            LIST,
            r#"PUT u/grants/g ["write","admin"]"#,
        ]
    );
}

#[tokio::test]
async fn what_was_deleted_is_not_changed_for_a_list_that_still_has_it() {
    let stale = || list(&[grant("old", &["read"], 1)]);
    let server = Server::answering([stale(), done(2), stale(), done(1)]).await;
    let (manager, _) = manager(&server);
    manager.take_role("u", "p", "read").await.unwrap();
    manager.give_role("u", "p", "read").await.unwrap();
    assert_eq!(steps(&server)[3], r#"POST u/grants ["read"]"#);
}
