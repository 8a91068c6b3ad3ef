//! Signed assertions (RFC 7523): how a service user asks for a token, and how an API shows who it is.

use std::time::Duration;

use jiff::Timestamp;
use jsonwebtoken::{Algorithm, Header, encode};
use serde::Serialize;

use crate::secret::{ClientAssertion, PrivateKey};

/// How long an assertion is good. ZITADEL looks at `iat` and takes it for an hour whatever `exp`
/// says; other servers may be stricter, and a short life is worth less to whoever gets hold of it.
pub const LIFETIME: Duration = Duration::from_secs(10 * 60);

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    iat: i64,
    exp: i64,
}

/// Signs an assertion with RS256. `subject` is a service user's `userId` or an API's `clientId`;
/// `audience` the issuer exactly as it names itself: ZITADEL compares byte by byte.
pub fn sign(
    key: &PrivateKey,
    key_id: &str,
    subject: &str,
    audience: &str,
    now: Timestamp,
    lifetime: Duration,
) -> ClientAssertion {
    let iat = now.as_second();
    let exp = iat.saturating_add_unsigned(lifetime.as_secs());
    let mut header = Header::new(Algorithm::RS256);
    header.kid = Some(key_id.to_owned());
    let claims = Claims { iss: subject, sub: subject, aud: audience, iat, exp };
    // A key that signed when it was loaded fails only where memory is out; what comes back then is
    // empty, and refused by everybody.
    encode(&header, &claims, key.encoding_key()).unwrap_or_default().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;
    use jsonwebtoken::{Validation, decode, decode_header};
    use serde_json::Value;

    #[test]
    fn an_assertion_says_who_for_whom_and_when_and_others_can_verify_it() {
        let key = testing::service_account("reader");
        let now = Timestamp::from_second(1_795_435_116).unwrap();
        let assertion =
            sign(&key.key, &key.key_id, &key.user_id, "http://localhost:8080", now, LIFETIME);
        let jwt = assertion.expose();
        let header = decode_header(jwt).unwrap();
        assert_eq!(header.alg, Algorithm::RS256);
        assert_eq!(header.kid.as_deref(), Some("400873178273942566"));
        assert_eq!(header.typ.as_deref(), Some("JWT"));

        let mut checks = Validation::new(Algorithm::RS256);
        checks.set_audience(&["http://localhost:8080"]);
        checks.validate_exp = false;
        let public = key.key.public();
        let claims = decode::<Value>(jwt, &public, &checks).unwrap().claims;
        assert_eq!(claims["iss"], "400873178240388134");
        assert_eq!(claims["sub"], claims["iss"], "ZITADEL refuses delegation");
        assert_eq!(claims["iat"], 1_795_435_116);
        assert_eq!(claims["exp"], 1_795_435_116 + 600);
    }
}
