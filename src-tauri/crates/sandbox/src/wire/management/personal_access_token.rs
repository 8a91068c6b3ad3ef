//! `users/{user}/pats`: personal access tokens.

use serde_json::json;

use super::{
    call::Call,
    query::Page,
    status::{Answer, Reply},
    view,
};
use crate::{change::Refusal, scope};

pub(super) async fn add(call: Call) -> Answer {
    let expires_at = call.body().time("expirationDate")?;
    let user = call.path("user");
    let (id, done) =
        call.make(|world, asked| world.add_personal_access_token(user, expires_at, asked))?;
    let token = call.sandbox().personal_access_token(&id, user).map_err(|_| Refusal::internal())?;
    Ok(Reply(json!({
        "tokenId": &*id, "token": token.expose(), "details": view::added(&done),
    })))
}

pub(super) async fn remove(call: Call) -> Answer {
    let (user, token) = (call.path("user"), call.path("token"));
    call.change(|world, asked| world.remove_personal_access_token(user, token, asked))
}

pub(super) async fn list(call: Call) -> Answer {
    let page = Page::read(call.body())?;
    let found = call.look(|world, asked| {
        let Some(user) = world.user_of(asked, call.path("user")) else { return vec![] };
        let tokens = world.personal_access_tokens.iter().filter(|(_, token)| token.user == user.id);
        tokens
            .map(|(id, token)| {
                json!({
                    "id": &**id,
                    "details": view::details(&token.details, &user.organization),
                    "expirationDate": view::expiry(token.expires_at),
                    "scopes": scope::OF_PERSONAL_TOKENS,
                })
            })
            .collect()
    });
    page.of(&call, found)
}
