//! The roll, called once more at somebody's own API: two calls at a time, after the reference has
//! answered. Whoever stops the run keeps what is there.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use contract::{
    Cell, Event, Finding, Report, Verdict,
    exchange::{Party, Purpose},
    report::{CellResponse, NOBODY, TargetReport, UserReport},
};
use futures::{StreamExt, stream};
use parking_lot::Mutex;
use secrecy::ExposeSecret;
use uuid::Uuid;
use zitadel_client::{
    Http,
    http::{Answer, Failure, Outgoing, Value},
    secret::AccessToken,
};

use super::{
    Target,
    address::{Place, TargetAddress},
    gather,
};
use crate::{
    diagnosis, expectation,
    roll_call::{Only, Running},
    setup::Plan,
};

/// Somebody's own API may run with one worker, on the machine of whoever sits before it.
pub(super) const CALLS_AT_ONCE: usize = 2;

/// The whole is told anew each time, so not at each call.
const TELL_EVERY: Duration = Duration::from_millis(200);

/// The target's part of a report before anything was called; what is not called again keeps what it
/// showed.
pub(crate) fn begin(
    plan: &Plan,
    users: &[UserReport],
    only: &Only,
    previous: Option<TargetReport>,
) -> Option<TargetReport> {
    let url = plan.target.as_ref()?.url().to_owned();
    let mut target = TargetReport {
        url,
        findings: Vec::new(),
        users: users.iter().map(blank_row).collect(),
        probes: Vec::new(),
        left_out: Vec::new(),
    };
    let Some(previous) = previous.filter(|p| p.url == target.url) else { return Some(target) };
    for (row, before) in target.users.iter_mut().zip(previous.users) {
        for (cell, seen) in row.cells.iter_mut().zip(before.cells) {
            if !(only.row(&row.label) && only.door(&cell.path)) {
                *cell = Cell { expected: cell.expected, expected_from: cell.expected_from, ..seen };
            }
        }
    }
    (target.probes, target.left_out) = (previous.probes, previous.left_out);
    Some(target)
}

fn blank_row(row: &UserReport) -> UserReport {
    let cells = row.cells.iter().map(|cell| Cell {
        status: None,
        verdict: Verdict::NotReached,
        as_expected: None,
        decision: None,
        response: None,
        finding: None,
        exchange: None,
        ..cell.clone()
    });
    UserReport {
        cells: cells.collect(),
        finding: None,
        notes: Vec::new(),
        token: None,
        ..row.clone()
    }
}

/// Somebody's own API under call.
pub(super) struct Calling<'r> {
    pub(super) run: &'r Running,
    http: Http,
    address: TargetAddress,
    /// It answered once, so that it is there.
    answered: AtomicBool,
    /// It never answered: nothing more is asked.
    silent: Mutex<Option<Failure>>,
    told: Mutex<Instant>,
}

impl Running {
    /// Calls somebody's own API where the reference was called, then tries its probes.
    pub(crate) async fn call_target(&self) {
        let Some(target) = &self.plan.target else { return };
        let (http, address) = match self.way_to(target).await {
            Ok(way) => way,
            Err(finding) => {
                self.change_target(|target| target.findings = vec![*finding]);
                return self.tell_target();
            }
        };
        let calling = Calling {
            run: self,
            http,
            address,
            answered: AtomicBool::new(false),
            silent: Mutex::default(),
            told: Mutex::new(Instant::now()),
        };
        calling.roll().await;
        if self.only.is_all() {
            calling.probe().await;
        }
        let Calling { silent, address, .. } = calling;
        if let Some(failure) = silent.into_inner() {
            let finding = diagnosis::target_silent(&address, &failure);
            self.change_target(|target| target.findings = vec![finding]);
        }
        self.judge_target();
        self.tell_target();
    }

    /// What it is called with: where only private addresses go unasked, exactly those looked at.
    async fn way_to(&self, target: &Target) -> Result<(Http, TargetAddress), Box<Finding>> {
        let address = target
            .address
            .clone()
            .map_err(|(typed, error)| Box::new(diagnosis::target_address(&typed, &error)))?;
        let http = &self.stage.http;
        let http = match address.place().await {
            Place::ThisMachine => http.clone(),
            Place::Private(addresses) => http.only_to(addresses),
            // A proxy may know names that are not known here.
            Place::Public | Place::Unknown if target.allow_public => http.clone(),
            Place::Public => return Err(Box::new(diagnosis::target_not_private(&address))),
            Place::Unknown => return Err(Box::new(diagnosis::target_unknown(&address))),
        };
        Ok((http, address))
    }

