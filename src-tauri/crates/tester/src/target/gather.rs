//! From a report and its transcript to evidence. What was called in an earlier run is read as well,
//! as long as the transcript has it.

use contract::{
    Access, Cell, Endpoint, ExchangeId, Finding, FindingCode, Report,
    exchange::{Exchange, SecretKind},
    finding::{EvidenceSource, TokenKind},
    report::{NOBODY, Outcome, ProbeToken, TargetProbe, TargetReport, UserReport},
};
use secrecy::ExposeSecret;
use serde_json::Value;
use zitadel_client::{Transcript, introspection::Introspection, jose};

use super::evidence::{Reference, Right, TargetAnswer, TargetCall, TargetEvidence};
use crate::diagnosis;

/// What may be judged: calls whose right answer the reference, or a probe's nature, tells.
pub(super) fn evidence(
    report: &Report,
    endpoints: &[Endpoint],
    project_id: Option<&str>,
    transcript: &Transcript,
) -> TargetEvidence {
    let Some(target) = &report.target else { return TargetEvidence::default() };
    let reader = Reader { report, project_id, transcript };
    let mut calls = Vec::new();
    for (row, seen) in report.users.iter().zip(&target.users) {
        for ((reference, cell), door) in row.cells.iter().zip(&seen.cells).zip(endpoints) {
            calls.extend(reader.call(row, reference, cell, &door.access));
        }
    }
    for probe in &target.probes {
        let met = |call: &TargetCall| Some(call.exchange) == probe.exchange;
        let door = endpoints.iter().find(|d| d.method == probe.method && d.path == probe.path);
        if let Some(door) = door.filter(|_| !calls.iter().any(met)) {
            calls.extend(reader.probe(probe, &door.access));
        }
    }
    TargetEvidence { calls }
}

/// Writes what is wrong beside each probe and cell.
pub(super) fn mark(target: &mut TargetReport, evidence: &TargetEvidence) {
    let faults = diagnosis::target_faults(evidence);
    let at = |exchange: Option<ExchangeId>| -> Vec<FindingCode> {
        let met = evidence.calls.iter().position(|call| Some(call.exchange) == exchange);
        met.map(|at| faults[at].clone()).unwrap_or_default()
    };
    for probe in &mut target.probes {
        probe.faults = at(probe.exchange);
    }
    let findings = &target.findings;
    for cell in target.users.iter_mut().flat_map(|row| &mut row.cells) {
        let codes = at(cell.exchange);
        let worst = findings.iter().find(|finding| codes.contains(&finding.code));
        cell.finding = worst.map(|finding| here(finding, cell.exchange));
    }
}

/// A finding with the proof of one call alone.
fn here(finding: &Finding, exchange: Option<ExchangeId>) -> Finding {
    let mut finding = finding.clone();
    finding.evidence.retain(|proof| match proof.source {
        EvidenceSource::Exchange { id } | EvidenceSource::Probe { id } => Some(id) == exchange,
        _ => false,
    });
    finding
}

struct Reader<'a> {
    report: &'a Report,
    project_id: Option<&'a str>,
    transcript: &'a Transcript,
}

