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
    window.by("walk-step-issuer").await;
    looked.at(&window, "setup-empty").await;
    window.fill("issuer-input", "http://localhost:9").await;
    window.press(Key::Enter).await;
    window.by("finding-unreachable").await;
    looked.at(&window, "setup-red").await;
    window.press(Key::F5).await;
    window.by("presenter").await;
    looked.at(&window, "presenter-shipped").await;
    window.press(Key::Escape).await;
    window.close().await;
}

async fn in_the_sandbox(looked: &mut Looked) {
    let window = Window::open(&["--sandbox"]).await;
    window.until_text(&cell("nobody", SCOPED), "401").await;
    window.by("call-the-roll").await;
    roll_call(looked, &window).await;
    other_views(looked, &window).await;
    what_opens_over_them(looked, &window).await;
    presenter(looked, &window).await;
    at_twice_the_size(looked, &window).await;
    window.close().await;
}

async fn roll_call(looked: &mut Looked, window: &Window) {
    looked.at(window, "roll-call").await;
    window.click(&cell("visitor-bot", SCOPED)).await;
    window.by("compare").await;
    looked.at(window, "compare-refused").await;
    window.click("compare-pin").await;
    window.click(&cell("reader-bot", SCOPED)).await;
    window.by("compare-difference").await;
    looked.at(window, "compare-two").await;
    window.click("compare-unpin").await;
    looked.at(window, "compare-allowed").await;
    window.click("door-edit-2").await;
    window.by("door-edit-path").await;
    looked.at(window, "door-edited").await;
    window.press(Key::Escape).await;
    window.click("nav-sandbox").await;
    window.click("fault-role_taken").await;
    window.by("broken-chip").await;
    looked.at(window, "sandbox-broken").await;
    window.click("call-the-roll").await;
    let surprised = format!(
        "return document.querySelector('[data-testid=\"{}\"]')?.dataset.tone === 'odd'",
        cell("reader-bot", SCOPED)
    );
    window.until("reader-bot is kept out", &surprised).await;
    window.by("call-the-roll").await;
    looked.at(window, "roll-call-surprise").await;
    window.click("nav-sandbox").await;
    window.click("mend-everything").await;
    window.click("call-the-roll").await;
    window.until_text("counts", "as expected").await;
}

async fn other_views(looked: &mut Looked, window: &Window) {
    window.click("nav-setup").await;
    window.by("walk-step-issuer").await;
    looked.at(window, "setup").await;
    window.click("nav-sandbox").await;
    looked.at(window, "sandbox").await;
    window.click("nav-token").await;
    looked.at(window, "token").await;
    window.click("nav-timeline").await;
    window.by("timeline-row").await;
    looked.at(window, "timeline").await;
    window.click("timeline-row").await;
    window.by("timeline-detail").await;
    looked.at(window, "timeline-open").await;
}

async fn what_opens_over_them(looked: &mut Looked, window: &Window) {
    window.click("nav-rollcall").await;
    window.press("?").await;
    window.by("keys-sheet").await;
    looked.at(window, "keys").await;
    window.press(Key::Escape).await;
    window.chord(Key::Control, 'k').await;
    window.by("palette-input").await;
    looked.at(window, "palette").await;
    window.press(Key::Escape).await;
    window.chord(Key::Control, ',').await;
    window.by("settings").await;
    looked.at(window, "settings").await;
    window.press(Key::Escape).await;
}

async fn presenter(looked: &mut Looked, window: &Window) {
    window.click(&cell("visitor-bot", SCOPED)).await;
    window.press(Key::F5).await;
    window.by("presenter").await;
    for step in ["badge", "phone", "answer", "door"] {
        looked.at(window, &format!("presenter-{step}")).await;
        window.press(Key::Right).await;
    }
    window.press(Key::Escape).await;
}

/// At 200 % the smallest window has room for 512 by 350.
async fn at_twice_the_size(looked: &mut Looked, window: &Window) {
    window.resize(1024, 700).await;
    for _ in 0..12 {
        if window.run("return innerWidth <= 512").await == true {
            break;
        }
        window.chord(Key::Control, '+').await;
        window.still().await;
    }
    assert_eq!(window.run("return innerWidth").await, 512, "the window zooms to 200 %");
    // By keys: the driver does not know of zoom, and would press beside.
    for (key, view) in ('1'..).zip(["start", "setup", "rollcall", "sandbox", "token", "timeline"]) {
        window.chord(Key::Control, key).await;
        window.by(&format!("view-{view}")).await;
        looked.zoomed(window, &format!("zoomed-{view}")).await;
    }
}
