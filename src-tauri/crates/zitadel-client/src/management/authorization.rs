//! Authorizations: who has which roles on which project. The API calls them user grants.

use serde::Deserialize;
use serde_json::json;

use super::{Created, Details, Management, ManagementError, State, list::Listed};

/// One user's roles on one project.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Authorization {
    /// Its id.
    pub id: String,
    /// When and whose.
    #[serde(default)]
    pub details: Details,
    /// The roles' keys.
    #[serde(default)]
    pub role_keys: Vec<String>,
    /// Whether it counts.
    #[serde(default)]
    pub state: State,
    /// Who has them.
    #[serde(default)]
    pub user_id: String,
    /// The user's name.
    #[serde(default)]
    pub user_name: String,
    /// The organisation that gives them.
    #[serde(default)]
    pub org_id: String,
    /// The organisation's name.
    #[serde(default)]
    pub org_name: String,
    /// Stands in role claims beside the organisation's id.
    #[serde(default)]
    pub org_domain: String,
    /// The project whose roles they are.
    #[serde(default)]
    pub project_id: String,
    /// The project's name.
    #[serde(default)]
    pub project_name: String,
    /// Where the project is another organisation's: what lets this one give its roles.
    #[serde(default)]
    pub project_grant_id: String,
}

impl Listed for Authorization {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Management {
    /// The authorizations of a user, or on a project, or both; with neither all.
    ///
    /// # Errors
    /// [`ManagementError`].
    pub async fn authorizations(
        &self,
        user_id: Option<&str>,
        project_id: Option<&str>,
    ) -> Result<Vec<Authorization>, ManagementError> {
        let user = user_id.map(|id| json!({ "userIdQuery": { "userId": id } }));
        let project = project_id.map(|id| json!({ "projectIdQuery": { "projectId": id } }));
        let queries: Vec<_> = user.into_iter().chain(project).collect();
        self.list(&["users", "grants", "_search"], &queries).await
    }

    /// Gives a user roles on a project where it has none.
    ///
    /// # Errors
    /// [`ManagementError::already_exists`] where it has some.
    pub async fn authorize(
        &self,
        user_id: &str,
        project_id: &str,
        roles: &[&str],
    ) -> Result<Created, ManagementError> {
        let body = json!({ "projectId": project_id, "roleKeys": roles });
        self.post(&["users", user_id, "grants"], body).await
    }

    /// Puts these roles in place of those that an authorization gives.
    ///
    /// # Errors
    /// [`ManagementError::is_already_so`] where it gives just these.
    pub async fn change_roles(
        &self,
        user_id: &str,
        authorization_id: &str,
        roles: &[&str],
    ) -> Result<Details, ManagementError> {
        let body = json!({ "roleKeys": roles });
        self.put(&["users", user_id, "grants", authorization_id], body).await
    }

    /// Its roles count no longer. ZITADEL says yes to one that was deactivated before, too.
    ///
    /// # Errors
    /// [`ManagementError`].
    pub async fn deactivate_authorization(
        &self,
        user_id: &str,
        authorization_id: &str,
    ) -> Result<Details, ManagementError> {
        self.command(&["users", user_id, "grants", authorization_id, "_deactivate"]).await
    }

    /// Undoes [`Self::deactivate_authorization`].
    ///
    /// # Errors
    /// [`ManagementError`].
    pub async fn reactivate_authorization(
        &self,
        user_id: &str,
        authorization_id: &str,
    ) -> Result<Details, ManagementError> {
        self.command(&["users", user_id, "grants", authorization_id, "_reactivate"]).await
    }

    /// Takes an authorization away.
    ///
    /// # Errors
    /// [`ManagementError`].
    pub async fn delete_authorization(
        &self,
        user_id: &str,
        authorization_id: &str,
    ) -> Result<Details, ManagementError> {
        self.delete(&["users", user_id, "grants", authorization_id]).await
    }
}
