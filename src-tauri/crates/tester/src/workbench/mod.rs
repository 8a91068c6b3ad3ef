//! A set-up, the protected API and the roll call, live: the one thing that the window and the
//! command line both hold.
//!
//! Everything that happens is emitted as an [`Event`], in order. No lock but that of
//! [`Inner::changing`] is held over an await, and none while a file is read.
//!
//! - `serving`: the protected API
//! - `setting_up`: changes of the set-up, and what the issuer says of itself
//! - `settings`: how it goes about its work
//! - `calling`: the roll call
//! - `handing_on`: the last report, to be handed on
//! - `managing`: changes in ZITADEL itself, and what a finding offers to do
//! - `watching`: the same calls again and again

mod calling;
mod handing_on;
mod managing;
mod serving;
mod setting_up;
mod settings;
mod watching;

use std::sync::{
    Arc,
    atomic::{AtomicI64, AtomicU64, Ordering},
};

use contract::{
    Event, Report,
    workspace::{SandboxView, WorkspaceView},
};
use parking_lot::Mutex;
use resource_server::ProtectedApi;
use tokio::sync::watch;
use zitadel_client::{
    Clock, Http, SystemClock,
    exchange::Transcript,
    http::{HttpError, HttpOptions},
    introspection::Introspector,
    token::Token,
};

pub use self::{
    calling::CallError,
    managing::{ChangeError, ManagedAs},
    serving::{GUIDE_PORT, Port},
    settings::SettingsError,
};
use self::{
    calling::{Doing, Last, UnderWay},
    serving::Served,
};
use crate::{
    changes::Changes,
    roll_call::Tokens,
    settings::Settings,
    setup::{Member, Setup},
    target::Past,
};

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
    /// Held by whoever changes the set-up or begins to call, so that one comes after the other.
    changing: tokio::sync::Mutex<()>,
    /// Numbers the questions for discovery.
    questions: AtomicU64,
    /// Told whenever the issuer was looked at.
    looked: watch::Sender<()>,
    /// Made anew with each workspace, which may name a certificate authority of its own.
    http: Mutex<Http>,
    introspector: Mutex<Option<Introspector>>,
    tokens: Tokens,
    past: Past,
    last: Mutex<Option<Last>>,
    /// Shared with the transcript's sink: a watch hears of every exchange.
    doing: Arc<Mutex<Doing>>,
    /// What has not told of its end yet.
    under_way: watch::Sender<UnderWay>,
    opened: AtomicU64,
    /// The last exchange before the present workspace was opened.
    opened_after: AtomicU64,
    /// Held while the window is told of the set-up, so that the newest is told last.
    telling: Mutex<()>,
    runs: AtomicU64,
    /// Seconds that signatures are dated back by.
    dated_back: AtomicI64,
    changes: Changes,
    managed: Mutex<Option<managing::Managed>>,
    sandbox: Mutex<Option<SandboxView>>,
    settings: Mutex<Settings>,
}

impl Workbench {
    /// An empty workbench. Nothing listens and nothing is sent yet.
    ///
    /// # Errors
    /// Where no HTTP client can be made on this machine.
    pub fn new(emit: Emit) -> Result<Self, HttpError> {
        Self::with_settings(emit, Settings::default())
    }

    /// The same with settings of one's own.
    ///
    /// # Errors
    /// Where no HTTP client can be made on this machine.
    pub fn with_settings(emit: Emit, settings: Settings) -> Result<Self, HttpError> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let doing = Arc::<Mutex<Doing>>::default();
        let (exchanges, heard_by) = (emit.clone(), doing.clone());
        let transcript = Transcript::new(move |exchange| {
            let watch = heard_by.lock().watch.clone();
            exchanges(Event::Exchange { exchange: Box::new(exchange.clone()) });
            if let Some(watch) = watch {
                watch.hear(exchange);
            }
        });
        let http = Http::new(options(&transcript, &clock, None, settings.retries))?;
        Ok(Self(Arc::new(Inner {
            emit,
            clock,
            transcript,
            api: ProtectedApi::new(),
            served: Mutex::default(),
            setup: Mutex::default(),
            changing: tokio::sync::Mutex::default(),
            questions: AtomicU64::new(1),
            looked: watch::Sender::new(()),
            http: Mutex::new(http),
            introspector: Mutex::default(),
            tokens: Tokens::default(),
            past: Past::default(),
            last: Mutex::default(),
            doing,
            under_way: watch::Sender::new(UnderWay::default()),
            opened: AtomicU64::new(0),
            opened_after: AtomicU64::new(0),
            telling: Mutex::default(),
            runs: AtomicU64::new(1),
            dated_back: AtomicI64::new(0),
            changes: Changes::default(),
            managed: Mutex::default(),
            sandbox: Mutex::default(),
            settings: Mutex::new(settings),
        })))
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

    /// What Rolecall changes in ZITADEL itself is noted here, best right before the change is sent: a
    /// call may show it before its answer is back. A watch tells how long it took to show.
    pub fn changes(&self) -> &Changes {
        &self.0.changes
    }

    /// The exchanges so far, with their secrets.
    pub fn transcript(&self) -> &Transcript {
        &self.0.transcript
    }

    /// Lets go of the token of a service user, so that its next call asks for a new one. A watch
    /// goes on with the token that it has.
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

    /// The last report, as current as the watch under way made it.
    pub fn report(&self) -> Option<Report> {
        self.last().map(|last| last.report)
    }

    fn last(&self) -> Option<Last> {
        let watched = self.0.doing.lock().watch.as_ref().and_then(|watch| watch.report());
        let last = self.0.last.lock().clone()?;
        Some(Last { report: watched.unwrap_or(last.report), ..last })
    }

    /// The state of everything, for people.
    pub fn view(&self) -> WorkspaceView {
        let settings = self.settings();
        let mut view = self.0.setup.lock().view(self.0.clock.now(), &settings);
        view.api = self.0.served.lock().as_ref().map(|served| served.view.clone());
        view.sandbox = self.0.sandbox.lock().clone();
        view.management = self.management_view();
        view.dated_back = self.0.dated_back.load(Ordering::Relaxed);
        view.opened = self.0.opened.load(Ordering::Relaxed);
        view
    }

    /// What a window that begins to listen now must be told to show the truth.
    pub fn so_far(&self) -> Vec<Event> {
        let inner = &self.0;
        let mut events = vec![Event::Workspace { workspace: Box::new(self.view()) }];
        let exchanges = inner.transcript.all();
        events.extend(exchanges.into_iter().map(|e| Event::Exchange { exchange: Box::new(e) }));
        if let Some(Last { run, at, cancelled, report }) = self.last() {
            events.push(Event::RunFinished { run, at, cancelled, report });
        }
        let watch = inner.doing.lock().watch.clone();
        if let Some(watch) = watch {
            events.extend(watch.so_far());
        }
        events
    }

    fn emit_workspace(&self) {
        let _telling = self.0.telling.lock();
        (self.0.emit)(Event::Workspace { workspace: Box::new(self.view()) });
    }
}

fn options(
    transcript: &Transcript,
    clock: &Arc<dyn Clock>,
    ca_file: Option<std::path::PathBuf>,
    retries: u32,
) -> HttpOptions {
    HttpOptions { transcript: transcript.clone(), clock: clock.clone(), ca_file, retries }
}
