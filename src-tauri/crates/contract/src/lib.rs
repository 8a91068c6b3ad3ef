//! What crosses between Rolecall's Rust side, its window, its command line and its reports.
//!
//! Shapes only: nothing here decides, sends or reads. Each type is serialised with serde and
//! written out as TypeScript by ts-rs (`ui/src/types`), so both sides always mean the same.
//!
//! - [`rule`]: endpoints and who may pass
//! - [`exchange`]: one HTTP exchange, with its secrets in slots
//! - [`finding`]: why something went wrong, with proof and fix
//! - [`report`]: a roll call's outcome, as `rolecall-cli check --format json` prints it
//! - [`workspace`]: what is set up, and the state of each part
//! - [`token`]: a pasted token, taken apart
//! - [`event`]: the one enum of everything that happens
//! - [`error`]: what a command answers when it cannot do its work

#![allow(
    missing_docs,
    reason = "fields are named by the protocol; what a name leaves open has its line"
)]

pub mod error;
pub mod event;
pub mod exchange;
pub mod finding;
pub mod report;
pub mod rule;
pub mod token;
pub mod workspace;

pub use error::{CommandError, ErrorCode};
pub use event::Event;
pub use exchange::{Exchange, ExchangeId, SlotId};
pub use finding::{Finding, FindingCode, FindingKind};
pub use report::{Cell, Decision, Report, Verdict};
pub use rule::{Access, Endpoint};

/// A moment as RFC 3339 in UTC with milliseconds, for example `2026-11-23T10:58:33.120Z`.
pub type Timestamp = String;