impl Reader<'_> {
    fn call(
        &self,
        row: &UserReport,
        reference: &Cell,
        cell: &Cell,
        access: &Access,
    ) -> Option<TargetCall> {
        let exchange = self.transcript.get(cell.exchange?)?;
        let decision = reference.decision.as_ref()?;
        let (right, token) = match decision.outcome {
            Outcome::Allowed if row.token.is_none() => (Right::LetIn, ProbeToken::None),
            Outcome::Allowed => (Right::LetIn, ProbeToken::RightRole),
            Outcome::NoToken => (Right::Unauthorized, ProbeToken::None),
            Outcome::RoleMissing => (Right::Forbidden, ProbeToken::NoRole),
            Outcome::Inactive => (Right::Unauthorized, inactive(reference)),
            Outcome::MalformedToken | Outcome::ApiRefused | Outcome::IssuerUnavailable => {
                return None;
            }
        };
        let told = decision.introspection.as_ref();
        let scope = told.and_then(|told| told.get("scope")).and_then(Value::as_str);
        let asked = reference.exchange.and_then(|id| self.transcript.get(id));
        let summary = row.token.as_ref();
        Some(TargetCall {
            who: name(row),
            token,
            kind: summary.map(|token| token.kind),
            roles_inside: self.roles_inside(&exchange),
            scopes_asked: summary.map(|token| token.scopes_asked.clone()).unwrap_or_default(),
            method: cell.method.clone(),
            path: cell.path.clone(),
            access: access.clone(),
            right,
            answer: answer(&exchange, token),
            exchange: exchange.id,
            is_probe: false,
            duration_us: exchange.duration_us,
            reference: asked.map(|asked| Reference {
                duration_us: asked.duration_us,
                introspection: decision.introspection_exchange,
                role_claim: decision.role_claim.clone(),
                scope: scope.map(words).unwrap_or_default(),
            }),
        })
    }

    fn probe(&self, probe: &TargetProbe, access: &Access) -> Option<TargetCall> {
        let exchange = self.transcript.get(probe.exchange?)?;
        let lender = self.report.users.iter().find(|row| Some(&row.label) == probe.user.as_ref());
        let kind = exchange.secrets.first().map(|secret| match (&secret.header, &secret.claims) {
            (Some(_), Some(_)) => TokenKind::Jwt,
            (Some(_), None) => TokenKind::Jwe,
            (None, _) => TokenKind::Opaque,
        });
        Some(TargetCall {
            who: lender.map_or_else(|| NOBODY.into(), name),
            token: probe.token,
            kind,
            roles_inside: self.roles_inside(&exchange),
            scopes_asked: Vec::new(),
            method: probe.method.clone(),
            path: probe.path.clone(),
            access: access.clone(),
            right: match probe.right_status {
                401 => Right::Unauthorized,
                403 => Right::Forbidden,
                _ => Right::LetIn,
            },
            answer: answer(&exchange, probe.token),
            exchange: exchange.id,
            is_probe: true,
            duration_us: exchange.duration_us,
            reference: None,
        })
    }

    /// The role keys that the JWT of a call carries.
    fn roles_inside(&self, exchange: &Exchange) -> Option<Vec<String>> {
        let secret = exchange.secrets.iter().find(|s| s.kind == SecretKind::AccessToken)?;
        let token = self.transcript.reveal(secret.slot)?;
        roles_inside(token.expose_secret(), self.project_id)
    }
}

/// The role keys that a JWT carries; `None` for what is no JWT.
pub(super) fn roles_inside(token: &str, project_id: Option<&str>) -> Option<Vec<String>> {
    let Some(Value::Object(claims)) = jose::look(token).claims else { return None };
    // Read as introspection's answer is, whose claims have the same names and shapes.
    let told = Introspection { active: true, claims, exchange: 0 };
    let mut roles = told.project_roles(project_id).roles;
    if roles.is_empty() {
        roles = told.project_roles(None).roles;
    }
    Some(roles)
}

/// What kind of dead token a row has, as far as the reference's finding tells.
fn inactive(reference: &Cell) -> ProbeToken {
    match reference.finding.as_ref().map(|finding| finding.code) {
        Some(FindingCode::AudienceMissing | FindingCode::AudienceOtherProject) => {
            ProbeToken::OtherAudience
        }
        Some(FindingCode::UserInactive) => ProbeToken::SwitchedOff,
        Some(FindingCode::TokenWrongKind) => ProbeToken::Cut,
        _ => ProbeToken::Expired,
    }
}

fn answer(exchange: &Exchange, token: ProbeToken) -> Option<TargetAnswer> {
    if exchange.error.is_some() {
        return None;
    }
    let response = exchange.response.as_ref()?;
    // Words that are no token are no secret either.
    let is_secret = !matches!(token, ProbeToken::None | ProbeToken::Garbage);
    let secrets = exchange.secrets.iter().filter(|_| is_secret).map(|secret| secret.slot);
    Some(TargetAnswer {
        status: response.status,
        headers: response.headers.clone(),
        body: response.body.clone(),
        secrets: secrets.collect(),
    })
}

fn name(row: &UserReport) -> String {
    row.user_name.clone().unwrap_or_else(|| row.label.clone())
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}
