//! What the management API tells of a refusal's cause. It is only read from; where it refuses, or
//! there is no personal access token, the finding says what it can without.

use zitadel_client::{
    key_file::ServiceAccountKey,
    management::{self, Management, ManagementError, State},
};

use super::Running;
use crate::evidence::{Authorization, DefinedRoles, Managed};

impl Running {
    /// Whether the account is there and active, and whether it has this key.
    pub(super) async fn look_up_user(&self, key: &ServiceAccountKey) -> Option<Managed> {
        let management = self.stage.management.as_ref()?;
        let user = management.user(&key.user_id).await;
        let user_active = known(user.map(|user| counts(&user.state)))?;
        let listed = match user_active {
            Some(_) => management.user_keys(&key.user_id).await.ok(),
            None => None,
        };
        Some(Managed {
            exchange: self.latest(),
            user_active: Some(user_active),
            user_key_listed: listed.map(|keys| keys.iter().any(|one| one.id == key.key_id)),
            ..Managed::default()
        })
    }

    /// The roles that the account was given, on whichever project, and whether the API's project has
    /// those that are missing.
    pub(super) async fn look_up_roles(&self, user_id: &str, missing: &[&str]) -> Option<Managed> {
        let management = self.stage.management.as_ref()?;
        let given = management.authorizations(Some(user_id), None).await.ok()?;
        let authorization = |one: management::Authorization| Authorization {
            id: one.id,
            project_id: one.project_id,
            project_name: one.project_name,
            roles: one.role_keys,
            active: one.state == State::Active,
        };
        let defined = self.look_up_defined(management, missing).await;
        Some(Managed {
            exchange: self.latest(),
            authorizations: Some(given.into_iter().map(authorization).collect()),
            defined,
            ..Managed::default()
        })
    }

    /// The project's own roles; `None` where these were seen among them before, or nobody told. Only
    /// its owner is told of a project's roles, so that a list of another's would say nothing.
    async fn look_up_defined(
        &self,
        management: &Management,
        missing: &[&str],
    ) -> Option<DefinedRoles> {
        let known = self.probes.defined.lock().clone();
        if missing.iter().all(|role| known.contains(*role)) {
            return None;
        }
        let project_id = self.project.lock().clone()?;
        let projects = management.projects().await.ok()?;
        let project = projects.into_iter().find(|project| project.id == project_id)?;
        let roles = management.roles(&project_id).await.ok()?;
        let roles: Vec<String> = roles.into_iter().map(|role| role.key).collect();
        self.probes.defined.lock().extend(roles.iter().cloned());
        self.report.lock().project_roles = Some(roles.clone());
        Some(DefinedRoles { project_name: project.name, roles })
    }

    /// Whether project and application are there and active, and whether it has this key.
    pub(super) async fn look_up_api(&self) -> Option<Managed> {
        let management = self.stage.management.as_ref()?;
        let project_id = self.project.lock().clone()?;
        let key = &self.plan.api_key;
        let project = project_is_active(management, &project_id).await;
        let app =
            known(management.app(&project_id, &key.app_id).await.map(|app| counts(&app.state)));
        let listed = match app {
            Some(Some(_)) => management.app_keys(&project_id, &key.app_id).await.ok(),
            _ => None,
        };
        Some(Managed {
            exchange: self.latest(),
            project_active: project,
            api_active: app,
            api_key_listed: listed.map(|keys| keys.iter().any(|one| one.id == key.key_id)),
            ..Managed::default()
        })
    }

    /// The exchange that ended last; other rows may have one meanwhile, which is as good a place to
    /// begin to look.
    fn latest(&self) -> contract::ExchangeId {
        self.stage.transcript.latest()
    }
}

async fn project_is_active(management: &Management, id: &str) -> Option<bool> {
    let projects = management.projects().await.ok()?;
    projects.iter().find(|project| project.id == id).map(|project| counts(&project.state))
}

fn counts(state: &State) -> bool {
    matches!(state, State::Active | State::Initial)
}

/// `Some(None)`: it is not there. `None`: nobody told.
fn known(outcome: Result<bool, ManagementError>) -> Option<Option<bool>> {
    match outcome {
        Ok(active) => Some(Some(active)),
        Err(error) if error.is_not_found() => Some(None),
        Err(_) => None,
    }
}
