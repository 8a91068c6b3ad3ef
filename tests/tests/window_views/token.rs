//! Tokens that somebody pastes: a good one, and one that is broken half-way.

use rolecall_tests::{
    views::Looked,
    window::{Window, desktop::clipboard},
};

pub async fn looked_at(looked: &mut Looked, window: &Window) {
    window.click("nav-rollcall").await;
    window.click("row-menu-reader-bot").await;
    window.click("copy-token-reader-bot").await;
    super::until_gone(window, "copy-token-reader-bot").await;
    let token = clipboard().await;
    window.click("nav-token").await;
    looked.at(window, "token-jwt").await;
    window.click("token-paste").await;
    window.by("inspect-input").await;
    looked.at(window, "token-paste").await;
    window.fill("inspect-input", &token).await;
    window.by("inspect-part-claims").await;
    looked.at(window, "token-pasted").await;
    window.click("inspect-ask").await;
    window.by("inspect-answer").await;
    looked.at(window, "token-asked-about").await;
    window.fill("inspect-input", &broken(&token)).await;
    window
        .until(
            "the place is shown",
            "return !!document.querySelector('[data-testid=view-token] mark')",
        )
        .await;
    looked.at(window, "token-broken").await;
}

/// A letter in the middle of its claims that base64 does not have.
fn broken(token: &str) -> String {
    let claims = token.find('.').unwrap_or_default();
    let (before, after) = token.split_at(claims + 61);
    format!("{before}%{after}")
}
