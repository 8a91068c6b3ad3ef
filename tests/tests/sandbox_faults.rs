//! The sandbox's faults that only a socket shows: broken answers, late ones, certificates.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

use std::{
    error::Error,
    io,
    time::{Duration, Instant},
};

use reqwest::{Certificate, Client, Response};
use rolecall_tests::issuer::Issuer;
use sandbox::{Authority, Options, Sandbox, TokenType, World};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

const DISCOVERY: &str = "/.well-known/openid-configuration";
/// Where answers can fail, and the paths there.
const PLACES: [(&str, &str); 4] = [
    ("discovery", DISCOVERY),
    ("token", "/oauth/v2/token"),
    ("introspection", "/oauth/v2/introspect"),
    ("userinfo", "/oidc/v1/userinfo"),
];

fn set(sandbox: &Sandbox, faults: &[&str]) {
    sandbox.set_faults(faults.iter().map(|text| text.parse().unwrap()).collect()).unwrap();
}

/// Trusts these authorities and no other.
fn client(trusted: &[&str]) -> Client {
    let trusted = trusted.iter().map(|pem| Certificate::from_pem(pem.as_bytes()).unwrap());
    Client::builder().no_proxy().tls_certs_only(trusted).build().unwrap()
}

async fn discovery(client: &Client, issuer: &str) -> reqwest::Result<Value> {
    client.get(format!("{issuer}{DISCOVERY}")).send().await?.json().await
}

/// An error with all that is behind it.
fn reasons(error: &dyn Error) -> String {
    let causes = std::iter::successors(Some(error), |error: &&dyn Error| (*error).source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

async fn ask(client: &Client, issuer: &Issuer, path: &str) -> Response {
    client.get(format!("{}{path}", issuer.address)).send().await.unwrap()
}

#[tokio::test]
async fn a_cut_answer_ends_in_the_middle_of_what_was_promised() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let client = client(&[]);
    for (place, path) in PLACES {
        let whole = ask(&client, &issuer, path).await.bytes().await.unwrap();
        set(&issuer.sandbox, &[&format!("cut@{place}")]);
        let mut cut = ask(&client, &issuer, path).await;
        assert_eq!(cut.content_length(), Some(whole.len() as u64), "{place}");
        let mut received = Vec::new();
        let end = loop {
            match cut.chunk().await {
                Ok(Some(chunk)) => received.extend(chunk),
                Ok(None) => break None,
                Err(error) => break Some(error),
            }
        };
        assert_eq!(received, whole[..whole.len() / 2], "{place}");
        let end = end.expect("no end as if it were whole");
        assert!(end.is_body() || end.is_decode(), "{place}: {}", reasons(&end));
        set(&issuer.sandbox, &[]);
        assert_eq!(ask(&client, &issuer, path).await.bytes().await.unwrap(), whole, "{place}");
    }
}

#[tokio::test]
async fn a_slow_answer_is_late_where_it_should_be_and_as_ever_otherwise() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let client = client(&[]);
    for (place, path) in PLACES {
        let ever = ask(&client, &issuer, path).await.text().await.unwrap();
        set(&issuer.sandbox, &[&format!("slow@{place}=40"), &format!("slow@{place}=40")]);
        let begun = Instant::now();
        assert_eq!(ask(&client, &issuer, path).await.text().await.unwrap(), ever, "{place}");
        assert!(begun.elapsed() >= Duration::from_millis(80), "{place}: they add up");
        set(&issuer.sandbox, &[&format!("slow@{place}=600000"), &format!("empty@{place}")]);
        let impatient = client.get(format!("{}{path}", issuer.address));
        let error = impatient.timeout(Duration::from_millis(50)).send().await.unwrap_err();
        assert!(error.is_timeout(), "{place}: {error:?}");
        ask(&client, &issuer, "/oauth/v2/keys").await.error_for_status().unwrap();
    }
}

#[tokio::test]
async fn an_empty_answer_has_no_body_and_says_so() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    set(&issuer.sandbox, &["empty@token"]);
    let answer = ask(&client(&[]), &issuer, "/oauth/v2/token").await;
    assert_eq!((answer.status().as_u16(), answer.content_length()), (200, Some(0)));
}

