//! Projects and their roles.

use serde::Deserialize;
use serde_json::json;

use super::{Created, Details, Management, ManagementError, State, answer, list::Listed};

/// A project.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Project {
    /// Its id: the audience that tokens are asked for with.
    pub id: String,
    /// When and whose.
    #[serde(default)]
    pub details: Details,
    /// What people call it.
    #[serde(default)]
    pub name: String,
    /// Whether it counts.
    #[serde(default)]
    pub state: State,
    /// Roles stand in tokens and userinfo without being asked for.
    #[serde(default)]
    pub project_role_assertion: bool,
    /// Nobody without a role signs in.
    #[serde(default)]
    pub project_role_check: bool,
}

/// A role of a project.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Role {
    /// What claims name, for example `read:messages`.
    pub key: String,
    /// When and whose.
    #[serde(default)]
    pub details: Details,
    /// What people call it.
    #[serde(default)]
    pub display_name: String,
    /// Sorts roles in the console.
    #[serde(default)]
    pub group: String,
}

impl Listed for Project {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Listed for Role {
    fn id(&self) -> &str {
        &self.key
    }
}

impl Management {
    /// All projects of the organisation.
    ///
    /// # Errors
    /// [`ManagementError`].
    pub async fn projects(&self) -> Result<Vec<Project>, ManagementError> {
        self.list(&["projects", "_search"], &[]).await
    }

    /// Creates a project.
    ///
    /// # Errors
    /// [`ManagementError::already_exists`] where the name is taken.
    pub async fn create_project(&self, name: &str) -> Result<Created, ManagementError> {
        self.post(&["projects"], json!({ "name": name })).await
    }

    /// Introspection of its APIs is refused from then on.
    ///
    /// # Errors
    /// [`ManagementError`].
    pub async fn deactivate_project(&self, project_id: &str) -> Result<Details, ManagementError> {
        self.command(&["projects", project_id, "_deactivate"]).await
    }

    /// Undoes [`Self::deactivate_project`].
    ///
    /// # Errors
    /// [`ManagementError`].
    pub async fn reactivate_project(&self, project_id: &str) -> Result<Details, ManagementError> {
        self.command(&["projects", project_id, "_reactivate"]).await
    }

    /// Deletes a project with all that belongs to it.
    ///
    /// # Errors
    /// [`ManagementError`].
    pub async fn delete_project(&self, project_id: &str) -> Result<Details, ManagementError> {
        self.delete(&["projects", project_id]).await
    }

    /// Lets another organisation give these roles of the project to its own users.
    ///
    /// # Errors
    /// [`ManagementError`].
    pub async fn grant_project(
        &self,
        project_id: &str,
        organization_id: &str,
        roles: &[&str],
    ) -> Result<Created, ManagementError> {
        let body = json!({ "grantedOrgId": organization_id, "roleKeys": roles });
        self.post(&["projects", project_id, "grants"], body).await
    }

    /// All roles of a project.
    ///
    /// # Errors
    /// [`ManagementError`].
    pub async fn roles(&self, project_id: &str) -> Result<Vec<Role>, ManagementError> {
        self.list(&["projects", project_id, "roles", "_search"], &[]).await
    }

    /// Creates a role.
    ///
    /// # Errors
    /// [`ManagementError::already_exists`] where the project has the role.
    pub async fn create_role(
        &self,
        project_id: &str,
        key: &str,
        display_name: &str,
    ) -> Result<Details, ManagementError> {
        let body = json!({ "roleKey": key, "displayName": display_name });
        let created: answer::Changed = self.post(&["projects", project_id, "roles"], body).await?;
        Ok(created.details)
    }

    /// Changes what people call a role.
    ///
    /// # Errors
    /// [`ManagementError`].
    pub async fn rename_role(
        &self,
        project_id: &str,
        key: &str,
        display_name: &str,
    ) -> Result<Details, ManagementError> {
        let body = json!({ "displayName": display_name });
        self.put(&["projects", project_id, "roles", key], body).await
    }

    /// Deletes a role, which takes it from everybody who has it. ZITADEL says yes to a role that
    /// was deleted before, too.
    ///
    /// # Errors
    /// [`ManagementError`].
    pub async fn delete_role(
        &self,
        project_id: &str,
        key: &str,
    ) -> Result<Details, ManagementError> {
        self.delete(&["projects", project_id, "roles", key]).await
    }
}
