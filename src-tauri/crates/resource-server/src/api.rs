//! The API itself: what it is set up with, and the way of one request through it.

use std::{
    ops::ControlFlow,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::{Body, HttpBody, to_bytes},
    extract::{Request, State},
    response::Response,
};
use contract::{
    Access, Decision, Endpoint,
    exchange::Purpose,
    report::{Outcome, RuleName},
};
use http::{
    HeaderMap, HeaderValue,
    header::{CACHE_CONTROL, X_CONTENT_TYPE_OPTIONS},
};
use parking_lot::{Mutex, RwLock};
use serde_json::Value;
use tokio::{sync::Semaphore, time::timeout};
use zitadel_client::{
    introspection::{About, Introspector},
    secret::AccessToken,
};

use crate::{
    answer,
    bearer::{self, Sent},
    decide::{self, Judgement},
    doors::{Doors, Found},
    host,
    kept::Kept,
    request_id::{self, X_REQUEST_ID},
    watch::Watch,
};

/// No endpoint needs a body; what comes is read only so that the connection can be kept.
const MAX_BODY_BYTES: usize = 64 * 1024;
/// For the whole body.
const BODY_TIME: Duration = Duration::from_secs(5);
/// For the issuer's answer, repeats included. Callers commonly give up after 15 seconds, Rolecall's
/// own calls among them; until then they shall hear that it was not for them.
const ASKING_TIME: Duration = Duration::from_secs(12);
/// Introspections under way at once; further ones wait their turn within [`ASKING_TIME`].
const MAX_ASKING: usize = 64;

/// What the API works with.
#[derive(Clone)]
pub struct ApiConfig {
    /// Asks the issuer, with the API's own key.
    pub introspector: Introspector,
    /// Whose role claim counts; `None` reads the short claim.
    pub project_id: Option<String>,
    /// The doors. Of two with the same path and method the first counts.
    pub endpoints: Vec<Endpoint>,
    /// For how long an introspection answer is gone by; zero asks at every call.
    pub keep_answers: Duration,
}

/// The protected API. Clones are the same API.
#[derive(Clone)]
pub struct ProtectedApi {
    shared: Arc<Shared>,
}

struct Shared {
    /// Swapped as a whole: a request sees one set-up from beginning to end.
    setup: RwLock<Arc<Setup>>,
    watch: Mutex<Watch>,
    asking: Semaphore,
}

struct Setup {
    introspector: Option<Introspector>,
    project_id: Option<String>,
    doors: Arc<Doors>,
    kept: Arc<Kept>,
}

impl Default for ProtectedApi {
    fn default() -> Self {
        Self::new()
    }
}

impl ProtectedApi {
    /// An API with the guide's three endpoints and no issuer yet: protected doors answer 503.
    pub fn new() -> Self {
        let setup = Setup {
            introspector: None,
            project_id: None,
            doors: doors(&Endpoint::guide()),
            kept: nothing(),
        };
        Self {
            shared: Arc::new(Shared {
                setup: RwLock::new(Arc::new(setup)),
                watch: Mutex::default(),
                asking: Semaphore::new(MAX_ASKING),
            }),
        }
    }

    /// Takes up a set-up. Requests under way end with the one they began with. No answer from before
    /// is gone by any longer.
    pub fn configure(&self, config: ApiConfig) {
        let setup = Setup {
            introspector: Some(config.introspector),
            project_id: config.project_id,
            doors: doors(&config.endpoints),
            kept: Arc::new(Kept::new(config.keep_answers)),
        };
        *self.shared.setup.write() = Arc::new(setup);
    }

    /// Goes back to having no issuer and keeps the doors: protected ones answer 503.
    pub fn unconfigure(&self) {
        let mut current = self.shared.setup.write();
        let doors = Arc::clone(&current.doors);
        *current = Arc::new(Setup { introspector: None, project_id: None, doors, kept: nothing() });
    }

    /// Says whose role claim counts from now on.
    pub fn set_project_id(&self, project_id: Option<String>) {
        let mut current = self.shared.setup.write();
        let setup = Setup {
            introspector: current.introspector.clone(),
            project_id,
            doors: Arc::clone(&current.doors),
            kept: Arc::clone(&current.kept),
        };
        *current = Arc::new(setup);
    }

    /// Keeps the decision on the request with this `x-request-id` until it is taken. Of ids that
    /// nobody comes back for, the oldest are forgotten.
    pub fn watch(&self, request_id: &str) {
        self.shared.watch.lock().add(request_id);
    }

    /// The decision on a watched request, once. `None` before the request was decided, for an
    /// unwatched id, and where no rule stands (404, 405).
    pub fn take_decision(&self, request_id: &str) -> Option<Decision> {
        self.shared.watch.lock().take(request_id)
    }

    /// The API as a router; see [`crate::serve`] for the bounds that belong to connections.
    pub fn router(&self) -> Router {
        Router::new().fallback(call).with_state(self.clone())
    }

