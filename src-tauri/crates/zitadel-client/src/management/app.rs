//! API applications and their keys.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Details, Key, Management, ManagementError, State, answer, list::Listed};
use crate::secret::{ClientSecret, KeyFileText};

/// An application of a project.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct App {
    /// Its id, as console addresses name it.
    pub id: String,
    /// When and whose.
    #[serde(default)]
    pub details: Details,
    /// Whether it counts.
    #[serde(default)]
    pub state: State,
    /// What people call it.
    #[serde(default)]
    pub name: String,
    /// `None` for an application of another kind.
    #[serde(default)]
    pub api_config: Option<ApiApp>,
}

/// What makes an application an API.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiApp {
    /// Becomes the `iss` and `sub` of its assertions.
    #[serde(default)]
    pub client_id: String,
    /// How it shows who it is.
    #[serde(default)]
    pub auth_method_type: AuthMethod,
}

/// How an API shows who it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum AuthMethod {
    /// With client id and client secret.
    #[default]
    #[serde(rename = "API_AUTH_METHOD_TYPE_BASIC")]
    Basic,
    /// With an assertion that a key of its own signed.
    #[serde(rename = "API_AUTH_METHOD_TYPE_PRIVATE_KEY_JWT")]
    PrivateKeyJwt,
}

/// An API that was just created.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreatedApp {
    /// Its id.
    pub app_id: String,
    /// Becomes the `iss` and `sub` of its assertions.
    pub client_id: String,
    /// Told only now, and only for [`AuthMethod::Basic`].
    #[serde(default, deserialize_with = "answer::client_secret")]
    pub client_secret: Option<ClientSecret>,
    /// When and whose.
    #[serde(default)]
    pub details: Details,
}

/// A key that was just created.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreatedKey {
    /// The assertion's `kid`.
    #[serde(alias = "keyId")]
    pub id: String,
    /// The key file, which is told only now. [`crate::key_file::parse`] reads it.
    #[serde(rename = "keyDetails", deserialize_with = "answer::key_file")]
    pub key_file: KeyFileText,
    /// When and whose.
    #[serde(default)]
    pub details: Details,
}

#[derive(Deserialize)]
struct One {
    app: App,
}

impl Listed for App {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Listed for Key {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Management {
    /// All applications of a project, of whatever kind.
    ///
    /// # Errors
    /// [`ManagementError`].
    pub async fn apps(&self, project_id: &str) -> Result<Vec<App>, ManagementError> {
        self.list(&["projects", project_id, "apps", "_search"], &[]).await
    }

    /// One application.
    ///
    /// # Errors
    /// [`ManagementError`].
    pub async fn app(&self, project_id: &str, app_id: &str) -> Result<App, ManagementError> {
        self.get(&["projects", project_id, "apps", app_id]).await.map(|one: One| one.app)
    }

    /// Creates an API.
    ///
    /// # Errors
    /// [`ManagementError::already_exists`] where the name is taken.
    pub async fn create_api(
        &self,
        project_id: &str,
        name: &str,
        auth_method: AuthMethod,
    ) -> Result<CreatedApp, ManagementError> {
        let body = json!({ "name": name, "authMethodType": auth_method });
        self.post(&["projects", project_id, "apps", "api"], body).await
    }

    /// Its introspection is refused from then on.
    ///
    /// # Errors
    /// [`ManagementError`].
    pub async fn deactivate_app(
        &self,
        project_id: &str,
        app_id: &str,
    ) -> Result<Details, ManagementError> {
        self.command(&["projects", project_id, "apps", app_id, "_deactivate"]).await
    }

    /// Undoes [`Self::deactivate_app`].
    ///
    /// # Errors
    /// [`ManagementError`].
    pub async fn reactivate_app(
        &self,
        project_id: &str,
        app_id: &str,
    ) -> Result<Details, ManagementError> {
        self.command(&["projects", project_id, "apps", app_id, "_reactivate"]).await
    }

    /// Deletes an application with its keys.
    ///
    /// # Errors
    /// [`ManagementError`].
    pub async fn delete_app(
        &self,
        project_id: &str,
        app_id: &str,
    ) -> Result<Details, ManagementError> {
        self.delete(&["projects", project_id, "apps", app_id]).await
    }

    /// All keys of an API.
    ///
    /// # Errors
    /// [`ManagementError`].
    pub async fn app_keys(
        &self,
        project_id: &str,
        app_id: &str,
    ) -> Result<Vec<Key>, ManagementError> {
        self.list(&["projects", project_id, "apps", app_id, "keys", "_search"], &[]).await
    }

    /// Creates a key of an API; without a date it has no end.
    ///
    /// # Errors
    /// [`ManagementError`], also for an API of the kind [`AuthMethod::Basic`].
    pub async fn create_app_key(
        &self,
        project_id: &str,
        app_id: &str,
        expires_at: Option<Timestamp>,
    ) -> Result<CreatedKey, ManagementError> {
        self.create_key(&["projects", project_id, "apps", app_id, "keys"], expires_at).await
    }

    /// Deletes a key of an API.
    ///
    /// # Errors
    /// [`ManagementError`].
    pub async fn delete_app_key(
        &self,
        project_id: &str,
        app_id: &str,
        key_id: &str,
    ) -> Result<Details, ManagementError> {
        self.delete(&["projects", project_id, "apps", app_id, "keys", key_id]).await
    }

    pub(super) async fn create_key(
        &self,
        path: &[&str],
        expires_at: Option<Timestamp>,
    ) -> Result<CreatedKey, ManagementError> {
        let mut body = json!({ "type": "KEY_TYPE_JSON" });
        if let Some(expires_at) = expires_at {
            body["expirationDate"] = expires_at.to_string().into();
        }
        self.post(path, body).await
    }
}
