//! Service users, their keys, tokens and metadata.

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    Area, Call, Created, CreatedKey, Details, Key, Management, ManagementError, State, answer,
    list::Listed,
};
use crate::secret::PersonalAccessToken;

/// A user.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// Its id: the `sub` of its tokens.
    pub id: String,
    /// When and whose.
    #[serde(default)]
    pub details: Details,
    /// Whether it gets tokens.
    #[serde(default)]
    pub state: State,
    /// For example `reader-bot`.
    #[serde(default)]
    pub user_name: String,
    /// The names it may be called by.
    #[serde(default)]
    pub login_names: Vec<String>,
    /// The one of them that is shown.
    #[serde(default)]
    pub preferred_login_name: String,
    /// `None` for a person.
    #[serde(default)]
    pub machine: Option<Machine>,
}

/// What makes a user a service user.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Machine {
    /// What people call it.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// What its tokens are.
    pub access_token_type: AccessTokenType,
    /// It can also sign in with a secret.
    pub has_secret: bool,
}

/// What a service user's tokens are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum AccessTokenType {
    /// Opaque.
    #[default]
    #[serde(rename = "ACCESS_TOKEN_TYPE_BEARER")]
    Bearer,
    /// Signed, for APIs that ask nobody.
    #[serde(rename = "ACCESS_TOKEN_TYPE_JWT")]
    Jwt,
}

/// A personal access token, as lists tell of it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Token {
    /// Its id, which opens nothing.
    pub id: String,
    /// When and whose.
    #[serde(default)]
    pub details: Details,
    /// `None` for a token without end.
    #[serde(default, deserialize_with = "answer::time")]
    pub expiration_date: Option<Timestamp>,
    /// The same for all.
    #[serde(default)]
    pub scopes: Vec<String>,
}

/// A personal access token that was just created.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreatedToken {
    /// Its id, which opens nothing.
    pub token_id: String,
    /// The token, which is told only now.
    #[serde(deserialize_with = "answer::personal_access_token")]
    pub token: PersonalAccessToken,
    /// When and whose.
    #[serde(default)]
    pub details: Details,
}

#[derive(Deserialize)]
struct One {
    user: User,
}

impl Listed for User {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Listed for Token {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Management {
    /// The token's own user.
    ///
    /// # Errors
    /// [`ManagementError`].
    pub async fn who_am_i(&self) -> Result<User, ManagementError> {
        let call = Call {
            method: "GET",
            area: Area::Auth,
            path: &["users", "me"],
            body: None,
            repeatable: true,
        };
        self.call(call).await.map(|one: One| one.user)
    }

    /// All service users of the organisation.
    ///
    /// # Errors
    /// [`ManagementError`].
    pub async fn machine_users(&self) -> Result<Vec<User>, ManagementError> {
        let machines = json!({ "typeQuery": { "type": "TYPE_MACHINE" } });
        self.list(&["users", "_search"], &[machines]).await
    }

    /// One user.
    ///
    /// # Errors
    /// [`ManagementError`].
    pub async fn user(&self, user_id: &str) -> Result<User, ManagementError> {
        self.get(&["users", user_id]).await.map(|one: One| one.user)
    }

    /// Creates a service user.
    ///
    /// # Errors
    /// [`ManagementError::already_exists`] where the name is taken.
    pub async fn create_machine_user(
        &self,
        user_name: &str,
        name: &str,
        token_type: AccessTokenType,
    ) -> Result<Created, ManagementError> {
        let body = json!({ "userName": user_name, "name": name, "accessTokenType": token_type });
        self.post(&["users", "machine"], body).await
    }

    /// Puts a service user's name, description and token type in place of those it has.
    ///
    /// # Errors
    /// [`ManagementError`].
    pub async fn change_machine_user(
        &self,
        user_id: &str,
        machine: &Machine,
    ) -> Result<Details, ManagementError> {
        let mut body = json!({
            "name": machine.name,
            "accessTokenType": machine.access_token_type,
        });
        if !machine.description.is_empty() {
            body["description"] = machine.description.as_str().into();
        }
        self.put(&["users", user_id, "machine"], body).await
    }

