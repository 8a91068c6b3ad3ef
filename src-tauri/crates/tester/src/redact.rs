//! Takes out what looks like a secret, whoever's it is: of texts that others wrote, before a report is
//! handed on, and of everything that is logged. What is known to be secret has been replaced by its
//! mark (`⟦7⟧`) long before; this is for what nobody knew of.

use std::{
    borrow::Cow,
    io::{self, Write},
    sync::LazyLock,
};

use regex::{Captures, Regex};

/// Stands where a secret stood.
pub const REDACTED: &str = "[redacted]";

/// Signed and encrypted tokens, pieces of them, and key files in base64: all begin with `{"`.
const TOKEN: &str = r"eyJ[A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]*)+|eyJ[A-Za-z0-9_+/=-]{16,}";
/// Up to its end, or that of the text.
const PRIVATE_KEY: &str = r"-----BEGIN [A-Z ]*PRIVATE KEY-----(?s:.*?)(?:-----END [A-Z ]+-----|$)";
const PEM: &str = r"-----BEGIN [A-Z0-9 ]+-----(?s:.*?)(?:-----END [A-Z0-9 ]+-----|$)";
/// After these words the next one is a secret (RFC 6750, RFC 7617).
const SCHEME: &str =
    r"(?i:\b(?P<scheme>bearer|basic)(?:\s+|%20|\+))(?P<credentials>[^\s⟦\[][^\s,;]*)";
/// Headers that hold nothing else, to the end of their line.
const HEADER: &str = r#"(?i:\b(?P<header>(?:proxy-)?authorization|(?:set-)?cookie)["']?\s*[:=]\s*)(?P<rest>[^\r\n]+)"#;
/// Form fields and JSON members that hold secrets, however they are quoted.
const FIELD: &str = concat!(
    r"(?i:\b(?P<field>(?:client_)?assertion|client_?secret|(?:access_|id_|refresh_)?token|",
    r"(?:access|id|refresh)token|keydetails|password))",
    r#"(?P<equals>\\*["']?\s*(?:=|:|%3[Dd])\s*\\*["']?)(?P<value>[^\s⟦"'\\&,;)}\]]+)"#
);

static OF_OTHERS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(&format!("{PRIVATE_KEY}|{TOKEN}")).ok());
static OF_LOGS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(&format!("{PEM}|{HEADER}|{TOKEN}|{SCHEME}|{FIELD}")).ok());

/// A text of others, without what can be nothing but a token or a private key.
pub fn foreign(text: &str) -> Cow<'_, str> {
    match &*OF_OTHERS {
        Some(secrets) => secrets.replace_all(text, REDACTED),
        None => Cow::Borrowed(REDACTED),
    }
}

/// A text for a log, without what might be a secret. Words may be lost that are none.
pub fn logged(text: &str) -> Cow<'_, str> {
    let Some(secrets) = &*OF_LOGS else { return Cow::Borrowed(REDACTED) };
    secrets.replace_all(text, |found: &Captures<'_>| {
        let part = |name| found.name(name).map(|part| part.as_str());
        if let (Some(field), Some(equals)) = (part("field"), part("equals")) {
            return format!("{field}{equals}{REDACTED}");
        }
        match (part("header"), part("scheme")) {
            (Some(header), _) => format!("{header}: {REDACTED}"),
            (_, Some(scheme)) => format!("{scheme} {REDACTED}"),
            _ => REDACTED.to_owned(),
        }
    })
}

/// Writes on what [`logged`] leaves of everything that is written to it, when it is dropped: a secret
/// may come in pieces.
pub struct Redacting<W: Write> {
    to: W,
    waiting: Vec<u8>,
}

impl<W: Write> Redacting<W> {
    /// In front of another writer.
    pub fn new(to: W) -> Self {
        Self { to, waiting: Vec::new() }
    }
}

