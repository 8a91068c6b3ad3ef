//! Keeping on calling: the same tokens, again and again, over real sockets.

mod ending;

use std::time::Duration;

use contract::{
    Event, FindingCode as Code, Verdict,
    event::{Flip, WatchEnd, WatchView},
    exchange::Purpose,
    finding::TokenKind,
    report::Expected,
};
use jiff::Timestamp;
use rolecall_tests::{
    bench::{Bench, code, statuses, workspace},
    gate::Gate,
    issuer::Issuer,
};
use sandbox::TokenType;
use tester::{Setup, roll_call::Only, watch::WatchOptions};

const BOTS: [&str; 3] = ["reader-bot", "writer-bot", "visitor-bot"];
const ROLE: &str = "read:messages";
const SCOPED: &str = "/api/private-scoped";
const VISITOR: usize = 2;
const DOOR: usize = 2;

async fn demo(issuer: &Issuer) -> Bench {
    let files = BOTS.map(|bot| issuer.file(bot));
    Bench::with_files(&issuer.address, issuer.file("api"), &files).await
}

fn fast(only: Only) -> WatchOptions {
    let (interval, lasting) = (Duration::from_millis(200), Duration::from_secs(60));
    WatchOptions { only, interval, lasting }
}

fn cell(user: &str) -> Only {
    Only { user: Some(user.into()), endpoint: Some(SCOPED.into()) }
}

fn flipped(event: &Event) -> Option<Flip> {
    match event {
        Event::WatchFlipped { flip } => Some(flip.clone()),
        _ => None,
    }
}

fn round(event: &Event) -> Option<WatchView> {
    match event {
        Event::WatchRound { watch } => Some(watch.clone()),
        _ => None,
    }
}

fn ended(event: &Event) -> Option<WatchEnd> {
    match event {
        Event::WatchEnded { reason, .. } => Some(*reason),
        _ => None,
    }
}

fn count(bench: &Bench, purpose: Purpose) -> usize {
    let events = bench.events.lock().expect("events");
    let of = |e: &&Event| matches!(e, Event::Exchange { exchange } if exchange.purpose == purpose);
    events.iter().filter(of).count()
}

#[tokio::test]
async fn a_role_given_and_taken_flips_the_cell_both_ways_and_tells_how_long_it_took() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let bench = demo(&issuer).await;
    bench.call().await;
    let tokens = count(&bench, Purpose::Token);
    let visitor = issuer.user_id("visitor-bot");
    let from = bench.now();
    bench.bench.start_watch(fast(Only::default())).await.unwrap();
    bench.hear(from, round).await;

    let (before, from) = (Timestamp::now(), bench.now());
    bench.bench.changes().note(&visitor, Some(ROLE));
    issuer.sandbox.give_role(&visitor, ROLE).unwrap();
    let given = bench.hear(from, flipped).await;
    assert_eq!((given.user, given.endpoint), (VISITOR, DOOR));
    assert_eq!((given.from, given.to), (Verdict::Refused, Verdict::Allowed));
    assert_eq!((given.roles_before, given.roles_after), (vec![], vec![ROLE.to_owned()]));
    assert_eq!((given.status, given.roles_in_token), (Some(200), None));
    let took = given.shown_after_ms.expect("the change was made here");
    let at: Timestamp = given.at.parse().unwrap();
    let longest = u64::try_from(at.duration_since(before).as_millis() + 1).unwrap();
    assert!(took <= longest, "{took} ms, though it was seen after {longest} ms");

    let from = bench.now();
    // Somebody took it at ZITADEL's console: when is not known here.
    issuer.sandbox.take_role(&visitor, ROLE).unwrap();
    let taken = bench.hear(from, flipped).await;
    assert_eq!((taken.from, taken.to), (Verdict::Allowed, Verdict::Refused));
    assert_eq!((taken.status, taken.shown_after_ms), (Some(403), None));

    let shown = bench.bench.report().unwrap();
    assert_eq!(shown.users[VISITOR].cells[DOOR].status, Some(403), "the report is current");
    assert_eq!(code(&shown.users[VISITOR].cells[DOOR].finding), Some(Code::RoleMissing));
    assert_eq!(count(&bench, Purpose::Token), tokens, "no new token was asked for");
    assert_eq!(tokens, BOTS.len() + 1, "one a user, and one that learned the project");
}

#[tokio::test]
async fn an_api_that_is_mended_while_it_is_watched_is_told_of_and_its_cause_goes() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let bench = demo(&issuer).await;
    bench.call().await;
    let api = |event: &Event| match event {
        Event::ApiChanged { api, .. } => Some((api.accepted, code(&api.finding))),
        _ => None,
    };
    let from = bench.now();
    bench.bench.start_watch(fast(Only::default())).await.unwrap();
    let set = |faults| issuer.sandbox.set_faults(faults).unwrap();
    set(vec!["api_inactive".parse().unwrap()]);
    let refused = bench.hear(from, |e| api(e).filter(|(_, code)| code.is_some())).await;
    assert_eq!(refused, (Some(false), Some(Code::ApiNotAuthenticated)));
    let from = bench.now();
    set(vec![]);
    let mended = bench.hear(from, |e| api(e).filter(|(_, code)| code.is_none())).await;
    assert_eq!(mended, (Some(true), None));
    let report = bench.bench.report().unwrap();
    assert_eq!((report.api.accepted, report.api.finding), (Some(true), None));
}

