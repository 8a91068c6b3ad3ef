//! Authorizations: roles of a project given to a user by an organisation, changed, switched off and on,
//! taken away.

use super::{
    Asked, Done, Outcome, Refusal,
    refusal::{GRANT_NOT_FOUND, PROJECT_NOT_FOUND, USER_NOT_FOUND},
};
use crate::{
    Sandbox, World, WorldError,
    id::Id,
    world::{Authorization, Details, State},
};

/// An authorization to be given.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NewAuthorization<'a> {
    pub(crate) user: &'a str,
    pub(crate) project: &'a str,
    /// Looked up where it is empty and the project is another organisation's.
    pub(crate) project_grant: &'a str,
    pub(crate) roles: &'a [String],
}

impl World {
    pub(crate) fn add_authorization(
        &mut self,
        new: NewAuthorization<'_>,
        asked: Asked<'_>,
    ) -> Outcome<(Id, Done)> {
        let project_grant = self.verify_authorization(new, asked)?;
        let taken = |one: &Authorization| {
            *one.organization == *asked.organization
                && *one.project == *new.project
                && one.project_grant == project_grant
        };
        let user = self.users.get(new.user);
        if user.is_some_and(|user| user.authorizations.iter().any(taken)) {
            return Err(Refusal::exists("User grant already exists"));
        }
        let authorization = Authorization {
            id: self.ids.next(asked.now),
            project: new.project.into(),
            project_grant,
            organization: asked.organization.into(),
            roles: new.roles.into(),
            state: State::Active,
            details: Details::new(1, asked.now),
        };
        let done = Done::last(&authorization.details, &authorization.organization);
        let id = authorization.id.clone();
        if let Some(user) = self.users.get_mut(new.user) {
            user.authorizations.push(authorization);
        }
        Ok((id, done))
    }

    pub(crate) fn change_authorization(
        &mut self,
        id: &str,
        roles: &[String],
        asked: Asked<'_>,
    ) -> Outcome {
        let missing = Refusal::not_found("COMMAND-3M9sd", GRANT_NOT_FOUND);
        let (user, one) = self.authorization_of(asked, id).ok_or(missing)?;
        if one.roles == roles {
            return Err(Refusal::precondition("COMMAND-Rs8fy", "User grant has not been changed"));
        }
        let project_grant = one.project_grant.as_deref().unwrap_or_default();
        let new = NewAuthorization { user, project: &one.project, project_grant, roles };
        self.verify_authorization(new, asked)?;
        let one = self.authorization_of_mut(asked, id).ok_or(missing)?;
        one.roles = roles.into();
        Ok(one.touch(asked))
    }

    /// One that is inactive already stays, without a word (`manage-deactivate-grant-again.json`).
    pub(crate) fn deactivate_authorization(&mut self, id: &str, asked: Asked<'_>) -> Outcome {
        let missing = Refusal::not_found("COMMAND-3M9sd", GRANT_NOT_FOUND);
        Ok(self.authorization_of_mut(asked, id).ok_or(missing)?.enter(State::Inactive, asked))
    }

    pub(crate) fn reactivate_authorization(&mut self, id: &str, asked: Asked<'_>) -> Outcome {
        let missing = Refusal::not_found("COMMAND-Lp0gs", GRANT_NOT_FOUND);
        Ok(self.authorization_of_mut(asked, id).ok_or(missing)?.enter(State::Active, asked))
    }

    pub(crate) fn remove_authorization(&mut self, id: &str, asked: Asked<'_>) -> Outcome {
        let missing = Refusal::not_found("COMMAND-1My0t", GRANT_NOT_FOUND);
        let done = self.authorization_of_mut(asked, id).ok_or(missing)?.touch(asked);
        for user in self.users.values_mut() {
            user.authorizations.retain(|one| *one.id != *id);
        }
        Ok(done)
    }

    /// One that the asking organisation gave, and the user who has it.
    fn authorization_of(&self, asked: Asked<'_>, id: &str) -> Option<(&str, &Authorization)> {
        let all = self
            .users
            .values()
            .flat_map(|user| user.authorizations.iter().map(|one| (&*user.id, one)));
        all.filter(|(_, one)| *one.organization == *asked.organization)
            .find(|(_, one)| *one.id == *id)
    }

    fn authorization_of_mut(&mut self, asked: Asked<'_>, id: &str) -> Option<&mut Authorization> {
        let mut all = self.users.values_mut().flat_map(|user| &mut user.authorizations);
        all.find(|one| *one.id == *id && *one.organization == *asked.organization)
    }

