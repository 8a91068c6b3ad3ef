//! A token that somebody brought along: what it is, before anybody is asked.

use contract::finding::{EvidenceSource, Finding, FindingCode};
use jiff::Timestamp;
use serde_json::{Map, Value};
use zitadel_client::claim;

use super::cause;

/// What a pasted token shows by itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pasted<'a> {
    /// The claims of a JWT; `None` for what is none.
    pub claims: Option<&'a Map<String, Value>>,
    /// It looks like a JWT or JWE of which a part is missing or cannot be decoded: which, and how.
    pub broken: Option<&'a str>,
    /// The issuer that is set up.
    pub issuer: Option<&'a str>,
    /// This machine's clock.
    pub now: Timestamp,
}

/// Why a pasted token cannot open a door; `None` where nothing speaks against it.
pub fn pasted(token: &Pasted<'_>) -> Option<Finding> {
    let seen = |claim: &str| EvidenceSource::Token { claim: claim.into() };
    let wrong = |title: String| cause(FindingCode::TokenWrongKind, title);
    if let Some(broken) = token.broken {
        let draft = wrong("This token is not whole".into())
            .because(
                "A token is checked as one piece: with a part missing or changed, nobody takes it.",
            )
            .seen(seen("text"), format!("{}.", broken.trim_end_matches('.')))
            .fix("Copy it again, from its first to its last character, without line breaks.");
        return Some(draft.done());
    }
    let claims = token.claims?;
    let issuer = claims.get("iss").and_then(Value::as_str);
    if let (Some(named), Some(set_up)) = (issuer, token.issuer)
        && named != set_up
    {
        let draft = wrong(format!("This token comes from {named}"))
            .because(format!("{set_up} knows only the tokens that it gave out itself."))
            .seen(seen("iss"), format!("`iss` is {named}; the issuer set up here is {set_up}."))
            .fix("Ask this issuer for a token, or set up the other one.");
        return Some(draft.done());
    }
    if is_id_token(claims) {
        let draft = wrong("This is the id_token; the API wants the access token".into())
            .because(
                "ZITADEL's answer to a token request holds both. The id_token tells the caller who \
                 signed in; it opens no door, and a service account's is born expired.",
            )
            .seen(seen("exp"), "`exp` and `iat` are the same moment, or there is an `at_hash`.")
            .fix("Take `access_token` from the same answer.");
        return Some(draft.done());
    }
    let ends = claims.get("exp").and_then(claim::time).filter(|ends| *ends <= token.now)?;
    let draft = cause(FindingCode::TokenExpired, "This token has expired")
        .because(
            "An access token is good for a while, by default for twelve hours, and never longer.",
        )
        .seen(seen("exp"), format!("It was good until {ends:.0}."))
        .fix("Ask for a new token.");
    Some(draft.done())
}

/// An id_token carries the hash of the access token that it came with (OpenID Connect Core 1.0,
/// section 3.1.3.6); a service user's ends as it is made (wire 3.4).
fn is_id_token(claims: &Map<String, Value>) -> bool {
    let time = |name| claims.get(name).and_then(claim::time);
    claims.contains_key("at_hash") || (time("exp").is_some() && time("exp") == time("iat"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_a_pasted_token_is_shows_before_anybody_is_asked() {
        let now = Timestamp::from_second(1000).unwrap();
        let wrong = Some(FindingCode::TokenWrongKind);
        let cases = [
            (json!({ "iss": "http://a", "iat": 900, "exp": 2000 }), None),
            (json!({ "iss": "http://b", "iat": 900, "exp": 2000 }), wrong),
            (json!({ "iss": "http://a", "iat": 900, "exp": 900 }), wrong),
            (json!({ "iss": "http://a", "iat": 900, "exp": 2000, "at_hash": "x" }), wrong),
            (json!({ "iss": "http://a", "iat": 90, "exp": 999 }), Some(FindingCode::TokenExpired)),
        ];
        for (claims, expected) in cases {
            let token =
                Pasted { claims: claims.as_object(), broken: None, issuer: Some("http://a"), now };
            assert_eq!(pasted(&token).map(|finding| finding.code), expected, "{claims}");
        }
        let cut =
            Pasted { claims: None, broken: Some("its last part is missing"), issuer: None, now };
        assert_eq!(pasted(&cut).map(|finding| finding.code), wrong);
    }
}
