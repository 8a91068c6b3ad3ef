//! APIs as people write them: each right or wrong in its own way, with the guide's three doors, in
//! front of a sandbox.

use std::{sync::Arc, time::Duration};

use axum::{
    Json, Router,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use contract::exchange::Purpose;
use jsonwebtoken::{DecodingKey, Validation, jwk::Jwk};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};
use zitadel_client::{
    Http, SystemClock, Transcript,
    discovery::{Discovery, IssuerAddress, discover},
    http::HttpOptions,
    introspection::{About, Introspection, Introspector},
    jwks,
    key_file::{self, KeyFile},
    secret::AccessToken,
};

use crate::issuer::Issuer;

/// The role that the guide's third door needs.
const ROLE: &str = "read:messages";

/// How an API answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Habit {
    /// As RFC 6750 says.
    Right,
    /// Looks for the role in `scope`, answers 500 to inactive tokens, forgets `WWW-Authenticate`.
    ScopeChecker,
    /// As the guide's Django example: 500 wherever it does not let in, with its debug page.
    DebugPage,
    /// Checks signature, `iss`, `aud` and `exp` of JWTs, and reads roles from there.
    LocalJwt,
    /// Lets in whatever comes with some token, or with none.
    OpenHouse,
    /// Reads a JWT's claims, and checks nothing.
    Unverified,
    /// As `Right`, but echoes the token when it refuses.
    Echo,
    /// As `Right`, after a pause.
    Slow,
    /// 400 without a token, 403 for a bad one.
    RustCrate,
    /// As `Right`, but any good token opens every door.
    RoleBlind,
    /// Sends everybody without a good token to a sign-in page.
    SignInPage,
    /// As `Right`, but the third door is not there.
    DoorMissing,
}

/// A running API; dropped, it stops.
pub struct OwnApi {
    /// For example `http://127.0.0.1:41236`.
    pub address: String,
    _shutdown: DropGuard,
}

struct Scene {
    habit: Habit,
    http: Http,
    discovery: Discovery,
    introspector: Introspector,
    project_id: String,
}

impl OwnApi {
    /// Starts one in front of a sandbox.
    pub async fn start(issuer: &Issuer, habit: Habit) -> Self {
        let project_id = issuer.sandbox.snapshot().project_id;
        Self::at(&issuer.address, &issuer.file("api"), &project_id, habit).await
    }

    /// Starts one in front of any issuer.
    pub async fn at(
        issuer: &str,
        api_key: &std::path::Path,
        project_id: &str,
        habit: Habit,
    ) -> Self {
        let http = Http::new(HttpOptions {
            transcript: Transcript::default(),
            clock: Arc::new(SystemClock),
            ca_file: None,
            retries: 0,
        });
        let http = http.expect("an HTTP client");
        let address = IssuerAddress::parse(issuer).expect("an address");
        let discovery = discover(&http, &address, false).await.expect("an issuer");
        let KeyFile::Application(key) = key_file::read(api_key).expect("a key") else {
            panic!("this is an API's key")
        };
        let introspector = Introspector::new(http.clone(), discovery.clone(), key);
        let project_id = project_id.to_owned();
        let scene = Arc::new(Scene { habit, http, discovery, introspector, project_id });
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let shutdown = CancellationToken::new();
        let stopped = shutdown.clone().cancelled_owned();
        let router = Router::new().fallback(answer).with_state(scene);
        tokio::spawn(
            async move { axum::serve(listener, router).with_graceful_shutdown(stopped).await },
        );
        Self { address, _shutdown: shutdown.drop_guard() }
    }
}

