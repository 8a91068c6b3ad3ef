//! An exchange's request as a cURL command, for a POSIX shell.

use std::collections::HashMap;

use contract::exchange::{Exchange, Header, Secret, SecretKind};
use secrecy::ExposeSecret;

use super::Transcript;

/// Headers that cURL sets by itself.
const OWN: [&str; 3] = ["user-agent", "content-length", "host"];

/// The request as a command. Secrets are variables such as `$ACCESS_TOKEN`, unless `secrets` is
/// given: then they stand there in the clear, for a person who asked for exactly that.
pub fn curl(exchange: &Exchange, secrets: Option<&Transcript>) -> String {
    let request = &exchange.request;
    let words = Words { variables: variables(&exchange.secrets), exchange, secrets };
    let mut command = String::from("curl -sS");
    if request.url.contains(['[', ']', '{', '}']) {
        command.push_str(" --globoff");
    }
    match request.method.as_str() {
        "GET" if request.form.is_none() => {}
        "POST" if request.form.is_some() || request.json.is_some() => {}
        "HEAD" => command.push_str(" --head"),
        method => {
            command.push_str(" -X ");
            command.push_str(&words.quote(method));
        }
    }
    command.push(' ');
    command.push_str(&words.quote(&request.url));
    for Header { name, value } in &request.headers {
        let is_own = OWN.iter().any(|own| name.eq_ignore_ascii_case(own))
            // Of a form it is set, too; JSON it would call a form.
            || request.json.is_none() && name.eq_ignore_ascii_case("content-type");
        if !is_own {
            command.push_str(" \\\n  -H ");
            command.push_str(&words.quote(&format!("{name}: {value}")));
        }
    }
    for Header { name, value } in request.form.iter().flatten() {
        command.push_str(" \\\n  --data-urlencode ");
        command.push_str(&words.quote(&format!("{name}={value}")));
    }
    if let Some(json) = &request.json {
        command.push_str(" \\\n  --data-raw ");
        command.push_str(&words.quote(json));
    }
    command
}

/// Shell words of one exchange's texts.
struct Words<'a> {
    /// Variable names by mark.
    variables: HashMap<String, String>,
    exchange: &'a Exchange,
    secrets: Option<&'a Transcript>,
}

impl Words<'_> {
    /// One shell word: single quotes, with each mark as a variable or the secret itself.
    fn quote(&self, text: &str) -> String {
        let mut word = String::new();
        let mut rest = text;
        while let Some((at, secret)) = self.first_mark(rest) {
            let mark = contract::exchange::mark(secret.slot);
            push_quoted(&mut word, &rest[..at]);
            match self.secrets.and_then(|transcript| transcript.reveal(secret.slot)) {
                Some(revealed) => push_quoted(&mut word, revealed.expose_secret()),
                None => {
                    let variable = self.variables.get(&mark).map_or("SECRET", String::as_str);
                    word.push_str("\"$");
                    word.push_str(variable);
                    word.push('"');
                }
            }
            rest = &rest[at + mark.len()..];
        }
        push_quoted(&mut word, rest);
        if word.is_empty() { "''".into() } else { word }
    }

    /// Only the exchange's own marks count: a text may happen to look like one.
    fn first_mark(&self, text: &str) -> Option<(usize, &Secret)> {
        let secrets = self.exchange.secrets.iter();
        secrets
            .filter_map(|s| text.find(&contract::exchange::mark(s.slot)).map(|at| (at, s)))
            .min_by_key(|(at, _)| *at)
    }
}

fn push_quoted(word: &mut String, text: &str) {
    if text.is_empty() {
        return;
    }
    word.push('\'');
    word.push_str(&text.replace('\'', r"'\''"));
    word.push('\'');
}

