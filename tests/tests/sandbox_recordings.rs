//! The recordings of a real ZITADEL, sent again to the sandbox: what it answers must match in status,
//! headers, fields, their types and, where they are not made up on the spot, their values. Each
//! recording is a test of its own, by its name.
//!
//! Left out: `manage/`, the management API, which the sandbox does not have.

use std::{
    collections::BTreeMap,
    fs,
    net::SocketAddr,
    path::Path,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicI64, Ordering},
    },
    thread,
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{Algorithm, EncodingKey};
use rolecall_tests::recordings;
use sandbox::{Clock, Dialect, Options, Sandbox, SecretText, State, UserState, World};
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;

/// Where the recorded instance was; the sandbox says it is there too.
const ISSUER: &str = "http://localhost:8080";
const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const MESSAGE_BOARD: &str = "400873177653185574";
const OTHER_PROJECT: &str = "400873177938398246";
const DJANGO_API: &str = "400873177821023270";
const OTHER_API: &str = "400873178005572646";
const OTHER_API_KEY: &str = "400873178039061542";
const DOOMED_KEY: &str = "400873179146423334";

macro_rules! recordings {
    ($($folder:literal: $($name:ident)*;)*) => {
        const FOLDERS: &[&str] = &[$($folder),*];
        const NAMES: &[&str] = &[$($(stringify!($name)),*),*];
        $($(
            #[tokio::test]
            async fn $name() {
                replay($folder, &stringify!($name).replace('_', "-")).await;
            }
        )*)*
    };
}

recordings! {
    "discovery": discovery discovery_unknown_host jwks;
    "token":
        token_err_alg_none token_err_app_key token_err_aud_https token_err_aud_token_endpoint
        token_err_aud_trailing_slash token_err_empty_assertion token_err_expired token_err_garbage
        token_err_iat_future token_err_iat_missing token_err_iat_old token_err_iss_not_sub
        token_err_key_expired token_err_key_removed token_err_no_grant_type token_err_no_kid
        token_err_no_scope token_err_unknown_kid token_err_unknown_user token_err_unsupported_grant
        token_err_user_deactivated token_err_user_locked token_err_user_removed token_err_wrong_key
        token_ok_after_unlock token_ok_aud_array token_ok_bare_role_scope
        token_ok_client_id_audience token_ok_exp_far token_ok_jwt token_ok_jwt_roles
        token_ok_key_about_to_expire token_ok_many_scopes token_ok_no_audience_scope
        token_ok_nonexistent_project token_ok_only_audience token_ok_opaque token_ok_other_project
        token_ok_project_deactivated token_ok_ps256 token_ok_role_scope_without_role
        token_ok_visitor token_ok_writer token_unknown_host;
    "introspect":
        introspect_err_app_deactivated introspect_err_app_key_expired
        introspect_err_app_key_removed introspect_err_aud_introspection_endpoint
        introspect_err_aud_slash introspect_err_basic_on_jwt_app
        introspect_err_basic_wrong_secret introspect_err_bearer_header introspect_err_expired
        introspect_err_garbled_assertion introspect_err_iat_future introspect_err_iat_old
        introspect_err_no_client introspect_err_no_kid introspect_err_no_token
        introspect_err_service_user_key introspect_err_unknown_client introspect_err_unknown_kid
        introspect_err_wrong_key introspect_get introspect_inactive_after_unlock
        introspect_inactive_asked_by_other_api introspect_inactive_garbage
        introspect_inactive_no_audience introspect_inactive_nonexistent_project
        introspect_inactive_other_project introspect_inactive_user_deactivated
        introspect_inactive_user_locked introspect_inactive_user_removed
        introspect_ok_after_key_expired introspect_ok_bare_role_scope introspect_ok_basic
        introspect_ok_client_id_audience introspect_ok_client_id_audience_no_role
        introspect_ok_granted_project introspect_ok_jwt_roles_scope introspect_ok_jwt_two_roles
        introspect_ok_metadata introspect_ok_no_role introspect_ok_only_audience
        introspect_ok_org_scopes introspect_ok_other_project_own_api introspect_ok_other_role
        introspect_ok_pat_without_role introspect_ok_ps256 introspect_ok_role
        introspect_ok_role_scope_without_role;
    "change":
        change_1_before_grant change_2_after_grant change_3_second_role change_5_grant_removed
        change_jwt_1_no_role change_jwt_2_introspect_after_grant change_jwt_3_new_token;
    "userinfo":
        userinfo_err_garbage userinfo_err_missing userinfo_jwt_roles userinfo_no_audience
        userinfo_ok;
    "other": revoke_err_api_app;
    "parent-error":
        parent_introspect_err_aud_slash parent_introspect_err_unknown_kid parent_token_err_app_key
        parent_token_err_aud_trailing_slash parent_token_err_expired parent_token_err_iat_future
        parent_token_err_iss_not_sub parent_token_err_unknown_kid parent_token_err_wrong_key;
}

