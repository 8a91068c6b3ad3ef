//! Every view and state of the real window in every size and theme: drawn, kept as a picture under
//! `target/screenshots/`, and read by axe-core. One test after another: the driver takes one at a time.
//!
//! - [`setup`]: before anything is set up, and half-way through the walk
//! - [`sandbox`]: the roll call and every other view, with what opens over them
//! - [`own`]: what only somebody's own ZITADEL has: a second opinion, changes that ask first
//! - [`timeline`]: the run from far and near
//! - [`watching`]: calls again and again, with a flip
//! - [`presenting`]: the stories, and a role flipped
//! - [`crowd`]: a hundred callers at ten doors
//! - [`zoomed`]: at twice the size

mod crowd;
mod own;
mod presenting;
mod sandbox;
mod setup;
mod timeline;
mod token;
mod watching;
mod zoomed;

use rolecall_tests::{
    views::Looked,
    window::{Window, roll::SCOPED, roll::cell},
};

#[tokio::test]
async fn from_the_first_start_to_half_a_set_up() {
    let mut looked = Looked::default();
    setup::looked_at(&mut looked).await;
    clean(&looked);
}

#[tokio::test]
async fn every_view_of_the_sandbox_and_what_opens_over_it() {
    let mut looked = Looked::default();
    let window = called().await;
    sandbox::roll_call(&mut looked, &window).await;
    sandbox::menus(&mut looked, &window).await;
    sandbox::other_views(&mut looked, &window).await;
    sandbox::what_opens_over_them(&mut looked, &window).await;
    timeline::looked_at(&mut looked, &window).await;
    window.close().await;
    clean(&looked);
}

#[tokio::test]
async fn what_is_presented_watched_and_looked_at_from_near() {
    let mut looked = Looked::default();
    let window = called().await;
    presenting::looked_at(&mut looked, &window).await;
    watching::looked_at(&mut looked, &window).await;
    zoomed::looked_at(&mut looked, &window).await;
    window.close().await;
    clean(&looked);
}

#[tokio::test]
async fn what_somebodys_own_zitadel_and_own_api_add() {
    let mut looked = Looked::default();
    own::looked_at(&mut looked).await;
    clean(&looked);
}

#[tokio::test]
async fn a_crowd_and_one_found_in_it() {
    let mut looked = Looked::default();
    crowd::looked_at(&mut looked).await;
    clean(&looked);
}

/// Tells what was read; nothing was found.
#[expect(clippy::print_stdout, reason = "the list of what was read is for whoever runs the test")]
fn clean(looked: &Looked) {
    println!("{}", looked.lines.join("\n"));
    assert!(looked.violations.is_empty(), "axe-core found:\n{}", looked.violations.join("\n"));
}

/// The sandbox after its first roll call.
async fn called() -> Window {
    let window = Window::open_to_picture(&["--sandbox"]).await;
    window.until_text(&cell("nobody", SCOPED), "401").await;
    window.by("call-the-roll").await;
    window
}

/// Waits until nothing has this test id any more.
async fn until_gone(window: &Window, id: &str) {
    let script = format!("return !document.querySelector('[data-testid=\"{id}\"]')");
    window.until(&format!("{id} is gone"), &script).await;
}
