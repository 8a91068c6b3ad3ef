//! Settings, and that each of them acts.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

use std::time::Duration;

use contract::{
    Event, Exchange, Report,
    exchange::Purpose,
    report::Outcome,
    workspace::{ItemState, SettingsView},
};
use rolecall_tests::{
    bench::{Bench, statuses, workspace},
    gate::Gate,
    issuer::Issuer,
    tls,
};
use sandbox::TokenType;
use tester::{Setup, listen, roll_call::Only, workbench::SettingsError};

const ROLE: &str = "read:messages";
const BOTS: [&str; 3] = ["reader-bot", "writer-bot", "visitor-bot"];

async fn demo(issuer: &Issuer) -> Bench {
    let files = BOTS.map(|bot| issuer.file(bot));
    Bench::with_files(&issuer.address, issuer.file("api"), &files).await
}

async fn set(bench: &Bench, change: impl FnOnce(&mut SettingsView)) -> Result<(), SettingsError> {
    let mut settings = bench.bench.view().settings;
    change(&mut settings);
    bench.bench.set_settings(&settings).await.map(drop)
}

fn exchanges(bench: &Bench, purpose: Purpose) -> Vec<Exchange> {
    let events = bench.events.lock().unwrap();
    let of = |event: &Event| match event {
        Event::Exchange { exchange } if exchange.purpose == purpose => Some((**exchange).clone()),
        _ => None,
    };
    events.iter().filter_map(of).collect()
}

async fn row(bench: &Bench, user: &str) -> Report {
    let only = Only { user: Some(user.into()), endpoint: None };
    bench.bench.call(only).await.unwrap().report
}

#[tokio::test]
async fn an_answer_that_is_kept_shows_a_change_late_and_says_so_and_one_that_is_not_at_once() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let bench = demo(&issuer).await;
    let reader = issuer.user_id("reader-bot");
    let asked = || exchanges(&bench, Purpose::Introspection).len();
    set(&bench, |settings| settings.cache_seconds = 300).await.unwrap();
    bench.call().await;
    let before = asked();
    assert_eq!(before, 3, "each token once, and its second door by the same answer");

    issuer.sandbox.take_role(&reader, ROLE).unwrap();
    let report = row(&bench, "reader-bot").await;
    assert_eq!(statuses(&report)[0], ("reader-bot", vec![200, 200, 200]), "it shows late");
    assert_eq!(asked(), before, "nobody was asked");
    for cell in &report.users[0].cells[1..] {
        let decision = cell.decision.as_ref().unwrap();
        assert_eq!(decision.outcome, Outcome::Allowed);
        assert!(decision.cached_ms.is_some(), "and the decision says why");
        let original = decision.introspection_exchange.unwrap();
        let original = bench.bench.transcript().get(original).unwrap();
        assert_eq!(original.purpose, Purpose::Introspection);
        assert_ne!(original.request_id.as_deref(), Some(decision.request_id.as_str()));
    }

    set(&bench, |settings| settings.cache_seconds = 0).await.unwrap();
    let report = row(&bench, "reader-bot").await;
    assert_eq!(statuses(&report)[0], ("reader-bot", vec![200, 200, 403]), "it flips at once");
    assert_eq!(asked(), before + 2, "both doors asked");
    let decisions = report.users[0].cells[1..].iter().map(|cell| cell.decision.as_ref().unwrap());
    assert!(decisions.into_iter().all(|decision| decision.cached_ms.is_none()));
}

#[tokio::test]
async fn a_role_that_is_given_while_an_answer_is_kept_is_not_said_to_be_missing() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let bench = demo(&issuer).await;
    set(&bench, |settings| settings.cache_seconds = 300).await.unwrap();
    bench.call().await;
    let visitor = issuer.user_id("visitor-bot");
    bench.bench.changes().note(&visitor, Some(ROLE));
    issuer.sandbox.give_role(&visitor, ROLE).unwrap();
    let report = row(&bench, "visitor-bot").await;
    let finding = report.users[2].cells[2].finding.clone().unwrap();
    assert!(finding.title.contains("still goes by its last answer"), "{}", finding.title);
    // Any change of the set-up asks anew.
    bench.bench.change(|setup| setup.set_project_id(None)).await;
    assert_eq!(statuses(&row(&bench, "visitor-bot").await)[2].1, [200, 200, 200]);
}

