//! The last report with everything that it stands on, to be handed on.

use std::sync::atomic::Ordering;

use contract::{Report, report::ReportFormat};
use zitadel_client::exchange::Watchlist;

use super::Workbench;
use crate::{
    report::{HandOnError, HandedOn, Parts},
    roll_call,
};

impl Workbench {
    /// The last report and every exchange of this workspace; `None` before the first roll call.
    ///
    /// # Errors
    /// Where it cannot be put together.
    pub fn hand_on(&self) -> Option<Result<HandedOn, HandOnError>> {
        self.report().map(|report| self.hand_on_as(report))
    }

    /// As [`Workbench::hand_on`], with the report as somebody has judged it.
    ///
    /// # Errors
    /// Where it cannot be put together.
    pub fn hand_on_as(&self, report: Report) -> Result<HandedOn, HandOnError> {
        let inner = &self.0;
        let last = self.last();
        let setup = inner.setup.lock().clone();
        let workspace = setup.workspace();
        let keys = workspace.api_key.iter().chain(workspace.users.iter().map(|user| &user.key));
        let files = keys.chain(&workspace.ca_file).cloned().chain(setup.path().map(Into::into));
        // What was said before this workspace was opened belongs to another.
        let before = inner.opened_after.load(Ordering::Relaxed);
        let mut exchanges = inner.transcript.all();
        exchanges.retain(|exchange| exchange.id > before);
        exchanges.sort_by_key(|exchange| exchange.id);
        HandedOn::new(Parts {
            report,
            exchanges,
            files: files.collect(),
            workspace,
            dated_back: inner.dated_back.load(Ordering::Relaxed),
            made_at: roll_call::say(inner.clock.now()),
            called_at: last.as_ref().map(|last| last.at.clone()),
            cancelled: last.is_some_and(|last| last.cancelled),
        })
    }

    /// A handed-on report as a file's text. It takes its time where there are thousands of exchanges.
    ///
    /// # Errors
    /// [`HandOnError::Secret`] where any secret that this program knows would stand in it.
    pub fn written(&self, handed: &HandedOn, format: ReportFormat) -> Result<String, HandOnError> {
        let setup = self.0.setup.lock().clone();
        let watchlist = Watchlist::new(&self.0.transcript, setup.private_keys())
            .map_err(|error| HandOnError::Unwritable(error.to_string()))?;
        handed.written(format, &watchlist)
    }
}
