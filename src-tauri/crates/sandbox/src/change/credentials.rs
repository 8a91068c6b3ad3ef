//! What users and APIs identify themselves with: made and removed while it runs.

use std::sync::Arc;

use jiff::Timestamp;

use super::{ById, known_api, known_user};
use crate::{
    Sandbox, SecretText, WorldError,
    demo::add_key,
    keys::{
        PrivateKey,
        file::{self, Owner},
    },
    world::{Api, Authentication, Key, PersonalAccessToken},
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
        let key = PrivateKey::generate()?;
        let mut world = self.world().write();
        let id = world.ids.next(self.now());
        let user = known_user(&mut world.users, user_id)?;
        let file = add_key(user, id.clone(), expires_at, &key)?.text;
        Ok(NewKey { key_id: (&*id).into(), file })
    }

    /// Removes a user's key. Tokens that it obtained live on.
    ///
    /// # Errors
    /// [`WorldError::UnknownUser`], [`WorldError::UnknownKey`].
    pub fn remove_user_key(&self, user_id: &str, key_id: &str) -> Result<(), WorldError> {
        let mut world = self.world().write();
        let user = known_user(&mut world.users, user_id)?;
        remove_key(&mut user.keys, key_id)
    }

    /// Makes a personal access token.
    ///
    /// # Errors
    /// [`WorldError::UnknownUser`], [`WorldError::Key`].
    pub fn add_personal_access_token(
        &self,
        user_id: &str,
        expires_at: Option<Timestamp>,
    ) -> Result<NewToken, WorldError> {
        let now = self.now();
        let mut world = self.world().write();
        let id = world.ids.next(now);
        let user = known_user(&mut world.users, user_id)?.id.clone();
        let token = self.seal().opaque(&format!("{id}:{user}"), &*self.options().random)?;
        let expires_at = expires_at.map(Timestamp::as_second);
        let made = PersonalAccessToken { user, created_at: now.as_second(), expires_at };
        world.personal_access_tokens.insert(id.clone(), made);
        Ok(NewToken { token_id: (&*id).into(), token: SecretText::new(token) })
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
        let key = PrivateKey::generate()?;
        let public = Key { public: Arc::new(key.verifying_key()?), expires_at };
        let mut world = self.world().write();
        let id = world.ids.next(self.now());
        let api = known_api(&mut world, client_id)?;
        let owner =
            Owner::Application { app_id: api.app_id.clone(), client_id: api.client_id.clone() };
        keys_of(api)?.insert(id.clone(), public);
        Ok(NewKey { key_id: (&*id).into(), file: file::write(&id, &owner, &key)? })
    }

    /// Removes an API's key.
    ///
    /// # Errors
    /// [`WorldError::UnknownApi`], [`WorldError::ApiWithoutKeys`], [`WorldError::UnknownKey`].
    pub fn remove_api_key(&self, client_id: &str, key_id: &str) -> Result<(), WorldError> {
        let mut world = self.world().write();
        remove_key(keys_of(known_api(&mut world, client_id)?)?, key_id)
    }
}

fn keys_of(api: &mut Api) -> Result<&mut ById<Key>, WorldError> {
    match &mut api.authentication {
        Authentication::PrivateKeyJwt(keys) => Ok(keys),
        Authentication::Basic(_) => {
            Err(WorldError::ApiWithoutKeys { id: (&*api.client_id).into() })
        }
    }
}

fn remove_key(keys: &mut ById<Key>, id: &str) -> Result<(), WorldError> {
    let removed = keys.shift_remove(id);
    removed.map(drop).ok_or_else(|| WorldError::UnknownKey { id: id.into() })
}
