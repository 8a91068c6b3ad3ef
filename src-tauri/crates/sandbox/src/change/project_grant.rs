//! Project grants: which roles of a project another organisation may give to its own users.

use super::{Asked, Done, Outcome, Refusal, refusal::PROJECT_NOT_FOUND};
use crate::{
    Sandbox, World, WorldError,
    id::Id,
    world::{Details, Project, ProjectGrant},
};

const NOT_FOUND: Refusal = Refusal::not_found("PROJECT-D8JxR", "Grant not found");

impl World {
    pub(crate) fn add_project_grant(
        &mut self,
        project: &str,
        organization: &str,
        roles: &[String],
        asked: Asked<'_>,
    ) -> Outcome<(Id, Done)> {
        let known = self.verify_project_grant(project, organization, roles, asked)?;
        if known.grants.values().any(|grant| *grant.organization == *organization) {
            return Err(Refusal::exists("Project grant already exists"));
        }
        let id = self.ids.next(asked.now);
        let project = self.project_to_fill(asked, project)?;
        let details = Details::new(project.event(), asked.now);
        let grant =
            ProjectGrant { organization: organization.into(), roles: roles.into(), details };
        project.grants.insert(id.clone(), grant);
        Ok((id, Done::last(&details, &project.organization)))
    }

    /// Roles that it loses are lost to everybody who had them by it.
    pub(crate) fn change_project_grant(
        &mut self,
        project: &str,
        id: &str,
        roles: &[String],
        asked: Asked<'_>,
    ) -> Outcome {
        let grant = self.project_of(asked, project).and_then(|project| project.grants.get(id));
        let grant = grant.ok_or(NOT_FOUND)?;
        let (organization, unchanged) = (grant.organization.clone(), grant.roles == roles);
        self.verify_project_grant(project, &organization, roles, asked)?;
        if unchanged {
            return Err(Refusal::precondition("PROJECT-0o0pL", "Errors.NoChangesFoundc"));
        }
        let project = self.project_to_fill(asked, project)?;
        let (sequence, owner) = (project.event(), project.organization.clone());
        let grant = project.grants.get_mut(id).ok_or(NOT_FOUND)?;
        grant.roles = roles.into();
        grant.details.change(sequence, asked.now);
        let done = Done::last(&grant.details, &owner);
        let authorizations = self.users.values_mut().flat_map(|user| &mut user.authorizations);
        for one in authorizations.filter(|one| one.project_grant.as_deref() == Some(id)) {
            if one.roles.iter().any(|role| !roles.contains(role)) {
                one.roles.retain(|role| roles.contains(role));
                one.details.change(one.details.sequence + 1, asked.now);
            }
        }
        Ok(done)
    }

    /// The authorizations that were given by it go with it.
    pub(crate) fn remove_project_grant(
        &mut self,
        project: &str,
        id: &str,
        asked: Asked<'_>,
    ) -> Outcome {
        let missing = Refusal::precondition("PROJECT-6mf9s", PROJECT_NOT_FOUND);
        let project = self.project_of_mut(asked, project).ok_or(missing)?;
        project.grants.shift_remove(id).ok_or(NOT_FOUND)?;
        let done = Done::new(project.event(), asked.now, &project.organization);
        for user in self.users.values_mut() {
            user.authorizations.retain(|one| one.project_grant.as_deref() != Some(id));
        }
        Ok(done)
    }

    /// `checkProjectGrantPreCondition`.
    fn verify_project_grant(
        &self,
        project: &str,
        organization: &str,
        roles: &[String],
        asked: Asked<'_>,
    ) -> Outcome<&Project> {
        let project = self
            .project_of(asked, project)
            .ok_or(Refusal::precondition("COMMAND-m9gsd", PROJECT_NOT_FOUND))?;
        if !self.organizations.contains_key(organization) {
            return Err(Refusal::precondition("COMMAND-3m9gg", "Organisation not found"));
        }
        if roles.iter().any(|role| !project.roles.contains_key(role)) {
            return Err(Refusal::precondition("COMMAND-6m9gd", "Errors.Project.Role.NotFound"));
        }
        Ok(project)
    }
}

impl Sandbox {
    /// Lets another organisation give these roles of a project to its own users.
    ///
    /// # Errors
    /// [`WorldError::UnknownProject`], [`WorldError::UnknownOrganization`],
    /// [`WorldError::UnknownRole`], [`WorldError::Refused`] where it may give some already.
    pub fn grant_project(
        &self,
        project_id: &str,
        organization_id: &str,
        roles: &[&str],
    ) -> Result<(), WorldError> {
        self.change_project(project_id, |world, asked| {
            if !world.organizations.contains_key(organization_id) {
                return Err(WorldError::UnknownOrganization { id: organization_id.into() });
            }
            let known = &world.projects[project_id].roles;
            if let Some(unknown) = roles.iter().find(|role| !known.contains_key(**role)) {
                return Err(WorldError::UnknownRole { role: (*unknown).into() });
            }
            let roles: Vec<String> = roles.iter().map(|role| (*role).to_owned()).collect();
            world.add_project_grant(project_id, organization_id, &roles, asked)?;
            Ok(())
        })
    }
}
