//! One row of the table at one dialect.

use std::{net::Ipv4Addr, sync::LazyLock};

use contract::{Finding, FindingCode as Code, FindingKind, Report};
use futures::{StreamExt, stream};
use rolecall_tests::{bench::Bench, issuer::Issuer};
use sandbox::{Dialect, Options, TokenType, World};
use tester::{
    Setup, Workspace, diagnosis::first_causes, roll_call::Only, setup::NotReady,
    workbench::CallError,
};
use tokio::net::TcpListener;

use crate::table::{Said, Seen};

pub const DIALECTS: [Dialect; 4] =
    [Dialect::V43, Dialect::InvalidClient, Dialect::InvalidGrant, Dialect::Described];
pub const PRIVATE: &str = "/api/private";
pub const SCOPED: &str = "/api/private-scoped";

/// Making its keys takes longer than a case.
static WORLD: LazyLock<World> = LazyLock::new(|| world(TokenType::Opaque));

pub fn world(token_type: TokenType) -> World {
    World::demo(token_type).unwrap()
}

pub async fn issuer(dialect: Dialect) -> Issuer {
    Issuer::start(WORLD.clone(), Options { dialect, ..Options::default() }).await
}

/// The workspace that the sandbox writes.
pub fn whole(issuer: &Issuer) -> Workspace {
    issuer.sandbox.write_files(issuer.folder.path()).unwrap();
    Workspace::load(&issuer.workspace()).unwrap()
}

pub async fn bench(workspace: Workspace) -> Bench {
    Bench::new(Setup::new(workspace, None)).await
}

/// What came of calling the roll.
pub struct Came {
    /// The first cause and where it is.
    pub first: Option<(Finding, Option<Seen>)>,
    /// The other causes.
    pub others: Vec<Code>,
    /// The run's notes, then the rows'.
    pub notes: Vec<Code>,
}

pub async fn call(bench: &Bench, only: Only) -> Came {
    let not_ready = |finding: Box<Finding>, seen| Came {
        first: Some((*finding, Some(seen))),
        others: vec![],
        notes: vec![],
    };
    match bench.bench.call(only).await {
        Ok(outcome) => came(&outcome.report),
        Err(CallError::NotReady(NotReady::Issuer(finding))) => not_ready(finding, Seen::Issuer),
        Err(CallError::NotReady(NotReady::ApiKey(finding))) => not_ready(finding, Seen::ApiKey),
        Err(other) => panic!("the roll cannot be called: {other}"),
    }
}

fn came(report: &Report) -> Came {
    let causes = first_causes(report);
    let notes = report.notes.iter().chain(report.users.iter().flat_map(|user| &user.notes));
    Came {
        first: causes.first().map(|first| ((*first).clone(), place(report, first))),
        others: causes.iter().skip(1).map(|cause| cause.code).collect(),
        notes: notes.map(|note| note.code).collect(),
    }
}

/// Where a finding stands first; `None` where that is not at the first user.
fn place(report: &Report, finding: &Finding) -> Option<Seen> {
    let is = |one: &Option<Finding>| one.as_ref() == Some(finding);
    let first = report.users.first()?;
    if is(&report.api.finding) {
        return Some(Seen::Api);
    }
    if is(&first.finding) {
        return Some(Seen::Row);
    }
    let door = first.cells.iter().find(|cell| is(&cell.finding))?;
    match door.path.as_str() {
        PRIVATE => Some(Seen::Private),
        SCOPED => Some(Seen::Scoped),
        _ => None,
    }
}

/// Says how a case differs from the table; empty where it does not.
pub fn differences(case: &str, came: &Came, said: Said, notes: &[Code]) -> Vec<String> {
    let mut wrong = Vec::new();
    let first = came.first.as_ref().filter(|(finding, seen)| {
        // Some of the world's users lack the role, with or without a fault.
        let as_ever = finding.code == Code::RoleMissing && seen.is_none();
        said.is_some() || !as_ever
    });
    let is = first.map(|(finding, seen)| (finding.code, *seen));
    let should = said.map(|(code, seen)| (code, Some(seen)));
    if is != should {
        let title = first.map(|(finding, _)| &finding.title);
        wrong.push(format!("{case}: {is:?} {title:?} in place of {should:?}"));
    }
    let more = |code: &&Code| **code != Code::RoleMissing && said.is_none_or(|(c, _)| c != **code);
    if came.others.iter().any(|code| more(&code)) {
        wrong.push(format!("{case}: more causes: {:?}", came.others));
    }
    if came.notes != notes {
        wrong.push(format!("{case}: notes {:?} in place of {notes:?}", came.notes));
    }
    if let Some((finding, _)) = &came.first {
        wrong.extend(ill_said(finding).map(|why| format!("{case}: {why}: {finding:?}")));
    }
    wrong
}

/// What every finding must be like.
fn ill_said(finding: &Finding) -> Option<&'static str> {
    let texts = [&finding.title, &finding.explanation, &finding.fix.text];
    let ours = |word: &str| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        serde_json::from_value::<Code>(word.into()).is_ok() && word.contains('_')
    };
    if finding.kind != FindingKind::Cause {
        Some("a note where a cause belongs")
    } else if finding.evidence.is_empty() {
        Some("no proof")
    } else if texts.iter().any(|text| text.trim().is_empty()) {
        Some("something is not said")
    } else if texts.iter().any(|text| text.split_whitespace().any(ours)) {
        Some("a word that only this program knows")
    } else {
        None
    }
}

/// All at once, but not more than a machine bears; what differs.
pub async fn all<F: Future<Output = Vec<String>>>(cases: impl IntoIterator<Item = F>) {
    let wrong: Vec<String> = stream::iter(cases).buffer_unordered(16).concat().await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// An address of this machine where nobody listens.
pub async fn nobody() -> String {
    tester::listen::bind_exactly(0).await.unwrap().base_url()
}

/// The address of a web server that is no ZITADEL.
pub async fn somebody_else() -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let page =
        axum::Router::new().fallback(|| async { axum::response::Html("<h1>It works!</h1>") });
    tokio::spawn(async move { axum::serve(listener, page).await });
    address
}
