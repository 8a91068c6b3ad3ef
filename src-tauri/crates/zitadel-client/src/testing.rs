//! What the tests of this crate stand on: real key files, a clock that stands still, and a server
//! that answers what it is told to.

use std::{
    collections::VecDeque,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, Method, Uri},
    response::Response,
};
use jiff::Timestamp;
use parking_lot::Mutex;
use serde_json::{Value as Json, json};

use crate::{
    Clock, Http, Transcript,
    discovery::Discovery,
    http::{HttpOptions, LIMITS, Limits},
    key_file::{self, ApplicationKey, KeyFile, ServiceAccountKey},
};

/// A file of the recordings.
pub(crate) fn recording(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../../tests/fixtures/zitadel-recordings")
        .join(path)
}

pub(crate) fn recorded(path: &str) -> Json {
    serde_json::from_slice(&std::fs::read(recording(path)).unwrap()).unwrap()
}

/// A recorded answer, to be given again.
pub(crate) fn replay(path: &str) -> Reply {
    let response = &recorded(path)["response"];
    let status = u16::try_from(response["status"].as_u64().unwrap()).unwrap();
    match response["text"].as_str() {
        Some(text) => Reply::text(status, text),
        None => Reply::json(status, &response["body"]),
    }
}

pub(crate) fn service_account(name: &str) -> ServiceAccountKey {
    match key_file::read(&recording(&format!("keys/{name}.json"))).unwrap() {
        KeyFile::ServiceAccount(key) => key,
        KeyFile::Application(_) => panic!("{name} is an API's key"),
    }
}

pub(crate) fn application(name: &str) -> ApplicationKey {
    match key_file::read(&recording(&format!("keys/{name}.json"))).unwrap() {
        KeyFile::Application(key) => key,
        KeyFile::ServiceAccount(_) => panic!("{name} is a service user's key"),
    }
}

/// Stands still until it is moved.
pub(crate) struct FixedClock(AtomicI64);

impl FixedClock {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(1_795_435_116)))
    }

    pub(crate) fn forward(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::Relaxed);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.0.load(Ordering::Relaxed)).unwrap()
    }
}

/// An [`Http`] that pauses only for a moment, and its transcript.
pub(crate) fn http() -> (Http, Transcript) {
    http_at(FixedClock::new())
}

pub(crate) fn http_at(clock: Arc<FixedClock>) -> (Http, Transcript) {
    let transcript = Transcript::default();
    (http_with(options(&transcript, clock), LIMITS.whole), transcript)
}

pub(crate) fn options(transcript: &Transcript, clock: Arc<FixedClock>) -> HttpOptions {
    HttpOptions { transcript: transcript.clone(), clock, ca_file: None, retries: 2 }
}

pub(crate) fn http_with(options: HttpOptions, whole: Duration) -> Http {
    let pause = Duration::from_millis(1);
    let limits = Limits { whole, first_pause: pause, longest_pause: pause, ..LIMITS };
    Http::with_limits(options, limits).unwrap()
}

#[derive(Clone)]
pub(crate) struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Bytes,
}

impl Reply {
    pub(crate) fn json(status: u16, body: &Json) -> Self {
        Self::text(status, &body.to_string()).with("content-type", "application/json")
    }

    pub(crate) fn text(status: u16, body: &str) -> Self {
        Self { status, headers: Vec::new(), body: Bytes::copy_from_slice(body.as_bytes()) }
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }
}

/// What the server was sent.
#[derive(Clone)]
pub(crate) struct Sent {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Sent {
    /// A field of a form body.
    pub(crate) fn field(&self, name: &str) -> Option<String> {
        let mut fields = url::form_urlencoded::parse(self.body.as_bytes());
        fields.find(|(field, _)| field == name).map(|(_, value)| value.into_owned())
    }
}

/// Gives its answers one after the other, whatever it is asked; the last one again and again.
pub(crate) struct Server {
    pub(crate) base: String,
    /// A description of an issuer that lives here.
    pub(crate) discovery: Discovery,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    replies: Mutex<VecDeque<Reply>>,
    sent: Mutex<Vec<Sent>>,
}

impl Server {
    pub(crate) async fn answering(replies: impl IntoIterator<Item = Reply>) -> Self {
        Self::of(|_| replies.into_iter().collect()).await
    }

    /// For answers that name the server's own address.
    pub(crate) async fn of(replies: impl FnOnce(&str) -> Vec<Reply>) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://127.0.0.1:{}", listener.local_addr().unwrap().port());
        let shared = Arc::new(Shared::default());
        shared.replies.lock().extend(replies(&base));
        let router = Router::new().fallback(answer).with_state(shared.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { discovery: discovery(&base), base, shared }
    }

    pub(crate) fn requests(&self) -> Vec<Sent> {
        self.shared.sent.lock().clone()
    }
}

async fn answer(
    State(shared): State<Arc<Shared>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: String,
) -> Response {
    shared.sent.lock().push(Sent { method, path: uri.path().into(), headers, body });
    let reply = {
        let mut replies = shared.replies.lock();
        if replies.len() > 1 { replies.pop_front() } else { replies.front().cloned() }
    };
    let reply = reply.expect("the server was told no answer");
    let response = Response::builder().status(reply.status);
    let response = reply.headers.iter().fold(response, |r, (name, value)| r.header(name, value));
    response.body(Body::from(reply.body)).unwrap()
}

/// What an issuer at `base` says of itself.
pub(crate) fn document(base: &str) -> Json {
    json!({
        "issuer": base,
        "token_endpoint": format!("{base}/oauth/v2/token"),
        "introspection_endpoint": format!("{base}/oauth/v2/introspect"),
        "userinfo_endpoint": format!("{base}/oidc/v1/userinfo"),
        "jwks_uri": format!("{base}/oauth/v2/keys"),
        "something_new": true,
    })
}

fn discovery(base: &str) -> Discovery {
    Discovery {
        issuer: base.into(),
        token_endpoint: format!("{base}/oauth/v2/token"),
        introspection_endpoint: format!("{base}/oauth/v2/introspect"),
        userinfo_endpoint: Some(format!("{base}/oidc/v1/userinfo")),
        jwks_uri: Some(format!("{base}/oauth/v2/keys")),
        document: document(base),
        server_date: None,
        exchange: 0,
    }
}
