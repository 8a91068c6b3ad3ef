//! Changes of the set-up, one after the other, and what the issuer says of itself.

use std::{path::PathBuf, sync::atomic::Ordering};

use contract::event::WatchEnd;
use tokio::{
    sync::MutexGuard,
    task::{JoinError, spawn_blocking},
};
use zitadel_client::{Http, discovery::discover, http::HttpError};

use super::{CallError, Workbench, options};
use crate::{setup::Setup, workspace::WorkspaceError};

impl Workbench {
    /// Puts another set-up in place of the present one and looks at it.
    ///
    /// # Errors
    /// Where its certificate authority cannot be used.
    pub async fn replace(&self, setup: Setup) -> Result<(), HttpError> {
        self.put(setup).await?;
        self.look().await;
        Ok(())
    }

    /// Puts another set-up in place of the present one; whoever does so looks at it next. What was
    /// under way is stopped.
    ///
    /// # Errors
    /// Where its certificate authority cannot be used; nothing is replaced then.
    pub async fn put(&self, setup: Setup) -> Result<(), HttpError> {
        let inner = &self.0;
        let http = self.client(setup.workspace().ca_file.clone(), self.settings().retries).await?;
        let _turn = inner.changing.lock().await;
        self.rest().await;
        *inner.http.lock() = http;
        *inner.setup.lock() = setup;
        *inner.introspector.lock() = None;
        *inner.last.lock() = None;
        inner.tokens.lock().clear();
        inner.managed.lock().take();
        inner.dated_back.store(0, Ordering::Relaxed);
        inner.past.clear();
        inner.sandbox.lock().take();
        inner.opened.fetch_add(1, Ordering::Relaxed);
        inner.opened_after.store(inner.transcript.latest_begun(), Ordering::Relaxed);
        Ok(())
    }

    /// A client that trusts this authority besides the system's, and repeats so often.
    pub(super) async fn client(
        &self,
        ca_file: Option<PathBuf>,
        retries: u32,
    ) -> Result<Http, HttpError> {
        let options = options(&self.0.transcript, &self.0.clock, ca_file, retries);
        finished(spawn_blocking(move || Http::new(options)).await)
    }

    /// Stops the run and the watch under way and waits until they have told of their end.
    pub(super) async fn rest(&self) {
        self.end_watch(WatchEnd::Changed);
        self.stop();
        let mut under_way = self.0.under_way.subscribe();
        // The sender lives as long as this workbench.
        let _ = under_way.wait_for(|doing| doing.runs == 0 && doing.watches == 0).await;
    }

    /// Changes what should happen; a run or a watch under way goes on.
    pub async fn expect<R>(&self, change: impl FnOnce(&mut Setup) -> R) -> R {
        let _turn = self.0.changing.lock().await;
        let result = change(&mut self.0.setup.lock());
        self.emit_workspace();
        result
    }

    /// Changes what is called, by whom or where, and looks at it again. A run or a watch under way
    /// is stopped: half of it would have met another set-up.
    pub async fn change<R>(&self, change: impl FnOnce(&mut Setup) -> R) -> R {
        let result = {
            let _turn = self.0.changing.lock().await;
            self.rest().await;
            change(&mut self.0.setup.lock())
        };
        self.look().await;
        result
    }

