//! `users`: service users.

use serde_json::{Value, json};

use super::{
    call::Call,
    query::{Page, Query, Search, all},
    status::{Answer, Reply, Status},
    view,
};
use crate::{
    TokenType, UserState,
    change::{NewUser, Refusal},
    world::User,
};

const TOKEN_TYPES: [&str; 2] = ["ACCESS_TOKEN_TYPE_BEARER", "ACCESS_TOKEN_TYPE_JWT"];
const STATES: [&str; 7] = [
    "USER_STATE_UNSPECIFIED",
    "USER_STATE_ACTIVE",
    "USER_STATE_INACTIVE",
    "USER_STATE_DELETED",
    "USER_STATE_LOCKED",
    "USER_STATE_SUSPEND",
    "USER_STATE_INITIAL",
];
pub(super) const TYPES: [&str; 3] = ["TYPE_UNSPECIFIED", "TYPE_HUMAN", "TYPE_MACHINE"];
/// The one that all users here have.
pub(super) const MACHINE: usize = 2;
const SORTED_BY: [&str; 10] = [
    "USER_FIELD_NAME_UNSPECIFIED",
    "USER_FIELD_NAME_USER_NAME",
    "USER_FIELD_NAME_FIRST_NAME",
    "USER_FIELD_NAME_LAST_NAME",
    "USER_FIELD_NAME_NICK_NAME",
    "USER_FIELD_NAME_DISPLAY_NAME",
    "USER_FIELD_NAME_EMAIL",
    "USER_FIELD_NAME_STATE",
    "USER_FIELD_NAME_TYPE",
    "USER_FIELD_NAME_CREATION_DATE",
];
const SEARCH: Search = Search {
    request: "ListUsersRequest",
    message: "SearchQuery",
    queries: &[
        "userNameQuery",
        "firstNameQuery",
        "lastNameQuery",
        "nickNameQuery",
        "displayNameQuery",
        "emailQuery",
        "stateQuery",
        "typeQuery",
        "loginNameQuery",
        "inUserIdsQuery",
        "inUserEmailsQuery",
        "orQuery",
        "andQuery",
        "notQuery",
    ],
};

pub(super) async fn add(call: Call) -> Answer {
    const REQUEST: &str = "AddMachineUserRequest";
    let body = call.body();
    let (id, user_name) =
        (body.bounded(REQUEST, "userId", (0, 200))?, body.bounded(REQUEST, "userName", (1, 200))?);
    let name = body.bounded(REQUEST, "name", (1, 200))?;
    let description = body.bounded(REQUEST, "description", (0, 500))?;
    let token_type = token_type(REQUEST, &call)?;
    let new = NewUser {
        id: &id,
        user_name: &user_name,
        name: &name,
        description: &description,
        token_type,
    };
    let (id, done) = call.make(|world, asked| world.add_user(new, asked))?;
    // As recorded: a change date, unlike everything else that is made.
    Ok(Reply(json!({ "userId": &*id, "details": view::changed(&done) })))
}

pub(super) async fn change(call: Call) -> Answer {
    const REQUEST: &str = "UpdateMachineRequest";
    let description = call.body().bounded(REQUEST, "description", (0, 500))?;
    let name = call.body().bounded(REQUEST, "name", (1, 200))?;
    let token_type = token_type(REQUEST, &call)?;
    let user = call.path("user");
    call.change(|world, asked| world.change_user(user, (&name, &description), token_type, asked))
}

pub(super) async fn lock(call: Call) -> Answer {
    call.change(|world, asked| world.lock_user(call.path("user"), asked))
}

pub(super) async fn unlock(call: Call) -> Answer {
    call.change(|world, asked| world.unlock_user(call.path("user"), asked))
}

pub(super) async fn deactivate(call: Call) -> Answer {
    call.change(|world, asked| world.deactivate_user(call.path("user"), asked))
}

pub(super) async fn reactivate(call: Call) -> Answer {
    call.change(|world, asked| world.reactivate_user(call.path("user"), asked))
}

pub(super) async fn remove(call: Call) -> Answer {
    call.change(|world, asked| world.remove_user(call.path("user"), asked))
}

pub(super) async fn find(call: Call) -> Answer {
    call.look(|world, asked| {
        let missing = Refusal::not_found("QUERY-Dfbg2", "User could not be found");
        let user = world.user_of(asked, call.path("user")).ok_or(missing)?;
        Ok(Reply(json!({ "user": shown(user) })))
    })
}

/// Newest first, unless something else is asked for.
pub(super) async fn list(call: Call) -> Answer {
    let (page, queries) = (Page::read(call.body())?, SEARCH.read(call.body())?);
    let column = call.body().choice(SEARCH.request, "sortingColumn", &SORTED_BY)?;
    let found = call.look(|world, asked| {
        let mut found = vec![];
        for user in world.users.values() {
            if world.user_of(asked, &user.id).is_some()
                && all(&queries, |query| query.matches(user, &matches))?
            {
                found.push(user);
            }
        }
        // Ids are numbers of growing length.
        found.sort_by_key(|user| (user.id.len(), user.id.clone()));
        match column {
            1 => found.sort_by(|a, b| a.user_name.cmp(&b.user_name)),
            9 => found.sort_by_key(|user| user.details.created_at),
            _ => {}
        }
        if !page.ascending {
            found.reverse();
        }
        Ok::<_, Status>(found.into_iter().map(shown).collect())
    })?;
    page.of(&call, found)
}

fn matches(query: &Query, user: &User) -> Result<bool, Status> {
    match query.name {
        "userNameQuery" => query.compares("userName", &user.user_name),
        "loginNameQuery" => query.compares("loginName", &user.user_name),
        "stateQuery" => query.chooses("state", &STATES, state(user)),
        "typeQuery" => query.chooses("type", &TYPES, MACHINE),
        "inUserIdsQuery" => query.is_among("userIds", &user.id),
        // Only people have what the others ask about.
        _ => Ok(false),
    }
}

fn token_type(message: &str, call: &Call) -> Result<TokenType, Status> {
    match call.body().choice(message, "accessTokenType", &TOKEN_TYPES)? {
        0 => Ok(TokenType::Opaque),
        _ => Ok(TokenType::Jwt),
    }
}

fn state(user: &User) -> usize {
    match user.state {
        UserState::Active => 1,
        UserState::Deactivated => 2,
        UserState::Removed => 3,
        UserState::Locked => 4,
    }
}

pub(super) fn shown(user: &User) -> Value {
    // The reference of newer servers is the same type; as zero it is not sent.
    let token_type = match user.token_type {
        TokenType::Jwt => Some(TOKEN_TYPES[1]),
        TokenType::Opaque | TokenType::Jwe => None,
    };
    json!({
        "id": &*user.id,
        "details": view::details(&user.details, &user.organization),
        "state": STATES[state(user)],
        "userName": user.user_name,
        "loginNames": [user.user_name],
        "preferredLoginName": user.user_name,
        "machine": {
            "name": user.name,
            "description": user.description,
            "accessTokenType": token_type,
        },
    })
}
