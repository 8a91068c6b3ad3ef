//! Changes while it runs, with what ZITADEL lets follow from them. Each shows at the next request.

mod credentials;

use indexmap::IndexMap;

pub use credentials::{NewKey, NewToken};

use crate::{
    Sandbox, TokenType, UserState, World, WorldError,
    world::{Api, Authorization, Organization, State, User},
};

impl Sandbox {
    /// Gives a user a role on the project of the API whose key is handed out. One that it has
    /// already stays.
    ///
    /// # Errors
    /// [`WorldError::UnknownUser`], [`WorldError::UnknownRole`].
    pub fn give_role(&self, user_id: &str, role: &str) -> Result<(), WorldError> {
        let mut world = self.world().write();
        let world = &mut *world;
        let project = &world.projects[world.project_id()];
        let user = known_user(&mut world.users, user_id)?;
        let givable = if project.organization == user.organization {
            Some(&project.roles)
        } else {
            project.grants.get(&user.organization)
        };
        if !givable.is_some_and(|roles| roles.iter().any(|known| known == role)) {
            return Err(WorldError::UnknownRole { role: role.into() });
        }
        let of_project = user.authorizations.iter_mut().find(|one| one.project == project.id);
        match of_project {
            Some(authorization) => {
                if !authorization.roles.iter().any(|known| known == role) {
                    authorization.roles.push(role.into());
                }
            }
            None => user.authorizations.push(Authorization {
                project: project.id.clone(),
                organization: user.organization.clone(),
                roles: vec![role.into()],
                state: State::Active,
            }),
        }
        Ok(())
    }

    /// Takes a role on that project from a user; the last one takes the authorization with it. One
    /// that it has not is no error.
    ///
    /// # Errors
    /// [`WorldError::UnknownUser`].
    pub fn take_role(&self, user_id: &str, role: &str) -> Result<(), WorldError> {
        let mut world = self.world().write();
        let project = world.project_id().clone();
        let user = known_user(&mut world.users, user_id)?;
        for authorization in user.authorizations.iter_mut().filter(|one| one.project == project) {
            authorization.roles.retain(|known| known != role);
        }
        user.authorizations.retain(|one| !one.roles.is_empty());
        Ok(())
    }

    /// Deactivates or reactivates a user's authorization on that project.
    ///
    /// # Errors
    /// [`WorldError::UnknownUser`].
    pub fn set_authorization_state(&self, user_id: &str, state: State) -> Result<(), WorldError> {
        let mut world = self.world().write();
        let project = world.project_id().clone();
        let user = known_user(&mut world.users, user_id)?;
        for authorization in user.authorizations.iter_mut().filter(|one| one.project == project) {
            authorization.state = state;
        }
        Ok(())
    }

    /// Locks, deactivates, removes a user, or makes it active again. Its tokens die with its activity
    /// and stay dead; a removed one is gone, with its keys, authorizations and personal access tokens.
    ///
    /// # Errors
    /// [`WorldError::UnknownUser`], also of one that was removed.
    pub fn set_user_state(&self, user_id: &str, state: UserState) -> Result<(), WorldError> {
        let now = self.now().as_second();
        let mut world = self.world().write();
        let user = known_user(&mut world.users, user_id)?;
        if user.state == state {
            return Ok(());
        }
        user.state = state;
        user.changed_at = now;
        if state != UserState::Active {
            user.generation += 1;
        }
        if state == UserState::Removed {
            user.keys.clear();
            user.authorizations.clear();
            let id = user.id.clone();
            world.personal_access_tokens.retain(|_, token| token.user != id);
        }
        Ok(())
    }

    /// Which kind of access token the user gets from now on.
    ///
    /// # Errors
    /// [`WorldError::UnknownUser`].
    pub fn set_token_type(&self, user_id: &str, kind: TokenType) -> Result<(), WorldError> {
        let now = self.now().as_second();
        let mut world = self.world().write();
        let user = known_user(&mut world.users, user_id)?;
        user.token_type = kind;
        user.changed_at = now;
        Ok(())
    }

