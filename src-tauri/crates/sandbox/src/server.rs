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
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_rustls::{TlsAcceptor, rustls::ServerConfig};

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
        let tls = self.tls();
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
                        let (router, watcher) = (router.clone(), graceful.watcher());
                        connections.spawn(talk(stream, tls.clone(), router, watcher, slot));
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

/// Until the connection ends, or another certificate, or none, is to be shown.
async fn talk(
    stream: TcpStream,
    mut tls: watch::Receiver<Option<Arc<ServerConfig>>>,
    router: Router,
    watcher: Watcher,
    slot: OwnedSemaphorePermit,
) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "Nagle's algorithm stays on");
    }
    let config = tls.borrow_and_update().clone();
    let talking = async {
        match config {
            None => exchange(stream, router, watcher).await,
            Some(config) => {
                match timeout(HEAD_TIME, TlsAcceptor::from(config).accept(stream)).await {
                    Ok(Ok(stream)) => exchange(stream, router, watcher).await,
                    Ok(Err(error)) => tracing::debug!(%error, "no TLS came about"),
                    Err(_) => tracing::debug!("no TLS came about in time"),
                }
            }
        }
    };
    tokio::select! {
        () = talking => {}
        Ok(()) = tls.changed() => {}
    }
    drop(slot);
}

async fn exchange(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    router: Router,
    watcher: Watcher,
) {
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_buf_size(MAX_HEAD_BYTES)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(%error, "a connection broke");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Scene;
    use std::net::SocketAddr;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        sync::oneshot,
        task::JoinHandle,
    };

    const ASK: &str = "GET /oauth/v2/keys HTTP/1.1\r\nhost: localhost:8080\r\n";

    struct Served {
        addresses: Vec<SocketAddr>,
        stop: oneshot::Sender<()>,
        ended: JoinHandle<io::Result<()>>,
    }

    async fn served(count: usize) -> Served {
        let mut listeners = Vec::new();
        for _ in 0..count {
            listeners.push(TcpListener::bind("127.0.0.1:0").await.unwrap());
        }
        let addresses = listeners.iter().map(|l| l.local_addr().unwrap()).collect();
        let (stop, stopped) = oneshot::channel();
        let sandbox = Scene::new().sandbox;
        let serving =
            async move { sandbox.serve(listeners, async { stopped.await.unwrap() }).await };
        Served { addresses, stop, ended: tokio::spawn(serving) }
    }

    async fn talk_to(address: SocketAddr, request: &str) -> String {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        // A server that closes with unread bytes before it resets the connection.
        let _ = stream.read_to_end(&mut answer).await;
        String::from_utf8(answer).unwrap()
    }

    #[tokio::test]
    async fn every_listener_is_served() {
        let served = served(2).await;
        for address in &served.addresses {
            let answer = talk_to(*address, &format!("{ASK}connection: close\r\n\r\n")).await;
            assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        }
    }

    #[tokio::test]
    async fn without_a_listener_there_is_nothing_to_serve() {
        let error = Scene::new().sandbox.serve(vec![], async {}).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
    }

    #[tokio::test]
    async fn a_head_beyond_its_bounds_is_refused() {
        let served = served(1).await;
        let long = format!("{ASK}x-long: {}\r\n\r\n", "x".repeat(2 * MAX_HEAD_BYTES));
        let answer = talk_to(served.addresses[0], &long).await;
        assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
    }

    #[tokio::test]
    async fn stopping_ends_idle_connections_and_frees_the_port() {
        let served = served(1).await;
        let address = served.addresses[0];
        let mut idle = TcpStream::connect(address).await.unwrap();
        idle.write_all(format!("{ASK}\r\n").as_bytes()).await.unwrap();
        let mut begun = [0; 12];
        idle.read_exact(&mut begun).await.unwrap();
        assert_eq!(&begun, b"HTTP/1.1 200");
        served.stop.send(()).unwrap();
        served.ended.await.unwrap().unwrap();
        idle.read_to_end(&mut Vec::new()).await.unwrap();
        TcpListener::bind(address).await.expect("the port is free again");
    }
}
