//! From rule, token and introspection to an outcome. Both steps are pure; between them the issuer
//! is asked. Whatever is not a clear yes is a no.

use std::{ops::ControlFlow, time::Duration};

use contract::{Access, ExchangeId, report::Outcome};
use serde_json::{Map, Value};
use zitadel_client::introspection::{Introspection, IntrospectionError, ProjectRoles};

use crate::bearer::Sent;

/// An outcome and what it rests on.
#[derive(Debug)]
pub(crate) struct Judgement {
    pub(crate) outcome: Outcome,
    /// The caller's roles on this API's project, and the claim that names them.
    pub(crate) roles: ProjectRoles,
    /// What introspection answered.
    pub(crate) claims: Option<Map<String, Value>>,
    /// The exchange behind it, answered or not.
    pub(crate) exchange: Option<ExchangeId>,
    /// How old that answer is, where it was kept.
    pub(crate) cached_ms: Option<u64>,
    /// When the issuer wants to be asked again.
    pub(crate) retry_after: Option<Duration>,
}

impl From<Outcome> for Judgement {
    fn from(outcome: Outcome) -> Self {
        Self {
            outcome,
            roles: ProjectRoles::default(),
            claims: None,
            exchange: None,
            cached_ms: None,
            retry_after: None,
        }
    }
}

/// What is clear without the issuer; otherwise the token to ask about. A public door never looks at
/// credentials.
pub(crate) fn before_asking<'h>(access: &Access, sent: Sent<'h>) -> ControlFlow<Outcome, &'h str> {
    match (access, sent) {
        (Access::Public, _) => ControlFlow::Break(Outcome::Allowed),
        (_, Sent::Nothing) => ControlFlow::Break(Outcome::NoToken),
        (_, Sent::Malformed(_)) => ControlFlow::Break(Outcome::MalformedToken),
        (_, Sent::Token(token)) => ControlFlow::Continue(token),
    }
}

/// What follows from the issuer's answer. Roles are read from the claim of `project_id`, or from
/// the short one where that is unknown or the server names no project; introspection puts only the
/// API's own project there.
pub(crate) fn after_asking(
    access: &Access,
    project_id: Option<&str>,
    answer: Result<Introspection, IntrospectionError>,
) -> Judgement {
    let introspection = match answer {
        Ok(introspection) => introspection,
        Err(error) => return without_answer(&error),
    };
    let roles = introspection.project_roles(project_id);
    let outcome = match access {
        _ if !introspection.active => Outcome::Inactive,
        Access::Public | Access::ValidToken => Outcome::Allowed,
        Access::AnyRole { .. } | Access::AllRoles { .. } => {
            if access.admits(&roles.roles) {
                Outcome::Allowed
            } else {
                Outcome::RoleMissing
            }
        }
    };
    Judgement {
        outcome,
        roles,
        exchange: Some(introspection.exchange),
        claims: Some(introspection.claims),
        cached_ms: None,
        retry_after: None,
    }
}

