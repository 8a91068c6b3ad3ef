//! The one place that emits. Everything goes through one ordered channel to the window.

use std::sync::Arc;

use contract::Event;
use parking_lot::Mutex;
use serde::Serialize;
use tauri::ipc::Channel;

/// The way to the window; clones lead to the same one.
#[derive(Clone, Default)]
pub struct Events(Arc<Mutex<Option<Channel<Told>>>>);

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
        if let Some(channel) = &*self.0.lock()
            && let Err(error) = channel.send(told)
        {
            tracing::warn!("the window did not take an event: {error}");
        }
    }

    /// Takes a window's channel, and tells it `so_far` before anything new.
    pub fn subscribe(&self, channel: Channel<Told>, so_far: impl FnOnce() -> Vec<Event>) {
        let mut current = self.0.lock();
        for event in so_far() {
            let _ = channel.send(Told::Event(Box::new(event)));
        }
        *current = Some(channel);
    }
}
