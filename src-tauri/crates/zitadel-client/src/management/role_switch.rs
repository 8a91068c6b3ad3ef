//! One role of one user, given and taken like a switch: whatever has to be created, changed or
//! deleted for it.
//!
//! ZITADEL lists an authorization as it was some milliseconds ago, on a busy server seconds ago. Two
//! switches in quick succession must not undo each other for that, so what this client wrote last
//! is remembered, and a list that is older than that is read again.

use std::{collections::HashMap, time::Duration};

use tokio::sync::{Mutex, MutexGuard};

use super::{Authorization, Details, Management, ManagementError, State};

/// Between two looks at a list that is too old.
const PAUSE: Duration = Duration::from_millis(50);
/// About two seconds. After that the list is believed: somebody else may have changed it.
const LOOKS: u32 = 40;
/// How often a list and the answer to a command may contradict each other.
const TRIES: u32 = 3;

/// What was written last, by user and project. Its lock is held while a role is switched, so that
/// one switch ends before the next begins; it is tokio's, which may be held over an await.
pub(super) type Written = Mutex<HashMap<Place, Wrote>>;

/// A user's id and a project's id.
type Place = (String, String);

/// The last command about an authorization.
#[derive(Clone)]
pub(super) struct Wrote {
    id: String,
    left: Left,
}

/// How a command left an authorization.
#[derive(Clone, Copy)]
enum Left {
    Deleted,
    At(Option<u64>),
}

/// A user and a project, while one of their roles is switched.
struct Switch<'m> {
    management: &'m Management,
    written: MutexGuard<'m, HashMap<Place, Wrote>>,
    place: Place,
}

impl Management {
    /// Sees to it that a user has a role. An authorization that was deactivated is reactivated,
    /// since a role in it would count for nothing.
    ///
    /// # Errors
    /// [`ManagementError`].
    pub async fn give_role(
        &self,
        user_id: &str,
        project_id: &str,
        role: &str,
    ) -> Result<(), ManagementError> {
        self.switch(user_id, project_id).await.turn(To::Given, role).await
    }

    /// Sees to it that a user does not have a role. An authorization that has no other is deleted.
    ///
    /// # Errors
    /// [`ManagementError`].
    pub async fn take_role(
        &self,
        user_id: &str,
        project_id: &str,
        role: &str,
    ) -> Result<(), ManagementError> {
        self.switch(user_id, project_id).await.turn(To::Taken, role).await
    }

    async fn switch(&self, user_id: &str, project_id: &str) -> Switch<'_> {
        let written = self.0.written.lock().await;
        Switch { management: self, written, place: (user_id.to_owned(), project_id.to_owned()) }
    }
}

/// Where a role's switch is to stand.
#[derive(Debug, Clone, Copy)]
enum To {
    Given,
    Taken,
}

impl Switch<'_> {
    /// Does it, and again where the list that it went by turned out to be wrong.
    async fn turn(&mut self, to: To, role: &str) -> Result<(), ManagementError> {
        for _ in 1..TRIES {
            match self.turn_once(to, role).await {
                Err(error) if error.already_exists() || error.is_not_found() => {
                    tokio::time::sleep(PAUSE).await;
                }
                done => return done,
            }
        }
        self.turn_once(to, role).await
    }

    async fn turn_once(&mut self, to: To, role: &str) -> Result<(), ManagementError> {
        match to {
            To::Given => self.give(role).await,
            To::Taken => self.take(role).await,
        }
    }

    async fn give(&mut self, role: &str) -> Result<(), ManagementError> {
        let held = self.held().await?;
        // One of the organisation's own project before one by way of a project grant.
        let Some(one) = held.iter().min_by_key(|one| !one.project_grant_id.is_empty()) else {
            return self.create(role).await;
        };
        if !one.role_keys.iter().any(|held| held == role) {
            let mut roles: Vec<&str> = one.role_keys.iter().map(String::as_str).collect();
            roles.push(role);
            self.change(one, &roles).await?;
        }
        if one.state == State::Inactive {
            self.reactivate(one).await?;
        }
        Ok(())
    }

    async fn take(&mut self, role: &str) -> Result<(), ManagementError> {
        for one in self.held().await? {
            let others: Vec<&str> =
                one.role_keys.iter().map(String::as_str).filter(|held| *held != role).collect();
            if others.len() == one.role_keys.len() {
                continue;
            }
            if others.is_empty() {
                self.delete(&one).await?;
            } else {
                self.change(&one, &others).await?;
            }
        }
        Ok(())
    }

    /// The user's authorizations on the project, not older than what was written last.
    async fn held(&mut self) -> Result<Vec<Authorization>, ManagementError> {
        for _ in 0..LOOKS {
            let mut held = self.listed().await?;
            let Some(Wrote { id, left }) = self.written.get(&self.place) else { return Ok(held) };
            match left {
                Left::Deleted => {
                    held.retain(|one| one.id != *id);
                    return Ok(held);
                }
                Left::At(sequence) => {
                    let listed = held.iter().find(|one| one.id == *id);
                    if listed.is_some_and(|one| one.details.sequence >= *sequence) {
                        return Ok(held);
                    }
                }
            }
            tokio::time::sleep(PAUSE).await;
        }
        self.written.remove(&self.place);
        self.listed().await
    }

    async fn listed(&self) -> Result<Vec<Authorization>, ManagementError> {
        let (user_id, project_id) = &self.place;
        self.management.authorizations(Some(user_id), Some(project_id)).await
    }

    async fn create(&mut self, role: &str) -> Result<(), ManagementError> {
        let (user_id, project_id) = &self.place;
        let created = self.management.authorize(user_id, project_id, &[role]).await?;
        self.wrote(created.id, Left::At(created.details.sequence));
        Ok(())
    }

    async fn change(&mut self, one: &Authorization, roles: &[&str]) -> Result<(), ManagementError> {
        let changed = self.management.change_roles(&self.place.0, &one.id, roles).await;
        self.changed(one, changed)
    }

    async fn reactivate(&mut self, one: &Authorization) -> Result<(), ManagementError> {
        let changed = self.management.reactivate_authorization(&self.place.0, &one.id).await;
        self.changed(one, changed)
    }

    /// What is so already is well; what is gone is forgotten, so that the list is believed.
    fn changed(
        &mut self,
        one: &Authorization,
        outcome: Result<Details, ManagementError>,
    ) -> Result<(), ManagementError> {
        match outcome {
            Ok(details) => self.wrote(one.id.clone(), Left::At(details.sequence)),
            Err(error) if error.is_already_so() => {}
            Err(error) => {
                self.written.remove(&self.place);
                return Err(error);
            }
        }
        Ok(())
    }

    async fn delete(&mut self, one: &Authorization) -> Result<(), ManagementError> {
        match self.management.delete_authorization(&self.place.0, &one.id).await {
            Err(error) if !error.is_not_found() => return Err(error),
            _ => self.wrote(one.id.clone(), Left::Deleted),
        }
        Ok(())
    }

    fn wrote(&mut self, id: String, left: Left) {
        self.written.insert(self.place.clone(), Wrote { id, left });
    }
}
