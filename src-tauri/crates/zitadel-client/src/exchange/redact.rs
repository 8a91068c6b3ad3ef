//! Takes the secrets out of one exchange while it is made: of its request, and of every place of the
//! answer where they, or new ones, occur.

use std::{borrow::Cow, sync::Arc};

use contract::exchange::{Header, Secret, SecretKind};

use super::{Transcript, slot::Slot};

/// Shorter texts are not looked for in answers: `a` would be found everywhere, and keeps nothing
/// secret.
pub(super) const SHORTEST: usize = 8;

/// JSON members of answers that hold secrets (RFC 6749, section 5.1; OpenID Connect; ZITADEL's
/// management API). `None`: a key file, which holds a private key and so is kept in no slot.
const MEMBERS: [(&str, Option<SecretKind>); 9] = [
    ("\"access_token\"", Some(SecretKind::AccessToken)),
    ("\"id_token\"", Some(SecretKind::IdToken)),
    ("\"refresh_token\"", Some(SecretKind::RefreshToken)),
    ("\"client_secret\"", Some(SecretKind::ClientSecret)),
    ("\"clientSecret\"", Some(SecretKind::ClientSecret)),
    ("\"assertion\"", Some(SecretKind::Assertion)),
    ("\"client_assertion\"", Some(SecretKind::ClientAssertion)),
    ("\"token\"", Some(SecretKind::PersonalAccessToken)),
    ("\"keyDetails\"", None),
];

/// Stands for what cannot be revealed.
const REDACTED: &str = "[redacted]";

/// Headers whose whole value is a secret, whoever sends them.
const HIDDEN: [&str; 4] = ["authorization", "proxy-authorization", "cookie", "set-cookie"];

/// Collects one exchange's secrets and puts marks in their places.
pub(crate) struct Redactor<'t> {
    transcript: &'t Transcript,
    slots: Vec<Arc<Slot>>,
}

impl<'t> Redactor<'t> {
    pub(crate) fn new(transcript: &'t Transcript) -> Self {
        Self { transcript, slots: Vec::with_capacity(2) }
    }

    /// The mark that stands for a secret from here on.
    pub(crate) fn hide(&mut self, secret: &str, kind: SecretKind) -> String {
        if secret.is_empty() {
            return String::new();
        }
        let slot = self.transcript.meet(secret, kind);
        let mark = slot.mark.clone();
        if !self.slots.iter().any(|known| known.told.slot == slot.told.slot) {
            self.slots.push(slot);
            // Of two secrets, one the beginning of the other, the longer is looked for first.
            self.slots.sort_by_key(|slot| std::cmp::Reverse(slot.told.length));
        }
        mark
    }

    /// A header of request or answer. One that carries credentials by its name is hidden even where
    /// nobody said so.
    pub(crate) fn header(&mut self, name: &str, value: &str) -> Header {
        let value = if HIDDEN.iter().any(|hidden| name.eq_ignore_ascii_case(hidden)) {
            match value.split_once(' ') {
                _ if name.ends_with("ookie") => REDACTED.into(),
                Some(("Bearer", token)) => {
                    format!("Bearer {}", self.hide(token, SecretKind::AccessToken))
                }
                Some((scheme, secret)) => {
                    format!("{scheme} {}", self.hide(secret, SecretKind::ClientSecret))
                }
                None => self.hide(value, SecretKind::ClientSecret),
            }
        } else {
            self.text(value).into_owned()
        };
        Header { name: name.into(), value }
    }

    /// A text in which the secrets met so far may be echoed.
    pub(crate) fn text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut text = Cow::Borrowed(text);
        for slot in &self.slots {
            let secret = slot.secret();
            if secret.len() >= SHORTEST && text.contains(secret) {
                text = Cow::Owned(text.replace(secret, &slot.mark));
            }
        }
        text
    }

    /// An answer's body: echoes, and the members that hold new secrets. `whole` is false for a body
    /// that broke off, perhaps amid a secret.
    pub(crate) fn body(&mut self, body: &str, whole: bool) -> String {
        let mut body = self.members(body);
        if let Cow::Owned(echoes) = self.text(&body) {
            body = Cow::Owned(echoes);
        }
        if !whole {
            self.cut_end(body.to_mut());
        }
        body.into_owned()
    }

    pub(crate) fn into_secrets(self) -> Vec<Secret> {
        let mut secrets: Vec<_> = self.slots.iter().map(|slot| slot.told.clone()).collect();
        secrets.sort_by_key(|secret| secret.slot);
        secrets
    }

    /// Hides the values of [`MEMBERS`]. It scans instead of parsing, so that a body that broke off
    /// or is not quite JSON tells no more than a whole one.
    fn members<'a>(&mut self, body: &'a str) -> Cow<'a, str> {
        let mut body = Cow::Borrowed(body);
        for (member, kind) in MEMBERS {
            let mut from = 0;
            while let Some(at) = body[from..].find(member) {
                from += at + member.len();
                let Some((start, end)) = string_value(&body, from) else { continue };
                let raw = &body[start..end];
                let mark = match kind {
                    Some(kind) => self.hide(&unescaped(raw), kind),
                    None => REDACTED.to_owned(),
                };
                from = start + mark.len();
                body.to_mut().replace_range(start..end, &mark);
            }
        }
        body
    }

    /// Where the text ends amid a known secret, that beginning goes too.
    fn cut_end(&self, text: &mut String) {
        for slot in &self.slots {
            let secret = slot.secret();
            let longest = secret.len().min(text.len());
            let amid = (SHORTEST..=longest).rev().find(|&length| {
                secret.is_char_boundary(length) && text.ends_with(&secret[..length])
            });
            if let Some(length) = amid {
                text.truncate(text.len() - length);
                text.push_str(&slot.mark);
            }
        }
    }
}

