//! A token that introspection calls inactive. Ten causes look the same there; probes tell them apart.

use contract::finding::{Action, EvidenceSource, Finding, FindingCode};

use super::{
    Draft,
    access::{answered, application},
    cause,
    token::user_inactive,
};
use crate::evidence::{AudienceProbe, FreshProbe, FreshToken, Refusal, Scene};

pub(super) fn inactive(scene: &Scene, refusal: &Refusal) -> Finding {
    let alive = refusal.userinfo.as_ref().map(|probe| (probe.is_alive(), probe.status));
    let draft = match alive {
        Some((true, _)) => alive_elsewhere(scene, refusal),
        Some((false, Some(401 | 403))) => dead(scene, refusal),
        // Userinfo did not tell; the other probes may.
        _ => match (&refusal.audience, refusal.fresh) {
            (Some(AudienceProbe { active: Some(true), .. }), _) if !asks_here(scene, refusal) => {
                audience(scene, refusal)
            }
            (_, Some(_)) => dead(scene, refusal),
            _ => audience(scene, refusal),
        },
    };
    answered(draft, refusal).done()
}

/// The audience that was asked for is surely the API's own.
fn asks_here(scene: &Scene, refusal: &Refusal) -> bool {
    let learned = refusal.audience.as_ref().and_then(|probe| probe.project_id.as_deref());
    audiences(refusal).iter().any(|id| *id == scene.client_id || Some(*id) == learned)
}

fn alive_elsewhere(scene: &Scene, refusal: &Refusal) -> Draft {
    let draft = audience(scene, refusal);
    match &refusal.userinfo {
        Some(probe) => draft.seen(
            EvidenceSource::Probe { id: probe.exchange },
            "Userinfo, which asks for no audience, takes the same token: it is alive.",
        ),
        None => draft,
    }
}

/// Neither userinfo nor introspection takes it.
fn dead(scene: &Scene, refusal: &Refusal) -> Draft {
    let label = refusal.caller.label.clone();
    let name = refusal.caller.name();
    let draft = if let Some(ended) = refusal.token.expires_at.filter(|ends| *ends <= refusal.now) {
        let ago = refusal.now.duration_since(ended);
        cause(FindingCode::TokenExpired, format!("The token of {name} expired {}", since(ago)))
            .because("An access token is good for a while, by default for twelve hours, and never longer.")
            .exchange(refusal.token.exchange, format!("It was good until {ended:.0}."))
            .fix("Ask for a new token.")
            .action(Action::AskAnew { user: label })
    } else {
        match refusal.fresh {
            Some(FreshProbe { exchange, token: FreshToken::Came { active } }) if active != Some(false) => {
                cause(
                    FindingCode::UserInactive,
                    format!("{name} was switched off meanwhile; it is back on, but this token stays dead"),
                )
                .because(
                    "When an account is locked or deactivated, its tokens die and stay dead even after it \
                     is switched on again. A new token works.",
                )
                .seen(EvidenceSource::Probe { id: exchange }, "A new token of the same account was given at once.")
                .fix("Ask for a new token.")
                .action(Action::AskAnew { user: label })
            }
            Some(FreshProbe { exchange, token: FreshToken::UserNotActive }) => {
                user_inactive(scene, &refusal.caller).seen(
                    EvidenceSource::Probe { id: exchange },
                    "Asked for another token, ZITADEL answered `Errors.User.NotActive`.",
                )
            }
            Some(FreshProbe { exchange, token: FreshToken::None }) => {
                user_inactive(scene, &refusal.caller)
                    .because(
                        "The token is dead and no other is given. Either the account was locked, \
                         deactivated or deleted, or its key was deleted too; the account's page tells.",
                    )
                    .seen(EvidenceSource::Probe { id: exchange }, "Another token was not given.")
            }
            _ => user_inactive(scene, &refusal.caller),
        }
    };
    match &refusal.userinfo {
        Some(probe) if probe.status.is_some() => draft.seen(
            EvidenceSource::Probe { id: probe.exchange },
            "Userinfo refuses the same token too: it is dead, not only made out to somebody else.",
        ),
        _ => draft,
    }
}

/// Alive, but not made out to this API: nobody asked for an audience, or for the wrong one.
fn audience(scene: &Scene, refusal: &Refusal) -> Draft {
    let asked = audiences(refusal);
    let draft = if asked.is_empty() {
        audience_missing(refusal)
    } else {
        audience_other_project(scene, refusal, &asked)
    };
    match &refusal.audience {
        Some(AudienceProbe { exchange, active: Some(true), .. }) => draft.seen(
            EvidenceSource::Probe { id: *exchange },
            "A token of the same account that was made out to this API's client id is active.",
        ),
        _ => draft,
    }
}

fn audience_missing(refusal: &Refusal) -> Draft {
    cause(FindingCode::AudienceMissing, "The token was not made out to this API")
        .because(
            "A token names whom it is for. This one was asked for without the project's audience \
             scope, so ZITADEL tells the API nothing about it.",
        )
        .seen(
            EvidenceSource::Setting { field: "scopes".into() },
            format!("Asked for: {}.", refusal.token.scopes_asked.join(" ")),
        )
        .fix(
            "Ask for the token with the scope urn:zitadel:iam:org:project:id:{project id}:aud as well.",
        )
        .action(Action::DefaultScopes)
}

fn audience_other_project(scene: &Scene, refusal: &Refusal, asked: &[&str]) -> Draft {
    let learned = refusal.audience.as_ref().and_then(|probe| probe.project_id.clone());
    let made_out = asked.join(", ");
    let draft = cause(
        FindingCode::AudienceOtherProject,
        "The token was made out to another project",
    )
    .because(match &learned {
        Some(project) => format!(
            "This API lives in project {project}; the token is made out to project {made_out}. So \
                 ZITADEL tells the API nothing about it."
        ),
        None => format!(
            "A token names the project that it is for. This API (client {}) belongs to another one \
                 than was asked for, so ZITADEL tells it nothing about the token.",
            scene.client_id
        ),
    })
    .seen(
        EvidenceSource::Setting { field: "scopes".into() },
        format!("Asked for the audience {made_out}."),
    );
    match learned {
        Some(project_id) => draft
            .fix(format!("Use the id {project_id} for the project."))
            .page(crate::console::application(&scene.issuer, &project_id, &scene.app_id))
            .action(Action::UseProject { project_id }),
        None => draft
            .fix(
                "Use the id of the project that holds this API (in the console: Projects, the project, \
                 Resource Id), or leave it empty: it is then learned.",
            )
            .page(application(scene))
            .action(Action::DefaultScopes),
    }
}

/// The ids in the audience scopes that were asked for.
fn audiences(refusal: &Refusal) -> Vec<&str> {
    let scopes = refusal.token.scopes_asked.iter();
    scopes.filter_map(|scope| scope.strip_prefix(PROJECT)?.strip_suffix(AUDIENCE)).collect()
}

const PROJECT: &str = "urn:zitadel:iam:org:project:id:";
const AUDIENCE: &str = ":aud";

fn since(ago: jiff::SignedDuration) -> String {
    match ago.as_secs() {
        ..120 => format!("{} seconds ago", ago.as_secs()),
        120..7200 => format!("{} minutes ago", ago.as_mins()),
        _ => format!("{} hours ago", ago.as_hours()),
    }
}
