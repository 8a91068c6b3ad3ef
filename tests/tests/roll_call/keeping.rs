//! What a run leaves behind, and what it must not.

use contract::{Event, FindingCode as Code, report::Expected};
use rolecall_tests::{
    bench::{Bench, code, statuses},
    issuer::Issuer,
};
use sandbox::TokenType;
use tester::{Setup, roll_call::Only};

use crate::{SCOPED, demo};

#[tokio::test]
async fn no_secret_leaves_in_an_event_or_a_report() {
    let issuer = Issuer::demo(TokenType::Jwt).await;
    let bench = demo(&issuer).await;
    let report = bench.call().await;
    let token = bench.bench.token("reader-bot").unwrap().value.expose().to_owned();
    let key: serde_json::Value =
        serde_json::from_slice(&std::fs::read(issuer.file("reader-bot")).unwrap()).unwrap();
    let body = key["key"].as_str().unwrap().lines().nth(1).unwrap().to_owned();
    let signature = token.rsplit('.').next().unwrap().to_owned();
    let mut texts = vec![serde_json::to_string(&report).unwrap()];
    texts.extend(bench.events.lock().unwrap().iter().map(|e| serde_json::to_string(e).unwrap()));
    for text in &texts {
        for secret in [&token, &body, &signature] {
            assert!(!text.contains(secret.as_str()), "a secret is in {text:.200}");
        }
        // Every signed assertion begins with a JOSE header; none may be whole.
        assert!(!text.contains("eyJhbGciOiJSUzI1NiIs"), "an assertion is in {text:.200}");
    }
}

#[tokio::test]
async fn a_token_is_never_shown_to_another_issuer() {
    let (first, second) =
        (Issuer::demo(TokenType::Opaque).await, Issuer::demo(TokenType::Opaque).await);
    let bench = demo(&first).await;
    bench.call().await;
    assert!(bench.bench.token("reader-bot").is_some());
    bench.bench.change(|setup| setup.set_issuer(&second.address, false)).await;
    assert!(bench.bench.token("reader-bot").is_none(), "it was the first issuer's");
    let only = Only { user: Some("reader-bot".into()), endpoint: None };
    let report = bench.bench.call(only).await.unwrap().report;
    assert_eq!(code(&report.users[0].finding), Some(Code::KeyUnknown), "a new one is asked for");
    assert_eq!(statuses(&report)[0], ("reader-bot", vec![200, 0, 0]));
    assert_eq!(statuses(&report)[1], ("writer-bot", vec![0, 0, 0]), "old answers are not kept");
}

#[tokio::test]
async fn a_workspace_opened_during_a_run_begins_without_its_results() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let bench = demo(&issuer).await;
    bench.bench.start(Only::default()).await.unwrap();
    bench.bench.replace(Setup::open(&issuer.workspace()).unwrap()).await.unwrap();
    assert!(bench.bench.report().is_none());
    assert_eq!(bench.bench.with_setup(|s| s.workspace().project_id.clone()), None);
    let ended = bench.events.lock().unwrap().len();
    let report = bench.call().await;
    let late = bench.events.lock().unwrap()[ended..]
        .iter()
        .filter(|event| matches!(event, Event::RunFinished { .. }))
        .count();
    assert_eq!(late, 1, "only the new run tells of its end");
    assert_eq!(report.users[0].cells[2].status, Some(200));
}

#[tokio::test]
async fn what_somebody_expects_goes_with_the_key_file_when_rows_are_renamed() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let folder = tempfile::tempdir().unwrap();
    let twin = folder.path().join("reader-bot.json");
    std::fs::copy(issuer.file("reader-bot"), &twin).unwrap();
    let users = [issuer.file("reader-bot"), twin];
    let bench = Bench::with_files(&issuer.address, issuer.file("api"), &users).await;
    let set = |setup: &mut Setup| {
        setup.set_expectation("reader-bot", SCOPED, Some(Expected::Deny));
        setup.set_expectation("reader-bot-2", SCOPED, Some(Expected::Allow));
    };
    bench.bench.expect(set).await;
    bench.bench.change(|setup| setup.remove_user("reader-bot")).await;
    let said = bench.bench.view().expectations;
    assert_eq!(said.len(), 1, "{said:?}");
    assert_eq!((said[0].user.as_str(), said[0].expected), ("reader-bot", Expected::Allow));
}
