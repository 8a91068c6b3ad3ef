//! Keeping on calling.

use std::time::Duration;

use tauri::State;
use tester::{roll_call::Only, watch::WatchOptions};

use crate::{desk::Desk, error::Answer};

/// Begins to call everybody, a row, a column or a cell again and again, in place of the watch under
/// way. What is out of bounds is brought within them.
#[tauri::command]
pub async fn start_watch(
    desk: State<'_, Desk>,
    user: Option<String>,
    endpoint: Option<String>,
    interval_ms: u64,
    minutes: u64,
) -> Answer<()> {
    desk.serve_api().await?;
    let options = WatchOptions {
        only: Only { user, endpoint },
        interval: Duration::from_millis(interval_ms),
        lasting: Duration::from_secs(minutes.saturating_mul(60)),
    };
    Ok(desk.bench().start_watch(options).await?)
}

/// Ends the watch under way; what it saw is kept.
#[tauri::command]
pub async fn stop_watch(desk: State<'_, Desk>) -> Answer<()> {
    desk.bench().stop_watch();
    Ok(())
}
