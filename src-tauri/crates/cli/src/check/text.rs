//! The report as a table that a person can read: first who gets in, then why.

use std::fmt::Write;

use comfy_table::{Attribute, Cell as Box, Color, Table, TableComponent, presets};
use contract::{
    Cell, Report, Verdict,
    report::{Expected, UserReport},
};
use tester::report::{Place, Reason};

use super::target;

/// Renders a report. Colours are in it; whoever writes it out takes them away where they do not
/// belong. `taken` is the port that was wanted for the API and found taken.
pub(super) fn render(report: &Report, taken: Option<u16>) -> String {
    let mut text = String::new();
    head(&mut text, report, taken);
    let _ = writeln!(text, "\n{}", matrix(report));
    reasons(&mut text, report);
    if let Some(target) = &report.target {
        target::render(&mut text, target, &report.users);
    }
    let _ = writeln!(text, "\n{}", summary(report));
    text
}

fn head(text: &mut String, report: &Report, taken: Option<u16>) {
    let taken = taken.map(|port| format!("  (port {port} was taken)")).unwrap_or_default();
    let project = report.project_id.as_deref().unwrap_or("not known yet");
    let _ = writeln!(text, "Issuer   {}", report.issuer);
    let _ = writeln!(text, "Project  {project}");
    let _ = writeln!(text, "API      {}{taken}", report.api.base_url);
}

/// An empty table in the style of all.
pub(super) fn table() -> Table {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).enforce_styling();
    table.set_style(TableComponent::HeaderLines, '─');
    table.set_style(TableComponent::MiddleHeaderIntersections, '─');
    table
}

fn matrix(report: &Report) -> Table {
    let mut table = table();
    if let Some(first) = report.users.first() {
        let doors = first.cells.iter().map(|cell| Box::new(door(&cell.method, &cell.path)));
        table.set_header(std::iter::once(Box::new("")).chain(doors));
    }
    for user in &report.users {
        let cells = user.cells.iter().map(verdict);
        table.add_row(std::iter::once(Box::new(name(user))).chain(cells));
    }
    table
}

/// A door's heading; `GET` goes without saying.
pub(super) fn door(method: &str, path: &str) -> String {
    match method {
        "GET" => path.into(),
        method => format!("{method} {path}"),
    }
}

pub(super) fn name(user: &UserReport) -> String {
    match &user.user_name {
        Some(name) if *name != user.label => format!("{} ({name})", user.label),
        _ => user.label.clone(),
    }
}

/// An icon, a word and a colour. What was not expected stands out more than any verdict.
fn verdict(cell: &Cell) -> Box {
    let (seen, colour) = seen(cell);
    match (cell.as_expected, cell.expected) {
        (Some(false), Some(expected)) => {
            let should = match expected {
                Expected::Allow => "should get in",
                Expected::Deny => "should stay out",
            };
            Box::new(format!("{seen}\n≠ {should}"))
                .fg(Color::Red)
                .add_attributes(vec![Attribute::Bold, Attribute::Reverse])
        }
        _ => Box::new(seen).fg(colour),
    }
}

/// An icon, the status, a word and their colour.
pub(super) fn seen(cell: &Cell) -> (String, Color) {
    let (icon, word, colour) = match cell.verdict {
        Verdict::Allowed => ("✓", "allowed", Color::Green),
        Verdict::Refused => ("✗", "refused", Color::Yellow),
        Verdict::Failed => ("!", "failed", Color::Red),
        Verdict::NotReached => ("·", "not reached", Color::DarkGrey),
    };
    let status = cell.status.map(|status| format!("{status} ")).unwrap_or_default();
    (format!("{icon} {status}{word}"), colour)
}

/// Every finding once, the root cause first, with the places where it was met.
fn reasons(text: &mut String, report: &Report) {
    for Reason { finding, places } in tester::report::reasons(report) {
        let _ = writeln!(text, "\n{}", finding.title);
        let places: Vec<_> = places.iter().map(place).collect();
        if !places.is_empty() {
            let _ = writeln!(text, "  seen  {}", places.join(", "));
        }
        let _ = writeln!(text, "  why   {}", finding.explanation);
        let _ = writeln!(text, "  fix   {}", finding.fix.text);
        if let Some(url) = &finding.fix.url {
            let _ = writeln!(text, "        {url}");
        }
    }
}

fn place(place: &Place<'_>) -> String {
    match place.cell {
        Some(cell) => format!("{} at {}", name(place.user), cell.path),
        None => name(place.user),
    }
}

