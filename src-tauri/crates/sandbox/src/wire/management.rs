//! The part of `management/v1` and `auth/v1` that provisioning needs, as ZITADEL's gRPC gateway answers
//! it: organisations, projects, roles, APIs, service users, their keys and tokens, authorizations.
//!
//! A handler reads the call, makes one change of the world or looks one thing up, and shows the result.

mod api;
mod body;
mod call;
mod grant;
mod key;
mod metadata;
mod organization;
mod own;
mod personal_access_token;
mod project;
mod project_grant;
mod query;
mod role;
mod status;
#[cfg(test)]
mod tests;
mod user;
mod view;

use axum::{
    Router,
    http::StatusCode,
    routing::{delete, get, post, put},
};

use crate::Sandbox;
use status::Status;

/// What is below `/management/v1`.
pub(super) fn management() -> Router<Sandbox> {
    Router::new()
        .route("/orgs/me", get(organization::mine))
        .route("/orgs", post(organization::add))
        .merge(of_projects())
        .merge(of_apis())
        .merge(of_users())
        .merge(of_credentials())
        .fallback(async || Status::not_found_here())
        .method_not_allowed_fallback(async || Status::method_not_allowed())
}

/// What is below `/auth/v1`: what a caller may ask about itself.
pub(super) fn auth() -> Router<Sandbox> {
    Router::new()
        .route("/users/me", get(own::user))
        .route("/permissions/zitadel/me/_search", post(own::permissions))
        .fallback(async || Status::not_found_here())
        .method_not_allowed_fallback(async || Status::method_not_allowed())
}

fn of_projects() -> Router<Sandbox> {
    Router::new()
        .route("/projects", post(project::add))
        .route("/projects/_search", post(project::list))
        .route(
            "/projects/{project}",
            get(project::find).put(project::change).delete(project::remove),
        )
        .route("/projects/{project}/_deactivate", post(project::deactivate))
        .route("/projects/{project}/_reactivate", post(project::reactivate))
        .route("/projects/{project}/roles", post(role::add))
        .route("/projects/{project}/roles/_search", post(role::list))
        .route("/projects/{project}/roles/{role}", put(role::change).delete(role::remove))
        .route("/projects/{project}/grants", post(project_grant::add))
        .route("/projects/{project}/grants/_search", post(project_grant::list))
        .route(
            "/projects/{project}/grants/{grant}",
            get(project_grant::find).put(project_grant::change).delete(project_grant::remove),
        )
}

fn of_apis() -> Router<Sandbox> {
    Router::new()
        .route("/projects/{project}/apps/api", post(api::add))
        .route("/projects/{project}/apps/_search", post(api::list))
        .route("/projects/{project}/apps/{app}", get(api::find).delete(api::remove))
        .route("/projects/{project}/apps/{app}/_deactivate", post(api::deactivate))
        .route("/projects/{project}/apps/{app}/_reactivate", post(api::reactivate))
        .route("/projects/{project}/apps/{app}/keys", post(key::add_to_api))
        .route("/projects/{project}/apps/{app}/keys/_search", post(key::list_of_api))
        .route(
            "/projects/{project}/apps/{app}/keys/{key}",
            get(key::find_of_api).delete(key::remove_from_api),
        )
}

fn of_users() -> Router<Sandbox> {
    Router::new()
        .route("/users/machine", post(user::add))
        .route("/users/_search", post(user::list))
        .route("/users/{user}", get(user::find).delete(user::remove))
        .route("/users/{user}/machine", put(user::change))
        .route("/users/{user}/_lock", post(user::lock))
        .route("/users/{user}/_unlock", post(user::unlock))
        .route("/users/{user}/_deactivate", post(user::deactivate))
        .route("/users/{user}/_reactivate", post(user::reactivate))
        .route("/users/grants/_search", post(grant::list))
        .route("/users/{user}/grants", post(grant::add))
        .route(
            "/users/{user}/grants/{grant}",
            get(grant::find).put(grant::change).delete(grant::remove),
        )
        .route("/users/{user}/grants/{grant}/_deactivate", post(grant::deactivate))
        .route("/users/{user}/grants/{grant}/_reactivate", post(grant::reactivate))
        .route("/users/{user}/metadata/_search", post(metadata::list))
        .route(
            "/users/{user}/metadata/{key}",
            post(metadata::set).get(metadata::find).delete(metadata::remove),
        )
}

fn of_credentials() -> Router<Sandbox> {
    Router::new()
        .route("/users/{user}/keys", post(key::add_to_user))
        .route("/users/{user}/keys/_search", post(key::list_of_user))
        .route("/users/{user}/keys/{key}", get(key::find_of_user).delete(key::remove_from_user))
        .route("/users/{user}/pats", post(personal_access_token::add))
        .route("/users/{user}/pats/_search", post(personal_access_token::list))
        .route("/users/{user}/pats/{token}", delete(personal_access_token::remove))
}

impl Status {
    /// No call has this path.
    fn not_found_here() -> Self {
        Self::plain(5, StatusCode::NOT_FOUND, "Not Found")
    }

    /// A call has this path, with another method.
    fn method_not_allowed() -> Self {
        Self::plain(12, StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed")
    }
}
