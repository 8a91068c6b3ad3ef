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

    /// What a window that is open already is told; `None` where it is to be shown and no more. As at
    /// a first start, files give way to the sandbox.
    fn of_open_window(self) -> Option<Event> {
        if self.sandbox {
            return Some(Event::SandboxWanted);
        }
        let paths: Vec<_> = self.paths.iter().map(|path| path.display().to_string()).collect();
        (!paths.is_empty()).then_some(Event::Dropped { paths })
    }
}

/// What this process was asked for.
pub fn asked() -> Asked {
    Asked::parse(std::env::args(), &std::env::current_dir().unwrap_or_default())
}

/// WebKitGTK's switches in the environment; each turns something off.
#[cfg(target_os = "linux")]
mod webkit {
    use std::path::Path;

    const SHARED_BUFFERS: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
    const COMPOSITING: &str = "WEBKIT_DISABLE_COMPOSITING_MODE";
    /// Where it is on, the thread that draws adds up its process's memory every half minute, and stands
    /// still for 13 to 35 ms, whatever the page shows (<https://bugs.webkit.org/show_bug.cgi?id=304428>).
    /// Without it WebKit gives nothing back where memory runs short: a browser would, of pages left behind;
    /// the window has one page, which bounds what it keeps.
    const MEMORY_MONITOR: &str = "WEBKIT_DISABLE_MEMORY_PRESSURE_MONITOR";

    /// What the window does better without on this machine: with NVIDIA's own driver it stays empty where
    /// buffers are shared, and without a graphics card layers are put together by the processor, which
    /// takes two to three times as long as drawing the page as one (`cargo xtask bench painting`).
    pub fn switches(root: &Path, software: bool) -> Vec<&'static str> {
        let mut switches = vec![MEMORY_MONITOR];
        if root.join("proc/driver/nvidia/version").exists() {
            switches.push(SHARED_BUFFERS);
        } else if software || !has_graphics_card(root) {
            switches.push(COMPOSITING);
        }
        switches
    }

    /// The kernel gives each card that can draw a node of its own to draw with.
    fn has_graphics_card(root: &Path) -> bool {
        let nodes = root.join("dev/dri").read_dir().into_iter().flatten().flatten();
        nodes.map(|node| node.file_name()).any(|name| name.to_string_lossy().starts_with("renderD"))
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_switch_is_set_for_a_machine_that_needs_it() {
            let machine = |files: &[&str]| {
                let root = tempfile::tempdir().unwrap();
                for file in files {
                    let path = root.path().join(file);
                    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                    std::fs::write(path, "").unwrap();
                }
                root
            };
            let card = machine(&["dev/dri/card0", "dev/dri/renderD128"]);
            let screen_alone = machine(&["dev/dri/card0"]);
            let nvidia = machine(&["dev/dri/renderD128", "proc/driver/nvidia/version"]);
            assert_eq!(switches(card.path(), false), [MEMORY_MONITOR]);
            assert_eq!(switches(card.path(), true), [MEMORY_MONITOR, COMPOSITING]);
            assert_eq!(switches(screen_alone.path(), false), [MEMORY_MONITOR, COMPOSITING]);
            assert_eq!(switches(machine(&[]).path(), false), [MEMORY_MONITOR, COMPOSITING]);
            assert_eq!(switches(nvidia.path(), false), [MEMORY_MONITOR, SHARED_BUFFERS]);
        }
    }
}

/// Has WebKitGTK work as suits the window and this machine. The variables must stand before the process
/// starts, so it starts once more; whoever set one has decided.
///
/// # Errors
/// Where it cannot start once more, and goes on as it is.
#[cfg(target_os = "linux")]
pub fn set_webkit_up() -> std::io::Result<()> {
    let software = std::env::var_os("LIBGL_ALWAYS_SOFTWARE").is_some_and(|on| on == "1");
    let mut missing = webkit::switches(Path::new("/"), software);
    missing.retain(|switch| std::env::var_os(switch).is_none());
    if missing.is_empty() {
        return Ok(());
    }
    Err(once_more(missing.into_iter().map(|switch| (switch, "1"))))
}

/// The same program with the same arguments, in place of this one; comes back only where that fails.
#[cfg(target_os = "linux")]
fn once_more<V: AsRef<std::ffi::OsStr>>(
    variables: impl IntoIterator<Item = (&'static str, V)>,
) -> std::io::Error {
    use std::os::unix::process::CommandExt;
    match std::env::current_exe() {
        Ok(program) => std::process::Command::new(program)
            .args(std::env::args_os().skip(1))
            .envs(variables)
            .exec(),
        Err(unknown) => unknown,
    }
}

/// A window that is just closing still counts as the first one, and cannot be asked to show itself:
/// it is waited for, and the program starts once more.
#[cfg(target_os = "linux")]
pub fn wait_for_the_last_window(error: &tauri::Error) {
    const TRY: &str = "ROLECALL_START";
    const TRIES: u32 = 20;
    let tried: u32 = std::env::var(TRY).ok().and_then(|n| n.parse().ok()).unwrap_or(0);
    if tried < TRIES && error.to_string().contains("single-instance") {
        std::thread::sleep(std::time::Duration::from_millis(250));
        let error = once_more([(TRY, (tried + 1).to_string())]);
        tracing::warn!("starting once more: {error}");
    }
}

/// Elsewhere the system keeps count of windows.
#[cfg(not(target_os = "linux"))]
pub fn wait_for_the_last_window(_error: &tauri::Error) {}

/// Other systems draw with other parts.
#[cfg(not(target_os = "linux"))]
pub fn set_webkit_up() -> std::io::Result<()> {
    Ok(())
}

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
    if let Some(wanted) = asked.of_open_window()
        && let Some(desk) = app.try_state::<Desk>()
    {
        desk.emit(wanted);
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

    #[test]
    fn an_open_window_is_told_what_a_second_start_asks_for() {
        let dropped = Event::Dropped { paths: vec!["/here/a.json".into()] };
        for (args, told) in [
            (vec![], None),
            (vec!["a.json"], Some(dropped)),
            (vec!["--sandbox"], Some(Event::SandboxWanted)),
            (vec!["--sandbox", "a.json"], Some(Event::SandboxWanted)),
        ] {
            let typed = ["rolecall"].into_iter().chain(args.iter().copied()).map(Into::into);
            let asked = Asked::parse(typed, Path::new("/here"));
            assert_eq!(asked.of_open_window(), told, "{args:?}");
        }
    }
}
