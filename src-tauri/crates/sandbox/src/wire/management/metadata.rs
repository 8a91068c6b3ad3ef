//! `users/{user}/metadata`.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::{
    body::broken,
    call::Call,
    query::{Page, Search, all},
    status::{Answer, Reply, Status},
    view,
};
use crate::{change::Refusal, id::Id, world::Metadata};

const MOST_BYTES: usize = 500_000;
const SEARCH: Search =
    Search { request: "ListUserMetadataRequest", message: "MetadataQuery", queries: &["keyQuery"] };

pub(super) async fn set(call: Call) -> Answer {
    let value = call.body().bytes("value")?;
    if value.is_empty() || value.len() > MOST_BYTES {
        let reason = format!("value length must be between 1 and {MOST_BYTES} bytes, inclusive");
        return Err(broken("SetUserMetadataRequest", "value", &reason));
    }
    let (user, key) = (call.path("user"), call.path("key"));
    let done = call.make(|world, asked| world.set_metadata(user, key, &value, asked))?;
    Ok(Reply(json!({ "details": view::added(&done) })))
}

pub(super) async fn remove(call: Call) -> Answer {
    let (user, key) = (call.path("user"), call.path("key"));
    call.change(|world, asked| world.remove_metadata(user, key, asked))
}

pub(super) async fn find(call: Call) -> Answer {
    call.look(|world, asked| {
        let missing = Refusal::not_found("QUERY-Rgh32", "Metadata not found");
        let user = world.user_of(asked, call.path("user")).ok_or(missing)?;
        let (key, set) = user.metadata.get_key_value(call.path("key")).ok_or(missing)?;
        Ok(Reply(json!({ "metadata": shown(key, set, &user.organization) })))
    })
}

pub(super) async fn list(call: Call) -> Answer {
    let (page, queries) = (Page::read(call.body())?, SEARCH.read(call.body())?);
    let found = call.look(|world, asked| {
        let mut found = vec![];
        let Some(user) = world.user_of(asked, call.path("user")) else { return Ok(found) };
        for (key, set) in &user.metadata {
            if all(&queries, |query| query.compares("key", key))? {
                found.push(shown(key, set, &user.organization));
            }
        }
        Ok::<_, Status>(found)
    })?;
    page.of(&call, found)
}

fn shown(key: &str, set: &Metadata, owner: &Id) -> Value {
    json!({
        "details": view::details(&set.details, owner),
        "key": key,
        "value": STANDARD.encode(&set.value),
    })
}