#[tokio::test]
async fn a_jwt_keeps_the_roles_it_was_minted_with_while_the_cell_goes_by_those_of_now() {
    let issuer = Issuer::demo(TokenType::Jwt).await;
    let files = BOTS.map(|bot| issuer.file(bot));
    let project = issuer.sandbox.snapshot().project_id;
    let mut with_roles = workspace(&issuer.address, issuer.file("api"), &files);
    let audience = format!("urn:zitadel:iam:org:project:id:{project}:aud");
    let scopes = ["openid", "profile", &audience, "urn:zitadel:iam:org:projects:roles"];
    with_roles.scopes = Some(scopes.map(Into::into).into());
    with_roles.project_id = Some(project);
    let bench = Bench::new(Setup::new(with_roles, None)).await;
    let report = bench.call().await;
    assert_eq!(report.users[0].token.as_ref().unwrap().kind, TokenKind::Jwt);
    bench.bench.start_watch(fast(Only::default())).await.unwrap();

    let (reader, visitor) = (issuer.user_id("reader-bot"), issuer.user_id("visitor-bot"));
    let from = bench.now();
    issuer.sandbox.take_role(&reader, ROLE).unwrap();
    let flip = bench.hear(from, flipped).await;
    assert_eq!((flip.user, flip.to), (0, Verdict::Refused), "what is live decides");
    assert_eq!(flip.roles_after, Vec::<String>::new());
    assert_eq!(flip.roles_in_token, Some(vec![ROLE.to_owned()]), "the token says what was");

    let from = bench.now();
    issuer.sandbox.give_role(&visitor, ROLE).unwrap();
    let flip = bench.hear(from, flipped).await;
    assert_eq!((flip.user, flip.to), (VISITOR, Verdict::Allowed));
    assert_eq!(flip.roles_in_token, Some(vec![]), "it was minted before the role was given");
}

#[tokio::test]
async fn nobody_is_asked_while_zitadel_wants_a_pause() {
    let gate = Gate::demo(TokenType::Opaque).await;
    let files = [gate.issuer.file("reader-bot")];
    let bench = Bench::with_files(&gate.address, gate.issuer.file("api"), &files).await;
    bench.call().await;
    let from = bench.now();
    bench.bench.start_watch(fast(cell("reader-bot"))).await.unwrap();
    bench.hear(from, round).await;
    // The question and both of its repeats: the API gives up and hands the pause on.
    gate.refuse("/introspect", 3, 1);
    let paused = |event: &Event| round(event).filter(|watch| watch.paused_until.is_some());
    let from = bench.now();
    bench.hear(from, paused).await;
    let failed = |event: &Event| match event {
        Event::CellChanged { cell, .. } if cell.verdict == Verdict::Failed => cell.status,
        _ => None,
    };
    assert_eq!(bench.hear(from, failed).await, 503);
    let from = bench.now();
    let again = |event: &Event| match event {
        Event::CellChanged { cell, .. } if cell.verdict == Verdict::Allowed => Some(()),
        _ => None,
    };
    bench.hear(from, again).await;
    let asked = gate.asked("/introspect");
    let refused = asked.iter().filter(|asked| asked.refused.is_some());
    assert_eq!(refused.clone().count(), 3);
    for refused in refused {
        let pause = refused.at..refused.at + Duration::from_secs(1);
        // Itself, and nobody else.
        let within = asked.iter().filter(|asked| pause.contains(&asked.at)).count();
        assert_eq!(within, 1, "ZITADEL was asked during the pause that it wanted");
    }
    let flips = bench.events.lock().unwrap().iter().filter_map(flipped).count();
    assert_eq!(flips, 0, "a pause is no flip");
}

#[tokio::test]
async fn where_nothing_was_called_yet_the_roll_is_called_first() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let bench = demo(&issuer).await;
    let from = bench.now();
    bench.bench.start_watch(fast(Only::default())).await.unwrap();
    bench.hear(from, round).await;
    bench.bench.stop_watch();
    assert_eq!(bench.hear(from, ended).await, WatchEnd::Stopped);
    let report = bench.bench.report().unwrap();
    assert_eq!(statuses(&report)[0], ("reader-bot", vec![200, 200, 200]));
    assert_eq!(count(&bench, Purpose::Token), BOTS.len() + 1);
    let events = bench.events.lock().unwrap();
    let runs: Vec<u64> = events
        .iter()
        .filter_map(|event| match event {
            Event::RunFinished { run, .. } | Event::CellChanged { run, .. } => Some(*run),
            _ => None,
        })
        .collect();
    assert!(runs.iter().all(|run| *run == runs[0]), "the watch goes on with the run's own number");
}