/// `ACCESS_TOKEN`, and `ACCESS_TOKEN_2` for a second one of the same kind.
fn variables(secrets: &[Secret]) -> HashMap<String, String> {
    let mut count: HashMap<&str, usize> = HashMap::new();
    secrets
        .iter()
        .map(|secret| {
            let name = match secret.kind {
                SecretKind::AccessToken => "ACCESS_TOKEN",
                SecretKind::IdToken => "ID_TOKEN",
                SecretKind::RefreshToken => "REFRESH_TOKEN",
                SecretKind::Assertion => "ASSERTION",
                SecretKind::ClientAssertion => "CLIENT_ASSERTION",
                SecretKind::ClientSecret => "CLIENT_SECRET",
                SecretKind::PersonalAccessToken => "PAT",
            };
            let n = count.entry(name).and_modify(|n| *n += 1).or_insert(1);
            let name = if *n == 1 { name.to_owned() } else { format!("{name}_{n}") };
            (contract::exchange::mark(secret.slot), name)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::exchange::{Party, Purpose, Request};

    fn header(name: &str, value: &str) -> Header {
        Header { name: name.into(), value: value.into() }
    }

    fn exchange(transcript: &Transcript, request: Request, secrets: &[&str]) -> Exchange {
        Exchange {
            id: 1,
            purpose: Purpose::Call,
            from: Party::Caller,
            to: Party::Api,
            user: None,
            request_id: None,
            request,
            response: None,
            error: None,
            started_at: String::new(),
            duration_us: 1,
            attempt: 1,
            secrets: secrets
                .iter()
                .map(|secret| transcript.slot(secret, SecretKind::AccessToken))
                .collect(),
        }
    }

    #[test]
    fn secrets_are_variables_unless_a_person_asks_for_them() {
        let transcript = Transcript::default();
        let request = Request {
            method: "GET".into(),
            url: "http://localhost:8000/api/private".into(),
            headers: vec![
                header("authorization", "Bearer ⟦1⟧"),
                header("user-agent", "rolecall/0.1.0"),
                header("x-note", "it's ⟦9⟧"),
            ],
            form: None,
            json: None,
        };
        let exchange = exchange(&transcript, request, &["the-token"]);
        assert_eq!(
            curl(&exchange, None),
            "curl -sS 'http://localhost:8000/api/private' \\\n  \
             -H 'authorization: Bearer '\"$ACCESS_TOKEN\" \\\n  -H 'x-note: it'\\''s ⟦9⟧'"
        );
        assert_eq!(
            curl(&exchange, Some(&transcript)).lines().nth(1).unwrap(),
            "  -H 'authorization: Bearer ''the-token' \\"
        );
    }

    #[test]
    fn forms_methods_and_brackets_are_written_as_curl_wants_them() {
        let transcript = Transcript::default();
        let request = Request {
            method: "POST".into(),
            url: "http://[::1]:8080/oauth/v2/introspect".into(),
            headers: vec![header("content-type", "application/x-www-form-urlencoded")],
            form: Some(vec![header("token", "⟦1⟧"), header("other", "⟦2⟧")]),
            json: None,
        };
        let posted = exchange(&transcript, request.clone(), &["one", "two"]);
        assert_eq!(
            curl(&posted, None),
            "curl -sS --globoff 'http://[::1]:8080/oauth/v2/introspect' \\\n  \
             --data-urlencode 'token='\"$ACCESS_TOKEN\" \\\n  \
             --data-urlencode 'other='\"$ACCESS_TOKEN_2\""
        );
        let head =
            Request { method: "HEAD".into(), url: "http://h/".into(), form: None, ..request };
        assert_eq!(
            curl(&exchange(&transcript, head.clone(), &[]), None),
            "curl -sS --head 'http://h/'"
        );
        let json = Request {
            method: "PUT".into(),
            headers: vec![header("content-type", "application/json")],
            json: Some(r#"{"roleKeys":["it's"]}"#.into()),
            ..head.clone()
        };
        assert_eq!(
            curl(&exchange(&transcript, json, &[]), None),
            "curl -sS -X 'PUT' 'http://h/' \\\n  -H 'content-type: application/json' \\\n  \
             --data-raw '{\"roleKeys\":[\"it'\\''s\"]}'"
        );
        let delete = Request { method: "DELETE".into(), ..head };
        assert_eq!(
            curl(&exchange(&transcript, delete, &[]), None),
            "curl -sS -X 'DELETE' 'http://h/'"
        );
    }
}
