//! Changes while it runs, with what ZITADEL lets follow from them. Each shows at the next request.
//!
//! Each is written once, on [`World`], as the command that ZITADEL has for it: checks in its order,
//! its refusals, its count of events. The management API and the methods of [`Sandbox`] call the same.

mod api;
mod authorization;
mod credentials;
mod metadata;
mod organization;
mod personal_access_token;
mod project;
mod project_grant;
mod refusal;
mod role;
mod user;

use jiff::Timestamp;

pub(crate) use api::NewApi;
pub(crate) use authorization::NewAuthorization;
pub(crate) use credentials::{Holding, Registered};
pub use credentials::{NewKey, NewToken};
pub(crate) use refusal::{Kind, Refusal};
pub(crate) use user::NewUser;

use crate::{
    Sandbox, World, WorldError,
    id::Id,
    world::{Details, Project, User},
};

/// For which organisation something is asked, and when. What belongs to another organisation is not
/// there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) organization: &'a str,
    pub(crate) now: Timestamp,
}

/// What a change left behind: the number and time of its event, and whose it is (`ObjectDetails`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Done {
    pub(crate) sequence: u64,
    /// `None` where nothing ever happened: Go's zero time.
    pub(crate) at: Option<Timestamp>,
    pub(crate) owner: Id,
}

impl Done {
    fn new(sequence: u64, now: Timestamp, owner: &Id) -> Self {
        Self { sequence, at: Some(now), owner: owner.clone() }
    }

    /// The last thing that happened to it.
    fn last(details: &Details, owner: &Id) -> Self {
        Self::new(details.sequence, details.changed_at, owner)
    }
}

type Outcome<T = Done> = Result<T, Refusal>;

impl World {
    /// A project of the asking organisation.
    pub(crate) fn project_of(&self, asked: Asked<'_>, id: &str) -> Option<&Project> {
        self.projects.get(id).filter(|project| *project.organization == *asked.organization)
    }

    fn project_of_mut(&mut self, asked: Asked<'_>, id: &str) -> Option<&mut Project> {
        self.projects.get_mut(id).filter(|project| *project.organization == *asked.organization)
    }

    /// A project in which something is to be made (`checkProjectExists`).
    fn project_to_fill(&mut self, asked: Asked<'_>, id: &str) -> Outcome<&mut Project> {
        let missing = Refusal::precondition("COMMAND-EbFMN", refusal::PROJECT_NOT_FOUND);
        self.project_of_mut(asked, id).ok_or(missing)
    }

    /// A user of the asking organisation that was not removed.
    pub(crate) fn user_of(&self, asked: Asked<'_>, id: &str) -> Option<&User> {
        self.user(id).filter(|user| *user.organization == *asked.organization)
    }

    fn user_of_mut(&mut self, asked: Asked<'_>, id: &str) -> Option<&mut User> {
        self.user_of(asked, id)?;
        self.users.get_mut(id)
    }
}

/// Names are compared as the event store's unique constraints are: without regard to case.
fn is_same_name(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

impl Sandbox {
    /// Changes something of a user's, asked for by its own organisation.
    fn change_user<T>(
        &self,
        user_id: &str,
        change: impl FnOnce(&mut World, Asked<'_>) -> Result<T, WorldError>,
    ) -> Result<T, WorldError> {
        let mut world = self.world().write();
        let user =
            world.user(user_id).ok_or_else(|| WorldError::UnknownUser { id: user_id.into() })?;
        let organization = user.organization.clone();
        change(&mut world, Asked { organization: &organization, now: self.now() })
    }

    /// Changes something of a project's, asked for by its own organisation.
    fn change_project<T>(
        &self,
        project_id: &str,
        change: impl FnOnce(&mut World, Asked<'_>) -> Result<T, WorldError>,
    ) -> Result<T, WorldError> {
        let mut world = self.world().write();
        let project = world.projects.get(project_id);
        let project =
            project.ok_or_else(|| WorldError::UnknownProject { id: project_id.into() })?;
        let organization = project.organization.clone();
        change(&mut world, Asked { organization: &organization, now: self.now() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{TokenType, UserState, testing::Scene};

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
