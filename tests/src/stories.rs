//! The presenter's stories, recorded: what a workbench told its window while somebody was called.
//!
//! Files are written by `cargo run -p rolecall-tests --bin record-stories`. Ids and times are those of
//! the day; folders and ports, which mean nothing elsewhere, are written as they are by default.

use std::path::PathBuf;

use contract::{
    Event, Verdict,
    finding::TokenKind,
    workspace::{SandboxUserState, SandboxUserView, SandboxView},
};
use sandbox::TokenType;
use serde::{Deserialize, Serialize};
use tester::{Setup, roll_call::Only};
use zitadel_client::secret::PersonalAccessToken;

use crate::{bench::Bench, issuer::Issuer};

/// The door that all stories happen at, and the role that it asks for.
pub const DOOR: &str = "/api/private-scoped";
const ROLE: &str = "read:messages";

/// Each story with its caller and what came of its calls, in order.
pub const TOLD: [(&str, &str, &[Verdict]); 4] = [
    ("stranger", "nobody", &[Verdict::Refused]),
    ("not-allowed", "visitor-bot", &[Verdict::Refused]),
    ("allowed", "reader-bot", &[Verdict::Allowed]),
    ("until-a-minute-ago", "reader-bot", &[Verdict::Allowed, Verdict::Refused]),
];

/// Everybody at every door, from the set-up to the run's end.
pub const ROLL_CALL: &str = "roll-call";

/// A file of `ui/src/stories`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Story {
    /// Its name, and the file's.
    pub id: String,
    /// In order.
    pub events: Vec<Event>,
}

/// What was recorded, and the secrets that were in use meanwhile: none may be in it.
pub struct Recording {
    /// The four stories, then the whole roll call.
    pub stories: Vec<Story>,
    /// Tokens and private keys.
    pub secrets: Vec<String>,
}

impl Story {
    /// Where it is shipped.
    pub fn path(id: &str) -> PathBuf {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../ui/src/stories");
        folder.join(format!("{id}.json"))
    }

    /// As it is shipped: an event a line.
    pub fn text(&self) -> String {
        let event = |event| serde_json::to_string(event).expect("events are JSON");
        let events: Vec<String> = self.events.iter().map(event).collect();
        format!("{{\"id\":\"{}\",\"events\":[\n{}\n]}}\n", self.id, events.join(",\n"))
    }

    /// What came of the calls at the stories' door.
    pub fn verdicts(&self) -> Vec<Verdict> {
        let verdict = |event: &Event| match event {
            Event::CellChanged { cell, .. } if cell.path == DOOR => Some(cell.verdict),
            _ => None,
        };
        self.events.iter().filter_map(verdict).collect()
    }
}

/// Records all, one workbench a story, on one sandbox.
///
/// # Panics
/// Where the sandbox or the workbench does not do as it is told.
pub async fn record() -> Recording {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let mut secrets = key_lines(&issuer);
    let mut stories = Vec::new();
    let whole = Scene::set(&issuer).await;
    whole.bench.call().await;
    let whole_story = whole.story(ROLL_CALL, 0);
    secrets.extend(whole.tokens());
    // The last one takes a role away: nothing is told after it.
    for (id, caller, verdicts) in TOLD {
        let scene = Scene::set(&issuer).await;
        if verdicts.len() > 1 {
            // With the project's id learned, the token of one call is good for the next.
            scene.call(caller).await;
        }
        let from = scene.bench.now();
        scene.call(caller).await;
        if verdicts.len() > 1 {
            scene.take_role(caller).await;
            scene.call(caller).await;
        }
        secrets.extend(scene.tokens());
        stories.push(scene.story(id, from));
    }
    stories.push(whole_story);
    Recording { stories, secrets }
}

/// A workbench on the sandbox, as the window sets it up.
struct Scene<'a> {
    issuer: &'a Issuer,
    bench: Bench,
}

