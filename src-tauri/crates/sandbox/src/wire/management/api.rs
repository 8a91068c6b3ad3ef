//! `projects/{project}/apps`: APIs.

use serde_json::{Value, json};

use super::{
    call::Call,
    query::{Page, Search, all},
    status::{Answer, Reply, Status},
    view,
};
use crate::{
    SecretText,
    change::{NewApi, Refusal},
    id::Id,
    secret,
    world::{Api, Authentication},
};

const METHODS: [&str; 2] = ["API_AUTH_METHOD_TYPE_BASIC", "API_AUTH_METHOD_TYPE_PRIVATE_KEY_JWT"];
/// Letters and digits of a client secret.
const SECRET_LENGTH: usize = 64;
const SEARCH: Search =
    Search { request: "ListAppsRequest", message: "AppQuery", queries: &["nameQuery"] };

pub(super) async fn add(call: Call) -> Answer {
    let name = call.body().bounded("AddAPIAppRequest", "name", (1, 200))?;
    let secret = match call.body().choice("AddAPIAppRequest", "authMethodType", &METHODS)? {
        0 => {
            let random = &*call.sandbox().options().random;
            Some(secret::generate(SECRET_LENGTH, random).map_err(|_| Refusal::internal())?)
        }
        _ => None,
    };
    let authentication = |secret: Option<SecretText>| match secret {
        Some(secret) => Authentication::Basic(secret),
        None => Authentication::PrivateKeyJwt([].into()),
    };
    let (project, authentication) = (call.path("project"), authentication(secret.clone()));
    let NewApi { app_id, client_id, done } =
        call.make(|world, asked| world.add_api(project, &name, authentication, asked))?;
    Ok(Reply(json!({
        "appId": &*app_id,
        "details": view::added(&done),
        "clientId": &*client_id,
        "clientSecret": secret.as_ref().map(SecretText::expose),
    })))
}

pub(super) async fn deactivate(call: Call) -> Answer {
    let (project, app) = (call.path("project"), call.path("app"));
    call.change(|world, asked| world.deactivate_api(project, app, asked))
}

pub(super) async fn reactivate(call: Call) -> Answer {
    let (project, app) = (call.path("project"), call.path("app"));
    call.change(|world, asked| world.reactivate_api(project, app, asked))
}

pub(super) async fn remove(call: Call) -> Answer {
    let (project, app) = (call.path("project"), call.path("app"));
    call.change(|world, asked| world.remove_api(project, app, asked))
}

pub(super) async fn find(call: Call) -> Answer {
    call.look(|world, asked| {
        // ZITADEL has no translation for it.
        let missing = Refusal::not_found("QUERY-pCP8P", "Errors.App.NotFound");
        let api = world.api_in(call.path("project"), call.path("app"), asked).ok_or(missing)?;
        Ok(Reply(json!({ "app": shown(api, &asked.organization.into()) })))
    })
}

pub(super) async fn list(call: Call) -> Answer {
    let (page, queries) = (Page::read(call.body())?, SEARCH.read(call.body())?);
    let found = call.look(|world, asked| {
        let mut found = vec![];
        let Some(project) = world.project_of(asked, call.path("project")) else { return Ok(found) };
        for api in world.apis.values().filter(|api| api.project == project.id) {
            if all(&queries, |query| query.compares("name", &api.name))? {
                found.push(shown(api, &project.organization));
            }
        }
        Ok::<_, Status>(found)
    })?;
    page.of(&call, found)
}

fn shown(api: &Api, owner: &Id) -> Value {
    // The other one is zero, and so not sent.
    let method = match api.authentication {
        Authentication::PrivateKeyJwt(_) => Some(METHODS[1]),
        Authentication::Basic(_) => None,
    };
    json!({
        "id": &*api.app_id,
        "details": view::details(&api.details, owner),
        "state": view::state("APP", api.state),
        "name": api.name,
        "apiConfig": { "clientId": &*api.client_id, "authMethodType": method },
    })
}
