//! Changes that are not saved: asked about before another workspace opens, and before the window closes.

use std::{fs, time::Duration};

use contract::Endpoint;
use rolecall_tests::{
    issuer::Issuer,
    window::{
        Window,
        desktop::{close_by_keys, desktop_window, dialog_saves, xdotool},
        roll::own,
    },
};
use sandbox::TokenType;
use thirtyfour::Key;

use super::{is_focused, save};

#[tokio::test]
async fn a_change_is_not_lost_by_opening_another_workspace() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let other = issuer.folder.path().join("other.rolecall.json");
    save(&other, &issuer, &[issuer.file("writer-bot")], Endpoint::guide());
    let window = changed(&issuer).await;
    let before = fs::read(issuer.workspace()).unwrap();
    let open_other = async || {
        window.fill("key-path-input", other.to_str().unwrap()).await;
        window.press(Key::Enter).await;
        window.until("what is safe has the focus", &is_focused("unsaved-save")).await;
    };
    open_other().await;
    let question = window.text("unsaved").await;
    assert!(question.contains("Save the changes to"), "{question}");
    assert!(question.contains("workspace.rolecall.json"), "{question}");
    let visible = "return getComputedStyle(document.activeElement).outlineStyle !== 'none'";
    window.until("the focus is visible", visible).await;
    window.press(Key::Escape).await;
    window.until("the question is gone", &is_gone("unsaved")).await;
    window.until_text("workspace-chip", "not saved").await;
    window.by("user-visitor-bot").await;
    assert_eq!(window.count("user-reader-bot").await, 0, "the change is still there");
    // Saved first, then the other one opens; the person comes back to what was saved.
    open_other().await;
    window.press(Key::Enter).await;
    window.until("the other one is open", &is_gone("row-visitor-bot")).await;
    window.by("row-writer-bot").await;
    let saved = fs::read_to_string(issuer.workspace()).unwrap();
    assert!(!saved.contains("reader-bot") && saved.contains("visitor-bot"), "{saved}");
    window.click("nav-setup").await;
    window.click("user-remove-writer-bot").await;
    window.until_text("workspace-chip", "not saved").await;
    fs::write(issuer.workspace(), before).unwrap();
    window.click("nav-start").await;
    window.click(&format!("recent-{}", issuer.workspace().display())).await;
    window.click("unsaved-drop").await;
    window.by("row-reader-bot").await;
    let left = fs::read_to_string(&other).unwrap();
    assert!(left.contains("writer-bot"), "nobody saved this: {left}");
    window.close().await;
}

#[tokio::test]
async fn a_change_is_not_lost_by_closing_the_window() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let window = changed(&issuer).await;
    let before = fs::read_to_string(issuer.workspace()).unwrap();
    close_by_keys().await;
    let question = window.until_text("unsaved", "the window closes").await;
    assert!(question.contains("Save the changes to"), "{question}");
    window.press(Key::Escape).await;
    window.until("the question is gone", &is_gone("unsaved")).await;
    window.until_text("workspace-chip", "not saved").await;
    // However often: it is asked as long as it is heard.
    close_by_keys().await;
    window.by("unsaved").await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    close_by_keys().await;
    window.click_last("unsaved-drop").await;
    assert_eq!(fs::read_to_string(issuer.workspace()).unwrap(), before, "nobody saved this");
}

#[tokio::test]
async fn a_new_workspace_is_kept_where_somebody_says_or_stays_open() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let window = own(&[]).await;
    window.fill("issuer-input", &issuer.address).await;
    window.press(Key::Enter).await;
    window.until_text("discovered-issuer", &issuer.address).await;
    close_by_keys().await;
    window.until_text("unsaved", "no file yet").await;
    window.click("unsaved-save").await;
    let dialog = desktop_window("Save the workspace").await;
    xdotool(&["windowfocus", "--sync", &dialog]);
    tokio::time::sleep(Duration::from_millis(400)).await;
    xdotool(&["key", "Escape"]);
    window.until_text("workspace-chip", "not saved").await;
    let path = issuer.folder.path().join("mine.rolecall.json");
    close_by_keys().await;
    window.click("unsaved-save").await;
    dialog_saves("Save the workspace", &path).await;
    window.until_ended().await;
    assert!(fs::read_to_string(&path).unwrap().contains(&issuer.address));
}

#[tokio::test]
async fn a_page_that_hangs_cannot_keep_its_window_open() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let window = changed(&issuer).await;
    window.run("setTimeout(() => { for (;;); }, 100); return true").await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    close_by_keys().await;
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    close_by_keys().await;
    window.until_ended().await;
}

/// A workspace that was saved, with a user taken out since.
async fn changed(issuer: &Issuer) -> Window {
    let window = Window::open(&[issuer.workspace().to_str().expect("a path of letters")]).await;
    window.click("nav-setup").await;
    window.click("user-remove-reader-bot").await;
    window.until("the row is gone", &is_gone("user-reader-bot")).await;
    window.until_text("workspace-chip", "not saved").await;
    window
}

fn is_gone(id: &str) -> String {
    format!("return !document.querySelector('[data-testid=\"{id}\"]')")
}
