//! Changes of the set-up, one after the other, and what the issuer says of itself.

use std::{path::PathBuf, sync::atomic::Ordering};

use contract::event::WatchEnd;
use tokio::task::{JoinError, spawn_blocking};
use zitadel_client::{Http, discovery::discover, http::HttpError};

use super::{Workbench, options};
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
        {
            let mut current = inner.setup.lock();
            *current = setup;
            // Answers to the last set-up's questions are none to this one's.
            inner.asked.fetch_add(1, Ordering::Relaxed);
        }
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
        let result = {
            let _turn = self.0.changing.lock().await;
            self.rest().await;
            self.apart(change).await
        };
        self.look().await;
        result
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

    /// Asks discovery where it is not known yet, and hands the API what it needs.
    pub async fn look(&self) {
        let inner = &self.0;
        let (asked, number) = {
            let mut setup = inner.setup.lock();
            let asked = setup.begin_discovery();
            let number = match asked {
                Some(_) => inner.asked.fetch_add(1, Ordering::Relaxed) + 1,
                None => inner.asked.load(Ordering::Relaxed),
            };
            (asked.map(|to| (to, setup.workspace().issuer.clone())), number)
        };
        if let Some(((address, allow_http), typed)) = asked {
            self.emit_workspace();
            let http = inner.http.lock().clone();
            let outcome = discover(&http, &address, allow_http).await;
            let mut setup = inner.setup.lock();
            // Somebody may have asked anew meanwhile, or typed what cannot be asked.
            let newest = inner.asked.load(Ordering::Relaxed) == number;
            if newest && setup.workspace().issuer == typed {
                setup.set_discovery(outcome);
            }
        }
        let unplaced = inner.setup.lock().target_to_place();
        if let Some(address) = unplaced {
            let place = address.place().await;
            inner.setup.lock().set_target_place(address, place);
        }
        self.configure_api();
        self.emit_workspace();
    }

    /// Names somebody's own API, or none. Tokens go to an address that is neither this machine nor
    /// private only with `allow_public`; the view says where that is to be asked for.
    pub async fn set_target(&self, typed: Option<&str>, allow_public: bool) {
        self.change(|setup| setup.set_target(typed, allow_public)).await;
    }

    /// Asks discovery anew, whatever is known.
    pub async fn look_anew(&self) {
        self.0.setup.lock().forget_discovery();
        self.look().await;
    }

    /// An issuer that was unreachable a minute ago may be back.
    pub(super) async fn look_again(&self) {
        let unknown = {
            let mut setup = self.0.setup.lock();
            let unknown = setup.discovery().is_none();
            if unknown {
                setup.forget_discovery();
            }
            unknown
        };
        if unknown {
            self.look().await;
        }
    }
}

/// What came of blocking work, whose panic is the caller's.
fn finished<R>(work: Result<R, JoinError>) -> R {
    match work {
        Ok(result) => result,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}
