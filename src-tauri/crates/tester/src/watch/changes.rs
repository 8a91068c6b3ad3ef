//! Changes that Rolecall made itself, until the calls have shown them.

use std::{collections::HashMap, time::Duration};

use parking_lot::Mutex;
use tokio::time::Instant;

/// A cell that flips later than this flips for another reason.
const LONGEST_LAG: Duration = Duration::from_secs(60);

/// The last change of each service user, by id.
#[derive(Debug, Default)]
pub(super) struct Changes(Mutex<HashMap<String, Change>>);

#[derive(Debug)]
struct Change {
    at: Instant,
    /// The doors that have shown it.
    shown: Vec<usize>,
}

impl Changes {
    /// A change is about to be made.
    pub(super) fn note(&self, user_id: &str) {
        let change = Change { at: Instant::now(), shown: Vec::new() };
        self.0.lock().insert(user_id.into(), change);
    }

    /// A cell of this service user just flipped: how long after the change, once for each change and
    /// door. `None` where nobody here changed anything.
    pub(super) fn shown(&self, user_id: &str, door: usize) -> Option<Duration> {
        let mut changes = self.0.lock();
        let change = changes.get_mut(user_id)?;
        let after = change.at.elapsed();
        if after > LONGEST_LAG || change.shown.contains(&door) {
            return None;
        }
        change.shown.push(door);
        Some(after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::advance;

    #[tokio::test(start_paused = true)]
    async fn a_change_counts_once_at_each_door_and_only_for_its_user() {
        let changes = Changes::default();
        assert_eq!(changes.shown("1", 0), None, "nobody here changed anything");
        changes.note("1");
        advance(Duration::from_millis(300)).await;
        assert_eq!(changes.shown("2", 0), None);
        assert_eq!(changes.shown("1", 0), Some(Duration::from_millis(300)));
        assert_eq!(changes.shown("1", 0), None, "it flipped back for another reason");
        advance(Duration::from_millis(100)).await;
        assert_eq!(changes.shown("1", 1), Some(Duration::from_millis(400)));
        changes.note("1");
        assert_eq!(changes.shown("1", 0), Some(Duration::ZERO), "the newest change counts");
    }

    #[tokio::test(start_paused = true)]
    async fn what_flips_much_later_flips_for_another_reason() {
        let changes = Changes::default();
        changes.note("1");
        advance(LONGEST_LAG + Duration::from_secs(1)).await;
        assert_eq!(changes.shown("1", 0), None);
    }
}
