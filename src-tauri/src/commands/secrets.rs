//! Secrets leave the Rust side here and nowhere else, because a person asked for one.

use contract::{ExchangeId, SlotId};
use secrecy::ExposeSecret;
use tauri::State;
use zitadel_client::exchange::curl;

use crate::{
    desk::Desk,
    error::{Answer, Failure},
};

/// Shows one secret.
#[tauri::command]
pub async fn reveal(desk: State<'_, Desk>, slot: SlotId) -> Answer<String> {
    let secret = desk.bench().transcript().reveal(slot);
    let secret = secret.ok_or_else(|| Failure::not_found("This secret is no longer kept."))?;
    Ok(secret.expose_secret().to_owned())
}

/// Copies a row's token without showing it.
#[tauri::command]
pub async fn copy_token(desk: State<'_, Desk>, label: String) -> Answer<()> {
    let token = token(&desk, &label)?;
    desk.copy(token)
}

/// Copies `export TOKEN=...` for the guide's curl lines.
#[tauri::command]
pub async fn copy_export(desk: State<'_, Desk>, label: String) -> Answer<()> {
    let token = token(&desk, &label)?;
    // Tokens are base64url with dots, which no shell reads as anything else.
    desk.copy(format!("export TOKEN={token}"))
}

/// Copies an exchange as a curl line, with its secrets or with placeholders.
#[tauri::command]
pub async fn copy_curl(
    desk: State<'_, Desk>,
    exchange: ExchangeId,
    with_secrets: bool,
) -> Answer<()> {
    let kept = desk.exchange(exchange)?;
    let secrets = with_secrets.then(|| desk.bench().transcript());
    desk.copy(curl(&kept, secrets))
}

/// Copies what is on the screen anyway.
#[tauri::command]
pub async fn copy_text(desk: State<'_, Desk>, text: String) -> Answer<()> {
    desk.copy(text)
}

fn token(desk: &Desk, label: &str) -> Answer<String> {
    let token = desk.bench().token(label);
    let token = token.ok_or_else(|| Failure::not_found(format!("{label} has no token yet.")))?;
    Ok(token.value.expose().to_owned())
}
