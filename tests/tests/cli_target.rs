//! `rolecall-cli check --target`: an API of one's own beside the reference.

use rolecall_tests::{
    command::{Demo, Finished, Serving, cell, run},
    own_api::{Habit, OwnApi},
};
use serde_json::{Value, json};
use tokio::net::TcpListener;

const SCOPED: &str = "/api/private-scoped";

/// An API of this habit in front of a sandbox process.
async fn own_api(demo: &Demo, habit: Habit) -> OwnApi {
    let project_id = demo.sandbox.ready["project_id"].as_str().expect("an id");
    let api_key = demo.file("api.json");
    OwnApi::at(&demo.sandbox.issuer, api_key.as_ref(), project_id, habit).await
}

fn codes(report: &Value) -> Vec<&str> {
    let findings = report["target"]["findings"].as_array().expect("findings");
    findings.iter().map(|finding| finding["code"].as_str().expect("a code")).collect()
}

async fn text(demo: &Demo, format: &str, target: &str) -> Finished {
    let workspace = demo.file("workspace.rolecall.json");
    run(&[
        "check",
        "--workspace",
        &workspace,
        "--port",
        "0",
        "--format",
        format,
        "--target",
        target,
    ])
    .await
}

#[tokio::test]
async fn all_three_faults_of_a_wrong_api_are_named_with_their_evidence_and_nothing_else() {
    let demo = Demo::start(&[]).await;
    let own = own_api(&demo, Habit::ScopeChecker).await;
    let checked = demo.check_all(&["--target", &own.address]).await;
    assert_eq!(checked.status, Some(1), "{checked:?}");
    let report = checked.json();
    assert_eq!(codes(&report), ["role_as_scope", "error_for_refusal", "challenge_missing"]);
    assert_eq!(report["target"]["url"], own.address.as_str());
    for finding in report["target"]["findings"].as_array().unwrap() {
        assert_eq!(finding["kind"], "cause");
        assert!(!finding["evidence"].as_array().unwrap().is_empty(), "{finding}");
        assert!(finding["fix"]["text"].is_string());
    }
    let scoped = cell(&report["target"], "reader-bot", SCOPED);
    assert_eq!((&scoped["status"], &scoped["decision"]), (&json!(403), &Value::Null));
    assert_eq!(scoped["finding"]["code"], "role_as_scope");
    assert_eq!(cell(&report, "reader-bot", SCOPED)["status"], 200, "the reference is as it was");
    let cut = report["target"]["probes"].as_array().unwrap().iter().find(|p| p["token"] == "cut");
    assert_eq!(cut.unwrap()["faults"], json!(["error_for_refusal"]));
    assert_eq!(
        (&cut.unwrap()["status"], &cut.unwrap()["right_status"]),
        (&json!(500), &json!(401))
    );

    let told = text(&demo, "text", &own.address).await;
    assert_eq!(told.status, Some(1), "{told:?}");
    for part in [
        "Your API http://127.0.0.1",
        "≠ 200 at Rolecall's",
        "✗ 500, 401 belongs here",
        "Not tried: expired.",
        "Your API probably looks for read:messages in the token's scope",
        "seen  reader-bot at /api/private-scoped: answered 403; it should get in.",
        "without `WWW-Authenticate: Bearer`",
        "3 faults in your API.",
    ] {
        assert!(told.out.contains(part), "{part} is missing in\n{}", told.out);
    }
    let junit = text(&demo, "junit", &own.address).await;
    assert_eq!(junit.status, Some(1));
    for part in ["testsuite name=\"target http://127.0.0.1", "testcase name=\"role_as_scope\""] {
        assert!(junit.out.contains(part), "{part} is missing in\n{}", junit.out);
    }
}

#[tokio::test]
async fn nothing_is_wrong_with_our_own_api() {
    let demo = Demo::start(&[]).await;
    let api_key = demo.file("api.json");
    let arguments =
        ["serve", "--issuer", &demo.sandbox.issuer, "--api-key", &api_key, "--port", "0"];
    let serving = Serving::start(&arguments).await;
    let address = serving.ready.split_whitespace().nth(1).expect("an address").to_owned();
    let checked = demo.check_workspace(&["--target", &address]).await;
    assert_eq!(checked.status, Some(0), "{checked:?}");
    assert_eq!(codes(&checked.json()), Vec::<&str>::new());
    let told = text(&demo, "text", &address).await;
    assert_eq!(told.status, Some(0), "{told:?}");
    assert!(told.out.contains("Nothing wrong with your API."), "{}", told.out);
    let junit = text(&demo, "junit", &address).await;
    assert!(junit.out.contains("testcase name=\"no fault found\""), "{}", junit.out);
}

#[tokio::test]
async fn an_api_that_is_not_there_is_a_fault_and_the_roll_is_whole() {
    let demo = Demo::start(&[]).await;
    let port = {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        listener.local_addr().unwrap().port()
    };
    let checked = demo.check_all(&["--target", &format!("localhost:{port}")]).await;
    assert_eq!(checked.status, Some(1), "{checked:?}");
    let report = checked.json();
    assert_eq!(codes(&report), ["unreachable"]);
    let title = report["target"]["findings"][0]["title"].as_str().unwrap();
    assert!(title.contains(&format!("localhost:{port}")), "{title}");
    assert_eq!(cell(&report, "reader-bot", SCOPED)["status"], 200);
}

#[tokio::test]
async fn a_public_target_is_refused_before_anything_is_sent() {
    let demo = Demo::start(&[]).await;
    for target in ["http://192.0.2.1:9", "http://100.64.0.1", "https://[2001:db8::1]"] {
        let refused = demo.check_all(&["--target", target]).await;
        assert_eq!(refused.status, Some(2), "{target}: {refused:?}");
        let error = &refused.json()["error"];
        assert_eq!(error["code"], "target_not_private", "{error}");
        assert_eq!(error["details"]["reason"], "public_address");
        assert!(error["message"].as_str().unwrap().contains("--allow-public-target"), "{error}");
    }
    for target in ["ftp://localhost", "http://bot:secret@localhost", "http://localhost/?a"] {
        let refused = demo.check_all(&["--target", target]).await;
        assert_eq!(refused.status, Some(2), "{target}: {refused:?}");
        assert_eq!(refused.json()["error"]["details"]["reason"], "target", "{target}");
        assert!(!refused.out.contains("secret"), "{}", refused.out);
    }
}

#[tokio::test]
async fn a_consent_in_a_workspace_is_for_the_target_that_stands_there() {
    let demo = Demo::start(&[]).await;
    let path = demo.file("workspace.rolecall.json");
    let mut workspace: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    workspace["target"] = "http://127.0.0.1:9".into();
    workspace["allow_public_target"] = true.into();
    std::fs::write(&path, workspace.to_string()).unwrap();
    let refused = demo.check_workspace(&["--target", "http://192.0.2.1:9"]).await;
    assert_eq!(refused.status, Some(2), "{refused:?}");
    assert_eq!(refused.json()["error"]["code"], "target_not_private");
    let own = demo.check_workspace(&[]).await;
    assert_eq!(own.json()["target"]["url"], "http://127.0.0.1:9");
}
