//! The set-up: workspace files, key files, issuer, doors, expectations.

use std::path::{Path, PathBuf};

use contract::{Endpoint, Event, workspace::SetExpectation};
use tauri::{State, WebviewWindow};
use tester::{Setup, env_file};

use crate::{
    desk::Desk,
    dialog,
    error::{Answer, Failure},
    recent::{self, Listed},
};

/// Begins with nothing set up.
#[tauri::command]
pub async fn new_workspace(desk: State<'_, Desk>) -> Answer<()> {
    desk.begin_anew().await
}

/// Opens a workspace file.
#[tauri::command]
pub async fn open_workspace(desk: State<'_, Desk>, path: PathBuf) -> Answer<()> {
    desk.open(&path).await
}

/// Lets a person choose a workspace file and opens it.
#[tauri::command]
pub async fn pick_workspace(desk: State<'_, Desk>, window: WebviewWindow) -> Answer<()> {
    match dialog::pick_workspace(&window).await {
        Some(path) => desk.open(&path).await,
        None => Ok(()),
    }
}

/// Saves the workspace: to `path`, to where it came from, or to where a person says. Answers where
/// that was; `None` where nobody chose a place.
#[tauri::command]
pub async fn save_workspace(
    desk: State<'_, Desk>,
    window: WebviewWindow,
    path: Option<PathBuf>,
) -> Answer<Option<String>> {
    let bench = desk.bench();
    if bench.view().sandbox.is_some() {
        return Err(Failure::input(
            "The sandbox and its key files end with this window, so there is nothing to save. Its \
             roles and rules are the same each time.",
        ));
    }
    let (name, known) = bench.with_setup(|s| (s.workspace().name.clone(), s.path().is_some()));
    let path = match path {
        None if !known => match dialog::pick_place(&window, &name).await {
            Some(chosen) => Some(chosen),
            None => return Ok(None),
        },
        path => path,
    };
    let saved = bench.save(path).await?;
    let workspace = bench.with_setup(|setup| setup.workspace().clone());
    recent::remember(desk.settings(), &saved, &workspace);
    Ok(Some(saved.display().to_string()))
}

/// The workspaces that were open last.
#[tauri::command]
pub async fn recent_workspaces(desk: State<'_, Desk>) -> Answer<Vec<Listed>> {
    Ok(recent::list(desk.settings()))
}

/// Takes a workspace out of that list.
#[tauri::command]
pub async fn forget_recent(desk: State<'_, Desk>, path: PathBuf) -> Answer<()> {
    recent::forget(desk.settings(), &path);
    Ok(())
}

/// Takes in files by path: key files each to its place, a `.env` file is read. A workspace takes the
/// place of the present one, so it goes to the window as if it had been dropped there: that asks first.
#[tauri::command]
pub async fn add_key_files(desk: State<'_, Desk>, paths: Vec<PathBuf>) -> Answer<()> {
    let is_workspace = |path: &Path| path.to_string_lossy().ends_with(".rolecall.json");
    if let Some(workspace) = paths.iter().find(|path| is_workspace(path)) {
        desk.emit(Event::Dropped { paths: vec![workspace.display().to_string()] });
        return Ok(());
    }
    if paths.iter().any(|path| path.as_os_str().is_empty()) {
        return Err(Failure::input("Type the path of a key file."));
    }
    let (env_files, paths): (Vec<_>, Vec<_>) =
        paths.into_iter().partition(|path| env_file::is_env(path));
    for path in env_files {
        desk.import_env(path).await?;
    }
    if paths.is_empty() {
        return Ok(());
    }
    desk.serve_api().await?;
    desk.bench().change_files(move |setup| setup.add_key_files(&paths)).await;
    Ok(())
}

/// Lets a person choose key files and takes them in.
#[tauri::command]
pub async fn pick_key_files(desk: State<'_, Desk>, window: WebviewWindow) -> Answer<()> {
    let paths = dialog::pick_key_files(&window).await;
    if paths.is_empty() {
        return Ok(());
    }
    add_key_files(desk, paths).await
}

/// Takes a service user out of the workspace.
#[tauri::command]
pub async fn remove_user(desk: State<'_, Desk>, label: String) -> Answer<()> {
    let missing = format!("There is no service account {label} here.");
    let removed = desk.bench().change_files(move |setup| setup.remove_user(&label)).await;
    if removed { Ok(()) } else { Err(Failure::not_found(missing)) }
}

/// Takes the API's key out of the workspace.
#[tauri::command]
pub async fn remove_api_key(desk: State<'_, Desk>) -> Answer<()> {
    desk.bench().change_files(Setup::remove_api_key).await;
    Ok(())
}

/// Sets the issuer's address and looks at what answers there.
#[tauri::command]
pub async fn set_issuer(desk: State<'_, Desk>, typed: String, allow_http: bool) -> Answer<()> {
    desk.serve_api().await?;
    desk.bench().change(|setup| setup.set_issuer(&typed, allow_http)).await;
    Ok(())
}

/// Sets the project's id, or leaves it to be learned.
#[tauri::command]
pub async fn set_project_id(desk: State<'_, Desk>, project_id: Option<String>) -> Answer<()> {
    desk.bench().change(|setup| setup.set_project_id(project_id)).await;
    Ok(())
}

/// Replaces the scopes that tokens are asked for with, or goes back to those of the guide.
#[tauri::command]
pub async fn set_scopes(desk: State<'_, Desk>, scopes: Option<Vec<String>>) -> Answer<()> {
    desk.bench().change(|setup| setup.set_scopes(scopes)).await;
    Ok(())
}

/// Replaces the doors.
#[tauri::command]
pub async fn set_endpoints(desk: State<'_, Desk>, endpoints: Vec<Endpoint>) -> Answer<()> {
    desk.bench().change(|setup| setup.set_endpoints(endpoints)).await.map_err(Failure::input)
}

/// Says what should happen at doors for callers, or takes the word back; the window is told once.
#[tauri::command]
pub async fn set_expectations(desk: State<'_, Desk>, said: Vec<SetExpectation>) -> Answer<()> {
    let set = |setup: &mut Setup| {
        for SetExpectation { user, endpoint, expected } in &said {
            setup.set_expectation(user, endpoint, *expected);
        }
    };
    desk.bench().expect(set).await;
    Ok(())
}

/// Names somebody's own API, or none; tokens go to a public address only with `allow_public`.
#[tauri::command]
pub async fn set_target(
    desk: State<'_, Desk>,
    url: Option<String>,
    allow_public: bool,
) -> Answer<()> {
    desk.bench().set_target(url.as_deref(), allow_public).await;
    Ok(())
}

/// Saves what the window made, a drawing for example, where a person says; answers where that was.
#[tauri::command]
pub async fn save_text(
    window: WebviewWindow,
    suggested_name: String,
    text: String,
) -> Answer<Option<String>> {
    let Some(path) = dialog::pick_file(&window, &suggested_name).await else { return Ok(None) };
    let written = tokio::fs::write(&path, text).await;
    written.map_err(|e| Failure::machine(format!("{} cannot be written: {e}", path.display())))?;
    Ok(Some(path.display().to_string()))
}
