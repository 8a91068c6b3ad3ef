//! The roles of a project.

use super::{Asked, Done, Outcome, Refusal, is_same_name};
use crate::{Sandbox, World, WorldError, id::Id, world::Details};

impl World {
    pub(crate) fn add_role(
        &mut self,
        project: &str,
        (key, display_name, group): (&str, &str, &str),
        asked: Asked<'_>,
    ) -> Outcome {
        let project = self.project_to_fill(asked, project)?;
        if project.roles.keys().any(|known| is_same_name(known, key)) {
            return Err(Refusal::exists("Role already exists"));
        }
        project.add_role(key, display_name, group, asked.now);
        Ok(Done::new(project.events, asked.now, &project.organization))
    }

    /// One that stays as it is, is no error.
    pub(crate) fn change_role(
        &mut self,
        project: &str,
        (key, display_name, group): (&str, &str, &str),
        asked: Asked<'_>,
    ) -> Outcome {
        let project = self.project_to_fill(asked, project)?;
        let next = project.events + 1;
        let role = project
            .roles
            .get_mut(key)
            .ok_or(Refusal::not_found("COMMAND-vv8M9", "Role doesn't exist"))?;
        if role.display_name != display_name || role.group != group {
            role.display_name = display_name.into();
            role.group = group.into();
            role.details.change(next, asked.now);
            project.events = next;
        }
        Ok(Done::last(&role.details, &project.organization))
    }

    /// Everybody who had it, and every organisation that could give it, is left without. One that is
    /// not there is no error (`manage-delete-role-again.json`).
    pub(crate) fn remove_role(&mut self, project: &str, key: &str, asked: Asked<'_>) -> Outcome {
        let nothing = || Done { sequence: 0, at: None, owner: Id::from(asked.organization) };
        let Some(project) = self.project_of_mut(asked, project) else { return Ok(nothing()) };
        let owner = project.organization.clone();
        let Some(role) = project.roles.shift_remove(key) else {
            let removed = project.removed_roles.get(key);
            return Ok(removed.map_or_else(nothing, |details| Done::last(details, &owner)));
        };
        let details = Details {
            created_at: role.details.created_at,
            ..Details::new(project.event(), asked.now)
        };
        project.removed_roles.insert(key.into(), details);
        let mut events = project.events;
        for grant in project.grants.values_mut().filter(|grant| has(&grant.roles, key)) {
            events += 1;
            grant.roles.retain(|known| known != key);
            grant.details.change(events, asked.now);
        }
        project.events = events;
        let id = project.id.clone();
        let authorizations = self.users.values_mut().flat_map(|user| &mut user.authorizations);
        for one in authorizations.filter(|one| one.project == id && has(&one.roles, key)) {
            one.roles.retain(|known| known != key);
            one.details.change(one.details.sequence + 1, asked.now);
        }
        Ok(Done::last(&details, &owner))
    }
}

fn has(roles: &[String], key: &str) -> bool {
    roles.iter().any(|known| known == key)
}

impl Sandbox {
    /// Removes a role from a project, and so from everybody who had it.
    ///
    /// # Errors
    /// [`WorldError::UnknownProject`], [`WorldError::UnknownRole`].
    pub fn remove_role(&self, project_id: &str, role: &str) -> Result<(), WorldError> {
        self.change_project(project_id, |world, asked| {
            if !world.projects[project_id].roles.contains_key(role) {
                return Err(WorldError::UnknownRole { role: role.into() });
            }
            world.remove_role(project_id, role, asked)?;
            Ok(())
        })
    }
}
