//! One caller at one door.

use contract::{
    Cell, Decision, Verdict,
    exchange::{Party, Purpose},
    report::{CellResponse, Outcome},
};
use uuid::Uuid;
use zitadel_client::http::{Answer, Failure, Outgoing, Value};

use super::{Bearer, Running, row::caller};
use crate::{diagnosis, evidence::Refusal, expectation};

impl Running {
    /// Calls one door and keeps what came of it.
    pub(crate) async fn call_cell(&self, at: usize, door: usize, bearer: Option<&Bearer<'_>>) {
        let (label, blank) = {
            let report = self.report.lock();
            let row = &report.users[at];
            (row.label.clone(), row.cells[door].clone())
        };
        let request_id = Uuid::new_v4().to_string();
        self.stage.api.watch(&request_id);
        let answer = self.send(&label, &blank, &request_id, bearer).await;
        let decision = self.stage.api.take_decision(&request_id);
        if let Some(introspection) = decision.as_ref().and_then(|d| d.introspection.as_ref()) {
            self.note_introspection(at, introspection);
            self.learn_from(introspection);
        }
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
            cell.finding = self.explain(&label, at, &cell, decision, bearer).await.or(cell.finding);
        }
        cell.decision = decision;
        self.change_cell(at, door, cell);
    }

    async fn send(
        &self,
        label: &str,
        cell: &Cell,
        request_id: &str,
        bearer: Option<&Bearer<'_>>,
    ) -> Result<Answer, Failure> {
        let mut headers = vec![
            ("accept".to_owned(), Value::Plain("application/json".into())),
            ("x-request-id".to_owned(), Value::Plain(request_id.into())),
        ];
        if let Some(bearer) = bearer {
            headers.push(("authorization".into(), Value::bearer(&bearer.token.value)));
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
            // A repeat would ask for a second decision about one request.
            repeatable: false,
        };
        self.stage.http.send(outgoing).await
    }

    /// The project's id may become known by any call, once an account is given its first role.
    fn learn_from(&self, introspection: &serde_json::Value) {
        if let Some(claims) = introspection.as_object()
            && let Some(id) = zitadel_client::introspection::project_id_in(claims)
        {
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
    ) -> Option<contract::Finding> {
        match decision.outcome {
            Outcome::ApiRefused => {
                let id = decision.introspection_exchange?;
                let finding =
                    diagnosis::api_not_authenticated(&self.scene(), id, &self.said_at(id));
                self.change_api(finding.clone());
                return Some(finding);
            }
            Outcome::IssuerUnavailable => {
                let id = decision.introspection_exchange;
                let what = id.map_or_else(|| "Nobody answered.".into(), |id| self.said_at(id));
                return Some(diagnosis::issuer_trouble(id, &what));
            }
            _ => {}
        }
        let bearer = bearer?;
        if decision.outcome == Outcome::Inactive {
            // A dead token stays dead: the next call asks for a new one.
            self.tokens.lock().remove(label);
        }
        let userinfo = match decision.outcome {
            Outcome::Inactive => Some(self.probe_userinfo(label, bearer).await),
            _ => None,
        };
        let user_name = self.report.lock().users[at].user_name.clone();
        let refusal = Refusal {
            caller: caller(label, bearer.key, user_name),
            path: cell.path.clone(),
            scopes_asked: bearer.token.scopes_asked.clone(),
            decision: decision.clone(),
            userinfo,
        };
        diagnosis::refused(&self.scene(), &refusal)
    }

    /// An exchange's answer in a few words: status and OAuth error, or what went wrong.
    fn said_at(&self, id: contract::ExchangeId) -> String {
        let Some(exchange) = self.stage.transcript.get(id) else { return "nothing".into() };
        if let Some(error) = exchange.error {
            return error.message;
        }
        let Some(response) = exchange.response else { return "nothing".into() };
        let body: serde_json::Value = serde_json::from_str(&response.body).unwrap_or_default();
        match body.get("error").and_then(|e| e.as_str()) {
            Some(error) => format!("{} `{error}`", response.status),
            None => response.status.to_string(),
        }
    }
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
