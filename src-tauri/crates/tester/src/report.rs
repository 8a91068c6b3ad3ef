//! What a report means to whoever started it: an exit status, a JUnit file.

use contract::{Report, report::NOBODY};
use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

/// 0 where every expectation is met and every user got a token; 1 otherwise.
///
/// (2, that it could not run at all, is said before there is a report.)
pub fn exit_status(report: &Report) -> u8 {
    let refused = report.finding.is_some() || report.api.finding.is_some();
    let surprise =
        report.users.iter().flat_map(|user| &user.cells).any(|c| c.as_expected == Some(false));
    let tokenless = report.users.iter().any(|user| user.label != NOBODY && user.token.is_none());
    u8::from(refused || surprise || tokenless)
}

/// The report as JUnit: a suite a caller, a case a door. A door without an expectation, or one
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
    whole.to_string()
}
