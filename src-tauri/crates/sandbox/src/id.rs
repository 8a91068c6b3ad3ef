//! Ids as ZITADEL makes them: growing 18-digit numbers of time, sequence and machine (Sonyflake).

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use jiff::Timestamp;

/// An id, cheap to hand around.
pub(crate) type Id = Arc<str>;

/// 2019-04-29T00:00:00Z, the beginning of time that the recorded ids count from, in units of 10 ms.
const EPOCH: i64 = 155_649_600_000;
/// What distinguishes machines; here it only makes the ids look as they do elsewhere.
const MACHINE: u64 = 3_110;

/// Makes ids, each greater than the one before. Clones count together.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ids {
    /// Time in units of 10 ms and a sequence of 8 bits, as last given out.
    last: Arc<AtomicU64>,
}

impl Ids {
    pub(crate) fn next(&self, now: Timestamp) -> Id {
        let units = u64::try_from(now.as_millisecond() / 10 - EPOCH).unwrap_or(0);
        let fresh = |last: u64| (last + 1).max(units << 8);
        let last = self
            .last
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| Some(fresh(last)))
            .unwrap_or_default();
        ((fresh(last) << 16) | MACHINE).to_string().into()
    }

    /// One that was made `count` ids after another, in the same moment: an instance's set-up makes the
    /// organisation, its own project and its administrator at once. `None` beside what is no such id.
    pub(crate) fn beside(id: &str, count: u64) -> Option<Id> {
        let id: u64 = id.parse().ok()?;
        Some(id.checked_add(count << 16)?.to_string().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_eighteen_digits_and_grow_even_within_one_moment() {
        let ids = Ids::default();
        let now = "2026-11-23T11:58:33Z".parse().unwrap();
        let made: Vec<u64> = (0..1000).map(|_| ids.next(now).parse().unwrap()).collect();
        assert!(made.is_sorted_by(|a, b| a < b), "each is greater than the one before");
        assert!(made.iter().all(|id| id.to_string().len() == 18), "{}", made[0]);
        assert!(
            made[0].to_string().starts_with("4008733109"),
            "as recorded that second: {}",
            made[0]
        );
    }

    #[test]
    fn an_id_beside_another_is_as_recorded() {
        let beside = |count| Ids::beside("400872948426148902", count);
        assert_eq!(beside(1).as_deref(), Some("400872948426214438"), "the project ZITADEL");
        assert_eq!(beside(8).as_deref(), Some("400872948426673190"), "the administrator");
        assert_eq!(Ids::beside("org", 1), None);
    }
}
