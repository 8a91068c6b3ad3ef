//! Reads a world from a description, such as the recordings' `setup.json`, with the key files that it
//! names: their ids and private keys then work here as they did where they come from.

use std::{fs, path::Path};

use indexmap::IndexMap;
use jiff::Timestamp;
use serde::Deserialize;

use crate::{
    Clock, SecretText, SystemClock, TokenType, World, WorldError,
    demo::{Instance, Parts, assemble, generate},
    id::{Id, Ids},
    keys::file::{self, Owner},
    world::{Api, Authentication, Authorization, HandedOut, Organization, Project, User},
};

#[derive(Deserialize)]
struct Description {
    issuer: String,
    organization: DescribedOrganization,
    projects: Vec<DescribedProject>,
    service_users: Vec<DescribedUser>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DescribedOrganization {
    id: Id,
    name: String,
    primary_domain: String,
}

#[derive(Deserialize)]
struct DescribedProject {
    id: Id,
    name: String,
    roles: Vec<String>,
    apis: Vec<DescribedApi>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DescribedApi {
    /// Not given for an API of type Basic.
    app_id: Option<Id>,
    client_id: Id,
    #[serde(default = "unnamed")]
    name: String,
    #[serde(flatten)]
    auth: DescribedAuthentication,
}

fn unnamed() -> String {
    "API".into()
}

#[derive(Deserialize)]
#[serde(tag = "auth", rename_all = "snake_case", rename_all_fields = "camelCase")]
enum DescribedAuthentication {
    PrivateKeyJwt { key: String },
    Basic { client_secret: String },
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DescribedUser {
    /// The stem of the file that its key is written to.
    file: Option<String>,
    id: Id,
    user_name: String,
    access_token_type: DescribedTokenType,
    key: String,
    authorization: Option<DescribedAuthorization>,
}

#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum DescribedTokenType {
    Bearer,
    Jwt,
    /// No type of ZITADEL's: what newer servers make of `BEARER`.
    Jwe,
}

#[derive(Deserialize)]
struct DescribedAuthorization {
    /// A project's name.
    project: String,
    roles: Vec<String>,
}

impl World {
    /// The world that the file describes: one organisation, its projects with roles and APIs, its
    /// service users with a key and an authorization each. Key files lie relative to it.
    ///
    /// # Errors
    /// If the file or one of the key files cannot be read, or they do not fit together.
    pub fn read_description(path: &Path) -> Result<Self, WorldError> {
        let text = fs::read(path)
            .map_err(|source| WorldError::Unreadable { path: path.into(), source })?;
        let reading = Reading { path, now: SystemClock.now() };
        let description: Description =
            serde_json::from_slice(&text).map_err(|error| reading.wrong(error.to_string()))?;
        reading.world(description)
    }
}

/// A description being read.
struct Reading<'a> {
    path: &'a Path,
    now: Timestamp,
}

impl Reading<'_> {
    fn wrong(&self, reason: impl Into<String>) -> WorldError {
        WorldError::Description { path: self.path.into(), reason: reason.into() }
    }

    fn key_file(&self, relative: &str) -> Result<file::Read, WorldError> {
        file::read(&self.path.parent().unwrap_or(Path::new("")).join(relative))
    }

    fn world(&self, description: Description) -> Result<World, WorldError> {
        let DescribedOrganization { id, name, primary_domain } = description.organization;
        let organization = Organization::first(id, &name, &primary_domain, self.now);
        let (mut projects, mut apis, mut api_file) = (vec![], vec![], None);
        for described in description.projects {
            let DescribedProject { id, name, roles, apis: described } = described;
            let mut project = Project::new(id, &name, organization.id.clone(), self.now);
            for role in &roles {
                project.add_role(role, role, "", self.now);
            }
            for described in described {
                let (api, file) = self.api(described, &mut project)?;
                // The API whose key is handed out is the first.
                match (file, &api_file) {
                    (Some(file), None) => {
                        api_file = Some(file);
                        apis.insert(0, api);
                    }
                    _ => apis.push(api),
                }
            }
            projects.push(project);
        }
        let api_file = api_file.ok_or_else(|| self.wrong("it has no private_key_jwt API"))?;
        let ids = Ids::default();
        let mut users = vec![];
        for user in description.service_users {
            users.push(self.user(user, &organization, &projects, &ids)?);
        }
        self.verify_unique(&apis, &users)?;
        let taken = |id: &Id| {
            projects.iter().any(|project| project.id == *id)
                || users.iter().any(|(user, _)| user.id == *id)
        };
        let beside = |count| {
            let id = Ids::beside(&organization.id, count).filter(|id| !taken(id));
            id.unwrap_or_else(|| ids.next(self.now))
        };
        let instance = Instance { project: beside(1), administrator: beside(8) };
        let signing_keys = generate(2)?.try_into().map_err(|_| WorldError::Key)?;
        assemble(Parts {
            issuer: description.issuer,
            ids,
            now: self.now,
            organization,
            instance,
            projects,
            apis,
            api_file,
            users,
            signing_keys,
        })
    }

