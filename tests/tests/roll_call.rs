//! The roll call end to end: key files in, reasons out, over real sockets.

use std::path::PathBuf;

use contract::{
    Access, Endpoint, Event, FindingCode as Code, Verdict,
    exchange::Purpose,
    finding::Action,
    report::{Expected, ExpectedFrom, NOBODY, Outcome, RuleName},
};
use rolecall_tests::{
    bench::{Bench, code, statuses, workspace},
    issuer::{Issuer, changed},
    recorded_key,
};
use sandbox::{TokenType, UserState};
use tester::{Setup, roll_call::Only};

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

#[tokio::test]
async fn an_issuer_under_a_name_it_does_not_know_is_named() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let address = issuer.address.replace("localhost", "127.0.0.1");
    let bench = Bench::with_files(&address, issuer.file("api"), &demo_files(&issuer)).await;
    assert_eq!(issuer_finding(&bench), Some(Code::InstanceNotFound));
}

#[tokio::test]
async fn an_address_where_nobody_listens_is_named() {
    let free = tester::listen::bind_exactly(0).await.unwrap().base_url();
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let bench = Bench::with_files(&free, issuer.file("api"), &demo_files(&issuer)).await;
    assert_eq!(issuer_finding(&bench), Some(Code::Unreachable));
}

#[tokio::test]
async fn something_that_is_no_issuer_is_named() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let bench = demo(&issuer).await;
    // The protected API itself answers, but it is no ZITADEL.
    let wrong = Bench::with_files(&bench.api(), issuer.file("api"), &[]).await;
    assert_eq!(issuer_finding(&wrong), Some(Code::NotZitadel));
}

#[tokio::test]
async fn an_issuer_that_calls_itself_otherwise_is_taken_only_with_a_persons_word() {
    let real = Issuer::demo(TokenType::Opaque).await;
    let posing = Issuer::demo(TokenType::Opaque).await;
    posing.sandbox.set_issuer(real.address.clone());
    // Asked under its own port it names the other one.
    let files = demo_files(&real);
    let bench = Bench::with_files(&posing.address, real.file("api"), &files).await;
    let finding = bench.bench.view().issuer.finding.expect("a finding");
    assert!(
        matches!(finding.code, Code::IssuerMismatch | Code::InstanceNotFound),
        "{:?}: an instance that no longer knows its old name may say so instead",
        finding.code
    );
    assert!(bench.bench.call(Only::default()).await.is_err(), "nothing is sent without a word");
}

#[tokio::test]
async fn an_address_is_taken_however_it_is_typed() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let port = issuer.port;
    for typed in [
        format!("localhost:{port}"),
        format!("http://LOCALHOST:{port}/"),
        format!("http://localhost:{port}/ui/console/projects"),
        format!("http://localhost:{port}/.well-known/openid-configuration"),
    ] {
        let bench = Bench::with_files(&typed, issuer.file("api"), &demo_files(&issuer)).await;
        let found = bench.bench.view().issuer.discovered.expect(&typed);
        assert_eq!(found.issuer, issuer.address, "{typed}");
    }
}

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

fn issuer_finding(bench: &Bench) -> Option<Code> {
    code(&bench.bench.view().issuer.finding)
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