    /// Changes what a service user's tokens are, and nothing else.
    ///
    /// # Errors
    /// [`ManagementError`].
    pub async fn change_token_type(
        &self,
        user_id: &str,
        token_type: AccessTokenType,
    ) -> Result<(), ManagementError> {
        let machine = self.user(user_id).await?.machine.unwrap_or_default();
        if machine.access_token_type != token_type {
            let machine = Machine { access_token_type: token_type, ..machine };
            self.change_machine_user(user_id, &machine).await?;
        }
        Ok(())
    }

    /// It gets no tokens from then on, and those it has are inactive.
    ///
    /// # Errors
    /// [`ManagementError`], also for a user who is deactivated.
    pub async fn lock_user(&self, user_id: &str) -> Result<Details, ManagementError> {
        self.command(&["users", user_id, "_lock"]).await
    }

    /// Undoes [`Self::lock_user`]; tokens of before stay inactive.
    ///
    /// # Errors
    /// [`ManagementError`].
    pub async fn unlock_user(&self, user_id: &str) -> Result<Details, ManagementError> {
        self.command(&["users", user_id, "_unlock"]).await
    }

    /// It gets no tokens from then on, and those it has are inactive.
    ///
    /// # Errors
    /// [`ManagementError`].
    pub async fn deactivate_user(&self, user_id: &str) -> Result<Details, ManagementError> {
        self.command(&["users", user_id, "_deactivate"]).await
    }

    /// Undoes [`Self::deactivate_user`]; tokens of before stay inactive.
    ///
    /// # Errors
    /// [`ManagementError`].
    pub async fn reactivate_user(&self, user_id: &str) -> Result<Details, ManagementError> {
        self.command(&["users", user_id, "_reactivate"]).await
    }

    /// Deletes a user with keys, tokens and authorizations.
    ///
    /// # Errors
    /// [`ManagementError`].
    pub async fn delete_user(&self, user_id: &str) -> Result<Details, ManagementError> {
        self.delete(&["users", user_id]).await
    }

    /// All keys of a service user.
    ///
    /// # Errors
    /// [`ManagementError`].
    pub async fn user_keys(&self, user_id: &str) -> Result<Vec<Key>, ManagementError> {
        self.list(&["users", user_id, "keys", "_search"], &[]).await
    }

    /// Creates a key of a service user; without a date it has no end.
    ///
    /// # Errors
    /// [`ManagementError`], also for a date that is past.
    pub async fn create_user_key(
        &self,
        user_id: &str,
        expires_at: Option<Timestamp>,
    ) -> Result<CreatedKey, ManagementError> {
        self.create_key(&["users", user_id, "keys"], expires_at).await
    }

    /// Deletes a key of a service user.
    ///
    /// # Errors
    /// [`ManagementError`].
    pub async fn delete_user_key(
        &self,
        user_id: &str,
        key_id: &str,
    ) -> Result<Details, ManagementError> {
        self.delete(&["users", user_id, "keys", key_id]).await
    }

    /// All personal access tokens of a service user.
    ///
    /// # Errors
    /// [`ManagementError`].
    pub async fn tokens(&self, user_id: &str) -> Result<Vec<Token>, ManagementError> {
        self.list(&["users", user_id, "pats", "_search"], &[]).await
    }

    /// Creates a personal access token; without a date it has no end.
    ///
    /// # Errors
    /// [`ManagementError`].
    pub async fn create_token(
        &self,
        user_id: &str,
        expires_at: Option<Timestamp>,
    ) -> Result<CreatedToken, ManagementError> {
        let body = match expires_at {
            Some(expires_at) => json!({ "expirationDate": expires_at.to_string() }),
            None => json!({}),
        };
        self.post(&["users", user_id, "pats"], body).await
    }

    /// Deletes a personal access token.
    ///
    /// # Errors
    /// [`ManagementError`].
    pub async fn delete_token(
        &self,
        user_id: &str,
        token_id: &str,
    ) -> Result<Details, ManagementError> {
        self.delete(&["users", user_id, "pats", token_id]).await
    }

    /// Sets one entry of a user's metadata.
    ///
    /// # Errors
    /// [`ManagementError`].
    pub async fn set_metadata(
        &self,
        user_id: &str,
        key: &str,
        value: &str,
    ) -> Result<Details, ManagementError> {
        let body = json!({ "value": STANDARD.encode(value) });
        let set: answer::Changed = self.post(&["users", user_id, "metadata", key], body).await?;
        Ok(set.details)
    }
}
