//! Ctrl-C, and the polite signal that other programs send.

/// A future that ends when this program is asked to stop. It listens from this call on, so that
/// whoever is told that a server is ready can stop it at once.
pub(crate) fn asked() -> impl Future<Output = ()> + Send + 'static {
    #[cfg(unix)]
    let terminate = {
        use tokio::signal::unix::{SignalKind, signal};
        signal(SignalKind::terminate())
    };
    async move {
        #[cfg(unix)]
        if let Ok(mut terminate) = terminate {
            tokio::select! {
                () = interrupted() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
        interrupted().await;
    }
}

async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        // Without a handler the system itself ends the program.
        std::future::pending::<()>().await;
    }
}
