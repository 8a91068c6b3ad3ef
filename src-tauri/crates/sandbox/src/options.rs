//! What a sandbox can be made to do differently: which generation of ZITADEL it is, whose clock and
//! randomness it uses.

use std::{fmt, io, str::FromStr, sync::Arc};

use crate::{Authority, Clock, SystemClock};

/// How a server answers an assertion that it refuses. Four generations exist side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dialect {
    /// 500 `server_error`, whatever is wrong: ZITADEL from May 2024 to 2026.
    #[default]
    V43,
    /// 400 `invalid_client`: ZITADEL after pull request 11933.
    InvalidClient,
    /// 400 `invalid_grant`.
    InvalidGrant,
    /// 400 `invalid_grant` with the reason in words, and a refused API is 401 in plain text: servers
    /// on the newest library (`newer-library.json`).
    Described,
}

impl Dialect {
    const NAMES: [(Self, &'static str); 4] = [
        (Self::V43, "v4.3"),
        (Self::InvalidClient, "invalid_client"),
        (Self::InvalidGrant, "invalid_grant"),
        (Self::Described, "described"),
    ];
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        name_of(&Self::NAMES, *self, f)
    }
}

impl FromStr for Dialect {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, UnknownName> {
        named(&Self::NAMES, name)
    }
}

/// Which role claims a server makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RoleClaims {
    /// With `urn:zitadel:iam:org:projects:roles`, all projects in one: ZITADEL from September 2025.
    #[default]
    WithUnion,
    /// Without it: older servers, and some of the newest.
    WithoutUnion,
}

/// A name that stands for none of the choices.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` is none of: {choices}")]
pub struct UnknownName {
    name: String,
    choices: String,
}

pub(crate) fn name_of<T: Copy + PartialEq>(
    names: &[(T, &'static str)],
    value: T,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    f.pad(names.iter().find(|(known, _)| *known == value).map_or("", |(_, name)| name))
}

pub(crate) fn named<T: Copy>(names: &[(T, &'static str)], name: &str) -> Result<T, UnknownName> {
    names.iter().find(|(_, known)| *known == name).map(|(value, _)| *value).ok_or_else(|| {
        let choices: Vec<_> = names.iter().map(|(_, name)| *name).collect();
        UnknownName { name: name.into(), choices: choices.join(", ") }
    })
}

/// Where random bytes come from. RSA keys use the cryptographic library's own source.
pub trait Random: Send + Sync + 'static {
    /// Fills `bytes`.
    ///
    /// # Errors
    /// If no randomness can be had; the request at hand is then answered with 500.
    fn fill(&self, bytes: &mut [u8]) -> io::Result<()>;
}

/// The cryptographic library's source.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) -> io::Result<()> {
        aws_lc_rs::rand::fill(bytes).map_err(|_| io::Error::other("no randomness"))
    }
}

/// How a sandbox behaves.
#[derive(Clone)]
pub struct Options {
    /// How refused assertions are answered.
    pub dialect: Dialect,
    /// Which role claims are made.
    pub role_claims: RoleClaims,
    /// Introspection answers what the token itself says and nothing of its user: an API of newer
    /// servers may be set so.
    pub minimal_introspection: bool,
    /// Serve over TLS with a certificate of this authority. The issuer is then `https`.
    pub authority: Option<Authority>,
    /// The instance feature `debug_oidc_parent_error`: introspection names its reason for refusing an
    /// API in `parent`.
    pub parent_error: bool,
    /// The server's clock, also told in `Date`.
    pub clock: Arc<dyn Clock>,
    /// For the encryption of opaque tokens.
    pub random: Arc<dyn Random>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            dialect: Dialect::default(),
            role_claims: RoleClaims::default(),
            minimal_introspection: false,
            authority: None,
            parent_error: false,
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_dialect_is_read_back_from_its_name() {
        for (dialect, name) in Dialect::NAMES {
            assert_eq!(name.parse(), Ok(dialect));
            assert_eq!(dialect.to_string(), name);
        }
    }

    #[test]
    fn an_unknown_name_is_refused_with_the_choices() {
        let error = "v5".parse::<Dialect>().unwrap_err().to_string();
        assert_eq!(error, "`v5` is none of: v4.3, invalid_client, invalid_grant, described");
    }
}
