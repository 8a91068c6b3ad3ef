//! A pasted token, taken apart as far as it goes. Nothing is sent, and nothing is called invalid that
//! is only not readable from outside.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use contract::{
    finding::TokenKind,
    token::{BrokenPart, InspectedToken, TokenPart, TokenPartName as Name},
};
use jiff::Timestamp;
use serde_json::Value;
use zitadel_client::{claim, jose};

use crate::diagnosis::{self, Pasted};

const OF_JWT: [Name; 3] = [Name::Header, Name::Claims, Name::Signature];
const OF_JWE: [Name; 5] = [Name::Header, Name::EncryptedKey, Name::Iv, Name::Ciphertext, Name::Tag];

/// What a pasted text shows by itself, with the issuer that is set up and this machine's clock.
pub fn inspect(pasted: &str, issuer: Option<&str>, now: Timestamp) -> InspectedToken {
    let (start, token) = bare(pasted);
    if token.is_empty() || is_no_token(token) {
        let says = if token.is_empty() { "Nothing was pasted." } else { "This is no token." };
        return InspectedToken {
            kind: None,
            says: says.into(),
            parts: Vec::new(),
            claims: None,
            issuer_matches: None,
            expires_at: None,
            findings: Vec::new(),
        };
    }
    let kind = kind(token);
    let parts = parts(pasted, start, token, kind);
    let claims = parts.iter().find(|part| part.name == Name::Claims).and_then(|p| p.json.clone());
    let broken = broken(token, kind, &parts);
    let named = claims.as_ref().and_then(|claims| claims.get("iss")).and_then(Value::as_str);
    let ends = claims.as_ref().and_then(|claims| claims.get("exp")).and_then(claim::time);
    let finding = diagnosis::pasted(&Pasted {
        claims: claims.as_ref().and_then(Value::as_object),
        broken: broken.as_deref(),
        issuer,
        now,
    });
    InspectedToken {
        kind: Some(kind),
        says: says(kind, broken.as_deref()),
        issuer_matches: named.zip(issuer).map(|(named, set_up)| named == set_up),
        expires_at: ends.map(crate::roll_call::say),
        findings: finding.into_iter().collect(),
        parts,
        claims,
    }
}

/// The token in what was pasted, and where it begins: without white space, quotes and `Bearer`.
pub fn bare(pasted: &str) -> (usize, &str) {
    let around = |c: char| c.is_whitespace() || c == '"' || c == '\'' || c == '`';
    let mut token = pasted.trim_matches(around);
    let bearer = token.get(..7).filter(|word| word.eq_ignore_ascii_case("bearer "));
    if bearer.is_some() {
        token = token[7..].trim_start_matches(around);
    }
    // Both are slices of one text.
    (token.as_ptr() as usize - pasted.as_ptr() as usize, token)
}

/// Key files, PEMs and other prose.
fn is_no_token(text: &str) -> bool {
    text.contains(['{', '}', '<', '>']) || text.contains("-----BEGIN") || text.contains(' ')
}

/// A JWT or JWE of which a part cannot be read is still meant as one: its header tells.
fn kind(token: &str) -> TokenKind {
    let whole = jose::look(token).kind;
    if whole != TokenKind::Opaque {
        return whole;
    }
    let header = token.split('.').next().and_then(|part| json(part).ok());
    let has = |name: &str| header.as_ref().is_some_and(|header| header.get(name).is_some());
    match (has("alg"), has("enc")) {
        (true, true) => TokenKind::Jwe,
        (true, false) => TokenKind::Jwt,
        // ZITADEL's opaque tokens hold no full stop; a text of three parts was meant as a JWT.
        _ if token.starts_with("eyJ") && token.matches('.').count() == 2 => TokenKind::Jwt,
        _ => TokenKind::Opaque,
    }
}

fn parts(pasted: &str, start: usize, token: &str, kind: TokenKind) -> Vec<TokenPart> {
    let units = |at: usize| pasted[..at].encode_utf16().count();
    let part = |name, from: usize, text: &str, json, broken| TokenPart {
        name,
        start: units(from),
        end: units(from + text.len()),
        json,
        broken,
    };
    let names: &[Name] = match kind {
        TokenKind::Opaque => return vec![part(Name::Text, start, token, None, None)],
        TokenKind::Jwt => &OF_JWT,
        TokenKind::Jwe => &OF_JWE,
    };
    let mut from = start;
    let mut parts = Vec::new();
    for (name, text) in names.iter().zip(token.split('.')) {
        let (json, broken) = match name {
            Name::Header | Name::Claims => match json(text) {
                Ok(json) => (Some(json), None),
                Err(broken) => (None, Some(broken)),
            },
            _ => (None, decoded(text).err()),
        };
        parts.push(part(*name, from, text, json, broken));
        from += text.len() + 1;
    }
    parts
}

