//! Checks a signed assertion (RFC 7523): a service user's at the token endpoint, an API's at
//! introspection. The checks, their order and their words are those of the vendor's library
//! (`VerifyJWTAssertion`); the first that fails is the answer.

use std::{fmt, sync::Arc};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

use crate::keys::{
    VerifyingKey,
    jws::{Algorithm, Compact},
};

/// How old `iat` may be.
const MAX_AGE: SignedDuration = SignedDuration::from_hours(1);
/// How far a clock may be off.
const OFFSET: SignedDuration = SignedDuration::from_secs(1);

/// Why an assertion is refused. `Display` is the library's own reason in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refused {
    /// Not three parts.
    Segments,
    /// A part is not base64url, or not the JSON that it should be.
    Unreadable,
    /// It is not made out to this issuer.
    Audience {
        issuer: String,
    },
    Expired,
    IssuedAtMissing,
    IssuedAtFuture {
        issued_at: Timestamp,
        now: Timestamp,
    },
    IssuedAtOld {
        issued_at: Timestamp,
        oldest: Timestamp,
    },
    /// `iss` is not `sub`.
    Delegation,
    Algorithm,
    UnknownSubject,
    UnknownKey,
    Signature,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Segments => f.write_str(
                "parsing of request failed: token contains an invalid number of segments",
            ),
            Self::Unreadable => f.write_str("parsing of request failed"),
            Self::Audience { issuer } => {
                write!(f, "audience is not valid: Audience must contain client_id {issuer:?}")
            }
            Self::Expired => f.write_str("token has expired"),
            Self::IssuedAtMissing => f.write_str("issuedAt of token is missing"),
            Self::IssuedAtFuture { issued_at, now } => write!(
                f,
                "issuedAt of token is in the future: (iat: {}, now with offset: {})",
                go_time(*issued_at),
                go_time(*now)
            ),
            Self::IssuedAtOld { issued_at, oldest } => write!(
                f,
                "issuedAt of token is to old: must not be older than {}, but was {} ({} to old)",
                go_time(*oldest),
                go_time(*issued_at),
                go_duration(oldest.duration_since(*issued_at))
            ),
            Self::Delegation => {
                f.write_str("delegation not allowed, issuer and sub must be identical")
            }
            Self::Algorithm => f.write_str("signature algorithm not supported"),
            Self::UnknownSubject => {
                f.write_str("invalid signature (error fetching keys: clientID not found)")
            }
            Self::UnknownKey => {
                f.write_str("invalid signature (error fetching keys: key not found)")
            }
            Self::Signature => {
                f.write_str("invalid signature (go-jose/go-jose: error in cryptographic primitive)")
            }
        }
    }
}

/// As Go prints a time of whole seconds: `2026-11-23 13:00:25 +0000 UTC`.
fn go_time(time: Timestamp) -> impl fmt::Display {
    time.strftime("%Y-%m-%d %H:%M:%S +0000 UTC")
}

/// As Go prints a duration of whole seconds: `1h0m1s`.
fn go_duration(duration: SignedDuration) -> String {
    let seconds = duration.as_secs();
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match (hours, minutes) {
        (0, 0) => format!("{seconds}s"),
        (0, _) => format!("{minutes}m{seconds}s"),
        _ => format!("{hours}h{minutes}m{seconds}s"),
    }
}

/// An assertion, read but not yet believed.
#[derive(Debug)]
pub(crate) struct Assertion<'a> {
    compact: Compact<'a>,
    pub(crate) issuer: String,
    subject: String,
    audience: Vec<String>,
    /// The zero time where it is absent, as in Go.
    expires_at: Option<Timestamp>,
    issued_at: Option<Timestamp>,
}

impl<'a> Assertion<'a> {
    /// Takes it apart (`oidc.ParseToken`).
    pub(crate) fn parse(text: &'a str) -> Result<Self, Refused> {
        let compact = Compact::split(text).ok_or(Refused::Segments)?;
        let payload = compact.payload().ok_or(Refused::Unreadable)?;
        let claims: Map<String, Value> =
            serde_json::from_slice(&payload).map_err(|_| Refused::Unreadable)?;
        let claim = |name| claims.get(name).unwrap_or(&Value::Null);
        Ok(Self {
            compact,
            issuer: text_of(claim("iss"))?,
            subject: text_of(claim("sub"))?,
            audience: audience_of(claim("aud"))?,
            expires_at: time_of(claim("exp"))?,
            issued_at: time_of(claim("iat"))?,
        })
    }