fn without_answer(error: &IntrospectionError) -> Judgement {
    let outcome = match error {
        IntrospectionError::Refused { .. } => Outcome::ApiRefused,
        IntrospectionError::Unavailable { .. } | IntrospectionError::Unreadable { .. } => {
            Outcome::IssuerUnavailable
        }
    };
    Judgement {
        exchange: Some(error.exchange()),
        retry_after: error.retry_after(),
        ..Judgement::from(outcome)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bearer::Fault;
    use serde_json::json;

    const LONG: &str = "urn:zitadel:iam:org:project:42:roles";
    const SHORT: &str = "urn:zitadel:iam:org:project:roles";

    fn reader() -> Access {
        Access::AnyRole { roles: vec!["read:messages".into(), "admin".into()] }
    }

    fn answer(claims: Value) -> Result<Introspection, IntrospectionError> {
        let Value::Object(claims) = claims else { panic!("claims are an object") };
        let active = claims["active"] == true;
        Ok(Introspection { active, claims, exchange: 7 })
    }

    #[test]
    fn what_is_clear_without_the_issuer_is_never_asked() {
        use ControlFlow::{Break, Continue};
        use Outcome::{Allowed, MalformedToken, NoToken};
        let malformed = Sent::Malformed(Fault::Empty);
        let cases = [
            (Access::Public, Sent::Nothing, Break(Allowed)),
            (Access::Public, malformed, Break(Allowed)),
            (Access::Public, Sent::Token("t"), Break(Allowed)),
            (Access::ValidToken, Sent::Nothing, Break(NoToken)),
            (Access::ValidToken, malformed, Break(MalformedToken)),
            (Access::ValidToken, Sent::Token("t"), Continue("t")),
            (reader(), Sent::Nothing, Break(NoToken)),
            (reader(), malformed, Break(MalformedToken)),
            (reader(), Sent::Token("t"), Continue("t")),
        ];
        for (access, sent, expected) in cases {
            assert_eq!(before_asking(&access, sent), expected, "{access:?} with {sent:?}");
        }
    }

    #[test]
    fn the_role_claim_of_the_apis_own_project_decides() {
        let holds = |role: &str| json!({ role: { "1": "acme.localhost" } });
        let cases = [
            ("active", Access::ValidToken, json!({"active": true}), Outcome::Allowed),
            ("inactive", Access::ValidToken, json!({"active": false}), Outcome::Inactive),
            (
                "inactive, whatever else it says",
                reader(),
                json!({"active": false, LONG: holds("read:messages")}),
                Outcome::Inactive,
            ),
            (
                "one of the roles",
                reader(),
                json!({"active": true, LONG: holds("admin")}),
                Outcome::Allowed,
            ),
            (
                "another role",
                reader(),
                json!({"active": true, LONG: holds("write:messages")}),
                Outcome::RoleMissing,
            ),
            ("no role", reader(), json!({"active": true}), Outcome::RoleMissing),
            (
                "a longer role's beginning",
                reader(),
                json!({"active": true, LONG: holds("read:messages:all")}),
                Outcome::RoleMissing,
            ),
            (
                "another project's role",
                reader(),
                json!({"active": true, "urn:zitadel:iam:org:project:43:roles": holds("admin")}),
                Outcome::RoleMissing,
            ),
            (
                "a scope, which is no role",
                reader(),
                json!({"active": true, "scope": "openid read:messages"}),
                Outcome::RoleMissing,
            ),
            (
                "a role claim of the wrong shape",
                reader(),
                json!({"active": true, LONG: "read:messages"}),
                Outcome::RoleMissing,
            ),
            (
                "a door with an empty list",
                Access::AnyRole { roles: vec![] },
                json!({"active": true, LONG: holds("admin")}),
                Outcome::RoleMissing,
            ),
        ];
        for (what, access, claims, expected) in cases {
            let judgement = after_asking(&access, Some("42"), answer(claims));
            assert_eq!(judgement.outcome, expected, "{what}");
            assert_eq!(judgement.exchange, Some(7), "{what}");
        }
    }

    #[test]
    fn where_all_roles_are_needed_each_of_them_counts() {
        let all = |roles: &[&str]| Access::AllRoles {
            roles: roles.iter().map(ToString::to_string).collect(),
        };
        let by_org = json!({ "1": "acme.localhost" });
        let both = json!({ "read": by_org, "write": by_org });
        let cases = [
            (all(&["read", "write"]), json!({"active": true, LONG: both}), Outcome::Allowed),
            (
                all(&["read", "write"]),
                json!({"active": true, LONG: { "read": by_org }}),
                Outcome::RoleMissing,
            ),
            (
                all(&["read", "write"]),
                json!({"active": true, LONG: { "write": by_org, "admin": by_org }}),
                Outcome::RoleMissing,
            ),
            (all(&["read"]), json!({"active": true, LONG: both}), Outcome::Allowed),
            (all(&["read"]), json!({"active": true}), Outcome::RoleMissing),
            (all(&["read"]), json!({"active": false, LONG: both}), Outcome::Inactive),
            // Nothing to look for is no reason to let everybody in.
            (all(&[]), json!({"active": true, LONG: both}), Outcome::RoleMissing),
        ];
        for (access, claims, expected) in cases {
            let judgement = after_asking(&access, Some("42"), answer(claims.clone()));
            assert_eq!(judgement.outcome, expected, "{access:?} with {claims}");
        }
        let before = before_asking(&all(&["read"]), Sent::Nothing);
        assert_eq!(before, ControlFlow::Break(Outcome::NoToken));
    }

    #[test]
    fn the_short_claim_counts_where_the_project_is_unknown() {
        let claims = json!({"active": true, SHORT: { "admin": { "1": "acme.localhost" } }});
        let judgement = after_asking(&reader(), None, answer(claims));
        assert_eq!(judgement.outcome, Outcome::Allowed);
        assert_eq!(judgement.roles.claim.as_deref(), Some(SHORT));
        assert_eq!(judgement.roles.roles, ["admin"]);
    }

    #[test]
    fn an_issuer_without_an_answer_is_never_a_yes() {
        let wait = Some(Duration::from_secs(30));
        let cases = [
            (
                IntrospectionError::Refused {
                    status: 400,
                    error: Some("unauthorized_client".into()),
                    description: None,
                    exchange: 7,
                },
                Outcome::ApiRefused,
                None,
            ),
            (
                IntrospectionError::Unavailable {
                    status: Some(429),
                    failure: None,
                    retry_after: wait,
                    exchange: 7,
                },
                Outcome::IssuerUnavailable,
                wait,
            ),
            (
                IntrospectionError::Unreadable { exchange: 7, reason: "it is HTML".into() },
                Outcome::IssuerUnavailable,
                None,
            ),
        ];
        for (error, outcome, retry_after) in cases {
            let judgement = after_asking(&Access::ValidToken, None, Err(error));
            assert_eq!((judgement.outcome, judgement.retry_after), (outcome, retry_after));
            assert_eq!(judgement.exchange, Some(7), "the failed question is shown");
            assert_eq!(judgement.claims, None);
        }
    }
}
