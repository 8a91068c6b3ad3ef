//! The one place that emits. Everything goes through one ordered channel to the window.
//!
//! What happens within a frame goes together: a roll call of a hundred tells some thousand things in a
//! second, and taking each by itself would leave the window no time to draw.

use std::{sync::Arc, time::Duration};

use contract::{Event, Exchange};
use parking_lot::Mutex;
use serde::Serialize;
use tauri::ipc::Channel;
use tokio::sync::Notify;
use zitadel_client::exchange::outline;

/// Between two deliveries; the first thing after a pause is told at once.
const FRAME: Duration = Duration::from_millis(16);

/// The way to the window; clones lead to the same one.
#[derive(Clone, Default)]
pub struct Events(Arc<Inner>);

#[derive(Default)]
struct Inner {
    told: Mutex<Telling>,
    more: Notify,
}

#[derive(Default)]
struct Telling {
    channel: Option<Channel<Vec<Told>>>,
    /// Not delivered yet, in order.
    waiting: Vec<Told>,
}

/// What the window is told.
#[derive(Serialize)]
#[serde(untagged)]
pub enum Told {
    /// What happened.
    Event(Box<Event>),
    /// Everything that happened before the window asked this has been told.
    CaughtUp {
        /// The window's own number of its question.
        caught_up: u32,
    },
}

impl Events {
    /// Delivers from here on, for as long as the program runs.
    pub fn deliver(&self) {
        let inner = self.0.clone();
        tauri::async_runtime::spawn(async move {
            loop {
                inner.more.notified().await;
                inner.told.lock().deliver();
                tokio::time::sleep(FRAME).await;
            }
        });
    }

    /// Sends an event, an exchange in outline. Before the window listens there is nobody to tell: it
    /// is told the state of everything when it begins to, and of what a second start asked for meanwhile.
    pub fn emit(&self, event: Event) {
        self.tell(Told::Event(Box::new(outlined(event))));
    }

    /// Sends an exchange whole, since somebody opened it.
    pub fn open(&self, exchange: Exchange) {
        self.tell(Told::Event(Box::new(Event::Exchange { exchange: Box::new(exchange) })));
    }

    /// Says that the window has caught up. A large event takes longer than a command's answer; the
    /// channel alone keeps the order.
    pub fn caught_up(&self, question: u32) {
        self.tell(Told::CaughtUp { caught_up: question });
    }

    fn tell(&self, told: Told) {
        let mut telling = self.0.told.lock();
        if telling.channel.is_some() || told.hands_over() {
            telling.waiting.push(told);
            self.0.more.notify_one();
        }
    }

    /// Takes a window's channel, and tells it `so_far` before anything new.
    pub fn subscribe(&self, channel: Channel<Vec<Told>>, so_far: impl FnOnce() -> Vec<Event>) {
        let mut telling = self.0.told.lock();
        let handed_over = std::mem::take(&mut telling.waiting).into_iter().filter(Told::hands_over);
        let so_far = so_far().into_iter().map(|event| Told::Event(Box::new(outlined(event))));
        telling.waiting = so_far.chain(handed_over).collect();
        telling.channel = Some(channel);
        telling.deliver();
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
    fn deliver(&mut self) {
        let Some(channel) = &self.channel else { return };
        let told = std::mem::take(&mut self.waiting);
        if !told.is_empty()
            && let Err(error) = channel.send(told)
        {
            tracing::warn!("the window did not take what happened: {error}");
        }
    }
}

impl Told {
    /// What a second start asks for, which is no state and would be lost if nobody were told.
    fn hands_over(&self) -> bool {
        let Self::Event(event) = self else { return false };
        matches!(**event, Event::Dropped { .. } | Event::SandboxWanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tauri::ipc::InvokeResponseBody;

    /// What a window is told that listens from now on.
    fn heard_by(events: &Events, so_far: Vec<Event>) -> Arc<Mutex<Vec<serde_json::Value>>> {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let ear = heard.clone();
        let channel = Channel::new(move |body| {
            if let InvokeResponseBody::Json(json) = body {
                let told: Vec<serde_json::Value> = serde_json::from_str(&json)?;
                ear.lock().extend(told);
            }
            Ok(())
        });
        events.subscribe(channel, || so_far);
        heard
    }

    #[test]
    fn an_exchange_is_told_in_outline_and_whole_when_it_is_opened() {
        let exchange: Exchange = serde_json::from_value(serde_json::json!({
            "id": 7, "purpose": "call", "from": "caller", "to": "api", "user": null,
            "request_id": "r-1", "started_at": "2026-01-01T00:00:00Z", "duration_us": 5, "attempt": 1,
            "request": { "method": "GET", "url": "http://api/door", "headers": [], "form": null },
            "response": { "status": 200, "headers": [], "body": "long" },
            "error": null, "secrets": [],
        }))
        .unwrap();
        let told = || Event::Exchange { exchange: Box::new(exchange.clone()) };
        let events = Events::default();
        let heard = heard_by(&events, vec![told()]);
        events.emit(told());
        events.open(exchange.clone());
        events.0.told.lock().deliver();
        let heard: Vec<Event> =
            heard.lock().iter().map(|told| serde_json::from_value(told.clone()).unwrap()).collect();
        let outlined = || Event::Outlined { exchange: Box::new(outline(&exchange)) };
        assert_ne!(outlined(), Event::Outlined { exchange: Box::new(exchange.clone()) });
        assert_eq!(heard, [outlined(), outlined(), told()], "so far, as it happens, and opened");
    }

    #[test]
    fn what_is_asked_before_the_window_listens_is_told_once_and_after_the_state() {
        let events = Events::default();
        let closing = || Event::Closing;
        events.emit(closing());
        events.emit(Event::Dropped { paths: vec!["/b.json".into()] });
        events.emit(Event::SandboxWanted);
        let first = heard_by(&events, vec![closing()]);
        let second = heard_by(&events, vec![closing()]);
        let types = |heard: Arc<Mutex<Vec<serde_json::Value>>>| -> Vec<String> {
            heard.lock().iter().map(|told| told["type"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(types(first), ["closing", "dropped", "sandbox_wanted"]);
        assert_eq!(types(second), ["closing"]);
    }
}