#[tokio::test]
async fn under_its_other_name_it_is_served() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    set(&issuer.sandbox, &["issuer_name"]);
    let client = client(&[]);
    let named = discovery(&client, &issuer.address).await.unwrap();
    let other = format!("http://127.0.0.1:{}", issuer.port);
    assert_eq!(named["issuer"], other);
    assert_eq!(discovery(&client, &other).await.unwrap(), named, "it names itself there");
}

#[tokio::test]
async fn its_own_authority_is_all_that_one_has_to_trust() {
    let world = World::demo(TokenType::Opaque).unwrap();
    let authority = Authority::new().unwrap();
    let options = Options { authority: Some(authority.clone()), ..Options::default() };
    let issuer = Issuer::start(world, options).await;
    let address = issuer.sandbox.snapshot().issuer;
    assert_eq!(address, format!("https://localhost:{}", issuer.port));
    let pem = std::fs::read_to_string(issuer.folder.path().join("ca.pem")).unwrap();
    assert_eq!(pem, authority.pem());
    let workspace: Value =
        serde_json::from_slice(&std::fs::read(issuer.workspace()).unwrap()).unwrap();
    assert_eq!(
        (&workspace["issuer"], &workspace["ca_file"]),
        (&address.clone().into(), &"ca.pem".into())
    );

    let document = discovery(&client(&[&pem]), &address).await.unwrap();
    assert_eq!(document["issuer"], address);
    assert_eq!(document["jwks_uri"], format!("{address}/oauth/v2/keys"));
    let stranger = discovery(&client(&[]), &address).await.unwrap_err();
    assert!(reasons(&stranger).contains("UnknownIssuer"), "{}", reasons(&stranger));
    discovery(&client(&[&pem]), &issuer.address).await.expect_err("not without TLS");
    set(&issuer.sandbox, &["cut@discovery"]);
    let cut = discovery(&client(&[&pem]), &address).await.unwrap_err();
    assert!(cut.is_body() || cut.is_decode(), "over TLS as without: {}", reasons(&cut));
}

#[tokio::test]
async fn each_bad_certificate_is_refused_for_its_own_reason_while_it_is_wanted() {
    let world = World::demo(TokenType::Opaque).unwrap();
    let options = Options { authority: Some(Authority::new().unwrap()), ..Options::default() };
    let issuer = Issuer::start(world, options).await;
    let pem = std::fs::read_to_string(issuer.folder.path().join("ca.pem")).unwrap();
    let address = issuer.sandbox.snapshot().issuer;
    for (fault, reason) in [
        ("tls_self_signed", "UnknownIssuer"),
        ("tls_name", "not valid for name"),
        ("tls_expired", "expired"),
    ] {
        let client = client(&[&pem]);
        set(&issuer.sandbox, &[fault]);
        let error = reasons(&discovery(&client, &address).await.unwrap_err());
        assert!(error.contains(reason), "{fault}: {error}");
        set(&issuer.sandbox, &[]);
        discovery(&client, &address).await.unwrap();
    }
}

#[tokio::test]
async fn tls_comes_and_goes_with_its_fault_and_takes_open_connections_with_it() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let mut open = TcpStream::connect(("127.0.0.1", issuer.port)).await.unwrap();
    let request = format!("GET /oauth/v2/keys HTTP/1.1\r\nhost: localhost:{}\r\n\r\n", issuer.port);
    open.write_all(request.as_bytes()).await.unwrap();
    open.read_exact(&mut [0; 12]).await.unwrap();
    set(&issuer.sandbox, &["tls_expired"]);
    let end = open.read_to_end(&mut Vec::new()).await;
    assert!(end.map_or_else(|e| e.kind() == io::ErrorKind::ConnectionReset, |_| true));
    let address = issuer.sandbox.snapshot().issuer;
    assert!(address.starts_with("https://"), "{address}");

    let folder = tempfile::tempdir().unwrap();
    let written = issuer.sandbox.write_files(folder.path()).unwrap();
    let pem = std::fs::read_to_string(written.authority.unwrap()).unwrap();
    let error = discovery(&client(&[&pem]), &address).await.unwrap_err();
    assert!(reasons(&error).contains("expired"), "{}", reasons(&error));

    set(&issuer.sandbox, &[]);
    let document = discovery(&client(&[]), &issuer.address).await.unwrap();
    assert_eq!(document["issuer"], issuer.address);
    assert_eq!(issuer.sandbox.write_files(folder.path()).unwrap().authority, None);
}
