//! What a token looks like from outside. Nothing is verified here: this is for showing, never for
//! deciding.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use contract::finding::TokenKind;
use serde_json::Value;

/// A token's outside.
#[derive(Debug, Clone, PartialEq)]
pub struct Jose {
    /// Which of the three kinds.
    pub kind: TokenKind,
    /// The JOSE header; `None` for opaque tokens.
    pub header: Option<Value>,
    /// The claims, as far as they are readable: those of a JWT.
    pub claims: Option<Value>,
}

/// Tells a token's kind by its parts and header. Newer servers' opaque tokens are JWEs of five parts
/// that also begin with `eyJ` (recording `newer-library.json`), so neither beginning nor dots alone
/// decide: a JWT has three parts and a header with `alg` and without `enc`.
pub fn look(token: &str) -> Jose {
    let opaque = Jose { kind: TokenKind::Opaque, header: None, claims: None };
    let mut parts = token.split('.');
    let count = parts.clone().count();
    if count != 3 && count != 5 {
        return opaque;
    }
    let Some(header) = parts.next().and_then(object) else { return opaque };
    let is_encrypted = header.get("enc").is_some();
    match (count, header.get("alg"), is_encrypted) {
        (3, Some(_), false) => Jose {
            kind: TokenKind::Jwt,
            claims: parts.next().and_then(object),
            header: Some(header),
        },
        (5, Some(_), true) => Jose { kind: TokenKind::Jwe, header: Some(header), claims: None },
        _ => opaque,
    }
}

fn object(part: &str) -> Option<Value> {
    let json = URL_SAFE_NO_PAD.decode(part).ok()?;
    serde_json::from_slice(&json).ok().filter(Value::is_object)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_by_parts_and_header() {
        let encode = |json: &str| URL_SAFE_NO_PAD.encode(json);
        let (rs, enc) =
            (encode(r#"{"alg":"RS256"}"#), encode(r#"{"alg":"A256GCMKW","enc":"A256GCM"}"#));
        let claims = encode(r#"{"sub":"1"}"#);
        let cases = [
            ("GZifRZTBnMIVBBhi3ODccMrRUOJpijRCZ5SbzQv4F__i".to_owned(), TokenKind::Opaque),
            (String::new(), TokenKind::Opaque),
            (format!("{rs}.{claims}.c2ln"), TokenKind::Jwt),
            (format!("{enc}.a.b.c.d"), TokenKind::Jwe),
            (format!("{enc}.a.b"), TokenKind::Opaque),
            (format!("{rs}.a.b.c.d"), TokenKind::Opaque),
            ("a.b.c".to_owned(), TokenKind::Opaque),
            (format!("{}.{claims}.x", encode("{}")), TokenKind::Opaque),
        ];
        for (token, kind) in cases {
            assert_eq!(look(&token).kind, kind, "{token}");
        }
        let jwt = look(&format!("{rs}.{claims}.c2ln"));
        assert_eq!(jwt.claims.unwrap()["sub"], "1");
        assert_eq!(jwt.header.unwrap()["alg"], "RS256");
    }
}