    /// As [`Workbench::change`], for changes that read files: those may lie on a slow disk, and
    /// trying a key takes its time.
    pub async fn change_files<R: Send + 'static>(
        &self,
        change: impl FnOnce(&mut Setup) -> R + Send + 'static,
    ) -> R {
        let result = self.put_files(change).await;
        self.look().await;
        result
    }

    /// As [`Workbench::change_files`]; whoever does so looks at it next.
    pub async fn put_files<R: Send + 'static>(
        &self,
        change: impl FnOnce(&mut Setup) -> R + Send + 'static,
    ) -> R {
        let _turn = self.0.changing.lock().await;
        self.rest().await;
        self.apart(change).await
    }

    /// Dates signatures back by so many seconds more (on, where negative): this machine's clock is
    /// wrong by them; 0 goes back to this machine's own time. A run or a watch under way is stopped.
    pub async fn date_back(&self, seconds: i64) {
        {
            let _turn = self.0.changing.lock().await;
            self.rest().await;
            match seconds {
                0 => self.0.dated_back.store(0, Ordering::Relaxed),
                more => drop(self.0.dated_back.fetch_add(more, Ordering::Relaxed)),
            }
            self.0.tokens.lock().clear();
        }
        self.look().await;
    }

    /// Sends, and dates signatures as somebody said.
    pub(super) fn http(&self) -> Http {
        let back = self.0.dated_back.load(Ordering::Relaxed);
        self.0.http.lock().dated_back(back)
    }

    /// Saves the workspace.
    ///
    /// # Errors
    /// [`WorkspaceError`].
    pub async fn save(&self, path: Option<PathBuf>) -> Result<PathBuf, WorkspaceError> {
        let saved = {
            let _turn = self.0.changing.lock().await;
            self.apart(move |setup| setup.save(path.as_deref())).await
        };
        self.emit_workspace();
        saved
    }

    /// Works on a copy of the set-up, away from whoever wants to see it. Its caller holds
    /// [`super::Inner::changing`], so that meanwhile nothing comes in but answers.
    async fn apart<R: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Setup) -> R + Send + 'static,
    ) -> R {
        let before = self.0.setup.lock().clone();
        let mut copy = before.clone();
        let work = spawn_blocking(move || {
            let result = work(&mut copy);
            (copy, result)
        });
        let (mut changed, result) = finished(work.await);
        let mut current = self.0.setup.lock();
        changed.catch_up(&before, &current);
        *current = changed;
        result
    }

    /// Asks discovery where it is not known and nobody asks already, and hands the API what it needs.
    pub async fn look(&self) {
        let inner = &self.0;
        let question = inner.questions.fetch_add(1, Ordering::Relaxed);
        let asked = inner.setup.lock().begin_discovery(question);
        let asking = Asking(self, question);
        let outcome = match asked {
            None => None,
            Some((address, allow_http)) => {
                self.emit_workspace();
                let http = inner.http.lock().clone();
                Some(discover(&http, &address, allow_http).await)
            }
        };
        {
            // Together, since whoever waits for the answer calls at once.
            let mut setup = inner.setup.lock();
            if let Some(outcome) = outcome {
                setup.set_discovery(question, outcome);
            }
            self.configure_api(&setup);
        }
        drop(asking);
        let unplaced = inner.setup.lock().target_to_place();
        if let Some(address) = unplaced {
            self.emit_workspace();
            let place = address.place().await;
            inner.setup.lock().set_target_place(address, place);
        }
        self.emit_workspace();
    }

    /// Names somebody's own API, or none. Tokens go to an address that is neither this machine nor
    /// private only with `allow_public`; the view says where that is to be asked for.
    pub async fn set_target(&self, typed: Option<&str>, allow_public: bool) {
        self.change(|setup| setup.set_target(typed, allow_public)).await;
    }

    /// Waits until the issuer is known or cannot be used, or nobody typed any. Whoever could not be
    /// used is asked again.
    pub(super) async fn look_again(&self) {
        self.0.setup.lock().forgive();
        self.until_looked().await;
    }

    /// As [`Workbench::look_again`], then waits for its turn: nothing else changes or begins to call
    /// as long as that is held.
    pub(super) async fn turn_to_call(&self) -> Result<MutexGuard<'_, ()>, CallError> {
        let inner = &self.0;
        let opened = inner.opened.load(Ordering::Relaxed);
        self.look_again().await;
        loop {
            let turn = inner.changing.lock().await;
            if inner.opened.load(Ordering::Relaxed) != opened {
                return Err(CallError::Replaced);
            }
            // Whoever had the turn before may have changed whom to ask.
            let known = {
                let setup = inner.setup.lock();
                !setup.is_to_be_asked() && !setup.is_being_asked()
            };
            if known {
                return Ok(turn);
            }
            drop(turn);
            self.until_looked().await;
        }
    }

    /// Waits for the answer of the issuer, and asks it where nobody does.
    async fn until_looked(&self) {
        if self.0.setup.lock().is_to_be_asked() {
            self.look().await;
        }
        let mut looked = self.0.looked.subscribe();
        // The sender lives as long as this workbench.
        let _ = looked.wait_for(|()| !self.0.setup.lock().is_being_asked()).await;
    }
}

/// A look at the issuer, by its question. However it ends, whoever waits for it hears of that.
struct Asking<'a>(&'a Workbench, u64);

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        self.0.0.setup.lock().end_discovery(self.1);
        self.0.0.looked.send_replace(());
    }
}

/// What came of blocking work, whose panic is the caller's.
fn finished<R>(work: Result<R, JoinError>) -> R {
    match work {
        Ok(result) => result,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}
