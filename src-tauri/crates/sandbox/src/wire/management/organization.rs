//! `GET orgs/me`, `POST orgs`.

use serde_json::json;

use super::{
    call::Call,
    status::{Answer, Reply},
    view,
};
use crate::change::Refusal;

/// The organisation that the call is for; also the cheapest way to ask whether a token is good.
pub(super) async fn mine(call: Call) -> Answer {
    call.look(|world, asked| {
        let missing = Refusal::not_found("QUERY-iTTGJ", "Organisation not found");
        let organization = world.organizations.get(asked.organization).ok_or(missing)?;
        Ok(Reply(json!({ "org": {
            "id": &*organization.id,
            "details": view::details(&organization.details, &organization.id),
            "state": "ORG_STATE_ACTIVE",
            "name": organization.name,
            "primaryDomain": organization.primary_domain,
        }})))
    })
}

pub(super) async fn add(call: Call) -> Answer {
    let name = call.body().bounded("AddOrgRequest", "name", (1, 200))?;
    let (id, done) = call.make(|world, asked| world.add_organization(&name, asked))?;
    Ok(Reply(json!({ "id": &*id, "details": view::added(&done) })))
}
