//! What a report means to whoever started it: an exit status, a JUnit file.

use contract::{
    Finding, FindingKind, Report,
    report::{NOBODY, TargetReport},
};
use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

/// 0 where every expectation is met, every user got a token and somebody's own API has no fault; 1
/// otherwise.
///
/// (2, that it could not run at all, is said before there is a report.)
pub fn exit_status(report: &Report) -> u8 {
    let refused = report.finding.is_some() || report.api.finding.is_some();
    let surprise =
        report.users.iter().flat_map(|user| &user.cells).any(|c| c.as_expected == Some(false));
    let tokenless = report.users.iter().any(|user| user.label != NOBODY && user.token.is_none());
    let faulty = report.target.iter().flat_map(|target| &target.findings).any(is_cause);
    u8::from(refused || surprise || tokenless || faulty)
}

fn is_cause(finding: &Finding) -> bool {
    finding.kind == FindingKind::Cause
}

/// The report as JUnit: a suite a caller, a case a door; one more suite for somebody's
/// own API. A door without an expectation, or one
/// that was not reached, counts as skipped.
///
/// # Errors
/// Only where a text cannot be written as XML.
pub fn junit(report: &Report) -> Result<String, quick_junit::SerializeError> {
    let mut whole = quick_junit::Report::new("rolecall");
    for user in &report.users {
        let mut suite = TestSuite::new(user.label.clone());
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
    whole.add_test_suites(report.target.as_ref().map(target_suite));
    whole.to_string()
}

/// Somebody's own API: a case a fault, or one where there is none.
fn target_suite(target: &TargetReport) -> TestSuite {
    let mut suite = TestSuite::new(format!("target {}", target.url));
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
