//! What of everything that happens is worth a line: runs with their counts, findings by their codes,
//! exchanges that got no answer. Names of files, accounts and hosts stay out.

use std::collections::BTreeSet;

use contract::{
    Event, Finding, Report, Verdict,
    event::{Flip, WatchView},
    exchange::Exchange,
};

/// Logs an event, where it is worth it.
pub fn note(event: &Event) {
    match event {
        Event::RunStarted { run, report, .. } => {
            let doors = report.users.first().map_or(0, |user| user.cells.len());
            tracing::info!("run {run} begins: {} callers at {doors} doors", report.users.len());
        }
        Event::RunFinding { run, finding } => {
            tracing::warn!("run {run}: {}", code(finding));
        }
        Event::RunFinished { run, cancelled, report, .. } => {
            let how = if *cancelled { "was stopped" } else { "ended" };
            tracing::info!("run {run} {how}: {}; found: {}", counts(report), codes(report));
        }
        Event::WatchStarted { watch: WatchView { interval_ms, .. } } => {
            tracing::info!("keeps calling, every {interval_ms} ms");
        }
        Event::WatchFlipped { flip: Flip { user, endpoint, from, to, .. } } => {
            tracing::info!("caller {user} at door {endpoint} flipped: {from:?} to {to:?}");
        }
        Event::WatchEnded { reason, .. } => tracing::info!("no longer keeps calling: {reason:?}"),
        Event::Exchange { exchange } => unanswered(exchange),
        _ => {}
    }
}

fn unanswered(exchange: &Exchange) {
    let Exchange { id, purpose, attempt, error, .. } = exchange;
    if let Some(error) = error {
        tracing::warn!("exchange {id} ({purpose:?}, attempt {attempt}): {:?}", error.kind);
    }
}

fn counts(report: &Report) -> String {
    let cells = || report.users.iter().flat_map(|user| &user.cells);
    let how_many = |verdict| cells().filter(|cell| cell.verdict == verdict).count();
    let odd = cells().filter(|cell| cell.as_expected == Some(false)).count();
    format!(
        "{} in, {} out, {} failed, {} not reached, {odd} not as expected",
        how_many(Verdict::Allowed),
        how_many(Verdict::Refused),
        how_many(Verdict::Failed),
        how_many(Verdict::NotReached),
    )
}

/// Every finding's code once.
fn codes(report: &Report) -> String {
    let reasons = tester::report::reasons(report);
    let target = report.target.iter().flat_map(|target| &target.findings);
    let found: BTreeSet<String> =
        reasons.iter().map(|reason| reason.finding).chain(target).map(code).collect();
    if found.is_empty() { "nothing".into() } else { Vec::from_iter(found).join(", ") }
}

fn code(finding: &Finding) -> String {
    let code = serde_json::to_value(finding.code).unwrap_or_default();
    code.as_str().unwrap_or_default().to_owned()
}
