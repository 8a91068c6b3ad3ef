//! The protected API: an ordinary HTTP server that asks the issuer about every bearer token.
//!
//! A request goes through these in order, and the first that has an answer gives it:
//! - [`serve`]: connections, bounded in number, header size and time
//! - `host`: only calls addressed to this machine (against DNS rebinding)
//! - `request_id`: the id that ties a call to its introspection and its decision
//! - `doors`: which rule stands at this path and method
//! - `bearer`: the token, as RFC 6750 says how it may be sent
//! - `kept`: answers to go by for a while, where somebody turned that on
//! - `decide`: from rule, token and introspection to an outcome; no answer is never a yes
//! - `answer`: from an outcome to status, challenge and body
//! - `watch`: the decisions that somebody waits for
//!
//! Answers tell a caller no more than RFC 6750 has them told. What was found stays in the
//! [`contract::Decision`].

mod answer;
mod api;
mod bearer;
mod decide;
mod doors;
mod host;
mod kept;
mod request_id;
mod server;
mod watch;

pub use api::{ApiConfig, ProtectedApi};
pub use server::serve;
