//! When it ends, and when it does not.

use std::time::Duration;

use contract::{
    Event, FindingCode as Code,
    event::WatchEnd,
    exchange::Purpose,
    report::{Expected, NOBODY},
};
use rolecall_tests::{
    bench::{Bench, code, workspace},
    issuer::Issuer,
};
use sandbox::{TokenType, UserState};
use tester::{Setup, roll_call::Only, watch::WatchOptions};

use crate::{BOTS, SCOPED, cell, count, demo, ended, fast, round};

#[tokio::test]
async fn it_stops_by_itself() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let bench = demo(&issuer).await;
    bench.call().await;
    let from = bench.now();
    let options = WatchOptions { lasting: Duration::from_millis(500), ..fast(Only::default()) };
    bench.bench.start_watch(options).await.unwrap();
    assert_eq!(bench.hear(from, ended).await, WatchEnd::TimeOver);
    let rounds = bench.events.lock().unwrap()[from..].iter().filter_map(round).count();
    assert!(rounds <= 3, "{rounds} rounds of 200 ms in 500 ms");
    assert!(!bench.bench.so_far().iter().any(|e| matches!(e, Event::WatchStarted { .. })));
}

#[tokio::test]
async fn a_watch_ends_when_the_set_up_changes_or_somebody_calls_by_hand() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let bench = demo(&issuer).await;
    bench.call().await;
    let begin = async || {
        let from = bench.now();
        bench.bench.start_watch(fast(Only::default())).await.unwrap();
        bench.hear(from, round).await;
        from
    };
    let position = |from: usize, is: fn(&Event) -> bool| {
        bench.events.lock().unwrap()[from..].iter().position(is).unwrap()
    };

    let from = begin().await;
    bench.call().await;
    assert_eq!(bench.hear(from, ended).await, WatchEnd::Called);
    let end = position(from, |e| matches!(e, Event::WatchEnded { .. }));
    let run = position(from, |e| matches!(e, Event::RunStarted { .. }));
    assert!(end < run, "the watch told of its end before the run began");

    let from = begin().await;
    begin().await;
    assert_eq!(bench.hear(from, ended).await, WatchEnd::Stopped, "another watch took its place");

    let from = bench.now();
    bench.bench.expect(|setup| setup.set_expectation(NOBODY, SCOPED, Some(Expected::Deny))).await;
    bench.hear(from, round).await;
    bench.bench.change(|setup| setup.set_scopes(Some(vec!["openid".into()]))).await;
    assert_eq!(bench.hear(from, ended).await, WatchEnd::Changed);

    let from = begin().await;
    bench.bench.replace(Setup::open(&issuer.workspace()).unwrap()).await.unwrap();
    assert_eq!(bench.hear(from, ended).await, WatchEnd::Changed);
    assert!(bench.bench.report().is_none(), "what the watch saw was the last workspace's");
    bench.bench.stop_watch();
}

#[tokio::test]
async fn a_row_whose_token_died_is_left_alone_and_the_last_one_ends_the_watch() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let bench = demo(&issuer).await;
    bench.call().await;
    let tokens = count(&bench, Purpose::Token);
    let from = bench.now();
    bench.bench.start_watch(fast(Only::default())).await.unwrap();
    for (gone, bot) in BOTS.iter().enumerate() {
        issuer.sandbox.set_user_state(&issuer.user_id(bot), UserState::Locked).unwrap();
        let left = |event: &Event| round(event).filter(|watch| watch.ended.len() == gone + 1);
        assert_eq!(bench.hear(from, left).await.ended[gone], *bot);
        let row = bench.bench.report().unwrap().users[gone].clone();
        assert_eq!(code(&row.cells[1].finding), Some(Code::UserInactive), "{bot}");
        assert_eq!(code(&row.cells[2].finding), Some(Code::UserInactive), "every door shows it");
    }
    assert_eq!(bench.hear(from, ended).await, WatchEnd::TokenEnded);
    assert_eq!(count(&bench, Purpose::Token), tokens, "a dead token is not replaced");
}

#[tokio::test]
async fn a_token_that_is_good_elsewhere_is_watched_on() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let files = [issuer.file("reader-bot")];
    let mut bare = workspace(&issuer.address, issuer.file("api"), &files);
    bare.scopes = Some(vec!["openid".into(), "profile".into()]);
    let bench = Bench::new(Setup::new(bare, None)).await;
    bench.call().await;
    let from = bench.now();
    bench.bench.start_watch(fast(cell("reader-bot"))).await.unwrap();
    let second = |event: &Event| round(event).filter(|watch| watch.rounds == 2);
    assert!(bench.hear(from, second).await.ended.is_empty());
}
