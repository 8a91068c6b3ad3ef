//! Keys that users and APIs identify themselves with: made, uploaded, removed.

use jiff::Timestamp;

use super::{
    Asked, Done, Outcome, Refusal,
    refusal::{APP_NOT_FOUND, USER_NOT_FOUND},
};
use crate::{
    Sandbox, SecretText, World, WorldError,
    id::Id,
    keys::{
        KeyFailure, PrivateKey, VerifyingKey,
        file::{self, Owner},
    },
    world::Authentication,
};

/// A key that was just made; it cannot be had again.
#[derive(Debug, Clone)]
pub struct NewKey {
    /// Its id.
    pub key_id: String,
    /// The key file, as ZITADEL would offer it for download.
    pub file: SecretText,
}

/// A personal access token that was just made; it cannot be had again.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// Its id.
    pub token_id: String,
    /// The token.
    pub token: SecretText,
}

/// What is known of a key pair when its public half is registered.
pub(crate) enum Holding {
    /// Made here: the file is handed out.
    Made(PrivateKey),
    /// Its owner keeps the private half.
    Uploaded(VerifyingKey),
}

impl Holding {
    /// The public half, and the file of a pair that was made here.
    fn split(
        self,
        id: &Id,
        owner: &Owner,
    ) -> Result<(VerifyingKey, Option<SecretText>), KeyFailure> {
        match self {
            Self::Made(key) => Ok((key.verifying_key()?, Some(file::write(id, owner, &key)?))),
            Self::Uploaded(key) => Ok((key, None)),
        }
    }
}

/// A key that was just registered.
pub(crate) struct Registered {
    pub(crate) id: Id,
    pub(crate) file: Option<SecretText>,
    pub(crate) done: Done,
}

impl World {
    /// Whether a user may be given a key: asked before one is made, which takes long.
    pub(crate) fn verify_user_key(
        &self,
        user: &str,
        expires_at: Option<Timestamp>,
        asked: Asked<'_>,
    ) -> Outcome<()> {
        verify_expiry(expires_at, asked)?;
        let missing = Refusal::precondition("COMMAND-bnipwm1", USER_NOT_FOUND);
        self.user_of(asked, user).map(drop).ok_or(missing)
    }

    pub(crate) fn add_user_key(
        &mut self,
        user: &str,
        key: Holding,
        expires_at: Option<Timestamp>,
        asked: Asked<'_>,
    ) -> Outcome<Registered> {
        let missing = Refusal::precondition("COMMAND-bnipwm1", USER_NOT_FOUND);
        let id = self.ids.next(asked.now);
        let user = self.user_of_mut(asked, user).ok_or(missing)?;
        let owner = Owner::ServiceAccount { user_id: user.id.clone(), expires_at };
        let (public, file) = key.split(&id, &owner)?;
        user.add_key(id.clone(), public, expires_at, asked.now);
        Ok(Registered { id, file, done: Done::new(user.events, asked.now, &user.organization) })
    }

    /// Tokens that it obtained live on.
    pub(crate) fn remove_user_key(&mut self, user: &str, key: &str, asked: Asked<'_>) -> Outcome {
        let missing = Refusal::not_found("COMMAND-4m77G", "Machine key not found");
        let user = self.user_of_mut(asked, user).ok_or(missing)?;
        user.keys.shift_remove(key).ok_or(missing)?;
        Ok(Done::new(user.event(), asked.now, &user.organization))
    }

    /// Whether an API may be given a key.
    pub(crate) fn verify_api_key(
        &self,
        (project, app): (&str, &str),
        expires_at: Option<Timestamp>,
        asked: Asked<'_>,
    ) -> Outcome<()> {
        let missing = Refusal::precondition("COMMAND-sak25", APP_NOT_FOUND);
        let api = self.api_in(project, app, asked).ok_or(missing)?;
        if let Authentication::Basic(_) = api.authentication {
            return Err(Refusal::precondition(
                "COMMAND-Dff54",
                "Chosen Auth Method does not require a key",
            ));
        }
        verify_expiry(expires_at, asked)
    }