    async fn respond(&self, request_id: &str, request: Request) -> Response {
        let started = Instant::now();
        let (head, body) = request.into_parts();
        if let Err(wrong) = host::check(&head.uri, &head.headers) {
            return answer::wrong_host(wrong);
        }
        if let Err(response) = swallow(body).await {
            return response;
        }
        let setup = Arc::clone(&self.shared.setup.read());
        let access = match setup.doors.find(&head.method, head.uri.path()) {
            Found::Door(access) => access,
            Found::OtherMethods(allow) => return answer::method_not_allowed(allow),
            Found::Nothing => return answer::not_found(),
        };
        let sent = bearer::sent(&head.headers);
        let judgement = match decide::before_asking(access, sent) {
            ControlFlow::Break(outcome) => outcome.into(),
            ControlFlow::Continue(token) => self.ask(&setup, access, token, request_id).await,
        };
        tracing::debug!(request_id, path = head.uri.path(), outcome = ?judgement.outcome, "decided");
        let response = answer::at_a_door(access, sent, &judgement);
        self.keep(request_id, access, sent, judgement, started);
        response
    }

    /// Asks the issuer about the token, live: a role that was just taken counts no longer. Only where
    /// somebody wants it so, an answer from before will do.
    async fn ask(
        &self,
        setup: &Setup,
        access: &Access,
        token: &str,
        request_id: &str,
    ) -> Judgement {
        let Some(introspector) = &setup.introspector else {
            return Outcome::IssuerUnavailable.into();
        };
        let token = AccessToken::from(token.to_owned());
        let project_id = setup.project_id.as_deref();
        if let Some((answer, age)) = setup.kept.get(&token) {
            let cached_ms = Some(u64::try_from(age.as_millis()).unwrap_or(u64::MAX));
            return Judgement { cached_ms, ..decide::after_asking(access, project_id, Ok(answer)) };
        }
        let about = About {
            request_id: Some(request_id.to_owned()),
            user: None,
            purpose: Purpose::Introspection,
        };
        let answer = timeout(ASKING_TIME, async {
            let _turn = self.shared.asking.acquire().await.ok()?;
            Some(introspector.introspect(&token, about).await)
        });
        match answer.await {
            Ok(Some(answer)) => {
                if let Ok(answer) = &answer {
                    setup.kept.keep(&token, answer);
                }
                decide::after_asking(access, project_id, answer)
            }
            Ok(None) | Err(_) => Outcome::IssuerUnavailable.into(),
        }
    }

    fn keep(
        &self,
        request_id: &str,
        access: &Access,
        sent: Sent<'_>,
        judgement: Judgement,
        started: Instant,
    ) {
        if !self.shared.watch.lock().is_watched(request_id) {
            return;
        }
        let decision = Decision {
            request_id: request_id.to_owned(),
            rule: match access {
                Access::Public => RuleName::Public,
                Access::ValidToken => RuleName::ValidToken,
                Access::AnyRole { .. } => RuleName::AnyRole,
                Access::AllRoles { .. } => RuleName::AllRoles,
            },
            needed_roles: access.needed_roles().to_vec(),
            roles_found: judgement.roles.roles,
            outcome: judgement.outcome,
            role_claim: judgement.roles.claim,
            token_length: if let Sent::Token(token) = sent { Some(token.len()) } else { None },
            introspection: judgement.claims.map(|claims| Arc::new(Value::Object(claims))),
            introspection_exchange: judgement.exchange,
            cached_ms: judgement.cached_ms,
            duration_us: u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
        };
        self.shared.watch.lock().keep(decision);
    }
}

fn nothing() -> Arc<Kept> {
    Arc::new(Kept::new(Duration::ZERO))
}

fn doors(endpoints: &[Endpoint]) -> Arc<Doors> {
    Arc::new(Doors::new(endpoints))
}

async fn call(State(api): State<ProtectedApi>, request: Request) -> Response {
    let request_id = request_id::of(request.headers());
    let mut response = api.respond(&request_id, request).await;
    finish(response.headers_mut(), request_id);
    response
}

/// What every answer carries. No CORS headers: no web page has business here.
fn finish(headers: &mut HeaderMap, request_id: String) {
    if let Ok(request_id) = HeaderValue::try_from(request_id) {
        headers.insert(X_REQUEST_ID, request_id);
    }
    // The next answer may differ: roles are looked up live.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
}

/// Reads a body to its end and forgets it.
async fn swallow(body: Body) -> Result<(), Response> {
    if body.is_end_stream() {
        return Ok(());
    }
    if body.size_hint().lower() > MAX_BODY_BYTES as u64 {
        return Err(answer::body_too_large());
    }
    match timeout(BODY_TIME, to_bytes(body, MAX_BODY_BYTES)).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) if is_over_limit(&error) => Err(answer::body_too_large()),
        Ok(Err(_)) | Err(_) => Err(answer::body_incomplete()),
    }
}

fn is_over_limit(error: &axum::Error) -> bool {
    use std::error::Error;
    error.source().is_some_and(|source| source.is::<http_body_util::LengthLimitError>())
}

#[cfg(test)]
mod tests;
