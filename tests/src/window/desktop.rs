//! What lies outside the page, as a person's hands reach it: the clipboard, native dialogs, the mouse.

use std::{
    ffi::OsString,
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use super::{PATIENCE, pause};

/// Runs xdotool, which plays mouse and keyboard outside the page.
pub fn xdotool(args: &[&str]) -> String {
    let output = Command::new("xdotool").args(args).output().expect("xdotool is installed");
    assert!(output.status.success(), "xdotool {args:?}: {output:?}");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// Waits for a window of the desktop by its title and answers its id.
pub async fn desktop_window(title: &str) -> String {
    let started = Instant::now();
    loop {
        let found = Command::new("xdotool")
            .args(["search", "--onlyvisible", "--name", title])
            .output()
            .expect("xdotool is installed");
        let ids = String::from_utf8_lossy(&found.stdout).trim().to_owned();
        if let Some(id) = ids.lines().last() {
            return id.to_owned();
        }
        assert!(started.elapsed() < PATIENCE, "no window is called {title}");
        pause().await;
    }
}

/// Asks the program's window to close, as the desktop does it by its own keys.
pub async fn close_by_keys() {
    let window = desktop_window("^Rolecall").await;
    // The desktop itself must know whose turn it is: the keys are its own.
    xdotool(&["windowactivate", "--sync", &window]);
    tokio::time::sleep(Duration::from_millis(400)).await;
    xdotool(&["key", "alt+F4"]);
}

/// A search path on which the desktop's way to open pages and folders only notes what it was asked for.
///
/// # Panics
/// Where it cannot be written.
pub fn with_browser(home: &Path) -> OsString {
    let folder = home.join("bin");
    let script = format!("#!/bin/sh\necho \"$1\" >> '{}'\n", home.join(OPENED).display());
    fs::create_dir_all(&folder).expect("a folder for programs");
    fs::write(folder.join("xdg-open"), script).expect("a program");
    let executable = fs::Permissions::from_mode(0o755);
    fs::set_permissions(folder.join("xdg-open"), executable).expect("a program");
    let mut path = folder.into_os_string();
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap_or_default());
    path
}

/// What was opened so far, a line each.
pub fn opened(home: &Path) -> String {
    fs::read_to_string(home.join(OPENED)).unwrap_or_default()
}

const OPENED: &str = "opened";

/// What the clipboard holds, read as another program would.
///
/// # Panics
/// Where nothing was copied.
pub async fn clipboard() -> String {
    let started = Instant::now();
    loop {
        let out = Command::new("xclip")
            .args(["-selection", "clipboard", "-o"])
            .output()
            .expect("xclip is installed");
        let text = String::from_utf8_lossy(&out.stdout).into_owned();
        if out.status.success() && !text.is_empty() {
            return text;
        }
        assert!(started.elapsed() < PATIENCE, "the clipboard stays empty");
        pause().await;
    }
}

/// Opens the file at this path by the native dialog of this title.
///
/// # Panics
/// Where no such dialog opens, or it does not close.
pub async fn dialog_opens(title: &str, path: &Path) {
    // A slash opens GTK's field for a path.
    dialog_takes(title, path, &[]).await;
}

/// Saves to this path by the native dialog of this title.
///
/// # Panics
/// Where no such dialog opens, or it does not close.
pub async fn dialog_saves(title: &str, path: &Path) {
    // A name is proposed; all of it gives way.
    dialog_takes(title, path, &["key", "ctrl+a"]).await;
}

async fn dialog_takes(title: &str, path: &Path, first: &[&str]) {
    let dialog = desktop_window(title).await;
    // On a busy machine a dialog may be drawn long before it listens: then it is told once more.
    for first in [first, &["key", "ctrl+a"], &["key", "ctrl+a"]] {
        xdotool(&["windowfocus", "--sync", &dialog]);
        tokio::time::sleep(Duration::from_millis(400)).await;
        if !first.is_empty() {
            xdotool(first);
        }
        xdotool(&["type", "--delay", "25", path.to_str().expect("a path of letters")]);
        pause().await;
        xdotool(&["key", "Return"]);
        let started = Instant::now();
        while started.elapsed() < PATIENCE / 4 {
            if !is_open(title, &dialog) {
                return;
            }
            pause().await;
        }
    }
    panic!("the dialog {title} does not close");
}

/// Closed, it is hidden before it is gone.
fn is_open(title: &str, window: &str) -> bool {
    let search = ["search", "--onlyvisible", "--name", title];
    let found = Command::new("xdotool").args(search).output().expect("xdotool is installed");
    String::from_utf8_lossy(&found.stdout).lines().any(|id| id == window)
}
