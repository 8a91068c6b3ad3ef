//! The built-in issuer: a small ZITADEL on loopback, with real keys and real tokens.
//!
//! It answers as ZITADEL v4.3 was recorded to answer (`tests/fixtures/zitadel-recordings`), check by
//! check and in the same order, so that what works here works there. It shares no code with the
//! client: the two meet over HTTP only. It serves loopback and must never face a network.
//!
//! | where | what |
//! | --- | --- |
//! | [`World`] | organisations, projects, roles, APIs, service users, their keys: made up or read from a description |
//! | [`Sandbox`] | a world that is served, and changed while it is |
//! | [`Fault`] | what can be made to go wrong meanwhile |
//! | `keys` | RSA keys, key files in ZITADEL's shape, JWS |
//! | `access_token` | opaque, JWE and JWT access tokens, and the sessions behind them |
//! | `assertion` | the checks of a signed assertion, in ZITADEL's order |
//! | `scope`, `claims` | which scopes survive, what they assert |
//! | `change` | what can be changed while it runs, and what follows from it |
//! | `wire` | the endpoints: discovery, keys, token, introspection, userinfo, revocation, management |

mod access_token;
mod assertion;
mod change;
mod claims;
mod clock;
mod demo;
mod description;
mod error;
mod fault;
mod files;
mod history;
mod id;
mod keys;
mod options;
mod sandbox;
mod scope;
mod secret;
mod server;
mod snapshot;
#[cfg(test)]
mod testing;
mod tls;
mod wire;
mod world;

pub use change::{NewKey, NewToken};
pub use clock::{Clock, SystemClock};
pub use error::WorldError;
pub use fault::{Fault, FaultName, InvalidFault, Place, Unit};
pub use files::Written;
pub use options::{Dialect, Options, Random, RoleClaims, SystemRandom, UnknownName};
pub use sandbox::Sandbox;
pub use secret::SecretText;
pub use snapshot::{Snapshot, UserSnapshot};
pub use tls::Authority;
pub use world::{State, TokenType, UserState, World};
