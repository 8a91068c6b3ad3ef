//! A set-up, the protected API and the roll call, live: the one thing that the window and the
//! command line both hold.
//!
//! Everything that happens is emitted as an [`Event`], in order. No lock is held over an await.

use std::{
    io,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use contract::{
    Event, Report,
    workspace::{ApiView, SandboxView, WorkspaceView},
};
use parking_lot::Mutex;
use resource_server::{ApiConfig, ProtectedApi};
use tokio::sync::watch;
use tokio_util::sync::{CancellationToken, DropGuard};
use zitadel_client::{
    Clock, Http, SystemClock,
    discovery::discover,
    exchange::Transcript,
    http::{HttpError, HttpOptions},
    introspection::Introspector,
    token::Token,
};

use crate::{
    listen::{self, Loopback},
    roll_call::{self, Only, Outcome, Stage, Tokens},
    setup::{Member, NotReady, Setup},
    workspace::WorkspaceError,
};

/// The port of ZITADEL's API guide.
pub const GUIDE_PORT: u16 = 8000;

/// Repeats of a request where a repeat is safe.
const RETRIES: u32 = 2;

/// Which port the protected API should take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Port {
    /// This one or none.
    Exactly(u16),
    /// This one, or the next free one after it.
    From(u16),
}

/// Where the emitted events go.
pub type Emit = Arc<dyn Fn(Event) + Send + Sync>;

/// The live set-up. Clones are the same workbench.
#[derive(Clone)]
pub struct Workbench(Arc<Inner>);

struct Inner {
    emit: Emit,
    clock: Arc<dyn Clock>,
    transcript: Transcript,
    api: ProtectedApi,
    served: Mutex<Option<Served>>,
    setup: Mutex<Setup>,
    /// Made anew with each workspace, which may name a certificate authority of its own.
    http: Mutex<Http>,
    introspector: Mutex<Option<Introspector>>,
    tokens: Tokens,
    /// The last run's number, end and report.
    report: Mutex<Option<(u64, contract::Timestamp, Report)>>,
    /// The run under way: its number, and how to stop it.
    run: Mutex<Option<(u64, CancellationToken)>>,
    /// Runs that have not told of their end yet.
    under_way: watch::Sender<usize>,
    opened: AtomicU64,
    /// Held while the window is told of the set-up, so that the newest is told last.
    telling: Mutex<()>,
    runs: AtomicU64,
    sandbox: Mutex<Option<SandboxView>>,
}

/// The protected API while it is served; dropped, it shuts down.
struct Served {
    view: ApiView,
    _shutdown: DropGuard,
}

/// Why the roll cannot be called now.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// A part of the set-up is missing or wrong.
    #[error(transparent)]
    NotReady(#[from] NotReady),
    /// It is being called already.
    #[error("The roll is being called already.")]
    Busy,
    /// The protected API does not listen.
    #[error("The protected API is not running.")]
    NoApi,
}

