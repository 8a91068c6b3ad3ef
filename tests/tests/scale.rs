//! A roll call of a hundred service users at ten doors: right in every cell, and not one request more
//! than needed, counted by the workbench and once more at the sandbox's door.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

use contract::{Event, Report, exchange::Purpose};
use rolecall_tests::{
    bench::{Bench, statuses, workspace},
    crowd,
    gate::Gate,
};
use sandbox::TokenType;
use tester::Setup;

/// The doors that a token is asked for at.
const PROTECTED: usize = 8;

/// What one run came to.
struct Called {
    report: Report,
    bench: Bench,
    gate: Gate,
    project: String,
}

impl Called {
    async fn with(project_is_given: bool) -> Self {
        let gate = Gate::demo(TokenType::Opaque).await;
        let project = gate.issuer.sandbox.snapshot().project_id;
        let files = crowd::gather(&gate.address, &project, gate.issuer.folder.path()).await;
        let mut workspace = workspace(&gate.address, gate.issuer.file("api"), &files);
        workspace.endpoints = crowd::doors();
        workspace.project_id = project_is_given.then(|| project.clone());
        let bench = Bench::new(Setup::new(workspace, None)).await;
        let report = bench.call().await;
        Self { report, bench, gate, project }
    }

    fn made(&self, purpose: Option<Purpose>) -> usize {
        let events = self.bench.events.lock().unwrap();
        let exchanges = events.iter().filter(|event| {
            let Event::Exchange { exchange } = event else { return false };
            purpose.is_none_or(|purpose| purpose == exchange.purpose)
        });
        exchanges.count()
    }

    fn came(&self, path: &str) -> usize {
        let asked = self.gate.asked(path);
        asked.iter().filter(|asked| !asked.path.starts_with("/management/")).count()
    }

    fn every_cell_is_right(&self) {
        let doors = crowd::doors();
        let row = |roles| -> Vec<u16> {
            doors.iter().map(|door| crowd::answer(roles, &door.access)).collect()
        };
        let rows = statuses(&self.report);
        assert_eq!(rows.len(), crowd::USERS + 1);
        for (place, (label, answered)) in rows[..crowd::USERS].iter().enumerate() {
            assert_eq!(*label, format!("bot-{place}"));
            assert_eq!(*answered, row(Some(crowd::roles(place))), "{label}");
        }
        assert_eq!(rows[crowd::USERS].1, row(None), "nobody");
        assert_eq!(self.report.project_id.as_deref(), Some(&*self.project));
    }

    /// `learning`: what learning the project may cost, of tokens and of introspections.
    fn nothing_was_asked_twice(&self, learning: usize) {
        let (tokens, introspections) = (crowd::USERS + learning, crowd::USERS * PROTECTED);
        let calls = (crowd::USERS + 1) * crowd::doors().len();
        assert_eq!(self.made(Some(Purpose::Discovery)), 1);
        assert_eq!(self.made(Some(Purpose::Token)), tokens);
        assert_eq!(self.made(Some(Purpose::Introspection)), introspections);
        assert_eq!(self.made(Some(Purpose::Probe)), learning);
        assert_eq!(self.made(Some(Purpose::Call)), calls);
        assert_eq!(self.made(None), 1 + tokens + introspections + learning + calls, "and no other");

        assert_eq!(self.came("/oauth/v2/token"), tokens);
        assert_eq!(self.came("/oauth/v2/introspect"), introspections + learning);
        assert_eq!(self.came(""), 1 + tokens + introspections + learning, "at the sandbox's door");
    }
}

#[tokio::test]
async fn a_hundred_users_at_ten_doors_cost_a_token_each_and_an_introspection_a_protected_call() {
    let called = Called::with(true).await;
    called.every_cell_is_right();
    called.nothing_was_asked_twice(0);
}

#[tokio::test]
async fn learning_the_project_costs_one_token_and_one_introspection_more() {
    let called = Called::with(false).await;
    called.every_cell_is_right();
    called.nothing_was_asked_twice(1);
}
