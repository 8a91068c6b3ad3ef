//! A token that somebody pasted, taken apart as far as it goes.

use crate::{ExchangeId, Finding, Timestamp, finding::TokenKind};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

/// What a pasted token shows by itself. The token never comes back: parts are places in what was
/// pasted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct InspectedToken {
    /// `None`: no token at all, a key file for example.
    pub kind: Option<TokenKind>,
    /// One sentence: what it is, and where it breaks if it does.
    pub says: String,
    pub parts: Vec<TokenPart>,
    /// Those of a JWT.
    pub claims: Option<Value>,
    /// `None` where `iss` or the issuer that is set up is unknown.
    pub issuer_matches: Option<bool>,
    /// From `exp`.
    pub expires_at: Option<Timestamp>,
    pub findings: Vec<Finding>,
}

/// One part of a token.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct TokenPart {
    pub name: TokenPartName,
    /// In what was pasted, in UTF-16 units from 0.
    pub start: usize,
    pub end: usize,
    /// Header and claims, decoded.
    pub json: Option<Value>,
    pub broken: Option<BrokenPart>,
}

/// Where a part breaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct BrokenPart {
    /// The character within the part, from 1.
    pub at: usize,
    /// One sentence.
    pub message: String,
}

/// The parts of JWTs (RFC 7515, section 3.1) and JWEs (RFC 7516, section 3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum TokenPartName {
    Header,
    Claims,
    Signature,
    EncryptedKey,
    Iv,
    Ciphertext,
    Tag,
    /// Of an opaque token: all of it.
    Text,
}

/// What introspection said of a pasted token.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct IntrospectedToken {
    pub claims: Value,
    pub exchange: Option<ExchangeId>,
    pub findings: Vec<Finding>,
}
