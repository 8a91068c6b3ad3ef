//! The presenter mode of the real window: told with the arrow keys, and a role flipped while a room
//! watches. One test after another: the driver takes one at a time.

use rolecall_tests::window::{
    Window,
    roll::{SCOPED, cell, sandbox},
};
use thirtyfour::Key;

/// F5, as in presentation programs.
async fn present(window: &Window) {
    window.press(Key::F5).await;
    window.by("presenter").await;
}

/// Steps to the end of the story and answers its captions.
async fn told(window: &Window) -> Vec<String> {
    let mut captions = vec![window.text("presenter-caption").await];
    for _ in 0..12 {
        let at = window.by("presenter-step").await.attr("data-step").await.ok().flatten();
        let at = at.unwrap_or_default();
        let (now, all) = at.split_once('/').unwrap_or_else(|| panic!("a step is n/m, not {at:?}"));
        if now == all {
            return captions;
        }
        let next = format!("{}/{all}", now.parse::<u32>().unwrap_or_default() + 1);
        window.press(Key::Right).await;
        let there = format!(
            "return document.querySelector('[data-testid=presenter-step]')?.dataset.step === '{next}'"
        );
        window.until("the story goes on", &there).await;
        captions.push(window.text("presenter-caption").await);
    }
    panic!("the story does not end: {captions:?}");
}

async fn until_door(window: &Window, state: &str) {
    let script = format!(
        "return document.querySelector('[data-testid=presenter-door]')?.dataset.state === '{state}'"
    );
    window.until(&format!("the door is {state}"), &script).await;
}

#[tokio::test]
async fn the_shipped_stories_are_told_by_the_arrow_keys_before_anything_is_set_up() {
    let window = Window::open(&[]).await;
    present(&window).await;
    for (key, door) in [("1", "shut"), ("2", "shut"), ("3", "open"), ("4", "shut")] {
        window.press(key).await;
        let captions = told(&window).await;
        assert!(captions.len() >= 3, "a story has several steps: {captions:?}");
        until_door(&window, door).await;
        window.press(Key::Home).await;
    }
    let page = window.run("return document.documentElement.outerHTML").await;
    assert!(!page.as_str().unwrap_or_default().contains("eyJ"), "no token is on the screen");
    window.press(Key::Escape).await;
    window.by("start-sandbox").await;
    window.close().await;
}

#[tokio::test]
async fn a_role_is_flipped_while_presenting_and_the_door_moves() {
    let window = sandbox().await;
    window.click(&cell("visitor-bot", SCOPED)).await;
    present(&window).await;
    told(&window).await;
    until_door(&window, "shut").await;
    window.click("presenter-role-read:messages").await;
    until_door(&window, "open").await;
    window.click("presenter-role-read:messages").await;
    until_door(&window, "shut").await;
    window.press(Key::Escape).await;
    let back = format!(
        "return document.activeElement?.dataset?.testid === '{}'",
        cell("visitor-bot", SCOPED)
    );
    window.until("the focus is where it was", &back).await;
    window.close().await;
}