    /// Sets a user's metadata, which the scope `urn:zitadel:iam:user:metadata` asks for.
    ///
    /// # Errors
    /// [`WorldError::UnknownUser`].
    pub fn set_metadata(&self, user_id: &str, key: &str, value: &[u8]) -> Result<(), WorldError> {
        let mut world = self.world().write();
        let user = known_user(&mut world.users, user_id)?;
        user.metadata.insert(key.into(), value.into());
        Ok(())
    }

    /// Deactivates or reactivates an API.
    ///
    /// # Errors
    /// [`WorldError::UnknownApi`].
    pub fn set_api_state(&self, client_id: &str, state: State) -> Result<(), WorldError> {
        known_api(&mut self.world().write(), client_id)?.state = state;
        Ok(())
    }

    /// Deactivates or reactivates a project. Its APIs are then turned away, while tokens for it can
    /// still be had.
    ///
    /// # Errors
    /// [`WorldError::UnknownProject`].
    pub fn set_project_state(&self, project_id: &str, state: State) -> Result<(), WorldError> {
        let mut world = self.world().write();
        let project = world.projects.get_mut(project_id);
        project.ok_or_else(|| WorldError::UnknownProject { id: project_id.into() })?.state = state;
        Ok(())
    }

    /// Removes a role from a project, and so from everybody who had it.
    ///
    /// # Errors
    /// [`WorldError::UnknownProject`], [`WorldError::UnknownRole`].
    pub fn remove_role(&self, project_id: &str, role: &str) -> Result<(), WorldError> {
        let mut world = self.world().write();
        let World { projects, users, .. } = &mut *world;
        let project = projects
            .get_mut(project_id)
            .ok_or_else(|| WorldError::UnknownProject { id: project_id.into() })?;
        if !project.roles.iter().any(|known| known == role) {
            return Err(WorldError::UnknownRole { role: role.into() });
        }
        project.roles.retain(|known| known != role);
        project.grants.values_mut().for_each(|roles| roles.retain(|known| known != role));
        for user in users.values_mut() {
            let of_project = user.authorizations.iter_mut().filter(|one| one.project == project.id);
            of_project.for_each(|one| one.roles.retain(|known| known != role));
        }
        Ok(())
    }

    /// Founds another organisation and answers its id. Its domain is made of its name.
    pub fn add_organization(&self, name: &str) -> String {
        let mut world = self.world().write();
        let id = world.ids.next(self.now());
        let primary_domain = format!("{}.localhost", name.to_lowercase().replace(' ', "-"));
        let organization = Organization { id: id.clone(), name: name.into(), primary_domain };
        world.organizations.insert(id.clone(), organization);
        (&*id).into()
    }

    /// Lets another organisation give these roles of a project to its own users.
    ///
    /// # Errors
    /// [`WorldError::UnknownProject`], [`WorldError::UnknownOrganization`],
    /// [`WorldError::UnknownRole`].
    pub fn grant_project(
        &self,
        project_id: &str,
        organization_id: &str,
        roles: &[&str],
    ) -> Result<(), WorldError> {
        let mut world = self.world().write();
        let organization = known_organization(&world, organization_id)?.id.clone();
        let project = world
            .projects
            .get_mut(project_id)
            .ok_or_else(|| WorldError::UnknownProject { id: project_id.into() })?;
        if let Some(role) = roles.iter().find(|role| !project.roles.iter().any(|one| one == *role))
        {
            return Err(WorldError::UnknownRole { role: (*role).into() });
        }
        let roles = roles.iter().map(|role| (*role).to_owned()).collect();
        project.grants.insert(organization, roles);
        Ok(())
    }