    fn api(
        &self,
        described: DescribedApi,
        project: &mut Project,
    ) -> Result<(Api, Option<HandedOut>), WorldError> {
        let client_id = described.client_id;
        let mut app_id = described.app_id;
        let (authentication, key) = match described.auth {
            DescribedAuthentication::Basic { client_secret } => {
                (Authentication::Basic(SecretText::new(client_secret)), None)
            }
            DescribedAuthentication::PrivateKeyJwt { key } => {
                let read = self.key_file(&key)?;
                match &read.owner {
                    Owner::Application { app_id: app, client_id: client }
                        if *client == client_id
                            && app_id.as_ref().is_none_or(|known| known == app) =>
                    {
                        app_id = Some(app.clone());
                    }
                    _ => return Err(self.wrong(format!("{key} is not a key of API {client_id}"))),
                }
                (Authentication::PrivateKeyJwt(IndexMap::new()), Some(read))
            }
        };
        let app_id = app_id.unwrap_or_else(|| client_id.clone());
        let mut api =
            Api::new(app_id, client_id, &described.name, authentication, project, self.now);
        let Some(read) = key else { return Ok((api, None)) };
        api.add_key(read.key_id, read.key.verifying_key()?, None, project, self.now);
        Ok((api, Some(HandedOut { stem: "api".into(), text: read.text })))
    }

    fn user(
        &self,
        described: DescribedUser,
        organization: &Organization,
        projects: &[Project],
        ids: &Ids,
    ) -> Result<(User, HandedOut), WorldError> {
        let DescribedUser { file, id, user_name, access_token_type, key, authorization } =
            described;
        let read = self.key_file(&key)?;
        let Owner::ServiceAccount { user_id, expires_at } = &read.owner else {
            return Err(self.wrong(format!("{key} is not a service user's key")));
        };
        if *user_id != id {
            return Err(self.wrong(format!("{key} is not a key of user {id}")));
        }
        let stem = file.unwrap_or_else(|| user_name.clone());
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.@ ".contains(c);
        if stem.starts_with('.') || stem.is_empty() || !stem.chars().all(plain) {
            return Err(self.wrong(format!("{stem:?} is not a name for a key file")));
        }
        let mut user = User::new(id, &user_name, organization.id.clone(), self.now);
        user.token_type = match access_token_type {
            DescribedTokenType::Bearer => TokenType::Opaque,
            DescribedTokenType::Jwt => TokenType::Jwt,
            DescribedTokenType::Jwe => TokenType::Jwe,
        };
        if let Some(described) = authorization {
            user.authorizations.push(self.authorization(described, projects, ids)?);
        }
        user.add_key(read.key_id, read.key.verifying_key()?, *expires_at, self.now);
        Ok((user, HandedOut { stem, text: read.text }))
    }

    fn authorization(
        &self,
        described: DescribedAuthorization,
        projects: &[Project],
        ids: &Ids,
    ) -> Result<Authorization, WorldError> {
        let DescribedAuthorization { project: name, roles } = described;
        let project = projects
            .iter()
            .find(|project| project.name == name)
            .ok_or_else(|| self.wrong(format!("there is no project {name:?}")))?;
        if let Some(unknown) = roles.iter().find(|role| !project.roles.contains_key(*role)) {
            return Err(self.wrong(format!("{name:?} has no role {unknown:?}")));
        }
        Ok(Authorization::new(ids.next(self.now), project, roles, self.now))
    }

