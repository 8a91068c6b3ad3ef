//! Rolecall's brain, shared by the window and the command line.
//!
//! - [`workspace`]: the saved set-up, a `*.rolecall.json` file
//! - [`setup`]: a workspace with its key files read and its issuer looked at
//! - [`workbench`]: a set-up, the protected API and the roll call, live
//! - [`roll_call`]: every caller at every door, as it happens
//! - [`watch`]: the same calls again and again, until a cell flips
//! - [`expectation`]: what should happen, by rule or because somebody said so
//! - [`evidence`]: what was seen, as plain data
//! - [`diagnosis`]: from evidence to a finding, without a network
//! - [`changes`]: what was changed in ZITADEL a moment ago
//! - [`target`]: somebody's own API beside the reference
//! - [`console`]: the pages of ZITADEL's console
//! - [`openable`]: pages that may be opened in a browser
//! - [`report`]: exit status, and what is handed on: HTML, JSON, JUnit
//! - [`redact`]: takes out what looks like a secret, of logs and of what others wrote
//! - [`inspect`]: a pasted token, taken apart
//! - [`settings`]: how Rolecall goes about its work, whatever the workspace
//! - [`env_file`]: a `.env` file as ZITADEL's guide has it
//! - [`listen`]: ports on both loopback addresses
//!
//! Nothing here knows the window, and nothing here prints.

pub mod changes;
pub mod console;
pub mod diagnosis;
pub mod env_file;
pub mod evidence;
pub mod expectation;
pub mod inspect;
pub mod listen;
pub mod openable;
pub mod redact;
pub mod report;
pub mod roll_call;
pub mod settings;
pub mod setup;
pub mod target;
pub mod watch;
pub mod workbench;
pub mod workspace;

pub use setup::Setup;
pub use workbench::Workbench;
pub use workspace::Workspace;
