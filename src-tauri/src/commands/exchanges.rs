//! What the window does not keep of exchanges itself.

use contract::ExchangeId;
use tauri::State;

use crate::{
    desk::Desk,
    error::{Answer, Failure},
};

/// Tells an exchange whole, as an event.
#[tauri::command]
pub async fn open_exchange(desk: State<'_, Desk>, id: ExchangeId) -> Answer<()> {
    desk.events().open(desk.exchange(id)?);
    Ok(())
}

/// The exchanges in which words stand, oldest first; small and capital letters are the same.
#[tauri::command]
pub async fn find_exchanges(desk: State<'_, Desk>, words: String) -> Answer<Vec<ExchangeId>> {
    let transcript = desk.bench().transcript().clone();
    let found = tauri::async_runtime::spawn_blocking(move || transcript.mentioning(&words)).await;
    found.map_err(|e| Failure::machine(format!("The search ended early: {e}")))
}
