//! The same calls again and again with the same tokens, until a cell flips.
//!
//! A watch never mints a token to call with, except once for a row that has none (a probe may, to
//! find out why a token died); never begins a round before the last has ended; and calls nobody
//! while ZITADEL asks for a pause. It stops by itself.

mod flip;
mod pace;
mod pauses;
mod row;

use std::{
    collections::VecDeque,
    sync::{Arc, OnceLock},
    time::Duration,
};

use contract::{
    Cell, Endpoint, Event, Exchange, Report,
    event::{Flip, WatchEnd, WatchView},
    finding::FindingCode,
    report::{Expected, ExpectedFrom},
};
use futures::{StreamExt, stream};
use jiff::Timestamp;
use parking_lot::Mutex;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;
use zitadel_client::Clock;

use self::{pace::Pace, pauses::Pauses, row::Row};
use crate::{
    expectation,
    roll_call::{Only, Running, say},
    workbench::Emit,
};

/// ZITADEL's introspection takes 15 ms on a small machine, so that faster only wears it out.
pub const SHORTEST_INTERVAL: Duration = Duration::from_millis(200);
/// Who wants to know for longer begins anew.
pub const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);
/// Flips that a window is told of when it begins to listen.
const FLIPS_KEPT: usize = 500;

/// What is called, how often and for how long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchOptions {
    /// Which cells.
    pub only: Only,
    /// From one round's beginning to the next one's; at least [`SHORTEST_INTERVAL`].
    pub interval: Duration,
    /// Until it stops by itself; at most [`LONGEST`].
    pub lasting: Duration,
}

impl Default for WatchOptions {
    fn default() -> Self {
        Self {
            only: Only::default(),
            interval: Duration::from_secs(1),
            lasting: Duration::from_secs(10 * 60),
        }
    }
}

impl WatchOptions {
    fn within_bounds(self) -> Self {
        Self {
            interval: self.interval.clamp(SHORTEST_INTERVAL, LONGEST),
            lasting: self.lasting.min(LONGEST),
            ..self
        }
    }
}

/// What is expected of a row at a door now, and what is to be done with a project's id that a call
/// told.
pub(crate) struct Surroundings {
    pub(crate) expected: Expectations,
    pub(crate) learn: Box<dyn Fn(&str) + Send + Sync>,
}

type Expectations = Box<dyn Fn(&str, &Endpoint) -> Option<(Expected, ExpectedFrom)> + Send + Sync>;

/// A watch under way.
pub(crate) struct Watch {
    options: WatchOptions,
    surroundings: Surroundings,
    clock: Arc<dyn Clock>,
    emit: Emit,
    began: Timestamp,
    ends: Instant,
    stop: CancellationToken,
    /// Why it is stopped.
    why: OnceLock<WatchEnd>,
    /// The cells and what is called with; set when the first round begins.
    run: OnceLock<Running>,
    pauses: Pauses,
    so_far: Mutex<SoFar>,
}

#[derive(Default)]
struct SoFar {
    rounds: u64,
    called: Option<Timestamp>,
    ended: Vec<String>,
    flips: VecDeque<Flip>,
}

impl Watch {
    /// Its time counts from here.
    pub(crate) fn new(
        options: WatchOptions,
        surroundings: Surroundings,
        clock: Arc<dyn Clock>,
        emit: Emit,
    ) -> Self {
        let options = options.within_bounds();
        Self {
            began: clock.now(),
            ends: Instant::now() + options.lasting,
            options,
            surroundings,
            clock,
            emit,
            stop: CancellationToken::new(),
            why: OnceLock::new(),
            run: OnceLock::new(),
            pauses: Pauses::default(),
            so_far: Mutex::default(),
        }
    }

    /// Which cells are watched.
    pub(crate) fn only(&self) -> &Only {
        &self.options.only
    }

    /// Its state, for people.
    pub(crate) fn view(&self) -> WatchView {
        let so_far = self.so_far.lock();
        WatchView {
            interval_ms: millis(self.options.interval),
            rounds: so_far.rounds,
            called_at: so_far.called.map(say),
            started: say(self.began),
            until: self.later(self.began, self.options.lasting),
            paused_until: self.pauses.left().map(|left| self.later(self.clock.now(), left)),
            user: self.options.only.user.clone(),
            endpoint: self.options.only.endpoint.clone(),
            ended: so_far.ended.clone(),
        }
    }

