//! The one place that emits. Everything goes through one ordered channel to the window.

use std::sync::Arc;

use contract::Event;
use parking_lot::Mutex;
use tauri::ipc::Channel;

/// The way to the window; clones lead to the same one.
#[derive(Clone, Default)]
pub struct Events(Arc<Mutex<Option<Channel<Event>>>>);

impl Events {
    /// Sends an event. Before the window listens there is nobody to tell: it is told the state of
    /// everything when it begins to.
    pub fn emit(&self, event: Event) {
        if let Some(channel) = &*self.0.lock()
            && let Err(error) = channel.send(event)
        {
            tracing::warn!("the window did not take an event: {error}");
        }
    }

    /// Takes a window's channel, and tells it `so_far` before anything new.
    pub fn subscribe(&self, channel: Channel<Event>, so_far: impl FnOnce() -> Vec<Event>) {
        let mut current = self.0.lock();
        for event in so_far() {
            let _ = channel.send(event);
        }
        *current = Some(channel);
    }
}
