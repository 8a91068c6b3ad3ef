//! Closing the window. Where a change would be lost, the page asks first; a page that hangs must not
//! keep its window open.

use std::time::{Duration, Instant};

use contract::Event;
use parking_lot::Mutex;
use tauri::{Manager, Window, WindowEvent};

use crate::desk::Desk;

/// A page that has not taken note of the question for so long hangs.
const PATIENCE: Duration = Duration::from_secs(2);

/// Since when a question of the window waits to be taken note of by its page.
#[derive(Default)]
pub struct Closing(Mutex<Option<Instant>>);

impl Closing {
    /// Whether the page is asked, now that somebody wants the window closed. Where it is not, the
    /// window closes: nothing would be lost, or there is nobody to ask.
    fn asks(&self, would_lose: bool, now: Instant) -> bool {
        let mut waits = self.0.lock();
        would_lose && now.duration_since(*waits.get_or_insert(now)) < PATIENCE
    }

    /// The page has taken note.
    pub fn heard(&self) {
        *self.0.lock() = None;
    }
}

/// Keeps the window open, and has its page ask, where closing would lose a change. The sandbox ends
/// with the window whatever is answered, and cannot be saved.
pub fn on_window_event(window: &Window, event: &WindowEvent) {
    let WindowEvent::CloseRequested { api, .. } = event else { return };
    let desk = window.state::<Desk>();
    let set_up = desk.bench().view();
    let would_lose = set_up.unsaved && set_up.sandbox.is_none();
    if window.state::<Closing>().asks(would_lose, Instant::now()) {
        api.prevent_close();
        // It may have been asked from the desktop's list of windows.
        let _ = window.unminimize();
        let _ = window.set_focus();
        desk.emit(Event::Closing);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_asked_where_something_would_be_lost_and_each_time_it_takes_note() {
        let (closing, start) = (Closing::default(), Instant::now());
        assert!(!closing.asks(false, start), "nothing would be lost");
        for minutes in 0..3 {
            assert!(closing.asks(true, start + Duration::from_secs(60 * minutes)));
            closing.heard();
        }
    }

    #[test]
    fn a_page_that_hangs_keeps_its_window_open_only_for_a_moment() {
        let (closing, start) = (Closing::default(), Instant::now());
        let after = |ms| start + Duration::from_millis(ms);
        assert!(closing.asks(true, after(0)));
        assert!(closing.asks(true, after(300)), "two quick presses are one");
        assert!(!closing.asks(true, after(2_000)), "nobody took note of the first");
    }
}
