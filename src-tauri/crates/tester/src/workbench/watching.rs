//! Keeping on calling: one watch at a time, until somebody wants something else.

use std::sync::Arc;

use contract::{Event, event::WatchEnd};

use super::{CallError, Workbench};
use crate::{
    expectation,
    roll_call::{self, Running},
    watch::{Surroundings, Watch, WatchOptions},
};

impl Workbench {
    /// Begins to watch, in place of the watch under way; events tell the rest. Where there is no
    /// report of these rows and doors yet, the roll is called first.
    ///
    /// # Errors
    /// [`CallError`]; nothing was called then. It is busy while the roll is called by hand.
    pub async fn start_watch(&self, options: WatchOptions) -> Result<(), CallError> {
        let _turn = self.turn_to_call().await?;
        self.ready()?;
        self.end_watch(WatchEnd::Stopped);
        self.unwatched().await;
        let inner = &self.0;
        let watch =
            Watch::new(options, self.surroundings(), inner.clock.clone(), inner.emit.clone());
        let watch = Arc::new(watch);
        {
            let mut doing = inner.doing.lock();
            if doing.run.is_some() {
                return Err(CallError::Busy);
            }
            doing.watch = Some(watch.clone());
        }
        inner.under_way.send_modify(|doing| doing.watches += 1);
        let ended = Ended(self.clone(), watch.clone());
        (inner.emit)(Event::WatchStarted { watch: watch.view() });
        let bench = self.clone();
        tokio::spawn(async move {
            let reason = bench.keep_calling(&watch).await;
            let at = roll_call::say(bench.0.clock.now());
            // Whoever hears of the end may watch again at once.
            ended.make_room();
            (bench.0.emit)(Event::WatchEnded { at, reason });
        });
        Ok(())
    }

    /// Ends the watch under way; what it saw is kept.
    pub fn stop_watch(&self) {
        self.end_watch(WatchEnd::Stopped);
    }

    pub(super) fn end_watch(&self, why: WatchEnd) {
        let watch = self.0.doing.lock().watch.clone();
        if let Some(watch) = watch {
            watch.end(why);
        }
    }

    /// Waits until the watch has told of its end.
    pub(super) async fn unwatched(&self) {
        let mut under_way = self.0.under_way.subscribe();
        // The sender lives as long as this workbench.
        let _ = under_way.wait_for(|doing| doing.watches == 0).await;
    }

    fn surroundings(&self) -> Surroundings {
        let (expecting, learning) = (self.clone(), self.clone());
        Surroundings {
            expected: Box::new(move |label, endpoint| {
                let setup = expecting.0.setup.lock();
                expectation::expected(label, endpoint, &setup.workspace().expectations)
            }),
            learn: Box::new(move |project_id| learning.learn(project_id)),
        }
    }

    async fn keep_calling(&self, watch: &Watch) -> WatchEnd {
        if let Err(why) = self.call_first(watch).await {
            return why;
        }
        // The set-up cannot change without ending the watch first.
        let Ok((plan, stage)) = self.ready() else { return WatchEnd::Changed };
        let Some(last) = self.last() else { return WatchEnd::Stopped };
        let tokens = self.0.tokens.clone();
        let only = watch.only().clone();
        let run = Running::new(last.run, plan, stage, only, tokens, last.report);
        watch.call(run).await
    }

    /// Calls the roll where what was called last is not this set-up's.
    async fn call_first(&self, watch: &Watch) -> Result<(), WatchEnd> {
        let Ok((plan, stage)) = self.ready() else { return Err(WatchEnd::Changed) };
        if self.report().is_some_and(|report| roll_call::fits(&report, &plan, &stage)) {
            return Ok(());
        }
        let Ok((_, calling)) = self.begin(watch.only().clone()) else {
            return Err(WatchEnd::Stopped);
        };
        let mut calling = Box::pin(calling);
        tokio::select! {
            outcome = &mut calling => {
                if outcome.cancelled { Err(WatchEnd::Stopped) } else { Ok(()) }
            }
            why = watch.ended() => {
                // What was called is told and kept.
                self.stop();
                calling.await;
                Err(why)
            }
        }
    }
}

/// Counts a watch as ended when dropped, however it ends.
struct Ended(Workbench, Arc<Watch>);

impl Ended {
    /// Keeps what the watch saw and lets the next one begin; it may have begun already.
    fn make_room(&self) {
        let Self(bench, watch) = self;
        let mut doing = bench.0.doing.lock();
        if doing.watch.take_if(|other| Arc::ptr_eq(other, watch)).is_some()
            && let Some(report) = watch.report()
            && let Some(last) = &mut *bench.0.last.lock()
        {
            last.report = report;
        }
    }
}

impl Drop for Ended {
    fn drop(&mut self) {
        self.make_room();
        self.0.0.under_way.send_modify(|doing| doing.watches -= 1);
    }
}