#[test]
fn no_recording_is_left_out_unsaid() {
    let mut there: Vec<String> = vec![];
    for folder in FOLDERS {
        for entry in fs::read_dir(recordings().join(folder)).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            there.push(name.trim_end_matches(".json").replace('-', "_"));
        }
    }
    there.sort();
    let mut listed = NAMES.to_vec();
    listed.sort_unstable();
    assert_eq!(there, listed);
}

/// What had happened on the instance, besides `setup.json`.
#[derive(Clone, Copy)]
enum Step {
    State(&'static str, UserState),
    Give(&'static str, &'static str),
    Authorization(&'static str, State),
    TakeAll(&'static str),
    /// A key of this user's that ends so many seconds from now.
    ExpiringUserKey(&'static str, i64),
    RemoveUserKey(&'static str, &'static str),
    ExpiringApiKey(&'static str, i64),
    RemoveApiKey(&'static str, &'static str),
    Api(&'static str, State),
    Project(&'static str, State),
    /// Seconds that pass.
    Wait(i64),
    Metadata(&'static str),
    PersonalAccessToken(&'static str),
    SecondOrganization,
}

/// What the recording's `before` says, as steps before its token was issued and after.
fn steps(name: &str) -> (&'static [Step], &'static [Step]) {
    use Step::{
        Api, Authorization, ExpiringApiKey, ExpiringUserKey, Give, Metadata, PersonalAccessToken,
        Project, RemoveApiKey, RemoveUserKey, SecondOrganization, State as User, TakeAll, Wait,
    };
    use UserState::{Active, Deactivated, Locked, Removed};
    const READ: &str = "read:messages";
    const WRITE: &str = "write:messages";
    match name {
        "token-err-key-expired" => (&[ExpiringUserKey("doomed", 6), Wait(8)], &[]),
        "token-err-key-removed" => (&[RemoveUserKey("doomed", DOOMED_KEY)], &[]),
        "token-err-user-deactivated" => (&[User("doomed", Deactivated)], &[]),
        "token-err-user-locked" => (&[User("doomed", Locked)], &[]),
        "token-err-user-removed" => (&[ExpiringUserKey("doomed", 6), User("doomed", Removed)], &[]),
        "token-ok-after-unlock" => (&[User("doomed", Locked), User("doomed", Active)], &[]),
        "token-ok-key-about-to-expire" => (&[ExpiringUserKey("doomed", 6)], &[]),
        "token-ok-project-deactivated" => (&[Project(OTHER_PROJECT, State::Inactive)], &[]),
        "introspect-err-app-deactivated" => (&[], &[Api(OTHER_API, State::Inactive)]),
        "introspect-err-app-key-expired" => (&[], &[ExpiringApiKey(OTHER_API, 5), Wait(7)]),
        "introspect-err-app-key-removed" => (
            &[Project(OTHER_PROJECT, State::Inactive)],
            &[Project(OTHER_PROJECT, State::Active), RemoveApiKey(OTHER_API, OTHER_API_KEY)],
        ),
        "introspect-inactive-after-unlock" => {
            (&[], &[User("doomed", Locked), User("doomed", Active)])
        }
        "introspect-inactive-user-deactivated" => {
            (&[User("doomed", Locked), User("doomed", Active)], &[User("doomed", Deactivated)])
        }
        "introspect-inactive-user-locked" => (&[], &[User("doomed", Locked)]),
        "introspect-inactive-user-removed" => (&[], &[User("doomed", Removed)]),
        "introspect-ok-after-key-expired" => (&[ExpiringUserKey("doomed", 6)], &[Wait(8)]),
        "introspect-ok-metadata" => (&[Metadata("flip")], &[]),
        "introspect-ok-pat-without-role" => (&[Metadata("flip"), PersonalAccessToken("flip")], &[]),
        "introspect-ok-granted-project" | "introspect-ok-org-scopes" => {
            (&[SecondOrganization], &[])
        }
        "change-2-after-grant" => (&[], &[Give("flip", READ)]),
        "change-3-second-role" => (&[], &[Give("flip", READ), Give("flip", WRITE)]),
        "change-5-grant-removed" => (
            &[],
            &[
                Give("flip", READ),
                Give("flip", WRITE),
                Authorization("flip", State::Inactive),
                Authorization("flip", State::Active),
                TakeAll("flip"),
            ],
        ),
        "change-jwt-2-introspect-after-grant" => (&[], &[Give("jwt-visitor", READ)]),
        "change-jwt-3-new-token" => (&[Give("jwt-visitor", READ)], &[]),
        _ => (&[], &[]),
    }
}

/// The system's time, which a test can move on.
#[derive(Default)]
struct MovedClock {
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
struct Scene {
    sandbox: Sandbox,
    clock: Arc<MovedClock>,
    address: SocketAddr,
    /// Key files that were made on the way, by the name that the recordings use.
    made: BTreeMap<&'static str, String>,
    personal_access_token: Option<SecretText>,
    /// Recorded ids, and those that they have here.
    ids: Vec<(&'static str, String)>,
    http: reqwest::Client,
}

static AS_SET_UP: LazyLock<Scene> = LazyLock::new(|| Scene::start(Options::default(), None));
static WITH_PARENT_ERROR: LazyLock<Scene> =
    LazyLock::new(|| Scene::start(Options { parent_error: true, ..Options::default() }, None));

async fn replay(folder: &str, name: &str) {
    let (before_token, before_request) = steps(name);
    if before_token.is_empty() && before_request.is_empty() {
        let scene = if folder == "parent-error" { &*WITH_PARENT_ERROR } else { &*AS_SET_UP };
        return scene.replay(folder, name, &[]).await;
    }
    let mut scene = Scene::start(Options::default(), None);
    for step in before_token {
        scene.take(*step);
    }
    for step in before_request {
        // They are taken once the token is there; keys must be known before.
        if let Step::ExpiringApiKey(..) = step {
            scene.take(*step);
        }
    }
    scene.replay(folder, name, before_request).await;
}

impl Scene {
    /// On a thread of its own, so that many tests, each with its own runtime, can share one.
    fn start(options: Options, fixed: Option<Timestamp>) -> Self {
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
    fn take(&mut self, step: Step) {
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
        let organization = sandbox.add_organization("Second Org");
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

    async fn replay(&self, folder: &str, name: &str, before_request: &[Step]) {
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
    fn assertion(&self, described: &Value) -> String {
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

struct Answer {
    status: u16,
    headers: reqwest::header::HeaderMap,
    text: String,
}

impl Answer {
    async fn of(response: reqwest::Response) -> Self {
        Self {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            text: response.text().await.unwrap(),
        }
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

fn recording(folder: &str, name: &str) -> Value {
    read(&recordings().join(folder).join(format!("{name}.json")))
}

fn read(path: &Path) -> Value {
    parse(&fs::read_to_string(path).unwrap())
}

fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// Made anew each time: only its type must match.
const MADE_ANEW: [&str; 9] =
    ["exp", "iat", "nbf", "auth_time", "updated_at", "jti", "kid", "n", "at_hash"];

fn compare(name: &str, at: &str, recorded: &Value, here: &Value) {
    match (recorded, here) {
        (Value::Object(recorded), Value::Object(here)) => {
            let fields = |of: &Map<String, Value>| {
                of.keys().cloned().collect::<std::collections::BTreeSet<_>>()
            };
            assert_eq!(fields(recorded), fields(here), "{name}: the fields of {at:?}");
            for (field, value) in recorded {
                compare(name, field, value, &here[field]);
            }
        }
        (Value::Array(recorded), Value::Array(here)) => {
            assert_eq!(recorded.len(), here.len(), "{name}: how many {at}");
            for (recorded, here) in recorded.iter().zip(here) {
                compare(name, at, recorded, here);
            }
        }
        (Value::String(recorded), Value::String(here)) if at.ends_with("_token") => {
            compare_tokens(name, recorded, here);
        }
        (recorded, here) if MADE_ANEW.contains(&at) => {
            assert_eq!(
                std::mem::discriminant(recorded),
                std::mem::discriminant(here),
                "{name}: the type of {at}"
            );
        }
        (recorded, here) => assert_eq!(recorded, here, "{name}: {at}"),
    }
}

/// Of JWTs the parts are compared, of opaque ones the length.
fn compare_tokens(name: &str, recorded: &str, here: &str) {
    let parts = |token: &str| -> Vec<String> { token.split('.').map(str::to_owned).collect() };
    let (recorded, here) = (parts(recorded), parts(here));
    assert_eq!(recorded.len(), here.len(), "{name}: the kind of token");
    let [header, claims, _] = &*recorded else {
        assert_eq!(recorded[0].len(), here[0].len(), "{name}: the length of the token");
        return;
    };
    let decode =
        |part: &str| parse(&String::from_utf8(URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap());
    compare(name, "header", &decode(header), &decode(&here[0]));
    compare(name, "claims", &decode(claims), &decode(&here[1]));
}

/// The vendor's newest library, whose refusals the dialect `described` gives. Its clock stood at this
/// time when it was recorded.
#[tokio::test]
async fn the_described_dialect_answers_as_the_newest_library_does() {
    let clock = "2026-11-23T13:00:15.6Z".parse().unwrap();
    let options = Options { dialect: Dialect::Described, ..Options::default() };
    let scene = Scene::start(options, Some(clock));
    let newer = read(&recordings().join("newer-library.json"));
    let answers = newer["answers"].as_array().unwrap();
    // An accepted token differs in what the example provider makes of it.
    let refused = answers.iter().filter(|answer| answer["what"] != "accepted");
    let mut count = 0;
    for recorded in refused {
        let what = recorded["what"].as_str().unwrap();
        let introspection = recorded["endpoint"] == "introspection";
        let assertion = scene.assertion(&described_assertion(what, introspection));
        let form: &[(&str, &str)] = if introspection {
            let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
            &[("client_assertion_type", kind), ("client_assertion", &assertion), ("token", "x")]
        } else {
            &[("grant_type", JWT_BEARER), ("assertion", &assertion), ("scope", "openid")]
        };
        let path = if introspection { "introspect" } else { "token" };
        let url = format!("http://{}/oauth/v2/{path}", scene.address);
        let request = scene.http.post(url).header("host", "localhost:8080").form(form);
        let answer = Answer::of(request.send().await.unwrap()).await;
        assert_eq!(recorded["status"], answer.status, "{what}: {}", answer.text);
        assert_eq!(recorded["content-type"], answer.header("content-type"), "{what}");
        let expected = recorded.to_string().replace("http://localhost:9998/", ISSUER);
        let expected = parse(&expected);
        if expected["body"].is_null() {
            assert_eq!(expected["text"], answer.text, "{what}");
        } else {
            assert_eq!(expected["body"], parse(&answer.text), "{what}");
        }
        count += 1;
    }
    assert_eq!(count, answers.len() - 1);
}

fn described_assertion(what: &str, introspection: bool) -> Value {
    let (key, subject, kid) = if introspection {
        ("application", DJANGO_API, "400873177837734950")
    } else {
        ("reader", "400873178240388134", "400873178273942566")
    };
    let mut header = json!({ "alg": "RS256", "kid": kid, "typ": "JWT" });
    let mut claims = json!({
        "iss": subject, "sub": subject, "aud": ISSUER, "iat": "now", "exp": "now+300s",
    });
    match what {
        "audience without the issuer's trailing slash"
        | "client assertion with a wrong audience" => {
            claims["aud"] = json!("http://localhost:8080/");
        }
        "exp 300 s ago" | "expired client assertion" => claims["exp"] = json!("now-300s"),
        "iat 10 s ahead" => claims["iat"] = json!("now+10s"),
        "iat 2 h ago" => claims["iat"] = json!("now-7200s"),
        "iss differs from sub" => claims["iss"] = json!("400873178391383078"),
        "unknown kid" => header["kid"] = json!("1"),
        "no kid" => drop(header.as_object_mut().unwrap().remove("kid")),
        "unknown user" => {
            claims["iss"] = json!("1");
            claims["sub"] = json!("1");
        }
        "RS384" => header["alg"] = json!("RS384"),
        "no iat" => claims["iat"] = json!("absent"),
        "no exp" => claims["exp"] = json!("absent"),
        "not a JWT" | "client assertion that is not a JWT" => {
            return json!({ "not_a_jwt": "not-a-jwt" });
        }
        // The assertion is good, what is asked about is not.
        "not a token" => {}
        other => panic!("a recording that nobody translated: {other}"),
    }
    json!({ "header": header, "claims": claims, "signed_with": key })
}
