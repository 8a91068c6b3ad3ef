//! What an answer tells that is nobody's business: traces, debug pages, tokens, ZITADEL's answer.
//! Looked for by marks that other texts do not have; nothing of what is found is repeated.

use contract::exchange::mark;

use crate::target::evidence::TargetAnswer;

/// Marks of debug pages, traces and logs, and what they are.
const MARKS: [(&str, &str); 14] = [
    ("Traceback (most recent call last)", "a Python stack trace"),
    ("DEBUG = True", "Django's debug page"),
    ("Werkzeug Debugger", "Flask's debug page"),
    ("Request Method:</th>", "a debug page with the request's headers"),
    ("Whoops, looks like something went wrong", "a PHP debug page"),
    ("Stack trace:\n#0 ", "a PHP stack trace"),
    ("stack backtrace:", "a Rust backtrace"),
    ("panicked at ", "a Rust panic"),
    ("goroutine 1 [", "a Go stack trace"),
    ("DeveloperExceptionPage", ".NET's debug page"),
    ("System.Exception:", "a .NET exception"),
    ("Exception in thread \"", "a Java stack trace"),
    ("-----BEGIN ", "a key or certificate"),
    ("client_assertion", "the API's own sign-in at ZITADEL"),
];

/// What an answer leaks, each in a few words.
pub(super) fn leaks(answer: &TargetAnswer) -> Vec<&'static str> {
    // JSON and HTML write line breaks and spaces in their own way.
    let body = answer.body.replace("\\n", "\n").replace("\\t", " ");
    let body = body.replace("&nbsp;", " ").replace("<br>", "\n");
    let mut found = Vec::new();
    for (mark, what) in MARKS {
        if body.contains(mark) {
            found.push(what);
        }
    }
    if found.is_empty() && body.lines().filter(|line| is_frame(line)).count() >= 2 {
        found.push("a stack trace");
    }
    let echoes = |slot| {
        let mark = mark(slot);
        body.contains(&mark) || answer.headers.iter().any(|header| header.value.contains(&mark))
    };
    if answer.secrets.iter().any(|slot| echoes(*slot)) {
        found.push("the token itself");
    }
    let names_claims = body.contains("urn:zitadel:iam:");
    let is_introspection = body.contains("\"active\"") || body.contains("&quot;active&quot;");
    let let_in = (200..300).contains(&answer.status);
    // Whoever is let in may be shown their own claims; the whole answer is another matter.
    if names_claims && (!let_in || is_introspection) {
        found.push("ZITADEL's answer about the token");
    }
    found
}

/// A line such as `at Object.<anonymous> (/srv/api.js:10:5)` or `at a.b.C.d(C.java:12)`.
fn is_frame(line: &str) -> bool {
    let Some(rest) = line.trim().strip_prefix("at ") else { return false };
    let rest = rest.trim_end().trim_end_matches(')');
    let Some((place, number)) = rest.rsplit_once(':') else { return false };
    let number = number.strip_prefix("line ").unwrap_or(number);
    !number.is_empty()
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && place.contains(['(', '/', '\\'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::exchange::Header;

    fn answer(status: u16, body: &str) -> TargetAnswer {
        TargetAnswer { status, headers: vec![], body: body.into(), secrets: vec![7] }
    }

    #[test]
    fn what_is_nobodys_business_is_found() {
        let node = "Error: x<br> &nbsp; &nbsp;at check (/srv/auth.js:10:5)<br> &nbsp; &nbsp;at \
                    Layer.handle (/srv/node_modules/router.js:95:5)<br>";
        let java = r#"{"trace":"x\n\tat a.B.c(B.java:12)\n\tat d.E.f(E.java:99)\n"}"#;
        let cases = [
            (500, "<pre>Traceback (most recent call last):\n", "a Python stack trace"),
            (500, "because you have <code>DEBUG = True</code> in", "Django's debug page"),
            (500, node, "a stack trace"),
            (500, java, "a stack trace"),
            (401, "bad token \u{27e6}7\u{27e7}", "the token itself"),
            (200, "{\"you_sent\":\"\u{27e6}7\u{27e7}\"}", "the token itself"),
            (
                403,
                r#"{"urn:zitadel:iam:org:project:roles":{}}"#,
                "ZITADEL's answer about the token",
            ),
            (
                200,
                r#"{"active":true,"urn:zitadel:iam:org:project:roles":{}}"#,
                "ZITADEL's answer about the token",
            ),
        ];
        for (status, body, expected) in cases {
            assert_eq!(leaks(&answer(status, body)), [expected], "{body}");
        }
        let header = Header { name: "x-echo".into(), value: "\u{27e6}7\u{27e7}".into() };
        let echoed = TargetAnswer { headers: vec![header], ..answer(401, "") };
        assert_eq!(leaks(&echoed), ["the token itself"]);
    }

    #[test]
    fn ordinary_answers_leak_nothing() {
        let cases = [
            (200, r#"{"message":"Hello"}"#),
            (200, r#"{"roles":["read:messages"],"sub":"1"}"#),
            (200, r#"{"urn:zitadel:iam:org:project:roles":{"read:messages":{}}}"#),
            (401, r#"{"error":"invalid_token","error_description":"The token is inactive."}"#),
            (403, "You may not. Ask at (the desk):\nat the door\n"),
            (404, "nothing at /api/x:80"),
            (200, "somebody else's mark \u{27e6}8\u{27e7}"),
        ];
        for (status, body) in cases {
            assert!(leaks(&answer(status, body)).is_empty(), "{body}");
        }
    }
}
