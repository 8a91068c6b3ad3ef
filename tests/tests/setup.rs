//! A set-up's files: moved keys that are found again, `.env` files, pages of the console, undo.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

use std::{
    fs,
    path::{Path, PathBuf},
};

use contract::{
    FindingCode as Code,
    finding::Action,
    report::Expected,
    workspace::{ItemState, KeyView},
};
use rolecall_tests::{
    bench::{Bench, code, statuses},
    issuer::{Issuer, changed},
    recorded_key,
};
use sandbox::TokenType;
use tester::{Setup, Workspace, env_file::EnvFile, settings::Settings, workspace::User};

const SCOPED: &str = "/api/private-scoped";

/// A workspace of recorded keys in a folder of its own.
struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in ["application", "reader", "visitor"] {
            fs::copy(recorded_key(name), folder.path().join(format!("{name}.json"))).unwrap();
        }
        let own = |name: &str| folder.path().join(format!("{name}.json"));
        let workspace = Workspace {
            api_key: Some(own("application")),
            users: vec![User::from_file(own("reader")), User::from_file(own("visitor"))],
            ..Workspace::default()
        };
        let mut setup = Setup::new(workspace, None);
        setup.set_expectation("reader", SCOPED, Some(Expected::Allow));
        setup.save(Some(&folder.path().join("mine.rolecall.json"))).unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn workspace(&self) -> PathBuf {
        self.path("mine.rolecall.json")
    }

    fn move_to(&self, from: &str, to: &str) {
        let to = self.path(to);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::rename(self.path(from), to).unwrap();
    }

    fn open(&self) -> Setup {
        Setup::open(&self.workspace()).unwrap()
    }

    fn forget_ids(&self) {
        changed(&self.workspace(), &self.workspace(), |saved| {
            saved.as_object_mut().unwrap().remove("api_key_id");
            for user in saved["users"].as_array_mut().unwrap() {
                user.as_object_mut().unwrap().remove("key_id");
            }
        });
    }
}

fn view(setup: &Setup) -> contract::workspace::WorkspaceView {
    setup.view(jiff::Timestamp::from_second(1_750_000_000).unwrap(), &Settings::default())
}

fn notes(key: &KeyView) -> Vec<Code> {
    key.notes.iter().map(|note| note.code).collect()
}

#[test]
fn nothing_is_looked_for_where_every_file_is_there() {
    let setup = Desk::new().open();
    // The folder is gone by now; what was read stays.
    assert!(!view(&setup).unsaved);
    assert!(view(&setup).users.iter().all(|user| user.key.state == ItemState::Ok));
}

#[test]
fn moved_key_files_are_known_again_by_their_ids_and_keep_names_and_expectations() {
    let desk = Desk::new();
    desk.move_to("reader.json", "keys/2026/renamed.json");
    desk.move_to("application.json", "keys/application.json");
    let mut setup = desk.open();
    let seen = view(&setup);
    assert!(seen.unsaved, "the workspace names the new places once it is saved");
    assert_eq!(notes(&seen.users[0].key), [Code::KeyMoved]);
    assert_eq!(seen.users[0].label, "reader", "the row keeps its name");
    assert_eq!(seen.users[0].key.path, desk.path("keys/2026/renamed.json").display().to_string());
    assert_eq!(seen.expectations.len(), 1, "and what is expected of it");
    let note = &seen.api_key.as_ref().unwrap().notes[0];
    assert_eq!(note.code, Code::KeyMoved);
    let [from, to] = [&note.evidence[0], &note.evidence[1]].map(|one| format!("{:?}", one.source));
    assert!(from.contains("application.json") && to.contains("keys/application.json"));
    assert_eq!(notes(&seen.users[1].key), []);

    setup.save(None).unwrap();
    assert_eq!(notes(&view(&setup).users[0].key), [], "it is no news any more");
    let again = view(&desk.open());
    assert!(!again.unsaved && again.users[0].label == "reader");
}

#[test]
fn a_file_of_the_same_name_with_another_key_is_not_taken() {
    let desk = Desk::new();
    fs::remove_file(desk.path("reader.json")).unwrap();
    fs::create_dir(desk.path("other")).unwrap();
    fs::copy(recorded_key("writer"), desk.path("other/reader.json")).unwrap();
    let seen = view(&desk.open());
    let key = &seen.users[0].key;
    assert_eq!(code(&key.finding), Some(Code::KeyUnreadable));
    let lost = desk.path("reader.json").display().to_string();
    let action = key.finding.as_ref().unwrap().fix.action.clone();
    assert_eq!(action, Some(Action::FindKey { path: lost }));
    assert!(!seen.unsaved);

    // Without a remembered id, the only one of that name will do.
    desk.forget_ids();
    let seen = view(&desk.open());
    assert_eq!(notes(&seen.users[0].key), [Code::KeyMoved]);
    fs::create_dir(desk.path("third")).unwrap();
    fs::copy(recorded_key("jwt-reader"), desk.path("third/reader.json")).unwrap();
    let seen = view(&desk.open());
    assert_eq!(code(&seen.users[0].key.finding), Some(Code::KeyUnreadable), "of two, nobody knows");
}

