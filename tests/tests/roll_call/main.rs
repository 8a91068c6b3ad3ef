//! The roll call end to end: key files in, reasons out, over real sockets.
//!
//! - `causes`: each cause by its name
//! - `issuer`: its address, right and wrong
//! - `keeping`: what a run leaves behind, and what it must not

mod causes;
mod issuer;
mod keeping;

use std::path::PathBuf;

use contract::{
    Event, FindingCode as Code, Verdict,
    exchange::Purpose,
    report::{Expected, ExpectedFrom, NOBODY},
};
use rolecall_tests::{
    bench::{Bench, code, statuses},
    issuer::Issuer,
    recorded_key,
};
use sandbox::TokenType;
use tester::roll_call::Only;

const SCOPED: &str = "/api/private-scoped";

fn demo_files(issuer: &Issuer) -> Vec<PathBuf> {
    ["reader-bot", "writer-bot", "visitor-bot"].map(|bot| issuer.file(bot)).into()
}

async fn demo(issuer: &Issuer) -> Bench {
    Bench::with_files(&issuer.address, issuer.file("api"), &demo_files(issuer)).await
}

#[tokio::test]
async fn issuer_and_files_alone_give_the_matrix_for_every_kind_of_token() {
    for token_type in [TokenType::Opaque, TokenType::Jwt, TokenType::Jwe] {
        let issuer = Issuer::demo(token_type).await;
        let bench = demo(&issuer).await;
        let report = bench.call().await;
        assert_eq!(
            statuses(&report),
            [
                ("reader-bot", vec![200, 200, 200]),
                ("writer-bot", vec![200, 200, 403]),
                ("visitor-bot", vec![200, 200, 403]),
                (NOBODY, vec![200, 401, 401]),
            ],
            "{token_type:?}"
        );
        for user in &report.users[1..3] {
            assert_eq!(code(&user.cells[2].finding), Some(Code::RoleMissing), "{token_type:?}");
            assert!(!user.cells[2].finding.as_ref().unwrap().evidence.is_empty());
        }
        let learned = issuer.sandbox.snapshot().project_id;
        assert_eq!(report.project_id.as_deref(), Some(learned.as_str()), "the project is learned");
        assert_eq!(report.users[0].user_name.as_deref(), Some("reader-bot"));
    }
}

#[tokio::test]
async fn the_real_key_files_work_against_the_recorded_world() {
    let issuer = Issuer::recorded().await;
    let names = ["reader", "writer", "visitor", "jwt-reader", "other"];
    let files: Vec<_> = names.iter().map(|name| recorded_key(name)).collect();
    let bench = Bench::with_files(&issuer.address, recorded_key("application"), &files).await;
    let report = bench.call().await;
    assert_eq!(
        statuses(&report),
        [
            ("reader", vec![200, 200, 200]),
            ("writer", vec![200, 200, 403]),
            ("visitor", vec![200, 200, 403]),
            ("jwt-reader", vec![200, 200, 200]),
            ("other", vec![200, 200, 403]),
            (NOBODY, vec![200, 401, 401]),
        ]
    );
    assert_eq!(report.project_id.as_deref(), Some("400873177653185574"));
    assert_eq!(code(&report.users[4].cells[2].finding), Some(Code::RoleMissing));
}

#[tokio::test]
async fn expectations_come_from_rules_and_people_and_never_from_answers() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let bench = demo(&issuer).await;
    let report = bench.call().await;
    let cell = |user: usize, door: usize| {
        let cell = &report.users[user].cells[door];
        (cell.expected, cell.expected_from, cell.as_expected)
    };
    let rule = Some(ExpectedFrom::Rule);
    assert_eq!(cell(0, 1), (Some(Expected::Allow), rule, Some(true)));
    assert_eq!(cell(0, 2), (None, None, None), "a door with a role expects nothing by itself");
    assert_eq!(cell(3, 0), (Some(Expected::Allow), rule, Some(true)));
    assert_eq!(cell(3, 2), (Some(Expected::Deny), rule, Some(true)));
    assert_eq!(tester::report::exit_status(&report), 0);

    bench
        .bench
        .change(|setup| setup.set_expectation("visitor-bot", SCOPED, Some(Expected::Allow)))
        .await;
    let report = bench.call().await;
    let cell = &report.users[2].cells[2];
    assert_eq!(cell.expected_from, Some(ExpectedFrom::Set));
    assert_eq!(cell.as_expected, Some(false), "refused, though somebody said it should get in");
    assert_eq!(tester::report::exit_status(&report), 1);
}

