//! From two clear answers at one door to a flip.

use std::time::{Duration, Instant};

use contract::{Cell, Verdict, event::Flip, report::Outcome};
use zitadel_client::{introspection, jose, token::Token};

/// A cell that flips this long after a change flips for another reason.
const LONGEST_LAG: Duration = Duration::from_secs(60);

/// A clear answer: let in or refused, with the roles that introspection told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seen {
    verdict: Verdict,
    roles: Vec<String>,
}

impl Seen {
    /// `None` where the door was not called or no clear answer came: neither is a change.
    pub(super) fn in_cell(cell: &Cell) -> Option<Self> {
        let clear = matches!(cell.verdict, Verdict::Allowed | Verdict::Refused);
        let roles = || cell.decision.as_ref().map(|d| d.roles_found.clone()).unwrap_or_default();
        clear.then(|| Self { verdict: cell.verdict, roles: roles() })
    }
}

/// Where the door stands in the matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct At {
    pub(super) user: usize,
    pub(super) endpoint: usize,
}

/// The flip between two clear answers, if it is one; its time is not known here.
pub(super) fn flip(at: At, before: &Seen, after: &Seen, status: Option<u16>) -> Option<Flip> {
    (before.verdict != after.verdict).then(|| Flip {
        user: at.user,
        endpoint: at.endpoint,
        at: String::new(),
        from: before.verdict,
        to: after.verdict,
        status,
        roles_before: before.roles.clone(),
        roles_after: after.roles.clone(),
        shown_after_ms: None,
        roles_in_token: None,
    })
}

/// The roles on a project that a JWT was minted with; `None` where the token cannot be looked into.
pub(super) fn roles_in(token: &Token, project_id: Option<&str>) -> Option<Vec<String>> {
    let claims = jose::look(token.value.expose()).claims?;
    Some(introspection::roles_in(claims.as_object()?, project_id))
}

/// How long a change that Rolecall made itself took to show at a door: from `change`, the latest one
/// of this caller, to the flip at `now`. `shown` is the change that the door has shown before: what
/// flips later, or a second time, flips for a reason that is not known here.
pub(super) fn shown_after(
    change: Option<Instant>,
    shown: &mut Option<Instant>,
    now: Instant,
) -> Option<Duration> {
    let change = change.filter(|change| *shown != Some(*change))?;
    let after = now.checked_duration_since(change).filter(|after| *after <= LONGEST_LAG)?;
    *shown = Some(change);
    Some(after)
}

/// ZITADEL calls the token of this call inactive.
pub(super) fn is_inactive(cell: &Cell) -> bool {
    cell.decision.as_ref().is_some_and(|decision| decision.outcome == Outcome::Inactive)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_change_counts_once_at_a_door_and_only_for_a_while() {
        let change = Instant::now();
        let mut shown = None;
        assert_eq!(shown_after(None, &mut shown, change + SECOND), None, "nobody here changed it");
        let late = change + LONGEST_LAG + SECOND;
        assert_eq!(shown_after(Some(change), &mut shown, late), None);
        assert_eq!(shown_after(Some(change), &mut shown, change + SECOND), Some(SECOND));
        let again = change + 2 * SECOND;
        assert_eq!(shown_after(Some(change), &mut shown, again), None, "it flipped back elsewhere");
        let newer = change + 3 * SECOND;
        assert_eq!(shown_after(Some(newer), &mut shown, newer + SECOND), Some(SECOND));
    }

    #[test]
    fn only_clear_answers_flip_a_door() {
        let seen = |verdict| Seen { verdict, roles: vec![] };
        let at = At { user: 1, endpoint: 2 };
        let (allowed, refused) = (seen(Verdict::Allowed), seen(Verdict::Refused));
        assert!(flip(at, &allowed, &allowed, None).is_none());
        let flip = flip(at, &allowed, &refused, Some(403)).unwrap();
        assert_eq!((flip.from, flip.to, flip.user), (Verdict::Allowed, Verdict::Refused, 1));
    }
}
