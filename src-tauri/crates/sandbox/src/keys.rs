//! RSA keys: made, read from and written to ZITADEL's key files, for signing and for checking.

mod der;
pub(crate) mod file;
pub(crate) mod jws;
mod rsa;

pub(crate) use rsa::{PrivateKey, SigningKey, VerifyingKey};

/// The cryptographic library refused; it never says why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct KeyFailure;

impl From<KeyFailure> for crate::WorldError {
    fn from(KeyFailure: KeyFailure) -> Self {
        Self::Key
    }
}
