//! What is valid but unusual: ids, names, roles and scopes as nobody would choose them, and a world
//! that is described with them.

use std::{fs, path::Path, path::PathBuf};

use proptest::{
    collection::{btree_set, vec},
    prelude::{Just, Strategy, any, prop_oneof},
};
use serde_json::{Value, json};

/// What a key file can hold as an id: any text but an empty one.
pub fn ids() -> impl Strategy<Value = String> {
    prop_oneof![
        1 => Just("78366401571920522@acme".to_owned()),
        1 => "[0-9]{18}",
        3 => "[ -~]{1,40}",
        3 => "\\PC{1,20}",
        2 => vec(any::<char>(), 1..20).prop_map(String::from_iter),
    ]
    .prop_filter("key files refuse empty ids", |id| !id.trim().is_empty())
}

/// Names and role keys: any text, some of them long.
pub fn names() -> impl Strategy<Value = String> {
    prop_oneof![
        1 => "[a-z]+:[a-z]+",
        3 => "[ -~]{1,20}",
        3 => vec(any::<char>(), 1..20).prop_map(String::from_iter),
        1 => "\\PC{200,400}",
    ]
}

/// Scopes in the characters of RFC 6749, section 3.3, that ask for a role: ZITADEL keeps these, so
/// they can be read back.
pub fn role_scopes() -> impl Strategy<Value = Vec<String>> {
    vec("urn:zitadel:iam:org:project:role:[!#-\\[\\]-~]{1,40}", 0..6)
}

/// The project's id in every world of [`Described`].
pub const PROJECT: &str = "400873177653185574";
/// The organisation's id.
pub const ORGANIZATION: &str = "400872948426148902";

/// A world with unusual names, to be written as a description with its key files.
#[derive(Debug, Clone)]
pub struct Described {
    /// The organisation's name and its primary domain.
    pub organization: [String; 2],
    /// The project's roles.
    pub roles: Vec<String>,
    /// The API's client id and the id of its key.
    pub api: [String; 2],
    /// The service users, each with every role.
    pub users: Vec<User>,
}

/// A service user of such a world.
#[derive(Debug, Clone)]
pub struct User {
    /// Its id and the id of its key.
    pub ids: [String; 2],
    /// Its user name.
    pub name: String,
    /// `BEARER`, `JWT` or `JWE`.
    pub token_type: &'static str,
}

/// Worlds of a few users.
pub fn worlds() -> impl Strategy<Value = Described> {
    let distinct = btree_set(ids(), 1..8);
    let users = distinct.prop_flat_map(|user_ids| {
        let user = |user_id: String| {
            let kinds = prop_oneof![Just("BEARER"), Just("JWT"), Just("JWE")];
            (Just(user_id), ids(), names(), kinds).prop_map(
                |(user_id, key_id, name, token_type)| User {
                    ids: [user_id, key_id],
                    name,
                    token_type,
                },
            )
        };
        user_ids.into_iter().map(user).collect::<Vec<_>>()
    });
    let roles = btree_set(names(), 1..6).prop_map(Vec::from_iter);
    ([names(), names()], roles, [ids(), ids()], users)
        .prop_map(|(organization, roles, api, users)| Described { organization, roles, api, users })
}

impl Described {
    /// Writes description and key files into a folder; the path of the description. The keys are the
    /// recordings': making some for every world would take longer than the rest.
    ///
    /// # Panics
    /// Where the folder cannot be written.
    pub fn write(&self, folder: &Path) -> PathBuf {
        let [client_id, key_id] = &self.api;
        let api = json!({ "keyId": key_id, "clientId": client_id, "appId": "1" });
        write_key(&self.api_key(folder), "application", api);
        let user = |(at, user): (usize, &User)| {
            let [user_id, key_id] = &user.ids;
            let key = json!({ "keyId": key_id, "userId": user_id });
            write_key(&self.user_key(folder, at), "reader", key);
            json!({
                "file": format!("user-{at}"),
                "id": user_id,
                "userName": user.name,
                "accessTokenType": user.token_type,
                "key": format!("user-{at}.json"),
                "authorization": { "project": "P", "roles": self.roles },
            })
        };
        let [name, primary_domain] = &self.organization;
        let description = json!({
            "issuer": "http://localhost:8080",
            "organization": { "id": ORGANIZATION, "name": name, "primaryDomain": primary_domain },
            "projects": [{
                "id": PROJECT, "name": "P", "roles": self.roles,
                "apis": [{ "clientId": client_id, "auth": "private_key_jwt", "key": "api.json" }],
            }],
            "service_users": self.users.iter().enumerate().map(user).collect::<Vec<_>>(),
        });
        let path = folder.join("world.json");
        fs::write(&path, description.to_string()).expect("the description can be written");
        path
    }

    /// The API's key file.
    pub fn api_key(&self, folder: &Path) -> PathBuf {
        folder.join("api.json")
    }

    /// The key file of the user at this place.
    pub fn user_key(&self, folder: &Path, at: usize) -> PathBuf {
        folder.join(format!("user-{at}.json"))
    }
}

/// A recorded key file under other ids.
fn write_key(path: &Path, recorded: &str, ids: Value) {
    crate::issuer::changed(&crate::recorded_key(recorded), path, |file| {
        for (member, id) in ids.as_object().expect("an object") {
            file[member] = id.clone();
        }
    });
}
