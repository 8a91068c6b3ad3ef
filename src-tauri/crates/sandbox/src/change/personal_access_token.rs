//! Personal access tokens: made and removed.

use jiff::Timestamp;

use super::{
    Asked, Done, NewToken, Outcome, Refusal, credentials::verify_expiry, refusal::USER_NOT_FOUND,
};
use crate::{
    Sandbox, SecretText, World, WorldError,
    id::Id,
    world::{Details, PersonalAccessToken},
};

impl World {
    /// Registers a token; what is shown to the user is sealed with the answered id.
    pub(crate) fn add_personal_access_token(
        &mut self,
        user: &str,
        expires_at: Option<Timestamp>,
        asked: Asked<'_>,
    ) -> Outcome<(Id, Done)> {
        verify_expiry(expires_at, asked)?;
        let missing = Refusal::precondition("COMMAND-Dggw2", USER_NOT_FOUND);
        let id = self.ids.next(asked.now);
        let user = self.user_of_mut(asked, user).ok_or(missing)?;
        let details = Details::new(user.event(), asked.now);
        let done = Done::last(&details, &user.organization);
        let token = PersonalAccessToken { user: user.id.clone(), expires_at, details };
        self.personal_access_tokens.insert(id.clone(), token);
        Ok((id, done))
    }

    pub(crate) fn remove_personal_access_token(
        &mut self,
        user: &str,
        token: &str,
        asked: Asked<'_>,
    ) -> Outcome {
        let missing = Refusal::not_found("COMMAND-4m77G", "Personal Access Token not found");
        let user = self.user_of(asked, user).ok_or(missing)?.id.clone();
        let known = self.personal_access_tokens.get(token);
        known.filter(|known| known.user == user).ok_or(missing)?;
        self.personal_access_tokens.shift_remove(token);
        let user = self.user_of_mut(asked, &user).ok_or(missing)?;
        Ok(Done::new(user.event(), asked.now, &user.organization))
    }
}

impl Sandbox {
    /// Makes a personal access token.
    ///
    /// # Errors
    /// [`WorldError::UnknownUser`], [`WorldError::Key`], [`WorldError::Refused`] where it would have
    /// expired already.
    pub fn add_personal_access_token(
        &self,
        user_id: &str,
        expires_at: Option<Timestamp>,
    ) -> Result<NewToken, WorldError> {
        let id = self.change_user(user_id, |world, asked| {
            Ok(world.add_personal_access_token(user_id, expires_at, asked)?.0)
        })?;
        Ok(NewToken { token_id: (&*id).into(), token: self.personal_access_token(&id, user_id)? })
    }

    /// What its user shows: the ids of token and user, sealed.
    pub(crate) fn personal_access_token(
        &self,
        id: &str,
        user_id: &str,
    ) -> Result<SecretText, WorldError> {
        let token = self.seal().opaque(&format!("{id}:{user_id}"), &*self.options().random)?;
        Ok(SecretText::new(token))
    }
}
