//! The endpoints: what is asked, what is checked, what is answered, as ZITADEL was recorded to do it.
//!
//! Every answer but the key set is never to be cached; none allows another origin to read it.

mod answer;
mod client;
mod discovery;
mod form;
mod introspect;
mod issuer;
mod management;
mod revoke;
mod token;
mod trouble;
mod userinfo;

use std::time::Duration;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    http::StatusCode,
    middleware::{self, Next},
    response::Response,
    routing::any,
};
use tower_http::timeout::TimeoutLayer;

pub(crate) use issuer::Issuer;

use crate::{FaultName, Sandbox};

/// The largest request body: far more than any form that makes sense here.
const MAX_BODY_BYTES: usize = 256 * 1024;
/// For a request to be read and answered.
const ANSWER_TIME: Duration = Duration::from_secs(15);

/// Paths below the issuer, as discovery names them.
mod path {
    pub(super) const DISCOVERY: &str = "/.well-known/openid-configuration";
    pub(super) const KEYS: &str = "/oauth/v2/keys";
    pub(super) const TOKEN: &str = "/oauth/v2/token";
    pub(super) const INTROSPECTION: &str = "/oauth/v2/introspect";
    pub(super) const REVOCATION: &str = "/oauth/v2/revoke";
    pub(super) const USERINFO: &str = "/oidc/v1/userinfo";
    pub(super) const MANAGEMENT: &str = "/management/v1";
    pub(super) const AUTH: &str = "/auth/v1";
}

impl Sandbox {
    /// All endpoints, for any server. ZITADEL does not look at the method, and takes parameters from
    /// the query as well.
    pub fn router(&self) -> Router {
        Router::new()
            .route(path::DISCOVERY, any(discovery::discovery))
            .route(path::KEYS, any(discovery::keys))
            .route(path::TOKEN, any(token::token))
            .route(path::INTROSPECTION, any(introspect::introspect))
            .route(path::REVOCATION, any(revoke::revoke))
            .route(path::USERINFO, any(userinfo::userinfo))
            .nest(path::MANAGEMENT, management::management())
            .nest(path::AUTH, management::auth())
            .fallback(async || answer::not_found())
            .layer(middleware::from_fn_with_state(self.clone(), for_this_host))
            .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, ANSWER_TIME))
            .layer(middleware::from_fn_with_state(self.clone(), trouble::strike))
            .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
            .with_state(self.clone())
    }
}

/// Answers only under the issuer's own name, so that no web page can borrow it (DNS rebinding); tells
/// the server's time.
async fn for_this_host(State(sandbox): State<Sandbox>, request: Request, next: Next) -> Response {
    let issuer = sandbox.issuer();
    let answer = match issuer.check_host(request.uri(), request.headers()) {
        Ok(()) if sandbox.active_faults().has(FaultName::UnknownHost) => {
            answer::instance_not_found(&issuer.elsewhere(), &issuer.authority)
        }
        Ok(()) => next.run(request).await,
        Err(asked) => answer::instance_not_found(&issuer, &asked),
    };
    answer::with_times(answer, sandbox.now())
}

#[cfg(test)]
mod tests {
    use crate::testing::Scene;
    use axum::{
        body::Body,
        http::{Request, header},
    };

    #[tokio::test]
    async fn answers_tell_the_servers_time_and_let_no_other_origin_in() {
        let scene = Scene::new();
        let request = Request::get("/.well-known/openid-configuration")
            .header(header::HOST, "localhost:8080")
            .header(header::ORIGIN, "https://evil.example");
        let answer = scene.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.headers["date"], "Mon, 23 Nov 2026 11:58:33 GMT");
        assert_eq!(answer.headers["expires"], "Mon, 23 Nov 2026 10:58:33 GMT");
        assert_eq!(answer.headers["pragma"], "no-cache");
        let cors = answer.headers.keys().find(|name| name.as_str().starts_with("access-control"));
        assert_eq!(cors, None);
    }

    #[tokio::test]
    async fn a_path_that_is_not_there_is_said_in_gos_words() {
        let answer = Scene::new().post("/oauth/v2/authorize", &[]).await;
        assert_eq!((answer.status.as_u16(), &*answer.text), (404, "404 page not found\n"));
    }

    #[tokio::test]
    async fn a_body_beyond_its_bounds_is_refused() {
        let large = "x".repeat(super::MAX_BODY_BYTES);
        let answer = Scene::new().post("/oauth/v2/introspect", &[("token", &large)]).await;
        assert_eq!(answer.status.as_u16(), 413);
    }
}
