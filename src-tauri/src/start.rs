//! How the window comes up, once and again.

use std::path::{Path, PathBuf};

use contract::Event;
use tauri::{App, AppHandle, Manager, WebviewWindowBuilder};

use crate::desk::Desk;

/// The one window's label.
const MAIN: &str = "main";

/// What the command line asked the window for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// Straight into the sandbox.
    pub sandbox: bool,
    /// Workspaces and key files to open.
    pub paths: Vec<PathBuf>,
}

impl Asked {
    /// Reads arguments; relative paths count from `folder`. Unknown switches are none of ours: the
    /// window system adds its own.
    pub fn parse(args: impl Iterator<Item = String>, folder: &Path) -> Self {
        let mut asked = Self::default();
        for arg in args.skip(1) {
            match arg.as_str() {
                "--sandbox" => asked.sandbox = true,
                switch if switch.starts_with('-') => {}
                path => asked.paths.push(folder.join(path)),
            }
        }
        asked
    }
}

/// What this process was asked for.
pub fn asked() -> Asked {
    Asked::parse(std::env::args(), &std::env::current_dir().unwrap_or_default())
}

/// WebKitGTK shows an empty window with NVIDIA's own driver unless told not to share buffers.
/// The variable must stand before the process starts, so it starts once more.
#[cfg(target_os = "linux")]
pub fn avoid_blank_window() {
    use std::os::unix::process::CommandExt;
    const SWITCH: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
    if Path::new("/proc/driver/nvidia/version").exists()
        && std::env::var_os(SWITCH).is_none()
        && let Ok(program) = std::env::current_exe()
    {
        let error = std::process::Command::new(program)
            .args(std::env::args_os().skip(1))
            .env(SWITCH, "1")
            .exec();
        tracing::warn!("starting without {SWITCH}: {error}");
    }
}

/// A window that is just closing still counts as the first one, and cannot be asked to show itself:
/// it is waited for, and the program starts once more.
#[cfg(target_os = "linux")]
pub fn wait_for_the_last_window(error: &tauri::Error) {
    use std::os::unix::process::CommandExt;
    const TRY: &str = "ROLECALL_START";
    const TRIES: u32 = 20;
    let tried: u32 = std::env::var(TRY).ok().and_then(|n| n.parse().ok()).unwrap_or(0);
    if tried < TRIES
        && error.to_string().contains("single-instance")
        && let Ok(program) = std::env::current_exe()
    {
        std::thread::sleep(std::time::Duration::from_millis(250));
        let error = std::process::Command::new(program)
            .args(std::env::args_os().skip(1))
            .env(TRY, (tried + 1).to_string())
            .exec();
        tracing::warn!("starting once more: {error}");
    }
}

/// Elsewhere the system keeps count of windows.
#[cfg(not(target_os = "linux"))]
pub fn wait_for_the_last_window(_error: &tauri::Error) {}

/// Other systems draw with other parts.
#[cfg(not(target_os = "linux"))]
pub fn avoid_blank_window() {}

/// Opens the main window.
pub fn window(app: &App) -> tauri::Result<()> {
    let config = app.config().app.windows.first().cloned().unwrap_or_default();
    WebviewWindowBuilder::from_config(app.handle(), &config)?
        .on_document_title_changed(|window, title| {
            let _ = window.set_title(&title);
        })
        // The interface is embedded; a dropped link must not lead anywhere else.
        .on_navigation(is_own)
        .build()?;
    Ok(())
}

/// The embedded interface, or in development the server that has it. Nothing else on this machine:
/// the issuer and the API are `localhost` too.
fn is_own(url: &tauri::Url) -> bool {
    let embedded = url.scheme() == "tauri" || url.host_str() == Some("tauri.localhost");
    embedded || (cfg!(dev) && url.port() == Some(1420))
}

/// A second start shows the first window, and hands over what it was asked for.
pub fn again(app: &AppHandle, args: Vec<String>, folder: String) {
    if let Some(window) = app.get_webview_window(MAIN) {
        let _ = window.unminimize();
        let _ = window.show();
        let _ = window.set_focus();
    }
    let asked = Asked::parse(args.into_iter(), Path::new(&folder));
    let paths: Vec<_> = asked.paths.iter().map(|p| p.display().to_string()).collect();
    if !paths.is_empty()
        && let Some(desk) = app.try_state::<Desk>()
    {
        desk.emit(Event::Dropped { paths });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_name_the_sandbox_and_files_from_where_they_were_typed() {
        let args = ["rolecall", "--sandbox", "--gapplication-service", "a.json", "/b.json"];
        let asked = Asked::parse(args.iter().map(ToString::to_string), Path::new("/here"));
        assert!(asked.sandbox);
        assert_eq!(asked.paths, [PathBuf::from("/here/a.json"), PathBuf::from("/b.json")]);
    }
}
