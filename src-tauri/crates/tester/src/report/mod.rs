//! What a report means to whoever started it, and what of it is handed on.
//!
//! - `handed_on`: the report with everything that it stands on, as one document
//! - `clean`: that document without paths and tokens of others
//! - `html`, `junit`: the document for people and for continuous integration
//! - `reasons`: every finding once, with the places where it was met
//! - `versions`: what it was made with

mod clean;
mod handed_on;
mod html;
mod junit;
mod reasons;
mod versions;

use contract::{Finding, FindingKind, Report, report::NOBODY};

pub(crate) use self::handed_on::Parts;
pub use self::{
    handed_on::{ClockOffset, HandOnError, HandedOn, SetUp},
    junit::junit,
    reasons::{Place, Reason, reasons},
    versions::Versions,
};

/// 0 where every expectation is met, every user got a token and somebody's own API has no fault; 1
/// otherwise.
///
/// (2, that it could not run at all, is said before there is a report.)
pub fn exit_status(report: &Report) -> u8 {
    let refused = report.finding.is_some() || report.api.finding.is_some();
    let surprise =
        report.users.iter().flat_map(|user| &user.cells).any(|c| c.as_expected == Some(false));
    let tokenless = report.users.iter().any(|user| user.label != NOBODY && user.token.is_none());
    let faulty = report.target.iter().flat_map(|target| &target.findings).any(is_cause);
    u8::from(refused || surprise || tokenless || faulty)
}

fn is_cause(finding: &Finding) -> bool {
    finding.kind == FindingKind::Cause
}
