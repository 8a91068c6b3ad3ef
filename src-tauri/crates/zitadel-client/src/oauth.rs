//! How servers of several years say no: RFC 6749 errors as JSON, or as text.

use serde_json::{Map, Value};

use crate::http::Answer;

/// Longer descriptions are web pages, not descriptions.
const LONGEST_TEXT: usize = 1000;

/// The error word and description of an answer, as far as there are any. Both are taken from the
/// record, so neither holds a secret that the server echoed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) error: Option<String>,
    pub(crate) description: Option<String>,
}

impl Said {
    pub(crate) fn in_answer(answer: &Answer) -> Self {
        Self::read(recorded_body(answer))
    }

    fn read(body: &str) -> Self {
        match serde_json::from_str::<Value>(body) {
            Ok(Value::Object(members)) => Self {
                error: text(&members, "error"),
                // ZITADEL's `debug_oidc_parent_error` adds the reason as `parent` (recordings
                // `parent-error/`).
                description: text(&members, "error_description")
                    .or_else(|| text(&members, "parent")),
            },
            _ => Self::read_text(body.trim()),
        }
    }

    /// `ErrorType=unauthorized_client Description=JWT assertion failed Parent=...` (recording
    /// `newer-library.json`), or a sentence.
    fn read_text(body: &str) -> Self {
        if let Some(rest) = body.strip_prefix("ErrorType=") {
            let (error, rest) = rest.split_once(' ').unwrap_or((rest, ""));
            let description = rest.strip_prefix("Description=").unwrap_or(rest);
            let description = (!description.is_empty()).then(|| description.to_owned());
            return Self { error: Some(error.to_owned()), description };
        }
        let is_sentence = !body.is_empty() && body.len() <= LONGEST_TEXT && !body.starts_with('<');
        Self { error: None, description: is_sentence.then(|| body.to_owned()) }
    }

    pub(crate) fn describes(&self, words: &str) -> bool {
        self.description.as_deref().is_some_and(|description| description.contains(words))
    }
}

/// An answer's body without secrets.
pub(crate) fn recorded_body(answer: &Answer) -> &str {
    answer.record().response.as_ref().map_or("", |response| response.body.as_str())
}

/// A ZITADEL that does not serve the host name it was called by (recordings
/// `discovery-unknown-host`, `token-unknown-host`).
pub(crate) fn is_instance_not_found(answer: &Answer) -> bool {
    let body = recorded_body(answer);
    answer.status >= 400
        && (body.contains("Instance not found") || body.contains("unable to set instance"))
}

/// An answer's JSON object, or what came in its place.
pub(crate) fn object(answer: &Answer) -> Result<Map<String, Value>, String> {
    match serde_json::from_str(&answer.body) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Err("it is JSON, but no object".into()),
        Err(_) => Err(instead_of_json(&answer.body).into()),
    }
}

fn instead_of_json(body: &str) -> &'static str {
    let body = body.trim_start();
    if body.is_empty() {
        "it is empty"
    } else if body.starts_with('<') {
        "it is a web page"
    } else if body.starts_with('{') {
        "its JSON breaks off or is damaged"
    } else {
        "it is no JSON"
    }
}

fn text(members: &Map<String, Value>, name: &str) -> Option<String> {
    members.get(name)?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_read_in_every_dialect() {
        let cases = [
            (
                r#"{"error":"server_error","error_description":"Errors.Internal"}"#,
                Some("server_error"),
                Some("Errors.Internal"),
            ),
            (r#"{"error":"unauthorized_client"}"#, Some("unauthorized_client"), None),
            (
                r#"{"error":"unauthorized_client","parent":"audience is not valid"}"#,
                Some("unauthorized_client"),
                Some("audience is not valid"),
            ),
            (
                "ErrorType=unauthorized_client Description=JWT assertion failed Parent=token has expired\n",
                Some("unauthorized_client"),
                Some("JWT assertion failed Parent=token has expired"),
            ),
            ("upstream connect error\n", None, Some("upstream connect error")),
            ("<html><body>502</body></html>", None, None),
            ("", None, None),
            ("[1]", None, Some("[1]")),
        ];
        for (body, error, description) in cases {
            let said = Said::read(body);
            assert_eq!((said.error.as_deref(), said.description.as_deref()), (error, description));
        }
    }

    #[test]
    fn what_is_no_json_is_named() {
        let cases = [
            ("", "empty"),
            ("  <!doctype html>", "web page"),
            (r#"{"issuer":"htt"#, "breaks off"),
            ("hello", "no JSON"),
        ];
        for (body, words) in cases {
            assert!(instead_of_json(body).contains(words), "{body}");
        }
    }
}
