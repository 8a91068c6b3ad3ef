//! What only somebody's own ZITADEL has: their own API beside the reference, changes that ask first,
//! what is taken out and put back, a file that cannot be written.

use std::fs;

use rolecall_tests::{
    console::Console,
    issuer::Issuer,
    own_api::{Habit, OwnApi},
    views::Looked,
    window::{
        Window,
        roll::{SCOPED, cell, until_cell},
    },
};
use sandbox::TokenType;
use thirtyfour::Key;

pub async fn looked_at(looked: &mut Looked) {
    let issuer = Issuer::demo(TokenType::Jwt).await;
    let home = {
        let window =
            Window::open_to_picture(&[issuer.workspace().to_str().unwrap_or_default()]).await;
        second_opinion(looked, &window, &issuer).await;
        super::token::looked_at(looked, &window).await;
        a_change_that_asks_first(looked, &window, &issuer).await;
        taken_out(looked, &window).await;
        not_saved(looked, &window, &issuer).await;
        window.close().await
    };
    let window = Window::open_to_picture_in(home, &[]).await;
    window.by("start-sandbox").await;
    looked.at(&window, "start-again").await;
    window.close().await;
}

async fn second_opinion(looked: &mut Looked, window: &Window, issuer: &Issuer) {
    window.click("nav-setup").await;
    window.fill("target-input", "https://8.8.8.8").await;
    window.click("target-save").await;
    window.by("target-consent").await;
    looked.at(window, "own-api-asked").await;
    let api = OwnApi::start(issuer, Habit::ScopeChecker).await;
    window.fill("target-input", &api.address).await;
    window.click("target-save").await;
    super::until_gone(window, "target-consent").await;
    window.click("nav-rollcall").await;
    window.click("call-the-roll").await;
    until_cell(window, "reader-bot", SCOPED, "200").await;
    window.click("target-show").await;
    window.by("target-panel").await;
    window.by("call-the-roll").await;
    looked.at(window, "own-api").await;
    window.click(&cell("reader-bot", SCOPED)).await;
    window.by("compare").await;
    looked.at(window, "own-api-compared").await;
    window.click("compare-close").await;
}

async fn a_change_that_asks_first(looked: &mut Looked, window: &Window, issuer: &Issuer) {
    let console = Console::new(&issuer.address, issuer.folder.path());
    window.click("nav-setup").await;
    window.fill("pat-input", console.token()).await;
    window.click("pat-save").await;
    window.by("pat-forget").await;
    window.until_text("management-state", "Good").await;
    looked.at(window, "setup-managed").await;
    window.click("nav-rollcall").await;
    window.click(&cell("visitor-bot", SCOPED)).await;
    window.click("finding-fix-role_missing").await;
    window.by("change-sheet").await;
    looked.at(window, "change-asked").await;
    window.click("change-send").await;
    window.by("fixed").await;
    until_cell(window, "visitor-bot", SCOPED, "200").await;
    window.by("call-the-roll").await;
    looked.at(window, "change-made").await;
}

async fn taken_out(looked: &mut Looked, window: &Window) {
    window.click("nav-setup").await;
    window.click("user-remove-writer-bot").await;
    window.by("undo").await;
    // With the focus on it, it does not go away.
    window.press(Key::F6).await;
    looked.at(window, "taken-out").await;
    window.click("undo").await;
    window.by("user-writer-bot").await;
}

/// Its folder is gone: somebody took out the stick.
async fn not_saved(looked: &mut Looked, window: &Window, issuer: &Issuer) {
    let (here, away) = (issuer.folder.path(), issuer.folder.path().with_extension("away"));
    fs::rename(here, &away).expect("a folder can be moved");
    window.chord(Key::Control, 's').await;
    window
        .until("it is said", "return !!document.querySelector('[data-testid=notice][role=alert]')")
        .await;
    looked.at(window, "not-saved").await;
    fs::rename(&away, here).expect("a folder can be moved back");
}
