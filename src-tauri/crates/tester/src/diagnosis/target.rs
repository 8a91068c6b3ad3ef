//! Somebody's own API, from what it answered to what is wrong with it: each fault once, the worst
//! first, with every place where it showed as its proof.

mod fault;
mod fixed;
mod leak;
#[cfg(test)]
mod tests;
mod way;
mod words;

pub use fault::target_faults;
pub(crate) use way::is_no_way;
pub use way::{target_address, target_not_private, target_silent, target_unknown};

use contract::{Finding, FindingCode as Code, finding::EvidenceSource};

use crate::target::evidence::{TargetCall, TargetEvidence};

/// The worst first: what lets strangers in, what keeps people out, what misleads them.
const ORDER: [Code; 17] = [
    Code::AdmitsWithoutToken,
    Code::AcceptsInvalidToken,
    Code::AcceptsIdToken,
    Code::AcceptsOtherAudience,
    Code::AdmitsWithoutRole,
    Code::RoleFrozen,
    Code::LeaksDetails,
    Code::EndpointMissing,
    Code::RefusesGoodToken,
    Code::RoleAsScope,
    Code::RoleNotInToken,
    Code::RefusesDespiteRole,
    Code::PublicIsClosed,
    Code::ErrorForRefusal,
    Code::ForbiddenForUnauthorized,
    Code::OddRefusal,
    Code::ChallengeMissing,
];

/// What is wrong with somebody's own API; empty where nothing is.
pub fn target(evidence: &TargetEvidence) -> Vec<Finding> {
    let faults = target_faults(evidence);
    let with = |code: Code| -> Vec<&TargetCall> {
        let calls = evidence.calls.iter().zip(&faults);
        calls.filter(|(_, codes)| codes.contains(&code)).map(|(call, _)| call).collect()
    };
    let found = ORDER.into_iter().map(|code| (code, with(code)));
    let mut findings: Vec<Finding> = found
        .filter(|(_, places)| !places.is_empty())
        .map(|(code, places)| words::finding(code, &places, evidence))
        .collect();
    findings.extend(slow(evidence));
    findings
}

/// So many times the reference's time, and so much more in microseconds: both before it is noted.
const SLOW: [(u64, u64); 2] = [(5, 20_000), (2, 250_000)];

/// Each one's quickest call is compared: noise makes calls slower, never quicker.
fn slow(evidence: &TargetEvidence) -> Option<Finding> {
    let guarded = |call: &&TargetCall| {
        call.access != contract::Access::Public && call.answer.is_some() && call.kind.is_some()
    };
    let pairs = evidence.calls.iter().filter(guarded);
    let timed: Vec<_> = pairs
        .filter_map(|call| Some((call, call.reference.as_ref()?.duration_us.max(1))))
        .collect();
    let (quickest, _) = timed.iter().min_by_key(|(call, _)| call.duration_us)?;
    let reference = timed.iter().map(|(_, us)| *us).min()?;
    let is_slow = SLOW.iter().any(|(times, more)| {
        quickest.duration_us >= reference * times && quickest.duration_us >= reference + more
    });
    is_slow.then(|| words::slow(quickest, reference))
}

/// Where a call is to be found.
fn source(call: &TargetCall) -> EvidenceSource {
    let id = call.exchange;
    if call.is_probe { EvidenceSource::Probe { id } } else { EvidenceSource::Exchange { id } }
}
