//! A call: who asks, for which organisation, with which body. The gateway reads the body first; then
//! the token is looked at, the organisation, and whether the caller may manage anything.

use axum::{
    body::Bytes,
    extract::{FromRequest, RawPathParams, Request},
    http::{HeaderMap, Method, StatusCode, header::AUTHORIZATION},
    response::{IntoResponse, Response},
};

use super::{
    body::Body,
    status::{Answer, Reply, Status},
    view,
};
use crate::{
    Sandbox, UserState, World,
    access_token::Known,
    change::{Asked, Done, Refusal},
    id::Id,
};

const ORGANIZATION: &str = "x-zitadel-orgid";
const TOKEN_INVALID: Refusal = Refusal::unauthenticated("AUTH-7fs1e", "Errors.Token.Invalid");

/// A call by anybody with a good token, about itself.
pub(super) struct OwnCall {
    pub(super) sandbox: Sandbox,
    pub(super) user: Id,
    /// The one of the header, else the caller's.
    pub(super) organization: Id,
    pub(super) body: Body,
    path: Vec<(String, String)>,
}

/// A call by somebody who may manage. There is one such: the administrator.
pub(super) struct Call(OwnCall);

impl OwnCall {
    pub(super) fn asked(&self) -> Asked<'_> {
        Asked { organization: &self.organization, now: self.sandbox.now() }
    }
}

impl Call {
    /// What the path says, `{project}` for example.
    pub(super) fn path(&self, name: &str) -> &str {
        let mut parts = self.0.path.iter();
        parts.find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    pub(super) fn body(&self) -> &Body {
        &self.0.body
    }

    pub(super) fn sandbox(&self) -> &Sandbox {
        &self.0.sandbox
    }

    /// Makes a change of the world.
    pub(super) fn make<T>(
        &self,
        change: impl FnOnce(&mut World, Asked<'_>) -> Result<T, Refusal>,
    ) -> Result<T, Status> {
        let mut world = self.0.sandbox.world().write();
        Ok(change(&mut world, self.0.asked())?)
    }

    /// Makes a change of something that is there, and answers its details.
    pub(super) fn change(
        &self,
        change: impl FnOnce(&mut World, Asked<'_>) -> Result<Done, Refusal>,
    ) -> Answer {
        let done = self.make(change)?;
        Ok(Reply(serde_json::json!({ "details": view::changed(&done) })))
    }

    /// Looks at the world.
    pub(super) fn look<T>(&self, look: impl FnOnce(&World, Asked<'_>) -> T) -> T {
        look(&self.0.sandbox.world().read(), self.0.asked())
    }
}

impl FromRequest<Sandbox> for OwnCall {
    type Rejection = Response;

    async fn from_request(request: Request, sandbox: &Sandbox) -> Result<Self, Response> {
        let (mut head, content) = request.into_parts();
        let path = <RawPathParams as axum::extract::FromRequestParts<Sandbox>>::from_request_parts(
            &mut head, sandbox,
        )
        .await
        .map_err(IntoResponse::into_response)?;
        let path = path.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let has_body = [Method::POST, Method::PUT].contains(&head.method);
        let headers = head.headers.clone();
        let request = Request::from_parts(head, content);
        let body = if has_body {
            let bytes = Bytes::from_request(request, sandbox);
            let bytes = bytes.await.map_err(IntoResponse::into_response)?;
            Body::read(&bytes).map_err(IntoResponse::into_response)?
        } else {
            Body::default()
        };
        let (user, organization) =
            authenticate(sandbox, &headers).map_err(IntoResponse::into_response)?;
        Ok(Self { sandbox: sandbox.clone(), user, organization, body, path })
    }
}

impl FromRequest<Sandbox> for Call {
    type Rejection = Response;

    async fn from_request(request: Request, sandbox: &Sandbox) -> Result<Self, Response> {
        let call = OwnCall::from_request(request, sandbox).await?;
        if call.user != sandbox.world().read().administrator {
            let stranger = Refusal::not_found("AUTHZ-cdgFk", "membership not found");
            return Err(Status::from(stranger).into_response());
        }
        Ok(Self(call))
    }
}

/// Whose token it is, and which organisation is asked for (`VerifyTokenAndCreateCtxData`).
fn authenticate(sandbox: &Sandbox, headers: &HeaderMap) -> Result<(Id, Id), Status> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let header = text(AUTHORIZATION.as_str());
    if header.is_empty() {
        return Err(Status::plain(16, StatusCode::UNAUTHORIZED, "auth header missing"));
    }
    let mut parts = header.split("Bearer ");
    let (Some(_), Some(token), None) = (parts.next(), parts.next(), parts.next()) else {
        return Err(Refusal::unauthenticated("AUTH-toLo1", "invalid auth header").into());
    };
    let user = user_of(sandbox, token).ok_or(TOKEN_INVALID)?;
    let world = sandbox.world().read();
    let own = world.user(&user).map(|user| &user.organization).ok_or(TOKEN_INVALID)?;
    let organization = match text(ORGANIZATION) {
        "" => own,
        asked => world
            .organizations
            .get(asked)
            .map(|known| &known.id)
            .ok_or(Refusal::denied("AUTH-Bs7Ds", "Organisation doesn't exist"))?,
    };
    Ok((user, organization.clone()))
}

/// The active user behind a token for ZITADEL itself: of a session its audience tells, a personal
/// access token always is.
fn user_of(sandbox: &Sandbox, token: &str) -> Option<Id> {
    let reference = sandbox.reference(token)?;
    let now = sandbox.now().as_second();
    let world = sandbox.world().read();
    let user = match reference.follow(now, sandbox.sessions(), &world)? {
        Known::Session(session, _) => {
            let is_for_zitadel = session.audience.iter().any(|id| **id == *world.zitadel_project);
            is_for_zitadel.then(|| session.user.clone())?
        }
        Known::Personal(token, _) => token.user.clone(),
    };
    world.user(&user).filter(|user| user.state == UserState::Active).map(|user| user.id.clone())
}