    /// Says what is wrong with the answers so far. Where nothing answered, that alone is said.
    pub(crate) fn judge_target(&self) {
        let mut report = self.report.lock();
        let project_id = self.project.lock().clone();
        let plan = (&*self.plan.endpoints, project_id.as_deref());
        let evidence = gather::evidence(&report, plan.0, plan.1, &self.stage.transcript);
        let Some(target) = &mut report.target else { return };
        if target.findings.iter().any(|finding| diagnosis::is_no_way(finding.code)) {
            return;
        }
        target.findings = diagnosis::target(&evidence);
        gather::mark(target, &evidence);
    }

    pub(super) fn change_target(&self, change: impl FnOnce(&mut TargetReport)) {
        if let Some(target) = &mut self.report.lock().target {
            change(target);
        }
    }

    fn tell_target(&self) {
        let target = self.report.lock().target.clone();
        if let Some(target) = target {
            (self.stage.emit)(Event::TargetChanged { run: self.number, target });
        }
    }

    /// The token that a row of the report was called with.
    pub(super) fn token_of(&self, row: &UserReport) -> Option<AccessToken> {
        let slot = row.token.as_ref()?.slot;
        let secret = self.stage.transcript.reveal(slot)?;
        Some(AccessToken::from(secret.expose_secret().to_owned()))
    }
}

impl Calling<'_> {
    async fn roll(&self) {
        let rows = self.report().users.len();
        let only = &self.run.only;
        stream::iter(0..rows)
            .for_each_concurrent(CALLS_AT_ONCE, |at| async move {
                let row = self.report().users[at].clone();
                if only.row(&row.label) {
                    self.row(at, &row).await;
                    self.tell();
                }
            })
            .await;
    }

    async fn row(&self, at: usize, row: &UserReport) {
        let token = self.run.token_of(row);
        for (door, reference) in row.cells.iter().enumerate() {
            if reference.exchange.is_none() || !self.run.only.door(&reference.path) {
                continue;
            }
            let (method, path) = (&*reference.method, &*reference.path);
            let outcome = self.send(&row.label, method, path, token.as_ref(), Purpose::Call).await;
            let Some(outcome) = outcome else { return };
            self.run.change_target(|target| {
                let cell = &mut target.users[at].cells[door];
                *cell = answered(cell.clone(), &outcome);
            });
        }
    }

    /// Calls a door. `None` where the API never answered, so that nothing more is asked.
    pub(super) async fn send(
        &self,
        label: &str,
        method: &str,
        path: &str,
        token: Option<&AccessToken>,
        purpose: Purpose,
    ) -> Option<Result<Answer, Failure>> {
        if self.silent.lock().is_some() {
            return None;
        }
        let request_id = Uuid::new_v4().to_string();
        let mut headers = vec![
            ("accept".to_owned(), Value::Plain("application/json".into())),
            ("x-request-id".to_owned(), Value::Plain(request_id.clone())),
        ];
        headers.extend(token.map(|token| ("authorization".into(), Value::bearer(token))));
        let outgoing = Outgoing {
            purpose,
            from: Party::Caller,
            to: Party::Api,
            user: Some(label.into()),
            request_id: Some(request_id),
            method: method.into(),
            url: self.address.door(path),
            headers,
            form: None,
            json: None,
            // A time-out or a broken connection is an answer too.
            repeatable: false,
        };
        let outcome = self.http.send(outgoing).await;
        match &outcome {
            Ok(_) => self.answered.store(true, Ordering::Relaxed),
            Err(failure) if !self.answered.load(Ordering::Relaxed) => {
                *self.silent.lock() = Some(failure.clone());
                return None;
            }
            Err(_) => {}
        }
        Some(outcome)
    }

    /// Tells how far it is, now and then.
    pub(super) fn tell(&self) {
        let mut told = self.told.lock();
        if told.elapsed() < TELL_EVERY || self.silent.lock().is_some() {
            return;
        }
        *told = Instant::now();
        drop(told);
        self.run.judge_target();
        self.run.tell_target();
    }

    pub(super) fn report(&self) -> parking_lot::MutexGuard<'_, Report> {
        self.run.report.lock()
    }

    /// What people call a row.
    pub(super) fn is_nobody(row: &UserReport) -> bool {
        row.label == NOBODY
    }
}

fn answered(blank: Cell, outcome: &Result<Answer, Failure>) -> Cell {
    let (exchange, status) = match outcome {
        Ok(answer) => (answer.exchange, Some(answer.status)),
        Err(failure) => (failure.exchange, None),
    };
    let verdict = match status {
        Some(200..=299) => Verdict::Allowed,
        Some(400 | 401 | 403) => Verdict::Refused,
        _ => Verdict::Failed,
    };
    // As recorded: whatever the API echoes, no secret is in a report.
    let recorded = outcome.as_ref().ok().and_then(|answer| answer.record().response.as_ref());
    Cell {
        status,
        verdict,
        as_expected: expectation::met(blank.expected, verdict),
        response: recorded
            .map(|r| CellResponse { headers: r.headers.clone(), body: r.body.clone() }),
        exchange: Some(exchange),
        finding: None,
        ..blank
    }
}
