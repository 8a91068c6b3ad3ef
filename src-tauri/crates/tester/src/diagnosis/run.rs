//! What concerns a whole roll call.

use contract::{
    ExchangeId,
    finding::{EvidenceSource, Finding, FindingCode},
};

use super::{cause, note, token::trouble};
use crate::{console, evidence::Scene};

/// ZITADEL refused the API's own signature, so it never looked at a token.
pub fn api_not_authenticated(scene: &Scene, exchange: ExchangeId, answered: &str) -> Finding {
    cause(FindingCode::ApiNotAuthenticated, "ZITADEL does not accept the API itself")
        .because(
            "The API signs in with its own key before it may ask about a token. ZITADEL refused \
             that, so it never looked at any token. The key was deleted, the file belongs to \
             another application or instance, or the application or its project is deactivated.",
        )
        .exchange(exchange, format!("Introspection answered {answered}."))
        .file(&scene.api_key_path, Some("clientId"), format!("`clientId` {}.", scene.client_id))
        .fix(
            "Open the API application: it must be active, its authentication method must be JWT \
             (Private Key JWT), and this key must be under Keys. If it is not, create a new one \
             (New, type JSON) and use it in place of this file.",
        )
        .page(match &scene.project_id {
            Some(project) => console::application(&scene.issuer, project, &scene.app_id),
            None => console::projects(&scene.issuer),
        })
        .done()
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