    /// Two of the same id, or of the same file, would hide one another.
    fn verify_unique(&self, apis: &[Api], users: &[(User, HandedOut)]) -> Result<(), WorldError> {
        let clients = apis.iter().map(|api| ("client id", &*api.client_id));
        let ids = users.iter().map(|(user, _)| ("user id", &*user.id));
        let stems = users.iter().map(|(_, file)| ("file", file.stem.as_str()));
        let mut seen = std::collections::HashSet::from([("file", "api")]);
        for (what, value) in clients.chain(ids).chain(stems) {
            if !seen.insert((what, value)) {
                return Err(self.wrong(format!("the {what} {value} is there twice")));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::PrivateKey;
    use serde_json::{Value, json};

    /// A described world in a folder, changed a little before it is read.
    fn read(change: impl FnOnce(&mut Value)) -> Result<World, WorldError> {
        let folder = tempfile::tempdir().unwrap();
        let key = PrivateKey::generate().unwrap();
        let put = |name: &str, owner: &Owner| {
            fs::write(folder.path().join(name), file::write("9", owner, &key).unwrap().expose())
        };
        let api = Owner::Application { app_id: "3".into(), client_id: "4".into() };
        put("api.json", &api).unwrap();
        put("bot.json", &Owner::ServiceAccount { user_id: "5".into(), expires_at: None }).unwrap();
        let mut world = json!({
            "issuer": "http://localhost:8080",
            "organization": { "id": "1", "name": "Org", "primaryDomain": "org.localhost" },
            "projects": [{
                "id": "2", "name": "Board", "roles": ["read"],
                "apis": [{ "appId": "3", "clientId": "4", "auth": "private_key_jwt", "key": "api.json" }],
            }],
            "service_users": [{
                "file": "bot", "id": "5", "userName": "a-bot", "accessTokenType": "JWT",
                "key": "bot.json", "authorization": { "project": "Board", "roles": ["read"] },
            }],
        });
        change(&mut world);
        let path = folder.path().join("world.json");
        fs::write(&path, world.to_string()).unwrap();
        World::read_description(&path)
    }

    #[test]
    fn ids_and_names_are_those_described() {
        let world = read(|_| {}).unwrap().snapshot("x".into());
        assert_eq!((&*world.project_id, &*world.client_id), ("2", "4"));
        let user = &world.users[0];
        assert_eq!((&*user.user_id, &*user.user_name, &*user.label), ("5", "a-bot", "bot"));
        assert_eq!((&*user.roles, user.token_type), (&["read".to_owned()][..], TokenType::Jwt));
        assert_eq!(world.users.len(), 1, "the administrator is no service user of the scene");
    }

    #[test]
    fn what_does_not_fit_together_is_named() {
        type Change = fn(&mut Value);
        let cases: [(Change, &str); 10] = [
            (|world| world["projects"][0]["apis"] = json!([]), "no private_key_jwt API"),
            (|world| world["projects"][0]["apis"][0]["clientId"] = json!("7"), "of API 7"),
            (|world| world["projects"][0]["apis"][0]["key"] = json!("bot.json"), "of API 4"),
            (|world| world["projects"][0]["apis"][0]["key"] = json!("gone.json"), "gone.json"),
            (|world| world["service_users"][0]["id"] = json!("7"), "of user 7"),
            (|world| world["service_users"][0]["key"] = json!("api.json"), "service user's key"),
            (|world| world["service_users"][0]["file"] = json!("../bot"), "a name for a key file"),
            (|world| world["service_users"][0]["file"] = json!("api"), "file api is there twice"),
            (
                |world| world["service_users"][0]["authorization"]["roles"] = json!(["write"]),
                "no role \"write\"",
            ),
            (
                |world| world["service_users"][0]["authorization"]["project"] = json!("Bored"),
                "no project \"Bored\"",
            ),
        ];
        for (change, expected) in cases {
            let error = read(change).unwrap_err().to_string();
            assert!(error.contains(expected), "{error:?} should name {expected:?}");
        }
    }

    #[test]
    fn a_file_that_is_not_there_or_no_description_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("world.json");
        let missing = World::read_description(&path).unwrap_err().to_string();
        assert!(missing.contains("world.json cannot be read"), "{missing}");
        fs::write(&path, "{}").unwrap();
        let other = World::read_description(&path).unwrap_err().to_string();
        assert!(other.contains("missing field `issuer`"), "{other}");
    }
}
