//! The window itself.

use serde::Serialize;
use tauri::{State, ipc::Channel};

use crate::{
    desk::Desk,
    events::Told,
    start::{self, Asked},
};

/// How the window was started.
#[derive(Debug, Serialize)]
pub struct StartOptions {
    /// Straight into the sandbox.
    sandbox: bool,
    /// Workspaces and key files to open.
    paths: Vec<String>,
}

/// Begins to tell the window what happens; first, what is.
#[tauri::command]
pub fn subscribe(desk: State<'_, Desk>, channel: Channel<Told>) {
    desk.events().subscribe(channel, || desk.bench().so_far());
    // The window is drawn; what the sandbox needs can be made while the person reads.
    desk.next_world().begin();
}

/// Says, among the events, that all before it have been told.
#[tauri::command]
pub fn catch_up(desk: State<'_, Desk>, question: u32) {
    desk.events().caught_up(question);
}

/// How the window was started.
#[tauri::command]
pub fn start_options() -> StartOptions {
    let Asked { sandbox, paths } = start::asked();
    StartOptions { sandbox, paths: paths.iter().map(|p| p.display().to_string()).collect() }
}