    /// `checkUserGrantPreCondition`: who, on what, by which project grant, with roles that the asking
    /// organisation may give. Answers the project grant.
    fn verify_authorization(
        &self,
        new: NewAuthorization<'_>,
        asked: Asked<'_>,
    ) -> Outcome<Option<Id>> {
        self.user(new.user).ok_or(Refusal::precondition("COMMAND-4f8sg", USER_NOT_FOUND))?;
        let project = self
            .projects
            .get(new.project)
            .ok_or(Refusal::precondition("COMMAND-3n77S", PROJECT_NOT_FOUND))?;
        let is_owned = *project.organization == *asked.organization;
        let grant = project.grants.iter().find(|(id, grant)| {
            if new.project_grant.is_empty() {
                !is_owned && *grant.organization == *asked.organization
            } else {
                ***id == *new.project_grant
            }
        });
        let granted_to_it =
            grant.is_some_and(|(_, grant)| *grant.organization == *asked.organization);
        if !is_owned && !granted_to_it {
            return Err(Refusal::precondition("COMMAND-4m9ff", "Grant not found"));
        }
        let is_known = |role: &String| match grant {
            Some((_, grant)) => grant.roles.contains(role),
            None => new.project_grant.is_empty() && project.roles.contains_key(role),
        };
        if !new.roles.iter().all(is_known) {
            return Err(Refusal::precondition("COMMAND-mm9F4", "Errors.Project.Role.NotFound"));
        }
        Ok(grant.map(|(id, _)| id.clone()))
    }
}

impl Authorization {
    fn touch(&mut self, asked: Asked<'_>) -> Done {
        self.details.change(self.details.sequence + 1, asked.now);
        Done::last(&self.details, &self.organization)
    }

    fn enter(&mut self, state: State, asked: Asked<'_>) -> Done {
        if self.state == state {
            return Done::last(&self.details, &self.organization);
        }
        self.state = state;
        self.touch(asked)
    }
}

impl Sandbox {
    /// Gives a user a role on the project of the API whose key is handed out. One that it has
    /// already stays.
    ///
    /// # Errors
    /// [`WorldError::UnknownUser`], [`WorldError::UnknownRole`], [`WorldError::UnknownProject`] once
    /// that was removed.
    pub fn give_role(&self, user_id: &str, role: &str) -> Result<(), WorldError> {
        self.change_user(user_id, |world, asked| {
            let id = &world.project;
            let project = world.projects.get(id);
            let project =
                project.ok_or_else(|| WorldError::UnknownProject { id: (&**id).into() })?;
            if !project.givable(asked.organization, role) {
                return Err(WorldError::UnknownRole { role: role.into() });
            }
            let id = project.id.clone();
            let mut held = world.users[user_id].authorizations.iter();
            let held =
                held.find(|one| one.project == id && *one.organization == *asked.organization);
            match held.map(|one| (one.id.clone(), one.roles.clone())) {
                None => {
                    let roles = &[role.to_owned()];
                    let new =
                        NewAuthorization { user: user_id, project: &id, project_grant: "", roles };
                    world.add_authorization(new, asked)?;
                }
                Some((held, mut roles)) => {
                    if !roles.iter().any(|known| known == role) {
                        roles.push(role.into());
                        world.change_authorization(&held, &roles, asked)?;
                    }
                }
            }
            Ok(())
        })
    }

    /// Takes a role on that project from a user; the last one takes the authorization with it. One
    /// that it has not is no error.
    ///
    /// # Errors
    /// [`WorldError::UnknownUser`].
    pub fn take_role(&self, user_id: &str, role: &str) -> Result<(), WorldError> {
        self.each_on_the_project(user_id, |world, one, asked| {
            let mut roles = one.roles.clone();
            roles.retain(|known| known != role);
            if roles.is_empty() {
                world.remove_authorization(&one.id, asked)?;
            } else if roles != one.roles {
                world.change_authorization(&one.id, &roles, asked)?;
            }
            Ok(())
        })
    }

    /// Deactivates or reactivates a user's authorization on that project.
    ///
    /// # Errors
    /// [`WorldError::UnknownUser`].
    pub fn set_authorization_state(&self, user_id: &str, state: State) -> Result<(), WorldError> {
        self.each_on_the_project(user_id, |world, one, asked| {
            match state {
                State::Inactive => world.deactivate_authorization(&one.id, asked)?,
                State::Active => world.reactivate_authorization(&one.id, asked)?,
            };
            Ok(())
        })
    }

    /// For each of the user's authorizations on that project, asked by the organisation that gave it.
    fn each_on_the_project(
        &self,
        user_id: &str,
        change: impl Fn(&mut World, &Held, Asked<'_>) -> Result<(), WorldError>,
    ) -> Result<(), WorldError> {
        self.change_user(user_id, |world, asked| {
            let project = world.project.clone();
            let held = world.users[user_id].authorizations.iter();
            let held: Vec<Held> = held
                .filter(|one| one.project == project)
                .map(|one| Held {
                    id: one.id.clone(),
                    giver: one.organization.clone(),
                    roles: one.roles.clone(),
                })
                .collect();
            held.iter()
                .try_for_each(|one| change(world, one, Asked { organization: &one.giver, ..asked }))
        })
    }
}

/// What is needed of an authorization to change it.
struct Held {
    id: Id,
    giver: Id,
    roles: Vec<String>,
}