#[tokio::test]
async fn a_row_without_a_token_gets_one_and_only_one() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let bench = demo(&issuer).await;
    bench.call().await;
    let tokens = count(&bench, Purpose::Token);
    bench.bench.forget_token(&issuer.user_id("writer-bot"));
    let from = bench.now();
    bench.bench.start_watch(fast(Only::default())).await.unwrap();
    let after = |rounds| move |event: &Event| round(event).filter(|watch| watch.rounds == rounds);
    let first = bench.hear(from, after(1)).await;
    let third = bench.hear(from, after(3)).await;
    assert!(first.called_at >= Some(first.started), "{:?}", first.called_at);
    assert!(third.called_at > first.called_at, "each round is told with its time");
    assert_eq!(count(&bench, Purpose::Token), tokens + 1);
}

#[tokio::test]
async fn a_window_that_comes_later_is_told_of_the_watch_and_its_flips() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let bench = demo(&issuer).await;
    bench.call().await;
    let from = bench.now();
    bench.bench.start_watch(fast(cell("visitor-bot"))).await.unwrap();
    issuer.sandbox.give_role(&issuer.user_id("visitor-bot"), ROLE).unwrap();
    bench.hear(from, flipped).await;
    let told = bench.bench.so_far();
    let report = told.iter().find_map(|event| match event {
        Event::RunFinished { report, .. } => Some(report),
        _ => None,
    });
    assert_eq!(report.unwrap().users[VISITOR].cells[DOOR].status, Some(200));
    let watch = told.iter().find_map(|event| match event {
        Event::WatchStarted { watch } => Some(watch),
        _ => None,
    });
    assert_eq!(watch.unwrap().user.as_deref(), Some("visitor-bot"));
    assert_eq!(told.iter().filter_map(flipped).count(), 1);
}

#[tokio::test]
async fn what_somebody_expects_meanwhile_counts_from_the_next_call() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let bench = demo(&issuer).await;
    bench.call().await;
    bench.bench.start_watch(fast(Only::default())).await.unwrap();
    let from = bench.now();
    bench
        .bench
        .expect(|setup| setup.set_expectation("visitor-bot", SCOPED, Some(Expected::Allow)))
        .await;
    let judged = |event: &Event| match event {
        Event::CellChanged { user: VISITOR, endpoint: DOOR, cell, .. } => {
            cell.expected.map(|expected| (expected, cell.as_expected))
        }
        _ => None,
    };
    assert_eq!(bench.hear(from, judged).await, (Expected::Allow, Some(false)));
}

#[tokio::test]
async fn a_project_is_learned_as_soon_as_somebody_is_given_the_first_role() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let files = [issuer.file("visitor-bot")];
    let bench = Bench::with_files(&issuer.address, issuer.file("api"), &files).await;
    assert_eq!(bench.call().await.project_id, None);
    bench.bench.start_watch(fast(Only::default())).await.unwrap();
    let from = bench.now();
    issuer.sandbox.give_role(&issuer.user_id("visitor-bot"), ROLE).unwrap();
    let learned = |event: &Event| match event {
        Event::Workspace { workspace } => workspace.project_id.clone(),
        _ => None,
    };
    assert_eq!(bench.hear(from, learned).await, issuer.sandbox.snapshot().project_id);
    let report = bench.bench.report().unwrap();
    let unknown = report.notes.iter().any(|note| note.code == Code::ProjectUnknown);
    assert!(!unknown, "the note that nobody has a role is over");
}

#[tokio::test]
async fn a_role_that_does_not_show_yet_is_said_to_be_awaited_and_holds_up_nobody() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let bench = demo(&issuer).await;
    bench.call().await;
    let from = bench.now();
    bench.bench.start_watch(fast(Only::default())).await.unwrap();
    bench.hear(from, round).await;
    let (from, visitor) = (bench.now(), issuer.user_id("visitor-bot"));
    // It is given here, and ZITADEL takes its time.
    bench.bench.changes().note(&visitor, Some(ROLE));
    let awaited = |event: &Event| match event {
        Event::CellChanged { user: VISITOR, endpoint: DOOR, cell, .. } => {
            code(&cell.finding).filter(|code| *code == Code::NotCaughtUp)
        }
        _ => None,
    };
    bench.hear(from, awaited).await;
    let probes = count(&bench, Purpose::Probe);
    let from = bench.now();
    bench.hear(from, round).await;
    assert_eq!(count(&bench, Purpose::Probe), probes, "the watch itself looks again");
    issuer.sandbox.give_role(&visitor, ROLE).unwrap();
    assert!(bench.hear(from, flipped).await.shown_after_ms.is_some());
}