#[tokio::test]
async fn the_sandboxs_own_workspace_expects_what_its_world_says() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let bench = Bench::open(&issuer.workspace()).await;
    let report = bench.call().await;
    let said: Vec<_> = report.users.iter().map(|u| u.cells[2].expected).collect();
    let (allow, deny) = (Some(Expected::Allow), Some(Expected::Deny));
    assert_eq!(said, [allow, deny, deny, deny]);
    let kept = report.users.iter().flat_map(|u| &u.cells).all(|c| c.as_expected == Some(true));
    assert!(kept, "{:?}", statuses(&report));
}

#[tokio::test]
async fn a_role_given_while_running_lets_the_same_token_in() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let bench = demo(&issuer).await;
    bench.call().await;
    let token = bench.bench.token("visitor-bot").unwrap();
    issuer.sandbox.give_role(&issuer.user_id("visitor-bot"), "read:messages").unwrap();
    let only = Only { user: Some("visitor-bot".into()), endpoint: None };
    let report = bench.bench.call(only).await.unwrap().report;
    let row = &report.users[2];
    assert_eq!(row.cells[2].status, Some(200));
    assert_eq!(row.token.as_ref().unwrap().slot, token.slot, "no new token was needed");
    assert_eq!(report.users[0].cells[2].status, Some(200), "the other rows keep their answers");
}

#[tokio::test]
async fn what_a_cell_shows_is_the_introspection_of_that_very_request() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let bench = demo(&issuer).await;
    let report = bench.call().await;
    let transcript = bench.bench.transcript();
    for cell in report.users.iter().take(3).flat_map(|user| &user.cells[1..]) {
        let decision = cell.decision.as_ref().unwrap();
        let asked = transcript.get(decision.introspection_exchange.unwrap()).unwrap();
        let called = transcript.get(cell.exchange.unwrap()).unwrap();
        assert_eq!(asked.purpose, Purpose::Introspection);
        assert_eq!(asked.request_id.as_deref(), Some(decision.request_id.as_str()));
        assert_eq!(called.request_id, asked.request_id);
        let answered: serde_json::Value =
            serde_json::from_str(&asked.response.unwrap().body).unwrap();
        assert_eq!(decision.introspection.as_deref(), Some(&answered));
    }
}

#[tokio::test]
async fn not_one_request_more_than_needed() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let bench = demo(&issuer).await;
    bench.call().await;
    let count = |purpose| {
        let events = bench.events.lock().unwrap();
        let of =
            |e: &&Event| matches!(e, Event::Exchange { exchange } if exchange.purpose == purpose);
        events.iter().filter(of).count()
    };
    assert_eq!(count(Purpose::Discovery), 1);
    assert_eq!(count(Purpose::Token), 3 + 1, "one a user, and one to learn the project");
    assert_eq!(count(Purpose::Introspection), 3 * 2, "one a protected call");
    assert_eq!(count(Purpose::Probe), 1, "the one that learned the project");
    assert_eq!(count(Purpose::Call), 4 * 3);
}

#[tokio::test]
async fn a_stopped_run_keeps_what_was_done_and_another_can_begin() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let bench = demo(&issuer).await;
    let stopper = bench.bench.clone();
    // Stops as soon as the first answer of a protected call is there.
    let events = bench.events.clone();
    let watcher = tokio::spawn(async move {
        loop {
            let answered =
                events.lock().unwrap().iter().any(|e| matches!(e, Event::CellChanged { .. }));
            if answered {
                return stopper.stop();
            }
            tokio::task::yield_now().await;
        }
    });
    let outcome = bench.bench.call(Only::default()).await.unwrap();
    watcher.await.unwrap();
    let done = outcome.report.users.iter().flat_map(|u| &u.cells);
    let done = done.filter(|c| c.verdict != Verdict::NotReached).count();
    assert!(done >= 1, "what was done is kept");
    if outcome.cancelled {
        assert!(done < 12, "the rest was not called");
    }
    let report = bench.call().await;
    assert_eq!(report.users[0].cells[2].status, Some(200));
}
