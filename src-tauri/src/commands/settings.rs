//! How Rolecall goes about its work.

use contract::workspace::SettingsView;
use tauri::{State, WebviewWindow};

use crate::{desk::Desk, dialog, error::Answer};

/// Takes up settings: the workspace's own and the application's.
#[tauri::command]
pub async fn set_settings(desk: State<'_, Desk>, settings: SettingsView) -> Answer<()> {
    desk.set_settings(&settings).await
}

/// Lets a person choose a certificate authority's file and trusts it.
#[tauri::command]
pub async fn pick_ca_file(desk: State<'_, Desk>, window: WebviewWindow) -> Answer<()> {
    let Some(path) = dialog::pick_ca_file(&window).await else { return Ok(()) };
    let present = desk.bench().view().settings;
    let ca_file = Some(path.display().to_string());
    desk.set_settings(&SettingsView { ca_file, ..present }).await
}
