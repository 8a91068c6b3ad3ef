//! The same calls again and again, while somebody gives a role.

use rolecall_tests::{
    views::Looked,
    window::{
        Window,
        roll::{SCOPED, until_cell},
    },
};
use thirtyfour::Key;

pub async fn looked_at(looked: &mut Looked, window: &Window) {
    window.click("nav-rollcall").await;
    window.click("watch-open").await;
    window.by("watch-start").await;
    looked.at(window, "watch-form").await;
    window.click("watch-start").await;
    window.by("watch-state").await;
    looked.at(window, "watch").await;
    flip(window, "200").await;
    window.by("watch-flip").await;
    looked.at(window, "watch-flip").await;
    window.click("watch-stop").await;
    window.until_text("watch-state", "No longer calling").await;
    looked.at(window, "watch-ended").await;
    flip(window, "403").await;
    window.run("document.querySelector('[data-testid=watch-state] button').click()").await;
    super::until_gone(window, "watch-state").await;
}

/// Gives visitor-bot the role, or takes it.
async fn flip(window: &Window, status: &str) {
    window.click("roles-menu-visitor-bot").await;
    window.click("role-toggle-visitor-bot-read:messages").await;
    until_cell(window, "visitor-bot", SCOPED, status).await;
    window.press(Key::Escape).await;
    super::until_gone(window, "role-toggle-visitor-bot-read:messages").await;
}
