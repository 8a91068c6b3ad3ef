//! Words in an exchange, where a person sees them when it is opened.

use serde_json::Value;

/// Whether `words`, in small letters, stand in the request, the answer or the secrets' claims of an
/// exchange that is written as JSON. Numbers and names of our own count nowhere: nobody sees them.
pub(super) fn stands_in(json: &[u8], words: &str) -> bool {
    // Most are told by their text alone, before it is read.
    let Ok(text) = std::str::from_utf8(json) else { return false };
    let quoted = Value::from(words).to_string();
    text.to_lowercase().contains(quoted.trim_matches('"'))
        && serde_json::from_str::<Value>(text).is_ok_and(|exchange| {
            let seen = ["request", "response", "error"].iter().map(|name| &exchange[name]);
            let secrets = exchange["secrets"].as_array().into_iter().flatten();
            let told = secrets.flat_map(|secret| [&secret["header"], &secret["claims"]]);
            seen.chain(told).any(|part| is_said(part, words))
        })
}

fn is_said(value: &Value, words: &str) -> bool {
    match value {
        Value::Array(items) => items.iter().any(|item| is_said(item, words)),
        Value::Object(members) => members.values().any(|member| is_said(member, words)),
        Value::String(text) => text.to_lowercase().contains(words),
        Value::Null => false,
        Value::Bool(_) | Value::Number(_) => value.to_string().contains(words),
    }
}

#[cfg(test)]
mod tests {
    use super::stands_in;
    use serde_json::json;

    #[test]
    fn words_are_found_where_a_person_sees_them_and_not_in_our_own_members() {
        let body = r#"{"name":"a \"quoted\" word","path":"C:\\"}"#;
        let json = json!({
            "id": 4711, "purpose": "call", "from": "caller", "to": "api", "user": null,
            "request_id": null, "started_at": "2026-01-01", "duration_us": 815, "attempt": 1,
            "request": {
                "method": "POST", "url": "http://host/Door", "form": null,
                "headers": [{ "name": "Accept", "value": "text/*" }],
            },
            "response": { "status": 200, "headers": [], "body": body },
            "error": { "kind": "broken", "message": "It broke off." },
            "secrets": [{
                "slot": 77, "kind": "assertion", "length": 5,
                "header": { "alg": "RS256" }, "claims": { "sub": "Somebody" },
            }],
        })
        .to_string();
        let found = |words: &str| stands_in(json.as_bytes(), words);
        for words in [
            "accept",
            "text/*",
            "/door",
            "quoted",
            "c:\\",
            "\"name\"",
            "somebody",
            "rs256",
            "post",
            "200",
            "broke off",
        ] {
            assert!(found(words), "{words}");
        }
        for words in [
            "headers",
            "response",
            "secrets",
            "slot",
            "nothing",
            "duration_us",
            "\"method\":",
            "caller",
            "api",
            "2026",
            "4711",
            "815",
            "77",
            "assertion",
        ] {
            assert!(!found(words), "{words}");
        }
    }
}