#[test]
fn what_lies_too_deep_or_is_no_key_of_the_kind_is_not_taken() {
    let desk = Desk::new();
    desk.move_to("reader.json", "a/b/c/reader.json");
    assert_eq!(code(&view(&desk.open()).users[0].key.finding), Some(Code::KeyUnreadable));
    desk.move_to("a/b/c/reader.json", "a/b/reader.json");
    assert_eq!(notes(&view(&desk.open()).users[0].key), [Code::KeyMoved]);
    let whole = fs::read_to_string(desk.path("a/b/reader.json")).unwrap();
    fs::write(desk.path("a/b/reader.json"), whole.replace("-----BEGIN", "-----began")).unwrap();
    assert_eq!(code(&view(&desk.open()).users[0].key.finding), Some(Code::KeyUnreadable));
    changed(&recorded_key("reader"), &desk.path("a/reader.json"), |key| {
        key["more"] = "x".repeat(70_000).into()
    });
    assert_eq!(code(&view(&desk.open()).users[0].key.finding), Some(Code::KeyUnreadable));
}

#[test]
fn a_key_file_is_put_where_somebody_says_it_lies_now() {
    let desk = Desk::new();
    let elsewhere = tempfile::tempdir().unwrap();
    let there = |name: &str| elsewhere.path().join(name);
    fs::rename(desk.path("reader.json"), there("r.json")).unwrap();
    fs::rename(desk.path("application.json"), there("a.json")).unwrap();
    let mut setup = desk.open();
    let lost = desk.path("reader.json");
    let refused = |setup: &mut Setup, from: &Path, to: &Path| {
        setup.locate_key(from, to).unwrap_err().to_string()
    };
    let said = refused(&mut setup, &lost, &there("none.json"));
    assert!(said.contains("none.json"), "{said}");
    let said = refused(&mut setup, &lost, &there("a.json"));
    assert!(said.contains("is the API's key; a service account's key belongs"), "{said}");
    let said = refused(&mut setup, &lost, &recorded_key("writer"));
    assert!(said.contains("writer.json holds the key"), "{said}");
    let said = refused(&mut setup, &there("r.json"), &there("r.json"));
    assert!(said.contains("none of this workspace's"), "{said}");
    assert_eq!(setup.workspace().users[0].key, lost, "a refusal changes nothing");
    assert!(!view(&setup).unsaved);

    setup.locate_key(&lost, &there("r.json")).unwrap();
    let seen = view(&setup);
    assert_eq!(seen.users[0].key.state, ItemState::Ok);
    assert_eq!((seen.users[0].label.as_str(), seen.expectations.len()), ("reader", 1));
    let api = seen.api_key.unwrap();
    assert_eq!(api.path, there("a.json").display().to_string(), "it was moved together with it");
    assert!(seen.unsaved);
}

#[test]
fn a_key_of_another_application_than_the_pasted_page_is_named_at_its_card() {
    let desk = Desk::new();
    let mut setup = desk.open();
    let own = view(&setup).api_key.unwrap().facts.unwrap().app_id.unwrap();
    let page = |app: &str| format!("https://a.example/ui/console/projects/11/apps/{app}");
    setup.set_issuer(&page("22"), false);
    let seen = view(&setup);
    assert_eq!(seen.app_id.as_deref(), Some("22"));
    let key = seen.api_key.unwrap();
    assert_eq!((key.state, code(&key.finding)), (ItemState::Wrong, Some(Code::KeyOtherApp)));
    let finding = key.finding.unwrap();
    let told = format!("{finding:?}");
    assert!(told.contains("22") && told.contains(&own) && told.contains("application.json"));
    assert_eq!(finding.fix.action, None);
    setup.set_issuer(&page(&own), false);
    assert_eq!(view(&setup).api_key.unwrap().finding, None, "it is this one's");
    setup.set_issuer(&page("22"), false);
    setup.set_issuer("https://a.example", false);
    assert_eq!(view(&setup).api_key.unwrap().finding, None, "no page is pasted any more");
}