impl Workbench {
    /// An empty workbench. Nothing listens and nothing is sent yet.
    ///
    /// # Errors
    /// Where no HTTP client can be made on this machine.
    pub fn new(emit: Emit) -> Result<Self, HttpError> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let exchanges = emit.clone();
        let transcript = Transcript::new(move |exchange| {
            exchanges(Event::Exchange { exchange: Box::new(exchange) });
        });
        let http = Http::new(options(&transcript, &clock, None))?;
        Ok(Self(Arc::new(Inner {
            emit,
            clock,
            transcript,
            api: ProtectedApi::new(),
            served: Mutex::default(),
            setup: Mutex::default(),
            http: Mutex::new(http),
            introspector: Mutex::default(),
            tokens: Tokens::default(),
            report: Mutex::default(),
            run: Mutex::default(),
            under_way: watch::Sender::new(0),
            opened: AtomicU64::new(0),
            telling: Mutex::default(),
            runs: AtomicU64::new(1),
            sandbox: Mutex::default(),
        })))
    }

    /// Serves the protected API, instead of where it was served before.
    ///
    /// # Errors
    /// [`io::ErrorKind::AddrInUse`] where the wanted port is taken and no other will do.
    pub async fn serve_api(&self, port: Port) -> io::Result<ApiView> {
        let Loopback { listeners, port, wanted_taken } = match port {
            Port::Exactly(port) => listen::bind_exactly(port).await?,
            Port::From(port) => listen::bind_next_free(port).await?,
        };
        let view = ApiView {
            base_url: format!("http://localhost:{port}"),
            port,
            wanted_port_taken: wanted_taken,
        };
        let shutdown = CancellationToken::new();
        let served = Served { view: view.clone(), _shutdown: shutdown.clone().drop_guard() };
        let serving =
            resource_server::serve(listeners, self.0.api.clone(), shutdown.cancelled_owned());
        tokio::spawn(async move {
            if let Err(error) = serving.await {
                tracing::error!(%error, "the protected API stopped");
            }
        });
        *self.0.served.lock() = Some(served);
        self.emit_workspace();
        Ok(view)
    }

    /// Puts another set-up in place of the present one and looks at it.
    ///
    /// # Errors
    /// Where its certificate authority cannot be used.
    pub async fn replace(&self, setup: Setup) -> Result<(), HttpError> {
        self.quiet().await;
        let inner = &self.0;
        let ca_file = setup.workspace().ca_file.clone();
        *inner.http.lock() = Http::new(options(&inner.transcript, &inner.clock, ca_file))?;
        *inner.setup.lock() = setup;
        *inner.introspector.lock() = None;
        *inner.report.lock() = None;
        inner.tokens.lock().clear();
        inner.sandbox.lock().take();
        inner.opened.fetch_add(1, Ordering::Relaxed);
        self.look().await;
        Ok(())
    }

    /// Stops the run under way and waits until it has told of its end.
    async fn quiet(&self) {
        self.stop();
        let mut under_way = self.0.under_way.subscribe();
        // The sender lives as long as this workbench.
        let _ = under_way.wait_for(|runs| *runs == 0).await;
    }

    /// Changes what should happen; a run under way goes on.
    pub async fn expect<R>(&self, change: impl FnOnce(&mut Setup) -> R) -> R {
        let result = change(&mut self.0.setup.lock());
        self.emit_workspace();
        result
    }

    /// Changes what is called, by whom or where, and looks at it again. A run under way is stopped:
    /// half of it would have met another set-up.
    pub async fn change<R>(&self, change: impl FnOnce(&mut Setup) -> R) -> R {
        self.quiet().await;
        let result = change(&mut self.0.setup.lock());
        self.look().await;
        result
    }

    /// Asks discovery where it is not known yet, and hands the API what it needs.
    pub async fn look(&self) {
        let inner = &self.0;
        let (asked, typed) = {
            let mut setup = inner.setup.lock();
            (setup.begin_discovery(), setup.workspace().issuer.clone())
        };
        if let Some((address, allow_http)) = asked {
            self.emit_workspace();
            let http = inner.http.lock().clone();
            let outcome = discover(&http, &address, allow_http).await;
            let mut setup = inner.setup.lock();
            // Somebody may have typed another address meanwhile.
            if setup.workspace().issuer == typed {
                setup.set_discovery(outcome);
            }
        }
        self.configure_api();
        self.emit_workspace();
    }

    fn configure_api(&self) {
        let inner = &self.0;
        let Ok(plan) = inner.setup.lock().plan() else {
            *inner.introspector.lock() = None;
            inner.api.unconfigure();
            return;
        };
        let http = inner.http.lock().clone();
        let introspector = Introspector::new(http, plan.discovery, plan.api_key);
        *inner.introspector.lock() = Some(introspector.clone());
        let (project_id, endpoints) = (plan.project_id, plan.endpoints);
        inner.api.configure(ApiConfig { introspector, project_id, endpoints });
    }

    /// Begins to call the roll; events tell the rest. Answers the run's number.
    ///
    /// # Errors
    /// [`CallError`]; nothing was called then.
    pub async fn start(&self, only: Only) -> Result<u64, CallError> {
        let (number, calling) = self.prepare(only).await?;
        tokio::spawn(calling);
        Ok(number)
    }

    /// Calls the roll and waits for its end.
    ///
    /// # Errors
    /// [`CallError`]; nothing was called then.
    pub async fn call(&self, only: Only) -> Result<Outcome, CallError> {
        let (_, calling) = self.prepare(only).await?;
        Ok(calling.await)
    }

    async fn prepare(
        &self,
        only: Only,
    ) -> Result<(u64, impl Future<Output = Outcome> + use<>), CallError> {
        // An issuer that was unreachable a minute ago may be back.
        if self.0.setup.lock().discovery().is_none() {
            self.0.setup.lock().forget_discovery();
            self.look().await;
        }
        let inner = self.0.clone();
        let base_url = inner
            .served
            .lock()
            .as_ref()
            .map(|s| s.view.base_url.clone())
            .ok_or(CallError::NoApi)?;
        let plan = inner.setup.lock().plan()?;
        let introspector = inner.introspector.lock().clone().ok_or(CallError::NoApi)?;
        let cancel = CancellationToken::new();
        let number = inner.runs.fetch_add(1, Ordering::Relaxed);
        {
            let mut run = inner.run.lock();
            if run.is_some() {
                return Err(CallError::Busy);
            }
            *run = Some((number, cancel.clone()));
        }
        inner.under_way.send_modify(|runs| *runs += 1);
        let ended = Ended(self.clone(), number);
        let stage = Stage {
            http: inner.http.lock().clone(),
            transcript: inner.transcript.clone(),
            api: inner.api.clone(),
            introspector,
            base_url,
            clock: inner.clock.clone(),
            emit: inner.emit.clone(),
        };
        let previous = inner.report.lock().clone().map(|(.., report)| report);
        let tokens = inner.tokens.clone();
        let bench = self.clone();
        let calling = async move {
            let outcome =
                roll_call::call(number, plan, stage, only, tokens, previous, cancel).await;
            let at = roll_call::say(bench.0.clock.now());
            let roll_call::Outcome { report, cancelled, learned } = outcome.clone();
            *bench.0.report.lock() = Some((number, at.clone(), report.clone()));
            if let Some(project_id) = learned {
                bench.0.setup.lock().learn_project(&project_id);
                bench.emit_workspace();
            }
            // Whoever hears of the end may call again at once.
            ended.make_room();
            (bench.0.emit)(Event::RunFinished { run: number, at, cancelled, report });
            drop(ended);
            outcome
        };
        Ok((number, calling))
    }

    /// Stops the run under way; what was done is kept.
    pub fn stop(&self) {
        if let Some((_, cancel)) = &*self.0.run.lock() {
            cancel.cancel();
        }
    }

    /// Saves the workspace.
    ///
    /// # Errors
    /// [`WorkspaceError`].
    pub fn save(&self, path: Option<&Path>) -> Result<std::path::PathBuf, WorkspaceError> {
        let saved = self.0.setup.lock().save(path);
        self.emit_workspace();
        saved
    }

    /// Shows the built-in issuer's world beside the workspace, or takes it away.
    pub fn show_sandbox(&self, sandbox: Option<SandboxView>) {
        *self.0.sandbox.lock() = sandbox;
        self.emit_workspace();
    }

    /// Reads from the set-up.
    pub fn with_setup<R>(&self, read: impl FnOnce(&Setup) -> R) -> R {
        read(&self.0.setup.lock())
    }

    /// The exchanges so far, with their secrets.
    pub fn transcript(&self) -> &Transcript {
        &self.0.transcript
    }

    /// Lets go of the token of a service user, so that its next call asks for a new one.
    pub fn forget_token(&self, user_id: &str) {
        let setup = self.0.setup.lock();
        let held = |m: &&Member| m.key.read.as_ref().is_ok_and(|key| key.user_id == user_id);
        for member in setup.members().iter().filter(held) {
            self.0.tokens.lock().remove(&member.label);
        }
    }

    /// The token that a row has.
    pub fn token(&self, label: &str) -> Option<Token> {
        let setup = self.0.setup.lock();
        let issuer = &setup.discovery()?.issuer;
        let member = setup.members().iter().find(|member| member.label == label)?;
        let key = member.key.read.as_ref().ok()?;
        let kept = self.0.tokens.lock().get(label).cloned()?;
        (kept.issuer == *issuer && kept.key_id == key.key_id).then_some(kept.token)
    }

    /// The last report.
    pub fn report(&self) -> Option<Report> {
        self.0.report.lock().clone().map(|(.., report)| report)
    }

    /// The state of everything, for people.
    pub fn view(&self) -> WorkspaceView {
        let mut view = self.0.setup.lock().view(self.0.clock.now());
        view.api = self.0.served.lock().as_ref().map(|served| served.view.clone());
        view.sandbox = self.0.sandbox.lock().clone();
        view.opened = self.0.opened.load(Ordering::Relaxed);
        view
    }

    /// What a window that begins to listen now must be told to show the truth.
    pub fn so_far(&self) -> Vec<Event> {
        let inner = &self.0;
        let mut events = vec![Event::Workspace { workspace: Box::new(self.view()) }];
        let exchanges = inner.transcript.all();
        events.extend(exchanges.into_iter().map(|e| Event::Exchange { exchange: Box::new(e) }));
        if let Some((run, at, report)) = inner.report.lock().clone() {
            events.push(Event::RunFinished { run, at, cancelled: false, report });
        }
        events
    }

    fn emit_workspace(&self) {
        let _telling = self.0.telling.lock();
        (self.0.emit)(Event::Workspace { workspace: Box::new(self.view()) });
    }
}

/// Counts a run as ended when dropped, however it ends; the next one can begin.
struct Ended(Workbench, u64);

impl Ended {
    /// Lets the next run begin; it may have begun already.
    fn make_room(&self) {
        self.0.0.run.lock().take_if(|(number, _)| *number == self.1);
    }
}

impl Drop for Ended {
    fn drop(&mut self) {
        self.make_room();
        self.0.0.under_way.send_modify(|runs| *runs -= 1);
    }
}

fn options(
    transcript: &Transcript,
    clock: &Arc<dyn Clock>,
    ca_file: Option<std::path::PathBuf>,
) -> HttpOptions {
    HttpOptions { transcript: transcript.clone(), clock: clock.clone(), ca_file, retries: RETRIES }
}
