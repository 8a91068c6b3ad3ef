//! Everything that was found is in every format.

use contract::{
    Cell, Event, Finding, FindingCode, FindingKind, Verdict,
    exchange::Purpose,
    report::{Expected, Outcome, ReportFormat, RuleName, TargetReport},
};
use rolecall_tests::bench::Bench;
use sandbox::TokenType;
use tester::{Setup, report::HandedOn};

use super::stage::{FORMATS, Stage};

#[tokio::test]
async fn the_document_holds_every_exchange_finding_version_and_the_offset() {
    let stage = Stage::called(TokenType::Jwt).await;
    let handed = stage.handed_on();
    let told: usize = {
        let events = stage.bench.events.lock().unwrap();
        events.iter().filter(|event| matches!(event, Event::Exchange { .. })).count()
    };
    assert_eq!(handed.exchanges.len(), told, "every exchange that the window was told of");
    let ids: Vec<_> = handed.exchanges.iter().map(|exchange| exchange.id).collect();
    assert!(ids.is_sorted());
    for purpose in [Purpose::Discovery, Purpose::Token, Purpose::Introspection, Purpose::Call] {
        assert!(handed.exchanges.iter().any(|e| e.purpose == purpose), "{purpose:?}");
    }
    assert_eq!(handed.versions.rolecall, env!("CARGO_PKG_VERSION"));
    assert!(handed.versions.target.contains('-'), "{}", handed.versions.target);
    let clock = handed.clock.as_ref().expect("the sandbox dates its answers");
    assert!(clock.least_ms <= 0 && clock.most_ms >= 0, "it is the same clock: {clock:?}");
    assert_eq!(handed.set_up.endpoints.len(), 3);
    assert_eq!(handed.set_up.expectations.len(), 2);
    assert!(handed.called_at.is_some() && !handed.cancelled);
    assert_eq!(handed.report.users[3].finding.as_ref().unwrap().code, FindingCode::KeyUnknown);
}

#[tokio::test]
async fn json_is_the_document_and_html_and_junit_tell_the_same() {
    let stage = Stage::called(TokenType::Opaque).await;
    let handed = stage.handed_on();
    let json = stage.bench.bench.written(&handed, ReportFormat::Json).unwrap();
    let read: HandedOn = serde_json::from_str(&json).unwrap();
    assert_eq!(read, handed);
    assert!(json.starts_with("{\n  \"version\": 1,"), "it is for people too");

    let html = stage.bench.bench.written(&handed, ReportFormat::Html).unwrap();
    for exchange in &handed.exchanges {
        assert!(html.contains(&format!("id=\"exchange-{}\"", exchange.id)), "{}", exchange.id);
    }
    let junit = stage.bench.bench.written(&handed, ReportFormat::Junit).unwrap();
    for text in [&html, &junit] {
        for what in [&handed.versions.rolecall, &handed.versions.target, &handed.report.issuer] {
            assert!(text.contains(what.as_str()), "{what}");
        }
        let finding = handed.report.users[3].finding.as_ref().unwrap();
        assert!(text.contains(&finding.title), "{}", finding.title);
    }
    assert!(junit.contains("clock_offset_ms"));
    assert_eq!(junit.matches("<testcase").count(), 15 + 1 + causes(&handed));
}

fn causes(handed: &HandedOn) -> usize {
    handed.report.target.iter().flat_map(TargetReport::faults).count()
}

#[tokio::test]
async fn every_finding_is_in_the_page_and_every_exchange_that_proves_it() {
    let stage = Stage::called(TokenType::Opaque).await;
    let handed = stage.handed_on();
    let html = scraper::Html::parse_document(&stage.written(ReportFormat::Html));
    let text: String = html.root_element().text().collect();
    let report = &handed.report;
    let findings: Vec<_> = report
        .notes
        .iter()
        .chain(report.users.iter().flat_map(|user| user.finding.iter().chain(&user.notes)))
        .chain(report.users.iter().flat_map(|u| &u.cells).filter_map(|c| c.finding.as_ref()))
        .chain(report.target.iter().flat_map(|target| &target.findings))
        .collect();
    assert!(findings.len() > 5, "{findings:#?}");
    for Finding { title, explanation, fix, .. } in findings {
        for told in [title, explanation, &fix.text] {
            // Code is marked by its type, no longer by backticks.
            assert!(text.contains(&told.replace('`', "")), "{told}");
        }
    }
    assert!(text.contains("reader-bot gets in where it should not"), "the sentence comes first");
    assert!(text.contains("no secret is in this file"));
    assert!(text.contains("Message <Board> & co"), "names are shown as they are");
}

#[tokio::test]
async fn faults_of_an_api_of_ones_own_come_first_where_all_else_is_well() {
    let stage = Stage::called(TokenType::Jwt).await;
    let mut handed = stage.handed_on();
    handed.report.users.retain(|user| user.finding.is_none());
    for cell in handed.report.users.iter_mut().flat_map(|user| &mut user.cells) {
        cell.as_expected = Some(true);
    }
    let told = format!("Your own API has {} faults", causes(&handed));
    assert_eq!(sentence(&stage, &handed), told);
    handed.cancelled = true;
    assert!(sentence(&stage, &handed).starts_with("Stopped after"));
    handed.cancelled = false;
    let target = handed.report.target.as_mut().expect("it was called");
    let mut kinds = [FindingKind::Cause].into_iter().chain(std::iter::repeat(FindingKind::Note));
    target.findings.iter_mut().zip(&mut kinds).for_each(|(finding, kind)| finding.kind = kind);
    let only = target.findings[0].title.trim_end_matches('.').to_owned();
    assert_eq!(sentence(&stage, &handed), only, "one fault says itself what it is");
    handed.report.target = None;
    assert_eq!(sentence(&stage, &handed), "Everyone gets in where they should, and nowhere else");
}