impl<W: Write> Write for Redacting<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.waiting.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    /// Nothing is written on before everything has come.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<W: Write> Drop for Redacting<W> {
    fn drop(&mut self) {
        let text = String::from_utf8_lossy(&self.waiting);
        // Nobody is left to tell where a log cannot be written.
        let _ = self.to.write_all(logged(&text).as_bytes()).and_then(|()| self.to.flush());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const JWT: &str = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl-_";
    const JWE: &str = "eyJhbGciOiJSU0EtT0FFUCJ9.a2V5.aXY.Y2lwaGVy.dGFn";
    const PEM_TEXT: &str =
        "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nAbC+/=\n-----END RSA PRIVATE KEY-----";

    #[test]
    fn what_looks_like_a_secret_is_not_logged() {
        let cases = [
            (format!("got {JWT}."), "got [redacted]".to_owned()),
            (format!("got {JWE} at last"), "got [redacted] at last".into()),
            ("eyJhbGciOiJSUzI1NiJ9.".into(), "[redacted]".into()),
            ("eyJ0eXBlIjoiYXBwbGljYXRpb24i".into(), "[redacted]".into()),
            ("authorization: Bearer abc-123\nx".into(), "authorization: [redacted]\nx".into()),
            ("\"set-cookie\": \"a=b; c\"".into(), "\"set-cookie: [redacted]".into()),
            ("sent Bearer abc-123, then".into(), "sent Bearer [redacted], then".into()),
            ("basic dTpw".into(), "basic [redacted]".into()),
            (format!("key {PEM_TEXT} end"), "key [redacted] end".into()),
            ("-----BEGIN CERTIFICATE-----\nMIIB".into(), "[redacted]".into()),
            (
                "grant=x&client_assertion=abc&y=1".into(),
                "grant=x&client_assertion=[redacted]&y=1".into(),
            ),
            ("assertion=abc".into(), "assertion=[redacted]".into()),
            ("token=abc&token_type_hint=x".into(), "token=[redacted]&token_type_hint=x".into()),
            (
                r#"{"access_token":"abc","n":1}"#.into(),
                r#"{"access_token":"[redacted]","n":1}"#.into(),
            ),
            (r#"{\"id_token\": \"abc\"}"#.into(), r#"{\"id_token\": \"[redacted]\"}"#.into()),
            (
                r#"AccessToken { token: "abc" }"#.into(),
                r#"AccessToken { token: "[redacted]" }"#.into(),
            ),
            ("client_secret%3Dabc".into(), "client_secret%3D[redacted]".into()),
        ];
        for (text, left) in cases {
            assert_eq!(logged(&text), left, "{text}");
        }
    }

    #[test]
    fn what_tells_something_stays() {
        for text in [
            "the roll was called: 4 rows, 12 cells, 1 not as expected",
            "Bearer ⟦7⟧ was refused",
            "client_assertion=⟦3⟧&token=⟦4⟧",
            "finding role_missing",
            "workspace demo.rolecall.json opened",
            "token request: 400 invalid_grant",
        ] {
            assert_eq!(logged(text), text);
        }
    }

    #[test]
    fn of_others_only_tokens_and_private_keys_go() {
        let challenge = "Bearer error=\"invalid_token\"; token=abc; -----BEGIN CERTIFICATE-----";
        assert_eq!(foreign(challenge), challenge);
        let page = format!("settings: {JWT}, {}", PEM_TEXT.replace('\n', "\\n"));
        assert_eq!(foreign(&page), "settings: [redacted], [redacted]");
    }

    #[test]
    fn a_secret_that_comes_in_pieces_is_taken_out_whole() {
        let mut out = Vec::new();
        {
            let mut writer = Redacting::new(&mut out);
            for piece in ["a Bea", "rer se", "cret", "-token\n"] {
                writer.write_all(piece.as_bytes()).unwrap();
                writer.flush().unwrap();
            }
        }
        assert_eq!(String::from_utf8(out).unwrap(), "a Bearer [redacted]\n");
    }

    proptest! {
        #[test]
        fn no_planted_token_survives(
            before in "[ -~\n]{0,40}",
            after in "[ ,;&\"\n][ -~\n]{0,40}",
            middle in "[A-Za-z0-9_-]{8,60}",
            last in "[A-Za-z0-9_-]{20,60}",
            opaque in "[A-Za-z0-9_-]{20,80}",
            way in 0..9usize,
        ) {
            let (planted, secret) = match way {
                0 => (format!("eyJ{middle}.{middle}.{last}"), &last),
                1 => (format!("eyJ{middle}..{middle}.{middle}.{last}"), &last),
                2 => (format!("Bearer {opaque}"), &opaque),
                3 => (format!("client_assertion={opaque}"), &opaque),
                4 => (format!("assertion={opaque}"), &opaque),
                5 => (format!("token={opaque}"), &opaque),
                6 => (format!("\"access_token\": \"{opaque}\""), &opaque),
                7 => (format!("-----BEGIN PRIVATE KEY-----\n{opaque}\n-----END PRIVATE KEY-----"), &opaque),
                _ => (format!("eyJ{last}"), &last),
            };
            let text = format!("{before} {planted}{after}");
            let told = logged(&text).into_owned();
            prop_assert!(!told.contains(secret.as_str()), "{text:?} became {told:?}");
        }
    }
}
