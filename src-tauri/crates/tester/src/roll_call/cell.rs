//! One caller at one door.

use std::time::{Duration, Instant};

use contract::{
    Cell, Decision, ExchangeId, Finding, Verdict,
    exchange::{Party, Purpose},
    report::{CellResponse, Outcome, RuleName},
};
use serde_json::{Map, Value};
use uuid::Uuid;
use zitadel_client::{
    http::{Answer, Failure, Outgoing, Value as Part},
    introspection::About,
};

use super::{
    Running,
    row::{Bearer, caller},
};
use crate::{
    diagnosis,
    evidence::{FreshToken, Refusal, Waited},
    expectation,
};

/// How long a change that Rolecall made itself may take to show.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often it is looked for.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

impl Running {
    /// Calls one door and keeps what came of it. Where the role was given a moment ago and does not
    /// show yet, the door is called again as soon as it does.
    pub(super) async fn call_cell(&self, at: usize, door: usize, bearer: Option<&Bearer<'_>>) {
        let cell = self.knock(at, door, bearer, None).await;
        let awaited = self.awaited(&cell, bearer);
        let Some((bearer, given)) = awaited else { return self.change_cell(at, door, cell) };
        let access = &self.plan.endpoints[door].access;
        let mut waiting = cell;
        let mut waited = since(given, &waiting);
        if is_kept(&waiting) {
            // The API will not ask before its time, so nothing shows earlier.
            waiting.finding = self.explain_waiting(at, &waiting, bearer, waited);
            return self.change_cell(at, door, waiting);
        }
        while !waited.over {
            waiting.finding = self.explain_waiting(at, &waiting, bearer, waited);
            self.change_cell(at, door, waiting.clone());
            tokio::time::sleep(LOOK_AGAIN).await;
            let roles = self.roles_now(at, bearer).await;
            if roles.as_ref().is_some_and(|(roles, _)| access.admits(roles)) {
                let cell = self.knock(at, door, Some(bearer), None).await;
                return self.change_cell(at, door, cell);
            }
            waited.exchange = roles.map_or(waited.exchange, |(_, exchange)| exchange);
            waited.for_ms = millis(given.elapsed());
            waited.over = given.elapsed() >= PATIENCE;
        }
        let cell = self.knock(at, door, Some(bearer), Some(waited)).await;
        self.change_cell(at, door, cell);
    }

    /// Calls one door once, for whoever calls again anyway. `shown` is the change that this door has
    /// shown already: what it refuses since is no matter of waiting.
    pub(crate) async fn call_once(
        &self,
        at: usize,
        door: usize,
        bearer: Option<&Bearer<'_>>,
        shown: Option<Instant>,
    ) {
        let mut cell = self.knock(at, door, bearer, None).await;
        let awaited = self.awaited(&cell, bearer).filter(|(_, given)| shown != Some(*given));
        if let Some((bearer, given)) = awaited {
            cell.finding = self.explain_waiting(at, &cell, bearer, since(given, &cell));
        }
        self.change_cell(at, door, cell);
    }

    /// When the role was given that this call still lacked, where that may only not show yet.
    fn awaited<'b, 'a>(
        &self,
        cell: &Cell,
        bearer: Option<&'b Bearer<'a>>,
    ) -> Option<(&'b Bearer<'a>, Instant)> {
        let (bearer, decision) = (bearer?, cell.decision.as_ref()?);
        if decision.outcome != Outcome::RoleMissing {
            return None;
        }
        let (changes, missing) = (&self.stage.changes, decision.missing_roles());
        let given = match decision.rule {
            RuleName::AllRoles => changes.all_given(&bearer.key.user_id, &missing)?,
            _ => changes.given(&bearer.key.user_id, &missing)?,
        };
        let is_from_before = decision.cached_ms.is_some_and(|age| age >= millis(given.elapsed()));
        (is_from_before || given.elapsed() < PATIENCE).then_some((bearer, given))
    }

