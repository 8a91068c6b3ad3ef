//! At 200 % the smallest window has room for 512 by 350. By keys and scripts throughout: the driver
//! does not know of zoom, and would press beside.

use rolecall_tests::{
    views::Looked,
    window::{
        Window,
        roll::{SCOPED, cell},
    },
};
use thirtyfour::Key;

/// The page is scrolled as a whole.
const TO_COMPARE: &str = "document.querySelector('[data-testid=compare]').scrollIntoView()";

pub async fn looked_at(looked: &mut Looked, window: &Window) {
    window.resize(1024, 700).await;
    for _ in 0..12 {
        if window.run("return innerWidth <= 512").await == true {
            break;
        }
        window.chord(Key::Control, '+').await;
        window.still().await;
    }
    assert_eq!(window.run("return innerWidth").await, 512, "the window zooms to 200 %");
    for (key, view) in ('1'..).zip(["start", "setup", "rollcall", "sandbox", "token", "timeline"]) {
        window.chord(Key::Control, key).await;
        window.by(&format!("view-{view}")).await;
        looked.zoomed(window, &format!("zoomed-{view}")).await;
    }
    window.chord(Key::Control, '3').await;
    press(window, "more-menu").await;
    window.by("palette-open").await;
    looked.zoomed(window, "zoomed-more").await;
    window.press(Key::Escape).await;
    press(window, &cell("visitor-bot", SCOPED)).await;
    window.by("compare").await;
    window.run(TO_COMPARE).await;
    looked.zoomed(window, "zoomed-compare").await;
    press(window, "compare-pin").await;
    press(window, &cell("reader-bot", SCOPED)).await;
    window.by("compare-difference").await;
    window.run(TO_COMPARE).await;
    looked.zoomed(window, "zoomed-compare-two").await;
    window.press(Key::F5).await;
    window.by("presenter").await;
    looked.zoomed(window, "zoomed-presenter").await;
    window.press(Key::End).await;
    looked.zoomed(window, "zoomed-presenter-door").await;
    window.press(Key::Escape).await;
}

/// Presses an element wherever it lies, by its key.
async fn press(window: &Window, id: &str) {
    window.by(id).await;
    window.run(&format!("document.querySelector('[data-testid=\"{id}\"]').focus()")).await;
    window.press(Key::Enter).await;
}
