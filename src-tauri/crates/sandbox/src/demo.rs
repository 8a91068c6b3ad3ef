//! The scene that the guide sets: one project, one API, three service users who differ in their role.

use std::{
    collections::HashMap,
    sync::{Arc, mpsc},
    thread,
};

use indexmap::IndexMap;
use jiff::Timestamp;

use crate::{
    Clock, SystemClock, SystemRandom, TokenType, UserState, World, WorldError,
    access_token::Seal,
    id::{Id, Ids},
    keys::{
        KeyFailure, PrivateKey, SigningKey,
        file::{self, Owner},
    },
    world::{
        Api, Authentication, Authorization, HandedOut, Key, Organization, PersonalAccessToken,
        Project, State, User,
    },
};

/// The role that the guide's endpoint needs.
pub(crate) const READ: &str = "read:messages";
const WRITE: &str = "write:messages";
const ISSUER: &str = "http://localhost:8080";

/// The service users and the one role that each has on the project.
const CAST: [(&str, Option<&str>); 3] =
    [("reader-bot", Some(READ)), ("writer-bot", Some(WRITE)), ("visitor-bot", None)];

/// Two to sign with, the API's, one of each service user.
pub(crate) const KEYS: usize = 2 + 1 + CAST.len();

impl World {
    /// The project *Message Board* with the roles `read:messages` and `write:messages`, an API that
    /// authenticates with a private key, and the service users `reader-bot` (`read:messages`),
    /// `writer-bot` (`write:messages`) and `visitor-bot` (no role). Keys are new.
    ///
    /// # Errors
    /// [`WorldError::Key`] if the cryptographic library cannot make a key.
    pub fn demo(token_type: TokenType) -> Result<Self, WorldError> {
        Self::demo_with_keys(token_type, generate(KEYS)?)
    }

    /// The same with keys that were made before.
    pub(crate) fn demo_with_keys(
        token_type: TokenType,
        keys: Vec<PrivateKey>,
    ) -> Result<Self, WorldError> {
        let mut keys = keys.into_iter();
        let mut next_key = || keys.next().ok_or(KeyFailure);
        let (ids, now) = (Ids::default(), SystemClock.now());
        let organization = Organization {
            id: ids.next(now),
            name: "ZITADEL".into(),
            primary_domain: "zitadel.localhost".into(),
        };
        let project = Project {
            id: ids.next(now),
            name: "Message Board".into(),
            organization: organization.id.clone(),
            roles: vec![READ.into(), WRITE.into()],
            state: State::Active,
            grants: HashMap::new(),
        };
        let signing_keys = [next_key()?, next_key()?];
        let (api, api_file) = demo_api(&ids, now, &project.id, &next_key()?)?;
        let mut users = vec![];
        for (user_name, role) in CAST {
            let authorizations = role.map(|role| Authorization {
                project: project.id.clone(),
                organization: organization.id.clone(),
                roles: vec![role.into()],
                state: State::Active,
            });
            let mut user = User::new(ids.next(now), user_name, organization.id.clone(), now);
            user.token_type = token_type;
            user.authorizations = authorizations.into_iter().collect();
            let file = add_key(&mut user, ids.next(now), None, &next_key()?)?;
            users.push((user, file));
        }
        assemble(Parts {
            issuer: ISSUER.into(),
            ids,
            now,
            organization,
            projects: vec![project],
            apis: vec![api],
            api_file,
            users,
            signing_keys,
        })
    }
}

fn demo_api(
    ids: &Ids,
    now: Timestamp,
    project: &Id,
    key: &PrivateKey,
) -> Result<(Api, HandedOut), KeyFailure> {
    let (app_id, key_id, client_id) = (ids.next(now), ids.next(now), ids.next(now));
    let owner = Owner::Application { app_id: app_id.clone(), client_id: client_id.clone() };
    let text = file::write(&key_id, &owner, key)?;
    let public = Key { public: Arc::new(key.verifying_key()?), expires_at: None };
    let api = Api {
        app_id,
        client_id,
        project: project.clone(),
        state: State::Active,
        authentication: Authentication::PrivateKeyJwt(IndexMap::from([(key_id, public)])),
    };
    Ok((api, HandedOut { stem: "api".into(), text }))
}

