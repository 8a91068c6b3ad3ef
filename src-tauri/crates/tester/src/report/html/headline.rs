//! The report's first sentence, and the line of counts below it.

use contract::{Cell, Report, Verdict, report::TargetReport};

use super::words::{count, name};
use crate::report::HandedOn;

/// The result in one sentence.
pub(super) fn sentence(handed: &HandedOn) -> String {
    let report = &handed.report;
    if let Some(finding) = &report.finding {
        return whole(&finding.title);
    }
    if let Some(told) = surprises(report) {
        return told;
    }
    let mut tokenless = report.users.iter().filter(|user| user.finding.is_some());
    match (tokenless.next(), tokenless.count()) {
        (Some(user), 0) => return format!("{} got no token", name(user)),
        (Some(_), more) => return format!("{} got no token", count(more + 1, "caller")),
        (None, _) => {}
    }
    if let Some(finding) = report.api.finding.as_ref().filter(|_| !handed.cancelled) {
        return whole(&finding.title);
    }
    let how_many = |pass: fn(&Cell) -> bool| cells(report).filter(|cell| pass(cell)).count();
    let failed = how_many(|cell| cell.verdict == Verdict::Failed);
    if failed > 0 {
        return format!("The API gave no clear answer to {}", count(failed, "call"));
    }
    if handed.cancelled {
        let done = how_many(|cell| cell.verdict != Verdict::NotReached);
        return format!("Stopped after {}", count(done, "answer"));
    }
    if let Some(told) = own_api(report) {
        return told;
    }
    match how_many(is_unjudged) {
        0 => "Everyone gets in where they should, and nowhere else".into(),
        open => format!("No surprises, and {} to judge", count(open, "answer")),
    }
}

/// One fault says itself what it is, also that nobody answers there.
fn own_api(report: &Report) -> Option<String> {
    let faults: Vec<_> = report.target.iter().flat_map(TargetReport::faults).collect();
    match faults[..] {
        [] => None,
        [fault] => Some(whole(&fault.title)),
        _ => Some(format!("Your own API has {}", count(faults.len(), "fault"))),
    }
}

fn surprises(report: &Report) -> Option<String> {
    let odd = report.users.iter().filter(|user| user.cells.iter().any(is_surprise));
    let names: Vec<_> = odd.map(name).collect();
    let odd: Vec<_> = cells(report).filter(|cell| is_surprise(cell)).collect();
    let one = names.len() == 1;
    let who = match names[..] {
        [] => return None,
        [name] => name.to_owned(),
        [first, second] => format!("{first} and {second}"),
        _ => format!("{} callers", names.len()),
    };
    let all = |verdict| odd.iter().all(|cell| cell.verdict == verdict);
    Some(match (all(Verdict::Allowed), all(Verdict::Refused)) {
        (true, _) if one => format!("{who} gets in where it should not"),
        (true, _) => format!("{who} get in where they should not"),
        (_, true) if one => format!("{who} stays out where it should get in"),
        (_, true) => format!("{who} stay out where they should get in"),
        _ => format!("{} answers are not as they should be", odd.len()),
    })
}

/// How the answers divide.
pub(super) fn counts(report: &Report) -> String {
    let all = cells(report).count();
    let doors = report.users.first().map_or(0, |user| user.cells.len());
    let how_many = |pass: fn(&Cell) -> bool| cells(report).filter(|cell| pass(cell)).count();
    let expected = how_many(|cell| cell.as_expected == Some(true));
    let mut told =
        vec![format!("{} at {}.", count(report.users.len(), "caller"), count(doors, "door"))];
    if expected == all && all > 0 {
        told.push(format!("All {all} answers are as expected."));
        return told.join(" ");
    }
    let parts = [
        (expected, "as expected"),
        (how_many(is_surprise), "not as expected"),
        (how_many(is_unjudged), "without an expectation"),
        (how_many(|cell| cell.verdict == Verdict::Failed), "failed"),
        (how_many(|cell| cell.verdict == Verdict::NotReached), "not reached"),
    ];
    let parts = parts.iter().filter(|(number, _)| *number > 0);
    told.extend(parts.map(|(number, words)| format!("{number} {words}.")));
    told.join(" ")
}

fn cells(report: &Report) -> impl Iterator<Item = &Cell> {
    report.users.iter().flat_map(|user| &user.cells)
}

/// Answered, and not as it should be.
pub(super) fn is_surprise(cell: &Cell) -> bool {
    cell.as_expected == Some(false) && cell.verdict != Verdict::Failed
}

fn is_unjudged(cell: &Cell) -> bool {
    cell.as_expected.is_none() && matches!(cell.verdict, Verdict::Allowed | Verdict::Refused)
}

fn whole(title: &str) -> String {
    title.trim_end_matches('.').to_owned()
}
