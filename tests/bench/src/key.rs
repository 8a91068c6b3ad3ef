//! Signed assertions (RFC 7523) from a key file, made here with the bare library: what is
//! measured must not be what makes them.

use crate::Outcome;
use aws_lc_rs::{
    rand::SystemRandom,
    rsa::{KeyPair, KeySize},
    signature::RSA_PKCS1_SHA256,
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::{fs, path::Path};

/// A private key and who signs with it.
pub struct Key {
    pair: KeyPair,
    id: String,
    subject: String,
}

impl Key {
    /// Reads a key file of either kind.
    pub fn read(path: &Path) -> Outcome<Self> {
        let file: Value = serde_json::from_slice(&fs::read(path)?)?;
        let field = |name: &str| file[name].as_str().unwrap_or_default().to_owned();
        let pem = pem::parse(field("key"))?;
        let pair = if pem.tag() == "RSA PRIVATE KEY" {
            KeyPair::from_der(pem.contents())?
        } else {
            KeyPair::from_pkcs8(pem.contents())?
        };
        let subject = if field("type") == "application" { "clientId" } else { "userId" };
        Ok(Self { pair, id: field("keyId"), subject: field(subject) })
    }

    /// One RSA signature.
    pub fn sign(&self, message: &[u8]) -> Outcome<Vec<u8>> {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)?;
        Ok(signature)
    }

    /// An assertion that is good at this issuer for half an hour.
    pub fn assertion(&self, issuer: &str) -> Outcome<String> {
        let now = Timestamp::now().as_second();
        let header = json!({ "alg": "RS256", "typ": "JWT", "kid": self.id });
        let claims = json!({
            "iss": self.subject, "sub": self.subject, "aud": issuer, "iat": now, "exp": now + 1800,
        });
        let encode = |part: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(part);
        let signed = format!(
            "{}.{}",
            encode(header.to_string().as_bytes()),
            encode(claims.to_string().as_bytes())
        );
        let signature = self.sign(signed.as_bytes())?;
        Ok(format!("{signed}.{}", encode(&signature)))
    }
}

/// A new private key, as PEM with the line ends of ZITADEL's own files.
pub fn generate() -> Outcome<String> {
    use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
    let pair = KeyPair::generate(KeySize::Rsa2048)?;
    let der: Pkcs8V1Der = pair.as_der()?;
    let pem = pem::Pem::new("PRIVATE KEY", der.as_ref().to_vec());
    Ok(pem::encode_config(&pem, pem::EncodeConfig::new().set_line_ending(pem::LineEnding::LF)))
}
