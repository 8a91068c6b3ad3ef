//! A token that somebody pasted. It is kept nowhere.

use contract::token::{InspectedToken, IntrospectedToken};
use tauri::State;

use crate::{
    desk::Desk,
    error::{Answer, Failure},
};

/// Takes a pasted token apart; nothing is sent.
#[tauri::command]
pub async fn inspect_token(desk: State<'_, Desk>, text: String) -> Answer<InspectedToken> {
    Ok(desk.bench().inspect(&text))
}

/// Asks the issuer about it, in the API's name.
#[tauri::command]
pub async fn introspect_token(desk: State<'_, Desk>, text: String) -> Answer<IntrospectedToken> {
    desk.bench().introspect_pasted(&text).await.map_err(Failure::input)
}
