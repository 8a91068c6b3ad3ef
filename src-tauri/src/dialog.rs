//! Native file dialogs, belonging to the window.

use std::path::PathBuf;

use rfd::{AsyncFileDialog, FileHandle};
use tauri::WebviewWindow;

fn dialog(window: &WebviewWindow, title: &str) -> AsyncFileDialog {
    AsyncFileDialog::new().set_title(title).set_parent(window)
}

fn path(file: &FileHandle) -> PathBuf {
    file.path().into()
}

/// Key files, several at once; empty when the dialog was cancelled.
pub async fn pick_key_files(window: &WebviewWindow) -> Vec<PathBuf> {
    let files = dialog(window, "Add key files")
        .add_filter("Key files", &["json"])
        .add_filter("All files", &["*"])
        .pick_files()
        .await;
    files.unwrap_or_default().iter().map(path).collect()
}

/// A workspace to open.
pub async fn pick_workspace(window: &WebviewWindow) -> Option<PathBuf> {
    let file = dialog(window, "Open a workspace")
        .add_filter("Rolecall workspaces", &["rolecall.json", "json"])
        .pick_file()
        .await;
    file.as_ref().map(path)
}

/// Where to save a workspace.
pub async fn pick_place(window: &WebviewWindow, name: &str) -> Option<PathBuf> {
    let file = dialog(window, "Save the workspace")
        .set_file_name(format!("{name}.rolecall.json"))
        .save_file()
        .await;
    file.as_ref().map(path)
}

/// Where to save anything else.
pub async fn pick_file(window: &WebviewWindow, suggested: &str) -> Option<PathBuf> {
    let file = dialog(window, "Save").set_file_name(suggested).save_file().await;
    file.as_ref().map(path)
}

/// A `.env` file to read.
pub async fn pick_env(window: &WebviewWindow) -> Option<PathBuf> {
    let file = dialog(window, "Read a .env file")
        .add_filter(".env files", &["env"])
        .add_filter("All files", &["*"])
        .pick_file()
        .await;
    file.as_ref().map(path)
}

/// Where to write one.
pub async fn pick_env_place(window: &WebviewWindow) -> Option<PathBuf> {
    let file = dialog(window, "Write a .env file").set_file_name(".env").save_file().await;
    file.as_ref().map(path)
}

/// Where a key file lies now.
pub async fn pick_moved(window: &WebviewWindow, name: &str) -> Option<PathBuf> {
    let file = dialog(window, &format!("Where is {name} now?"))
        .add_filter("Key files", &["json"])
        .add_filter("All files", &["*"])
        .pick_file()
        .await;
    file.as_ref().map(path)
}

/// A certificate authority to trust.
pub async fn pick_ca_file(window: &WebviewWindow) -> Option<PathBuf> {
    let file = dialog(window, "Trust a certificate authority")
        .add_filter("Certificates (PEM)", &["pem", "crt", "cer"])
        .add_filter("All files", &["*"])
        .pick_file()
        .await;
    file.as_ref().map(path)
}
