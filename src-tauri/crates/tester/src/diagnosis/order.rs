//! What to say first of everything that was found.

use contract::{Cell, Finding, FindingKind, Report, report::Outcome};

/// The causes in a report, the root cause first and each once. A cause at an earlier step goes before
/// one at a later: the run, the API, a user's token, the token at a door, the role. What only follows
/// from another was never reached and has no finding.
pub fn first_causes(report: &Report) -> Vec<&Finding> {
    let whole = report.finding.iter().chain(&report.api.finding);
    let rows = report.users.iter().filter_map(|user| user.finding.as_ref());
    let mut cells: Vec<&Cell> = report.users.iter().flat_map(|user| &user.cells).collect();
    cells.sort_by_key(|cell| step(cell));
    let cells = cells.into_iter().filter_map(|cell| cell.finding.as_ref());
    let mut causes: Vec<&Finding> = Vec::new();
    for finding in whole.chain(rows).chain(cells) {
        let known = causes.iter().any(|c| (c.code, &c.title) == (finding.code, &finding.title));
        if finding.kind == FindingKind::Cause && !known {
            causes.push(finding);
        }
    }
    causes
}

/// How far a call came.
fn step(cell: &Cell) -> u8 {
    match cell.decision.as_ref().map(|decision| decision.outcome) {
        None | Some(Outcome::ApiRefused | Outcome::IssuerUnavailable) => 0,
        Some(Outcome::NoToken | Outcome::MalformedToken | Outcome::Inactive) => 1,
        Some(Outcome::RoleMissing | Outcome::Allowed) => 2,
    }
}
