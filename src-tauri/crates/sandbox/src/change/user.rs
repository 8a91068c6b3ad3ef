//! Service users: added, changed, locked, deactivated and back, removed.

use super::{Asked, Done, Outcome, Refusal, is_same_name, refusal::USER_NOT_FOUND};
use crate::{Sandbox, TokenType, UserState, World, WorldError, id::Id, world::User};

/// A service user to be added.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NewUser<'a> {
    /// Made where it is empty.
    pub(crate) id: &'a str,
    pub(crate) user_name: &'a str,
    pub(crate) name: &'a str,
    pub(crate) description: &'a str,
    pub(crate) token_type: TokenType,
}

impl World {
    pub(crate) fn add_user(&mut self, new: NewUser<'_>, asked: Asked<'_>) -> Outcome<(Id, Done)> {
        let user_name = new.user_name.trim();
        if user_name.is_empty() {
            return Err(Refusal::invalid("COMMAND-bm9Ds", "Userdata is invalid"));
        }
        if self.user(new.id).is_some() {
            return Err(Refusal { id: "COMMAND-k2una", ..Refusal::exists("User already exists") });
        }
        let mut users = self.users.values().filter(|user| user.state != UserState::Removed);
        if users.any(|known| is_same_name(&known.user_name, user_name)) {
            return Err(Refusal::exists("User already exists"));
        }
        let id = if new.id.is_empty() { self.ids.next(asked.now) } else { new.id.into() };
        let mut user = User::new(id.clone(), user_name, asked.organization.into(), asked.now);
        user.name = new.name.into();
        user.description = new.description.into();
        user.token_type = new.token_type;
        // Tokens of one who had this id before must not come to life.
        user.generation = self.users.get(&id).map_or(0, |removed| removed.generation);
        let done = Done::last(&user.details, &user.organization);
        self.users.insert(id.clone(), user);
        Ok((id, done))
    }

    pub(crate) fn change_user(
        &mut self,
        id: &str,
        (name, description): (&str, &str),
        token_type: TokenType,
        asked: Asked<'_>,
    ) -> Outcome {
        let user = self
            .user_of_mut(asked, id)
            .ok_or(Refusal::not_found("COMMAND-5M0od", USER_NOT_FOUND))?;
        if user.name == name && user.description == description && user.token_type == token_type {
            return Err(Refusal::precondition("COMMAND-2n8vs", "Errors.User.NotChanged"));
        }
        user.name = name.into();
        user.description = description.into();
        user.token_type = token_type;
        user.change(asked.now);
        Ok(Done::last(&user.details, &user.organization))
    }

    pub(crate) fn deactivate_user(&mut self, id: &str, asked: Asked<'_>) -> Outcome {
        let user = self.user_in(id, "COMMAND-3M9ds", asked)?;
        if user.state == UserState::Deactivated {
            return Err(Refusal::precondition("COMMAND-5M0sf", "User already inactive"));
        }
        Ok(user.enter(UserState::Deactivated, asked))
    }

    pub(crate) fn reactivate_user(&mut self, id: &str, asked: Asked<'_>) -> Outcome {
        let user = self.user_in(id, "COMMAND-4M0sd", asked)?;
        if user.state != UserState::Deactivated {
            return Err(Refusal::precondition("COMMAND-6M0sf", "User is not inactive"));
        }
        Ok(user.enter(UserState::Active, asked))
    }

    pub(crate) fn lock_user(&mut self, id: &str, asked: Asked<'_>) -> Outcome {
        let user = self.user_in(id, "COMMAND-5M9fs", asked)?;
        if user.state != UserState::Active {
            return Err(Refusal::precondition("COMMAND-3NN8v", "User is not active or initial"));
        }
        Ok(user.enter(UserState::Locked, asked))
    }

    pub(crate) fn unlock_user(&mut self, id: &str, asked: Asked<'_>) -> Outcome {
        let user = self.user_in(id, "COMMAND-M0dos", asked)?;
        if user.state != UserState::Locked {
            return Err(Refusal::precondition("COMMAND-4M0ds", "User is not locked"));
        }
        Ok(user.enter(UserState::Active, asked))
    }

    /// It goes with its keys, authorizations, metadata and personal access tokens.
    pub(crate) fn remove_user(&mut self, id: &str, asked: Asked<'_>) -> Outcome {
        let user = self.user_in(id, "COMMAND-m9od", asked)?;
        user.keys.clear();
        user.authorizations.clear();
        user.metadata.clear();
        let done = user.enter(UserState::Removed, asked);
        self.personal_access_tokens.retain(|_, token| *token.user != *id);
        Ok(done)
    }

    fn user_in(&mut self, id: &str, place: &'static str, asked: Asked<'_>) -> Outcome<&mut User> {
        self.user_of_mut(asked, id).ok_or(Refusal::not_found(place, USER_NOT_FOUND))
    }
}

impl User {
    /// Its tokens die with its activity and stay dead.
    fn enter(&mut self, state: UserState, asked: Asked<'_>) -> Done {
        self.state = state;
        if state != UserState::Active {
            self.generation += 1;
        }
        self.change(asked.now);
        Done::last(&self.details, &self.organization)
    }
}

impl Sandbox {
    /// Locks, deactivates, removes a user, or makes it active again. Its tokens die with its activity
    /// and stay dead; a removed one is gone, with its keys, authorizations and personal access tokens.
    ///
    /// # Errors
    /// [`WorldError::UnknownUser`], also of one that was removed.
    pub fn set_user_state(&self, user_id: &str, state: UserState) -> Result<(), WorldError> {
        self.change_user(user_id, |world, asked| {
            let before = world.users[user_id].state;
            if before == state {
                return Ok(());
            }
            match (before, state) {
                (_, UserState::Removed) => world.remove_user(user_id, asked)?,
                (_, UserState::Deactivated) => world.deactivate_user(user_id, asked)?,
                (UserState::Locked, _) => world.unlock_user(user_id, asked)?,
                (UserState::Deactivated, UserState::Locked) => {
                    world.reactivate_user(user_id, asked)?;
                    world.lock_user(user_id, asked)?
                }
                (UserState::Deactivated, _) => world.reactivate_user(user_id, asked)?,
                (_, _) => world.lock_user(user_id, asked)?,
            };
            Ok(())
        })
    }

    /// Which kind of access token the user gets from now on.
    ///
    /// # Errors
    /// [`WorldError::UnknownUser`].
    pub fn set_token_type(&self, user_id: &str, kind: TokenType) -> Result<(), WorldError> {
        self.change_user(user_id, |world, asked| {
            let user = &world.users[user_id];
            if user.token_type != kind {
                let (name, description) = (user.name.clone(), user.description.clone());
                world.change_user(user_id, (&name, &description), kind, asked)?;
            }
            Ok(())
        })
    }

    /// Adds a service user without keys and roles, and answers its id.
    ///
    /// # Errors
    /// [`WorldError::UnknownOrganization`], [`WorldError::Refused`] where its name is taken.
    pub fn add_service_user(
        &self,
        organization_id: &str,
        user_name: &str,
        name: &str,
    ) -> Result<String, WorldError> {
        let mut world = self.world().write();
        if !world.organizations.contains_key(organization_id) {
            return Err(WorldError::UnknownOrganization { id: organization_id.into() });
        }
        let asked = Asked { organization: organization_id, now: self.now() };
        let token_type = TokenType::default();
        let new = NewUser { id: "", user_name, name, description: "", token_type };
        Ok((&*world.add_user(new, asked)?.0).into())
    }
}
