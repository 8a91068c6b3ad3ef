//! What concerns a whole roll call.

use contract::{
    ExchangeId,
    finding::{Action, EvidenceSource, Finding, FindingCode},
};

use super::{
    access::application,
    cause, clock,
    issuer::{self, instance_not_found},
    note,
    token::{seen_by_management, trouble},
};
use crate::{
    console,
    evidence::{ApiProbe, ApiRefusal, Managed, Scene},
};

/// ZITADEL refused the API's own signature, so it never looked at a token.
pub fn api_refused(scene: &Scene, refusal: &ApiRefusal) -> Finding {
    let answered = format!("Introspection answered {}.", refusal.said);
    if refusal.instance_not_found {
        return instance_not_found(&scene.issuer).exchange(refusal.exchange, answered).done();
    }
    if let Some(draft) = clock::wrong(refusal.clocks.as_ref(), refusal.dated.as_ref()) {
        return draft.exchange(refusal.exchange, answered).done();
    }
    if let Some(name) = &refusal.renamed {
        return issuer::renamed(scene, name).exchange(refusal.exchange, answered).done();
    }
    let cause = cause(FindingCode::ApiNotAuthenticated, "ZITADEL does not accept the API itself");
    let (why, action) = off(scene, refusal.managed.as_ref());
    let mut draft = cause
        .because(format!(
            "The API signs in with its own key before it may ask about a token. ZITADEL refused \
             that, so it never looked at any token. {why}"
        ))
        .exchange(refusal.exchange, answered);
    if let Some(ApiProbe { exchange, accepted: Some(false) }) = refusal.api {
        draft = draft.seen(
            EvidenceSource::Probe { id: exchange },
            "A token that is surely wrong was answered in the same way: it is about the API, not about \
             the token.",
        );
    }
    draft = seen_by_management(draft, refusal.managed.as_ref())
        .file(
            &scene.api_key_path,
            Some("clientId"),
            format!("`clientId` {}, `keyId` {}.", scene.client_id, scene.api_key_id),
        )
        .fix(format!(
            "Open the API application: it and its project must be active, its authentication method \
             must be JWT (Private Key JWT), and key {} must be under Keys. If it is not, create a new \
             one (New, type JSON) and use it in place of this file.",
            scene.api_key_id
        ))
        .page(application(scene));
    match action {
        Some(action) => draft.action(action).done(),
        None => draft.done(),
    }
}

/// What the management API tells of the API, as a sentence, and what can be done about it.
fn off(scene: &Scene, managed: Option<&Managed>) -> (String, Option<Action>) {
    let Managed { api_active, api_key_listed, project_active, .. } =
        managed.cloned().unwrap_or_default();
    let project = scene.project_id.clone();
    match (project, project_active, api_active, api_key_listed) {
        (Some(project_id), Some(false), ..) => (
            "The project is deactivated, and with it all of its applications.".into(),
            Some(Action::SwitchOnProject { project_id }),
        ),
        (Some(project_id), _, Some(Some(false)), _) => {
            let app_id = scene.app_id.clone();
            let action = Action::SwitchOnApi { project_id, app_id };
            ("The application is deactivated.".into(), Some(action))
        }
        (_, _, Some(None), _) => (
            "There is no such application in this project: it was deleted, or the file belongs to \
             another project or instance."
                .into(),
            None,
        ),
        (_, _, _, Some(false)) => {
            (format!("The application has no key {}: it was deleted.", scene.api_key_id), None)
        }
        (_, _, _, Some(true)) => (
            "The application has a key of this id, so the private key in the file is not the one that \
             belongs to it, or it has expired."
                .into(),
            None,
        ),
        _ => (
            "Either the key was deleted or has expired, or the file belongs to another application or \
             instance, or the application, its project or its organization is deactivated. The \
             application's page tells: its state, and its list of keys."
                .into(),
            None,
        ),
    }
}

/// The API could not ask ZITADEL, so it let nobody in.
pub fn issuer_trouble(exchange: Option<ExchangeId>, what: &str) -> Finding {
    let source = match exchange {
        Some(id) => EvidenceSource::Exchange { id },
        None => EvidenceSource::Setting { field: "issuer".into() },
    };
    trouble("The API could not ask ZITADEL about the token").seen(source, what).done()
}

/// The protected API itself gave no answer.
pub fn api_silent(exchange: ExchangeId, what: &str) -> Finding {
    cause(FindingCode::ServerTrouble, "The protected API gave no answer")
        .because("Rolecall called its own API on this machine and got nothing whole back.")
        .exchange(exchange, what)
        .fix("Call again. If it stays silent, look whether another program closes its connections.")
        .action(Action::CallAgain)
        .done()
}

/// Nobody holds a role, so no answer named the project.
pub fn project_unknown(scene: &Scene) -> Finding {
    note(FindingCode::ProjectUnknown, "The project's id is not known yet")
        .because(
            "Only a role names the project in ZITADEL's answers, and none of these accounts holds \
             one. Everything works: tokens are made out to the API's client id in its place.",
        )
        .seen(
            EvidenceSource::Setting { field: "project_id".into() },
            format!("Tokens were asked for with the audience {}.", scene.client_id),
        )
        .fix(
            "Nothing need be done. As soon as one account holds a role it is learned; or copy it \
             from the console (the project's page, Resource Id) into Setup.",
        )
        .page(console::projects(&scene.issuer))
        .done()
}