impl<'a> Scene<'a> {
    async fn set(issuer: &'a Issuer) -> Self {
        let bench = Bench::new(Setup::open(&issuer.workspace()).expect("a workspace")).await;
        bench.bench.show_sandbox(Some(world(issuer)));
        bench.bench.manage_with(Some(PersonalAccessToken::from(admin(issuer)))).await;
        Self { issuer, bench }
    }

    async fn call(&self, label: &str) {
        let only = Only { user: Some(label.into()), endpoint: Some(DOOR.into()) };
        self.bench.bench.call(only).await.expect("the roll can be called");
    }

    async fn take_role(&self, label: &str) {
        let user_id = self.issuer.user_id(label);
        self.bench.bench.take_role(&user_id, ROLE).await.expect("the sandbox lets its admin");
        // As the window does: what should happen follows the sandbox's world.
        let roles = self.issuer.sandbox.snapshot().users;
        let meant: Vec<_> = roles.into_iter().map(|user| (user.user_id, user.roles)).collect();
        self.bench.bench.expect(|setup| setup.expect_by_roles(&meant)).await;
        self.bench.bench.show_sandbox(Some(world(self.issuer)));
    }

    fn tokens(&self) -> Vec<String> {
        let users = self.issuer.sandbox.snapshot().users;
        let token = |name: &str| self.bench.bench.token(name);
        let tokens = users.iter().filter_map(|user| token(&user.user_name));
        tokens.map(|token| token.value.expose().to_owned()).collect()
    }

    /// What was told from event `from` on, after the set-up as it was then.
    fn story(&self, id: &str, from: usize) -> Story {
        let told = self.bench.events.lock().expect("events");
        let set_up = |event: &&Event| matches!(event, Event::Workspace { .. });
        let begun = told[..from].iter().rfind(set_up).cloned();
        let events = begun.into_iter().chain(told[from..].iter().cloned());
        Story { id: id.into(), events: events.map(|event| self.anywhere(event)).collect() }
    }

    /// The same event as it would be told on any machine.
    fn anywhere(&self, mut event: Event) -> Event {
        let served = self.bench.api();
        if let Event::Workspace { workspace } = &mut event
            && let Some(api) = &mut workspace.api
        {
            api.port = 8000;
        }
        let text = serde_json::to_string(&event).expect("events are JSON");
        let port = served.rsplit(':').next().expect("an address ends in its port");
        let text = text
            .replace(&self.issuer.folder.path().display().to_string(), "/home/ada/rolecall-sandbox")
            .replace(&format!(":{}", self.issuer.port), ":8080")
            .replace(&format!(":{port}"), ":8000");
        serde_json::from_str(&text).expect("what was told can be read")
    }
}

fn admin(issuer: &Issuer) -> String {
    let text = std::fs::read_to_string(issuer.folder.path().join("admin.pat")).expect("admin.pat");
    text.trim().to_owned()
}

/// A line of each private key, and the administrator's token.
fn key_lines(issuer: &Issuer) -> Vec<String> {
    let line = |stem: &str| {
        let text = std::fs::read_to_string(issuer.file(stem)).expect("a key file");
        let file: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        file["key"].as_str().and_then(|key| key.lines().nth(1)).expect("a key").to_owned()
    };
    let mut lines: Vec<String> =
        ["api", "reader-bot", "writer-bot", "visitor-bot"].map(line).into();
    lines.push(admin(issuer));
    lines
}

/// The sandbox's world as the window shows it, with nothing broken in it.
fn world(issuer: &Issuer) -> SandboxView {
    let world = issuer.sandbox.snapshot();
    let user = |user: sandbox::UserSnapshot| SandboxUserView {
        user_id: user.user_id,
        user_name: user.user_name,
        roles: user.roles,
        state: SandboxUserState::Active,
        token_type: TokenKind::Opaque,
    };
    SandboxView {
        issuer: world.issuer,
        project_id: world.project_id,
        project_name: world.project_name,
        roles: world.roles,
        users: world.users.into_iter().map(user).collect(),
        dialect: issuer.sandbox.dialect().to_string(),
        faults: Vec::new(),
    }
}
