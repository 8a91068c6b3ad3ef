//! APIs of a project: added, switched off and on, removed.

use super::{Asked, Done, Outcome, Refusal, is_same_name, refusal::APP_NOT_EXISTING};
use crate::{
    Sandbox, World, WorldError,
    id::Id,
    world::{Api, Authentication, State},
};

/// An API that was just added.
pub(crate) struct NewApi {
    pub(crate) app_id: Id,
    pub(crate) client_id: Id,
    pub(crate) done: Done,
}

impl World {
    pub(crate) fn add_api(
        &mut self,
        project: &str,
        name: &str,
        authentication: Authentication,
        asked: Asked<'_>,
    ) -> Outcome<NewApi> {
        self.project_to_fill(asked, project)?;
        let mut apis = self.apis.values().filter(|api| *api.project == *project);
        if apis.any(|known| is_same_name(&known.name, name)) {
            return Err(Refusal::exists("Application already exists"));
        }
        let (app_id, client_id) = (self.ids.next(asked.now), self.ids.next(asked.now));
        let project = self.project_to_fill(asked, project)?;
        let api =
            Api::new(app_id.clone(), client_id.clone(), name, authentication, project, asked.now);
        let done = Done::last(&api.details, &project.organization);
        self.apis.insert(client_id.clone(), api);
        Ok(NewApi { app_id, client_id, done })
    }

    pub(crate) fn deactivate_api(&mut self, project: &str, app: &str, asked: Asked<'_>) -> Outcome {
        let api = self.api_in(project, app, asked);
        match api.ok_or(Refusal::not_found("COMMAND-ov9d3", APP_NOT_EXISTING))?.state {
            State::Inactive => {
                Err(Refusal::precondition("COMMAND-dsh35", "Application is not active"))
            }
            State::Active => self.switch_api(project, app, State::Inactive, asked),
        }
    }

    pub(crate) fn reactivate_api(&mut self, project: &str, app: &str, asked: Asked<'_>) -> Outcome {
        let api = self.api_in(project, app, asked);
        match api.ok_or(Refusal::not_found("COMMAND-ov9d3", APP_NOT_EXISTING))?.state {
            State::Active => {
                Err(Refusal::precondition("COMMAND-1n8cM", "Application is not inactive"))
            }
            State::Inactive => self.switch_api(project, app, State::Active, asked),
        }
    }

    /// Its keys go with it.
    pub(crate) fn remove_api(&mut self, project: &str, app: &str, asked: Asked<'_>) -> Outcome {
        let missing = Refusal::not_found("COMMAND-0po9s", APP_NOT_EXISTING);
        let client_id = self.api_in(project, app, asked).ok_or(missing)?.client_id.clone();
        self.apis.shift_remove(&client_id);
        let project = self.project_to_fill(asked, project)?;
        Ok(Done::new(project.event(), asked.now, &project.organization))
    }

    /// An API by its app id, in a project of the asking organisation.
    pub(crate) fn api_in(&self, project: &str, app: &str, asked: Asked<'_>) -> Option<&Api> {
        self.project_of(asked, project)?;
        self.apis.values().find(|api| *api.project == *project && *api.app_id == *app)
    }

    fn switch_api(&mut self, project: &str, app: &str, state: State, asked: Asked<'_>) -> Outcome {
        let project = self.project_to_fill(asked, project)?;
        let (sequence, id, owner) =
            (project.event(), project.id.clone(), project.organization.clone());
        let api = self.apis.values_mut().find(|api| api.project == id && *api.app_id == *app);
        let api = api.ok_or(Refusal::not_found("COMMAND-ov9d3", APP_NOT_EXISTING))?;
        api.state = state;
        api.details.change(sequence, asked.now);
        Ok(Done::last(&api.details, &owner))
    }
}

impl Sandbox {
    /// Deactivates or reactivates an API; one that is so already stays.
    ///
    /// # Errors
    /// [`WorldError::UnknownApi`].
    pub fn set_api_state(&self, client_id: &str, state: State) -> Result<(), WorldError> {
        self.change_api(client_id, |world, (project, app), asked| {
            if world.apis[client_id].state != state {
                match state {
                    State::Inactive => world.deactivate_api(project, app, asked)?,
                    State::Active => world.reactivate_api(project, app, asked)?,
                };
            }
            Ok(())
        })
    }

    /// Changes something of an API's, given its project and its app id, asked for by its own
    /// organisation.
    pub(super) fn change_api<T>(
        &self,
        client_id: &str,
        change: impl FnOnce(&mut World, (&str, &str), Asked<'_>) -> Result<T, WorldError>,
    ) -> Result<T, WorldError> {
        let unknown = || WorldError::UnknownApi { id: client_id.into() };
        let mut world = self.world().write();
        let api = world.apis.get(client_id).ok_or_else(unknown)?;
        let (project, app) = (api.project.clone(), api.app_id.clone());
        let organization = world.projects[&project].organization.clone();
        let asked = Asked { organization: &organization, now: self.now() };
        change(&mut world, (&project, &app), asked)
    }
}
