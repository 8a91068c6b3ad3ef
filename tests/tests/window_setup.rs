//! The set-up in the real window: the guided walk from nothing to a green roll call, `.env` files, key
//! files that were moved. One test after another: the driver takes one at a time.

use std::fs;

use rolecall_tests::{
    console::Console,
    issuer::Issuer,
    window::{
        Window,
        desktop::{dialog_opens, dialog_saves},
        pause,
        roll::{SCOPED, own, until_cell},
    },
};
use sandbox::TokenType;
use serde_json::json;

/// Waits until a card of the walk is so.
async fn until_step(window: &Window, step: &str, state: &str) {
    let script = format!(
        "return document.querySelector('[data-testid=walk-step-{step}]')?.dataset.state === '{state}'"
    );
    window.until(&format!("the card {step} is {state}"), &script).await;
}

/// Waits until a card of the walk is red with this finding.
async fn until_red(window: &Window, step: &str, code: &str) {
    until_step(window, step, "wrong").await;
    let script = format!(
        "return !!document.querySelector('[data-testid=walk-step-{step}] [data-testid=finding-{code}]')"
    );
    window.until(&format!("{code} stands in the card {step}"), &script).await;
}

async fn add_key(window: &Window, path: &std::path::Path) {
    window.fill("key-path-input", path.to_str().unwrap_or_default()).await;
    window.click("key-path-add").await;
}

/// Each card once red, by what people really do wrong, and once green. Nobody presses *Call the roll*
/// on the way.
#[tokio::test]
async fn the_guided_walk_leads_from_nothing_to_green() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let console = Console::new(&issuer.address, issuer.folder.path());
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(format!("{name}.json"));
    let window = own(&[]).await;
    window.resize(1440, 900).await;
    until_step(&window, "issuer", "next").await;

    // 1. The issuer: first a port where nobody listens.
    window.fill("issuer-input", "http://localhost:9").await;
    window.click("issuer-check").await;
    until_red(&window, "issuer", "unreachable").await;
    window.fill("issuer-input", &issuer.address).await;
    window.click("issuer-check").await;
    until_step(&window, "issuer", "done").await;

    // 2. The API application: first the page of another one.
    let project = console.post("projects", json!({ "name": "Walk" }), "id").await;
    let app = json!({ "name": "API", "authMethodType": "API_AUTH_METHOD_TYPE_PRIVATE_KEY_JWT" });
    let app = console.post(&format!("projects/{project}/apps/api"), app, "appId").await;
    let page = |app: &str| format!("{}/ui/console/projects/{project}/apps/{app}", issuer.address);
    let api_key = console.key(&format!("projects/{project}/apps/{app}"), file("api")).await;
    add_key(&window, &file("api")).await;
    window.until_text("api-key", "api.json").await;
    until_step(&window, "application", "done").await;
    window.fill("issuer-input", &page("123456789")).await;
    window.press(thirtyfour::Key::Enter).await;
    until_red(&window, "application", "key_other_app").await;
    window.fill("issuer-input", &page(&app)).await;
    window.press(thirtyfour::Key::Enter).await;
    until_step(&window, "application", "done").await;

    // 3. Its key: deleted on the server, then a new one.
    console.delete(&format!("projects/{project}/apps/{app}/keys/{api_key}")).await;
    window.click("call-the-roll").await;
    window.click("nav-setup").await;
    until_red(&window, "api-key", "api_not_authenticated").await;
    console.key(&format!("projects/{project}/apps/{app}"), file("api-2")).await;
    add_key(&window, &file("api-2")).await;
    until_step(&window, "api-key", "done").await;

    // 5. and 6. The service account and its key: locked, then its key deleted.
    let user = json!({ "userName": "walker", "name": "Walker" });
    let user = console.post("users/machine", user, "userId").await;
    let key = console.key(&format!("users/{user}"), file("walker")).await;
    console.act(&format!("users/{user}/_lock"), json!({})).await;
    add_key(&window, &file("walker")).await;
    until_red(&window, "account", "user_inactive").await;
    console.act(&format!("users/{user}/_unlock"), json!({})).await;
    until_step(&window, "account", "done").await;
    console.delete(&format!("users/{user}/keys/{key}")).await;
    window.click("call-the-roll").await;
    window.click("nav-setup").await;
    until_red(&window, "account-key", "key_unknown").await;
    window.click("user-remove-walker").await;
    console.key(&format!("users/{user}"), file("walker-2")).await;
    add_key(&window, &file("walker-2")).await;
    until_step(&window, "account-key", "done").await;

    // 4. The project: another one's id, typed.
    window.fill("project-input", "987654321").await;
    window.click("project-save").await;
    until_red(&window, "project", "audience_other_project").await;
    window.fill("project-input", &project).await;
    window.click("project-save").await;
    until_step(&window, "project", "done").await;

    // 7. The role: there is none yet, as a personal access token lets Rolecall see.
    window.fill("pat-input", console.token()).await;
    window.click("pat-save").await;
    until_red(&window, "role", "role_undefined").await;
    window.click("walk-open-page-role").await;
    window.until_opened(&format!("/ui/console/projects/{project}/roles/create")).await;
    let role = json!({ "roleKey": "read:messages", "displayName": "Read messages" });
    console.act(&format!("projects/{project}/roles"), role).await;
    until_step(&window, "role", "done").await;

    // 8. The role assignment.
    until_red(&window, "assignment", "role_missing").await;
    let grant = json!({ "projectId": project, "roleKeys": ["read:messages"] });
    console.post(&format!("users/{user}/grants"), grant, "userGrantId").await;
    until_step(&window, "assignment", "done").await;

    for step in [
        "issuer",
        "application",
        "api-key",
        "project",
        "account",
        "account-key",
        "role",
        "assignment",
    ] {
        until_step(&window, step, "done").await;
    }
    window.click("nav-rollcall").await;
    until_cell(&window, "walker-2", SCOPED, "200").await;
    window.close().await;
}

