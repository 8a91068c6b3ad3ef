//! From two clear answers at one door to a flip.

use contract::{Cell, Verdict, event::Flip, report::Outcome};
use zitadel_client::{introspection::project_roles_in, jose, token::Token};

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
    Some(project_roles_in(claims.as_object()?, project_id).roles)
}

/// ZITADEL calls the token of this call inactive.
pub(super) fn is_inactive(cell: &Cell) -> bool {
    cell.decision.as_ref().is_some_and(|decision| decision.outcome == Outcome::Inactive)
}
