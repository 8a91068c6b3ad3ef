//! When rounds begin.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// Whole intervals after a beginning. A round that took longer makes the next one wait for the
/// following interval: what was missed is neither made up for nor hurried after.
pub(super) struct Pace {
    every: Duration,
    next: Instant,
}

impl Pace {
    /// The first round begins at once.
    pub(super) fn new(every: Duration) -> Self {
        Self { every, next: Instant::now() }
    }

    /// Waits until the next round may begin.
    pub(super) async fn next(&mut self) {
        let late = Instant::now().saturating_duration_since(self.next);
        let missed = late.as_nanos().div_ceil(self.every.as_nanos().max(1));
        self.next += self.every.saturating_mul(u32::try_from(missed).unwrap_or(u32::MAX));
        sleep_until(self.next).await;
        self.next += self.every;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::sleep;

    #[tokio::test(start_paused = true)]
    async fn rounds_that_a_long_one_missed_are_skipped() {
        let began = Instant::now();
        let mut pace = Pace::new(Duration::from_secs(1));
        let mut rounds = Vec::new();
        for takes in [100, 2500, 100, 0] {
            pace.next().await;
            rounds.push(began.elapsed().as_millis());
            sleep(Duration::from_millis(takes)).await;
        }
        assert_eq!(rounds, [0, 1000, 4000, 5000], "the second took until 3500");
    }
}
