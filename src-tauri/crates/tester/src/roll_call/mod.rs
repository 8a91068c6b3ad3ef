//! Every caller at every door, as it happens.
//!
//! Rows are called side by side, as many at once as Settings say; within a row one door after the other. Each change
//! is an [`Event`]; stopping keeps what was done. What a cell shows as the API's decision is the
//! API's own account of that very request, tied to it by `x-request-id`.

mod api;
mod cell;
mod learn;
mod managed;
mod notes;
mod probe;
mod row;

pub(crate) use row::Bearer;

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use contract::{
    Cell, Event, Finding, Report, Verdict,
    event::UserState,
    report::{ApiReport, NOBODY, UserReport},
};
use jiff::Timestamp;
use parking_lot::Mutex;
use resource_server::ProtectedApi;
use tokio::{
    sync::{OnceCell, Semaphore},
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;
use zitadel_client::{
    Clock, Http, exchange::Transcript, introspection::Introspector, management::Management,
    token::Token,
};

use crate::{
    changes::Changes,
    diagnosis,
    evidence::{ApiProbe, AudienceProbe, Renamed, Scene},
    expectation,
    setup::{Member, Place, Plan},
    target::{self, Past},
};

/// What a run calls with.
#[derive(Clone)]
pub struct Stage {
    /// Sends and records every exchange.
    pub http: Http,
    /// Where the exchanges are kept.
    pub transcript: Transcript,
    /// The protected API, already serving under `base_url`.
    pub api: ProtectedApi,
    /// The API's own way of asking the issuer; also used to learn the project.
    pub introspector: Introspector,
    /// For example `http://localhost:8000`.
    pub base_url: String,
    /// The local clock.
    pub clock: Arc<dyn Clock>,
    /// Signatures are dated back by so many seconds, because somebody said so.
    pub dated_back: i64,
    /// What was changed a moment ago.
    pub changes: Changes,
    /// Looks up what a refusal alone does not tell, where somebody entered a personal access token.
    pub management: Option<Management>,
    /// Where events go, in order.
    pub emit: Arc<dyn Fn(Event) + Send + Sync>,
    /// Tokens of earlier runs.
    pub past: Past,
    /// How many rows are called at once.
    pub rows_at_once: usize,
}

/// Which cells to call; `None` stands for all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Only {
    /// A row's label.
    pub user: Option<String>,
    /// A door's path.
    pub endpoint: Option<String>,
}

impl Only {
    /// Every cell.
    pub fn is_all(&self) -> bool {
        *self == Self::default()
    }

    pub(crate) fn row(&self, label: &str) -> bool {
        self.user.as_deref().is_none_or(|wanted| wanted == label)
    }

    pub(crate) fn door(&self, path: &str) -> bool {
        self.endpoint.as_deref().is_none_or(|wanted| wanted == path)
    }
}

/// A row's token, with what it was obtained from: with another key or at another issuer it is
/// somebody else's, and must not be shown there.
#[derive(Debug, Clone)]
pub struct Kept {
    /// The token.
    pub token: Token,
    /// The issuer that it came from.
    pub issuer: String,
    /// The key that it was asked for with.
    pub key_id: String,
}

/// Tokens kept between runs, by row: a call of one row or cell uses the token that the row has.
pub type Tokens = Arc<Mutex<HashMap<String, Kept>>>;

/// A finished or stopped run.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Whole, or what was done when it was stopped.
    pub report: Report,
    /// It was stopped.
    pub cancelled: bool,
    /// The project's id, where this run learned it.
    pub learned: Option<String>,
}

/// Calls the roll; every event but the last is emitted. `previous` is what the cells that are not called keep showing.
pub async fn call(
    number: u64,
    plan: Plan,
    stage: Stage,
    only: Only,
    tokens: Tokens,
    previous: Option<Report>,
    cancel: CancellationToken,
) -> Outcome {
    let report = begin(&plan, &stage, &only, previous);
    (stage.emit)(Event::RunStarted {
        run: number,
        at: say(stage.clock.now()),
        report: report.clone(),
    });
    let run = Arc::new(Running::new(number, plan, stage, only, tokens, report));
    let finished = cancel.run_until_cancelled(run.all()).await;
    run.finish(finished.is_none())
}

