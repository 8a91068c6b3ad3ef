//! Before anything is set up, files held over the window, and half-way through the walk.

use std::process::Command;

use rolecall_tests::{
    issuer::Issuer,
    program, recorded_key,
    views::Looked,
    window::{
        Window,
        desktop::{desktop_window, xdotool},
        pause,
    },
};
use sandbox::TokenType;
use thirtyfour::Key;

pub async fn looked_at(looked: &mut Looked) {
    let window = Window::open_to_picture(&[]).await;
    looked.at(&window, "start").await;
    window.click("start-own").await;
    window.by("walk-step-issuer").await;
    looked.at(&window, "setup-empty").await;
    files_held_over_it(looked, &window).await;
    window.fill("issuer-input", "http://localhost:9").await;
    window.press(Key::Enter).await;
    window.by("finding-unreachable").await;
    looked.at(&window, "setup-red").await;
    window.press(Key::F5).await;
    window.by("presenter").await;
    looked.at(&window, "presenter-shipped").await;
    window.press(Key::Escape).await;
    half_the_walk(looked, &window).await;
    window.close().await;
}

/// Held there with the button down, as long as it is looked at.
async fn files_held_over_it(looked: &mut Looked, window: &Window) {
    window.resize(1024, 700).await;
    let mut source = Command::new(program("drag-source"))
        .args([recorded_key("reader"), recorded_key("application")])
        .spawn()
        .expect("drag-source is built");
    let from = desktop_window("^drag-source$").await;
    // Beyond the largest of the sizes, so that the window never covers it.
    xdotool(&["windowmove", &from, "2100", "20"]);
    xdotool(&["mousemove", "--window", &from, "60", "60"]);
    xdotool(&["mousedown", "1"]);
    for x in (500..=2100).rev().step_by(100) {
        xdotool(&["mousemove", &x.to_string(), "400"]);
        pause().await;
    }
    window.by("drop-overlay").await;
    looked.at(window, "files-held").await;
    // Let go beside the window, nothing is dropped.
    for x in (500..=2300).step_by(100) {
        xdotool(&["mousemove", &x.to_string(), "1300"]);
        pause().await;
    }
    xdotool(&["mouseup", "1"]);
    super::until_gone(window, "drop-overlay").await;
    let _ = source.kill();
    let _ = source.wait();
}

/// The API is known, its callers are not.
async fn half_the_walk(looked: &mut Looked, window: &Window) {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    window.fill("issuer-input", &issuer.address).await;
    window.press(Key::Enter).await;
    window.until_text("discovered-issuer", &issuer.address).await;
    window.fill("key-path-input", issuer.file("api").to_str().unwrap_or_default()).await;
    window.click("key-path-add").await;
    window.until_text("api-key", "api.json").await;
    let state = |step: &str, state: &str| {
        format!(
            "return document.querySelector('[data-testid=walk-step-{step}]')?.dataset.state === '{state}'"
        )
    };
    window.until("the API's key is in place", &state("api-key", "done")).await;
    window.until("the account is not there", &state("account-key", "waiting")).await;
    looked.at(window, "setup-half").await;
    what_is_not_saved(looked, window).await;
}

/// Another workspace is about to take its place.
async fn what_is_not_saved(looked: &mut Looked, window: &Window) {
    window.click("nav-start").await;
    window.click("start-sandbox").await;
    window.by("unsaved-save").await;
    looked.at(window, "unsaved").await;
    window.press(Key::Escape).await;
    super::until_gone(window, "unsaved").await;
}