/// Gives a user a key; the file goes to whoever asked.
pub(crate) fn add_key(
    user: &mut User,
    id: Id,
    expires_at: Option<Timestamp>,
    key: &PrivateKey,
) -> Result<HandedOut, KeyFailure> {
    let owner = Owner::ServiceAccount { user_id: user.id.clone(), expires_at };
    let text = file::write(&id, &owner, key)?;
    user.keys.insert(id, Key { public: Arc::new(key.verifying_key()?), expires_at });
    Ok(HandedOut { stem: user.user_name.clone(), text })
}

/// Makes keys side by side: each takes a good part of a second.
pub(crate) fn generate(count: usize) -> Result<Vec<PrivateKey>, KeyFailure> {
    let (sender, made) = mpsc::channel();
    for _ in 0..count {
        let sender = sender.clone();
        let making = move || drop(sender.send(PrivateKey::generate()));
        thread::Builder::new().spawn(making).map_err(|_| KeyFailure)?;
    }
    drop(sender);
    let keys: Vec<_> = made.into_iter().collect::<Result<_, _>>()?;
    if keys.len() == count { Ok(keys) } else { Err(KeyFailure) }
}

/// What a world is put together from.
pub(crate) struct Parts {
    pub(crate) issuer: String,
    pub(crate) ids: Ids,
    pub(crate) now: Timestamp,
    pub(crate) organization: Organization,
    pub(crate) projects: Vec<Project>,
    /// The first is the one whose key is handed out.
    pub(crate) apis: Vec<Api>,
    pub(crate) api_file: HandedOut,
    pub(crate) users: Vec<(User, HandedOut)>,
    pub(crate) signing_keys: [PrivateKey; 2],
}

/// Puts a world together, with an administrator and its personal access token.
pub(crate) fn assemble(parts: Parts) -> Result<World, WorldError> {
    let Parts { issuer, ids, now, organization, projects, apis, api_file, .. } = parts;
    let mut administrator = User::new(ids.next(now), "admin-sa", organization.id.clone(), now);
    administrator.name = "admin".into();
    let admin_token = ids.next(now);
    let token = PersonalAccessToken {
        user: administrator.id.clone(),
        created_at: now.as_second(),
        expires_at: None,
    };
    let [first, second] = parts.signing_keys;
    let signing_keys =
        [SigningKey::new(ids.next(now), first)?, SigningKey::new(ids.next(now), second)?];
    let api = apis.first().map(|api| api.client_id.clone()).unwrap_or_default();
    let mut users = IndexMap::from([(administrator.id.clone(), administrator)]);
    let mut user_files = IndexMap::new();
    for (user, file) in parts.users {
        user_files.insert(user.id.clone(), file);
        users.insert(user.id.clone(), user);
    }
    Ok(World {
        zitadel_project: ids.next(now),
        issuer,
        ids,
        organizations: [(organization.id.clone(), organization)].into(),
        projects: projects.into_iter().map(|project| (project.id.clone(), project)).collect(),
        apis: apis.into_iter().map(|api| (api.client_id.clone(), api)).collect(),
        users,
        personal_access_tokens: [(admin_token.clone(), token)].into(),
        api,
        api_file,
        user_files,
        admin_token,
        signing_keys: Arc::new(signing_keys),
        seal: Arc::new(Seal::new(&SystemRandom)?),
    })
}

impl User {
    /// An active service user without keys and roles.
    pub(crate) fn new(id: Id, user_name: &str, organization: Id, now: Timestamp) -> Self {
        Self {
            id,
            user_name: user_name.into(),
            name: display_name(user_name),
            organization,
            state: UserState::Active,
            token_type: TokenType::Opaque,
            changed_at: now.as_second(),
            generation: 0,
            keys: IndexMap::new(),
            authorizations: vec![],
            metadata: IndexMap::new(),
        }
    }
}

/// `reader-bot` is called *Reader Bot*.
fn display_name(user_name: &str) -> String {
    let words = user_name.split(['-', '_']).map(|word| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>())
    });
    words.flatten().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_called_as_the_recorded_ones_are() {
        assert_eq!(display_name("jwt-reader-bot"), "Jwt Reader Bot");
    }
}