#[tokio::test]
async fn another_port_is_served_at_once_and_a_taken_one_is_said() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let bench = demo(&issuer).await;
    let before = bench.bench.view().api.unwrap();
    let free = listen::bind_exactly(0).await.unwrap().port;
    set(&bench, |settings| settings.port = Some(free)).await.unwrap();
    let view = bench.bench.view();
    assert!(view.unsaved && view.settings.port == Some(free));
    let api = view.api.unwrap();
    assert_eq!((api.port, api.wanted_port_taken), (free, None));
    assert_eq!(statuses(&bench.call().await)[0].1, [200, 200, 200], "it is served there");
    assert_ne!(before.port, free);

    let taken = listen::bind_exactly(0).await.unwrap();
    set(&bench, |settings| settings.port = Some(taken.port)).await.unwrap();
    let api = bench.bench.view().api.unwrap();
    assert_eq!(api.wanted_port_taken, Some(taken.port));
    assert!(api.port > taken.port, "the next free one");
    assert_eq!(statuses(&bench.call().await)[0].1, [200, 200, 200]);
    let now = api.port;
    bench.bench.serve_as_set_up().await.unwrap();
    assert_eq!(bench.bench.view().api.unwrap().port, now, "nothing is served twice");
}

#[tokio::test]
async fn a_wanted_port_that_was_taken_is_tried_again_when_something_else_changes() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let bench = demo(&issuer).await;
    let wanted = listen::bind_exactly(0).await.unwrap();
    let port = wanted.port;
    let at = |bench: &Bench| {
        let api = bench.bench.view().api.unwrap();
        (api.port, api.wanted_port_taken)
    };
    set(&bench, |settings| settings.port = Some(port)).await.unwrap();
    let moved = at(&bench);
    assert_eq!(moved.1, Some(port));

    set(&bench, |settings| settings.parallelism = 3).await.unwrap();
    bench.bench.serve_anew().await.unwrap();
    assert_eq!(at(&bench), moved, "it is still taken, and nothing is served twice");
    drop(wanted);
    bench.bench.serve_as_set_up().await.unwrap();
    set(&bench, |settings| settings.watch_interval_ms = 7_000).await.unwrap();
    assert_eq!(at(&bench), moved, "calls under way would find nobody");
    set(&bench, |settings| settings.parallelism = 4).await.unwrap();
    assert_eq!(at(&bench), (port, None), "settings that act changed");
    assert_eq!(statuses(&bench.call().await)[0].1, [200, 200, 200], "it is served there");

    let wanted = listen::bind_exactly(0).await.unwrap();
    let port = wanted.port;
    set(&bench, |settings| settings.port = Some(port)).await.unwrap();
    drop(wanted);
    // The next workspace wants the same one.
    let mut setup = Setup::new(bench.bench.with_setup(|setup| setup.workspace().clone()), None);
    setup.set_port(Some(port));
    bench.bench.put(setup).await.unwrap();
    bench.bench.serve_anew().await.unwrap();
    assert_eq!(at(&bench), (port, None), "another workspace was opened");
}

#[tokio::test]
async fn a_certificate_authority_is_trusted_from_now_on_and_one_that_is_none_changes_nothing() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let authority = tls::authority("Company");
    let shown = tls::certificate("localhost", Some(&authority), |_| {});
    let port = tls::front(shown, issuer.port).await;
    let address = format!("https://localhost:{port}");
    issuer.sandbox.set_issuer(address.clone());
    let bench = Bench::with_files(&address, issuer.file("api"), &[issuer.file("reader-bot")]).await;
    assert_eq!(bench.bench.view().issuer.state, ItemState::Wrong, "nobody vouches for it yet");

    let file = issuer.folder.path().join("company.pem");
    let trust = async |path: &std::path::Path| {
        set(&bench, |settings| settings.ca_file = Some(path.display().to_string())).await
    };
    let refused = trust(&file).await.unwrap_err().to_string();
    assert!(refused.contains("company.pem"), "{refused}");
    assert_eq!(bench.bench.view().settings.ca_file, None);
    std::fs::write(&file, authority.pem()).unwrap();
    trust(&file).await.unwrap();
    assert_eq!(bench.bench.view().issuer.state, ItemState::Ok, "it was looked up anew");
    assert_eq!(statuses(&bench.call().await)[0].1, [200, 200, 200]);

    let broken = issuer.folder.path().join("broken.pem");
    std::fs::write(&broken, "no certificate").unwrap();
    let refused = trust(&broken).await.unwrap_err().to_string();
    assert!(refused.contains("broken.pem"), "{refused}");
    assert_eq!(bench.bench.view().settings.ca_file, Some(file.display().to_string()));
    assert_eq!(statuses(&bench.call().await)[0].1, [200, 200, 200], "the old one is still trusted");
    set(&bench, |settings| settings.ca_file = None).await.unwrap();
    assert_eq!(bench.bench.view().issuer.state, ItemState::Wrong, "it is not trusted any more");
}

