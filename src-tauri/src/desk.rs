//! What the commands share: the workbench, the built-in issuer while it runs, the clipboard.

use std::{
    path::{Path, PathBuf},
    thread::{self, JoinHandle},
};

use contract::{
    Event, Exchange,
    finding::TokenKind,
    workspace::{SandboxUserState, SandboxUserView, SandboxView},
};
use parking_lot::Mutex;
use sandbox::{Sandbox, TokenType, UserState, World, WorldError};
use tauri::{AppHandle, Manager};
use tester::{
    Setup, Workbench,
    listen::{self, Loopback},
    workbench::{GUIDE_PORT, Port},
};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::{
    error::{Answer, Failure},
    events::Events,
    recent,
};

/// The port of a ZITADEL on this machine, and so of the sandbox.
const ISSUER_PORT: u16 = 8080;

/// The window's state on the Rust side.
pub struct Desk {
    events: Events,
    bench: Workbench,
    sandbox: Mutex<Option<RunningSandbox>>,
    next_world: NextWorld,
    clipboard: Mutex<Option<arboard::Clipboard>>,
    settings: PathBuf,
}

/// The world of the next sandbox, made ahead of time: its keys take a good second on a small machine.
#[derive(Default)]
pub struct NextWorld(Mutex<Option<JoinHandle<Result<World, WorldError>>>>);

impl NextWorld {
    /// Begins to make it, where nobody has yet.
    pub fn begin(&self) {
        self.0.lock().get_or_insert_with(|| thread::spawn(|| World::demo(TokenType::Opaque)));
    }

    /// Waits for it and takes it.
    async fn take(&self) -> Result<World, String> {
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
struct RunningSandbox {
    sandbox: Sandbox,
    _folder: tempfile::TempDir,
    _shutdown: DropGuard,
}

impl Desk {
    /// An empty desk.
    pub fn new(
        app: &AppHandle,
        events: Events,
        next_world: NextWorld,
    ) -> Result<Self, Box<dyn std::error::Error>> {
        let to_window = events.clone();
        let bench = Workbench::new(std::sync::Arc::new(move |event| to_window.emit(event)))?;
        Ok(Self {
            events,
            bench,
            sandbox: Mutex::default(),
            next_world,
            clipboard: Mutex::default(),
            settings: app.path().app_config_dir()?,
        })
    }

    /// The world of the next sandbox.
    pub fn next_world(&self) -> &NextWorld {
        &self.next_world
    }

    /// The live set-up.
    pub fn bench(&self) -> &Workbench {
        &self.bench
    }

    /// Tells the window.
    pub fn emit(&self, event: Event) {
        self.events.emit(event);
    }

    /// The way to the window.
    pub fn events(&self) -> &Events {
        &self.events
    }

    /// Where the application keeps what it remembers.
    pub fn settings(&self) -> &Path {
        &self.settings
    }

    /// Serves the protected API where it is not served yet.
    pub async fn serve_api(&self) -> Answer<()> {
        if self.bench.view().api.is_none() {
            let wanted = self.bench.with_setup(|setup| setup.workspace().port);
            let port = wanted.map_or(Port::From(GUIDE_PORT), Port::From);
            self.bench.serve_api(port).await.map_err(|error| {
                Failure::machine(format!("The protected API cannot listen: {error}"))
            })?;
        }
        Ok(())
    }

    /// Puts another set-up in place of the present one. Another sandbox's keys go with it.
    pub async fn replace(&self, setup: Setup) -> Answer<()> {
        self.serve_api().await?;
        self.bench.replace(setup).await?;
        Ok(())
    }

    /// Opens a workspace file.
    pub async fn open(&self, path: &Path) -> Answer<()> {
        let setup = Setup::open(path)?;
        recent::remember(&self.settings, path, setup.workspace());
        self.replace(setup).await?;
        self.close_sandbox();
        Ok(())
    }

    /// Starts a new built-in issuer and its workspace.
    pub async fn open_sandbox(&self) -> Answer<()> {
        let cannot = |what: &str, why: String| Failure::machine(format!("{what}: {why}"));
        let world =
            self.next_world.take().await.map_err(|why| cannot("The sandbox cannot start", why))?;
        // The last sandbox gives its port back first.
        self.close_sandbox();
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
        let shutdown = CancellationToken::new();
        let serving = sandbox.clone();
        let stopped = shutdown.clone().cancelled_owned();
        tokio::spawn(async move {
            if let Err(error) = serving.serve(listeners, stopped).await {
                tracing::error!(%error, "the sandbox stopped");
            }
        });
        let view = view(&sandbox);
        *self.sandbox.lock() =
            Some(RunningSandbox { sandbox, _folder: folder, _shutdown: shutdown.drop_guard() });
        self.replace(Setup::open(&written.workspace)?).await?;
        self.bench.show_sandbox(Some(view));
        Ok(())
    }

    /// Stops the built-in issuer and deletes its key files.
    pub fn close_sandbox(&self) {
        self.sandbox.lock().take();
    }

    /// Changes a service user in the built-in issuer's world. What should happen at doors that need a
    /// role follows that world: whoever is given the role here is expected to get in.
    pub async fn change_sandbox<E: ToString>(
        &self,
        user_id: &str,
        change: impl FnOnce(&Sandbox) -> Result<(), E>,
    ) -> Answer<()> {
        let view = {
            let running = self.sandbox.lock();
            let running = running
                .as_ref()
                .ok_or_else(|| Failure::not_found("The sandbox is not running."))?;
            change(&running.sandbox).map_err(|error| Failure::input(error.to_string()))?;
            view(&running.sandbox)
        };
        let held: Vec<_> = view
            .users
            .iter()
            .filter(|user| user.user_id == user_id)
            .map(|user| (user.user_id.clone(), user.roles.clone()))
            .collect();
        self.bench.expect(|setup| setup.expect_by_roles(&held)).await;
        self.bench.show_sandbox(Some(view));
        Ok(())
    }

    /// Puts a text on the clipboard.
    pub fn copy(&self, text: String) -> Answer<()> {
        let mut clipboard = self.clipboard.lock();
        let cannot = |e: arboard::Error| Failure::machine(format!("The clipboard refuses: {e}"));
        if clipboard.is_none() {
            *clipboard = Some(arboard::Clipboard::new().map_err(cannot)?);
        }
        match &mut *clipboard {
            Some(clipboard) => clipboard.set_text(text).map_err(cannot),
            None => Ok(()),
        }
    }

    /// An exchange of this session.
    pub fn exchange(&self, id: contract::ExchangeId) -> Answer<Exchange> {
        let kept = self.bench.transcript().get(id);
        kept.ok_or_else(|| Failure::not_found("This exchange is no longer kept."))
    }
}

fn view(sandbox: &Sandbox) -> SandboxView {
    let world = sandbox.snapshot();
    SandboxView {
        issuer: world.issuer,
        project_id: world.project_id,
        project_name: world.project_name,
        roles: world.roles,
        dialect: sandbox::Dialect::default().to_string(),
        faults: Vec::new(),
        users: world
            .users
            .into_iter()
            .map(|user| SandboxUserView {
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
            })
            .collect(),
    }
}
