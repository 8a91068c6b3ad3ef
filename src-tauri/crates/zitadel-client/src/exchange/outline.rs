//! What a line of a list shows of an exchange.

use contract::exchange::{Exchange, Header, Purpose, Request, Response, Secret};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The exchange with method, URL, grant and status, `active` and the refusal's own word (RFC 6749, 6750,
/// 7662), and the slots of its secrets. Everything else is left out, which is nine parts of ten.
pub fn outline(exchange: &Exchange) -> Exchange {
    let grant = |field: &&Header| field.name == "grant_type";
    let Request { method, url, form, .. } = &exchange.request;
    Exchange {
        user: exchange.user.clone(),
        request_id: exchange.request_id.clone(),
        request: Request {
            method: method.clone(),
            url: url.clone(),
            headers: Vec::new(),
            form: form.as_ref().map(|form| form.iter().filter(grant).cloned().collect()),
            json: None,
        },
        response: exchange.response.as_ref().map(|response| answer(response, exchange.purpose)),
        error: exchange.error.clone(),
        started_at: exchange.started_at.clone(),
        secrets: exchange
            .secrets
            .iter()
            .map(|secret| Secret { header: None, claims: None, ..*secret })
            .collect(),
        ..*exchange
    }
}

/// The members of a body that have a word in a line.
#[derive(Serialize, Deserialize)]
struct Told {
    #[serde(skip_serializing_if = "Option::is_none")]
    active: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Value>,
}

fn answer(response: &Response, purpose: Purpose) -> Response {
    // Of most answers nothing is told but their status.
    let telling = purpose == Purpose::Introspection || response.status >= 400;
    let told = telling.then(|| serde_json::from_str::<Told>(&response.body).ok()).flatten();
    let challenge = |header: &&Header| header.name.eq_ignore_ascii_case("www-authenticate");
    Response {
        status: response.status,
        headers: response.headers.iter().filter(challenge).cloned().collect(),
        body: told.and_then(|told| serde_json::to_string(&told).ok()).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// With a request, headers and a secret that an outline leaves out for the most part.
    fn exchange(purpose: &str, status: u16, headers: Value, body: &str) -> Exchange {
        serde_json::from_value(json!({
            "id": 7, "purpose": purpose, "from": "api", "to": "zitadel", "user": "visitor-bot",
            "request_id": "r-1", "started_at": "2026-01-01T00:00:00Z", "duration_us": 5, "attempt": 2,
            "request": {
                "method": "POST", "url": "http://zitadel/asked", "json": "{}",
                "headers": [{ "name": "accept", "value": "*/*" }],
                "form": [
                    { "name": "grant_type", "value": "g" }, { "name": "token", "value": "\u{27e6}4\u{27e7}" },
                ],
            },
            "response": { "status": status, "headers": headers, "body": body },
            "error": { "kind": "broken", "message": "It broke off." },
            "secrets": [{
                "slot": 4, "kind": "access_token", "length": 9,
                "header": { "alg": "RS256" }, "claims": { "sub": "41" },
            }],
        }))
        .unwrap()
    }

    fn body(purpose: &str, status: u16, body: &str) -> String {
        outline(&exchange(purpose, status, json!([]), body)).response.unwrap().body
    }

    #[test]
    fn a_line_has_what_it_needs_and_no_more() {
        let whole = exchange("introspection", 200, json!([]), r#"{"active":true,"sub":"41"}"#);
        let mut expected = whole.clone();
        expected.request.headers.clear();
        expected.request.json = None;
        expected.request.form.as_mut().unwrap().truncate(1);
        expected.response.as_mut().unwrap().body = r#"{"active":true}"#.into();
        expected.secrets[0] = Secret { header: None, claims: None, ..whole.secrets[0] };
        assert_eq!(outline(&whole), expected);
    }

    #[test]
    fn a_refusal_keeps_its_own_word() {
        assert_eq!(
            body("token", 400, r#"{"error":"invalid_grant","error_description":"x"}"#),
            r#"{"error":"invalid_grant"}"#
        );
        assert_eq!(body("call", 500, "no JSON"), "");
        let headers = json!([
            { "name": "WWW-Authenticate", "value": "Bearer error=\"insufficient_scope\"" },
            { "name": "date", "value": "now" },
        ]);
        let refused = outline(&exchange("call", 403, headers, "{}")).response.unwrap();
        let [challenge] = &refused.headers[..] else { panic!("{refused:?}") };
        assert_eq!(challenge.value, "Bearer error=\"insufficient_scope\"");
    }

    #[test]
    fn of_what_went_well_the_body_is_left_out() {
        assert_eq!(body("call", 200, r#"{"active":true,"error":"none"}"#), "");
    }
}
