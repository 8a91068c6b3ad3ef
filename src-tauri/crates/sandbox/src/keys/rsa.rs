//! RSA of 2048 bits and more: key pairs, the server's own signing keys, and public keys kept parsed.

use std::fmt;

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    rand::SystemRandom,
    rsa::{KeyPair, KeySize},
    signature::{
        KeyPair as _, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256,
        RSA_PSS_2048_8192_SHA256,
    },
};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::{
    KeyFailure, der,
    jws::{Algorithm, encoded},
};
use crate::id::Id;

/// A key pair.
pub(crate) struct PrivateKey(KeyPair);

impl PrivateKey {
    /// A new pair of 2048 bits, ZITADEL's default. Takes a good part of a second.
    pub(crate) fn generate() -> Result<Self, KeyFailure> {
        KeyPair::generate(KeySize::Rsa2048).map(Self).map_err(|_| KeyFailure)
    }

    /// From a PEM of PKCS#1, as ZITADEL writes it, or PKCS#8.
    pub(crate) fn from_pem(text: &str) -> Result<Self, KeyFailure> {
        let pem = pem::parse(text).map_err(|_| KeyFailure)?;
        let der = Zeroizing::new(pem.contents().to_vec());
        match pem.tag() {
            "RSA PRIVATE KEY" => KeyPair::from_der(&der),
            "PRIVATE KEY" => KeyPair::from_pkcs8(&der),
            _ => return Err(KeyFailure),
        }
        .map(Self)
        .map_err(|_| KeyFailure)
    }

    /// As ZITADEL writes it: PKCS#1 in PEM, a line feed at each end of line.
    pub(crate) fn to_pem(&self) -> Result<Zeroizing<String>, KeyFailure> {
        let wrapped: Pkcs8V1Der<'_> = self.0.as_der().map_err(|_| KeyFailure)?;
        let der = der::unwrap_private_key(wrapped.as_ref()).ok_or(KeyFailure)?;
        let pem = pem::Pem::new("RSA PRIVATE KEY", der);
        let lines = pem::EncodeConfig::new().set_line_ending(pem::LineEnding::LF);
        Ok(Zeroizing::new(pem::encode_config(&pem, lines)))
    }

    pub(crate) fn verifying_key(&self) -> Result<VerifyingKey, KeyFailure> {
        VerifyingKey::from_der(self.0.public_key().as_ref())
    }

    fn numbers(&self) -> Result<(String, String), KeyFailure> {
        let (modulus, exponent) =
            der::public_numbers(self.0.public_key().as_ref()).ok_or(KeyFailure)?;
        Ok((encoded(modulus), encoded(exponent)))
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyFailure> {
        let mut signature = vec![0; self.0.public_modulus_len()];
        self.0
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)
            .map_err(|_| KeyFailure)?;
        Ok(signature)
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateKey([redacted])")
    }
}

/// A public key, parsed once.
pub(crate) struct VerifyingKey {
    rs256: ParsedPublicKey,
    ps256: ParsedPublicKey,
}

impl VerifyingKey {
    /// From what somebody uploads: SPKI in PEM, as Go's `x509.ParsePKIXPublicKey` reads it, whatever
    /// its label says.
    pub(crate) fn from_pem(text: &[u8]) -> Result<Self, KeyFailure> {
        Self::from_der(pem::parse(text).map_err(|_| KeyFailure)?.contents())
    }

    fn from_der(der: &[u8]) -> Result<Self, KeyFailure> {
        Ok(Self {
            rs256: ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, der)
                .map_err(|_| KeyFailure)?,
            ps256: ParsedPublicKey::new(&RSA_PSS_2048_8192_SHA256, der).map_err(|_| KeyFailure)?,
        })
    }

    /// Whether this key's owner signed the message so.
    pub(crate) fn verifies(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        match algorithm {
            Algorithm::Rs256 => self.rs256.verify_sig(message, signature).is_ok(),
            Algorithm::Ps256 => self.ps256.verify_sig(message, signature).is_ok(),
            // No RSA key verifies one.
            Algorithm::Es256 => false,
        }
    }
}

/// A key that the server signs with (ZITADEL's *web key*).
pub(crate) struct SigningKey {
    pub(crate) id: Id,
    key: PrivateKey,
    verifying: VerifyingKey,
    /// The JWS header, encoded, up to and with its dot.
    header: String,
    /// As the key set shows it.
    pub(crate) jwk: Value,
}

impl SigningKey {
    pub(crate) fn new(id: Id, key: PrivateKey) -> Result<Self, KeyFailure> {
        let (n, e) = key.numbers()?;
        let header = json!({ "alg": "RS256", "kid": &*id, "typ": "JWT" });
        Ok(Self {
            verifying: key.verifying_key()?,
            header: encoded(header.to_string().as_bytes()) + ".",
            jwk: json!({
                "use": "sig", "kty": "RSA", "kid": &*id, "alg": "RS256", "n": n, "e": e,
            }),
            id,
            key,
        })
    }

    /// A JWT of these claims.
    pub(crate) fn sign(&self, claims: &Value) -> Result<String, KeyFailure> {
        let mut token = self.header.clone() + &encoded(claims.to_string().as_bytes());
        let signature = self.key.sign(token.as_bytes())?;
        token.push('.');
        token += &encoded(&signature);
        Ok(token)
    }

    pub(crate) fn verifying(&self) -> &VerifyingKey {
        &self.verifying
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::jws::Compact;

    #[test]
    fn a_made_key_is_written_as_zitadel_does_and_read_back() {
        let key = PrivateKey::generate().unwrap();
        let pem = key.to_pem().unwrap();
        assert!(pem.starts_with("-----BEGIN RSA PRIVATE KEY-----\nMII"), "PKCS#1 in PEM");
        assert!(pem.ends_with("\n-----END RSA PRIVATE KEY-----\n"), "a line feed at the end");
        assert!(pem.lines().all(|line| line.len() <= 64), "lines as Go's PEM has them");
        let again = PrivateKey::from_pem(&pem).unwrap();
        assert_eq!(again.numbers().unwrap(), key.numbers().unwrap());
        assert_eq!(format!("{key:?}"), "PrivateKey([redacted])");
    }

    #[test]
    fn what_a_signing_key_signs_only_its_own_public_key_verifies() {
        let (first, second) =
            (PrivateKey::generate().unwrap(), PrivateKey::generate().unwrap().verifying_key());
        let signing = SigningKey::new("1".into(), first).unwrap();
        let token = signing.sign(&json!({ "sub": "2" })).unwrap();
        let compact = Compact::split(&token).unwrap();
        let signature = compact.signature().unwrap();
        let signed = compact.signed.as_bytes();
        assert!(signing.verifying().verifies(Algorithm::Rs256, signed, &signature));
        assert!(!signing.verifying().verifies(Algorithm::Ps256, signed, &signature));
        assert!(!second.unwrap().verifies(Algorithm::Rs256, signed, &signature));
    }

    #[test]
    fn a_public_key_is_no_private_one() {
        let public = "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n";
        for text in [public, "", "not a PEM"] {
            assert!(PrivateKey::from_pem(text).is_err(), "{text:?}");
        }
    }
}
