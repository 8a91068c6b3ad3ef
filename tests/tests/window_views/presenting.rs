//! The presenter: a refused visitor step by step, then with the role, then another caller chosen.

use rolecall_tests::{
    views::Looked,
    window::{
        Window,
        roll::{SCOPED, cell},
    },
};
use thirtyfour::Key;

pub async fn looked_at(looked: &mut Looked, window: &Window) {
    window.click("nav-rollcall").await;
    window.click(&cell("visitor-bot", SCOPED)).await;
    window.press(Key::F5).await;
    window.by("presenter").await;
    for step in ["badge", "phone", "answer", "door"] {
        looked.at(window, &format!("presenter-{step}")).await;
        window.press(Key::Right).await;
    }
    window.press(Key::End).await;
    flip(window, "open").await;
    looked.at(window, "presenter-flipped").await;
    window.press("t").await;
    super::until_gone(window, "presenter-technical").await;
    looked.at(window, "presenter-plain").await;
    window.press("t").await;
    flip(window, "shut").await;
    stranger(looked, window).await;
    window.press(Key::Escape).await;
    super::until_gone(window, "presenter").await;
}

/// Somebody without a token, chosen in the list; the same line of the list tells where one is.
async fn stranger(looked: &mut Looked, window: &Window) {
    let choose = "const list = document.querySelector('[data-testid=presenter-caller]'); \
        list.value = 'nobody'; list.dispatchEvent(new Event('change', { bubbles: true }))";
    window.run(choose).await;
    window.until_text("presenter-caption", "Somebody").await;
    window.run("document.querySelector('[data-testid=presenter-caller]').focus()").await;
    looked.at(window, "presenter-chosen").await;
}

async fn flip(window: &Window, door: &str) {
    window.click("presenter-role-read:messages").await;
    let there = format!(
        "return document.querySelector('[data-testid=presenter-door]')?.dataset.state === '{door}'"
    );
    window.until(&format!("the door is {door}"), &there).await;
    // The doorman is not asked for a second change before the first one's answer.
    let quiet =
        "return document.querySelector('[data-testid^=presenter-role-]').ariaDisabled !== 'true'";
    window.until("the role is changed", quiet).await;
}
