//! Signed assertions (RFC 7523): how a service user asks for a token, and how an API shows who it is.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde::Serialize;

use crate::secret::{ClientAssertion, PrivateKey};

/// How long an assertion is good. ZITADEL looks at `iat` and takes it for an hour whatever `exp`
/// says; other servers may be stricter, and a short life is worth less to whoever gets hold of it.
pub const LIFETIME: Duration = Duration::from_secs(10 * 60);

#[derive(Serialize)]
struct Header<'a> {
    alg: &'static str,
    kid: &'a str,
    typ: &'static str,
}

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
    let mut jwt = part(&Header { alg: "RS256", kid: key_id, typ: "JWT" });
    jwt.push('.');
    jwt.push_str(&part(&Claims { iss: subject, sub: subject, aud: audience, iat, exp }));
    let signature = key.sign(jwt.as_bytes());
    jwt.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut jwt);
    jwt.into()
}

fn part(value: &impl Serialize) -> String {
    // Structs of strings and numbers always have a JSON.
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(value).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;
    use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
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
        let public = DecodingKey::from_rsa_der(key.key.public_der());
        let claims = decode::<Value>(jwt, &public, &checks).unwrap().claims;
        assert_eq!(claims["iss"], "400873178240388134");
        assert_eq!(claims["sub"], claims["iss"], "ZITADEL refuses delegation");
        assert_eq!(claims["iat"], 1_795_435_116);
        assert_eq!(claims["exp"], 1_795_435_116 + 600);
    }
}
