//! A hundred callers at ten doors, and one of them looked for.

use std::time::Duration;

use rolecall_tests::{
    bench, crowd,
    issuer::Issuer,
    views::Looked,
    window::{Window, roll::cell},
};
use sandbox::TokenType;
use thirtyfour::Key;

pub async fn looked_at(looked: &mut Looked) {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let project = issuer.sandbox.snapshot().project_id;
    let files = crowd::gather(&issuer.address, &project, issuer.folder.path()).await;
    let path = issuer.folder.path().join("crowd.rolecall.json");
    let mut workspace = bench::workspace(&issuer.address, issuer.file("api"), &files);
    workspace.endpoints = crowd::doors();
    workspace.save(&path).expect("a workspace file");
    let window = Window::open_to_picture(&[path.to_str().unwrap_or_default()]).await;
    window.click("nav-rollcall").await;
    window.click("call-the-roll").await;
    // It stands there until the press is heard, and again at the end.
    window.until("it began", "return !!document.querySelector('[data-tone=in]')").await;
    window.patiently("call-the-roll", Duration::from_secs(120)).await;
    looked.at(&window, "crowd").await;
    window.click("mark-right").await;
    window.until_text("counts", "All 1010").await;
    looked.at(&window, "crowd-right").await;
    window.chord(Key::Control, 'f').await;
    window
        .until("the search listens", "return document.activeElement?.dataset.testid === 'search'")
        .await;
    window.press("bot-4").await;
    super::until_gone(&window, "row-bot-0").await;
    looked.at(&window, "crowd-searched").await;
    window.fill("search", "no such caller").await;
    window.by("sieve-clear").await;
    looked.at(&window, "crowd-none").await;
    window.click("sieve-clear").await;
    window.click("nav-timeline").await;
    window.click("timeline-zoom-overview").await;
    window.by("timeline-overview").await;
    looked.at(&window, "crowd-overview").await;
    two_roles(looked, &window).await;
    window.close().await;
}

/// A door that asks for one role or another, told to a room.
async fn two_roles(looked: &mut Looked, window: &Window) {
    window.click("nav-rollcall").await;
    window.click(&cell("bot-2", "/api/door-4")).await;
    window.press(Key::F5).await;
    window.by("presenter").await;
    window.press(Key::End).await;
    looked.at(window, "presenter-two-roles").await;
    window.press(Key::Escape).await;
}