    /// One call, explained.
    async fn knock(
        &self,
        at: usize,
        door: usize,
        bearer: Option<&Bearer<'_>>,
        waited: Option<Waited>,
    ) -> Cell {
        let (label, blank) = {
            let report = self.report.lock();
            let row = &report.users[at];
            (row.label.clone(), row.cells[door].clone())
        };
        let request_id = Uuid::new_v4().to_string();
        self.stage.api.watch(&request_id);
        let answer = self.send(&label, &blank, &request_id, bearer).await;
        let decision = self.stage.api.take_decision(&request_id);
        if let Some(decision) = &decision {
            self.hear_of_api(decision);
            if let Some(told) = decision.introspection.as_ref().and_then(|told| told.as_object()) {
                let exchange = decision.introspection_exchange.unwrap_or_default();
                self.learn_from(told);
                self.note_introspection(at, told, exchange, bearer);
            }
        }
        let blank = Cell { finding: None, decision: None, response: None, status: None, ..blank };
        let mut cell = match answer {
            Ok(answer) => answered(blank, &answer),
            Err(failure) => Cell {
                verdict: Verdict::Failed,
                exchange: Some(failure.exchange),
                finding: Some(diagnosis::api_silent(failure.exchange, &failure.error.message)),
                ..blank
            },
        };
        cell.as_expected = expectation::met(cell.expected, cell.verdict);
        if let Some(decision) = &decision {
            let found = self.explain(&label, at, &cell, decision, bearer, waited).await;
            cell.finding = found.or(cell.finding);
        }
        cell.decision = decision;
        cell
    }

    fn explain_waiting(
        &self,
        at: usize,
        cell: &Cell,
        bearer: &Bearer<'_>,
        waited: Waited,
    ) -> Option<Finding> {
        let decision = cell.decision.clone()?;
        let refusal =
            Refusal { waited: Some(waited), ..self.blank_refusal(at, cell, decision, bearer) };
        diagnosis::refused(&self.scene(), &refusal)
    }

    /// The caller's roles at this moment, asked outside of any call.
    async fn roles_now(&self, at: usize, bearer: &Bearer<'_>) -> Option<(Vec<String>, ExchangeId)> {
        let user = Some(self.report.lock().users[at].label.clone());
        let about = About { request_id: None, user, purpose: Purpose::Probe };
        let answer = self.stage.introspector.introspect(&bearer.token.value, about).await.ok()?;
        let project = self.project.lock().clone();
        Some((answer.project_roles(project.as_deref()).roles, answer.exchange))
    }

    async fn send(
        &self,
        label: &str,
        cell: &Cell,
        request_id: &str,
        bearer: Option<&Bearer<'_>>,
    ) -> Result<Answer, Failure> {
        let mut headers = vec![
            ("accept".to_owned(), Part::Plain("application/json".into())),
            ("x-request-id".to_owned(), Part::Plain(request_id.into())),
        ];
        if let Some(bearer) = bearer {
            headers.push(("authorization".into(), Part::bearer(&bearer.token.value)));
        }
        let outgoing = Outgoing {
            purpose: Purpose::Call,
            from: Party::Caller,
            to: Party::Api,
            user: Some(label.into()),
            request_id: Some(request_id.into()),
            method: cell.method.clone(),
            url: format!("{}{}", self.stage.base_url, cell.path),
            headers,
            form: None,
            json: None,
            // A repeat would ask for a second decision about one request.
            repeatable: false,
        };
        self.stage.http.send(outgoing).await
    }

    /// The project's id may become known by any call, once an account is given its first role.
    fn learn_from(&self, introspection: &Map<String, Value>) {
        if let Some(id) = zitadel_client::introspection::project_id_in(introspection) {
            self.learn(&id);
        }
    }

    async fn explain(
        &self,
        label: &str,
        at: usize,
        cell: &Cell,
        decision: &Decision,
        bearer: Option<&Bearer<'_>>,
        waited: Option<Waited>,
    ) -> Option<Finding> {
        match decision.outcome {
            Outcome::ApiRefused => {
                let exchange = decision.introspection_exchange?;
                let finding = Box::pin(self.explain_api(exchange)).await;
                self.api_refused(finding.clone());
                return Some(finding);
            }
            Outcome::IssuerUnavailable => {
                let id = decision.introspection_exchange;
                let what = id.map_or_else(
                    || "ZITADEL's answer was waited for until the time was up.".into(),
                    |id| self.trouble_at(id),
                );
                return Some(diagnosis::issuer_trouble(id, &what));
            }
            _ => {}
        }
        let bearer = bearer?;
        let mut refusal =
            Refusal { waited, ..self.blank_refusal(at, cell, decision.clone(), bearer) };
        match decision.outcome {
            Outcome::Inactive => {
                // A dead token stays dead: the next call asks for a new one.
                self.tokens.lock().remove(label);
                self.look_into_inactive(label, bearer, &mut refusal).await;
            }
            Outcome::RoleMissing if refusal.introspection().is_some_and(diagnosis::is_minimal) => {
                refusal.userinfo = Some(self.probe_userinfo(label, bearer).await);
            }
            Outcome::RoleMissing if waited.is_none() => {
                let missing = decision.missing_roles();
                refusal.managed = self.look_up_roles(&bearer.key.user_id, &missing).await;
            }
            _ => {}
        }
        diagnosis::refused(&self.scene(), &refusal)
    }

