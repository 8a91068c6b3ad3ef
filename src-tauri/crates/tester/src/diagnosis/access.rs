//! A token that came and was not let in.

use contract::{
    finding::{Action, EvidenceSource, Finding, FindingCode},
    report::Outcome,
};

use super::{Draft, cause, token};
use crate::{
    console,
    evidence::{Refusal, Scene},
};

/// Why a call with a token was refused; `None` where the refusal needs no finding of its own: the
/// API itself was not served, which the run says once.
pub fn refused(scene: &Scene, refusal: &Refusal) -> Option<Finding> {
    match refusal.decision.outcome {
        Outcome::RoleMissing => Some(role_missing(scene, refusal)),
        Outcome::Inactive => Some(inactive(scene, refusal)),
        Outcome::Allowed
        | Outcome::NoToken
        | Outcome::MalformedToken
        | Outcome::ApiRefused
        | Outcome::IssuerUnavailable => None,
    }
}

fn role_missing(scene: &Scene, refusal: &Refusal) -> Finding {
    let decision = &refusal.decision;
    let name = refusal.caller.name();
    let needed = either(&decision.needed_roles);
    let project = match &scene.project_id {
        Some(id) => format!("project {id}"),
        None => "the API's project".into(),
    };
    let found = if decision.roles_found.is_empty() {
        "No role of this project is in ZITADEL's answer.".to_owned()
    } else {
        format!("ZITADEL's answer holds only {}.", decision.roles_found.join(", "))
    };
    let mut draft = cause(
        FindingCode::RoleMissing,
        format!("{name} does not hold the role {needed}"),
    )
    .because(format!(
        "ZITADEL knows the account and its token is good, but in {project} it does not hold \
                 the role that this door asks for."
    ))
    .seen(introspection(refusal), found)
    .fix(format!(
        "In the project, under Role Assignments (Authorizations), give {name} the role \
                 {needed}. The same token then gets in: roles are looked up at every call."
    ))
    .page(match &scene.project_id {
        Some(id) => console::project_grants(&scene.issuer, id),
        None => console::user_grants(&scene.issuer, &refusal.caller.user_id),
    });
    if let Some(role) = decision.needed_roles.first() {
        let user_id = refusal.caller.user_id.clone();
        draft = draft.action(Action::GiveRole { user_id, role: role.clone() });
    }
    draft.done()
}

fn inactive(scene: &Scene, refusal: &Refusal) -> Finding {
    let answered = "Introspection answered `active: false` for this call.";
    match &refusal.userinfo {
        Some(probe) if probe.is_alive() => audience(scene, refusal)
            .seen(
                EvidenceSource::Probe { id: probe.exchange },
                "Userinfo, which asks for no audience, takes the same token: it is alive.",
            )
            .seen(introspection(refusal), answered)
            .done(),
        Some(probe) if probe.status == Some(401) => token::user_inactive(scene, &refusal.caller)
            .seen(
                EvidenceSource::Probe { id: probe.exchange },
                "Userinfo refuses the same token too: it is dead, not only made out to somebody else.",
            )
            .seen(introspection(refusal), answered)
            .done(),
        _ => audience(scene, refusal).seen(introspection(refusal), answered).done(),
    }
}

/// Alive, but not made out to this API: nobody asked for an audience, or for the wrong one.
fn audience(scene: &Scene, refusal: &Refusal) -> Draft {
    let asked: Vec<&str> = refusal.scopes_asked.iter().filter_map(|s| audience_of(s)).collect();
    let scopes = EvidenceSource::Setting { field: "scopes".into() };
    let page = |draft: Draft| match &scene.project_id {
        Some(id) => draft.page(console::application(&scene.issuer, id, &scene.app_id)),
        None => draft.page(console::projects(&scene.issuer)),
    };
    if asked.is_empty() {
        let draft = cause(FindingCode::AudienceMissing, "The token was not made out to this API")
            .because(
                "A token names whom it is for. This one was asked for without the project's audience \
                 scope, so ZITADEL tells the API nothing about it.",
            )
            .seen(scopes, format!("Asked for: {}.", refusal.scopes_asked.join(" ")))
            .fix(
                "Ask for the token with the scope \
                 urn:zitadel:iam:org:project:id:{project id}:aud as well.",
            )
            .action(Action::DefaultScopes);
        return draft;
    }
    let draft = cause(
        FindingCode::AudienceOtherProject,
        "The token was made out to another project",
    )
    .because(format!(
        "A token names the project that it is for. This API (client {}) belongs to another one \
             than was asked for, so ZITADEL tells it nothing about the token.",
        scene.client_id
    ))
    .seen(scopes, format!("Asked for the audience {}.", asked.join(", ")))
    .fix(
        "Use the id of the project that holds this API (in the console: Projects, the project, \
             Resource Id), or leave it empty: it is then learned.",
    )
    .action(Action::DefaultScopes);
    page(draft)
}

/// The id in an audience scope.
fn audience_of(scope: &str) -> Option<&str> {
    scope.strip_prefix("urn:zitadel:iam:org:project:id:")?.strip_suffix(":aud")
}

fn introspection(refusal: &Refusal) -> EvidenceSource {
    match refusal.decision.introspection_exchange {
        Some(id) => EvidenceSource::Exchange { id },
        None => EvidenceSource::Setting { field: "api_key".into() },
    }
}

fn either(roles: &[String]) -> String {
    roles.join(" or ")
}
