//! Projects: created, changed, switched off and on, removed with all that is in them.

use super::{Asked, Done, Outcome, Refusal, is_same_name, refusal::PROJECT_NOT_FOUND};
use crate::{
    Sandbox, World, WorldError,
    id::Id,
    world::{Project, ProjectSettings, State},
};

const EXISTS: Refusal = Refusal::exists("Project already exists on organization");

impl World {
    pub(crate) fn add_project(
        &mut self,
        name: &str,
        settings: ProjectSettings,
        asked: Asked<'_>,
    ) -> Outcome<(Id, Done)> {
        if self.has_project_named(name, asked) {
            return Err(EXISTS);
        }
        let id = self.ids.next(asked.now);
        let mut project = Project::new(id.clone(), name, asked.organization.into(), asked.now);
        project.settings = settings;
        let done = Done::last(&project.details, &project.organization);
        self.projects.insert(id.clone(), project);
        Ok((id, done))
    }

    pub(crate) fn change_project(
        &mut self,
        id: &str,
        name: &str,
        settings: ProjectSettings,
        asked: Asked<'_>,
    ) -> Outcome {
        let project = self
            .project_of(asked, id)
            .ok_or(Refusal::not_found("COMMAND-3M9sd", PROJECT_NOT_FOUND))?;
        if project.name == name && project.settings == settings {
            return Err(Refusal::precondition("COMMAND-2M0fs", "No changes"));
        }
        if !is_same_name(&project.name, name) && self.has_project_named(name, asked) {
            return Err(EXISTS);
        }
        self.touch_project(id, asked, |project| {
            project.name = name.into();
            project.settings = settings;
        })
    }

    pub(crate) fn deactivate_project(&mut self, id: &str, asked: Asked<'_>) -> Outcome {
        match self.project_of(asked, id).map(|project| project.state) {
            None => Err(Refusal::not_found("COMMAND-112M9", PROJECT_NOT_FOUND)),
            Some(State::Inactive) => {
                Err(Refusal::precondition("COMMAND-mki55", "Project is not active"))
            }
            Some(State::Active) => {
                self.touch_project(id, asked, |project| project.state = State::Inactive)
            }
        }
    }

    pub(crate) fn reactivate_project(&mut self, id: &str, asked: Asked<'_>) -> Outcome {
        match self.project_of(asked, id).map(|project| project.state) {
            None => Err(Refusal::not_found("COMMAND-3M9sd", PROJECT_NOT_FOUND)),
            Some(State::Active) => {
                Err(Refusal::precondition("COMMAND-5M9bs", "Project is not deactivated"))
            }
            Some(State::Inactive) => {
                self.touch_project(id, asked, |project| project.state = State::Active)
            }
        }
    }

    /// Its APIs, their keys and everybody's authorizations go with it. Tokens for it live on, and fit
    /// no API any more.
    pub(crate) fn remove_project(&mut self, id: &str, asked: Asked<'_>) -> Outcome {
        let done = self.touch_project(id, asked, |_| {})?;
        self.projects.shift_remove(id);
        self.apis.retain(|_, api| *api.project != *id);
        for user in self.users.values_mut() {
            user.authorizations.retain(|one| *one.project != *id);
        }
        Ok(done)
    }

    fn has_project_named(&self, name: &str, asked: Asked<'_>) -> bool {
        let mut projects = self.projects.values();
        projects.any(|known| {
            *known.organization == *asked.organization && is_same_name(&known.name, name)
        })
    }

    /// An event of the project itself.
    fn touch_project(
        &mut self,
        id: &str,
        asked: Asked<'_>,
        change: impl FnOnce(&mut Project),
    ) -> Outcome {
        let project = self
            .project_of_mut(asked, id)
            .ok_or(Refusal::not_found("COMMAND-3M9sd", PROJECT_NOT_FOUND))?;
        change(project);
        let sequence = project.event();
        project.details.change(sequence, asked.now);
        Ok(Done::last(&project.details, &project.organization))
    }
}

impl Sandbox {
    /// Deactivates or reactivates a project; one that is so already stays. Its APIs are then turned
    /// away, while tokens for it can still be had.
    ///
    /// # Errors
    /// [`WorldError::UnknownProject`].
    pub fn set_project_state(&self, project_id: &str, state: State) -> Result<(), WorldError> {
        self.change_project(project_id, |world, asked| {
            if world.projects[project_id].state != state {
                match state {
                    State::Inactive => world.deactivate_project(project_id, asked)?,
                    State::Active => world.reactivate_project(project_id, asked)?,
                };
            }
            Ok(())
        })
    }
}