    /// Each probe only where the one before left something open.
    async fn look_into_inactive(&self, label: &str, bearer: &Bearer<'_>, refusal: &mut Refusal) {
        let userinfo = self.probe_userinfo(label, bearer).await;
        let is_over = refusal.token.expires_at.is_some_and(|ends| ends <= refusal.now);
        match userinfo.status {
            Some(200) => refusal.audience = Some(self.probe_audience(bearer.key).await),
            Some(401 | 403) if is_over => {}
            Some(401 | 403) => refusal.fresh = Some(self.probe_fresh(label, bearer).await),
            _ => {
                let fresh = self.probe_fresh(label, bearer).await;
                if matches!(fresh.token, FreshToken::Came { active: Some(false) }) {
                    refusal.audience = Some(self.probe_audience(bearer.key).await);
                } else {
                    refusal.fresh = Some(fresh);
                }
            }
        }
        refusal.userinfo = Some(userinfo);
    }

    fn blank_refusal(
        &self,
        at: usize,
        cell: &Cell,
        decision: Decision,
        bearer: &Bearer<'_>,
    ) -> Refusal {
        let (label, user_name) = {
            let report = self.report.lock();
            (report.users[at].label.clone(), report.users[at].user_name.clone())
        };
        Refusal {
            caller: caller(&label, bearer.key, user_name),
            path: cell.path.clone(),
            token: bearer.seen(),
            decision,
            now: self.stage.clock.now(),
            userinfo: None,
            audience: None,
            fresh: None,
            waited: None,
            managed: None,
        }
    }

    /// An introspection that told nothing, as a sentence.
    pub(super) fn trouble_at(&self, id: ExchangeId) -> String {
        let exchange = self.stage.transcript.get(id);
        match exchange.map(|exchange| (exchange.error, exchange.response)) {
            Some((Some(error), _)) => error.message,
            Some((None, Some(answer))) if answer.status == 200 => {
                "Introspection answered 200, but with something else than an answer to it.".into()
            }
            _ => format!("Introspection answered {}.", self.said_at(id)),
        }
    }

    /// An exchange's answer in a few words: status and OAuth error, or what went wrong.
    pub(super) fn said_at(&self, id: ExchangeId) -> String {
        let Some(exchange) = self.stage.transcript.get(id) else { return "nothing".into() };
        if let Some(error) = exchange.error {
            return error.message;
        }
        let Some(response) = exchange.response else { return "nothing".into() };
        let body: Value = serde_json::from_str(&response.body).unwrap_or_default();
        let text = |name: &str| body.get(name).and_then(Value::as_str);
        match (text("error"), text("error_description").or_else(|| text("parent"))) {
            (Some(error), Some(why)) => format!("{} `{error}` ({why})", response.status),
            (Some(error), None) => format!("{} `{error}`", response.status),
            (None, _) => response.status.to_string(),
        }
    }
}

/// The API went by an answer that it had kept.
fn is_kept(cell: &Cell) -> bool {
    cell.decision.as_ref().is_some_and(|decision| decision.cached_ms.is_some())
}

fn since(given: Instant, cell: &Cell) -> Waited {
    Waited {
        exchange: cell.decision.as_ref().and_then(|d| d.introspection_exchange).unwrap_or(0),
        for_ms: millis(given.elapsed()),
        over: false,
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

fn answered(blank: Cell, answer: &Answer) -> Cell {
    let verdict = match answer.status {
        200..=299 => Verdict::Allowed,
        400 | 401 | 403 => Verdict::Refused,
        _ => Verdict::Failed,
    };
    // As recorded: whatever the API echoes, no secret is in a report.
    let response = answer
        .record()
        .response
        .as_ref()
        .map(|r| CellResponse { headers: r.headers.clone(), body: r.body.clone() });
    Cell {
        status: Some(answer.status),
        verdict,
        response,
        exchange: Some(answer.exchange),
        ..blank
    }
}
