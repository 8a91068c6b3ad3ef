//! An HTTP proxy that the environment names: used for an issuer elsewhere, never for this machine.
//! The environment belongs to a whole process, so the real command line is asked.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

use std::{
    net::Ipv4Addr,
    sync::{Arc, Mutex},
};

use rolecall_tests::{
    command::{Finished, matrix, run_with},
    issuer,
    tls::{authority, certificate, front},
};
use sandbox::{Options, Sandbox, TokenType, World};
use serde_json::json;
use tempfile::TempDir;
use tester::listen;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional},
    net::{TcpListener, TcpStream},
};

/// A proxy that leads everybody to one server, whatever name was asked for.
struct Proxy {
    address: String,
    /// The first request line of each connection.
    seen: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    /// Plain requests go to one port of this machine, tunnels to another.
    async fn leading_to(plain: u16, tunnel: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let eye = seen.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(lead(stream, eye.clone(), plain, tunnel));
            }
        });
        Self { address, seen }
    }

    fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }
}

async fn lead(mut stream: TcpStream, seen: Arc<Mutex<Vec<String>>>, plain: u16, tunnel: u16) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let Ok(byte) = stream.read_u8().await else { return };
        head.push(byte);
    }
    let text = String::from_utf8(head).unwrap();
    seen.lock().unwrap().push(text.lines().next().unwrap().to_owned());
    let is_tunnel = text.starts_with("CONNECT ");
    let port = if is_tunnel { tunnel } else { plain };
    let mut server = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.unwrap();
    if is_tunnel {
        stream.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").await.unwrap();
    } else {
        server.write_all(text.as_bytes()).await.unwrap();
    }
    let _ = copy_bidirectional(&mut stream, &mut server).await;
}

/// A sandbox that goes by a name which no name server knows, and is reached by the proxy alone.
struct Remote {
    proxy: Proxy,
    folder: TempDir,
}

impl Remote {
    async fn named(issuer: &str) -> Self {
        let loopback = listen::bind_exactly(0).await.unwrap();
        let sandbox = Sandbox::new(World::demo(TokenType::Opaque).unwrap(), Options::default());
        sandbox.set_issuer(issuer.to_owned());
        let folder = tempfile::tempdir().unwrap();
        sandbox.write_files(folder.path()).unwrap();
        let authority = authority("Acme authority");
        std::fs::write(folder.path().join("ca.pem"), authority.pem()).unwrap();
        let tls = front(certificate("issuer.test", Some(&authority), |_| {}), loopback.port).await;
        let proxy = Proxy::leading_to(loopback.port, tls).await;
        tokio::spawn(async move {
            sandbox.serve(loopback.listeners, std::future::pending()).await.unwrap()
        });
        Self { proxy, folder }
    }

    async fn check(&self, further: &[&str], environment: &[(&str, &str)]) -> Finished {
        check(&self.folder, further, environment).await
    }
}

async fn check(folder: &TempDir, further: &[&str], environment: &[(&str, &str)]) -> Finished {
    let file = folder.path().join("workspace.rolecall.json");
    let start = ["check", "--workspace", file.to_str().unwrap(), "--format", "json", "--port", "0"];
    run_with(&[&start, further].concat(), environment).await
}

fn assert_called(finished: &Finished) {
    assert_eq!(finished.status, Some(0), "{}\n{}", finished.out, finished.err);
    assert_eq!(matrix(&finished.json())[0], json!(["reader-bot", [200, 200, 200]]));
}

#[tokio::test]
async fn a_plain_issuer_elsewhere_is_asked_by_way_of_the_proxy_and_the_api_is_not() {
    for variable in ["HTTP_PROXY", "http_proxy", "ALL_PROXY"] {
        let remote = Remote::named("http://issuer.test").await;
        let address = remote.proxy.address.clone();
        let called = remote.check(&["--allow-http"], &[(variable, &address)]).await;
        assert_called(&called);
        let seen = remote.proxy.seen();
        let discovery = "GET http://issuer.test/.well-known/openid-configuration HTTP/1.1";
        assert_eq!(seen[0], discovery, "{variable}");
        for line in seen {
            assert!(line.contains(" http://issuer.test/"), "{variable}: {line}");
        }
    }
}

#[tokio::test]
async fn an_encrypted_issuer_elsewhere_is_reached_through_a_tunnel() {
    for variable in ["HTTPS_PROXY", "https_proxy"] {
        let remote = Remote::named("https://issuer.test").await;
        let ca_file = remote.folder.path().join("ca.pem");
        let address = remote.proxy.address.clone();
        let ca = ["--ca-file", ca_file.to_str().unwrap()];
        assert_called(&remote.check(&ca, &[(variable, &address)]).await);
        let seen = remote.proxy.seen();
        assert!(!seen.is_empty());
        for line in seen {
            assert_eq!(line, "CONNECT issuer.test:443 HTTP/1.1", "{variable}");
        }
    }
}

#[tokio::test]
async fn what_is_excepted_from_the_proxy_is_asked_without_it() {
    for variable in ["NO_PROXY", "no_proxy"] {
        let remote = Remote::named("http://issuer.test").await;
        let address = remote.proxy.address.clone();
        let environment = [("HTTP_PROXY", address.as_str()), (variable, "other.test, issuer.test")];
        let refused = remote.check(&["--allow-http"], &environment).await;
        assert_eq!(refused.status, Some(2), "{variable}: the name has no address");
        assert_eq!(refused.json()["error"]["code"], "unreachable", "{variable}");
        assert_eq!(remote.proxy.seen(), [""; 0], "{variable}");
    }
}

#[tokio::test]
async fn this_machine_is_never_asked_by_way_of_a_proxy() {
    let issuer = issuer::Issuer::demo(TokenType::Opaque).await;
    let proxy = Proxy::leading_to(issuer.port, issuer.port).await;
    let environment =
        ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"]
            .map(|variable| (variable, proxy.address.as_str()));
    assert_called(&check(&issuer.folder, &[], &environment).await);
    assert_eq!(proxy.seen(), [""; 0]);
}

#[tokio::test]
async fn a_proxy_that_is_not_there_leaves_the_issuer_unreachable_and_its_password_untold() {
    let remote = Remote::named("http://issuer.test").await;
    let closed = {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        listener.local_addr().unwrap().to_string()
    };
    let environment = [("HTTP_PROXY", format!("http://somebody:hunter2@{closed}"))];
    let environment = environment.each_ref().map(|(name, value)| (*name, value.as_str()));
    let refused = remote.check(&["--allow-http"], &environment).await;
    assert_eq!(refused.status, Some(2));
    let error = &refused.json()["error"];
    assert_eq!(error["code"], "unreachable");
    assert_eq!(error["details"]["reason"], "not_connected");
    assert!(!format!("{}{}", refused.out, refused.err).contains("hunter2"));
}