fn decoded(text: &str) -> Result<Vec<u8>, BrokenPart> {
    URL_SAFE_NO_PAD.decode(text).map_err(|error| {
        let at = match error {
            base64::DecodeError::InvalidByte(at, _)
            | base64::DecodeError::InvalidLastSymbol(at, _) => at,
            _ => text.len().saturating_sub(1),
        };
        let message = match error {
            base64::DecodeError::InvalidLength(_) => "This part is cut short.",
            _ => "From here on this part is no base64url.",
        };
        BrokenPart { at: at + 1, message: message.into() }
    })
}

fn json(text: &str) -> Result<Value, BrokenPart> {
    let bytes = decoded(text)?;
    serde_json::from_slice(&bytes).map_err(|error| {
        // Three bytes are four characters.
        let byte = error.column().saturating_sub(1);
        let message = "Decoded, this part is no whole JSON from here on.";
        BrokenPart { at: byte * 4 / 3 + 1, message: message.into() }
    })
}

/// What is wrong with a JWT or JWE as a text, as a sentence; an opaque token has no shape to break.
fn broken(token: &str, kind: TokenKind, parts: &[TokenPart]) -> Option<String> {
    let whole = match kind {
        TokenKind::Opaque => return None,
        TokenKind::Jwt => OF_JWT.len(),
        TokenKind::Jwe => OF_JWE.len(),
    };
    let found = token.split('.').count();
    if found != whole {
        return Some(format!("It has {found} of {whole} parts."));
    }
    let (at, broken) =
        parts.iter().enumerate().find_map(|(at, part)| Some((at, part.broken.as_ref()?)))?;
    let nth = ["first", "second", "third", "fourth", "fifth"][at.min(4)];
    Some(format!("The {nth} part breaks at character {}: {}", broken.at, broken.message))
}

fn says(kind: TokenKind, broken: Option<&str>) -> String {
    let is = match kind {
        TokenKind::Opaque => {
            "An opaque token: a reference that only ZITADEL can read. That is as it should be."
        }
        TokenKind::Jwt => {
            "A JWT: its claims can be read by anybody, its signature by those with the key."
        }
        TokenKind::Jwe => {
            "An encrypted token: a reference of newer servers that only ZITADEL can read."
        }
    };
    match broken {
        Some(broken) => format!("{is} {broken}"),
        None => is.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::FindingCode;

    const HEADER: &str = "eyJhbGciOiJSUzI1NiJ9";
    const CLAIMS: &str = "eyJzdWIiOiIxIn0";

    fn look(text: &str) -> InspectedToken {
        inspect(text, Some("http://a"), Timestamp::from_second(1000).unwrap())
    }

    #[test]
    fn each_kind_is_told_and_taken_apart() {
        let jwt = look(&format!("Bearer {HEADER}.{CLAIMS}.c2ln\n"));
        assert_eq!(jwt.kind, Some(TokenKind::Jwt));
        assert_eq!(jwt.claims.unwrap()["sub"], "1");
        assert_eq!((jwt.parts[0].start, jwt.parts[0].end), (7, 7 + HEADER.len()));
        let opaque = look("GZifRZTBnMIVBBhi3ODccMrRUOJpijRCZ5SbzQv4F__i");
        assert_eq!((opaque.kind, opaque.findings.len()), (Some(TokenKind::Opaque), 0));
        for none in ["", "  ", "{ \"type\": \"application\" }", "-----BEGIN RSA PRIVATE KEY-----"] {
            assert_eq!(look(none).kind, None, "{none}");
        }
    }

    #[test]
    fn where_it_breaks_is_said() {
        let cases = [
            (format!("{HEADER}.{CLAIMS}"), None),
            (format!("{HEADER}.eyJzd!IiOiIxIn0.c2ln"), Some((1, 6))),
            (format!("{HEADER}.eyJzdWIi.c2ln"), Some((1, 8))),
        ];
        for (text, place) in cases {
            let token = look(&text);
            assert_eq!(token.kind, Some(TokenKind::Jwt), "{text}");
            assert_eq!(token.findings[0].code, FindingCode::TokenWrongKind, "{text}");
            if let Some((part, at)) = place {
                let broken = token.parts[part].broken.as_ref().unwrap();
                assert!(broken.at.abs_diff(at) <= 1, "{text}: {broken:?}");
            }
        }
    }
}
