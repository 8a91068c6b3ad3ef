//! What the commands share: the workbench, the built-in issuer while it runs, the clipboard.

use std::path::{Path, PathBuf};

use contract::{Event, Exchange, finding::Action, workspace::SettingsView};
use parking_lot::Mutex;
use tauri::{AppHandle, Manager};
use tester::{Setup, Workbench, env_file::EnvFile, settings::Settings};

use crate::{
    broken_here,
    built_in::{NextWorld, RunningSandbox},
    error::{Answer, Failure},
    events::Events,
    log, recent,
};

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

/// Opens a workspace file and the key files that it names, which may lie on a slow disk.
pub(crate) async fn read(path: PathBuf) -> Answer<Setup> {
    Ok(apart(move || Setup::open(&path)).await??)
}

/// Work with files, away from whoever wants to see the desk.
pub(crate) async fn apart<R: Send + 'static>(
    work: impl FnOnce() -> R + Send + 'static,
) -> Answer<R> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| Failure::machine(format!("The files cannot be worked with: {error}")))
}

fn cannot_listen(error: std::io::Error) -> Failure {
    Failure::machine(format!("The protected API cannot listen: {error}"))
}

impl Desk {
    /// An empty desk.
    pub fn new(
        app: &AppHandle,
        events: Events,
        next_world: NextWorld,
    ) -> Result<Self, Box<dyn std::error::Error>> {
        let to_window = events.clone();
        let folder = app.path().app_config_dir()?;
        let (settings, warning) = Settings::read(&folder);
        if let Some(warning) = warning {
            tracing::warn!("{warning}");
        }
        let emit = std::sync::Arc::new(move |event| {
            log::note(&event);
            to_window.emit(event);
        });
        let bench = Workbench::with_settings(emit, settings)?;
        Ok(Self {
            events,
            bench,
            sandbox: Mutex::default(),
            opening: tokio::sync::Mutex::default(),
            serving: tokio::sync::Mutex::default(),
            next_world,
            clipboard: Mutex::default(),
            settings: folder,
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

    /// Serves the protected API where the set-up wants it and it is not served yet.
    pub async fn serve_api(&self) -> Answer<()> {
        let _turn = self.serving.lock().await;
        self.bench.serve_as_set_up().await.map_err(cannot_listen)
    }

    /// The same where another set-up took the place of the last one, and nobody calls.
    async fn serve_api_anew(&self) -> Answer<()> {
        let _turn = self.serving.lock().await;
        self.bench.serve_anew().await.map_err(cannot_listen)
    }

    /// Takes up settings and remembers those that are the application's own.
    pub async fn set_settings(&self, wanted: &SettingsView) -> Answer<()> {
        let settings = {
            let _turn = self.serving.lock().await;
            self.bench.set_settings(wanted).await?
        };
        let folder = self.settings.clone();
        let written = apart(move || settings.write(&folder)).await?;
        written.map(drop).map_err(|error| {
            Failure::machine(format!("The settings count, but cannot be kept: {error}"))
        })
    }

    /// Takes over what a `.env` file says.
    pub async fn import_env(&self, path: PathBuf) -> Answer<()> {
        let from = path.clone();
        let env = apart(move || EnvFile::read(&from)).await??;
        self.serve_api().await?;
        self.bench.change_files(move |setup| setup.import_env(&path, env)).await;
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
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            tracing::info!("opens the workspace {name}");
            Ok(setup)
        })
        .await
    }

    /// Puts another set-up in place of the present one, after whoever is at it. The sandbox's keys
    /// go with the present one.
    async fn open_with(&self, setup: impl AsyncFnOnce() -> Answer<Setup>) -> Answer<()> {
        let served = {
            let _turn = self.opening.lock().await;
            let setup = setup().await?;
            self.bench.put(setup).await?;
            // Where its port cannot be had, it is open all the same: the window shows what is in place.
            let served = self.serve_api_anew().await;
            self.end_sandbox().await;
            served
        };
        // An issuer may take its time to answer; the next opening need not wait for it.
        self.bench.look().await;
        served
    }

    /// Starts a new built-in issuer and its workspace.
    pub async fn open_sandbox(&self) -> Answer<()> {
        let (token, served) = {
            let _turn = self.opening.lock().await;
            tracing::info!("opens the sandbox");
            let world = self.next_world.take().await;
            let world = world
                .map_err(|why| Failure::machine(format!("The sandbox cannot start: {why}")))?;
            // The last sandbox gives its port back first.
            self.end_sandbox().await;
            let (running, setup) = RunningSandbox::start(world).await?;
            let (view, token) = (running.view(&setup), running.admin_token().await?);
            *self.sandbox.lock() = Some(running);
            self.bench.put(setup).await?;
            let served = self.serve_api_anew().await;
            self.bench.show_sandbox(Some(view));
            (token, served)
        };
        self.bench.look().await;
        // The sandbox is managed as any ZITADEL is.
        self.bench.manage_with(Some(token)).await;
        served
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

    /// Runs a change of the sandbox's own and shows what became of its world.
    pub async fn in_sandbox<E: ToString>(
        &self,
        change: impl FnOnce(&RunningSandbox) -> Result<(), E>,
    ) -> Answer<()> {
        {
            let running = self.sandbox.lock();
            let running = running
                .as_ref()
                .ok_or_else(|| Failure::not_found("The sandbox is not running."))?;
            change(running).map_err(|error| Failure::input(error.to_string()))?;
        }
        self.show_sandbox().await;
        Ok(())
    }

    /// The sandbox's world as it is now, where it runs. What should happen at doors that need a role
    /// follows that world: whoever is given the role here is expected to get in. What is broken in it
    /// on purpose is not meant to be so.
    pub async fn show_sandbox(&self) {
        let set_up = self.bench.with_setup(Clone::clone);
        let shown = {
            let running = self.sandbox.lock();
            running.as_ref().map(|running| (running.view(&set_up), running.roles_meant()))
        };
        let Some((view, meant)) = shown else { return };
        self.bench.expect(|setup| setup.expect_by_roles(&meant)).await;
        self.bench.show_sandbox(Some(view));
    }

    /// Makes exactly these faults be, in the sandbox and in the set-up.
    pub async fn set_faults(&self, faults: &[String]) -> Answer<()> {
        let (here, there) = broken_here::apart(faults).map_err(Failure::input)?;
        let (files, was, is) = {
            let running = self.sandbox.lock();
            let running = running
                .as_ref()
                .ok_or_else(|| Failure::not_found("The sandbox is not running."))?;
            let was = running.sandbox.snapshot();
            let had_role = !running.role_is_broken();
            running.sandbox.set_faults(there).map_err(|error| Failure::input(error.to_string()))?;
            let lost_role = had_role && running.role_is_broken();
            if let Some(user_id) = running.first_user().filter(|_| lost_role) {
                // A role that was given a moment ago does not merely show late.
                self.bench.changes().note(&user_id, None);
            }
            (running.files.clone(), was, running.sandbox.snapshot())
        };
        let change = move |setup: &mut Setup| {
            // With a certificate, good or bad, its address begins with https.
            if was.issuer != is.issuer && setup.workspace().issuer == was.issuer {
                setup.move_issuer(&is.issuer);
            }
            // Who followed the API to another project follows it back.
            let back = was.project_id != is.project_id && is.project_id == files.project_id;
            if back && setup.workspace().project_id.as_ref() == Some(&was.project_id) {
                setup.set_project_id(Some(is.project_id));
            }
            broken_here::set(setup, &files, &here);
            // What the server says of itself may have changed with its faults.
            setup.forget_discovery();
        };
        self.bench.put_files(change).await;
        self.show_sandbox().await;
        // It may be slow on purpose; what is mended next need not wait for it.
        let bench = self.bench.clone();
        tokio::spawn(async move { bench.look().await });
        Ok(())
    }

    /// Does what a finding offers. What it mends in the sandbox counts as broken no more.
    pub async fn apply(&self, action: &Action) -> Answer<()> {
        self.bench.apply(action).await?;
        self.mended(action);
        self.show_sandbox().await;
        Ok(())
    }

    /// What an action has mended in the sandbox counts as broken no more.
    pub fn mended(&self, action: &Action) {
        if let Some(running) = &*self.sandbox.lock() {
            running.mended(action);
        }
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