async fn answer(State(scene): State<Arc<Scene>>, request: Request<Body>) -> Response {
    let token = bearer(request.headers());
    let scoped = match request.uri().path() {
        "/api/public" => return welcome(),
        "/api/private" => false,
        "/api/private-scoped" if scene.habit != Habit::DoorMissing => true,
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    let token = token.as_deref();
    match scene.habit {
        Habit::Right | Habit::DoorMissing => scene.right(token, scoped).await,
        Habit::ScopeChecker => scene.scope_checker(token, scoped).await,
        Habit::DebugPage => scene.debug_page(token, scoped).await,
        Habit::LocalJwt => scene.local_jwt(token, scoped).await,
        Habit::OpenHouse => welcome(),
        Habit::Unverified => unverified(token),
        Habit::Echo => scene.echo(token, scoped).await,
        Habit::Slow => {
            // Longer than whatever else delays a test.
            tokio::time::sleep(Duration::from_millis(400)).await;
            scene.right(token, scoped).await
        }
        Habit::RustCrate => scene.rust_crate(token, scoped).await,
        Habit::RoleBlind => scene.right(token, false).await,
        Habit::SignInPage => match scene.right(token, scoped).await {
            refused if refused.status() == StatusCode::UNAUTHORIZED => {
                Redirect::to("/sign-in").into_response()
            }
            other => other,
        },
    }
}

impl Scene {
    async fn introspect(&self, token: &str) -> Introspection {
        let about = About { request_id: None, user: None, purpose: Purpose::Introspection };
        let token = AccessToken::from(token.to_owned());
        self.introspector.introspect(&token, about).await.expect("the issuer answers")
    }

    fn holds_role(&self, told: &Introspection) -> bool {
        told.project_roles(Some(&self.project_id)).roles.iter().any(|role| role == ROLE)
    }

    async fn right(&self, token: Option<&str>, scoped: bool) -> Response {
        let Some(token) = token else { return challenge("Bearer") };
        let told = self.introspect(token).await;
        if !told.active {
            return challenge("Bearer error=\"invalid_token\"");
        }
        if scoped && !self.holds_role(&told) { forbidden() } else { welcome() }
    }

    async fn scope_checker(&self, token: Option<&str>, scoped: bool) -> Response {
        let Some(token) = token else { return StatusCode::UNAUTHORIZED.into_response() };
        let told = self.introspect(token).await;
        if !told.active {
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
        let in_scope = told.scopes().unwrap_or_default().iter().any(|scope| scope == ROLE);
        if scoped && !in_scope { forbidden() } else { welcome() }
    }

    async fn debug_page(&self, token: Option<&str>, scoped: bool) -> Response {
        let Some(token) = token else { return challenge("Bearer") };
        let told = self.introspect(token).await;
        let in_scope = told.scopes().unwrap_or_default().iter().any(|scope| scope == ROLE);
        if told.active && (!scoped || in_scope) {
            return welcome();
        }
        let page = format!(
            "<pre>Traceback (most recent call last):\n KeyError</pre>\
             <td>HTTP_AUTHORIZATION</td><td>Bearer {token}</td> because you have \
             <code>DEBUG = True</code>"
        );
        (StatusCode::INTERNAL_SERVER_ERROR, page).into_response()
    }

    async fn local_jwt(&self, token: Option<&str>, scoped: bool) -> Response {
        let Some(token) = token else { return challenge("Bearer") };
        let Some(claims) = self.verified(token).await else {
            return challenge("Bearer error=\"invalid_token\"");
        };
        let claim = format!("urn:zitadel:iam:org:project:{}:roles", self.project_id);
        let holds = claims.get(&claim).is_some_and(|roles| roles.get(ROLE).is_some());
        if scoped && !holds { forbidden() } else { welcome() }
    }

    async fn verified(&self, token: &str) -> Option<Value> {
        let header = jsonwebtoken::decode_header(token).ok()?;
        let keys = jwks::fetch(&self.http, &self.discovery).await.ok()?;
        let key: Jwk = serde_json::from_value(keys.find(&header.kid?)?.document.clone()).ok()?;
        let mut validation = Validation::new(header.alg);
        validation.leeway = 0;
        validation.set_issuer(&[&self.discovery.issuer]);
        validation.set_audience(&[&self.project_id]);
        let key = DecodingKey::from_jwk(&key).ok()?;
        Some(jsonwebtoken::decode::<Value>(token, &key, &validation).ok()?.claims)
    }

    async fn echo(&self, token: Option<&str>, scoped: bool) -> Response {
        let right = self.right(token, scoped).await;
        match token {
            Some(token) if !right.status().is_success() => {
                let (head, _) = right.into_parts();
                let body = json!({ "error": "refused", "token": token }).to_string();
                (head, body).into_response()
            }
            _ => right,
        }
    }

    async fn rust_crate(&self, token: Option<&str>, scoped: bool) -> Response {
        let Some(token) = token else { return StatusCode::BAD_REQUEST.into_response() };
        let told = self.introspect(token).await;
        if !told.active || (scoped && !self.holds_role(&told)) {
            return forbidden();
        }
        welcome()
    }
}

fn unverified(token: Option<&str>) -> Response {
    match token {
        None => challenge("Bearer"),
        Some(token) if token.split('.').count() < 2 => challenge("Bearer error=\"invalid_token\""),
        Some(_) => welcome(),
    }
}

fn bearer(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    value.strip_prefix("Bearer ").map(str::to_owned)
}

fn welcome() -> Response {
    Json(json!({ "message": "Hello" })).into_response()
}

fn forbidden() -> Response {
    StatusCode::FORBIDDEN.into_response()
}

fn challenge(challenge: &'static str) -> Response {
    (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, challenge)]).into_response()
}