#[tokio::test]
async fn an_env_file_is_read_and_written() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let env = issuer.folder.path().join("guide.env");
    let text = format!(
        "# of the guide\nZITADEL_DOMAIN = {0}\n\
         ZITADEL_INTROSPECTION_URL = '{0}/oauth/v2/introspect'\n\
         API_PRIVATE_KEY_FILE_PATH = 'api.json'\n",
        issuer.address
    );
    fs::write(&env, text).unwrap();
    let window = own(&[]).await;
    window.click("env-read").await;
    dialog_opens("Read a .env file", &env).await;
    window.until_text("discovered-issuer", &issuer.address).await;
    window.until_text("api-key", "api.json").await;
    let other = issuer.folder.path().join("written.env");
    window.click("env-write").await;
    dialog_saves("Write a .env file", &other).await;
    let started = std::time::Instant::now();
    while !other.exists() {
        assert!(started.elapsed().as_secs() < 20, "the .env file is not written");
        pause().await;
    }
    let text = fs::read_to_string(&other).unwrap();
    assert!(text.contains("ZITADEL_DOMAIN") && text.contains(&issuer.address), "{text}");
    assert!(text.contains("API_PRIVATE_KEY_FILE_PATH") && text.contains("api.json"), "{text}");
    window.close().await;
}

#[tokio::test]
async fn a_moved_key_file_is_found_again_or_asked_for() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let keys = issuer.folder.path().join("keys");
    fs::create_dir(&keys).unwrap();
    // Opened and saved once, so that the workspace knows the ids of its keys.
    let window = Window::open(&[issuer.workspace().to_str().unwrap()]).await;
    window.click("nav-rollcall").await;
    window.click("call-the-roll").await;
    until_cell(&window, "reader-bot", SCOPED, "200").await;
    window.by("call-the-roll").await;
    window.chord(thirtyfour::Key::Control, 's').await;
    let started = std::time::Instant::now();
    while !fs::read_to_string(issuer.workspace()).unwrap().contains("key_id") {
        assert!(started.elapsed().as_secs() < 20, "the workspace was not saved");
        pause().await;
    }
    window.close().await;

    // One beside the workspace, one where nobody looks.
    fs::rename(issuer.file("reader-bot"), keys.join("renamed.json")).unwrap();
    let far = tempfile::tempdir().unwrap();
    fs::rename(issuer.file("visitor-bot"), far.path().join("visitor.json")).unwrap();
    let window = Window::open(&[issuer.workspace().to_str().unwrap()]).await;
    window.click("nav-setup").await;
    window.until_text("user-reader-bot", "renamed.json").await;
    window.by("finding-key_unreadable").await;
    window.click("finding-fix-key_unreadable").await;
    dialog_opens("visitor-bot.json", &far.path().join("visitor.json")).await;
    window.until_text("user-visitor-bot", "visitor.json").await;
    window.click("nav-rollcall").await;
    window.click("call-the-roll").await;
    until_cell(&window, "reader-bot", SCOPED, "200").await;
    until_cell(&window, "visitor-bot", SCOPED, "403").await;
    window.close().await;
}
