//! Calling the roll.

use tauri::State;
use tester::roll_call::Only;

use crate::{desk::Desk, error::Answer};

/// Begins to call everybody, a row, a column or a cell; answers the run's number at once.
#[tauri::command]
pub async fn call_the_roll(
    desk: State<'_, Desk>,
    user: Option<String>,
    endpoint: Option<String>,
) -> Answer<u64> {
    desk.serve_api().await?;
    Ok(desk.bench().start(Only { user, endpoint }).await?)
}

/// Stops the run under way; what was done is kept.
#[tauri::command]
pub async fn stop_the_roll(desk: State<'_, Desk>) -> Answer<()> {
    desk.bench().stop();
    Ok(())
}