    /// Every check but the parsing, in order. `key` finds the key of a subject by its id.
    pub(crate) fn verify(
        &self,
        expected_audience: &str,
        now: Timestamp,
        key: impl FnOnce(&str, &str) -> Result<Arc<VerifyingKey>, Refused>,
    ) -> Result<(), Refused> {
        if !self.audience.iter().any(|audience| audience == expected_audience) {
            return Err(Refused::Audience { issuer: expected_audience.into() });
        }
        if self.expires_at.is_none_or(|at| at <= now.saturating_add(OFFSET).unwrap_or(now)) {
            return Err(Refused::Expired);
        }
        self.verify_issued_at(now)?;
        if self.issuer != self.subject {
            return Err(Refused::Delegation);
        }
        let header = self.compact.header().ok_or(Refused::Unreadable)?;
        let signature = self.compact.signature().ok_or(Refused::Unreadable)?;
        let algorithm = Algorithm::named(&header.alg).ok_or(Refused::Algorithm)?;
        let key = key(&self.issuer, &header.kid)?;
        let signed = self.compact.signed.as_bytes();
        if header.crit.is_empty() && key.verifies(algorithm, signed, &signature) {
            Ok(())
        } else {
            Err(Refused::Signature)
        }
    }

    fn verify_issued_at(&self, now: Timestamp) -> Result<(), Refused> {
        let issued_at = self.issued_at.ok_or(Refused::IssuedAtMissing)?;
        let latest = rounded(now.saturating_add(OFFSET).unwrap_or(now));
        if issued_at > latest {
            return Err(Refused::IssuedAtFuture { issued_at, now: latest });
        }
        let oldest = rounded(now.saturating_sub(MAX_AGE).unwrap_or(now));
        if issued_at < oldest {
            return Err(Refused::IssuedAtOld { issued_at, oldest });
        }
        Ok(())
    }
}

/// To the nearest second, halves up.
fn rounded(time: Timestamp) -> Timestamp {
    let up = i64::from(time.subsec_nanosecond() >= 500_000_000);
    Timestamp::from_second(time.as_second() + up).unwrap_or(time)
}

fn text_of(claim: &Value) -> Result<String, Refused> {
    match claim {
        Value::String(text) => Ok(text.clone()),
        Value::Null => Ok(String::new()),
        _ => Err(Refused::Unreadable),
    }
}

/// One text or a list of them.
fn audience_of(claim: &Value) -> Result<Vec<String>, Refused> {
    match claim {
        Value::Array(several) => several.iter().map(text_of).collect(),
        Value::Null => Ok(vec![]),
        one => Ok(vec![text_of(one)?]),
    }
}

