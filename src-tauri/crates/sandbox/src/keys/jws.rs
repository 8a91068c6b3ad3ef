//! Compact JWS (RFC 7515): taking one apart. Base64url as Go's `RawURLEncoding` reads it: no padding,
//! and spare bits at the end are nobody's business.

use base64::{
    Engine,
    alphabet::URL_SAFE,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use serde::Deserialize;

const GO: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(true),
);

pub(crate) fn encoded(bytes: &[u8]) -> String {
    GO.encode(bytes)
}

pub(crate) fn decoded(text: &str) -> Option<Vec<u8>> {
    GO.decode(text).ok()
}

/// The signature algorithms that ZITADEL accepts of an assertion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Algorithm {
    Rs256,
    Ps256,
    /// Accepted by name, although no key fits it.
    Es256,
}

impl Algorithm {
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "RS256" => Some(Self::Rs256),
            "PS256" => Some(Self::Ps256),
            "ES256" => Some(Self::Es256),
            _ => None,
        }
    }
}

/// What is read of a header.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Header {
    #[serde(default)]
    pub(crate) alg: String,
    #[serde(default)]
    pub(crate) kid: String,
    /// Extensions that must be understood; none is.
    #[serde(default)]
    pub(crate) crit: Vec<String>,
}

/// The three parts, still encoded.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Compact<'a> {
    header: &'a str,
    payload: &'a str,
    signature: &'a str,
    /// Header and payload with the dot between: what was signed.
    pub(crate) signed: &'a str,
}

impl<'a> Compact<'a> {
    /// `None` unless there are exactly three parts.
    pub(crate) fn split(token: &'a str) -> Option<Self> {
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, payload) = signed.split_once('.')?;
        (!payload.contains('.')).then_some(Self { header, payload, signature, signed })
    }

    pub(crate) fn header(&self) -> Option<Header> {
        serde_json::from_slice(&decoded(self.header)?).ok()
    }

    pub(crate) fn payload(&self) -> Option<Vec<u8>> {
        decoded(self.payload)
    }

    pub(crate) fn signature(&self) -> Option<Vec<u8>> {
        decoded(self.signature)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_parts_make_a_jws_and_no_other_number() {
        assert!(Compact::split("a.b.c").is_some());
        for text in ["", "a", "a.b", "a.b.c.d", "a.b.c.d.e"] {
            assert!(Compact::split(text).is_none(), "{text}");
        }
    }

    #[test]
    fn spare_bits_at_the_end_are_ignored_as_go_does() {
        assert_eq!(decoded("QQ"), decoded("QR"));
        assert_eq!(decoded("QQ=="), None, "padding is not");
    }
}
