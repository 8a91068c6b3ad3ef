//! The report as JUnit, for continuous integration.

use contract::{Report, report::TargetReport};
use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

use super::{HandedOn, is_cause};

/// The report as JUnit: a suite a caller, a case a door; one more suite for somebody's
/// own API. A door without an expectation, or one
/// that was not reached, counts as skipped.
///
/// # Errors
/// Only where a text cannot be written as XML.
pub fn junit(report: &Report) -> Result<String, quick_junit::SerializeError> {
    whole(report, &[])
}

/// As [`junit`]; each suite says what it was made with.
pub(super) fn handed_on(handed: &HandedOn) -> Result<String, quick_junit::SerializeError> {
    let HandedOn { versions, set_up, report, clock, made_at, .. } = handed;
    let offset = clock.as_ref().map(|clock| clock.ms.to_string());
    let properties = [
        ("rolecall", Some(versions.rolecall.clone())),
        ("target", Some(versions.target.clone())),
        ("system", Some(versions.system.clone())),
        ("issuer_server", versions.issuer_server.clone()),
        ("clock_offset_ms", offset),
        ("made_at", Some(made_at.clone())),
        ("workspace", Some(set_up.name.clone())),
        ("issuer", Some(report.issuer.clone())),
    ];
    let known: Vec<_> =
        properties.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    whole(report, &known)
}

fn whole(
    report: &Report,
    properties: &[(&str, String)],
) -> Result<String, quick_junit::SerializeError> {
    let mut whole = quick_junit::Report::new("rolecall");
    for user in &report.users {
        let mut suite = suite(user.label.clone(), properties);
        if let Some(finding) = &user.finding {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(finding.title.clone()).set_description(finding.fix.text.clone());
            suite.add_test_case(TestCase::new("token", status));
        }
        for cell in &user.cells {
            let mut status = match cell.as_expected {
                Some(true) => TestCaseStatus::success(),
                Some(false) => TestCaseStatus::non_success(NonSuccessKind::Failure),
                None => TestCaseStatus::skipped(),
            };
            let seen = cell.status.map_or_else(|| "not called".into(), |s| s.to_string());
            let why = cell.finding.as_ref().map(|f| f.title.as_str()).unwrap_or_default();
            if cell.as_expected != Some(true) {
                status.set_message(format!("{seen} {why}").trim().to_owned());
            }
            suite.add_test_case(TestCase::new(format!("{} {}", cell.method, cell.path), status));
        }
        whole.add_test_suite(suite);
    }
    whole.add_test_suites(report.target.as_ref().map(|target| target_suite(target, properties)));
    whole.to_string()
}

fn suite(name: String, properties: &[(&str, String)]) -> TestSuite {
    let mut suite = TestSuite::new(name);
    for (name, value) in properties {
        suite.add_property((*name, value.as_str()));
    }
    suite
}

/// Somebody's own API: a case a fault, or one where there is none.
fn target_suite(target: &TargetReport, properties: &[(&str, String)]) -> TestSuite {
    let mut suite = suite(format!("target {}", target.url), properties);
    for finding in target.findings.iter().filter(|finding| is_cause(finding)) {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        let seen: Vec<_> = finding.evidence.iter().map(|proof| proof.text.as_str()).collect();
        let told = [finding.explanation.as_str(), &seen.join("\n"), &finding.fix.text].join("\n");
        status.set_message(finding.title.clone()).set_description(told);
        let code = serde_json::to_value(finding.code).unwrap_or_default();
        suite.add_test_case(TestCase::new(code.as_str().unwrap_or("fault").to_owned(), status));
    }
    if suite.test_cases.is_empty() {
        suite.add_test_case(TestCase::new("no fault found", TestCaseStatus::success()));
    }
    suite
}
