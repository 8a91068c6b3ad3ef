//! The recordings of the management API: two stories, told again in the order in which they were
//! recorded, since each call needs what the ones before it made. They are told once, and each
//! recording is then a test of its own: its answer must be the recorded one, with ids and dates that
//! are others here but the same wherever they were the same there.

use std::{
    collections::{BTreeMap, HashMap},
    fs,
    sync::LazyLock,
    thread,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use rolecall_tests::recordings;
use sandbox::Options;
use serde_json::{Value, json};

use crate::scene::{Answer, Scene, parse, recording};

/// While the recordings' expiries still lie ahead.
const WHEN: &str = "2026-11-23T12:01:21Z";

enum Told {
    /// A recording.
    Recorded(&'static str),
    /// A call that was not recorded: method, path below `management/v1`, body, and which of the
    /// answer's fields are which recorded ids.
    Unrecorded(&'static str, &'static str, &'static str, &'static [(&'static str, &'static str)]),
}

use Told::{Recorded as R, Unrecorded as U};

const STORY: &[Told] = &[
    // What the other recordings had left behind.
    U("DELETE", "users/400873179146357798", "", &[]),
    U("POST", "projects/400873177938398246/apps/400873178005507110/_deactivate", "{}", &[]),
    U("POST", "projects/400873177938398246/apps/400873178005507110/_reactivate", "{}", &[]),
    U("POST", "projects/400873177938398246/apps/400873178005507110/keys", r#"{"type":1}"#, &[]),
    U("POST", "projects/400873177938398246/_deactivate", "{}", &[]),
    U("POST", "projects/400873177938398246/_reactivate", "{}", &[]),
    // The first story, 12:01.
    R("manage-org-me"),
    R("manage-user-me"),
    R("manage-permissions"),
    R("manage-no-token"),
    R("manage-garbage-token"),
    R("manage-service-token-wrong-aud"),
    R("manage-service-token-no-permission"),
    R("manage-create-project"),
    R("manage-create-project-again"),
    R("manage-create-project-empty"),
    R("manage-list-projects"),
    R("manage-create-role"),
    R("manage-create-role-again"),
    R("manage-create-api-app"),
    R("manage-get-app"),
    R("manage-create-app-key"),
    R("manage-list-app-keys"),
    R("manage-list-apps"),
    R("manage-create-machine-user"),
    R("manage-list-machine-users"),
    R("manage-create-machine-user-again"),
    R("manage-create-user-key"),
    R("manage-list-user-keys"),
    R("manage-create-grant"),
    R("manage-list-grants"),
    R("manage-create-grant-again"),
    R("manage-create-grant-unknown-role"),
    R("manage-list-roles"),
    R("manage-change-token-type"),
    R("manage-update-grant"),
    R("manage-delete-grant"),
    R("manage-delete-grant-again"),
    R("manage-deactivate-user"),
    R("manage-delete-user"),
    R("manage-delete-project"),
    // The second story, 13:38.
    U("POST", "projects", r#"{"name":"Life"}"#, &[("id", LIFE)]),
    U("POST", LIFE_ROLES, r#"{"roleKey":"read:messages","displayName":"Read"}"#, &[]),
    U("POST", LIFE_ROLES, r#"{"roleKey":"write:messages","displayName":"Write messages"}"#, &[]),
    U(
        "POST",
        "projects/400883419371801638/apps/api",
        r#"{"name":"api","authMethodType":"API_AUTH_METHOD_TYPE_PRIVATE_KEY_JWT"}"#,
        &[("appId", "400883419438910502")],
    ),
    U(
        "POST",
        "projects/400883419371801638/apps/400883419438910502/keys",
        r#"{"type":"KEY_TYPE_JSON"}"#,
        &[("id", "400883419455687718")],
    ),
    U(
        "POST",
        "users/machine",
        r#"{"userName":"life-bot","name":"Life bot"}"#,
        &[("userId", "400883419606682662")],
    ),
    U(
        "POST",
        "users/400883419606682662/keys",
        r#"{"type":"KEY_TYPE_JSON"}"#,
        &[("keyId", "400883419640237094")],
    ),
    U(
        "POST",
        "users/400883419606682662/grants",
        r#"{"projectId":"400883419371801638","roleKeys":["read:messages"]}"#,
        &[("userGrantId", "400883419673791526")],
    ),
    R("manage-lock-user"),
    R("manage-lock-user-again"),
    R("manage-unlock-user"),
    R("manage-unlock-user-again"),
    R("manage-deactivate-user-2"),
    R("manage-deactivate-user-again"),
    R("manage-reactivate-user"),
    R("manage-reactivate-user-again"),
    R("manage-get-user"),
    R("manage-get-user-unknown"),
    R("manage-create-pat"),
    R("manage-create-pat-no-expiry"),
    R("manage-list-pats"),
    R("manage-delete-pat"),
    R("manage-create-user-key-expiry"),
    R("manage-create-user-key-past"),
    R("manage-delete-user-key"),
    R("manage-delete-user-key-again"),
    R("manage-deactivate-grant"),
    R("manage-deactivate-grant-again"),
    R("manage-reactivate-grant"),
    R("manage-update-grant-ok"),
    R("manage-update-role"),
    R("manage-delete-role"),
    R("manage-delete-role-again"),
    R("manage-deactivate-app"),
    R("manage-reactivate-app"),
    R("manage-delete-app-key"),
    R("manage-deactivate-project"),
    R("manage-reactivate-project"),
    R("manage-create-basic-app"),
    R("manage-add-key-to-basic-app"),
    R("manage-delete-app"),
    R("manage-create-org"),
    R("manage-create-project-grant"),
    R("manage-set-metadata"),
];
const LIFE: &str = "400883419371801638";
const LIFE_ROLES: &str = "projects/400883419371801638/roles";

/// What differed, by recording.
static DIFFERENCES: LazyLock<BTreeMap<&'static str, Vec<String>>> = LazyLock::new(|| {
    let telling = thread::spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(tell())
    });
    telling.join().unwrap()
});

/// Panics with what differed.
pub fn verify(name: &str) {
    let differences = DIFFERENCES.get(name).expect("the story tells every recording");
    assert!(differences.is_empty(), "{name}:\n{}", differences.join("\n"));
}

async fn tell() -> BTreeMap<&'static str, Vec<String>> {
    let scene = Scene::start(Options::default(), Some(WHEN.parse().unwrap()));
    let token = scene.administrators_token();
    let mut same = Same::default();
    let mut differences = BTreeMap::new();
    for told in STORY {
        scene.wait(1);
        match told {
            Told::Recorded(name) => {
                let recorded = recording("manage", name);
                let answer = ask(&scene, &token, &recorded, &same).await;
                differences.insert(*name, same.compare_answers(&recorded["response"], &answer));
            }
            Told::Unrecorded(method, path, body, ids) => {
                let request = json!({ "request": {
                    "method": method,
                    "path": format!("/management/v1/{path}"),
                    "headers": { "Authorization": "Bearer <personal access token>" },
                    "json": if body.is_empty() { Value::Null } else { parse(body) },
                }});
                let answer = ask(&scene, &token, &request, &same).await;
                assert_eq!(answer.status, 200, "{path}: {}", answer.text);
                let answer = parse(&answer.text);
                for (field, recorded) in *ids {
                    same.ids.insert((*recorded).into(), answer[field].as_str().unwrap().into());
                }
            }
        }
    }
    differences
}

/// Sends a recorded request, with the ids that things have here and a token of the kind it had.
async fn ask(scene: &Scene, administrators: &str, recorded: &Value, same: &Same) -> Answer {
    let request = &recorded["request"];
    let path = same.here(request["path"].as_str().unwrap());
    let method = request["method"].as_str().unwrap().parse().unwrap();
    let mut sent = scene
        .http
        .request(method, format!("http://{}{path}", scene.address))
        .header("host", "localhost:8080");
    let token = match request["headers"]["Authorization"].as_str() {
        None => None,
        Some("Bearer <personal access token>") => Some(administrators.to_owned()),
        Some("Bearer <garbage>") => Some("garbage".into()),
        Some(_) if recorded["name"] == "manage-service-token-no-permission" => {
            let scope = "openid urn:zitadel:iam:org:project:id:zitadel:aud";
            Some(scene.token("reader", scope).await)
        }
        Some(_) => Some(scene.token("reader", "openid").await),
    };
    if let Some(token) = token {
        sent = sent.bearer_auth(token);
    }
    if !request["json"].is_null() {
        sent = sent.json(&parse(&same.here(&request["json"].to_string())));
    }
    Answer::of(sent.send().await.unwrap()).await
}

/// What is the same there and here, as far as it was seen.
struct Same {
    /// The description's text: what it names has the same id here.
    set_up: String,
    ids: HashMap<String, String>,
    dates: HashMap<String, String>,
}

impl Default for Same {
    fn default() -> Self {
        let set_up = fs::read_to_string(recordings().join("setup.json")).unwrap();
        Self { set_up, ids: HashMap::new(), dates: HashMap::new() }
    }
}

impl Same {
    fn here(&self, recorded: &str) -> String {
        self.ids.iter().fold(recorded.into(), |text, (there, here)| text.replace(there, here))
    }

    fn compare_answers(&mut self, recorded: &Value, answer: &Answer) -> Vec<String> {
        let mut found = vec![];
        if recorded["status"] != answer.status {
            found.push(format!("status {}: {}", answer.status, answer.text));
        }
        for header in ["content-type", "cache-control", "pragma", "www-authenticate"] {
            let there = recorded["headers"][header].as_str().unwrap_or_default();
            if there != answer.header(header) {
                found.push(format!("{header}: {there:?} there, {:?} here", answer.header(header)));
            }
        }
        self.compare("", &recorded["body"], &parse(&answer.text), &mut found);
        found
    }

    fn compare(&mut self, at: &str, there: &Value, here: &Value, found: &mut Vec<String>) {
        match (there, here) {
            (Value::Object(there), Value::Object(here)) => {
                for field in here.keys().filter(|field| !there.contains_key(*field)) {
                    found.push(format!("{at}.{field} is only here"));
                }
                for (field, value) in there {
                    match here.get(field) {
                        Some(here) => self.compare(&format!("{at}.{field}"), value, here, found),
                        None => found.push(format!("{at}.{field} is only there")),
                    }
                }
            }
            (Value::Array(there), Value::Array(here)) if there.len() == here.len() => {
                for (there, here) in there.iter().zip(here) {
                    self.compare(at, there, here, found);
                }
            }
            (Value::String(there), Value::String(here)) => {
                if !self.is_same_text(at, there, here, found) {
                    found.push(format!("{at}: {there:?} there, {here:?} here"));
                }
            }
            (there, here) if there == here => {}
            (there, here) => found.push(format!("{at}: {there} there, {here} here")),
        }
    }

    fn is_same_text(&mut self, at: &str, there: &str, here: &str, found: &mut Vec<String>) -> bool {
        match at.rsplit('.').next().unwrap() {
            "viewTimestamp" => is_date(here),
            "creationDate" | "changeDate" => {
                let known = self.dates.entry(there.into()).or_insert_with(|| here.into());
                is_date(here) && known == here
            }
            "token" | "clientSecret" => there.len() == here.len() && there != here,
            "keyDetails" => {
                self.compare(at, &file(there), &file(here), found);
                true
            }
            "key" if there.starts_with("-----BEGIN") => there.lines().next() == here.lines().next(),
            _ if there.len() == 18 && there.bytes().all(|byte| byte.is_ascii_digit()) => {
                if self.set_up.contains(there) {
                    return there == here;
                }
                let taken = self.ids.iter().any(|(other, id)| id == here && other != there);
                let known = self.ids.entry(there.into()).or_insert_with(|| here.into());
                known == here && !taken
            }
            _ => there == here,
        }
    }
}

fn file(encoded: &str) -> Value {
    parse(&String::from_utf8(STANDARD.decode(encoded).unwrap()).unwrap())
}

/// With a fraction of a second or none.
fn is_date(text: &str) -> bool {
    text.ends_with('Z') && text.parse::<jiff::Timestamp>().is_ok()
}
