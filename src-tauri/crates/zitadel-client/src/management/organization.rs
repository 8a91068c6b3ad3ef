//! Organisations.

use serde::Deserialize;
use serde_json::json;

use super::{Area, Call, Created, Details, Management, ManagementError, State};

/// An organisation.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Organization {
    /// Its id.
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
    /// Stands in role claims beside the organisation's id.
    #[serde(default)]
    pub primary_domain: String,
}

#[derive(Deserialize)]
struct Own {
    org: Organization,
}

#[derive(Deserialize)]
struct Permissions {
    #[serde(default)]
    result: Vec<String>,
}

impl Management {
    /// The organisation that is managed. The cheapest way to learn whether the token works.
    ///
    /// # Errors
    /// [`ManagementError`].
    pub async fn own_organization(&self) -> Result<Organization, ManagementError> {
        self.get(&["orgs", "me"]).await.map(|own: Own| own.org)
    }

    /// Creates an organisation.
    ///
    /// # Errors
    /// [`ManagementError`].
    pub async fn create_organization(&self, name: &str) -> Result<Created, ManagementError> {
        self.post(&["orgs"], json!({ "name": name })).await
    }

    /// What the token's user may do, for example `user.grant.write`.
    ///
    /// # Errors
    /// [`ManagementError`].
    pub async fn permissions(&self) -> Result<Vec<String>, ManagementError> {
        let call = Call {
            method: "POST",
            area: Area::Auth,
            path: &["permissions", "zitadel", "me", "_search"],
            body: Some(json!({})),
            repeatable: true,
        };
        self.call(call).await.map(|permissions: Permissions| permissions.result)
    }
}
