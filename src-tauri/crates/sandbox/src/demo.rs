//! The scene that the guide sets: one project, one API, three service users who differ in their role.

use std::{
    sync::{Arc, mpsc},
    thread,
};

use indexmap::IndexMap;
use jiff::Timestamp;

use crate::{
    Clock, SystemClock, SystemRandom, TokenType, World, WorldError,
    access_token::Seal,
    id::{Id, Ids},
    keys::{
        KeyFailure, PrivateKey, SigningKey,
        file::{self, Owner},
    },
    world::{
        Api, Authentication, Authorization, Details, HandedOut, Organization, PersonalAccessToken,
        Project, User,
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
        let organization = Organization::first(ids.next(now), "ZITADEL", "zitadel.localhost", now);
        let instance = Instance { project: ids.next(now), administrator: ids.next(now) };
        let mut project =
            Project::new(ids.next(now), "Message Board", organization.id.clone(), now);
        for (key, display_name) in [(READ, "Read messages"), (WRITE, "Write messages")] {
            project.add_role(key, display_name, "", now);
        }
        let signing_keys = [next_key()?, next_key()?];
        let (api, api_file) = demo_api(&ids, now, &mut project, &next_key()?)?;
        let mut users = vec![];
        for (user_name, role) in CAST {
            let mut user = User::new(ids.next(now), user_name, organization.id.clone(), now);
            user.token_type = token_type;
            let file = add_key(&mut user, ids.next(now), None, &next_key()?, now)?;
            let authorization = role
                .map(|role| Authorization::new(ids.next(now), &project, vec![role.into()], now));
            user.authorizations = authorization.into_iter().collect();
            users.push((user, file));
        }
        assemble(Parts {
            issuer: ISSUER.into(),
            ids,
            now,
            organization,
            instance,
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
    project: &mut Project,
    key: &PrivateKey,
) -> Result<(Api, HandedOut), KeyFailure> {
    let (app_id, key_id, client_id) = (ids.next(now), ids.next(now), ids.next(now));
    let owner = Owner::Application { app_id: app_id.clone(), client_id: client_id.clone() };
    let text = file::write(&key_id, &owner, key)?;
    let mut api =
        Api::new(app_id, client_id, "API", Authentication::PrivateKeyJwt([].into()), project, now);
    api.add_key(key_id, key.verifying_key()?, None, project, now);
    Ok((api, HandedOut { stem: "api".into(), text }))
}

/// Gives a user a key; the file goes to whoever asked.
pub(crate) fn add_key(
    user: &mut User,
    id: Id,
    expires_at: Option<Timestamp>,
    key: &PrivateKey,
    now: Timestamp,
) -> Result<HandedOut, KeyFailure> {
    let owner = Owner::ServiceAccount { user_id: user.id.clone(), expires_at };
    let text = file::write(&id, &owner, key)?;
    user.add_key(id, key.verifying_key()?, expires_at, now);
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

/// What the set-up of an instance makes beside the organisation: ids of ZITADEL's own project and of
/// the administrator.
pub(crate) struct Instance {
    pub(crate) project: Id,
    pub(crate) administrator: Id,
}

/// What a world is put together from.
pub(crate) struct Parts {
    pub(crate) issuer: String,
    pub(crate) ids: Ids,
    pub(crate) now: Timestamp,
    pub(crate) organization: Organization,
    pub(crate) instance: Instance,
    pub(crate) projects: Vec<Project>,
    /// The first is the one whose key is handed out.
    pub(crate) apis: Vec<Api>,
    pub(crate) api_file: HandedOut,
    pub(crate) users: Vec<(User, HandedOut)>,
    pub(crate) signing_keys: [PrivateKey; 2],
}

/// Puts a world together, with an administrator and its personal access token.
pub(crate) fn assemble(parts: Parts) -> Result<World, WorldError> {
    let Parts { issuer, ids, now, organization, instance, projects, apis, api_file, .. } = parts;
    let zitadel = Project::new(instance.project, "ZITADEL", organization.id.clone(), now);
    let mut administrator =
        User::new(instance.administrator, "admin-sa", organization.id.clone(), now);
    administrator.name = "admin".into();
    let admin_token = ids.next(now);
    let token = PersonalAccessToken {
        user: administrator.id.clone(),
        expires_at: None,
        details: Details::new(administrator.event(), now),
    };
    let [first, second] = parts.signing_keys;
    let signing_keys =
        [SigningKey::new(ids.next(now), first)?, SigningKey::new(ids.next(now), second)?];
    let handed_out = apis.first().map(|api| (api.client_id.clone(), api.project.clone()));
    let (api, project) = handed_out.unwrap_or_default();
    let administrator_id = administrator.id.clone();
    let mut users = IndexMap::from([(administrator.id.clone(), administrator)]);
    let mut user_files = IndexMap::new();
    for (user, file) in parts.users {
        user_files.insert(user.id.clone(), file);
        users.insert(user.id.clone(), user);
    }
    let zitadel_project = zitadel.id.clone();
    let projects = std::iter::once(zitadel).chain(projects);
    Ok(World {
        zitadel_project,
        issuer,
        ids,
        organizations: [(organization.id.clone(), organization)].into(),
        projects: projects.map(|project| (project.id.clone(), project)).collect(),
        apis: apis.into_iter().map(|api| (api.client_id.clone(), api)).collect(),
        users,
        personal_access_tokens: [(admin_token.clone(), token)].into(),
        api,
        project,
        api_file,
        user_files,
        administrator: administrator_id,
        admin_token,
        signing_keys: Arc::new(signing_keys),
        seal: Arc::new(Seal::new(&SystemRandom)?),
    })
}
