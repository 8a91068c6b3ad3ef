//! The issuer as an argument: its address, and what answered under it.

use std::sync::Arc;

use contract::{Finding, FindingCode, exchange::Response, finding::EvidenceSource};
use serde_json::Value;
use tester::diagnosis;
use zitadel_client::{
    Http, SystemClock, Transcript,
    discovery::{self, Discovery, IssuerAddress},
    http::{HttpError, HttpOptions},
};

use crate::failure::Failure;

/// Repeats of a request where a repeat is safe.
const RETRIES: u32 = 2;

/// An issuer that described itself.
pub(crate) struct Issuer {
    pub(crate) http: Http,
    pub(crate) discovery: Discovery,
    /// Where a console address that names it was given.
    pub(crate) project_id: Option<String>,
}

/// Asks an issuer to describe itself.
///
/// # Errors
/// Where there is no such address, nothing answers, or something else than ZITADEL does.
pub(crate) async fn find(typed: &str) -> Result<Issuer, Failure> {
    let address = IssuerAddress::parse(typed)
        .map_err(|error| Failure::finding(&diagnosis::address(typed, &error), "address"))?;
    let transcript = Transcript::default();
    let options = HttpOptions {
        transcript: transcript.clone(),
        clock: Arc::new(SystemClock),
        ca_file: None,
        retries: RETRIES,
    };
    let http = Http::new(options).map_err(|error| no_client(&error))?;
    let discovery = discovery::discover(&http, &address, false)
        .await
        .map_err(|error| unusable(&diagnosis::discovery(&error), &transcript))?;
    Ok(Issuer { http, discovery, project_id: address.project_id })
}

/// No HTTP client can be made.
pub(crate) fn no_client(error: &HttpError) -> Failure {
    match error {
        HttpError::CaFile { .. } => Failure::invalid("ca_file", error.to_string()),
        HttpError::Client(_) => Failure::machine("http", error.to_string()),
    }
}

/// A finding about the issuer, with the exact reason from the exchange that proves it.
pub(crate) fn unusable(finding: &Finding, transcript: &Transcript) -> Failure {
    let exchange = finding.evidence.iter().find_map(|evidence| match evidence.source {
        EvidenceSource::Exchange { id } => transcript.get(id),
        _ => None,
    });
    let reason = match (finding.code, exchange) {
        (FindingCode::InsecureIssuer, _) => "plain_http".into(),
        (FindingCode::IssuerMismatch, _) => "other_name".into(),
        (FindingCode::InstanceNotFound, _) => "unknown_host".into(),
        (_, None) => "address".into(),
        (_, Some(exchange)) => match (exchange.error, exchange.response) {
            (Some(error), _) => match error.tls {
                Some(fault) => word(serde_json::to_value(fault)),
                None => word(serde_json::to_value(error.kind)),
            },
            (None, Some(response)) => instead(&response),
            (None, None) => "no_answer".into(),
        },
    };
    Failure::finding(finding, &reason)
}

fn word(value: serde_json::Result<Value>) -> String {
    value.ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_else(|| "no_answer".into())
}

/// What came in place of a discovery document.
fn instead(response: &Response) -> String {
    let body = response.body.trim_start();
    if response.status != 200 {
        format!("status_{}", response.status)
    } else if body.is_empty() {
        "empty".into()
    } else if body.starts_with('<') {
        "html".into()
    } else if serde_json::from_str::<Value>(body).is_err() {
        "not_json".into()
    } else {
        "not_discovery".into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_in_place_of_a_discovery_document_has_a_word() {
        let cases = [
            (404, "{}", "status_404"),
            (200, "", "empty"),
            (200, "  <!doctype html>", "html"),
            (200, "hello", "not_json"),
            (200, r#"{"issuer":"#, "not_json"),
            (200, "{}", "not_discovery"),
        ];
        for (status, body, expected) in cases {
            let response = Response { status, headers: vec![], body: body.into() };
            assert_eq!(instead(&response), expected, "{status} {body}");
        }
    }
}
