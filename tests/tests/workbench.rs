//! What is asked of a workbench at the same time comes out in the right order.

use std::{
    future::poll_fn,
    pin::{Pin, pin},
    sync::{Arc, mpsc},
    task::Poll,
    time::Duration,
};

use contract::{Event, workspace::ItemState};
use rolecall_tests::{
    bench::{Bench, statuses, workspace},
    gate::Gate,
    issuer::Issuer,
};
use sandbox::TokenType;
use tester::{Setup, roll_call::Only, watch::WatchOptions, workbench::CallError};
use tokio::time::timeout;

/// Whoever waits longer waits for ever.
const PATIENCE: Duration = Duration::from_secs(20);
const DISCOVERY: &str = "/.well-known/openid-configuration";

fn setup(issuer: &Issuer, address: &str) -> Setup {
    let files = [issuer.file("reader-bot")];
    Setup::new(workspace(address, issuer.file("api"), &files), None)
}

#[tokio::test]
async fn a_late_answer_of_discovery_does_not_replace_a_newer_one() {
    let gate = Gate::demo(TokenType::Opaque).await;
    let bench = Arc::new(Bench::new(Setup::default()).await);
    let held = gate.hold(DISCOVERY);
    let first = tokio::spawn({
        let (bench, setup) = (bench.clone(), setup(&gate.issuer, &gate.address));
        async move { bench.bench.replace(setup).await.unwrap() }
    });
    gate.asked_once(DISCOVERY).await;
    bench.bench.replace(setup(&gate.issuer, &gate.address)).await.unwrap();
    assert_eq!(bench.bench.view().issuer.state, ItemState::Ok);
    // The late one says that nobody is there.
    gate.refuse(DISCOVERY, 3, 60);
    drop(held);
    first.await.unwrap();
    assert_eq!(bench.bench.view().issuer.state, ItemState::Ok, "the newer answer stands");
}

#[tokio::test]
async fn workspaces_opened_at_once_leave_the_last_one_whole() {
    let (one, other) =
        (Issuer::demo(TokenType::Opaque).await, Issuer::demo(TokenType::Opaque).await);
    let bench = Bench::new(Setup::default()).await;
    tokio::join!(async { bench.bench.replace(setup(&one, &one.address)).await.unwrap() }, async {
        bench.bench.replace(setup(&other, &other.address)).await.unwrap()
    },);
    let view = bench.bench.view();
    assert_eq!(view.opened, 3);
    assert_eq!(view.issuer.discovered.unwrap().issuer, view.issuer.typed);
    let report = bench.call().await;
    assert_eq!(report.users[0].cells[2].status, Some(200));
}

#[tokio::test]
async fn a_call_waits_for_the_issuer_that_is_asked_anew_before_its_turn_comes() {
    let gate = Gate::demo(TokenType::Opaque).await;
    let bench = Bench::new(setup(&gate.issuer, &gate.address)).await;
    let (changed, change) = mpsc::channel::<()>();
    let mut changing = pin!(bench.bench.put_files(move |setup| {
        // Until the other half is dropped.
        let _ = change.recv();
        setup.forget_discovery();
    }));
    assert!(waits(changing.as_mut()).await);
    // It finds the issuer known, and somebody at the set-up.
    let mut call = pin!(bench.bench.call(Only::default()));
    assert!(waits(call.as_mut()).await);
    let held = gate.hold(DISCOVERY);
    drop(changed);
    changing.await;
    assert_eq!(bench.bench.view().issuer.state, ItemState::Checking, "nobody has asked yet");
    let mut looking = pin!(bench.bench.look());
    assert!(waits(looking.as_mut()).await);
    assert!(waits(call.as_mut()).await, "nothing can be called before the issuer answers");
    drop(held);
    let both = timeout(PATIENCE, async { tokio::join!(call, looking) }).await;
    let (outcome, ()) = both.expect("it hears of the answer");
    let outcome = outcome.expect("the call only had to wait");
    assert_eq!(statuses(&outcome.report)[0], ("reader-bot", vec![200, 200, 200]));
    let asked = gate.asked(DISCOVERY).len();
    assert_eq!(asked, 3, "at first, held, and once more: whoever waits does not ask as well");
}

