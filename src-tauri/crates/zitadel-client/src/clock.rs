//! The time as a parameter, so that whatever depends on it can be tested at any moment.

use jiff::Timestamp;

/// Tells the time.
pub trait Clock: Send + Sync + 'static {
    /// The present moment.
    fn now(&self) -> Timestamp;
}

/// This machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// A moment as the contract writes it: RFC 3339, UTC, milliseconds.
pub(crate) fn written(moment: Timestamp) -> contract::Timestamp {
    format!("{moment:.3}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_in_utc_with_milliseconds() {
        let cases = [
            (1_795_431_513_120, "2026-11-23T10:58:33.120Z"),
            (1_795_431_513_000, "2026-11-23T10:58:33.000Z"),
        ];
        for (millisecond, text) in cases {
            assert_eq!(written(Timestamp::from_millisecond(millisecond).unwrap()), text);
        }
    }
}
