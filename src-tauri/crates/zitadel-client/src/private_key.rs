//! A private RSA key, ready to sign. It is parsed once; its bytes stay inside the crypto library,
//! which wipes them, and cannot be had back.

use std::sync::Arc;

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{
        KeyPair, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey,
    },
};

/// A private RSA key that has signed once already. Clones are the same key.
#[derive(Clone)]
pub struct PrivateKey(Arc<RsaKeyPair>);

/// How a private key is laid out in DER.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    /// PEM label `RSA PRIVATE KEY`: what ZITADEL hands out.
    Pkcs1,
    /// PEM label `PRIVATE KEY`.
    Pkcs8,
}

/// The crypto library does not take the key, or the key does not sign what its public half verifies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unusable;

impl PrivateKey {
    pub(crate) fn from_der(der: &[u8], layout: Layout) -> Result<Self, Unusable> {
        let pair = match layout {
            Layout::Pkcs1 => RsaKeyPair::from_der(der),
            Layout::Pkcs8 => RsaKeyPair::from_pkcs8(der),
        };
        let key = Self(Arc::new(pair.map_err(|_| Unusable)?));
        // Some broken keys parse and fail only now.
        let trial = b"rolecall";
        let signature = key.try_sign(trial).ok_or(Unusable)?;
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key.0.public_key())
            .verify(trial, &signature)
            .map_err(|_| Unusable)?;
        Ok(key)
    }

    /// Signs with RS256. A key that signed when it was loaded fails only where memory is out; what
    /// comes back then is empty, and refused by everybody.
    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.try_sign(message).unwrap_or_default()
    }

    #[cfg(test)]
    pub(crate) fn public_der(&self) -> &[u8] {
        self.0.public_key().as_ref()
    }

    fn try_sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        let mut signature = vec![0; self.0.public_modulus_len()];
        self.0.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature).ok()?;
        Some(signature)
    }
}

impl std::fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PrivateKey([redacted])")
    }
}