#[tokio::test]
async fn a_call_does_not_wait_for_somebody_who_gave_up_asking() {
    let gate = Gate::demo(TokenType::Opaque).await;
    let bench = Bench::new(setup(&gate.issuer, &gate.address)).await;
    bench.bench.put_files(Setup::forget_discovery).await;
    let _held = gate.hold(DISCOVERY);
    let mut call = pin!(bench.bench.call(Only::default()));
    {
        let mut looking = pin!(bench.bench.look());
        while gate.asked(DISCOVERY).len() < 2 {
            assert!(waits(looking.as_mut()).await);
            tokio::task::yield_now().await;
        }
        assert!(waits(call.as_mut()).await);
    }
    let outcome = timeout(PATIENCE, call).await.expect("it hears that nobody asks any more");
    let outcome = outcome.expect("it asks by itself");
    assert_eq!(statuses(&outcome.report)[0], ("reader-bot", vec![200, 200, 200]));
}

#[tokio::test]
async fn a_call_that_waits_while_another_workspace_is_opened_calls_nobody_there() {
    let gate = Gate::demo(TokenType::Opaque).await;
    let other = Issuer::demo(TokenType::Opaque).await;
    let bench = Bench::new(Setup::default()).await;
    bench.bench.put(setup(&gate.issuer, &gate.address)).await.unwrap();
    let held = gate.hold(DISCOVERY);
    let mut call = pin!(bench.bench.call(Only::default()));
    let mut watch = pin!(bench.bench.start_watch(WatchOptions::default()));
    assert!(waits(call.as_mut()).await);
    assert!(waits(watch.as_mut()).await);
    bench.bench.replace(setup(&other, &other.address)).await.unwrap();
    drop(held);
    assert!(matches!(call.await, Err(CallError::Replaced)));
    let watch = timeout(PATIENCE, watch).await.expect("it hears of the answer");
    assert!(matches!(watch, Err(CallError::Replaced)));
    assert!(bench.bench.report().is_none());
    bench.call().await;
}

/// Whether it goes on later.
async fn waits<F: Future>(mut work: Pin<&mut F>) -> bool {
    poll_fn(|context| Poll::Ready(work.as_mut().poll(context).is_pending())).await
}

#[tokio::test]
async fn a_window_that_comes_later_hears_that_the_run_was_stopped() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let bench = Bench::new(setup(&issuer, &issuer.address)).await;
    let cancelled = |bench: &Bench| {
        bench.bench.so_far().into_iter().find_map(|event| match event {
            Event::RunFinished { cancelled, .. } => Some(cancelled),
            _ => None,
        })
    };
    bench.bench.start(Only::default()).await.unwrap();
    bench.bench.stop();
    let from = 0;
    let finished = |event: &Event| match event {
        Event::RunFinished { cancelled, .. } => Some(*cancelled),
        _ => None,
    };
    assert!(bench.hear(from, finished).await, "it was stopped before anything was called");
    assert_eq!(cancelled(&bench), Some(true));
    bench.call().await;
    assert_eq!(cancelled(&bench), Some(false));
}

#[tokio::test]
async fn key_files_are_read_and_the_workspace_is_saved_beside_what_comes_in_meanwhile() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let bench = Bench::new(setup(&issuer, &issuer.address)).await;
    let more = [issuer.file("writer-bot"), issuer.file("visitor-bot")];
    bench.bench.change_files(move |setup| setup.add_key_files(&more)).await;
    let view = bench.bench.view();
    assert_eq!(view.users.len(), 3);
    assert_eq!(view.issuer.state, ItemState::Ok, "what discovery found stands");
    let place = issuer.folder.path().join("mine.rolecall.json");
    bench.bench.save(Some(place.clone())).await.unwrap();
    assert!(!bench.bench.view().unsaved);
    assert_eq!(Setup::open(&place).unwrap().members().len(), 3);
}