#[tokio::test]
async fn the_consoles_pages_are_known_as_far_as_issuer_and_ids_are() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let files = [issuer.file("reader-bot")];
    let bench = Bench::with_files(&issuer.address, issuer.file("api"), &files).await;
    let seen = bench.bench.view();
    let console = seen.console.unwrap();
    let at = |route: &str| format!("{}/ui/console{route}", issuer.address);
    assert_eq!(console.create_project, at("/projects/create"));
    assert_eq!((console.project, console.app), (None, None), "the project is not known yet");
    let reader = issuer.user_id("reader-bot");
    assert_eq!(seen.users[0].key.console, Some(at(&format!("/users/{reader}?id=keys"))));
    assert_eq!(seen.api_key.unwrap().console, None);

    bench.call().await;
    let seen = bench.bench.view();
    let (project, key) = (seen.project_id.unwrap(), seen.api_key.unwrap());
    let app = at(&format!("/projects/{project}/apps/{}", key.facts.unwrap().app_id.unwrap()));
    assert_eq!(key.console, Some(app.clone()));
    assert_eq!(seen.console.unwrap().app, Some(app));
}

#[tokio::test]
async fn a_set_up_goes_through_an_env_file_and_back() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let bench = Bench::with_files(&issuer.address, issuer.file("api"), &[]).await;
    let path = issuer.folder.path().join(".env");
    let env = bench.bench.with_setup(Setup::export_env).unwrap();
    env.write(&path).unwrap();

    let other = Bench::new(Setup::default()).await;
    let nothing = other.bench.with_setup(Setup::export_env).unwrap_err();
    assert!(nothing.to_string().contains("issuer"), "{nothing}");
    let read = EnvFile::read(&path).unwrap();
    other
        .bench
        .change_files({
            let path = path.clone();
            move |setup| setup.import_env(&path, read)
        })
        .await;
    let seen = other.bench.view();
    assert_eq!(seen.issuer.state, ItemState::Ok);
    assert_eq!(seen.issuer.notes, []);
    assert_eq!(seen.api_key.unwrap().state, ItemState::Ok);
    assert_eq!(other.call().await.api.accepted, Some(true));

    let mut elsewhere = EnvFile::read(&path).unwrap();
    elsewhere.introspection_url = Some("https://old.example/oauth/v2/introspect".into());
    let shown = path.clone();
    other.bench.change_files(move |setup| setup.import_env(&shown, elsewhere)).await;
    let notes = other.bench.view().issuer.notes;
    assert_eq!(
        notes.iter().map(|note| note.code).collect::<Vec<_>>(),
        [Code::IntrospectionElsewhere]
    );
    let told = format!("{notes:?}");
    assert!(told.contains("https://old.example") && told.contains(&issuer.address), "{told}");
    other.bench.change(|setup| setup.set_issuer("https://b.example", false)).await;
    assert_eq!(other.bench.view().issuer.notes, [], "it was said of the other issuer");
}

#[tokio::test]
async fn what_was_taken_out_is_called_again_after_it_was_put_back() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let bench = Bench::open(&issuer.workspace()).await;
    let before = bench.bench.view();
    bench.bench.change_files(|setup| setup.remove_user("reader-bot")).await;
    bench.bench.change_files(Setup::remove_api_key).await;
    assert_eq!(bench.bench.view().undo.as_deref(), Some("the API's key"));
    assert!(bench.bench.change_files(Setup::undo).await);
    assert_eq!(bench.bench.view().undo.as_deref(), Some("reader-bot"));
    assert!(bench.bench.change_files(Setup::undo).await);
    let after = bench.bench.view();
    assert_eq!((&after.users, &after.api_key), (&before.users, &before.api_key));
    let report = bench.call().await;
    assert_eq!(statuses(&report)[0], ("reader-bot", vec![200, 200, 200]));
    assert_eq!(report.users[0].cells[2].expected, Some(Expected::Allow));

    bench.bench.change_files(|setup| setup.remove_user("reader-bot")).await;
    bench.bench.replace(Setup::open(&issuer.workspace()).unwrap()).await.unwrap();
    assert_eq!(bench.bench.view().undo, None, "another workspace is another matter");
}

#[test]
fn what_a_roll_call_learns_is_no_change_of_anybodys() {
    let mut setup = Desk::new().open();
    setup.learn_project("1");
    let seen = view(&setup);
    assert_eq!((seen.project_id.as_deref(), seen.unsaved), (Some("1"), false));
    setup.set_project_id(Some("2".into()));
    assert!(view(&setup).unsaved, "what somebody types is one");
}
