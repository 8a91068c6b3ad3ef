//! The built-in issuer while it runs: its world, its files, and what is broken in it.

mod faults;

use std::{path::PathBuf, thread::JoinHandle, time::Duration};

use contract::{
    finding::{Action, TokenKind},
    workspace::{SandboxUserState, SandboxUserView, SandboxView},
};
use parking_lot::Mutex;
use sandbox::{FaultName, Sandbox, TokenType, UserSnapshot, UserState, World, WorldError};
use tester::{
    Setup,
    listen::{self, Loopback},
};
use tokio::time::timeout;
use tokio_util::sync::{CancellationToken, DropGuard};
use zitadel_client::secret::PersonalAccessToken;

use crate::{
    broken_here,
    desk::read,
    error::{Answer, Failure},
    threads::ahead_of_time,
};

/// The port of a ZITADEL on this machine, and so of the sandbox.
const ISSUER_PORT: u16 = 8080;
/// For a sandbox to stop of its own accord.
const FAREWELL_TIME: Duration = Duration::from_secs(1);

/// The world of the next sandbox, made ahead of time: its keys take a good second on a small machine.
#[derive(Default)]
pub struct NextWorld(Mutex<Option<JoinHandle<Result<World, WorldError>>>>);

impl NextWorld {
    /// Begins to make it, where nobody has yet.
    pub fn begin(&self) {
        self.0.lock().get_or_insert_with(|| ahead_of_time(|| World::demo(TokenType::Opaque)));
    }

    /// Waits for it and takes it.
    pub async fn take(&self) -> Result<World, String> {
        self.begin();
        let Some(making) = self.0.lock().take() else { return Err("nobody makes it".into()) };
        let made = tokio::task::spawn_blocking(|| making.join()).await;
        match made {
            Ok(Ok(world)) => world.map_err(|error| error.to_string()),
            Ok(Err(_)) | Err(_) => Err("its keys could not be made".into()),
        }
    }
}

/// The built-in issuer while it runs; dropped, it stops and its key files are deleted.
pub struct RunningSandbox {
    pub(crate) sandbox: Sandbox,
    pub(crate) files: Files,
    _folder: tempfile::TempDir,
    shutdown: DropGuard,
    serving: tokio::task::JoinHandle<()>,
}

/// What was written when it started, and stays as it was whatever is broken.
#[derive(Debug, Clone)]
pub struct Files {
    pub(crate) api: PathBuf,
    /// The first user's.
    pub(crate) user: PathBuf,
    pub(crate) admin_token: PathBuf,
    pub(crate) folder: PathBuf,
    pub(crate) project_id: String,
    pub(crate) issuer: String,
}

impl RunningSandbox {
    /// Listens on the issuer's port, or the next free one after it.
    pub async fn start(world: World) -> Answer<(Self, Setup)> {
        let cannot = |what: &str, why: String| Failure::machine(format!("{what}: {why}"));
        let Loopback { listeners, port, .. } = listen::bind_next_free(ISSUER_PORT)
            .await
            .map_err(|e| cannot("The sandbox cannot listen", e.to_string()))?;
        let sandbox = Sandbox::new(world, sandbox::Options::default());
        sandbox.set_issuer(format!("http://localhost:{port}"));
        let folder = tempfile::Builder::new()
            .prefix("rolecall-sandbox-")
            .tempdir()
            .map_err(|e| cannot("The sandbox's key files cannot be written", e.to_string()))?;
        let written = sandbox
            .write_files(folder.path())
            .map_err(|e| cannot("The sandbox's key files cannot be written", e.to_string()))?;
        let files = Files {
            api: written.api,
            user: written.users.into_iter().next().map(|(_, path)| path).unwrap_or_default(),
            admin_token: written.admin_token,
            folder: folder.path().into(),
            project_id: sandbox.snapshot().project_id,
            issuer: sandbox.snapshot().issuer,
        };
        let setup = read(written.workspace).await?;
        let shutdown = CancellationToken::new();
        let (served, stopped) = (sandbox.clone(), shutdown.clone().cancelled_owned());
        let serving = tokio::spawn(async move {
            if let Err(error) = served.serve(listeners, stopped).await {
                tracing::error!(%error, "the sandbox stopped");
            }
        });
        let shutdown = shutdown.drop_guard();
        Ok((Self { sandbox, files, _folder: folder, shutdown, serving }, setup))
    }

