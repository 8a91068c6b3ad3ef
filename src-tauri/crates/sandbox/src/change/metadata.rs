//! A user's metadata: set and removed.

use super::{Asked, Done, Outcome, Refusal, refusal::USER_NOT_FOUND};
use crate::{
    Sandbox, World, WorldError,
    world::{Details, Metadata, User},
};

impl World {
    /// A value that is there already stays, without an event.
    pub(crate) fn set_metadata(
        &mut self,
        user: &str,
        key: &str,
        value: &[u8],
        asked: Asked<'_>,
    ) -> Outcome {
        let user = self.user_to_note(user, asked)?;
        if let Some(known) = user.metadata.get(key).filter(|known| known.value == value) {
            return Ok(Done::last(&known.details, &user.organization));
        }
        let mut details = Details::new(user.event(), asked.now);
        if let Some(known) = user.metadata.get(key) {
            details.created_at = known.details.created_at;
        }
        user.metadata.insert(key.into(), Metadata { value: value.into(), details });
        Ok(Done::last(&details, &user.organization))
    }

    pub(crate) fn remove_metadata(&mut self, user: &str, key: &str, asked: Asked<'_>) -> Outcome {
        let user = self.user_to_note(user, asked)?;
        let missing = Refusal::not_found("META-ncnw3", "Metadata not found");
        user.metadata.shift_remove(key).ok_or(missing)?;
        Ok(Done::new(user.event(), asked.now, &user.organization))
    }

    fn user_to_note(&mut self, id: &str, asked: Asked<'_>) -> Outcome<&mut User> {
        let missing = Refusal::precondition("COMMAND-uXHNj", USER_NOT_FOUND);
        self.user_of_mut(asked, id).ok_or(missing)
    }
}

impl Sandbox {
    /// Sets a user's metadata, which the scope `urn:zitadel:iam:user:metadata` asks for.
    ///
    /// # Errors
    /// [`WorldError::UnknownUser`].
    pub fn set_metadata(&self, user_id: &str, key: &str, value: &[u8]) -> Result<(), WorldError> {
        self.change_user(user_id, |world, asked| {
            world.set_metadata(user_id, key, value, asked)?;
            Ok(())
        })
    }
}
