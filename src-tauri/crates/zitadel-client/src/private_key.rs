//! A private RSA key, ready to sign. Its bytes are wiped when the last clone goes, and cannot be had
//! back.

use std::sync::{Arc, Once};

use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey,
    crypto::{aws_lc, sign, verify},
    jwk::Jwk,
};

/// A private RSA key that has signed once already. Clones are the same key.
#[derive(Clone)]
pub struct PrivateKey(Arc<EncodingKey>);

/// The crypto library does not take the key, or the key does not sign what its public half verifies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unusable;

impl PrivateKey {
    /// Takes an `RSAPrivateKey` (RFC 8017, appendix A.1.2).
    pub(crate) fn from_pkcs1(der: &[u8]) -> Result<Self, Unusable> {
        choose_crypto();
        let key = EncodingKey::from_rsa_der(der);
        // Some broken keys are taken and fail only when they sign, or sign nonsense.
        const TRIAL: &[u8] = b"rolecall";
        let signature = sign(TRIAL, &key, Algorithm::RS256).map_err(|_| Unusable)?;
        let public = public(&key)?;
        match verify(&signature, TRIAL, &public, Algorithm::RS256) {
            Ok(true) => Ok(Self(Arc::new(key))),
            Ok(false) | Err(_) => Err(Unusable),
        }
    }

    pub(crate) fn encoding_key(&self) -> &EncodingKey {
        &self.0
    }

    /// What of it nobody else may have. The first quarter of an `RSAPrivateKey` holds version, modulus
    /// and public exponent.
    pub(crate) fn secret_part(&self) -> &[u8] {
        let whole = self.0.as_bytes();
        &whole[whole.len() / 4..]
    }

    #[cfg(test)]
    pub(crate) fn public(&self) -> DecodingKey {
        public(&self.0).expect("a key that was taken has a public half")
    }
}

fn public(key: &EncodingKey) -> Result<DecodingKey, Unusable> {
    let jwk = Jwk::from_encoding_key(key, Algorithm::RS256).map_err(|_| Unusable)?;
    DecodingKey::from_jwk(&jwk).map_err(|_| Unusable)
}

/// The library wants to be told whose cryptography to use, once in a process. Somebody else may have
/// told it already, and the same.
pub(crate) fn choose_crypto() {
    static CHOSEN: Once = Once::new();
    CHOSEN.call_once(|| {
        let _ = aws_lc::DEFAULT_PROVIDER.install_default();
    });
}

impl std::fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PrivateKey([redacted])")
    }
}
