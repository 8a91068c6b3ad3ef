//! Every request and answer, folded.

use contract::{
    Exchange,
    exchange::{Header, Request, Response, Secret, mark},
};
use maud::{Markup, html};
use serde_json::Value;

use super::{Page, words};

impl Page<'_> {
    pub(super) fn exchanges(&self) -> Markup {
        let exchanges = &self.handed.exchanges;
        html! {
            section.exchanges aria-labelledby="exchanges" {
                h2 id="exchanges" { "Every request and answer" }
                @if exchanges.is_empty() { p { "Nothing was sent." } }
                @for exchange in exchanges { (fold(exchange)) }
            }
        }
    }
}

fn fold(exchange: &Exchange) -> Markup {
    let Exchange { id, request, response, error, .. } = exchange;
    let bad = error.is_some() || response.as_ref().is_some_and(|r| r.status >= 500);
    html! {
        details {
            summary {
                span.number { (id) }
                span.who {
                    strong { (words::between(exchange)) } " " span.aside { (words::purpose(exchange)) }
                    code { (request.method) " " (words::path(&request.url)) }
                }
                span class=(if bad { "status wrong" } else { "status" }) {
                    @match response { Some(response) => (response.status), None => "no answer" }
                    span.aside { (words::took(exchange.duration_us)) }
                }
            }
            // A link leads into the fold, which opens it.
            div.exchange id={ "exchange-" (id) } {
                dl.facts {
                    div { dt { "Sent" } dd { (super::time(&exchange.started_at)) } }
                    @if exchange.attempt > 1 { div { dt { "Attempt" } dd { (exchange.attempt) } } }
                    @if let Some(request_id) = &exchange.request_id {
                        div { dt { "Request id" } dd { code { (request_id) } } }
                    }
                }
                (sent(request))
                @if let Some(response) = response { (answered(response)) }
                @if let Some(error) = error { p.fault { strong { "No whole answer " } (error.message) } }
                (secrets(&exchange.secrets))
            }
        }
    }
}

fn sent(request: &Request) -> Markup {
    html! {
        h3 { "Request" }
        pre {
            (request.method) " " (request.url) "\n"
            (lines(&request.headers))
            @if let Some(form) = &request.form {
                "\n" @for Header { name, value } in form { (name) " = " (value) "\n" }
            }
            @if let Some(json) = &request.json { "\n" (pretty(json)) "\n" }
        }
    }
}

fn answered(response: &Response) -> Markup {
    html! {
        h3 { "Answer" }
        pre {
            (response.status) "\n"
            (lines(&response.headers))
            @if !response.body.is_empty() { "\n" (pretty(&response.body)) "\n" }
        }
    }
}

fn secrets(secrets: &[Secret]) -> Markup {
    html! {
        @if !secrets.is_empty() {
            h3 { "In place of secrets" }
            ul.secrets {
                @for secret in secrets {
                    li {
                        code { (mark(secret.slot)) } " " (words::secret(secret.kind)) ", "
                        (words::count(secret.length, "character"))
                        @for part in secret.header.iter().chain(&secret.claims) {
                            pre { (indented(part)) }
                        }
                    }
                }
            }
        }
    }
}

fn lines(headers: &[Header]) -> Markup {
    html! { @for Header { name, value } in headers { (name) ": " (value) "\n" } }
}

/// JSON on lines of its own; anything else as it came.
fn pretty(body: &str) -> String {
    match serde_json::from_str::<Value>(body) {
        Ok(value @ (Value::Object(_) | Value::Array(_))) => indented(&value),
        _ => body.to_owned(),
    }
}

fn indented(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}
