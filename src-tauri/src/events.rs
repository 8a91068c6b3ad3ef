//! The one place that tells the window. It asks for what has happened, in order, when it has drawn what
//! it was told before.
//!
//! A roll call of a hundred tells some thousand things in a second. Taking each by itself would leave the
//! window no time to draw; being told faster than it draws, it would be ever further behind.

use std::sync::Arc;

use contract::{Event, Exchange};
use parking_lot::Mutex;
use serde::Serialize;
use tokio::sync::Notify;
use zitadel_client::exchange::outline;

/// So many are drawn in a moment, also where WebKit has not compiled yet what draws them: twice as many
/// have held up a frame for 60 ms. None comes later for it (`cargo xtask bench painting`).
const CELLS_AT_ONCE: usize = 100;

/// The way to the window; clones lead to the same one.
#[derive(Clone, Default)]
pub struct Events(Arc<Inner>);

#[derive(Default)]
struct Inner {
    telling: Mutex<Telling>,
    more: Notify,
}

#[derive(Default)]
struct Telling {
    /// Which window listens; a page that was loaded again is another one. None does at first.
    listener: Option<u32>,
    /// Not heard of yet, in order.
    waiting: Vec<Told>,
    /// How much the window has heard of before.
    heard: u64,
}

/// What the window is told.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum Told {
    /// What happened; shared, since it is kept while it is told.
    Event(Arc<Event>),
    /// Everything that happened before the window asked this has been told.
    CaughtUp {
        /// The window's own number of its question.
        caught_up: u32,
    },
}

impl Events {
    /// Sends an event, an exchange in outline. Before the window listens there is nobody to tell: it
    /// is told the state of everything when it begins to, and of what a second start asked for meanwhile.
    pub fn emit(&self, event: Event) {
        self.tell(Told::Event(Arc::new(outlined(event))));
    }

    /// Sends an exchange whole, since somebody opened it.
    pub fn open(&self, exchange: Exchange) {
        self.tell(Told::Event(Arc::new(Event::Exchange { exchange: Box::new(exchange) })));
    }

    /// Says that the window has caught up. What happened may still wait to be asked for when a command
    /// is answered; among the events alone there is an order.
    pub fn caught_up(&self, question: u32) {
        self.tell(Told::CaughtUp { caught_up: question });
    }

    fn tell(&self, told: Told) {
        let mut telling = self.0.telling.lock();
        if telling.listener.is_some() || told.hands_over() {
            telling.waiting.push(told);
            self.0.more.notify_waiters();
        }
    }

    /// A window listens from now on, and whichever did before is told nothing more. It is told `so_far`
    /// before anything new. Answers the number that it asks by.
    pub fn listen(&self, so_far: impl FnOnce() -> Vec<Event>) -> u32 {
        let mut telling = self.0.telling.lock();
        let handed_over = std::mem::take(&mut telling.waiting).into_iter().filter(Told::hands_over);
        let so_far = so_far().into_iter().map(|event| Told::Event(Arc::new(outlined(event))));
        telling.waiting = so_far.chain(handed_over).collect();
        telling.heard = 0;
        let listener = telling.listener.map_or(0, |last| last.wrapping_add(1));
        telling.listener = Some(listener);
        self.0.more.notify_waiters();
        listener
    }

    /// What has happened beyond that of which this window has `heard` already, as soon as there is
    /// something: as much as it draws in a moment, and from the end of a run on apart. It is kept until the
    /// window says so: an answer that was lost on its way is asked for again. `None` when another window
    /// listens.
    pub async fn next(&self, listener: u32, heard: u64) -> Option<Vec<Told>> {
        loop {
            let more = self.0.more.notified();
            {
                let mut telling = self.0.telling.lock();
                if telling.listener != Some(listener) {
                    return None;
                }
                telling.forget(heard);
                if !telling.waiting.is_empty() {
                    return Some(telling.answer().to_vec());
                }
            }
            more.await;
        }
    }
}

/// A window keeps ten thousand exchanges, and somebody opens a few of them: all of them whole would
/// fill its memory and its time.
fn outlined(event: Event) -> Event {
    match event {
        Event::Exchange { exchange } => Event::Outlined { exchange: Box::new(outline(&exchange)) },
        other => other,
    }
}

