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
    /// everything when it begins to.
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
        if telling.channel.is_some() {
            telling.waiting.push(told);
            self.0.more.notify_one();
        }
    }

    /// Takes a window's channel, and tells it `so_far` before anything new.
    pub fn subscribe(&self, channel: Channel<Vec<Told>>, so_far: impl FnOnce() -> Vec<Event>) {
        let mut telling = self.0.told.lock();
        telling.waiting = so_far().into_iter().map(|event| Told::Event(Box::new(event))).collect();
        telling.channel = Some(channel);
        telling.deliver();
    }
}

impl Telling {
    fn deliver(&mut self) {
        let told = std::mem::take(&mut self.waiting);
        if let Some(channel) = &self.channel
            && !told.is_empty()
            && let Err(error) = channel.send(told)
        {
            tracing::warn!("the window did not take what happened: {error}");
        }
    }
}
