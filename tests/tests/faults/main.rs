//! Every fault, where it strikes, and its one finding: the table as data, tried on all four dialects.
//!
//! - `table`: what the server does wrong, what is wrong on this side, and what must be said
//! - `stage`: one row of it at one dialect
//! - `server`, `ours`: the rows, tried
//! - `later`: what takes a change between two calls
//! - `written`: the table for people, `FAULTS.md`

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod later;
mod ours;
mod server;
mod stage;
mod table;
mod written;
