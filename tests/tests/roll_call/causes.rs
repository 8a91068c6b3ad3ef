//! Each cause by its name, in the one place where it began.

use contract::{
    Access, Endpoint, Event, FindingCode as Code, Verdict,
    exchange::Purpose,
    finding::Action,
    report::{Outcome, RuleName},
};
use rolecall_tests::{
    bench::{Bench, code, statuses, workspace},
    issuer::{Issuer, changed},
    recorded_key,
};
use sandbox::{TokenType, UserState};
use tester::{Setup, roll_call::Only};

use crate::{demo, demo_files};

#[tokio::test]
async fn an_audience_left_out_is_named() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let mut bare = workspace(&issuer.address, issuer.file("api"), &demo_files(&issuer));
    bare.scopes = Some(vec!["openid".into(), "profile".into()]);
    let report = Bench::new(Setup::new(bare, None)).await.call().await;
    assert_eq!(statuses(&report)[0], ("reader-bot", vec![200, 401, 401]));
    for cell in &report.users[0].cells[1..] {
        assert_eq!(code(&cell.finding), Some(Code::AudienceMissing));
        assert_eq!(cell.decision.as_ref().unwrap().outcome, Outcome::Inactive);
    }
}

#[tokio::test]
async fn another_projects_audience_is_named() {
    let issuer = Issuer::recorded().await;
    let mut other =
        workspace(&issuer.address, recorded_key("application"), &[recorded_key("reader")]);
    other.project_id = Some("400873177938398246".into());
    let report = Bench::new(Setup::new(other, None)).await.call().await;
    assert_eq!(code(&report.users[0].cells[1].finding), Some(Code::AudienceOtherProject));
}

#[tokio::test]
async fn nobody_with_a_role_leaves_the_project_unknown_and_a_note_says_so() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let files = [issuer.file("visitor-bot")];
    let bench = Bench::with_files(&issuer.address, issuer.file("api"), &files).await;
    let report = bench.call().await;
    assert_eq!(report.project_id, None);
    assert_eq!(statuses(&report)[0], ("visitor-bot", vec![200, 200, 403]));
    let notes: Vec<_> = report.notes.iter().map(|note| note.code).collect();
    assert_eq!(notes, [Code::ProjectUnknown, Code::ValidIsKnown]);
}

#[tokio::test]
async fn key_files_in_each_others_place_are_named() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let users = [issuer.file("api"), issuer.file("reader-bot")];
    let report = Bench::with_files(&issuer.address, issuer.file("api"), &users).await.call().await;
    assert_eq!(code(&report.users[0].finding), Some(Code::KeyWrongKind));
    assert_eq!(
        statuses(&report)[..2],
        [("api", vec![200, 0, 0]), ("reader-bot", vec![200, 200, 200])],
        "the good row beside it is complete"
    );
}

#[tokio::test]
async fn a_key_file_that_cannot_be_read_is_named_and_hides_no_other_row() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let broken = issuer.folder.path().join("broken.json");
    changed(&issuer.file("reader-bot"), &broken, |file| file["key"] = "no key".into());
    let users = [broken, issuer.file("reader-bot")];
    let report = Bench::with_files(&issuer.address, issuer.file("api"), &users).await.call().await;
    assert_eq!(code(&report.users[0].finding), Some(Code::KeyUnreadable));
    assert_eq!(statuses(&report)[1], ("reader-bot", vec![200, 200, 200]));
}

#[tokio::test]
async fn an_expired_key_is_named_before_anything_is_sent() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let old = issuer.folder.path().join("old.json");
    changed(&issuer.file("reader-bot"), &old, |file| {
        file["expirationDate"] = "2020-03-01T00:00:00Z".into();
    });
    let bench = Bench::with_files(&issuer.address, issuer.file("api"), &[old]).await;
    let report = bench.call().await;
    assert_eq!(code(&report.users[0].finding), Some(Code::KeyExpired));
    let sent =
        bench.events.lock().unwrap().iter().any(
            |e| matches!(e, Event::Exchange { exchange } if exchange.purpose == Purpose::Token),
        );
    assert!(!sent, "nothing was signed with an expired key");
}