impl Telling {
    fn forget(&mut self, heard: u64) {
        let new = usize::try_from(heard.saturating_sub(self.heard)).unwrap_or(usize::MAX);
        self.waiting.drain(..new.min(self.waiting.len()));
        self.heard = self.heard.max(heard);
    }

    /// All that waits, up to the end of a run, which begins the answer after: its report would hold up the
    /// last cells. Neither are there more cells than are drawn in a moment. The first answer is the state of
    /// everything, and whole.
    fn answer(&self) -> &[Told] {
        if self.heard == 0 {
            return &self.waiting;
        }
        let mut cells = 0;
        let beyond = |(at, told): (usize, &Told)| {
            cells += usize::from(told.is_a_cell());
            cells > CELLS_AT_ONCE || at > 0 && told.ends_a_run()
        };
        let end = self.waiting.iter().enumerate().position(beyond);
        &self.waiting[..end.unwrap_or(self.waiting.len())]
    }
}

impl Told {
    fn is_a_cell(&self) -> bool {
        matches!(self, Self::Event(event) if matches!(**event, Event::CellChanged { .. }))
    }

    fn ends_a_run(&self) -> bool {
        matches!(self, Self::Event(event) if matches!(**event, Event::RunFinished { .. }))
    }

    /// What a second start asks for, which is no state and would be lost if nobody were told.
    fn hands_over(&self) -> bool {
        let Self::Event(event) = self else { return false };
        matches!(**event, Event::Dropped { .. } | Event::SandboxWanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::time::Duration;
    use tokio::task::JoinHandle;

    /// What a window is told next, as it reads it.
    async fn told(events: &Events, listener: u32, heard: u64) -> Vec<serde_json::Value> {
        read(soon(events.next(listener, heard)).await)
    }

    fn read(told: Option<Vec<Told>>) -> Vec<serde_json::Value> {
        told.unwrap().iter().map(|told| serde_json::to_value(told).unwrap()).collect()
    }

    /// A window that has asked, and waits.
    async fn asking(events: &Events, listener: u32, heard: u64) -> JoinHandle<Option<Vec<Told>>> {
        let events = events.clone();
        let asking = tokio::spawn(async move { soon(events.next(listener, heard)).await });
        tokio::task::yield_now().await;
        assert!(!asking.is_finished(), "there is nothing to tell yet");
        asking
    }

    async fn soon<T>(work: impl Future<Output = T>) -> T {
        tokio::time::timeout(Duration::from_secs(20), work).await.expect("nobody was woken")
    }

    fn types(told: &[serde_json::Value]) -> Vec<&str> {
        told.iter().map(|told| told["type"].as_str().unwrap()).collect()
    }

    fn run_finished() -> Event {
        serde_json::from_value(json!({
            "type": "run_finished", "run": 1, "at": "2026-01-01T00:00:00Z", "cancelled": false,
            "report": {
                "issuer": "http://issuer", "project_id": null, "client_id": "1@api", "finding": null,
                "notes": [], "api": { "base_url": "http://api", "accepted": null, "finding": null },
                "users": [], "target": null, "project_roles": null,
            },
        }))
        .unwrap()
    }

    fn cell_changed() -> Event {
        serde_json::from_value(json!({
            "type": "cell_changed", "run": 1, "user": 0, "endpoint": 0, "cell": {
                "method": "GET", "path": "/door", "verdict": "allowed",
            },
        }))
        .unwrap()
    }

    fn exchange() -> Exchange {
        serde_json::from_value(json!({
            "id": 7, "purpose": "call", "from": "caller", "to": "api", "user": null,
            "request_id": "r-1", "started_at": "2026-01-01T00:00:00Z", "duration_us": 5, "attempt": 1,
            "request": { "method": "GET", "url": "http://api/door", "headers": [], "form": null },
            "response": { "status": 200, "headers": [], "body": "long" },
            "error": null, "secrets": [],
        }))
        .unwrap()
    }

    #[tokio::test]
    async fn an_exchange_is_told_in_outline_and_whole_when_it_is_opened() {
        let whole = || Event::Exchange { exchange: Box::new(exchange()) };
        let events = Events::default();
        let window = events.listen(|| vec![whole()]);
        events.emit(whole());
        events.open(exchange());
        let outlined = json!(Event::Outlined { exchange: Box::new(outline(&exchange())) });
        assert_ne!(outlined["exchange"], json!(exchange()));
        let heard = told(&events, window, 0).await;
        assert_eq!(
            heard,
            [outlined.clone(), outlined, json!(whole())],
            "so far, as it happens, opened"
        );
    }

    #[tokio::test]
    async fn what_is_asked_before_the_window_listens_is_told_once_and_after_the_state() {
        let events = Events::default();
        events.emit(Event::Closing);
        events.emit(Event::Dropped { paths: vec!["/b.json".into()] });
        events.emit(Event::SandboxWanted);
        let first = events.listen(|| vec![Event::Closing]);
        assert_eq!(types(&told(&events, first, 0).await), ["closing", "dropped", "sandbox_wanted"]);
        let asking = asking(&events, first, 3).await;
        let second = events.listen(|| vec![Event::Closing]);
        assert_eq!(types(&told(&events, second, 0).await), ["closing"]);
        assert!(asking.await.unwrap().is_none());
        events.emit(Event::SandboxWanted);
        let next = told(&events, second, 1).await;
        assert_eq!(types(&next), ["sandbox_wanted"], "each window counts from its own beginning");
    }

    #[tokio::test]
    async fn a_window_that_asks_early_is_told_as_soon_as_something_happens() {
        let events = Events::default();
        let window = events.listen(Vec::new);
        let asking = asking(&events, window, 0).await;
        events.emit(Event::Closing);
        events.caught_up(3);
        let heard = read(asking.await.unwrap());
        assert_eq!(heard, [json!({ "type": "closing" }), json!({ "caught_up": 3 })]);
    }

    #[tokio::test]
    async fn what_was_lost_on_its_way_is_told_again_and_what_was_heard_of_is_not() {
        let events = Events::default();
        let window = events.listen(|| vec![Event::Closing]);
        events.emit(Event::SandboxWanted);
        let first = told(&events, window, 0).await;
        assert_eq!(types(&first), ["closing", "sandbox_wanted"]);
        assert_eq!(told(&events, window, 0).await, first);
        events.emit(Event::Closing);
        assert_eq!(types(&told(&events, window, 1).await), ["sandbox_wanted", "closing"]);
        assert_eq!(types(&told(&events, window, 2).await), ["closing"]);
        events.emit(Event::SandboxWanted);
        assert_eq!(types(&told(&events, window, 3).await), ["sandbox_wanted"]);
    }

    #[tokio::test]
    async fn the_end_of_a_run_begins_an_answer_of_its_own() {
        let events = Events::default();
        let window = events.listen(|| vec![Event::Closing, run_finished()]);
        let first = told(&events, window, 0).await;
        assert_eq!(types(&first), ["closing", "run_finished"], "the state of everything is whole");
        for event in [Event::SandboxWanted, run_finished(), run_finished(), Event::Closing] {
            events.emit(event);
        }
        let mut heard = first.len() as u64;
        for expected in [&["sandbox_wanted"][..], &["run_finished"], &["run_finished", "closing"]] {
            let next = told(&events, window, heard).await;
            assert_eq!(types(&next), expected);
            heard += next.len() as u64;
        }
    }

    #[tokio::test]
    async fn so_many_cells_are_told_at_once_and_the_others_after_them() {
        let events = Events::default();
        let cells = CELLS_AT_ONCE + 2;
        let window = events.listen(|| (0..cells).map(|_| cell_changed()).collect());
        let first = told(&events, window, 0).await;
        assert_eq!(first.len(), cells, "the state of everything is whole");
        for _ in 0..cells {
            events.emit(Event::Closing);
            events.emit(cell_changed());
        }
        let mut heard = first.len() as u64;
        // What comes between is told with the cells before it.
        for (length, first) in [(2 * CELLS_AT_ONCE + 1, "closing"), (3, "cell_changed")] {
            let next = told(&events, window, heard).await;
            assert_eq!((next.len(), types(&next)[0]), (length, first));
            heard += next.len() as u64;
        }
    }

    #[tokio::test]
    async fn a_page_that_was_loaded_again_hears_everything_and_the_one_before_nothing_more() {
        let events = Events::default();
        let before = events.listen(Vec::new);
        let asking = asking(&events, before, 0).await;
        let now = events.listen(Vec::new);
        events.emit(Event::Closing);
        assert!(asking.await.unwrap().is_none(), "it waited when the page was loaded again");
        assert!(soon(events.next(before, 0)).await.is_none());
        assert_eq!(types(&told(&events, now, 0).await), ["closing"]);
    }
}
