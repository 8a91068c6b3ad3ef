//! The built-in issuer, and changes in whichever ZITADEL is managed from here.

use contract::{
    finding::{Action, TokenKind},
    workspace::SandboxUserState,
};
use sandbox::{Dialect, TokenType};
use tauri::{State, WebviewWindow};
use tester::workbench::ManagedAs;
use zitadel_client::secret::PersonalAccessToken;

use crate::{
    commands::files,
    desk::Desk,
    error::{Answer, Failure},
};

/// Starts a new built-in issuer with its workspace.
#[tauri::command]
pub async fn open_sandbox(desk: State<'_, Desk>) -> Answer<()> {
    desk.open_sandbox().await
}

/// Gives a service user a role on the API's project.
#[tauri::command]
pub async fn give_role(desk: State<'_, Desk>, user_id: String, role: String) -> Answer<()> {
    desk.apply(&Action::GiveRole { user_id, role }).await
}

/// Takes it away.
#[tauri::command]
pub async fn take_role(desk: State<'_, Desk>, user_id: String, role: String) -> Answer<()> {
    desk.bench().take_role(&user_id, &role).await?;
    desk.show_sandbox().await;
    Ok(())
}

/// Locks, deactivates, reactivates or removes a service user.
#[tauri::command]
pub async fn set_user_state(
    desk: State<'_, Desk>,
    user_id: String,
    state: SandboxUserState,
) -> Answer<()> {
    let wanted = match state {
        SandboxUserState::Active => ManagedAs::Active,
        SandboxUserState::Locked => ManagedAs::Locked,
        SandboxUserState::Deactivated => ManagedAs::Deactivated,
        SandboxUserState::Removed => ManagedAs::Removed,
    };
    desk.bench().set_user(&user_id, wanted).await?;
    if state == SandboxUserState::Active {
        desk.mended(&Action::SwitchOnUser { user_id });
    }
    desk.show_sandbox().await;
    Ok(())
}

/// Says what kind of token a service user gets from now on. Which kind of opaque token it is, a
/// server's age decides; the sandbox has both.
#[tauri::command]
pub async fn set_token_type(
    desk: State<'_, Desk>,
    user_id: String,
    token_type: TokenKind,
) -> Answer<()> {
    desk.bench().set_token_type(&user_id, token_type == TokenKind::Jwt).await?;
    if token_type == TokenKind::Jwe {
        return desk
            .in_sandbox(|running| running.sandbox.set_token_type(&user_id, TokenType::Jwe))
            .await;
    }
    desk.show_sandbox().await;
    Ok(())
}

/// Breaks the sandbox and the set-up in exactly these ways, each `NAME[@WHERE][=VALUE]`.
#[tauri::command]
pub async fn set_faults(desk: State<'_, Desk>, faults: Vec<String>) -> Answer<()> {
    desk.set_faults(&faults).await
}

/// Says how the sandbox words a refusal.
#[tauri::command]
pub async fn set_dialect(desk: State<'_, Desk>, dialect: String) -> Answer<()> {
    let dialect: Dialect = dialect.parse().map_err(Failure::input)?;
    desk.in_sandbox(|running| {
        running.sandbox.set_dialect(dialect);
        Ok::<_, String>(())
    })
    .await
}

/// Does what a finding offers.
#[tauri::command]
pub async fn apply_fix(desk: State<'_, Desk>, window: WebviewWindow, action: Action) -> Answer<()> {
    if let Action::FindKey { path } = action {
        return files::locate_key(desk, window, path.into(), None).await;
    }
    desk.apply(&action).await
}

/// Manages ZITADEL with this token from now on, or no more; it stays in memory.
#[tauri::command]
pub async fn set_personal_access_token(desk: State<'_, Desk>, token: Option<String>) -> Answer<()> {
    let token = token.map(|token| token.trim().to_owned()).filter(|token| !token.is_empty());
    desk.bench().manage_with(token.map(PersonalAccessToken::from)).await;
    Ok(())
}
