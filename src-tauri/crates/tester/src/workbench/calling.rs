//! The roll call: one at a time, and what the last one found.

use std::sync::{Arc, atomic::Ordering};

use contract::{Event, Report, event::WatchEnd};
use tokio_util::sync::CancellationToken;

use super::Workbench;
use crate::{
    roll_call::{self, Only, Outcome, Stage},
    setup::{NotReady, Plan},
    watch::Watch,
};

/// The last run and its report.
#[derive(Clone)]
pub(super) struct Last {
    pub(super) run: u64,
    /// When it ended.
    pub(super) at: contract::Timestamp,
    pub(super) cancelled: bool,
    pub(super) report: Report,
}

/// What is under way. A watch begins no run but its own, and none begins while it lasts.
#[derive(Default)]
pub(super) struct Doing {
    /// Its number, and how to stop it.
    pub(super) run: Option<(u64, CancellationToken)>,
    pub(super) watch: Option<Arc<Watch>>,
}

/// Counts what has not told of its end yet.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct UnderWay {
    pub(super) runs: usize,
    pub(super) watches: usize,
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
    /// Another workspace was opened while the call waited for its turn.
    #[error("Another workspace was opened meanwhile. Call the roll again.")]
    Replaced,
    /// The protected API does not listen.
    #[error("The protected API is not running.")]
    NoApi,
}

impl Workbench {
    /// Begins to call the roll; events tell the rest. Answers the run's number. A watch under way
    /// ends: a person's call goes before the machine's, and may leave rows with other tokens.
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
        let _turn = self.turn_to_call().await?;
        self.ready()?;
        self.end_watch(WatchEnd::Called);
        self.unwatched().await;
        self.begin(only)
    }

    /// What a run stands on and calls with.
    pub(super) fn ready(&self) -> Result<(Plan, Stage), CallError> {
        let inner = &self.0;
        let served = inner.served.lock().as_ref().map(|served| served.view.base_url.clone());
        let base_url = served.ok_or(CallError::NoApi)?;
        let plan = inner.setup.lock().plan()?;
        let introspector = inner.introspector.lock().clone().ok_or(CallError::NoApi)?;
        let stage = Stage {
            http: self.http(),
            transcript: inner.transcript.clone(),
            api: inner.api.clone(),
            introspector,
            base_url,
            clock: inner.clock.clone(),
            dated_back: inner.dated_back.load(Ordering::Relaxed),
            changes: inner.changes.clone(),
            management: self.management(),
            emit: inner.emit.clone(),
            past: inner.past.clone(),
            rows_at_once: self.settings().parallelism as usize,
        };
        Ok((plan, stage))
    }

    /// Takes the place of the run under way, where there is none.
    pub(super) fn begin(
        &self,
        only: Only,
    ) -> Result<(u64, impl Future<Output = Outcome> + use<>), CallError> {
        let (plan, stage) = self.ready()?;
        let cancel = CancellationToken::new();
        let number = self.0.runs.fetch_add(1, Ordering::Relaxed);
        {
            let mut doing = self.0.doing.lock();
            if doing.run.is_some() {
                return Err(CallError::Busy);
            }
            doing.run = Some((number, cancel.clone()));
        }
        self.0.under_way.send_modify(|doing| doing.runs += 1);
        let ended = Ended(self.clone(), number);
        let previous = self.report();
        let tokens = self.0.tokens.clone();
        let bench = self.clone();
        let calling = async move {
            // Everything that a run may ask is in it: too much for a thread's stack.
            let calling =
                Box::pin(roll_call::call(number, plan, stage, only, tokens, previous, cancel));
            let outcome = calling.await;
            let at = roll_call::say(bench.0.clock.now());
            let roll_call::Outcome { report, cancelled, learned } = outcome.clone();
            let last = Last { run: number, at: at.clone(), cancelled, report: report.clone() };
            *bench.0.last.lock() = Some(last);
            if let Some(project_id) = learned {
                bench.learn(&project_id);
            }
            // Whoever hears of the end may call again at once.
            ended.make_room();
            (bench.0.emit)(Event::RunFinished { run: number, at, cancelled, report });
            drop(ended);
            outcome
        };
        Ok((number, calling))
    }

    /// Keeps the project's id that an answer told.
    pub(super) fn learn(&self, project_id: &str) {
        {
            let mut setup = self.0.setup.lock();
            if setup.workspace().project_id.as_deref() == Some(project_id) {
                return;
            }
            setup.learn_project(project_id);
        }
        self.emit_workspace();
    }

    /// Stops the run under way; what was done is kept.
    pub fn stop(&self) {
        if let Some((_, cancel)) = &self.0.doing.lock().run {
            cancel.cancel();
        }
    }
}

/// Counts a run as ended when dropped, however it ends; the next one can begin.
struct Ended(Workbench, u64);

impl Ended {
    /// Lets the next run begin; it may have begun already.
    fn make_room(&self) {
        self.0.0.doing.lock().run.take_if(|(number, _)| *number == self.1);
    }
}

impl Drop for Ended {
    fn drop(&mut self) {
        self.make_room();
        self.0.0.under_way.send_modify(|doing| doing.runs -= 1);
    }
}