/// As the window says it.
#[tokio::test]
async fn who_gets_in_and_should_not_is_kept_out_by_what_let_them_in() {
    let stage = Stage::called(TokenType::Jwt).await;
    let mut handed = stage.handed_on();
    for (rule, needed, found, told) in [
        (RuleName::Public, &[][..], &[][..], "Let this door ask for a token"),
        (RuleName::ValidToken, &[], &[], "Let this door ask for a role"),
        (RuleName::AnyRole, &["a", "b"], &["b", "c"], "Take the role b from it in ZITADEL"),
        (RuleName::AllRoles, &["a", "b"], &["a", "b"], "Take the role a or b from it in ZITADEL"),
    ] {
        let mut cells = handed.report.users.iter_mut().flat_map(|user| &mut user.cells);
        let let_in = |cell: &&mut Cell| cell.verdict == Verdict::Allowed && cell.decision.is_some();
        let cell = cells.find(let_in).expect("somebody got in");
        (cell.expected, cell.as_expected) = (Some(Expected::Deny), Some(false));
        let decision = cell.decision.as_mut().expect("it was looked for");
        decision.rule = rule;
        decision.needed_roles = needed.iter().map(ToString::to_string).collect();
        decision.roles_found = found.iter().map(ToString::to_string).collect();
        let page = stage.bench.bench.written(&handed, ReportFormat::Html).expect("a page");
        let told = format!("{told}, or expect it to get in.");
        assert!(page.contains(&told), "{rule:?}");
    }
}

/// An expectation that is not met, where nothing was found out but how the API decided.
#[tokio::test]
async fn who_is_kept_out_is_told_by_what_the_api_saw() {
    let stage = Stage::called(TokenType::Jwt).await;
    let mut handed = stage.handed_on();
    for (outcome, told) in [
        (Outcome::NoToken, "No token came along."),
        (Outcome::MalformedToken, "What came along is not a token."),
        (Outcome::Inactive, "ZITADEL calls the token inactive."),
        (Outcome::RoleMissing, "ZITADEL told the API: no role."),
        (Outcome::ApiRefused, "ZITADEL refuses the API itself."),
        (Outcome::IssuerUnavailable, "The API could not ask ZITADEL."),
    ] {
        let mut cells = handed.report.users.iter_mut().flat_map(|user| &mut user.cells);
        let cell = cells.find(|cell| cell.decision.is_some()).expect("somebody was called");
        (cell.verdict, cell.finding) = (Verdict::Refused, None);
        (cell.expected, cell.as_expected) = (Some(Expected::Allow), Some(false));
        let decision = cell.decision.as_mut().expect("it was looked for");
        (decision.outcome, decision.roles_found) = (outcome, Vec::new());
        let page = stage.bench.bench.written(&handed, ReportFormat::Html).expect("a page");
        assert!(page.contains(&format!("<p>{told}</p>")), "{outcome:?}");
    }
}

fn sentence(stage: &Stage, handed: &HandedOn) -> String {
    let page = stage.bench.bench.written(handed, ReportFormat::Html).expect("a page");
    let headline = scraper::Selector::parse("h1").expect("a selector");
    let page = scraper::Html::parse_document(&page);
    page.select(&headline).flat_map(|line| line.text()).collect()
}

#[tokio::test]
async fn there_is_nothing_to_hand_on_before_the_roll_was_called() {
    let bench = Bench::new(Setup::default()).await;
    assert!(bench.bench.hand_on().is_none());
}

#[tokio::test]
async fn what_was_said_in_another_workspace_stays_out() {
    let stage = Stage::called(TokenType::Opaque).await;
    let before = stage.handed_on().exchanges.len();
    let workspace = stage.issuer.workspace();
    stage.bench.bench.replace(Setup::open(&workspace).unwrap()).await.unwrap();
    assert!(stage.bench.bench.hand_on().is_none(), "the report was the other workspace's");
    stage.bench.call().await;
    let handed = stage.handed_on();
    let first = handed.exchanges.first().unwrap();
    assert!(first.id > before as u64 && first.purpose == Purpose::Discovery, "{first:?}");
    let page = stage.written(ReportFormat::Html);
    assert!(!page.contains("stranger"), "a caller of the other workspace");
}

#[tokio::test]
async fn no_format_tells_where_files_lie() {
    let stage = Stage::called(TokenType::Opaque).await;
    let folder = stage.issuer.folder.path().display().to_string();
    let before = serde_json::to_string(&stage.bench.bench.report()).unwrap();
    assert!(before.contains(&folder), "a finding names the key file by its path");
    for format in FORMATS {
        let text = stage.written(format);
        assert!(!text.contains(&folder), "{format:?}");
    }
    assert!(stage.written(ReportFormat::Json).contains("\"path\": \"stranger.json\""));
}
