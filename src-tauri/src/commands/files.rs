//! Files that a set-up can be had from or written to, and those of it that are lost: `.env`, moved
//! keys, what was taken out.

use std::path::PathBuf;

use tauri::{State, WebviewWindow};
use tester::Setup;

use crate::{
    desk::{Desk, apart},
    dialog,
    error::{Answer, Failure},
};

/// Takes over what a `.env` file says; without a path a person chooses one.
#[tauri::command]
pub async fn import_env(
    desk: State<'_, Desk>,
    window: WebviewWindow,
    path: Option<PathBuf>,
) -> Answer<()> {
    let chosen = match path {
        None => dialog::pick_env(&window).await,
        path => path,
    };
    match chosen {
        Some(path) => desk.import_env(path).await,
        None => Ok(()),
    }
}

/// Writes a `.env` file, or its variables into one that is there, and answers where; without a path a
/// person chooses one, and `None` is answered where nobody did.
#[tauri::command]
pub async fn export_env(
    desk: State<'_, Desk>,
    window: WebviewWindow,
    path: Option<PathBuf>,
) -> Answer<Option<String>> {
    let env = desk.bench().with_setup(Setup::export_env).map_err(Failure::input)?;
    let chosen = match path {
        None => dialog::pick_env_place(&window).await,
        path => path,
    };
    let Some(path) = chosen else { return Ok(None) };
    let written = apart(move || env.write(&path)).await??;
    Ok(Some(written.display().to_string()))
}

/// The key file that lay at `path` lies at `found` now; without a place a person is asked for it.
#[tauri::command]
pub async fn locate_key(
    desk: State<'_, Desk>,
    window: WebviewWindow,
    path: PathBuf,
    found: Option<PathBuf>,
) -> Answer<()> {
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    let found = match found {
        None => dialog::pick_moved(&window, &name).await,
        found => found,
    };
    let Some(found) = found else { return Ok(()) };
    let located = desk.bench().change_files(move |setup| setup.locate_key(&path, &found)).await;
    Ok(located?)
}

/// Puts back what was taken out last.
#[tauri::command]
pub async fn undo(desk: State<'_, Desk>) -> Answer<()> {
    if desk.bench().change_files(Setup::undo).await {
        Ok(())
    } else {
        Err(Failure::not_found("There is nothing to put back."))
    }
}
