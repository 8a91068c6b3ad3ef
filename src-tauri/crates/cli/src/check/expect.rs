//! `--expect`: what somebody says should happen. Users may be named as ZITADEL names them, which
//! only the roll call itself finds out, so expectations are laid on its outcome. They change no
//! call and no answer.

use contract::{
    Endpoint, Report,
    report::{ExpectedFrom, NOBODY, UserReport},
};
use tester::expectation;

use crate::{args::Expect, failure::Failure};

/// Whether every expectation is about an endpoint that is called.
///
/// # Errors
/// Names the first that is not.
pub(super) fn check_endpoints(expect: &[Expect], endpoints: &[Endpoint]) -> Result<(), Failure> {
    let known = |path: &str| endpoints.iter().any(|endpoint| endpoint.path == path);
    match expect.iter().find(|e| !known(&e.endpoint)) {
        None => Ok(()),
        Some(Expect { endpoint, .. }) => {
            let paths: Vec<_> = endpoints.iter().map(|e| e.path.as_str()).collect();
            let paths = paths.join(", ");
            Err(Failure::invalid(
                "unknown_endpoint",
                format!("--expect names {endpoint}, but the endpoints are {paths}."),
            ))
        }
    }
}

/// Lays expectations on a report. Answers the names that fit nobody, while somebody's name could
/// not be learned.
///
/// # Errors
/// Where a name fits nobody although everybody's is known.
pub(super) fn settle(report: &mut Report, expect: &[Expect]) -> Result<Vec<String>, Failure> {
    let mut unsettled = Vec::new();
    for Expect { user, endpoint, expected } in expect {
        let rows = rows_of(&report.users, user);
        if rows.is_empty() {
            if report.users.iter().all(|row| row.user_name.is_some() || row.label == NOBODY) {
                let labels: Vec<_> = report.users.iter().map(|row| row.label.as_str()).collect();
                let labels = labels.join(", ");
                return Err(Failure::invalid(
                    "unknown_user",
                    format!("--expect names {user}, but the users are {labels}."),
                ));
            }
            unsettled.push(user.clone());
        }
        for row in rows {
            for cell in report.users[row].cells.iter_mut().filter(|cell| cell.path == *endpoint) {
                cell.expected = Some(*expected);
                cell.expected_from = Some(ExpectedFrom::Set);
                cell.as_expected = expectation::met(cell.expected, cell.verdict);
            }
        }
    }
    Ok(unsettled)
}

/// A label goes before a user id, and that before a user name, which several rows may share.
fn rows_of(users: &[UserReport], named: &str) -> Vec<usize> {
    let rows = |is: &dyn Fn(&UserReport) -> bool| -> Vec<usize> {
        users.iter().enumerate().filter(|(_, row)| is(row)).map(|(at, _)| at).collect()
    };
    let by: [&dyn Fn(&UserReport) -> bool; 3] =
        [&|row| row.label == named, &|row| row.user_id.as_deref() == Some(named), &|row| {
            row.user_name.as_deref() == Some(named)
        }];
    by.into_iter().map(rows).find(|found| !found.is_empty()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::{
        Cell, Verdict,
        report::{ApiReport, Expected},
    };

    fn row(label: &str, user_id: Option<&str>, user_name: Option<&str>) -> UserReport {
        let cell = Cell {
            method: "GET".into(),
            path: "/api/private-scoped".into(),
            status: Some(403),
            verdict: Verdict::Refused,
            expected: None,
            expected_from: None,
            as_expected: None,
            decision: None,
            response: None,
            finding: None,
            exchange: None,
        };
        UserReport {
            label: label.into(),
            user_id: user_id.map(Into::into),
            user_name: user_name.map(Into::into),
            finding: None,
            notes: vec![],
            token: None,
            cells: vec![cell],
        }
    }

    fn report(second_name: Option<&str>) -> Report {
        Report {
            issuer: "http://localhost:8080".into(),
            project_id: None,
            client_id: "1".into(),
            finding: None,
            notes: vec![],
            api: ApiReport {
                base_url: "http://localhost:8000".into(),
                accepted: None,
                finding: None,
            },
            users: vec![
                row("key-1", Some("100"), Some("reader-bot")),
                row("key-2", Some("200"), second_name),
                row(NOBODY, None, None),
            ],
            target: None,
            project_roles: None,
        }
    }

    fn expect(user: &str) -> Vec<Expect> {
        vec![Expect {
            user: user.into(),
            endpoint: "/api/private-scoped".into(),
            expected: Expected::Allow,
        }]
    }

    #[test]
    fn a_user_is_known_by_label_id_or_name() {
        for (named, at) in [("key-1", 0), ("100", 0), ("reader-bot", 0), ("200", 1), (NOBODY, 2)] {
            let mut report = report(Some("writer-bot"));
            assert!(settle(&mut report, &expect(named)).unwrap().is_empty(), "{named}");
            for (row, user) in report.users.iter().enumerate() {
                let said = (row == at).then_some(Expected::Allow);
                assert_eq!(user.cells[0].expected, said, "{named} at row {row}");
                assert_eq!(user.cells[0].as_expected, said.map(|_| false), "{named} at row {row}");
            }
        }
    }

    #[test]
    fn a_label_goes_before_somebody_elses_name() {
        let mut report = report(Some("key-1"));
        settle(&mut report, &expect("key-1")).unwrap();
        assert_eq!(report.users[0].cells[0].expected, Some(Expected::Allow));
        assert_eq!(report.users[1].cells[0].expected, None);
    }

    #[test]
    fn a_name_that_fits_nobody_is_an_error_only_when_all_names_are_known() {
        assert!(settle(&mut report(Some("writer-bot")), &expect("ghost")).is_err());
        assert_eq!(settle(&mut report(None), &expect("ghost")).unwrap(), ["ghost"]);
    }

    #[test]
    fn an_endpoint_that_is_not_called_is_refused_beforehand() {
        let mut elsewhere = expect("key-1");
        assert!(check_endpoints(&elsewhere, &Endpoint::guide()).is_ok());
        elsewhere[0].endpoint = "/api/elsewhere".into();
        assert!(check_endpoints(&elsewhere, &Endpoint::guide()).is_err());
    }
}
