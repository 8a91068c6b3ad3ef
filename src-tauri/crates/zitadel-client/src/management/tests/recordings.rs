//! Every recorded exchange with the management API: the same request is sent, and the answer read.

use std::collections::BTreeSet;

use super::{
    calls::{NOT_OURS, Outcome, changing, creating, reading},
    *,
};

/// The request that was recorded, and nothing besides it but the page and a default.
fn assert_sent(name: &str, recorded: &Json, sent: &crate::testing::Sent) {
    assert_eq!(recorded["method"], sent.method.as_str(), "{name}");
    assert_eq!(recorded["path"], sent.path.as_str(), "{name}");
    let mut body: Json = match sent.body.as_str() {
        "" => Json::Null,
        body => serde_json::from_str(body).unwrap(),
    };
    if let Some(body) = body.as_object_mut() {
        body.remove("query");
        if recorded["json"].get("accessTokenType").is_none() {
            body.remove("accessTokenType");
        }
    }
    assert_eq!(recorded["json"], body, "{name}");
}

/// The error that was recorded, whole.
fn assert_read(name: &str, recorded: &Json, outcome: Outcome) {
    let body = &recorded["body"];
    match outcome {
        Ok(()) => assert_eq!(recorded["status"], 200, "{name}"),
        Err(ManagementError::Refused { status, code, id, message, .. }) => {
            assert_eq!(
                (&recorded["status"], &body["code"]),
                (&status.into(), &code.into()),
                "{name}"
            );
            let detail = &body["details"][0];
            assert_eq!(detail["id"], id.clone().map_or(Json::Null, Json::from), "{name}");
            let whole = match id {
                Some(id) => format!("{message} ({id})"),
                None => message,
            };
            assert_eq!(body["message"], whole, "{name}");
        }
        Err(other) => panic!("{name}: {other:?}"),
    }
}

#[tokio::test]
async fn every_recorded_request_is_sent_and_every_answer_read() {
    let all: Vec<_> = creating().into_iter().chain(reading()).chain(changing()).collect();
    for (name, act) in &all {
        let path = format!("manage/manage-{name}.json");
        let recording = recorded(&path);
        let server = Server::answering([replay(&path)]).await;
        let outcome = act(manager(&server).0).await;
        let [sent] = &server.requests()[..] else { panic!("{name}: one request") };
        assert_sent(name, &recording["request"], sent);
        assert_read(name, &recording["response"], outcome);
    }
    let met: BTreeSet<_> = all.into_iter().map(|(name, _)| name).chain(NOT_OURS).collect();
    let files = std::fs::read_dir(testing::recording("manage")).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let names: BTreeSet<_> = names
        .map(|n| n.trim_start_matches("manage-").trim_end_matches(".json").to_owned())
        .collect();
    assert_eq!(names, met.into_iter().map(str::to_owned).collect(), "each recording has its call");
}

#[tokio::test]
async fn refusals_are_told_apart() {
    type Is = fn(&ManagementError) -> bool;
    let kinds: [(Is, &[&str]); 5] = [
        (
            ManagementError::is_already_so,
            &[
                "update-grant",
                "deactivate-user-again",
                "reactivate-user-again",
                "unlock-user-again",
            ],
        ),
        (
            ManagementError::already_exists,
            &[
                "create-project-again",
                "create-role-again",
                "create-machine-user-again",
                "create-grant-again",
            ],
        ),
        (
            ManagementError::is_not_found,
            &["get-user-unknown", "delete-grant-again", "delete-user-key-again"],
        ),
        (ManagementError::is_forbidden, &["service-token-no-permission"]),
        (
            ManagementError::is_unauthenticated,
            &["garbage-token", "service-token-wrong-aud", "no-token"],
        ),
    ];
    let refused = std::fs::read_dir(testing::recording("manage")).unwrap();
    for file in refused {
        let name = file.unwrap().file_name().into_string().unwrap();
        let path = format!("manage/{name}");
        if recorded(&path)["response"]["status"] == 200 {
            continue;
        }
        let name = name.trim_start_matches("manage-").trim_end_matches(".json");
        let error = asked(replay(&path)).await.own_organization().await.unwrap_err();
        for (is, names) in &kinds {
            assert_eq!(is(&error), names.contains(&name), "{name}: {error}");
        }
    }
}