fn summary(report: &Report) -> String {
    let cells = || report.users.iter().flat_map(|user| &user.cells);
    let expected = cells().filter(|cell| cell.expected.is_some()).count();
    let missed = cells().filter(|cell| cell.as_expected == Some(false)).count();
    let open = cells().filter(|cell| cell.expected.is_some() && cell.as_expected.is_none()).count();
    let mut text = match missed {
        0 if open == 0 => format!("{expected} expectations, all met."),
        0 => format!("{expected} expectations, none missed."),
        missed => format!("{expected} expectations, {missed} missed."),
    };
    if open > 0 {
        let _ = write!(text, " {open} could not be tried.");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::{
        Finding, FindingCode, FindingKind,
        finding::Fix,
        report::{ApiReport, NOBODY},
    };

    fn cell(status: Option<u16>, verdict: Verdict, expected: Option<Expected>) -> Cell {
        Cell {
            method: "GET".into(),
            path: "/api/private-scoped".into(),
            status,
            verdict,
            expected,
            expected_from: None,
            as_expected: tester::expectation::met(expected, verdict),
            decision: None,
            response: None,
            finding: None,
            exchange: None,
        }
    }

    fn row(label: &str, user_name: Option<&str>, cell: Cell) -> UserReport {
        UserReport {
            label: label.into(),
            user_id: None,
            user_name: user_name.map(Into::into),
            finding: None,
            notes: vec![],
            token: None,
            cells: vec![cell],
        }
    }

    fn report(users: Vec<UserReport>) -> Report {
        Report {
            issuer: "http://localhost:8080".into(),
            project_id: None,
            client_id: "1".into(),
            finding: None,
            notes: vec![],
            api: ApiReport {
                base_url: "http://localhost:8001".into(),
                accepted: None,
                finding: None,
            },
            users,
            target: None,
            project_roles: None,
        }
    }

    fn role_missing() -> Finding {
        Finding {
            code: FindingCode::RoleMissing,
            kind: FindingKind::Cause,
            title: "Nobody gave bot the role".into(),
            explanation: String::new(),
            evidence: vec![],
            fix: Fix { text: "Give it.".into(), url: Some("http://c/".into()), action: None },
        }
    }

    fn plain(report: &Report, taken: Option<u16>) -> String {
        anstream::adapter::strip_str(&render(report, taken)).to_string()
    }

    #[test]
    fn each_verdict_is_an_icon_and_a_word() {
        let text = plain(
            &report(vec![
                row("a", Some("reader-bot"), cell(Some(200), Verdict::Allowed, None)),
                row("b", Some("b"), cell(Some(403), Verdict::Refused, None)),
                row("c", None, cell(Some(503), Verdict::Failed, None)),
                row(NOBODY, None, cell(None, Verdict::NotReached, None)),
            ]),
            None,
        );
        let rows = [
            "a (reader-bot)  ✓ 200 allowed",
            "b  ✗ 403 refused",
            "c  ! 503 failed",
            "nobody  · not reached",
        ];
        let squeezed: Vec<_> = text
            .lines()
            .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
            .collect();
        for row in rows {
            let row = row.replace("  ", " ");
            assert!(squeezed.contains(&row), "{row} is missing in\n{text}");
        }
    }

    #[test]
    fn an_unmet_expectation_is_said_in_words_and_counted() {
        let users = vec![
            row("a", None, cell(Some(403), Verdict::Refused, Some(Expected::Allow))),
            row("b", None, cell(Some(200), Verdict::Allowed, Some(Expected::Deny))),
            row("c", None, cell(None, Verdict::NotReached, Some(Expected::Allow))),
        ];
        let text = plain(&report(users), None);
        assert!(text.contains("≠ should get in") && text.contains("≠ should stay out"), "{text}");
        assert!(text.contains("3 expectations, 2 missed. 1 could not be tried."), "{text}");
    }

    #[test]
    fn a_finding_is_told_once_with_all_places() {
        let found = |label: &str| {
            let refused = cell(Some(403), Verdict::Refused, None);
            row(label, None, Cell { finding: Some(role_missing()), ..refused })
        };
        let text = plain(&report(vec![found("a"), found("b")]), None);
        assert_eq!(text.matches("Nobody gave bot the role").count(), 1, "{text}");
        assert!(
            text.contains("seen  a at /api/private-scoped, b at /api/private-scoped"),
            "{text}"
        );
        assert!(text.contains("fix   Give it.\n        http://c/"), "{text}");
    }

    #[test]
    fn the_root_cause_is_told_before_what_comes_after_it_and_notes_last() {
        let found = |title: &str, kind| Finding { title: title.into(), kind, ..role_missing() };
        let role = cell(Some(403), Verdict::Refused, None);
        let role = Cell { finding: Some(found("Role", FindingKind::Cause)), ..role };
        let mut tokenless = row("b", None, cell(None, Verdict::NotReached, None));
        tokenless.finding = Some(found("Key", FindingKind::Cause));
        let mut report = report(vec![row("a", None, role), tokenless]);
        report.notes = vec![found("Note", FindingKind::Note)];
        report.api.finding = Some(found("Api", FindingKind::Cause));
        let text = plain(&report, None);
        let titles: Vec<_> =
            text.lines().filter(|line| ["Role", "Key", "Api", "Note"].contains(line)).collect();
        assert_eq!(titles, ["Api", "Key", "Role", "Note"], "{text}");
    }

    #[test]
    fn the_real_port_is_shown_and_the_taken_one_named() {
        let text = plain(&report(vec![]), Some(8000));
        assert!(text.contains("http://localhost:8001  (port 8000 was taken)"), "{text}");
    }
}
