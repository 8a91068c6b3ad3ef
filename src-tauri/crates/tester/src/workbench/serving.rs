//! The protected API: where it listens, and what it goes by.

use std::{io, time::Duration};

use contract::workspace::ApiView;
use resource_server::ApiConfig;
use tokio_util::sync::{CancellationToken, DropGuard};
use zitadel_client::introspection::Introspector;

use super::Workbench;
use crate::{
    listen::{self, Loopback},
    setup::Setup,
};

/// The port of ZITADEL's API guide.
pub const GUIDE_PORT: u16 = 8000;

/// Which port the protected API should take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Port {
    /// This one or none.
    Exactly(u16),
    /// This one, or the next free one after it.
    From(u16),
}

/// The protected API while it is served; dropped, it shuts down.
pub(super) struct Served {
    pub(super) view: ApiView,
    /// The port that it was to be served on.
    wanted: u16,
    _shutdown: DropGuard,
}

impl Workbench {
    /// Serves the protected API, instead of where it was served before.
    ///
    /// # Errors
    /// [`io::ErrorKind::AddrInUse`] where the wanted port is taken and no other will do.
    pub async fn serve_api(&self, port: Port) -> io::Result<ApiView> {
        let (Port::Exactly(wanted) | Port::From(wanted)) = port;
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
        let served =
            Served { view: view.clone(), wanted, _shutdown: shutdown.clone().drop_guard() };
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

    /// Serves the protected API on the port that the set-up wants, or the next free one, unless it is
    /// served so already.
    ///
    /// # Errors
    /// Where no port near it is free.
    pub async fn serve_as_set_up(&self) -> io::Result<()> {
        let wanted = self.wanted_port();
        if let Some(served) = &mut *self.0.served.lock() {
            if served.view.port == wanted {
                served.wanted = wanted;
                served.view.wanted_port_taken = None;
            }
            if served.wanted == wanted {
                return Ok(());
            }
        }
        self.serve_api(Port::From(wanted)).await.map(drop)
    }

    /// The same after a change that ended every call, so that the API may go back to the port that
    /// the set-up wants.
    ///
    /// # Errors
    /// Where no port near it is free.
    pub async fn serve_anew(&self) -> io::Result<()> {
        self.return_to_wanted_port().await;
        self.serve_as_set_up().await
    }

    /// Where the wanted port was taken, it may be free by now; while it is not, the API stays where it
    /// is. Calls under way would find nobody at the old port.
    pub(super) async fn return_to_wanted_port(&self) {
        let wanted = self.wanted_port();
        let taken = self.0.served.lock().as_ref().and_then(|served| served.view.wanted_port_taken);
        if taken == Some(wanted)
            && let Err(error) = self.serve_api(Port::Exactly(wanted)).await
        {
            tracing::debug!(%error, "the wanted port is still taken");
        }
    }

    fn wanted_port(&self) -> u16 {
        self.0.setup.lock().workspace().port.unwrap_or(GUIDE_PORT)
    }

    /// Hands the API what it needs, where that is known.
    pub(super) fn configure_api(&self, setup: &Setup) {
        let inner = &self.0;
        let Ok(plan) = setup.plan() else {
            *inner.introspector.lock() = None;
            inner.api.unconfigure();
            return;
        };
        let http = self.http();
        let introspector = Introspector::new(http, plan.discovery, plan.api_key);
        *inner.introspector.lock() = Some(introspector.clone());
        let (project_id, endpoints) = (plan.project_id, plan.endpoints);
        let keep_answers = Duration::from_secs(self.settings().cache_seconds.into());
        inner.api.configure(ApiConfig { introspector, project_id, endpoints, keep_answers });
    }
}
