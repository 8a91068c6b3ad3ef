//! A hundred service users of a sandbox's project, made by its management API, and ten doors.
//!
//! All hold one key pair, whose public half is uploaded for each: making a hundred takes a minute, and
//! nothing that is counted here depends on it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use contract::{Access, Endpoint};
use rcgen::KeyPair;
use serde_json::{Value, json};

use crate::console::Console;

/// How many there are.
pub const USERS: usize = 100;

const READ: &str = "read:messages";
const WRITE: &str = "write:messages";

/// The roles of the service user at this place: the first reads, and every kind comes in turn.
pub fn roles(place: usize) -> &'static [&'static str] {
    [[READ].as_slice(), &[WRITE], &[], &[READ, WRITE]][place % 4]
}

/// Two doors are open to all, three to every token, five to one role or another.
pub fn doors() -> Vec<Endpoint> {
    let any = |roles: &[&str]| Access::AnyRole { roles: roles.iter().map(|&r| r.into()).collect() };
    let access = [
        Access::Public,
        Access::ValidToken,
        any(&[READ]),
        any(&[WRITE]),
        any(&[READ, WRITE]),
        Access::Public,
        Access::ValidToken,
        any(&["admin"]),
        any(&["admin", READ]),
        Access::ValidToken,
    ];
    let door = |(place, access)| Endpoint {
        method: "GET".into(),
        path: format!("/api/door-{place}"),
        access,
    };
    access.into_iter().enumerate().map(door).collect()
}

/// What a door must answer a caller with these roles; `None` is one without a token.
pub fn answer(roles: Option<&[&str]>, access: &Access) -> u16 {
    match (access, roles) {
        (Access::Public, _) => 200,
        (_, None) => 401,
        (Access::ValidToken, Some(_)) => 200,
        (Access::AnyRole { roles: needed }, Some(held)) => {
            if needed.iter().any(|role| held.contains(&&**role)) { 200 } else { 403 }
        }
        (Access::AllRoles { roles: needed }, Some(held)) => {
            if needed.iter().all(|role| held.contains(&&**role)) { 200 } else { 403 }
        }
    }
}

/// Makes the users with the files of a demo world in `folder`, and writes their key files there.
///
/// # Panics
/// Where the sandbox does not do as it is told.
pub async fn gather(issuer: &str, project: &str, folder: &Path) -> Vec<PathBuf> {
    let console = Console::new(issuer, folder);
    let text = fs::read_to_string(folder.join("reader-bot.json")).expect("reader-bot.json");
    let mut file: Value = serde_json::from_str(&text).expect("JSON");
    let pair = KeyPair::from_pem_and_sign_algo(
        file["key"].as_str().expect("a key"),
        &rcgen::PKCS_RSA_SHA256,
    );
    let public = STANDARD.encode(pair.expect("an RSA key").public_key_pem());

    let mut files = Vec::new();
    for place in 0..USERS {
        let name = format!("bot-{place}");
        let user = console
            .post("users/machine", json!({ "userName": name, "name": name }), "userId")
            .await;
        let key = json!({ "type": "KEY_TYPE_JSON", "publicKey": public });
        let key = console.post(&format!("users/{user}/keys"), key, "keyId").await;
        let roles = roles(place);
        if !roles.is_empty() {
            let grant = json!({ "projectId": project, "roleKeys": roles });
            console.post(&format!("users/{user}/grants"), grant, "userGrantId").await;
        }
        file["userId"] = user.into();
        file["keyId"] = key.into();
        let path = folder.join(format!("{name}.json"));
        fs::write(&path, file.to_string()).expect("a key file");
        files.push(path);
    }
    files
}
