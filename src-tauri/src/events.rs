//! The one place that emits. Everything goes through one ordered channel to the window.
//!
//! What happens within a frame goes together: a roll call of a hundred tells some thousand things in a
//! second, and taking each by itself would leave the window no time to draw.

use std::{sync::Arc, time::Duration};

use contract::Event;
use parking_lot::Mutex;
use serde::Serialize;
use tauri::ipc::Channel;
use tokio::sync::Notify;

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

    /// Sends an event. Before the window listens there is nobody to tell: it is told the state of
    /// everything when it begins to, and of files that a second start handed over meanwhile.
    pub fn emit(&self, event: Event) {
        self.tell(Told::Event(Box::new(event)));
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
        let so_far = so_far().into_iter().map(|event| Told::Event(Box::new(event)));
        telling.waiting = so_far.chain(handed_over).collect();
        telling.channel = Some(channel);
        telling.deliver();
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
    /// Files, which are no state and would be lost if nobody were told.
    fn hands_over(&self) -> bool {
        matches!(self, Self::Event(event) if matches!(**event, Event::Dropped { .. }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tauri::ipc::InvokeResponseBody;

    #[test]
    fn files_handed_over_before_the_window_listens_are_told_once_and_after_the_state() {
        let events = Events::default();
        let closing = || Event::Closing;
        events.emit(closing());
        events.emit(Event::Dropped { paths: vec!["/b.json".into()] });
        let heard = Arc::new(Mutex::new(Vec::new()));
        let listen = || {
            let heard = heard.clone();
            let channel = Channel::new(move |body| {
                if let InvokeResponseBody::Json(json) = body {
                    heard.lock().push(json);
                }
                Ok(())
            });
            events.subscribe(channel, || vec![closing()]);
        };
        listen();
        listen();
        let [first, second] = heard.lock().clone().try_into().expect("two windows were told");
        let all: Vec<serde_json::Value> = serde_json::from_str(&first).unwrap();
        let types: Vec<_> = all.iter().map(|told| told["type"].as_str().unwrap()).collect();
        assert_eq!(types, ["closing", "dropped"]);
        assert!(!second.contains("dropped"), "{second}");
    }
}
