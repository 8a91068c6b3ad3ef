//! The window itself.

use serde::Serialize;
use tauri::{State, WebviewWindow};

use crate::{
    closing::Closing,
    desk::Desk,
    error::{Answer, Failure},
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

/// The window listens from now on, and asks by the number that it is answered.
#[tauri::command]
pub fn listen(desk: State<'_, Desk>) -> u32 {
    let listener = desk.events().listen(|| desk.bench().so_far());
    // The window is drawn; what the sandbox needs can be made while the person reads.
    desk.next_world().begin();
    listener
}

/// What has happened beyond the events of which the window has `heard`, as soon as there is something;
/// first, what is. `null` when another page listens.
#[tauri::command]
pub async fn next_events(
    desk: State<'_, Desk>,
    listener: u32,
    heard: u64,
) -> Answer<Option<Vec<Told>>> {
    Ok(desk.events().next(listener, heard).await)
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

/// The page has taken note that somebody wants the window closed: it asks what is to be saved.
#[tauri::command]
pub fn closing_heard(closing: State<'_, Closing>) {
    closing.heard();
}

/// Closes the window without a further question.
#[tauri::command]
pub fn close_window(window: WebviewWindow) -> Answer<()> {
    let closed = window.destroy();
    closed.map_err(|error| Failure::machine(format!("The window does not close: {error}")))
}

/// The least and the most that everything is drawn at.
const ZOOM: (f64, f64) = (0.5, 3.0);

/// Draws everything larger or smaller; 1 is as it is drawn at first.
#[tauri::command]
pub async fn set_zoom(window: WebviewWindow, factor: f64) -> Answer<()> {
    let zoomed = window.set_zoom(bounded(factor)?);
    zoomed.map_err(|error| Failure::machine(format!("The window cannot zoom: {error}")))
}

fn bounded(factor: f64) -> Answer<f64> {
    let (least, most) = ZOOM;
    match factor.is_nan() {
        true => Err(Failure::input("This is no number to zoom by.")),
        false => Ok(factor.clamp(least, most)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zoom_stays_within_what_can_be_read_and_used() {
        for (asked, drawn) in [(1.0, 1.0), (1.25, 1.25), (0.1, 0.5), (9.0, 3.0), (-1.0, 0.5)] {
            assert_eq!(bounded(asked).ok(), Some(drawn), "{asked}");
        }
        assert_eq!(bounded(f64::INFINITY).ok(), Some(3.0));
        assert!(bounded(f64::NAN).is_err());
    }
}
