//! What is handed on: whole, readable without Rolecall, and without a single secret.
//!
//! - `whole`: everything that was found is in every format
//! - `secrets`: nothing of what must stay is in any
//! - `page`: the HTML file as a browser and a screen reader take it
//! - `stage`: roll calls to report of

mod page;
mod secrets;
mod stage;
mod whole;
