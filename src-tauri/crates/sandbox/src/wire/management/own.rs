//! `auth/v1`: what a caller may ask about itself, with or without anything to manage.

use serde_json::json;

use super::{
    call::OwnCall,
    status::{Answer, Reply},
    user::shown,
};
use crate::change::Refusal;

/// Of the administrator (`manage-permissions.json`): owner of the organisation and of the instance.
const PERMISSIONS: &str = include_str!("permissions.txt");

pub(super) async fn user(call: OwnCall) -> Answer {
    let world = call.sandbox.world().read();
    let missing = Refusal::not_found("QUERY-Dfbg2", "User could not be found");
    let user = world.user(&call.user).ok_or(missing)?;
    Ok(Reply(json!({ "user": shown(user) })))
}

pub(super) async fn permissions(call: OwnCall) -> Answer {
    let is_administrator = call.user == call.sandbox.world().read().administrator;
    let permissions: Vec<&str> =
        if is_administrator { PERMISSIONS.lines().collect() } else { vec![] };
    Ok(Reply(json!({ "result": permissions })))
}
