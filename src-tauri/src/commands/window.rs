//! The window itself.

use contract::Event;
use serde::Serialize;
use tauri::{State, ipc::Channel};

use crate::{
    desk::Desk,
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
pub fn subscribe(desk: State<'_, Desk>, channel: Channel<Event>) {
    desk.events().subscribe(channel, || desk.bench().so_far());
    // The window is drawn; what the sandbox needs can be made while the person reads.
    desk.next_world().begin();
}

/// How the window was started.
#[tauri::command]
pub fn start_options() -> StartOptions {
    let Asked { sandbox, paths } = start::asked();
    StartOptions { sandbox, paths: paths.iter().map(|p| p.display().to_string()).collect() }
}