#[tokio::test]
async fn a_request_is_repeated_as_often_as_settings_say() {
    const DISCOVERY: &str = "/.well-known/openid-configuration";
    let gate = Gate::demo(TokenType::Opaque).await;
    let setup = Setup::new(workspace(&gate.address, gate.issuer.file("api"), &[]), None);
    let bench = Bench::new(setup).await;
    for retries in [0, 1, 3] {
        set(&bench, |settings| settings.retries = retries).await.unwrap();
        let before = gate.asked(DISCOVERY).len();
        gate.refuse(DISCOVERY, retries as usize + 1, 0);
        bench.bench.change_files(Setup::forget_discovery).await;
        let asked = gate.asked(DISCOVERY).len() - before;
        assert_eq!(asked, retries as usize + 1, "once, and {retries} times again");
        assert_eq!(bench.bench.view().issuer.state, ItemState::Wrong);
    }
}

#[tokio::test]
async fn whoever_manages_zitadel_goes_by_settings_that_change_after_the_token_was_entered() {
    const ME: &str = "/auth/v1/users/me";
    let gate = Gate::demo(TokenType::Opaque).await;
    let setup = Setup::new(workspace(&gate.address, gate.issuer.file("api"), &[]), None);
    let bench = Bench::new(setup).await;
    set(&bench, |settings| settings.retries = 0).await.unwrap();
    let token = std::fs::read_to_string(gate.issuer.folder.path().join("admin.pat")).unwrap();
    bench.bench.manage_with(Some(token.trim().to_owned().into())).await;
    let management = bench.bench.view().management.unwrap();
    assert_eq!(management.state, ItemState::Ok, "{:?}", management.finding);
    for retries in [0, 2] {
        set(&bench, |settings| settings.retries = retries).await.unwrap();
        let before = gate.asked(ME).len();
        gate.refuse(ME, retries as usize, 0);
        bench.bench.management().unwrap().who_am_i().await.unwrap();
        assert_eq!(gate.asked(ME).len() - before, retries as usize + 1, "{retries} times again");
    }
}

#[tokio::test]
async fn so_many_rows_are_called_at_once_as_settings_say() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let bench = demo(&issuer).await;
    let project = issuer.sandbox.snapshot().project_id;
    bench.bench.change(|setup| setup.set_project_id(Some(project))).await;
    issuer.sandbox.set_faults(vec!["slow@token=300".parse().unwrap()]).unwrap();
    for (parallelism, expected) in [(1, 1), (32, BOTS.len())] {
        set(&bench, |settings| settings.parallelism = parallelism).await.unwrap();
        let before = exchanges(&bench, Purpose::Token).len();
        bench.call().await;
        let tokens = exchanges(&bench, Purpose::Token).split_off(before);
        let span = |exchange: &Exchange| {
            let began: jiff::Timestamp = exchange.started_at.parse().unwrap();
            (began, began + Duration::from_micros(exchange.duration_us))
        };
        let spans: Vec<_> = tokens.iter().map(span).collect();
        let at_once =
            |moment| spans.iter().filter(|(from, to)| *from <= moment && moment < *to).count();
        let most = spans.iter().map(|(from, _)| at_once(*from)).max();
        assert_eq!(most, Some(expected), "{parallelism} at once: {spans:?}");
    }
}

#[tokio::test]
async fn what_is_out_of_bounds_changes_nothing() {
    let bench = Bench::new(Setup::default()).await;
    let before = bench.bench.view().settings;
    let refused = set(&bench, |settings| {
        settings.retries = 1;
        settings.parallelism = 99;
    });
    let error = refused.await.unwrap_err().to_string();
    assert!(error.contains("`parallelism` must be a whole number from 1 to 32"), "{error}");
    assert_eq!(bench.bench.view().settings, before);
}