    /// Stops it and waits until its port is free again.
    pub async fn stop(mut self) {
        drop(self.shutdown);
        // Requests under way are its own user's; nobody waits for them long.
        if timeout(FAREWELL_TIME, &mut self.serving).await.is_err() {
            self.serving.abort();
            let _ = self.serving.await;
        }
    }

    /// The administrator's personal access token.
    pub async fn admin_token(&self) -> Answer<PersonalAccessToken> {
        let token = tokio::fs::read_to_string(&self.files.admin_token).await;
        let token = token.map_err(|e| Failure::machine(format!("admin.pat is gone: {e}")))?;
        Ok(PersonalAccessToken::from(token.trim().to_owned()))
    }

    /// Takes off the faults of the world that an action has mended through the management API.
    pub fn mended(&self, action: &Action) {
        use FaultName::{
            ApiInactive, ProjectInactive, RoleInactive, RoleTaken, UserInactive, UserLocked,
        };
        let of_first = |user_id: &String| self.first_user().as_ref() == Some(user_id);
        let mended: &[FaultName] = match action {
            Action::SwitchOnUser { user_id } if of_first(user_id) => &[UserLocked, UserInactive],
            Action::SwitchOnApi { .. } => &[ApiInactive],
            Action::SwitchOnProject { .. } => &[ProjectInactive],
            Action::SwitchOnAuthorization { user_id, .. } if of_first(user_id) => &[RoleInactive],
            Action::GiveRole { user_id, .. } if of_first(user_id) => &[RoleInactive, RoleTaken],
            _ => return,
        };
        let mut faults = self.sandbox.faults();
        faults.retain(|fault| !mended.contains(&fault.name()));
        if let Err(error) = self.sandbox.set_faults(faults) {
            tracing::warn!(%error, "a fault was not taken off");
        }
    }

    /// Whom the faults of accounts and roles befall.
    pub fn first_user(&self) -> Option<String> {
        self.sandbox.snapshot().users.into_iter().next().map(|user| user.user_id)
    }

    /// Whether the first user's role is broken on purpose.
    pub fn role_is_broken(&self) -> bool {
        let of_roles = [FaultName::RoleTaken, FaultName::RoleInactive];
        self.sandbox.faults().iter().any(|fault| of_roles.contains(&fault.name()))
    }

    /// The roles that each user is meant to hold: what a fault took away still counts.
    pub fn roles_meant(&self) -> Vec<(String, Vec<String>)> {
        let broken = self.role_is_broken().then(|| self.first_user()).flatten();
        let before = self.sandbox.whole_snapshot().users;
        let meant = |mut user: UserSnapshot| {
            if Some(&user.user_id) == broken.as_ref() {
                let whole = before.iter().find(|one| one.user_id == user.user_id);
                user.roles.extend(whole.into_iter().flat_map(|one| one.roles.clone()));
            }
            (user.user_id, user.roles)
        };
        self.sandbox.snapshot().users.into_iter().map(meant).collect()
    }

    /// Its world, and what is broken in it and in the set-up, for people.
    pub fn view(&self, set_up: &Setup) -> SandboxView {
        let world = self.sandbox.snapshot();
        SandboxView {
            issuer: world.issuer,
            project_id: world.project_id,
            project_name: world.project_name,
            roles: world.roles,
            dialect: self.sandbox.dialect().to_string(),
            faults: broken_here::views(set_up, &self.files)
                .into_iter()
                .chain(faults::views(&self.sandbox.faults()))
                .collect(),
            users: world.users.into_iter().map(user).collect(),
        }
    }
}

fn user(user: UserSnapshot) -> SandboxUserView {
    SandboxUserView {
        user_id: user.user_id,
        user_name: user.user_name,
        roles: user.roles,
        state: match user.state {
            UserState::Active => SandboxUserState::Active,
            UserState::Locked => SandboxUserState::Locked,
            UserState::Deactivated => SandboxUserState::Deactivated,
            UserState::Removed => SandboxUserState::Removed,
        },
        token_type: match user.token_type {
            TokenType::Opaque => TokenKind::Opaque,
            TokenType::Jwt => TokenKind::Jwt,
            TokenType::Jwe => TokenKind::Jwe,
        },
    }
}