#[tokio::test]
async fn a_key_that_the_issuer_does_not_know_is_named() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let stranger = Issuer::demo(TokenType::Opaque).await;
    let files = [stranger.file("reader-bot")];
    let bench = Bench::with_files(&issuer.address, issuer.file("api"), &files).await;
    let report = bench.call().await;
    assert_eq!(code(&report.users[0].finding), Some(Code::KeyUnknown));
}

#[tokio::test]
async fn a_switched_off_account_is_named() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let bench = demo(&issuer).await;
    bench.call().await;
    for state in [UserState::Locked, UserState::Deactivated] {
        issuer.sandbox.set_user_state(&issuer.user_id("reader-bot"), state).unwrap();
        let report = bench.call().await;
        assert_eq!(code(&report.users[0].finding), Some(Code::UserInactive), "{state:?}");
        assert_eq!(statuses(&report)[0], ("reader-bot", vec![200, 0, 0]), "{state:?}");
        issuer.sandbox.set_user_state(&issuer.user_id("reader-bot"), UserState::Active).unwrap();
    }
}

#[tokio::test]
async fn a_token_that_died_with_its_account_is_told_from_one_for_another_audience() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let bench = demo(&issuer).await;
    bench.call().await;
    issuer.sandbox.set_user_state(&issuer.user_id("reader-bot"), UserState::Locked).unwrap();
    let only = Only { user: Some("reader-bot".into()), endpoint: None };
    let report = bench.bench.call(only).await.unwrap().report;
    assert_eq!(code(&report.users[0].cells[1].finding), Some(Code::UserInactive));
}

#[tokio::test]
async fn an_api_that_the_issuer_refuses_is_named_once_for_the_run() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let stranger = Issuer::demo(TokenType::Opaque).await;
    let bench =
        Bench::with_files(&issuer.address, stranger.file("api"), &demo_files(&issuer)).await;
    let report = bench.call().await;
    assert_eq!(code(&report.api.finding), Some(Code::ApiNotAuthenticated));
    assert_eq!(statuses(&report)[0], ("reader-bot", vec![200, 503, 503]));
    assert_eq!(report.users[0].cells[1].verdict, Verdict::Failed, "a failure is no refusal");
    assert_eq!(tester::report::exit_status(&report), 1);
}

#[tokio::test]
async fn a_row_whose_token_failed_is_asked_for_anew_by_a_call_of_the_row_alone() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let bench = demo(&issuer).await;
    bench.call().await;
    let reader = issuer.user_id("reader-bot");
    issuer.sandbox.set_user_state(&reader, UserState::Locked).unwrap();
    let row = async || {
        let only = Only { user: Some("reader-bot".into()), endpoint: None };
        bench.bench.call(only).await.unwrap().report
    };
    assert_eq!(code(&row().await.users[0].cells[1].finding), Some(Code::UserInactive));
    let refused = row().await;
    assert_eq!(code(&refused.users[0].finding), Some(Code::UserInactive), "no new token either");
    assert_eq!(refused.users[0].token, None);
    issuer.sandbox.set_user_state(&reader, UserState::Active).unwrap();
    let report = row().await;
    assert_eq!(report.users[0].finding, None, "what is mended is gone");
    assert_eq!(statuses(&report)[0], ("reader-bot", vec![200, 200, 200]));
}

#[tokio::test]
async fn an_api_without_users_is_told_whether_zitadel_accepts_it() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let bench = Bench::with_files(&issuer.address, issuer.file("api"), &[]).await;
    let probes = |bench: &Bench| {
        let events = bench.events.lock().unwrap();
        let of = |e: &&Event| matches!(e, Event::Exchange { exchange } if exchange.purpose == Purpose::Probe);
        events.iter().filter(of).count()
    };
    let report = bench.call().await;
    assert_eq!((report.api.accepted, code(&report.api.finding)), (Some(true), None));
    assert_eq!(probes(&bench), 1, "asked once about a token that nobody gave out");
    assert_eq!(tester::report::exit_status(&report), 0);

    let api = |state| issuer.sandbox.set_faults(state).unwrap();
    api(vec!["api_inactive".parse().unwrap()]);
    let report = bench.call().await;
    assert_eq!(report.api.accepted, Some(false));
    assert_eq!(code(&report.api.finding), Some(Code::ApiNotAuthenticated));
    api(vec!["http_500@introspection".parse().unwrap()]);
    let report = bench.call().await;
    assert_eq!(report.api.accepted, None, "nobody answered");
    assert_eq!(code(&report.api.finding), Some(Code::ServerTrouble));
    api(vec![]);
    let report = bench.call().await;
    assert_eq!((report.api.accepted, code(&report.api.finding)), (Some(true), None));
}

