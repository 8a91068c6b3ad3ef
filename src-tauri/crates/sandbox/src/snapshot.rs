//! The world as it is at one moment, for whoever shows it.

use crate::{
    TokenType, UserState,
    world::{State, World},
};

/// The world, without any of its secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// The address that the sandbox answers to.
    pub issuer: String,
    /// The organisation that owns the project; empty, as is all of the project but its id, once it was
    /// removed.
    pub organization_id: String,
    /// The project of the API whose key is handed out.
    pub project_id: String,
    /// Its name.
    pub project_name: String,
    /// That API's client id.
    pub client_id: String,
    /// The project's role keys.
    pub roles: Vec<String>,
    /// The service users, removed ones too.
    pub users: Vec<UserSnapshot>,
}

/// A service user at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserSnapshot {
    /// Its id.
    pub user_id: String,
    /// Its name in ZITADEL.
    pub user_name: String,
    /// Its key file's stem; the user name where no file was handed out.
    pub label: String,
    /// Roles that it has on the project, by active authorizations.
    pub roles: Vec<String>,
    /// Whether it may get tokens.
    pub state: UserState,
    /// The kind of token that it gets.
    pub token_type: TokenType,
}

impl World {
    pub(crate) fn snapshot(&self, issuer: String) -> Snapshot {
        let project = self.projects.get(&self.project);
        let users = self.users.values().filter(|user| !self.is_administrator(user));
        Snapshot {
            issuer,
            organization_id: project.map_or("", |project| &project.organization).into(),
            project_id: (&*self.project).into(),
            project_name: project.map_or("", |project| &project.name).into(),
            client_id: (&*self.api).into(),
            roles: project.into_iter().flat_map(|project| project.roles.keys().cloned()).collect(),
            users: users
                .map(|user| UserSnapshot {
                    user_id: (&*user.id).into(),
                    user_name: user.user_name.clone(),
                    label: self
                        .user_files
                        .get(&user.id)
                        .map_or_else(|| user.user_name.clone(), |file| file.stem.clone()),
                    roles: user
                        .authorizations
                        .iter()
                        .filter(|one| one.state == State::Active && one.project == self.project)
                        .flat_map(|one| one.roles.iter().cloned())
                        .collect(),
                    state: user.state,
                    token_type: user.token_type,
                })
                .collect(),
        }
    }
}
