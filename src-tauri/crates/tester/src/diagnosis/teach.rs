//! Notes: what teaches and fails nothing.

use contract::{
    ExchangeId,
    finding::{Action, EvidenceSource, Finding, FindingCode},
};
use serde_json::{Map, Value};
use zitadel_client::{claim, introspection::roles_in};

use super::note;
use crate::evidence::{Caller, Scene, TokenSeen};

/// What a row's token and the introspection of it teach. `needed` are the roles that any door asks
/// for, `roles_found` those that introspection told.
pub fn of_row(
    scene: &Scene,
    caller: &Caller,
    token: &TokenSeen,
    answer: &Map<String, Value>,
    at: ExchangeId,
    needed: &[String],
) -> Vec<Finding> {
    let kept = answer.get("scope").map(claim::words).unwrap_or_default();
    let roles = roles_in(answer, scene.project_id.as_deref());
    let notes = [
        role_as_scope(caller, token, &kept, at, needed),
        scope_is_no_proof(caller, &kept, &roles, at),
        in_the_token(scene, caller, token, &roles, at),
    ];
    notes.into_iter().flatten().collect()
}

/// Custom scopes are dropped for service users (wire 4.2): whoever asks for a role as a scope waits
/// for it in vain.
fn role_as_scope(
    caller: &Caller,
    token: &TokenSeen,
    kept: &[String],
    at: ExchangeId,
    needed: &[String],
) -> Option<Finding> {
    let dropped: Vec<_> = token
        .scopes_asked
        .iter()
        .filter(|scope| needed.contains(scope) && !kept.contains(scope))
        .map(String::as_str)
        .collect();
    let role = dropped.first()?;
    let draft = note(FindingCode::RoleAsScope, format!("{role} is a role here, not a scope"))
        .because(format!(
            "ZITADEL took it out of the request without a word: service accounts get no scopes of your \
             own making. An API that looks for {role} in `scope` refuses everybody; it must look into \
             the role claim, as Rolecall's does."
        ))
        .seen(
            EvidenceSource::Setting { field: "scopes".into() },
            format!("Asked for by {}: {}.", caller.name(), token.scopes_asked.join(" ")),
        )
        .exchange(at, format!("Kept: {}.", kept.join(" ")))
        .fix("Leave it out of the scopes, and give the role to the account instead.")
        .action(Action::DefaultScopes);
    Some(draft.done())
}

/// A role's name in `scope` says only that it was asked for (wire 4.1), or, of a personal access
/// token, that the project has it (wire 5.5).
fn scope_is_no_proof(
    caller: &Caller,
    kept: &[String],
    roles: &[String],
    at: ExchangeId,
) -> Option<Finding> {
    let named = kept.iter().filter_map(|scope| scope.strip_prefix(ROLE_SCOPE));
    let not_held: Vec<_> = named.filter(|role| !roles.iter().any(|held| held == role)).collect();
    let role = not_held.first()?;
    let draft = note(FindingCode::ScopeIsNoProof, "A role in `scope` is never proof")
        .because(format!(
            "The token's scope names {role}, and {} does not hold it: the scope says what was asked \
             for, and a personal access token's names every role of the project. Only the role claim \
             says what somebody holds.",
            caller.name()
        ))
        .exchange(at, format!("`scope` names {}.", not_held.join(", ")))
        .fix("Nothing need be done here. An API must decide by the role claim.");
    Some(draft.done())
}

/// What a JWT says of roles against what introspection says now.
fn in_the_token(
    scene: &Scene,
    caller: &Caller,
    token: &TokenSeen,
    roles: &[String],
    at: ExchangeId,
) -> Option<Finding> {
    let claims = token.claims.as_ref()?.as_object()?;
    let name = caller.name();
    let carried = roles_in(claims, Some(scene.project_id.as_deref()?));
    let same = |one: &[String], other: &[String]| one.iter().all(|role| other.contains(role));
    let claim = EvidenceSource::Token { claim: "urn:zitadel:iam:org:project:{id}:roles".into() };
    if same(&carried, roles) && same(roles, &carried) {
        return None;
    }
    if carried.is_empty() {
        let draft = note(
            FindingCode::RoleNotInToken,
            format!("The token of {name} itself names no role"),
        )
        .because(
            "Roles are looked up live. This JWT carries none because it was not asked to: an API \
                 that reads the JWT itself, without asking ZITADEL, would refuse it.",
        )
        .seen(claim, "The JWT has no role claim for this project.")
        .exchange(at, format!("Introspection tells {}.", roles.join(", ")))
        .fix(
            "Nothing need be done here. For an API that checks JWTs by itself, ask for the scope \
                 urn:zitadel:iam:org:projects:roles as well.",
        );
        return Some(draft.done());
    }
    let minted = claims.get("iat").and_then(claim::time);
    let when = minted
        .map_or_else(|| "when it was made".into(), |at| at.strftime("at %H:%M:%S UTC").to_string());
    let live = if roles.is_empty() { "no role".to_owned() } else { roles.join(", ") };
    let draft = note(FindingCode::RoleFrozen, format!("The token of {name} still says what was true {when}"))
        .because(
            "A JWT keeps the roles that it was made with until it ends. Introspection says what is true \
             now; an API that reads the JWT itself goes by the old ones.",
        )
        .seen(claim, format!("The JWT says {}.", carried.join(", ")))
        .exchange(at, format!("Introspection says {live}."))
        .fix("Nothing need be done here: this API asks ZITADEL. A new token carries the new roles.")
        .action(Action::AskAnew { user: caller.label.clone() });
    Some(draft.done())
}

/// A door for any valid token lets in everybody whom the instance knows (wire 4.1: no role and no
/// authorization is needed for an audience).
pub fn valid_is_known(caller: &str, path: &str, at: ExchangeId) -> Finding {
    note(FindingCode::ValidIsKnown, "A valid token proves who it is, not what it may do")
        .because(format!(
            "{path} lets in every service account of this ZITADEL that asks for a token, {caller} for \
             example, without any role. Only roles decide who is allowed."
        ))
        .exchange(at, format!("{caller} holds no role of this project and was let in."))
        .fix("Nothing need be done. A door that is not for everybody needs a role as its rule.")
        .done()
}

const ROLE_SCOPE: &str = "urn:zitadel:iam:org:project:role:";