    /// Adds a service user without keys and roles, and answers its id.
    ///
    /// # Errors
    /// [`WorldError::UnknownOrganization`].
    pub fn add_service_user(
        &self,
        organization_id: &str,
        user_name: &str,
        name: &str,
    ) -> Result<String, WorldError> {
        let now = self.now();
        let mut world = self.world().write();
        let organization = known_organization(&world, organization_id)?.id.clone();
        let id = world.ids.next(now);
        let mut user = User::new(id.clone(), user_name, organization, now);
        user.name = name.into();
        world.users.insert(id.clone(), user);
        Ok((&*id).into())
    }
}

type ById<T> = IndexMap<crate::id::Id, T>;

fn known_user<'a>(users: &'a mut ById<User>, id: &str) -> Result<&'a mut User, WorldError> {
    users
        .get_mut(id)
        .filter(|user| user.state != UserState::Removed)
        .ok_or_else(|| WorldError::UnknownUser { id: id.into() })
}

fn known_api<'a>(world: &'a mut World, id: &str) -> Result<&'a mut Api, WorldError> {
    world.apis.get_mut(id).ok_or_else(|| WorldError::UnknownApi { id: id.into() })
}

fn known_organization<'a>(world: &'a World, id: &str) -> Result<&'a Organization, WorldError> {
    world.organizations.get(id).ok_or_else(|| WorldError::UnknownOrganization { id: id.into() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Scene;

    #[test]
    fn who_is_not_there_cannot_be_changed() {
        let scene = Scene::new();
        let user = scene.user("reader-bot").user_id;
        let sandbox = &scene.sandbox;
        let unknown_user = |result: Result<(), WorldError>| {
            assert!(matches!(result, Err(WorldError::UnknownUser { .. })), "{result:?}");
        };
        unknown_user(sandbox.give_role("1", "read:messages"));
        unknown_user(sandbox.set_user_state("1", UserState::Locked));
        let role = sandbox.give_role(&user, "delete:messages");
        assert!(matches!(role, Err(WorldError::UnknownRole { .. })), "{role:?}");
        sandbox.set_user_state(&user, UserState::Removed).unwrap();
        unknown_user(sandbox.give_role(&user, "read:messages"));
        unknown_user(sandbox.set_user_state(&user, UserState::Active));
        assert_eq!(scene.user("reader-bot").state, UserState::Removed, "it is still shown");
    }

    #[test]
    fn giving_and_taking_twice_is_as_once() {
        let scene = Scene::new();
        let user = scene.user("visitor-bot").user_id;
        for _ in 0..2 {
            scene.sandbox.give_role(&user, "write:messages").unwrap();
            assert_eq!(scene.user("visitor-bot").roles, ["write:messages"]);
        }
        for _ in 0..2 {
            scene.sandbox.take_role(&user, "write:messages").unwrap();
            assert!(scene.user("visitor-bot").roles.is_empty());
        }
    }

    #[tokio::test]
    async fn each_end_of_a_users_activity_kills_its_tokens_for_good() {
        let scene = Scene::new();
        let user = scene.user("reader-bot").user_id;
        for state in [UserState::Locked, UserState::Deactivated] {
            let token = scene.token("reader-bot", &scene.scope()).await;
            scene.sandbox.set_user_state(&user, state).unwrap();
            scene.sandbox.set_user_state(&user, UserState::Active).unwrap();
            assert_eq!(scene.introspect(&token).await["active"], false, "{state:?}");
            let fresh = scene.token("reader-bot", &scene.scope()).await;
            assert_eq!(scene.introspect(&fresh).await["active"], true, "{state:?}");
        }
    }

    #[tokio::test]
    async fn a_new_token_type_counts_for_new_tokens() {
        let scene = Scene::new();
        let user = scene.user("reader-bot").user_id;
        for (kind, dots) in [(TokenType::Jwt, 2), (TokenType::Jwe, 4), (TokenType::Opaque, 0)] {
            scene.sandbox.set_token_type(&user, kind).unwrap();
            let token = scene.token("reader-bot", "openid").await;
            assert_eq!(token.matches('.').count(), dots, "{kind}");
        }
    }
}