    /// What a window that begins to listen now must be told of it.
    pub(crate) fn so_far(&self) -> Vec<Event> {
        let mut events = vec![Event::WatchStarted { watch: self.view() }];
        let flips = self.so_far.lock().flips.clone();
        events.extend(flips.into_iter().map(|flip| Event::WatchFlipped { flip }));
        events
    }

    /// The report as the last call left it; `None` before the first round.
    pub(crate) fn report(&self) -> Option<Report> {
        self.run.get().map(|run| run.report.lock().clone())
    }

    /// Hears of an exchange: whoever is asked to wait, everybody waits.
    pub(crate) fn hear(&self, exchange: &Exchange) {
        if self.pauses.hear(exchange) {
            self.tell_round();
        }
    }

    /// Ends it; the first reason counts.
    pub(crate) fn end(&self, why: WatchEnd) {
        let _ = self.why.set(why);
        self.stop.cancel();
    }

    /// Ends once somebody ended it or its time is over.
    pub(crate) async fn ended(&self) -> WatchEnd {
        tokio::select! {
            biased;
            () = self.stop.cancelled() => self.why.get().copied().unwrap_or(WatchEnd::Stopped),
            () = sleep_until(self.ends) => WatchEnd::TimeOver,
        }
    }

    /// Calls until it ends.
    pub(crate) async fn call(&self, run: Running) -> WatchEnd {
        let run = self.run.get_or_init(|| run);
        tokio::select! {
            biased;
            why = self.ended() => why,
            () = self.rounds(run) => WatchEnd::TokenEnded,
        }
    }

    /// Ends when no token is left to call with; only who is asked to watch nobody else watches a row
    /// without one to the end.
    async fn rounds(&self, run: &Running) {
        let mut rows = Row::all(run);
        let with_tokens = rows.iter().any(|row| row.member.is_some());
        let mut pace = Pace::new(self.options.interval);
        while rows.iter().any(|row| row.member.is_some() || !with_tokens) {
            pace.next().await;
            self.pauses.over().await;
            let mut calls = Vec::with_capacity(rows.len());
            for row in &mut rows {
                calls.push(row.call(self, run));
            }
            stream::iter(calls).buffer_unordered(run.stage.rows_at_once).collect::<()>().await;
            let over = rows.extract_if(.., |row| row.over).map(|row| row.label);
            {
                let mut so_far = self.so_far.lock();
                so_far.rounds += 1;
                so_far.called = Some(self.clock.now());
                so_far.ended.extend(over);
            }
            self.pass_on_project(run);
            self.tell_round();
        }
    }

    /// The project's id is learned by a watch too, once somebody is given the first role.
    fn pass_on_project(&self, run: &Running) {
        let project = run.project.lock().clone();
        if run.plan.project_id.is_none()
            && let Some(learned) = project
        {
            run.report.lock().notes.retain(|note| note.code != FindingCode::ProjectUnknown);
            (self.surroundings.learn)(&learned);
        }
    }

    /// What is expected may have changed since the watch began, and a cell that is called goes by
    /// what it is expected of now.
    fn expect_anew(&self, run: &Running, user: usize, door: usize) {
        let (label, cell) = {
            let report = run.report.lock();
            let row = &report.users[user];
            (row.label.clone(), row.cells[door].clone())
        };
        let said = (self.surroundings.expected)(&label, &run.plan.endpoints[door]);
        let (expected, expected_from) = (said.map(|s| s.0), said.map(|s| s.1));
        if (cell.expected, cell.expected_from) != (expected, expected_from) {
            let as_expected = expectation::met(expected, cell.verdict);
            run.change_cell(user, door, Cell { expected, expected_from, as_expected, ..cell });
        }
    }

    fn tell_flip(&self, flip: Flip) {
        let flip = Flip { at: say(self.clock.now()), ..flip };
        {
            let flips = &mut self.so_far.lock().flips;
            flips.push_back(flip.clone());
            if flips.len() > FLIPS_KEPT {
                flips.pop_front();
            }
        }
        (self.emit)(Event::WatchFlipped { flip });
    }

    fn tell_round(&self) {
        (self.emit)(Event::WatchRound { watch: self.view() });
    }

    fn later(&self, from: Timestamp, after: Duration) -> contract::Timestamp {
        say(from.checked_add(after).unwrap_or(Timestamp::MAX))
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
