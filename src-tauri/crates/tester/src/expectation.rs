//! What should happen at a door. Never derived from the answer under test: a person said so, or
//! the rule leaves no room because no role is involved.

use contract::{
    Access, Endpoint,
    report::{Expected, ExpectedFrom, NOBODY, Verdict},
    workspace::Expectation,
};

/// What should happen when `user` calls `endpoint`, and who says so.
///
/// A service user at a door that needs a role has no expectation until somebody sets one.
pub fn expected(
    user: &str,
    endpoint: &Endpoint,
    set: &[Expectation],
) -> Option<(Expected, ExpectedFrom)> {
    let said = set.iter().rev().find(|e| e.user == user && e.endpoint == endpoint.path);
    if let Some(said) = said {
        return Some((said.expected, ExpectedFrom::Set));
    }
    let by_rule = match (&endpoint.access, user) {
        (Access::Public, _) => Expected::Allow,
        (_, NOBODY) => Expected::Deny,
        (Access::ValidToken, _) => Expected::Allow,
        (Access::AnyRole { .. } | Access::AllRoles { .. }, _) => return None,
    };
    Some((by_rule, ExpectedFrom::Rule))
}

/// Whether a verdict is what was expected; `None` where nothing was expected or reached.
///
/// A call that failed keeps no promise: neither *allow* nor *deny* is met by it.
pub fn met(expected: Option<Expected>, verdict: Verdict) -> Option<bool> {
    match (expected?, verdict) {
        (_, Verdict::NotReached) => None,
        (Expected::Allow, verdict) => Some(verdict == Verdict::Allowed),
        (Expected::Deny, verdict) => Some(verdict == Verdict::Refused),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_without_roles_expect_by_themselves_and_roles_never_do() {
        use Expected::{Allow, Deny};
        let doors = Endpoint::guide();
        let cases = [
            ("bot", 0, Some(Allow)),
            ("bot", 1, Some(Allow)),
            ("bot", 2, None),
            (NOBODY, 0, Some(Allow)),
            (NOBODY, 1, Some(Deny)),
            (NOBODY, 2, Some(Deny)),
        ];
        for (user, door, wanted) in cases {
            let wanted = wanted.map(|w| (w, ExpectedFrom::Rule));
            assert_eq!(expected(user, &doors[door], &[]), wanted, "{user} at {door}");
        }
    }

    #[test]
    fn what_a_person_said_goes_before_the_rule() {
        let doors = Endpoint::guide();
        let said = [Expectation {
            user: "bot".into(),
            endpoint: "/api/private".into(),
            expected: Expected::Deny,
        }];
        assert_eq!(expected("bot", &doors[1], &said), Some((Expected::Deny, ExpectedFrom::Set)));
        assert_eq!(
            expected("other", &doors[1], &said),
            Some((Expected::Allow, ExpectedFrom::Rule))
        );
    }

    #[test]
    fn a_failed_call_meets_no_expectation_and_one_not_made_meets_and_misses_none() {
        for wanted in [Expected::Allow, Expected::Deny] {
            assert_eq!(met(Some(wanted), Verdict::Failed), Some(false));
            assert_eq!(met(Some(wanted), Verdict::NotReached), None);
        }
        assert_eq!(met(Some(Expected::Deny), Verdict::Refused), Some(true));
        assert_eq!(met(None, Verdict::Allowed), None);
    }
}