/// Where the string lies that follows a member's name; one without an end reaches to the text's end.
fn string_value(text: &str, after_name: usize) -> Option<(usize, usize)> {
    let rest = text[after_name..].trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
    let start = text.len() - rest.len();
    let mut escaped = false;
    let end = rest.bytes().position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    });
    Some((start, end.map_or(text.len(), |end| start + end)))
}

fn unescaped(raw: &str) -> Cow<'_, str> {
    if !raw.contains('\\') {
        return Cow::Borrowed(raw);
    }
    serde_json::from_str(&format!("\"{raw}\"")).map_or(Cow::Borrowed(raw), Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "secret-token-abcdefgh";

    #[test]
    fn new_secrets_are_hidden_in_every_shape_of_an_answer() {
        let cases = [
            (
                r#"{"access_token":"secret-token-abcdefgh","n":1}"#,
                r#"{"access_token":"⟦1⟧","n":1}"#,
            ),
            (r#"{"id_token" : "secret-token-abcdefgh"}"#, r#"{"id_token" : "⟦1⟧"}"#),
            (r#"{"access_token":"secret-token-ab"#, r#"{"access_token":"⟦1⟧"#),
            (r#"{"access_token":"a\"secret-token","x":"y"}"#, r#"{"access_token":"⟦1⟧","x":"y"}"#),
            (r#"{"access_token":null,"id_token":""}"#, r#"{"access_token":null,"id_token":""}"#),
            (r#"{"token":"secret-token"}"#, r#"{"token":"⟦1⟧"}"#),
            (r#"{"keyDetails":"eyJ0"}"#, r#"{"keyDetails":"[redacted]"}"#),
            (r#"{"keyDetails":"eyJ0eXBl"#, r#"{"keyDetails":"[redacted]"#),
            (r#"{"a":{"client_secret":"secret-12345"}}"#, r#"{"a":{"client_secret":"⟦1⟧"}}"#),
            ("<html>access_token</html>", "<html>access_token</html>"),
        ];
        for (body, hidden) in cases {
            let transcript = Transcript::default();
            assert_eq!(Redactor::new(&transcript).body(body, true), hidden);
        }
    }

    #[test]
    fn what_was_sent_is_hidden_wherever_it_is_echoed() {
        let transcript = Transcript::default();
        let mut redactor = Redactor::new(&transcript);
        let mark = redactor.hide(TOKEN, SecretKind::AccessToken);
        assert_eq!(
            redactor.body(&format!("bad token {TOKEN}!"), true),
            format!("bad token {mark}!")
        );
        let url = format!("http://h/?t={TOKEN}");
        assert_eq!(redactor.text(&url), format!("http://h/?t={mark}"));
        assert_eq!(redactor.header("x-echo", TOKEN).value, mark);
        assert_eq!(
            redactor.body("broke off at secret-toke", false),
            format!("broke off at {mark}")
        );
        assert_eq!(redactor.into_secrets().len(), 1);
    }

    #[test]
    fn credentials_in_headers_are_hidden_even_where_nobody_said_so() {
        let cases = [
            ("Authorization", "Bearer abc", "Bearer ⟦1⟧"),
            ("authorization", "Basic dXNlcjpwYXNz", "Basic ⟦1⟧"),
            ("Proxy-Authorization", "verysecret", "⟦1⟧"),
            ("Set-Cookie", "session=1; Path=/", "[redacted]"),
            ("cookie", "a=b", "[redacted]"),
            ("content-type", "text/plain", "text/plain"),
        ];
        for (name, value, hidden) in cases {
            let transcript = Transcript::default();
            assert_eq!(Redactor::new(&transcript).header(name, value).value, hidden, "{name}");
        }
    }

    #[test]
    fn the_longer_of_two_secrets_is_looked_for_first() {
        let transcript = Transcript::default();
        let mut redactor = Redactor::new(&transcript);
        redactor.hide("secret-one", SecretKind::AccessToken);
        let longer = redactor.hide("secret-one-and-more", SecretKind::AccessToken);
        assert_eq!(redactor.text("secret-one-and-more"), longer);
    }
}
