//! Rolecall's side of the wire to ZITADEL: from a key file to a token, from a token to what
//! introspection says of it.
//!
//! Nothing here judges: answers and failures are handed on as they are, told apart by type. Secrets
//! never leave their types on their own; every exchange is recorded without them.
//!
//! - [`key_file`]: both kinds of key files, read with care; [`private_key`]: the key inside
//! - [`discovery`]: from what was typed to the issuer's own description
//! - [`assertion`]: signed assertions (RFC 7523); [`token`]: the JWT profile grant
//! - [`introspection`]: what ZITADEL says of a token; [`userinfo`], [`jwks`]
//! - [`management`]: projects, users, keys and roles, changed with a personal access token
//! - [`http`]: the one way in which anything is sent; [`exchange`]: its transcript
//! - [`secret`], [`scope`], [`jose`], [`claim`], [`clock`]: the words of the protocol

pub mod assertion;
pub mod claim;
pub mod clock;
pub mod discovery;
pub mod exchange;
pub mod http;
pub mod introspection;
pub mod jose;
pub mod jwks;
pub mod key_file;
pub mod management;
mod oauth;
pub mod private_key;
pub mod scope;
pub mod secret;
pub mod token;
pub mod userinfo;

#[cfg(test)]
mod testing;

pub use clock::{Clock, SystemClock};
pub use exchange::Transcript;
pub use http::Http;