/// Seconds since 1970, whose fraction is cut off, or a text of RFC 3339. Zero is no time.
fn time_of(claim: &Value) -> Result<Option<Timestamp>, Refused> {
    let seconds = match claim {
        Value::Null => 0,
        Value::String(text) => {
            text.parse::<Timestamp>().map_err(|_| Refused::Unreadable)?.as_second()
        }
        // Beyond what fits, a cast ends at the greatest time there is.
        #[expect(clippy::cast_possible_truncation)]
        Value::Number(number) => match number.as_i64() {
            Some(seconds) => seconds,
            None => number.as_f64().ok_or(Refused::Unreadable)? as i64,
        },
        _ => return Err(Refused::Unreadable),
    };
    let clamped = seconds.clamp(Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
    Ok((seconds != 0).then(|| Timestamp::from_second(clamped).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{keys::PrivateKey, testing::sign};
    use serde_json::json;
    use std::sync::LazyLock;

    const ISSUER: &str = "http://localhost:8080";
    /// 11:58:33 and a bit.
    const NOW: i64 = 1_795_435_113;

    static KEY: LazyLock<(Value, Arc<VerifyingKey>)> = LazyLock::new(|| {
        let key = PrivateKey::generate().unwrap();
        (json!({ "key": *key.to_pem().unwrap() }), Arc::new(key.verifying_key().unwrap()))
    });

    fn good() -> Value {
        json!({ "iss": "1", "sub": "1", "aud": ISSUER, "iat": NOW, "exp": NOW + 300 })
    }

    fn verified(header: &Value, claims: &Value, milliseconds: i64) -> Result<(), Refused> {
        let token = sign(&KEY.0, header, claims);
        let now = Timestamp::from_millisecond(NOW * 1000 + milliseconds).unwrap();
        Assertion::parse(&token)?.verify(ISSUER, now, |subject, id| match (subject, id) {
            ("1", "k") => Ok(KEY.1.clone()),
            ("1", _) => Err(Refused::UnknownKey),
            _ => Err(Refused::UnknownSubject),
        })
    }

    /// What one changed claim leads to.
    fn with(claim: &str, value: Value) -> Result<(), Refused> {
        let mut claims = good();
        claims[claim] = value;
        verified(&json!({ "alg": "RS256", "kid": "k" }), &claims, 0)
    }

    fn name(result: &Result<(), Refused>) -> String {
        match result {
            Ok(()) => "good".into(),
            Err(refused) => format!("{refused:?}").split(' ').next().unwrap().into(),
        }
    }

    #[test]
    fn each_claim_has_its_bounds() {
        let cases = [
            ("aud", json!(ISSUER), "good"),
            ("aud", json!(["other", ISSUER]), "good"),
            ("aud", json!([]), "Audience"),
            ("aud", json!(null), "Audience"),
            ("aud", json!("http://localhost:8080/"), "Audience"),
            ("aud", json!("https://localhost:8080"), "Audience"),
            ("aud", json!("http://LOCALHOST:8080"), "Audience"),
            ("aud", json!(8080), "Unreadable"),
            ("exp", json!(NOW + 2), "good"),
            ("exp", json!(NOW + 1), "Expired"),
            ("exp", json!(0), "Expired"),
            ("exp", json!(null), "Expired"),
            ("exp", json!(1e30), "good"),
            ("exp", json!("2099-01-01T00:00:00Z"), "good"),
            ("exp", json!("tomorrow"), "Unreadable"),
            ("exp", json!(true), "Unreadable"),
            ("iat", json!(NOW + 1), "good"),
            ("iat", json!(NOW + 2), "IssuedAtFuture"),
            ("iat", json!(NOW as f64 + 1.9), "good"),
            ("iat", json!(NOW - 3600), "good"),
            ("iat", json!(NOW - 3601), "IssuedAtOld"),
            ("iat", json!(0), "IssuedAtMissing"),
            ("sub", json!("2"), "Delegation"),
            ("iss", json!(null), "Delegation"),
            ("iss", json!(1), "Unreadable"),
            ("nbf", json!(NOW + 3600), "good"),
            ("jti", json!("again and again"), "good"),
        ];
        for (claim, value, expected) in cases {
            assert_eq!(name(&with(claim, value.clone())), expected, "{claim}: {value}");
        }
    }

    #[test]
    fn half_a_second_counts_as_a_whole_one_for_iat() {
        let at = |iat: i64, milliseconds| {
            let mut claims = good();
            claims["iat"] = json!(iat);
            name(&verified(&json!({ "alg": "RS256", "kid": "k" }), &claims, milliseconds))
        };
        assert_eq!(at(NOW + 2, 499), "IssuedAtFuture");
        assert_eq!(at(NOW + 2, 500), "good");
        assert_eq!(at(NOW - 3600, 499), "good");
        assert_eq!(at(NOW - 3600, 500), "IssuedAtOld");
    }

    #[test]
    fn the_signature_is_looked_at_last_and_by_its_header() {
        let cases = [
            (json!({ "alg": "RS256", "kid": "k" }), "good"),
            (json!({ "alg": "RS256", "kid": "k", "typ": "anything" }), "good"),
            (json!({ "alg": "RS256", "kid": "other" }), "UnknownKey"),
            (json!({ "alg": "RS256" }), "UnknownKey"),
            (json!({ "alg": "PS256", "kid": "k" }), "Signature"),
            (json!({ "alg": "ES256", "kid": "k" }), "Signature"),
            (json!({ "alg": "RS384", "kid": "k" }), "Algorithm"),
            (json!({ "alg": "none", "kid": "other" }), "Algorithm"),
            (json!({ "alg": "HS256", "kid": "k" }), "Algorithm"),
            (json!({ "kid": "k" }), "Algorithm"),
            (json!({ "alg": "RS256", "kid": "k", "crit": ["exp"] }), "Signature"),
            (json!(1), "Unreadable"),
        ];
        for (header, expected) in cases {
            assert_eq!(name(&verified(&header, &good(), 0)), expected, "{header}");
        }
    }

    #[test]
    fn of_several_faults_the_first_in_the_order_of_checks_is_the_answer() {
        let mut claims =
            json!({ "iss": "1", "sub": "2", "aud": "other", "iat": NOW - 7200, "exp": 1 });
        let header = json!({ "alg": "none" });
        for (claim, repaired, expected) in [
            ("", json!(null), "Audience"),
            ("aud", json!(ISSUER), "Expired"),
            ("exp", json!(NOW + 300), "IssuedAtOld"),
            ("iat", json!(NOW), "Delegation"),
            ("sub", json!("1"), "Algorithm"),
        ] {
            claims[claim] = repaired;
            assert_eq!(name(&verified(&header, &claims, 0)), expected);
        }
    }

    #[test]
    fn what_is_no_jwt_is_told_apart() {
        for (text, expected) in [
            ("", Refused::Segments),
            ("a.b", Refused::Segments),
            ("a.b.c.d.e", Refused::Segments),
            ("!.!.!", Refused::Unreadable),
            ("e30.W10.e30", Refused::Unreadable),
        ] {
            assert_eq!(Assertion::parse(text).unwrap_err(), expected, "{text:?}");
        }
    }

    #[test]
    fn durations_are_printed_as_go_does() {
        for (seconds, text) in [(1, "1s"), (61, "1m1s"), (3601, "1h0m1s"), (86_400, "24h0m0s")] {
            assert_eq!(go_duration(SignedDuration::from_secs(seconds)), text);
        }
    }
}