/// A run under way.
pub(crate) struct Running {
    pub(crate) number: u64,
    pub(crate) plan: Plan,
    pub(crate) stage: Stage,
    pub(crate) only: Only,
    pub(crate) tokens: Tokens,
    /// Typed, or learned on the way.
    pub(crate) project: Mutex<Option<String>>,
    probes: Probes,
    pub(crate) report: Mutex<Report>,
}

/// What is asked at most once a run.
#[derive(Default)]
struct Probes {
    audience: OnceCell<AudienceProbe>,
    /// Asked anew once the API was accepted.
    of_api: Mutex<Arc<OfApi>>,
    /// Roles that the API's project has.
    defined: Mutex<HashSet<String>>,
}

/// Why the API is refused.
#[derive(Default)]
struct OfApi {
    probe: OnceCell<ApiProbe>,
    issuer: OnceCell<Option<Renamed>>,
    finding: OnceCell<Finding>,
}

impl Running {
    /// Stands on `report`: every row and cell that the plan has.
    pub(crate) fn new(
        number: u64,
        plan: Plan,
        stage: Stage,
        only: Only,
        tokens: Tokens,
        report: Report,
    ) -> Self {
        Self {
            number,
            project: Mutex::new(plan.project_id.clone()),
            probes: Probes::default(),
            report: Mutex::new(report),
            plan,
            stage,
            only,
            tokens,
        }
    }

    /// Each row is a task of its own, so that signing and reading use every core. Dropped half-way,
    /// all of them end.
    async fn all(self: &Arc<Self>) {
        let mut early = self.learn_project().await;
        let turns = Arc::new(Semaphore::new(self.stage.rows_at_once));
        let mut rows = JoinSet::new();
        let labels = self.plan.members.iter().map(|member| member.label.as_str());
        for (at, label) in labels.chain(std::iter::once(NOBODY)).enumerate() {
            if !self.only.row(label) {
                continue;
            }
            let (run, turns, early) = (self.clone(), turns.clone(), early.remove(label));
            rows.spawn(async move {
                let _turn = turns.acquire_owned().await;
                run.call_row(at, early).await;
            });
        }
        while rows.join_next().await.is_some() {}
        Box::pin(self.ask_for_the_api_alone()).await;
        Box::pin(self.call_target()).await;
    }

    fn finish(&self, cancelled: bool) -> Outcome {
        self.stage.past.keep(&self.tokens);
        self.judge_target();
        let project = self.project.lock().clone();
        let learned = if self.plan.project_id.is_none() { project.clone() } else { None };
        let mut report = self.report.lock().clone();
        report.project_id = project;
        if !cancelled {
            let client_id_asked = self.plan.scopes.is_none() && self.plan.project_id.is_none();
            report.notes.extend(notes::of(&report, &self.scene(), client_id_asked));
        }
        Outcome { report, cancelled, learned }
    }

    fn scene(&self) -> Scene {
        Scene {
            issuer: self.plan.discovery.issuer.clone(),
            project_id: self.project.lock().clone(),
            client_id: self.plan.api_key.client_id.clone(),
            app_id: self.plan.api_key.app_id.clone(),
            api_key_id: self.plan.api_key.key_id.clone(),
            api_key_path: self.plan.api_key.path.display().to_string(),
        }
    }

    /// Keeps the project's id the first time that an answer names it.
    fn learn(&self, project_id: &str) {
        let mut project = self.project.lock();
        if project.is_some() {
            return;
        }
        *project = Some(project_id.into());
        drop(project);
        self.stage.api.set_project_id(Some(project_id.into()));
        self.report.lock().project_id = Some(project_id.into());
        (self.stage.emit)(Event::ProjectLearned {
            run: self.number,
            project_id: project_id.into(),
        });
    }

    pub(crate) fn change_row(&self, at: usize, change: impl FnOnce(&mut UserReport)) {
        let row = {
            let mut report = self.report.lock();
            let row = &mut report.users[at];
            let before = UserState::from(&*row);
            change(row);
            let after = UserState::from(&*row);
            if before == after {
                return;
            }
            after
        };
        (self.stage.emit)(Event::UserChanged { run: self.number, user: at, row });
    }

