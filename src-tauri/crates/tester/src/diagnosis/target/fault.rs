//! From one call to its faults, and from all calls to what only shows when they are seen together: a
//! door that is missing, a token that is refused everywhere, why a role is not seen.

use contract::{
    Access, FindingCode as Code, exchange::Header, finding::TokenKind, report::ProbeToken,
};

use super::leak::leaks;
use crate::target::evidence::{Right, TargetAnswer, TargetCall, TargetEvidence};

/// What is wrong at each call, in the order of the calls.
pub fn target_faults(evidence: &TargetEvidence) -> Vec<Vec<Code>> {
    let all = All(&evidence.calls);
    evidence.calls.iter().map(|call| all.faults(call)).collect()
}

struct All<'a>(&'a [TargetCall]);

impl All<'_> {
    fn faults(&self, call: &TargetCall) -> Vec<Code> {
        let mut faults = Vec::new();
        if self.is_missing(call) {
            return vec![Code::EndpointMissing];
        }
        faults.extend(self.status(call));
        if let Some(answer) = &call.answer {
            if answer.status == 401 && !is_challenged(answer) {
                faults.push(Code::ChallengeMissing);
            }
            if !leaks(answer).is_empty() {
                faults.push(Code::LeaksDetails);
            }
        }
        faults
    }

    fn status(&self, call: &TargetCall) -> Option<Code> {
        let status = call.status();
        if status == Some(429) {
            // It says nothing of the token.
            return None;
        }
        let let_in = is_success(status);
        match call.right {
            Right::LetIn if let_in => None,
            Right::LetIn if call.access == Access::Public => Some(Code::PublicIsClosed),
            Right::LetIn if self.is_refused_everywhere(call) => Some(Code::RefusesGoodToken),
            Right::LetIn => Some(self.why_despite_role(call)),
            Right::Unauthorized if let_in => Some(accepted(call.token)),
            Right::Forbidden if let_in => {
                Some(if call.carries_role() { Code::RoleFrozen } else { Code::AdmitsWithoutRole })
            }
            // What follows from another fault is no fault of its own.
            Right::Forbidden if self.is_refused_everywhere(call) => None,
            right if status == Some(right.status()) => None,
            Right::Unauthorized if status == Some(403) => Some(Code::ForbiddenForUnauthorized),
            Right::Unauthorized | Right::Forbidden => Some(match status {
                None | Some(500..) => Code::ErrorForRefusal,
                Some(_) => Code::OddRefusal,
            }),
        }
    }

    /// Nobody was ever answered anything but *there is no such thing*, though somebody must get in.
    fn is_missing(&self, call: &TargetCall) -> bool {
        let here = || self.0.iter().filter(|c| c.path == call.path && c.method == call.method);
        here().all(|call| matches!(call.status(), Some(404 | 405 | 501)))
            && here().any(|call| call.right == Right::LetIn)
    }

    /// The same token is refused where any good one is enough.
    fn is_refused_everywhere(&self, call: &TargetCall) -> bool {
        let same = |other: &&TargetCall| {
            other.who == call.who
                && other.access == Access::ValidToken
                && other.right == Right::LetIn
                && other.is_probe == call.is_probe
        };
        call.access == Access::ValidToken && call.right == Right::LetIn
            || self.0.iter().filter(same).any(|other| !is_success(other.status()))
    }

    /// Good tokens are let in here, and yet the role is not seen.
    fn why_despite_role(&self, call: &TargetCall) -> Code {
        let at_role_doors = || {
            let role_door = |c: &&TargetCall| c.access.asks_for_roles();
            self.0.iter().filter(role_door).filter(|c| c.right == Right::LetIn)
        };
        let inside = || at_role_doors().filter(|c| c.token == ProbeToken::RolesInside);
        if inside().any(|c| is_success(c.status())) {
            return Code::RoleNotInToken;
        }
        let of_the_roll = || at_role_doors().filter(|c| c.token != ProbeToken::RolesInside);
        if call.token == ProbeToken::RolesInside {
            // It only tells causes apart, and has the cause of what it was sent for.
            let refused = of_the_roll().find(|c| !is_success(c.status()));
            return refused.map_or(Code::RefusesDespiteRole, |c| self.why_despite_role(c));
        }
        let others_pass = of_the_roll().any(|c| is_success(c.status()));
        let scope_lacks = call.reference.as_ref().is_some_and(|reference| {
            !(call.access.asks_for_roles() && call.access.admits(&reference.scope))
        });
        let asks_zitadel = self.0.iter().any(|c| {
            matches!(c.kind, Some(TokenKind::Opaque | TokenKind::Jwe))
                && c.right == Right::LetIn
                && c.access == Access::ValidToken
                && is_success(c.status())
        });
        // A JWT that carries the role inside rules out that it is looked for there.
        let read_inside = call.kind == Some(TokenKind::Jwt)
            && !asks_zitadel
            && !call.carries_role()
            && inside().next().is_none();
        if others_pass || !scope_lacks || read_inside {
            return Code::RefusesDespiteRole;
        }
        Code::RoleAsScope
    }
}

impl TargetCall {
    pub(super) fn status(&self) -> Option<u16> {
        self.answer.as_ref().map(|answer| answer.status)
    }

    /// It is a JWT in which a role that this door needs is written.
    fn carries_role(&self) -> bool {
        let inside = self.roles_inside.as_deref().unwrap_or_default();
        self.access.asks_for_roles() && self.access.admits(inside)
    }
}

fn accepted(token: ProbeToken) -> Code {
    match token {
        ProbeToken::None => Code::AdmitsWithoutToken,
        ProbeToken::IdToken => Code::AcceptsIdToken,
        ProbeToken::OtherAudience => Code::AcceptsOtherAudience,
        ProbeToken::SwitchedOff | ProbeToken::RoleTaken => Code::RoleFrozen,
        ProbeToken::Garbage
        | ProbeToken::Cut
        | ProbeToken::Expired
        | ProbeToken::NoRole
        | ProbeToken::RightRole
        | ProbeToken::RolesInside => Code::AcceptsInvalidToken,
    }
}

/// `WWW-Authenticate` with the scheme of bearer tokens (RFC 9110, section 11.6.1; RFC 6750, section 3).
fn is_challenged(answer: &TargetAnswer) -> bool {
    let names_bearer = |header: &Header| {
        header.name.eq_ignore_ascii_case("www-authenticate")
            && header.value.to_ascii_lowercase().split([' ', ',']).any(|word| word == "bearer")
    };
    answer.headers.iter().any(names_bearer)
}

fn is_success(status: Option<u16>) -> bool {
    matches!(status, Some(200..=299))
}