#[tokio::test]
async fn whether_the_api_is_accepted_is_learned_from_the_calls() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let bench = demo(&issuer).await;
    assert_eq!(bench.call().await.api.accepted, Some(true));
    issuer.sandbox.set_faults(vec!["api_inactive".parse().unwrap()]).unwrap();
    let row = async |endpoint: Option<&str>| {
        let endpoint = endpoint.map(Into::into);
        bench.bench.call(Only { user: Some("reader-bot".into()), endpoint }).await.unwrap().report
    };
    let report = row(None).await;
    assert_eq!(report.api.accepted, Some(false));
    assert_eq!(code(&report.api.finding), Some(Code::ApiNotAuthenticated));
    let report = row(Some("/api/public")).await;
    assert_eq!(code(&report.api.finding), Some(Code::ApiNotAuthenticated), "nobody asked since");
    issuer.sandbox.set_faults(vec![]).unwrap();
    let report = row(None).await;
    assert_eq!((report.api.accepted, code(&report.api.finding)), (Some(true), None));
    assert_eq!(statuses(&report)[0], ("reader-bot", vec![200, 200, 200]));
}

#[tokio::test]
async fn a_door_for_all_of_several_roles_names_the_one_that_is_missing() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let bench = demo(&issuer).await;
    let both = Access::AllRoles { roles: vec!["read:messages".into(), "write:messages".into()] };
    let door = Endpoint { method: "GET".into(), path: "/api/both".into(), access: both };
    bench.bench.change(|setup| setup.set_endpoints(vec![door])).await.unwrap();
    let report = bench.call().await;
    assert_eq!(report.users[0].cells[0].status, Some(403), "reader-bot only reads");
    let finding = report.users[0].cells[0].finding.clone().unwrap();
    assert_eq!(finding.code, Code::RoleMissing);
    assert!(finding.title.ends_with("write:messages is missing"), "{}", finding.title);
    let decision = report.users[0].cells[0].decision.clone().unwrap();
    assert_eq!(decision.rule, RuleName::AllRoles);
    let reader = issuer.user_id("reader-bot");
    let offered = Action::GiveRole { user_id: reader.clone(), role: "write:messages".into() };
    assert_eq!(finding.fix.action, Some(offered));

    issuer.sandbox.give_role(&reader, "write:messages").unwrap();
    let only = Only { user: Some("reader-bot".into()), endpoint: None };
    let report = bench.bench.call(only).await.unwrap().report;
    assert_eq!(report.users[0].cells[0].status, Some(200));
}

#[tokio::test]
async fn a_role_that_the_project_does_not_have_is_named_with_a_personal_access_token() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let bench = demo(&issuer).await;
    let door = |role: &str| Endpoint {
        method: "GET".into(),
        path: format!("/api/{}", role.replace(':', "-")),
        access: Access::AnyRole { roles: vec![role.into()] },
    };
    let doors = vec![door("read:mesages"), door("read:messages")];
    bench.bench.change(|setup| setup.set_endpoints(doors)).await.unwrap();
    let project = issuer.sandbox.snapshot().project_id;
    bench.bench.change(|setup| setup.set_project_id(Some(project))).await;
    let report = bench.call().await;
    assert_eq!(code(&report.users[2].cells[0].finding), Some(Code::RoleMissing), "nobody told");

    let token = std::fs::read_to_string(issuer.folder.path().join("admin.pat")).unwrap();
    bench.bench.manage_with(Some(token.trim().to_owned().into())).await;
    let report = bench.call().await;
    let visitor = &report.users[2];
    let finding = visitor.cells[0].finding.clone().unwrap();
    assert_eq!(finding.code, Code::RoleUndefined);
    assert!(finding.title.contains("has no role read:mesages"), "{}", finding.title);
    assert!(finding.fix.url.unwrap().ends_with("/roles/create"));
    assert_eq!(code(&visitor.cells[1].finding), Some(Code::RoleMissing), "this one it has");
}
