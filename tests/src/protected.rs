//! The protected API on a free port, in front of a sandbox.

use std::sync::{Arc, Mutex};

use contract::{Endpoint, Exchange};
use resource_server::{ApiConfig, ProtectedApi};
use serde_json::Value;
use tester::listen;
use tokio_util::sync::{CancellationToken, DropGuard};
use zitadel_client::{
    Http, SystemClock, Transcript,
    discovery::{Discovery, IssuerAddress, discover},
    http::HttpOptions,
    introspection::Introspector,
    key_file::{self, ApplicationKey, KeyFile},
    scope,
    token::request_token,
};

use crate::issuer::Issuer;

/// A running API; dropped, it stops, and its issuer with it.
pub struct Protected {
    /// To be watched and configured.
    pub api: ProtectedApi,
    /// `None` once it was stopped.
    pub issuer: Option<Issuer>,
    /// For example `http://localhost:41235`.
    pub address: String,
    /// What the API and the issuer said to each other, in the order of their ends.
    pub exchanges: Arc<Mutex<Vec<Exchange>>>,
    http: Http,
    discovery: Discovery,
    project_id: String,
    _shutdown: DropGuard,
}

/// An answer of the API.
#[derive(Debug)]
pub struct Answered {
    /// HTTP status.
    pub status: u16,
    /// As received.
    pub headers: reqwest::header::HeaderMap,
    /// As received.
    pub body: String,
}

impl Answered {
    /// A header's value, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("a readable header"))
    }

    /// A member of the JSON body, or nothing.
    pub fn member(&self, name: &str) -> String {
        let body: Value = serde_json::from_str(&self.body).unwrap_or_default();
        body.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
    }
}

impl Protected {
    /// The guide's three endpoints.
    pub async fn new(issuer: Issuer) -> Self {
        Self::with(issuer, Endpoint::guide()).await
    }

    /// Endpoints of one's own.
    pub async fn with(issuer: Issuer, endpoints: Vec<Endpoint>) -> Self {
        let exchanges = Arc::new(Mutex::new(Vec::new()));
        let kept = exchanges.clone();
        let transcript = Transcript::new(move |exchange| {
            kept.lock().expect("exchanges").push(exchange.clone());
        });
        let clock = Arc::new(SystemClock);
        let http = Http::new(HttpOptions { transcript, clock, ca_file: None, retries: 0 })
            .expect("an HTTP client");
        let address = IssuerAddress::parse(&issuer.address).expect("an address");
        let discovery = discover(&http, &address, false).await.expect("an issuer");
        let KeyFile::Application(key) = key_file::read(&issuer.file("api")).expect("a key") else {
            panic!("api.json is the API's key")
        };
        let loopback = listen::bind_exactly(0).await.expect("a free port");
        let api = ProtectedApi::new();
        let shutdown = CancellationToken::new();
        let address = loopback.base_url();
        let stopped = shutdown.clone().cancelled_owned();
        tokio::spawn(resource_server::serve(loopback.listeners, api.clone(), stopped));
        let project_id = issuer.sandbox.snapshot().project_id;
        let protected = Self {
            api,
            issuer: Some(issuer),
            address,
            exchanges,
            http,
            discovery,
            project_id,
            _shutdown: shutdown.drop_guard(),
        };
        protected.configure(key, endpoints);
        protected
    }

    /// Gives the API another key or other doors.
    pub fn configure(&self, key: ApplicationKey, endpoints: Vec<Endpoint>) {
        self.api.configure(ApiConfig {
            introspector: Introspector::new(self.http.clone(), self.discovery.clone(), key),
            project_id: Some(self.project_id.clone()),
            endpoints,
            keep_answers: std::time::Duration::ZERO,
        });
    }

    /// The issuer.
    pub fn issuer(&self) -> &Issuer {
        self.issuer.as_ref().expect("the issuer was not stopped")
    }

    /// A token made out to the API's project.
    pub async fn token(&self, bot: &str) -> String {
        self.token_for(bot, &self.project_id).await
    }

    /// A token made out to any project.
    pub async fn token_for(&self, bot: &str, project_id: &str) -> String {
        let KeyFile::ServiceAccount(key) = key_file::read(&self.issuer().file(bot)).expect("a key")
        else {
            panic!("{bot} is a service user")
        };
        let scopes = [scope::OPENID.into(), scope::PROFILE.into(), scope::audience(project_id)];
        let token = request_token(&self.http, &self.discovery, &key, &scopes, bot).await;
        token.expect("a token").value.expose().to_owned()
    }

    /// Sends a request with these headers, names repeated where they are repeated.
    pub async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answered {
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        let method = method.parse().expect("a method");
        let mut request = client.request(method, format!("{}{path}", self.address));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.expect("an answer");
        Answered {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: response.text().await.expect("a whole answer"),
        }
    }

    /// Gets a path with an `Authorization` header.
    pub async fn get(&self, path: &str, authorization: &str) -> Answered {
        self.send("GET", path, &[("authorization", authorization)]).await
    }
}
