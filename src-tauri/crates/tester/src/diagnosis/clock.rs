//! A clock that is wrong here: every signature is dated by it.

use contract::finding::{Action, EvidenceSource, FindingCode};
use zitadel_client::assertion::LIFETIME;

use super::{Draft, cause};
use crate::evidence::{Clocks, DatedProbe};

/// ZITADEL takes a signature that comes from up to one second in its future (wire 3.2).
const AHEAD_TAKEN: f64 = 1.0;

/// The seconds by which a signature would have to be dated back to please the issuer, where the
/// clocks differ by so much that it may have refused this one.
pub fn suspected(clocks: Option<&Clocks>) -> Option<i64> {
    let clocks = clocks?;
    let lifetime = LIFETIME.as_secs_f64();
    (clocks.most > AHEAD_TAKEN || -clocks.least >= lifetime - AHEAD_TAKEN)
        .then(|| clocks.offset())
        .filter(|offset| *offset != 0)
}

/// The clock as the cause of a refused signature; `None` where it is not.
pub(super) fn wrong(clocks: Option<&Clocks>, dated: Option<&DatedProbe>) -> Option<Draft> {
    let offset = suspected(clocks)?;
    if dated.is_some_and(|probe| !probe.accepted) {
        return None;
    }
    let clocks = clocks?;
    let draft = if offset > 0 {
        cause(FindingCode::ClockAhead, format!("This machine's clock is {} ahead", span(offset)))
            .because(
                "A signature carries the time of signing. ZITADEL refuses one that comes from its \
                 future by more than a second.",
            )
    } else {
        cause(FindingCode::ClockBehind, format!("This machine's clock is {} behind", span(-offset)))
            .because(
                "A signature carries the time of signing and its end ten minutes later. By ZITADEL's \
                 clock this one was over when it arrived.",
            )
    };
    let seen = format!(
        "The `Date` of ZITADEL's answer against this machine's clock, both at the middle of the round \
         trip: {} to {} seconds.",
        signed(clocks.least),
        signed(clocks.most)
    );
    let draft = match dated {
        Some(probe) => draft.seen(
            EvidenceSource::Probe { id: probe.exchange },
            "The same signature with ZITADEL's time was taken: nothing else is wrong.",
        ),
        None => draft,
    };
    Some(
        draft
            .exchange(clocks.exchange, seen)
            .fix(
                "Set this machine's clock, best by switching on automatic time. Until then Rolecall can \
                 date its signatures by ZITADEL's clock.",
            )
            .action(Action::DateBack { seconds: offset }),
    )
}

/// Seconds in words, no finer than a person needs.
fn span(seconds: i64) -> String {
    let (count, unit) = match seconds {
        ..120 => (seconds, "second"),
        120..7200 => (seconds / 60, "minute"),
        7200..172_800 => (seconds / 3600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    let s = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{s}")
}

fn signed(seconds: f64) -> String {
    format!("{seconds:+.1}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clocks(least: f64, most: f64) -> Clocks {
        Clocks { least, most, exchange: 1 }
    }

    #[test]
    fn only_a_difference_that_is_refused_is_suspected() {
        let cases = [
            (clocks(-0.5, 0.6), None),
            (clocks(0.1, 1.0), None),
            (clocks(1.2, 2.3), Some(2)),
            (clocks(-300.0, -299.0), None),
            (clocks(-700.5, -699.5), Some(-700)),
        ];
        for (seen, expected) in cases {
            assert_eq!(suspected(Some(&seen)), expected, "{seen:?}");
        }
        assert_eq!(suspected(None), None);
    }

    #[test]
    fn a_signature_that_is_refused_with_the_right_time_too_has_another_cause() {
        let dated = |accepted| DatedProbe { exchange: 2, back: 14, accepted };
        let seen = clocks(13.5, 14.5);
        assert!(wrong(Some(&seen), Some(&dated(false))).is_none());
        let finding = wrong(Some(&seen), Some(&dated(true))).unwrap().done();
        assert_eq!(finding.title, "This machine's clock is 14 seconds ahead");
        assert_eq!(finding.evidence[0].source, EvidenceSource::Probe { id: 2 });
        assert_eq!(finding.fix.action, Some(Action::DateBack { seconds: 14 }));
    }

    #[test]
    fn time_is_said_in_the_unit_that_a_person_would_use() {
        for (seconds, said) in [
            (1, "1 second"),
            (90, "90 seconds"),
            (130, "2 minutes"),
            (7200, "2 hours"),
            (200_000, "2 days"),
        ] {
            assert_eq!(span(seconds), said);
        }
    }
}
