//! ZITADEL's management API, version 1, which servers of all years have: projects, roles, API
//! applications, service users, their keys and tokens, and authorizations.
//!
//! A personal access token opens it. Answers are typed as far as Rolecall needs them; what it does
//! not know is passed over. Reading is repeated where the network fails; whatever changes something
//! is sent once, since a second key or token that nobody knows of would live on.

mod answer;
mod app;
mod authorization;
mod error;
mod list;
mod organization;
mod project;
mod role_switch;
mod user;

use std::sync::Arc;

use contract::exchange::{Party, Purpose, SecretKind};
use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use url::Url;

use crate::{
    http::{Answer, Http, Outgoing, Value},
    oauth,
    secret::PersonalAccessToken,
};
pub use answer::{Created, Details, Key, State};
pub use app::{ApiApp, App, AuthMethod, CreatedApp, CreatedKey};
pub use authorization::Authorization;
pub use error::ManagementError;
pub use organization::Organization;
pub use project::{Project, Role};
pub use user::{AccessTokenType, CreatedToken, Machine, Token, User};

/// Manages one issuer in the name of a personal access token's user. Clones are the same manager.
#[derive(Clone)]
pub struct Management(Arc<Inner>);

struct Inner {
    http: Http,
    /// Origin of the issuer.
    issuer: String,
    token: PersonalAccessToken,
    /// `None`: the token's own.
    organization: Option<String>,
    /// One for all who write in the same organisation, whatever they send with.
    written: Arc<role_switch::Written>,
}

/// One of the two parts of the API that are spoken.
#[derive(Clone, Copy)]
enum Area {
    /// What the token's user may manage.
    Management,
    /// The token's user itself.
    Auth,
}

/// One request.
struct Call<'a> {
    method: &'static str,
    area: Area,
    /// The path's segments, as they are: they are escaped when sent.
    path: &'a [&'a str],
    body: Option<Json>,
    /// It only reads.
    repeatable: bool,
}

impl Management {
    /// Nothing is sent before the first call. The token is sent to `issuer` alone, an absolute URL.
    pub fn new(http: Http, issuer: &str, token: PersonalAccessToken) -> Self {
        Self(Arc::new(Inner {
            http,
            issuer: issuer.trim_end_matches('/').to_owned(),
            token,
            organization: None,
            written: Arc::default(),
        }))
    }

    /// The same, in another organisation than the token's own (`x-zitadel-orgid`).
    pub fn in_organization(&self, organization_id: &str) -> Self {
        let Inner { http, issuer, token, .. } = &*self.0;
        Self(Arc::new(Inner {
            http: http.clone(),
            issuer: issuer.clone(),
            token: token.clone(),
            organization: Some(organization_id.to_owned()),
            written: Arc::default(),
        }))
    }

    /// The same, over another client, which may trust other authorities and repeat more often.
    pub fn with_http(&self, http: Http) -> Self {
        let Inner { issuer, token, organization, written, .. } = &*self.0;
        Self(Arc::new(Inner {
            http,
            issuer: issuer.clone(),
            token: token.clone(),
            organization: organization.clone(),
            written: written.clone(),
        }))
    }

    async fn get<T: DeserializeOwned>(&self, path: &[&str]) -> Result<T, ManagementError> {
        let area = Area::Management;
        self.call(Call { method: "GET", area, path, body: None, repeatable: true }).await
    }

    async fn post<T: DeserializeOwned>(
        &self,
        path: &[&str],
        body: Json,
    ) -> Result<T, ManagementError> {
        let (area, body) = (Area::Management, Some(body));
        self.call(Call { method: "POST", area, path, body, repeatable: false }).await
    }

    async fn put(&self, path: &[&str], body: Json) -> Result<Details, ManagementError> {
        let (area, body) = (Area::Management, Some(body));
        let call = Call { method: "PUT", area, path, body, repeatable: false };
        self.call(call).await.map(|changed: answer::Changed| changed.details)
    }

    async fn delete(&self, path: &[&str]) -> Result<Details, ManagementError> {
        let area = Area::Management;
        let call = Call { method: "DELETE", area, path, body: None, repeatable: false };
        self.call(call).await.map(|changed: answer::Changed| changed.details)
    }

    /// A command such as `_deactivate`, which says everything by its path.
    async fn command(&self, path: &[&str]) -> Result<Details, ManagementError> {
        let changed: answer::Changed = self.post(path, Json::Object(Default::default())).await?;
        Ok(changed.details)
    }

    async fn call<T: DeserializeOwned>(&self, call: Call<'_>) -> Result<T, ManagementError> {
        let inner = &*self.0;
        let mut headers = vec![
            ("accept".into(), "application/json".into()),
            ("authorization".into(), bearer(&inner.token)),
        ];
        if let Some(organization) = &inner.organization {
            headers.push(("x-zitadel-orgid".into(), Value::Plain(organization.clone())));
        }
        let outgoing = Outgoing {
            purpose: Purpose::Management,
            from: Party::Caller,
            to: Party::Zitadel,
            user: None,
            request_id: None,
            method: call.method.into(),
            url: self.url(call.area, call.path),
            headers,
            form: None,
            json: call.body,
            repeatable: call.repeatable,
        };
        let answer = inner.http.send(outgoing).await.map_err(ManagementError::Transport)?;
        read(&answer)
    }

    fn url(&self, area: Area, path: &[&str]) -> String {
        let issuer = &self.0.issuer;
        let Ok(mut url) = Url::parse(issuer) else { return issuer.clone() };
        let area = match area {
            Area::Management => "management",
            Area::Auth => "auth",
        };
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend([area, "v1"]).extend(path);
        }
        url.into()
    }
}

fn bearer(token: &PersonalAccessToken) -> Value {
    Value::Secret {
        kind: SecretKind::PersonalAccessToken,
        secret: token.to_secret(),
        prefix: "Bearer ",
    }
}

fn read<T: DeserializeOwned>(answer: &Answer) -> Result<T, ManagementError> {
    let exchange = answer.exchange;
    if answer.status != 200 {
        return Err(ManagementError::refused(answer));
    }
    let unreadable = |reason| ManagementError::Unreadable { exchange, reason };
    let members = oauth::object(answer).map_err(unreadable)?;
    // serde's words may repeat a text of the answer, so only the place is told.
    T::deserialize(Json::Object(members))
        .map_err(|_| unreadable("it lacks a field, or one is of another kind".into()))
}

impl std::fmt::Debug for Management {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Management")
            .field("issuer", &self.0.issuer)
            .field("organization", &self.0.organization)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
