//! A sandbox of the recorded world, to which a recording's request can be sent again.

use std::{
    collections::BTreeMap,
    fs,
    net::SocketAddr,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    thread,
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{Algorithm, EncodingKey};
use rolecall_tests::recordings;
use sandbox::{Clock, Options, Sandbox, SecretText, World};
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;

use crate::{DJANGO_API, ISSUER, JWT_BEARER, MESSAGE_BOARD, OTHER_PROJECT, Step, compare::compare};

/// The system's time, which a test can move on.
#[derive(Default)]
pub struct MovedClock {
    ahead: AtomicI64,
    fixed: Option<Timestamp>,
}

impl Clock for MovedClock {
    fn now(&self) -> Timestamp {
        let ahead = SignedDuration::from_secs(self.ahead.load(Ordering::Relaxed));
        self.fixed.unwrap_or_else(Timestamp::now) + ahead
    }
}

/// A sandbox of the recorded world, and what was made in it since.
pub struct Scene {
    sandbox: Sandbox,
    clock: Arc<MovedClock>,
    pub address: SocketAddr,
    /// Key files that were made on the way, by the name that the recordings use.
    made: BTreeMap<&'static str, String>,
    personal_access_token: Option<SecretText>,
    /// Recorded ids, and those that they have here.
    ids: Vec<(&'static str, String)>,
    pub http: reqwest::Client,
}

impl Scene {
    /// On a thread of its own, so that many tests, each with its own runtime, can share one.
    pub fn start(options: Options, fixed: Option<Timestamp>) -> Self {
        let world = World::read_description(&recordings().join("setup.json")).unwrap();
        let clock = Arc::new(MovedClock { fixed, ..MovedClock::default() });
        let sandbox = Sandbox::new(world, Options { clock: clock.clone(), ..options });
        sandbox.set_issuer(ISSUER.into());
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        listener.set_nonblocking(true).unwrap();
        let serving = sandbox.clone();
        thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = TcpListener::from_std(listener).unwrap();
                serving.serve(vec![listener], std::future::pending()).await.unwrap();
            });
        });
        let _ = jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER.install_default();
        // A connection must not outlive the runtime of the test that opened it.
        let http = reqwest::Client::builder().no_proxy().pool_max_idle_per_host(0).build().unwrap();
        Self {
            sandbox,
            clock,
            address,
            made: BTreeMap::new(),
            personal_access_token: None,
            ids: vec![],
            http,
        }
    }

    fn user_id(&self, label: &str) -> String {
        let users = self.sandbox.snapshot().users;
        users.into_iter().find(|user| user.label == label).expect(label).user_id
    }

    fn in_seconds(&self, seconds: i64) -> Option<Timestamp> {
        Some(self.clock.now() + SignedDuration::from_secs(seconds))
    }

    /// Steps that make something to be used later.
    pub fn take(&mut self, step: Step) {
        let sandbox = self.sandbox.clone();
        match step {
            Step::ExpiringUserKey(user, seconds) => {
                let key = sandbox.add_user_key(&self.user_id(user), self.in_seconds(seconds));
                self.made
                    .insert("the expiring key of doomed", key.unwrap().file.expose().to_owned());
            }
            Step::ExpiringApiKey(api, seconds) => {
                let key = sandbox.add_api_key(api, self.in_seconds(seconds)).unwrap();
                self.made.insert("the expiring key of Other API", key.file.expose().to_owned());
            }
            Step::PersonalAccessToken(user) => {
                let end = Some("2099-01-01T00:00:00Z".parse().unwrap());
                let made = sandbox.add_personal_access_token(&self.user_id(user), end).unwrap();
                self.personal_access_token = Some(made.token);
            }
            Step::SecondOrganization => self.found_second_organization(),
            other => self.change(other),
        }
    }

    /// As `introspect-ok-granted-project` tells it.
    fn found_second_organization(&mut self) {
        let sandbox = &self.sandbox;
        let organization = sandbox.add_organization("Second Org").unwrap();
        sandbox.grant_project(MESSAGE_BOARD, &organization, &["read:messages"]).unwrap();
        let user =
            sandbox.add_service_user(&organization, "second-org-bot", "Second org bot").unwrap();
        sandbox.give_role(&user, "read:messages").unwrap();
        sandbox.give_role(&user, "write:messages").expect_err("that role was not granted on");
        let key = sandbox.add_user_key(&user, None).unwrap();
        self.made.insert("second-org-bot", key.file.expose().to_owned());
        self.ids = vec![("400873425435888678", organization), ("400873425536551974", user)];
    }

    /// Steps that leave nothing behind but the changed world.
    fn change(&self, step: Step) {
        let sandbox = &self.sandbox;
        let user = |label| self.user_id(label);
        match step {
            Step::State(label, state) => sandbox.set_user_state(&user(label), state),
            Step::Give(label, role) => sandbox.give_role(&user(label), role),
            Step::Authorization(label, state) => {
                sandbox.set_authorization_state(&user(label), state)
            }
            Step::TakeAll(label) => ["read:messages", "write:messages"]
                .iter()
                .try_for_each(|role| sandbox.take_role(&user(label), role)),
            Step::RemoveUserKey(label, key) => sandbox.remove_user_key(&user(label), key),
            Step::RemoveApiKey(api, key) => sandbox.remove_api_key(api, key),
            Step::Api(api, state) => sandbox.set_api_state(api, state),
            Step::Project(project, state) => sandbox.set_project_state(project, state),
            Step::Metadata(label) => {
                sandbox.set_metadata(&user(label), "team", "blue ü~?>".as_bytes())
            }
            Step::Wait(seconds) => {
                self.clock.ahead.fetch_add(seconds, Ordering::Relaxed);
                Ok(())
            }
            Step::ExpiringUserKey(..)
            | Step::ExpiringApiKey(..)
            | Step::PersonalAccessToken(..)
            | Step::SecondOrganization => Ok(()),
        }
        .unwrap();
    }

    pub async fn replay(&self, folder: &str, name: &str, before_request: &[Step]) {
        let recording = recording(folder, name);
        let token = self.token_of(&recording).await;
        for step in before_request {
            self.change(*step);
        }
        let request = self.request_of(&recording, token.as_deref());
        let answer = Answer::of(request.send().await.unwrap()).await;

        let recorded = &recording["response"];
        assert_eq!(recorded["status"], answer.status, "{}", answer.text);
        for header in ["content-type", "cache-control"] {
            assert_eq!(recorded["headers"][header], answer.header(header), "{header}");
        }
        if recorded["body"].is_null() {
            assert_eq!(recorded["text"], answer.text);
        } else {
            let mut expected = recorded["body"].to_string();
            for (recorded, here) in &self.ids {
                expected = expected.replace(recorded, here);
            }
            assert!(answer.text.ends_with('\n'), "Go ends its JSON with a line feed");
            compare(name, "", &parse(&expected), &parse(&answer.text));
        }
    }

    fn request_of(&self, recording: &Value, token: Option<&str>) -> reqwest::RequestBuilder {
        let request = &recording["request"];
        let source = match recording["name"].as_str() {
            // Sent as the matching ok case was, in the query.
            Some("introspect-get") => self::recording("introspect", "introspect-ok-role"),
            _ => recording.clone(),
        };
        let form = self.form_of(&source["request"], token);
        let mut url = reqwest::Url::parse(&format!("http://{}", self.address)).unwrap();
        url.set_path(request["path"].as_str().unwrap());
        let in_query = request["method"] == "GET";
        if let (Some(form), true) = (&form, in_query) {
            url.query_pairs_mut().extend_pairs(form);
        }
        let mut headers = reqwest::header::HeaderMap::new();
        headers.insert("host", "localhost:8080".parse().unwrap());
        for (header, value) in request["headers"].as_object().unwrap() {
            let value = match (value.as_str().unwrap(), token) {
                (bearer, Some(token)) if bearer.starts_with("Bearer ") => format!("Bearer {token}"),
                (as_sent, _) => as_sent.to_owned(),
            };
            let header: reqwest::header::HeaderName = header.parse().unwrap();
            headers.insert(header, value.parse().unwrap());
        }
        let method = request["method"].as_str().unwrap().parse().unwrap();
        let sent = self.http.request(method, url).headers(headers);
        match form {
            Some(form) if !in_query => sent.form(&form),
            _ => sent,
        }
    }

    /// The form as it was sent, with assertions signed anew and tokens of this sandbox.
    fn form_of(&self, request: &Value, token: Option<&str>) -> Option<Vec<(String, String)>> {
        let described = &request["described"];
        let form = request["form"].as_object()?.iter().map(|(field, value)| {
            let value = value.as_str().unwrap();
            let value = match field.as_str() {
                "assertion" | "client_assertion" if !described[field].is_null() => {
                    self.assertion(&described[field])
                }
                "token" => token.unwrap_or(value).to_owned(),
                _ => value.to_owned(),
            };
            (field.clone(), value)
        });
        Some(form.collect())
    }

    /// A token as the recording's was obtained, if it sends one that was.
    async fn token_of(&self, recording: &Value) -> Option<String> {
        let request = &recording["request"];
        let token = match (recording["name"].as_str()?, &request["described"]["token"]) {
            ("introspect-get", _) => &json!("token-ok-opaque"),
            ("userinfo-ok", _) => &json!("token-ok-opaque"),
            ("userinfo-jwt-roles", _) => &json!("token-ok-jwt-roles"),
            ("userinfo-no-audience", _) => &json!("token-ok-no-audience-scope"),
            (_, token) => token,
        };
        match token {
            Value::String(other) if other == "not a token" => None,
            Value::String(name) => {
                let folder = if name.starts_with("change") { "change" } else { "token" };
                let minting = self::recording(folder, name);
                Some(self.mint(self.form_of(&minting["request"], None)?).await)
            }
            Value::Object(described) if described.contains_key("personal_access_token") => {
                Some(self.personal_access_token.as_ref()?.expose().to_owned())
            }
            Value::Object(described) => {
                let user = described["user"].as_str()?.split(' ').next()?;
                let scope = described["scope"]
                    .as_str()?
                    .replace("{message-board}", MESSAGE_BOARD)
                    .replace("{other-project}", OTHER_PROJECT)
                    .replace("{clientId of Django API}", DJANGO_API)
                    .replace("{its own organisation}", self.ids.first().map_or("", |id| &id.1));
                let file = self.key_file(user);
                let claims = json!({
                    "iss": file["userId"], "sub": file["userId"], "aud": ISSUER,
                    "iat": "now", "exp": "now+300s",
                });
                let header = json!({ "alg": "RS256", "kid": file["keyId"], "typ": "JWT" });
                let assertion = self
                    .assertion(&json!({ "header": header, "claims": claims, "signed_with": user }));
                let form =
                    [("grant_type", JWT_BEARER), ("assertion", &assertion), ("scope", &scope)];
                Some(self.mint(form.map(|(k, v)| (k.to_owned(), v.to_owned())).into()).await)
            }
            _ => None,
        }
    }

    /// A token of one of the described users.
    pub async fn token(&self, user: &str, scope: &str) -> String {
        let described = json!({ "user": user, "scope": scope });
        let minting = json!({ "name": "", "request": { "described": { "token": described } } });
        self.token_of(&minting).await.unwrap()
    }

    /// What `admin.pat` holds.
    pub fn administrators_token(&self) -> String {
        let folder = tempfile::tempdir().unwrap();
        let written = self.sandbox.write_files(folder.path()).unwrap();
        fs::read_to_string(written.admin_token).unwrap().trim_end().to_owned()
    }

    /// Lets time pass.
    pub fn wait(&self, seconds: i64) {
        self.clock.ahead.fetch_add(seconds, Ordering::Relaxed);
    }

    async fn mint(&self, form: Vec<(String, String)>) -> String {
        let url = format!("http://{}/oauth/v2/token", self.address);
        let request = self.http.post(url).header("host", "localhost:8080").form(&form);
        let answer = Answer::of(request.send().await.unwrap()).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        parse(&answer.text)["access_token"].as_str().unwrap().to_owned()
    }

    fn key_file(&self, name: &str) -> Value {
        match self.made.get(name) {
            Some(made) => parse(made),
            None => read(&recordings().join("keys").join(format!("{name}.json"))),
        }
    }

    /// Signs what `described` says, as of now.
    pub fn assertion(&self, described: &Value) -> String {
        if let Some(text) = described["not_a_jwt"].as_str() {
            return text.into();
        }
        let signed_with = described["signed_with"].as_str().unwrap();
        let mut header = described["header"].clone();
        if let Some(made) = self.made.get(signed_with) {
            header["kid"] = parse(made)["keyId"].clone();
        }
        let mut claims = Map::new();
        for (claim, value) in described["claims"].as_object().unwrap() {
            match value.as_str() {
                Some("absent") => {}
                Some(text) if text.starts_with("now") => {
                    let offset = text[3..].trim_end_matches('s');
                    let offset: i64 = if offset.is_empty() { 0 } else { offset.parse().unwrap() };
                    claims.insert(claim.clone(), (self.clock.now().as_second() + offset).into());
                }
                _ => drop(claims.insert(claim.clone(), value.clone())),
            }
        }
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", encode(&header), encode(&claims.into()));
        let signature = match signed_with {
            "nothing" => String::new(),
            // Any other RSA key.
            "a key the server does not know" => self.signature(&message, "flip", &header),
            known => self.signature(&message, known, &header),
        };
        format!("{message}.{signature}")
    }

    fn signature(&self, message: &str, key: &str, header: &Value) -> String {
        let pem = self.key_file(key)["key"].as_str().unwrap().to_owned();
        let key = EncodingKey::from_rsa_pem(pem.as_bytes()).unwrap();
        let algorithm = match header["alg"].as_str().unwrap() {
            "PS256" => Algorithm::PS256,
            "RS384" => Algorithm::RS384,
            _ => Algorithm::RS256,
        };
        jsonwebtoken::crypto::sign(message.as_bytes(), &key, algorithm).unwrap()
    }
}

pub struct Answer {
    pub status: u16,
    headers: reqwest::header::HeaderMap,
    pub text: String,
}

impl Answer {
    pub async fn of(response: reqwest::Response) -> Self {
        Self {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            text: response.text().await.unwrap(),
        }
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

pub fn recording(folder: &str, name: &str) -> Value {
    read(&recordings().join(folder).join(format!("{name}.json")))
}

pub fn read(path: &Path) -> Value {
    parse(&fs::read_to_string(path).unwrap())
}

pub fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}
