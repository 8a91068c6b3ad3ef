//! What every test of a roll call does in the window.

use super::Window;

/// The door that asks for a role.
pub const SCOPED: &str = "/api/private-scoped";

/// The test id of a cell.
pub fn cell(label: &str, path: &str) -> String {
    format!("cell-{label}-{path}")
}

/// Waits until a cell shows a status.
pub async fn until_cell(window: &Window, label: &str, path: &str, status: &str) {
    window.until_text(&cell(label, path), status).await;
}

/// Opens the sandbox and waits for the end of its first roll call.
pub async fn sandbox() -> Window {
    let window = Window::open(&[]).await;
    window.click("start-sandbox").await;
    until_cell(&window, "nobody", SCOPED, "401").await;
    until_cell(&window, "reader-bot", SCOPED, "200").await;
    until_cell(&window, "visitor-bot", SCOPED, "403").await;
    window.by("call-the-roll").await;
    window
}

/// ZITADEL thinks about every token for a minute, and is not waited for: a roll call goes on and on.
pub async fn slow_down(window: &Window) {
    let slow = "slow@introspection";
    window.click("nav-sandbox").await;
    window.fill(&format!("fault-value-{slow}"), "60000").await;
    window.click(&format!("fault-{slow}")).await;
    window.by("broken-chip").await;
}

/// Opens Setup for one's own ZITADEL.
pub async fn own(args: &[&str]) -> Window {
    let window = Window::open(args).await;
    window.click("start-own").await;
    window.by("issuer-input").await;
    window
}
