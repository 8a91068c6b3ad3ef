//! How each thing begins: its first event, and what it counts for in the aggregate that it belongs to.

use std::{collections::HashMap, sync::Arc};

use indexmap::IndexMap;
use jiff::Timestamp;

use super::{
    Api, Authentication, Authorization, Details, Key, Organization, Project, ProjectSettings, Role,
    State, User, UserState,
};
use crate::{TokenType, id::Id, keys::VerifyingKey};

impl Organization {
    /// The one that an instance is set up with: it has its domain policy besides what every
    /// organisation has, hence the number (`manage-org-me.json`).
    pub(crate) fn first(id: Id, name: &str, primary_domain: &str, now: Timestamp) -> Self {
        Self {
            id,
            name: name.into(),
            primary_domain: primary_domain.into(),
            details: Details::new(6, now),
        }
    }
}

impl Project {
    /// An active project without anything in it.
    pub(crate) fn new(id: Id, name: &str, organization: Id, now: Timestamp) -> Self {
        Self {
            id,
            name: name.into(),
            organization,
            settings: ProjectSettings::default(),
            roles: IndexMap::new(),
            removed_roles: HashMap::new(),
            state: State::Active,
            grants: IndexMap::new(),
            details: Details::new(1, now),
            events: 1,
        }
    }

    /// Adds a role, or puts it in the place of one with this key.
    pub(crate) fn add_role(&mut self, key: &str, display_name: &str, group: &str, now: Timestamp) {
        let details = Details::new(self.event(), now);
        let role = Role { display_name: display_name.into(), group: group.into(), details };
        self.removed_roles.remove(key);
        self.roles.insert(key.into(), role);
    }
}

impl Api {
    /// An active API: two events of its project, the application and how it authenticates.
    pub(crate) fn new(
        app_id: Id,
        client_id: Id,
        name: &str,
        authentication: Authentication,
        project: &mut Project,
        now: Timestamp,
    ) -> Self {
        project.event();
        Self {
            app_id,
            client_id,
            name: name.into(),
            project: project.id.clone(),
            state: State::Active,
            authentication,
            details: Details::new(project.event(), now),
        }
    }

    /// Gives it a key, which is an event of its project. One of type Basic has none.
    pub(crate) fn add_key(
        &mut self,
        id: Id,
        public: VerifyingKey,
        expires_at: Option<Timestamp>,
        project: &mut Project,
        now: Timestamp,
    ) {
        if let Authentication::PrivateKeyJwt(keys) = &mut self.authentication {
            let details = Details::new(project.event(), now);
            keys.insert(id, Key { public: Arc::new(public), expires_at, details });
        }
    }
}

impl Authorization {
    /// An active one of the project's own organisation.
    pub(crate) fn new(id: Id, project: &Project, roles: Vec<String>, now: Timestamp) -> Self {
        Self {
            id,
            project: project.id.clone(),
            project_grant: None,
            organization: project.organization.clone(),
            roles,
            state: State::Active,
            details: Details::new(1, now),
        }
    }
}

impl User {
    /// An active service user without keys and roles.
    pub(crate) fn new(id: Id, user_name: &str, organization: Id, now: Timestamp) -> Self {
        Self {
            id,
            user_name: user_name.into(),
            name: display_name(user_name),
            description: String::new(),
            organization,
            state: UserState::Active,
            token_type: TokenType::Opaque,
            details: Details::new(1, now),
            events: 1,
            generation: 0,
            keys: IndexMap::new(),
            authorizations: vec![],
            metadata: IndexMap::new(),
        }
    }

    /// Gives it a key.
    pub(crate) fn add_key(
        &mut self,
        id: Id,
        public: VerifyingKey,
        expires_at: Option<Timestamp>,
        now: Timestamp,
    ) {
        let details = Details::new(self.event(), now);
        self.keys.insert(id, Key { public: Arc::new(public), expires_at, details });
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
