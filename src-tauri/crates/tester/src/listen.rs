//! Ports on both loopback addresses.
//!
//! `localhost` is `::1` first on some systems and `127.0.0.1` on others, so a server listens on
//! both under one port. Where the machine has no IPv6, IPv4 alone does.

use std::{
    io,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
};

use tokio::net::TcpListener;

/// How many ports are tried after a taken one.
const TRIES: u16 = 100;

/// A port held on both loopback addresses.
#[derive(Debug)]
pub struct Loopback {
    /// One listener an address family.
    pub listeners: Vec<TcpListener>,
    /// The port that all of them have.
    pub port: u16,
    /// The port that was wanted and found taken.
    pub wanted_taken: Option<u16>,
}

impl Loopback {
    /// The address to give to people, for example `http://localhost:8000`.
    pub fn base_url(&self) -> String {
        format!("http://localhost:{}", self.port)
    }
}

/// Takes `port` on both loopback addresses; 0 takes any free one.
///
/// # Errors
/// [`io::ErrorKind::AddrInUse`] where somebody else has the port on either address.
pub async fn bind_exactly(port: u16) -> io::Result<Loopback> {
    let mut last = io::Error::from(io::ErrorKind::AddrInUse);
    // With port 0 the system picks one for IPv4 that somebody may hold on IPv6: try another.
    for _ in 0..if port == 0 { TRIES } else { 1 } {
        match bind_both(port).await {
            Ok((listeners, port)) => return Ok(Loopback { listeners, port, wanted_taken: None }),
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// Takes `wanted`, or the next free port after it.
///
/// # Errors
/// Where a hundred ports in a row are taken, or the machine has no loopback.
pub async fn bind_next_free(wanted: u16) -> io::Result<Loopback> {
    let mut last = io::Error::from(io::ErrorKind::AddrInUse);
    for port in wanted..=wanted.saturating_add(TRIES) {
        match bind_both(port).await {
            Ok((listeners, bound)) => {
                let wanted_taken = (port != wanted).then_some(wanted);
                return Ok(Loopback { listeners, port: bound, wanted_taken });
            }
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => last = error,
            Err(error) => return Err(error),
        }
    }
    Err(last)
}

async fn bind_both(port: u16) -> io::Result<(Vec<TcpListener>, u16)> {
    let v4 = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await?;
    let port = v4.local_addr()?.port();
    match TcpListener::bind(SocketAddr::from((Ipv6Addr::LOCALHOST, port))).await {
        Ok(v6) => Ok((vec![v4, v6], port)),
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => Err(error),
        // No IPv6 on this machine.
        Err(_) => Ok((vec![v4], port)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_taken_port_gives_the_next_free_one_and_says_so() {
        let first = bind_exactly(0).await.unwrap();
        let second = bind_next_free(first.port).await.unwrap();
        assert_ne!(second.port, first.port);
        assert_eq!(second.wanted_taken, Some(first.port));
    }

    #[tokio::test]
    async fn a_port_that_was_asked_for_and_is_taken_is_an_error() {
        let first = bind_exactly(0).await.unwrap();
        let error = bind_exactly(first.port).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
    }

    #[tokio::test]
    async fn a_port_taken_on_ipv6_alone_counts_as_taken() {
        let Ok(v6) = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).await else { return };
        let port = v6.local_addr().unwrap().port();
        assert!(bind_exactly(port).await.is_err());
    }
}
