//! Every finding of a report once, with the places where it was met.

use contract::{Cell, Finding, FindingKind, Report, report::UserReport};

use crate::diagnosis::first_causes;

/// A finding and where it was met.
#[derive(Debug, Clone)]
pub struct Reason<'a> {
    /// The first of its kind: the same cause at two doors differs only in what proves it.
    pub finding: &'a Finding,
    /// None where it concerns everything.
    pub places: Vec<Place<'a>>,
}

/// A row, or one of its cells.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The row.
    pub user: &'a UserReport,
    /// `None` where it concerns the whole row.
    pub cell: Option<&'a Cell>,
}

/// All findings but those of somebody's own API: the root cause first, what only teaches last.
pub fn reasons(report: &Report) -> Vec<Reason<'_>> {
    let mut reasons: Vec<_> = first_causes(report)
        .into_iter()
        .map(|finding| Reason { finding, places: vec![] })
        .collect();
    for (place, finding) in met(report) {
        let same = |known: &Finding| known.code == finding.code && known.title == finding.title;
        match reasons.iter_mut().find(|reason| same(reason.finding)) {
            Some(reason) => reason.places.extend(place),
            None => reasons.push(Reason { finding, places: place.into_iter().collect() }),
        }
    }
    // The order within each stays.
    reasons.sort_by_key(|reason| reason.finding.kind == FindingKind::Note);
    reasons
}

fn met(report: &Report) -> impl Iterator<Item = (Option<Place<'_>>, &Finding)> {
    let whole = report.finding.iter().chain(&report.api.finding).chain(&report.notes);
    let rows = report.users.iter().flat_map(|user| {
        let own = user.finding.iter().chain(&user.notes).map(move |f| (None, f));
        let cells = user.cells.iter().filter_map(|cell| Some((Some(cell), cell.finding.as_ref()?)));
        own.chain(cells).map(move |(cell, finding)| (Some(Place { user, cell }), finding))
    });
    whole.map(|finding| (None, finding)).chain(rows)
}
