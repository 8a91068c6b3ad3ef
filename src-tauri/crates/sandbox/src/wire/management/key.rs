//! Keys of APIs (`projects/{project}/apps/{app}/keys`) and of service users (`users/{user}/keys`).
//! A new key pair is made beside the requests, outside of all locks.

use base64::{Engine, engine::general_purpose::STANDARD};
use indexmap::IndexMap;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    body::{Body, broken},
    call::Call,
    query::Page,
    status::{Answer, Reply, Status},
    view,
};
use crate::{
    SecretText,
    change::{Holding, Refusal, Registered},
    id::Id,
    keys::{PrivateKey, VerifyingKey},
    world::{Authentication, Key},
};

const TYPES: [&str; 2] = ["KEY_TYPE_UNSPECIFIED", "KEY_TYPE_JSON"];
const NOT_FOUND: Refusal = Refusal::not_found("QUERY-Tha6f", "Errors.AuthNKey.NotFound");

pub(super) async fn add_to_api(call: Call) -> Answer {
    let expires_at = asked_for("AddAppKeyRequest", call.body())?;
    let app = (call.path("project"), call.path("app"));
    call.make(|world, asked| world.verify_api_key(app, expires_at, asked))?;
    let key = made().await?;
    let Registered { id, file, done } =
        call.make(|world, asked| world.add_api_key(app, key, expires_at, asked))?;
    Ok(Reply(json!({
        "id": &*id, "details": view::added(&done), "keyDetails": encoded(file.as_ref()),
    })))
}

pub(super) async fn add_to_user(call: Call) -> Answer {
    let expires_at = asked_for("AddMachineKeyRequest", call.body())?;
    let uploaded = call.body().bytes("publicKey")?;
    let uploaded = (!uploaded.is_empty()).then(|| VerifyingKey::from_pem(&uploaded)).transpose();
    let uploaded = uploaded.map_err(|_| {
        Refusal::invalid(
            "COMMAND-5F3h1",
            "Public key is not a valid RSA public key in PKIX format with PEM encoding",
        )
    })?;
    let user = call.path("user");
    call.make(|world, asked| world.verify_user_key(user, expires_at, asked))?;
    let key = match uploaded {
        Some(public) => Holding::Uploaded(public),
        None => made().await?,
    };
    let Registered { id, file, done } =
        call.make(|world, asked| world.add_user_key(user, key, expires_at, asked))?;
    Ok(Reply(json!({
        "keyId": &*id, "keyDetails": encoded(file.as_ref()), "details": view::added(&done),
    })))
}

pub(super) async fn remove_from_api(call: Call) -> Answer {
    let (app, key) = ((call.path("project"), call.path("app")), call.path("key"));
    call.change(|world, asked| world.remove_api_key(app, key, asked))
}

pub(super) async fn remove_from_user(call: Call) -> Answer {
    let (user, key) = (call.path("user"), call.path("key"));
    call.change(|world, asked| world.remove_user_key(user, key, asked))
}

pub(super) async fn list_of_api(call: Call) -> Answer {
    let page = Page::read(call.body())?;
    let found = of_api(&call, |keys, owner| keys.map_or_else(Vec::new, |keys| all(keys, owner)));
    page.of(&call, found)
}

pub(super) async fn list_of_user(call: Call) -> Answer {
    let page = Page::read(call.body())?;
    let found = of_user(&call, |keys, owner| keys.map_or_else(Vec::new, |keys| all(keys, owner)));
    page.of(&call, found)
}

pub(super) async fn find_of_api(call: Call) -> Answer {
    of_api(&call, |keys, owner| one(keys, call.path("key"), owner))
}

pub(super) async fn find_of_user(call: Call) -> Answer {
    of_user(&call, |keys, owner| one(keys, call.path("key"), owner))
}

type Keys = IndexMap<Id, Key>;

/// The keys of the API, and the organisation that owns it.
fn of_api<T>(call: &Call, look: impl FnOnce(Option<&Keys>, &Id) -> T) -> T {
    call.look(|world, asked| {
        let api = world.api_in(call.path("project"), call.path("app"), asked);
        let keys = api.and_then(|api| match &api.authentication {
            Authentication::PrivateKeyJwt(keys) => Some(keys),
            Authentication::Basic(_) => None,
        });
        look(keys, &asked.organization.into())
    })
}

fn of_user<T>(call: &Call, look: impl FnOnce(Option<&Keys>, &Id) -> T) -> T {
    call.look(|world, asked| {
        let user = world.user_of(asked, call.path("user"));
        look(user.map(|user| &user.keys), &asked.organization.into())
    })
}

fn all(keys: &Keys, owner: &Id) -> Vec<Value> {
    keys.iter().map(|(id, key)| shown(id, key, owner)).collect()
}

fn one(keys: Option<&Keys>, id: &str, owner: &Id) -> Answer {
    let key = keys.and_then(|keys| keys.get(id)).ok_or(NOT_FOUND)?;
    Ok(Reply(json!({ "key": shown(id, key, owner) })))
}

fn shown(id: &str, key: &Key, owner: &Id) -> Value {
    json!({
        "id": id,
        "details": view::details(&key.details, owner),
        "type": TYPES[1],
        "expirationDate": view::expiry(key.expires_at),
    })
}

/// The expiry that a request asks for. Its type must be JSON, the only one there is.
fn asked_for(message: &str, body: &Body) -> Result<Option<Timestamp>, Status> {
    if body.choice(message, "type", &TYPES)? == 0 {
        return Err(broken(message, "type", "value must not be in list [0]"));
    }
    body.time("expirationDate")
}

async fn made() -> Result<Holding, Status> {
    let key = tokio::task::spawn_blocking(PrivateKey::generate).await;
    let key = key.ok().and_then(Result::ok).ok_or(Refusal::internal())?;
    Ok(Holding::Made(key))
}

/// A key file, as bytes are sent.
fn encoded(file: Option<&SecretText>) -> Option<String> {
    file.map(|file| STANDARD.encode(file.expose()))
}
