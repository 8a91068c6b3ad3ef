//! The built-in issuer.

use contract::{finding::TokenKind, workspace::SandboxUserState};
use sandbox::{TokenType, UserState};
use tauri::State;

use crate::{desk::Desk, error::Answer};

/// Starts a new built-in issuer with its workspace.
#[tauri::command]
pub async fn open_sandbox(desk: State<'_, Desk>) -> Answer<()> {
    desk.open_sandbox().await
}

/// Gives a service user a role on the API's project.
#[tauri::command]
pub async fn give_role(desk: State<'_, Desk>, user_id: String, role: String) -> Answer<()> {
    desk.bench().changes().note(&user_id, Some(&role));
    desk.change_sandbox(&user_id, |sandbox| sandbox.give_role(&user_id, &role)).await
}

/// Takes it away.
#[tauri::command]
pub async fn take_role(desk: State<'_, Desk>, user_id: String, role: String) -> Answer<()> {
    desk.bench().changes().note(&user_id, None);
    desk.change_sandbox(&user_id, |sandbox| sandbox.take_role(&user_id, &role)).await
}

/// Locks, deactivates, reactivates or removes a service user.
#[tauri::command]
pub async fn set_user_state(
    desk: State<'_, Desk>,
    user_id: String,
    state: SandboxUserState,
) -> Answer<()> {
    // Tokens from before stay dead in ZITADEL; a row that is switched on again needs a new one.
    if state == SandboxUserState::Active {
        desk.bench().forget_token(&user_id);
    }
    desk.bench().changes().note(&user_id, None);
    let state = match state {
        SandboxUserState::Active => UserState::Active,
        SandboxUserState::Locked => UserState::Locked,
        SandboxUserState::Deactivated => UserState::Deactivated,
        SandboxUserState::Removed => UserState::Removed,
    };
    desk.change_sandbox(&user_id, |sandbox| sandbox.set_user_state(&user_id, state)).await
}

/// Says what kind of token a service user gets from now on.
#[tauri::command]
pub async fn set_token_type(
    desk: State<'_, Desk>,
    user_id: String,
    token_type: TokenKind,
) -> Answer<()> {
    // The next call shows the new kind.
    desk.bench().forget_token(&user_id);
    let token_type = match token_type {
        TokenKind::Opaque => TokenType::Opaque,
        TokenKind::Jwt => TokenType::Jwt,
        TokenKind::Jwe => TokenType::Jwe,
    };
    desk.change_sandbox(&user_id, |sandbox| sandbox.set_token_type(&user_id, token_type)).await
}
