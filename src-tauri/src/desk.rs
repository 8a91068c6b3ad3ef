//! What the commands share: the workbench, the built-in issuer while it runs, the clipboard.

use std::{
    path::{Path, PathBuf},
    thread::{self, JoinHandle},
    time::Duration,
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
use tokio::time::timeout;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::{
    error::{Answer, Failure},
    events::Events,
    recent,
};

/// The port of a ZITADEL on this machine, and so of the sandbox.
const ISSUER_PORT: u16 = 8080;
/// For a sandbox to stop of its own accord.
const FAREWELL_TIME: Duration = Duration::from_secs(1);

/// The window's state on the Rust side.
pub struct Desk {
    events: Events,
    bench: Workbench,
    sandbox: Mutex<Option<RunningSandbox>>,
    /// Held by whoever puts a set-up in place of another, with or without a sandbox behind it.
    opening: tokio::sync::Mutex<()>,
    /// Held by whoever finds out whether the protected API is served.
    serving: tokio::sync::Mutex<()>,
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
    shutdown: DropGuard,
    serving: tokio::task::JoinHandle<()>,
}

impl RunningSandbox {
    /// Listens on the issuer's port, or the next free one after it.
    async fn start(world: World) -> Answer<(Self, Setup)> {
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
        let setup = read(written.workspace).await?;
        let shutdown = CancellationToken::new();
        let (served, stopped) = (sandbox.clone(), shutdown.clone().cancelled_owned());
        let serving = tokio::spawn(async move {
            if let Err(error) = served.serve(listeners, stopped).await {
                tracing::error!(%error, "the sandbox stopped");
            }
        });
        let shutdown = shutdown.drop_guard();
        Ok((Self { sandbox, _folder: folder, shutdown, serving }, setup))
    }

    /// Stops it and waits until its port is free again.
    async fn stop(mut self) {
        drop(self.shutdown);
        // Requests under way are its own user's; nobody waits for them long.
        if timeout(FAREWELL_TIME, &mut self.serving).await.is_err() {
            self.serving.abort();
            let _ = self.serving.await;
        }
    }
}

/// Opens a workspace file and the key files that it names, which may lie on a slow disk.
async fn read(path: PathBuf) -> Answer<Setup> {
    let opened = tokio::task::spawn_blocking(move || Setup::open(&path)).await;
    Ok(opened.map_err(|error| Failure::machine(format!("The files cannot be read: {error}")))??)
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
            opening: tokio::sync::Mutex::default(),
            serving: tokio::sync::Mutex::default(),
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
        let _turn = self.serving.lock().await;
        if self.bench.view().api.is_none() {
            let wanted = self.bench.with_setup(|setup| setup.workspace().port);
            let port = wanted.map_or(Port::From(GUIDE_PORT), Port::From);
            self.bench.serve_api(port).await.map_err(|error| {
                Failure::machine(format!("The protected API cannot listen: {error}"))
            })?;
        }
        Ok(())
    }

    /// Begins with nothing set up.
    pub async fn begin_anew(&self) -> Answer<()> {
        self.open_with(async || Ok(Setup::default())).await
    }

    /// Opens a workspace file.
    pub async fn open(&self, path: &Path) -> Answer<()> {
        self.open_with(async || {
            let setup = read(path.into()).await?;
            recent::remember(&self.settings, path, setup.workspace());
            Ok(setup)
        })
        .await
    }

    /// Puts another set-up in place of the present one, after whoever is at it. The sandbox's keys
    /// go with the present one.
    async fn open_with(&self, setup: impl AsyncFnOnce() -> Answer<Setup>) -> Answer<()> {
        {
            let _turn = self.opening.lock().await;
            let setup = setup().await?;
            self.serve_api().await?;
            self.bench.put(setup).await?;
            self.end_sandbox().await;
        }
        // An issuer may take its time to answer; the next opening need not wait for it.
        self.bench.look().await;
        Ok(())
    }

    /// Starts a new built-in issuer and its workspace.
    pub async fn open_sandbox(&self) -> Answer<()> {
        {
            let _turn = self.opening.lock().await;
            let world = self.next_world.take().await;
            let world = world
                .map_err(|why| Failure::machine(format!("The sandbox cannot start: {why}")))?;
            // The last sandbox gives its port back first.
            self.end_sandbox().await;
            let (running, setup) = RunningSandbox::start(world).await?;
            let view = view(&running.sandbox);
            *self.sandbox.lock() = Some(running);
            self.serve_api().await?;
            self.bench.put(setup).await?;
            self.bench.show_sandbox(Some(view));
        }
        self.bench.look().await;
        Ok(())
    }

    /// Stops the built-in issuer and waits for its end; its key files are deleted.
    async fn end_sandbox(&self) {
        let running = self.sandbox.lock().take();
        if let Some(running) = running {
            running.stop().await;
        }
    }

    /// Stops the built-in issuer and deletes its key files, without waiting.
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
