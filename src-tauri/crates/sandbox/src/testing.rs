//! What the crate's tests share: a sandbox without sockets, whose clock stands still until it is moved.

use std::sync::{
    Arc, LazyLock,
    atomic::{AtomicI64, Ordering},
};

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use http_body_util::BodyExt;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::{
    Clock, Options, Sandbox, SecretText, TokenType, UserSnapshot, World, demo,
    keys::{PrivateKey, jws::encoded},
};

pub(crate) const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
pub(crate) const CLIENT_ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Stands still at a moment of the recordings.
#[derive(Default)]
pub(crate) struct StillClock(AtomicI64);

impl StillClock {
    pub(crate) fn move_on(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::Relaxed);
    }
}

impl Clock for StillClock {
    fn now(&self) -> Timestamp {
        let start = Timestamp::from_second(1_795_435_113).unwrap();
        start + SignedDuration::from_secs(self.0.load(Ordering::Relaxed))
    }
}

/// Making them takes longer than any test.
static KEYS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let keys = demo::generate(demo::KEYS).unwrap();
    keys.iter().map(|key| key.to_pem().unwrap().to_string()).collect()
});

/// A demo world in service, and the key files of its people.
pub(crate) struct Scene {
    pub(crate) sandbox: Sandbox,
    pub(crate) clock: Arc<StillClock>,
    api: Value,
    users: Vec<(String, Value)>,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: axum::http::HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    /// Status, error and description.
    pub(crate) fn error(&self) -> (u16, String, Option<String>) {
        let body = self.json();
        let text = |field: &str| body[field].as_str().map(str::to_owned);
        (self.status.as_u16(), text("error").unwrap(), text("error_description"))
    }
}

impl Scene {
    pub(crate) fn new() -> Self {
        Self::with(TokenType::Opaque, Options::default())
    }

    pub(crate) fn with(token_type: TokenType, options: Options) -> Self {
        let keys = KEYS.iter().map(|pem| PrivateKey::from_pem(pem).unwrap()).collect();
        let world = World::demo_with_keys(token_type, keys).unwrap();
        let parsed = |text: &SecretText| serde_json::from_str(text.expose()).unwrap();
        let files = world.user_files.values();
        let users = files.map(|file| (file.stem.clone(), parsed(&file.text))).collect();
        let api = parsed(&world.api_file.text);
        let clock = Arc::<StillClock>::default();
        let sandbox = Sandbox::new(world, Options { clock: clock.clone(), ..options });
        Self { sandbox, clock, api, users }
    }

    pub(crate) fn user(&self, name: &str) -> UserSnapshot {
        let users = self.sandbox.snapshot().users;
        users.into_iter().find(|user| user.user_name == name).unwrap()
    }

    pub(crate) fn project(&self) -> String {
        self.sandbox.snapshot().project_id
    }

    pub(crate) fn client_id(&self) -> String {
        self.sandbox.snapshot().client_id
    }

    /// `openid profile` and the project's audience.
    pub(crate) fn scope(&self) -> String {
        format!("openid profile urn:zitadel:iam:org:project:id:{}:aud", self.project())
    }

    /// Signed for this issuer, good for five minutes, by the owner of the key file.
    pub(crate) fn assertion(&self, file: &Value) -> String {
        let subject = file.get("userId").or(file.get("clientId")).unwrap();
        let now = self.clock.now().as_second();
        let claims = json!({
            "iss": subject, "sub": subject, "aud": self.sandbox.issuer().url,
            "iat": now, "exp": now + 300,
        });
        sign(file, &json!({ "alg": "RS256", "kid": file["keyId"] }), &claims)
    }

    pub(crate) fn user_file(&self, name: &str) -> &Value {
        &self.users.iter().find(|(stem, _)| stem == name).unwrap().1
    }

    pub(crate) fn user_assertion(&self, name: &str) -> String {
        self.assertion(self.user_file(name))
    }

    pub(crate) fn api_assertion(&self) -> String {
        self.assertion(&self.api)
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.sandbox.router().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        Answer { status: head.status, headers: head.headers, text }
    }

    pub(crate) async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        let request = Request::post(path)
            .header(header::HOST, "localhost:8080")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let body = serde_urlencoded::to_string(form).unwrap();
        self.send(request.body(body.into()).unwrap()).await
    }

    /// Asks for a token.
    pub(crate) async fn ask(&self, user: &str, scope: &str) -> Answer {
        let assertion = self.user_assertion(user);
        let form = [("grant_type", JWT_BEARER), ("assertion", &assertion), ("scope", scope)];
        self.post("/oauth/v2/token", &form).await
    }

    pub(crate) async fn token(&self, user: &str, scope: &str) -> String {
        let answer = self.ask(user, scope).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        answer.json()["access_token"].as_str().unwrap().into()
    }

    pub(crate) async fn introspect(&self, token: &str) -> Value {
        let assertion = self.api_assertion();
        let form = [
            ("client_assertion_type", CLIENT_ASSERTION),
            ("client_assertion", &assertion),
            ("token", token),
        ];
        let answer = self.post("/oauth/v2/introspect", &form).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        answer.json()
    }

    /// A call of the administrator's: path below the issuer, body as JSON, headers besides.
    pub(crate) async fn manage_with(
        &self,
        call: &str,
        body: &Value,
        headers: &[(&str, &str)],
    ) -> Answer {
        let (method, path) = call.split_once(' ').unwrap();
        let token = {
            let world = self.sandbox.world().read();
            self.sandbox.personal_access_token(&world.admin_token, &world.administrator).unwrap()
        };
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "localhost:8080")
            .header(header::AUTHORIZATION, format!("Bearer {}", token.expose()));
        for (name, value) in headers {
            let headers = request.headers_mut().unwrap();
            let name: header::HeaderName = name.parse().unwrap();
            headers.insert(name, value.parse().unwrap());
        }
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        self.send(request.body(body).unwrap()).await
    }

    /// A call of the administrator's that must be answered well: path below `management/v1`.
    pub(crate) async fn manage(&self, call: &str, body: Value) -> Value {
        let (method, path) = call.split_once(' ').unwrap();
        let call = format!("{method} /management/v1/{path}");
        let answer = self.manage_with(&call, &body, &[]).await;
        assert_eq!(answer.status, StatusCode::OK, "{call}: {}", answer.text);
        answer.json()
    }

    pub(crate) async fn userinfo(&self, authorization: &str) -> Answer {
        let request = Request::get("/oidc/v1/userinfo")
            .header(header::HOST, "localhost:8080")
            .header(header::AUTHORIZATION, authorization);
        self.send(request.body(Body::empty()).unwrap()).await
    }
}

/// A JWS by the key in a key file, whatever its header says.
pub(crate) fn sign(file: &Value, header: &Value, claims: &Value) -> String {
    let key = PrivateKey::from_pem(file["key"].as_str().unwrap()).unwrap();
    let part = |value: &Value| encoded(value.to_string().as_bytes());
    let message = format!("{}.{}", part(header), part(claims));
    let signature = encoded(&key.sign(message.as_bytes()).unwrap());
    format!("{message}.{signature}")
}

/// The claims of a JWT.
pub(crate) fn claims(token: &str) -> Value {
    let compact = crate::keys::jws::Compact::split(token).unwrap();
    serde_json::from_slice(&compact.payload().unwrap()).unwrap()
}
