//! Every view of the real window in every size and theme: drawn, kept as a picture under
//! `target/screenshots/`, and read by axe-core.

use rolecall_tests::{
    views::Looked,
    window::{
        Window,
        roll::{SCOPED, cell},
    },
};
use thirtyfour::Key;

#[tokio::test]
async fn every_view_is_drawn_and_accessible_in_every_theme() {
    let mut looked = Looked::default();
    before_anything_is_set_up(&mut looked).await;
    in_the_sandbox(&mut looked).await;
    println!("{}", looked.lines.join("\n"));
    assert!(looked.violations.is_empty(), "axe-core found:\n{}", looked.violations.join("\n"));
}

async fn before_anything_is_set_up(looked: &mut Looked) {
    let window = Window::open(&[]).await;
    looked.at(&window, "start").await;
    window.click("start-own").await;
    looked.at(&window, "setup-empty").await;
    window.close().await;
}

async fn in_the_sandbox(looked: &mut Looked) {
    let window = Window::open(&["--sandbox"]).await;
    window.until_text(&cell("nobody", SCOPED), "401").await;
    window.by("call-the-roll").await;
    looked.at(&window, "roll-call").await;
    window.click(&cell("visitor-bot", SCOPED)).await;
    window.by("compare").await;
    looked.at(&window, "compare-refused").await;
    window.click(&cell("reader-bot", SCOPED)).await;
    looked.at(&window, "compare-allowed").await;
    window.click("nav-setup").await;
    looked.at(&window, "setup").await;
    window.click("nav-sandbox").await;
    looked.at(&window, "sandbox").await;
    window.click("nav-token").await;
    looked.at(&window, "token").await;
    window.click("nav-timeline").await;
    window.by("timeline-row").await;
    looked.at(&window, "timeline").await;
    window.click("timeline-row").await;
    looked.at(&window, "timeline-open").await;
    window.press("?").await;
    window.by("keys-sheet").await;
    looked.at(&window, "keys").await;
    window.press(Key::Escape).await;
    window.close().await;
}