    pub(crate) fn add_api_key(
        &mut self,
        (project, app): (&str, &str),
        key: Holding,
        expires_at: Option<Timestamp>,
        asked: Asked<'_>,
    ) -> Outcome<Registered> {
        let missing = Refusal::precondition("COMMAND-sak25", APP_NOT_FOUND);
        let id = self.ids.next(asked.now);
        let client_id = self.api_in(project, app, asked).ok_or(missing)?.client_id.clone();
        let project = self.projects.get_mut(project).ok_or(missing)?;
        let api = self.apis.get_mut(&client_id).ok_or(missing)?;
        let owner = Owner::Application { app_id: api.app_id.clone(), client_id };
        let (public, file) = key.split(&id, &owner)?;
        api.add_key(id.clone(), public, expires_at, project, asked.now);
        let done = Done::new(project.events, asked.now, &project.organization);
        Ok(Registered { id, file, done })
    }

    pub(crate) fn remove_api_key(
        &mut self,
        (project, app): (&str, &str),
        key: &str,
        asked: Asked<'_>,
    ) -> Outcome {
        let missing = Refusal::not_found("COMMAND-4m77G", "Application key not found");
        let client_id = self.api_in(project, app, asked).ok_or(missing)?.client_id.clone();
        let api = self.apis.get_mut(&client_id).ok_or(missing)?;
        let Authentication::PrivateKeyJwt(keys) = &mut api.authentication else {
            return Err(missing);
        };
        keys.shift_remove(key).ok_or(missing)?;
        let project = self.projects.get_mut(project).ok_or(missing)?;
        Ok(Done::new(project.event(), asked.now, &project.organization))
    }
}

/// `ValidateExpirationDate`: none means never.
pub(super) fn verify_expiry(expires_at: Option<Timestamp>, asked: Asked<'_>) -> Outcome<()> {
    match expires_at {
        Some(at) if at < asked.now => {
            Err(Refusal::invalid("DOMAIN-dv3t5", "Errors.AuthNKey.ExpireBeforeNow"))
        }
        _ => Ok(()),
    }
}

impl Sandbox {
    /// Makes another key for a user. Takes a good part of a second.
    ///
    /// # Errors
    /// [`WorldError::UnknownUser`], [`WorldError::Key`].
    pub fn add_user_key(
        &self,
        user_id: &str,
        expires_at: Option<Timestamp>,
    ) -> Result<NewKey, WorldError> {
        let key = Holding::Made(PrivateKey::generate()?);
        self.change_user(user_id, |world, asked| {
            world.add_user_key(user_id, key, expires_at, asked)?.handed_out()
        })
    }

    /// Removes a user's key. Tokens that it obtained live on.
    ///
    /// # Errors
    /// [`WorldError::UnknownUser`], [`WorldError::UnknownKey`].
    pub fn remove_user_key(&self, user_id: &str, key_id: &str) -> Result<(), WorldError> {
        self.change_user(user_id, |world, asked| {
            let removed = world.remove_user_key(user_id, key_id, asked);
            removed.map(drop).map_err(|_| WorldError::UnknownKey { id: key_id.into() })
        })
    }

    /// Makes another key for an API. Takes a good part of a second.
    ///
    /// # Errors
    /// [`WorldError::UnknownApi`], [`WorldError::ApiWithoutKeys`], [`WorldError::Key`].
    pub fn add_api_key(
        &self,
        client_id: &str,
        expires_at: Option<Timestamp>,
    ) -> Result<NewKey, WorldError> {
        let key = Holding::Made(PrivateKey::generate()?);
        self.change_api(client_id, |world, app, asked| {
            world.verify_has_keys(client_id)?;
            world.add_api_key(app, key, expires_at, asked)?.handed_out()
        })
    }

    /// Removes an API's key.
    ///
    /// # Errors
    /// [`WorldError::UnknownApi`], [`WorldError::ApiWithoutKeys`], [`WorldError::UnknownKey`].
    pub fn remove_api_key(&self, client_id: &str, key_id: &str) -> Result<(), WorldError> {
        self.change_api(client_id, |world, app, asked| {
            world.verify_has_keys(client_id)?;
            let removed = world.remove_api_key(app, key_id, asked);
            removed.map(drop).map_err(|_| WorldError::UnknownKey { id: key_id.into() })
        })
    }
}

impl World {
    fn verify_has_keys(&self, client_id: &str) -> Result<(), WorldError> {
        match self.apis.get(client_id).map(|api| &api.authentication) {
            Some(Authentication::Basic(_)) => {
                Err(WorldError::ApiWithoutKeys { id: client_id.into() })
            }
            _ => Ok(()),
        }
    }
}

impl Registered {
    fn handed_out(self) -> Result<NewKey, WorldError> {
        Ok(NewKey { key_id: (&*self.id).into(), file: self.file.ok_or(WorldError::Key)? })
    }
}
