//! Serves the endpoints on listeners that the caller bound, with bounds on what a connection may cost.

use std::{
    future::{Future, poll_fn},
    io,
    pin::pin,
    sync::Arc,
    task::Poll,
    time::Duration,
};

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    task::JoinSet,
    time::{sleep, timeout},
};

use crate::Sandbox;

/// Connections at once, each with one request at a time; further ones wait to be accepted.
const MAX_CONNECTIONS: usize = 512;
/// Request line and headers together.
const MAX_HEAD_BYTES: usize = 32 * 1024;
/// For a request's head to arrive, and for an idle connection to be used again.
const HEAD_TIME: Duration = Duration::from_secs(30);
/// For requests under way when the server is told to stop.
const FAREWELL_TIME: Duration = Duration::from_secs(5);
/// After the system refused a connection, for example because no file handles are left.
const BREATHER: Duration = Duration::from_millis(200);

impl Sandbox {
    /// Serves on all `listeners`, which ought to be loopback only, until `shutdown` ends; requests
    /// under way are then finished, for at most five seconds.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidInput`] without a listener. What fails on one connection ends only that
    /// connection.
    pub async fn serve(
        &self,
        listeners: Vec<TcpListener>,
        shutdown: impl Future<Output = ()>,
    ) -> io::Result<()> {
        if listeners.is_empty() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "there is nothing to listen on",
            ));
        }
        let router = self.router();
        let slots = Arc::new(Semaphore::new(MAX_CONNECTIONS));
        let graceful = GracefulShutdown::new();
        let mut connections = JoinSet::new();
        let mut shutdown = pin!(shutdown);
        loop {
            tokio::select! {
                () = &mut shutdown => break,
                Some(_) = connections.join_next() => {}
                accepted = accept(&listeners, &slots) => match accepted {
                    Ok((stream, slot)) => {
                        connections.spawn(talk(stream, router.clone(), graceful.watcher(), slot));
                    }
                    Err(error) => tracing::warn!(%error, "a connection was not accepted"),
                },
            }
        }
        drop(listeners);
        if timeout(FAREWELL_TIME, graceful.shutdown()).await.is_err() {
            tracing::debug!("requests were still under way");
        }
        connections.shutdown().await;
        Ok(())
    }
}

/// The next connection on any listener, once there is room for it.
async fn accept(
    listeners: &[TcpListener],
    slots: &Arc<Semaphore>,
) -> io::Result<(TcpStream, OwnedSemaphorePermit)> {
    let slot = Arc::clone(slots).acquire_owned().await.map_err(io::Error::other)?;
    let accepted = poll_fn(|context| {
        for listener in listeners {
            if let Poll::Ready(accepted) = listener.poll_accept(context) {
                return Poll::Ready(accepted);
            }
        }
        Poll::Pending
    });
    match accepted.await {
        Ok((stream, _)) => Ok((stream, slot)),
        Err(error) => {
            sleep(BREATHER).await;
            Err(error)
        }
    }
}

async fn talk(stream: TcpStream, router: Router, watcher: Watcher, slot: OwnedSemaphorePermit) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "Nagle's algorithm stays on");
    }
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_buf_size(MAX_HEAD_BYTES)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(%error, "a connection broke");
    }
    drop(slot);
}