    pub(crate) fn change_cell(&self, user: usize, endpoint: usize, cell: Cell) {
        self.report.lock().users[user].cells[endpoint] = cell.clone();
        let cell = Box::new(cell);
        (self.stage.emit)(Event::CellChanged { run: self.number, user, endpoint, cell });
    }
}

/// The report before anything was called: every row and cell stands. Cells that are not called
/// keep what they showed, where the previous report has the same rows and doors.
fn begin(plan: &Plan, stage: &Stage, only: &Only, previous: Option<Report>) -> Report {
    let mut report = blank(plan, stage);
    let Some(previous) = previous.filter(|p| !only.is_all() && same_shape(p, &report)) else {
        report.target = target::begin(plan, &report.users, only, None);
        return report;
    };
    for (row, before) in report.users.iter_mut().zip(previous.users) {
        let called = only.row(&row.label);
        for (cell, seen) in row.cells.iter_mut().zip(before.cells) {
            if !(called && only.door(&cell.path)) {
                let Cell { expected, expected_from, .. } = *cell;
                let as_expected = expectation::met(expected, seen.verdict);
                *cell = Cell { expected, expected_from, as_expected, ..seen };
            }
        }
        row.user_name = before.user_name;
        if !called {
            (row.finding, row.notes, row.token) = (before.finding, before.notes, before.token);
        }
    }
    // What is called tells whether it still is so.
    (report.api.accepted, report.api.finding) = (previous.api.accepted, previous.api.finding);
    report.target = target::begin(plan, &report.users, only, previous.target);
    report
}

/// Whether a report has the rows and doors of a plan, of the same issuer and API.
pub(crate) fn fits(report: &Report, plan: &Plan, stage: &Stage) -> bool {
    same_shape(report, &blank(plan, stage))
}

fn same_shape(one: &Report, other: &Report) -> bool {
    let labels = |r: &Report| {
        r.users.iter().map(|u| (u.label.clone(), u.user_id.clone())).collect::<Vec<_>>()
    };
    let doors = |r: &Report| {
        let first = r.users.first();
        let door = |c: &Cell| (c.method.clone(), c.path.clone());
        first.map(|u| u.cells.iter().map(door).collect::<Vec<_>>())
    };
    let base = |r: &Report| (r.issuer.clone(), r.client_id.clone());
    labels(one) == labels(other) && doors(one) == doors(other) && base(one) == base(other)
}

fn blank(plan: &Plan, stage: &Stage) -> Report {
    let row = |label: &str, user_id: Option<String>, notes: Vec<Finding>| UserReport {
        label: label.into(),
        user_id,
        user_name: None,
        finding: None,
        notes,
        token: None,
        cells: plan.endpoints.iter().map(|door| blank_cell(label, door, plan)).collect(),
    };
    let member_row = |member: &Member| match &member.key {
        Place { read: Ok(key), .. } => row(
            &member.label,
            Some(key.user_id.clone()),
            diagnosis::repaired(&key.path, &key.repairs).into_iter().collect(),
        ),
        Place { read: Err(_), .. } => row(&member.label, None, Vec::new()),
    };
    let api_key = &plan.api_key;
    Report {
        issuer: plan.discovery.issuer.clone(),
        project_id: plan.project_id.clone(),
        client_id: api_key.client_id.clone(),
        finding: None,
        notes: diagnosis::repaired(&api_key.path, &api_key.repairs).into_iter().collect(),
        api: ApiReport { base_url: stage.base_url.clone(), accepted: None, finding: None },
        users: plan
            .members
            .iter()
            .map(member_row)
            .chain(std::iter::once(row(NOBODY, None, Vec::new())))
            .collect(),
        target: None,
        project_roles: None,
    }
}

fn blank_cell(label: &str, door: &contract::Endpoint, plan: &Plan) -> Cell {
    let expected = expectation::expected(label, door, &plan.expectations);
    Cell {
        method: door.method.clone(),
        path: door.path.clone(),
        status: None,
        verdict: Verdict::NotReached,
        expected: expected.map(|(what, _)| what),
        expected_from: expected.map(|(_, from)| from),
        as_expected: None,
        decision: None,
        response: None,
        finding: None,
        exchange: None,
    }
}

/// A moment as [`contract::Timestamp`].
pub(crate) fn say(at: Timestamp) -> contract::Timestamp {
    format!("{at:.3}")
}
