//! Looks for secrets in a text that is about to leave this program: those in slots, and private keys,
//! in every writing in which they are likely to stand in a file. It tells that there is one, and
//! which, never the secret.

use std::collections::HashMap;

use aho_corasick::{AhoCorasick, BuildError};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};
use contract::{SlotId, exchange::SecretKind};
use url::form_urlencoded::byte_serialize;

use super::{Transcript, redact::SHORTEST};
use crate::secret::PrivateKey;

/// Of a longer secret its end is looked for: there the signature is, and nothing else ends so.
const LOOKED_FOR: usize = 32;
/// A private key is looked for in pieces of this many letters, so that a single line of it is found.
const PIECE: usize = 16;

/// What would have left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leak {
    /// The secret in this slot.
    Slot(SlotId, SecretKind),
    /// A part of a private key.
    PrivateKey,
}

/// What is looked for. It holds secrets and is made for one use.
pub struct Watchlist {
    automaton: AhoCorasick,
    /// What each pattern gives away.
    meaning: Vec<Leak>,
}

impl Watchlist {
    /// All secrets of a transcript, and these keys.
    ///
    /// # Errors
    /// Where there are too many secrets to look for at once.
    pub fn new<'k>(
        transcript: &Transcript,
        keys: impl IntoIterator<Item = &'k PrivateKey>,
    ) -> Result<Self, BuildError> {
        let mut patterns = HashMap::new();
        for slot in transcript.0.slots.lock().all() {
            let leak = Leak::Slot(slot.told.slot, slot.told.kind);
            for writing in writings(slot.secret()) {
                patterns.entry(writing).or_insert(leak);
            }
        }
        for key in keys {
            for piece in pieces(key.secret_part()) {
                patterns.entry(piece).or_insert(Leak::PrivateKey);
            }
        }
        let (patterns, meaning): (Vec<_>, Vec<_>) = patterns.into_iter().unzip();
        Ok(Self { automaton: AhoCorasick::new(patterns)?, meaning })
    }

    /// The first secret that stands in a text.
    pub fn find(&self, text: &str) -> Option<Leak> {
        let found = self.automaton.find(text)?;
        self.meaning.get(found.pattern().as_usize()).copied()
    }
}

impl std::fmt::Debug for Watchlist {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Watchlist([redacted])")
    }
}

/// How a secret may stand in a file: as it is, in JSON (in JSON), in HTML, in a form or address, in
/// base64. What is as short as a word is found everywhere and keeps nothing secret.
fn writings(secret: &str) -> Vec<String> {
    if secret.len() < SHORTEST {
        return Vec::new();
    }
    let in_json = json_text(secret);
    let escaped = secret.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let whole = [
        json_text(&in_json),
        in_json,
        escaped.replace('"', "&quot;"),
        byte_serialize(secret.as_bytes()).collect(),
        byte_serialize(secret.as_bytes()).collect::<String>().replace('+', "%20"),
        secret.to_owned(),
    ];
    let mut all: Vec<String> = whole.iter().map(|writing| end(writing).to_owned()).collect();
    for before in 0..3 {
        // Whatever stands before it in the same base64, as the name in `Basic`, moves the letters.
        let moved = [&b"\0\0"[..before], secret.as_bytes()].concat();
        // The first and the last letters belong to the neighbours too.
        let (from, to) = ([0, 2, 3][before], moved.len() / 3 * 4);
        let engines = [STANDARD_NO_PAD.encode(&moved), URL_SAFE_NO_PAD.encode(&moved)];
        all.extend(engines.iter().map(|text| end(&text[from..to]).to_owned()));
    }
    all.retain(|writing| writing.len() >= SHORTEST);
    all
}

/// The inside of a JSON string.
fn json_text(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

fn end(text: &str) -> &str {
    let from = (text.len().saturating_sub(LOOKED_FOR)..).find(|&at| text.is_char_boundary(at));
    from.map_or("", |from| &text[from..])
}

/// A key's lines as PEM has them: base64 from any beginning, in pieces short enough that one lies
/// whole in every line.
fn pieces(der: &[u8]) -> impl Iterator<Item = String> + '_ {
    let encoded = (0..3.min(der.len())).flat_map(|from| {
        [STANDARD_NO_PAD.encode(&der[from..]), URL_SAFE_NO_PAD.encode(&der[from..])]
    });
    encoded.flat_map(|text| {
        let whole = text.len() / PIECE;
        (0..whole).map(move |at| text[at * PIECE..(at + 1) * PIECE].to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    const SECRET: &str = "pa\"t/of+a=secret&with<everything>-and-an-end-of-its-own";

    fn watchlist(keys: &[&PrivateKey]) -> Watchlist {
        let transcript = Transcript::default();
        transcript.slot(SECRET, SecretKind::AccessToken);
        transcript.slot("word", SecretKind::AccessToken);
        Watchlist::new(&transcript, keys.iter().copied()).unwrap()
    }

    #[test]
    fn a_secret_is_found_in_every_writing() {
        let list = watchlist(&[]);
        let json = serde_json::json!({ "a": SECRET }).to_string();
        let texts = [
            format!("before {SECRET} after"),
            serde_json::json!({ "body": json }).to_string(),
            json,
            "pa&quot;t/of+a=secret&amp;with&lt;everything&gt;-and-an-end-of-its-own".into(),
            format!("t={}&x=1", byte_serialize(SECRET.as_bytes()).collect::<String>()),
            format!("Basic {}", STANDARD_NO_PAD.encode(SECRET)),
            format!("Basic {}", STANDARD_NO_PAD.encode(format!("u:{SECRET}"))),
            format!("Basic {}", STANDARD_NO_PAD.encode(format!("user:{SECRET}:more"))),
            URL_SAFE_NO_PAD.encode(format!("x{SECRET}")),
            // Cut in front.
            SECRET[20..].to_owned(),
        ];
        for text in texts {
            let found = list.find(&text);
            assert_eq!(found, Some(Leak::Slot(1, SecretKind::AccessToken)), "{text}");
        }
    }

    #[test]
    fn what_is_no_secret_is_not_found() {
        let list = watchlist(&[]);
        for text in ["", "a word for ⟦1⟧", "pa\"t/of+a=secret", "-and-an-end"] {
            assert_eq!(list.find(text), None, "{text}");
        }
    }

    #[test]
    fn a_single_line_of_a_private_key_is_found_and_its_public_half_is_not() {
        let key = testing::application("application");
        let pem = testing::recorded("keys/application.json")["key"].as_str().unwrap().to_owned();
        let list = watchlist(&[&key.key]);
        let lines: Vec<_> = pem.lines().filter(|line| line.len() == 64).collect();
        let found = |line: &str| list.find(&format!("x {line} y")) == Some(Leak::PrivateKey);
        let (public, private) = lines.split_at(lines.len() / 4 + 1);
        assert!(!found(public[0]), "every key begins so, and its modulus is public");
        assert!(private.iter().all(|line| found(line)));
        // As a JSON key file has them, and in a JWK.
        assert!(found(&pem.replace('\n', "\\n")));
        assert!(found(&private[3].replace('+', "-").replace('/', "_")[5..]));
    }
}
