//! What leaves the window to be kept or looked at elsewhere: reports, pages, the log.

use std::path::{Path, PathBuf};

use contract::report::ReportFormat;
use tauri::{AppHandle, State, WebviewWindow};
use tester::openable;

use crate::{
    desk::Desk,
    dialog,
    error::{Answer, Failure},
    log,
};

/// Writes the last report, with everything it stands on and without secrets, to `path` or to where a
/// person says; answers where that was.
#[tauri::command]
pub async fn save_report(
    desk: State<'_, Desk>,
    window: WebviewWindow,
    format: ReportFormat,
    path: Option<PathBuf>,
) -> Answer<Option<String>> {
    let bench = desk.bench().clone();
    let name = bench.with_setup(|setup| setup.workspace().name.clone());
    // Nobody is asked for a place for what cannot be written.
    let text = apart(move || {
        let missing = "There is no report yet: call the roll first.";
        let handed = bench.hand_on().ok_or_else(|| Failure::input(missing))??;
        Ok(bench.written(&handed, format)?)
    });
    let text = text.await?;
    let path = match path {
        Some(path) if path.as_os_str().is_empty() => {
            return Err(Failure::input("Type where the report is to be written."));
        }
        Some(path) => path,
        None => match dialog::pick_file(&window, &suggested(&name, format)).await {
            Some(path) => path,
            None => return Ok(None),
        },
    };
    apart(move || {
        let shown = path.display().to_string();
        match tester::report::save(&path, &text) {
            Ok(()) => {
                tracing::info!("a report was written as {format:?}");
                Ok(Some(shown))
            }
            Err(error) => Err(Failure::machine(format!("{shown} cannot be written: {error}."))),
        }
    })
    .await
}

/// `Message Board roll call.html`
fn suggested(workspace: &str, format: ReportFormat) -> String {
    let ending = match format {
        ReportFormat::Html => "html",
        ReportFormat::Json => "json",
        ReportFormat::Junit => "xml",
    };
    // What no file system takes in a name.
    let name = workspace.replace(|c: char| c.is_control() || r#"/\:*?"<>|"#.contains(c), "-");
    format!("{} roll call.{ending}", name.trim().trim_start_matches('.')).trim().to_owned()
}

/// Opens a page of the issuer, or of this machine, in the person's browser.
#[tauri::command]
pub async fn open_page(desk: State<'_, Desk>, url: String) -> Answer<()> {
    let page = desk.bench().with_setup(|setup| {
        let found = setup.discovery().map(|discovery| discovery.issuer.as_str());
        openable::page(&url, &[Some(setup.workspace().issuer.as_str()), found])
    });
    let page = page.map_err(Failure::input)?;
    apart(move || open(Path::new(page.as_str()))).await
}

/// Opens the folder of the log.
#[tauri::command]
pub async fn open_log_folder(app: AppHandle) -> Answer<()> {
    let folder = log::folder(&app.config().identifier)
        .ok_or_else(|| Failure::machine("This machine has no place for logs."))?;
    apart(move || {
        std::fs::create_dir_all(&folder)
            .map_err(|e| Failure::machine(format!("{} cannot be made: {e}.", folder.display())))?;
        open(&folder)
    })
    .await
}

/// By the desktop's own way.
fn open(what: &Path) -> Answer<()> {
    open::that_detached(what).map_err(|error| {
        Failure::machine(format!("Nothing here opens {}: {error}.", what.display()))
    })
}

/// Runs what may block.
async fn apart<R: Send + 'static>(work: impl FnOnce() -> Answer<R> + Send + 'static) -> Answer<R> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| Failure::machine(format!("This broke off: {error}.")))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_named_after_its_workspace() {
        let cases = [
            ("Message Board", ReportFormat::Html, "Message Board roll call.html"),
            ("a/b: c", ReportFormat::Json, "a-b- c roll call.json"),
            ("../up", ReportFormat::Junit, "-up roll call.xml"),
            ("", ReportFormat::Html, "roll call.html"),
        ];
        for (name, format, file) in cases {
            assert_eq!(suggested(name, format), file);
        }
    }
}
