use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use super::*;
use crate::testing::{self, FixedClock, Reply, Server};
use TransportErrorKind::{Broken, NotConnected, TimedOut, Tls, TooLarge};

fn get(url: &str) -> Outgoing {
    Outgoing {
        purpose: Purpose::Call,
        from: Party::Caller,
        to: Party::Api,
        user: Some("reader".into()),
        request_id: Some("request-1".into()),
        method: "GET".into(),
        url: url.into(),
        headers: vec![],
        form: None,
        json: None,
        repeatable: true,
    }
}

/// A server that treats each connection as it is told, and counts them.
async fn raw<F>(treat: fn(TcpStream) -> F) -> (String, Arc<AtomicUsize>)
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let connections = Arc::new(AtomicUsize::new(0));
    let count = connections.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(treat(stream));
        }
    });
    (url, connections)
}

async fn read_head(stream: &mut TcpStream) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
}

#[tokio::test]
async fn request_and_answer_are_recorded_without_a_secret() {
    let token = "opaque-access-token-0123456789";
    let echo = format!("{{\"you_sent\":\"{token}\",\"id_token\":\"another-secret\"}}");
    let server = Server::answering([Reply::text(403, &echo)
        .with("x-echo", &format!("got {token}"))
        .with("set-cookie", "session=abc")])
    .await;
    let heard = Arc::new(parking_lot::Mutex::new(Vec::new()));
    let ear = heard.clone();
    let transcript = Transcript::new(move |exchange| ear.lock().push(exchange.clone()));
    let http = testing::http_with(testing::options(&transcript, FixedClock::new()), LIMITS.whole);
    let mut outgoing = get(&format!("{}/api?t={token}", server.base));
    outgoing
        .headers
        .push(("authorization".into(), Value::bearer(&AccessToken::from(token.to_owned()))));
    outgoing.headers.push(("x-request-id".into(), "request-1".into()));
    assert!(!format!("{outgoing:?}").contains(&format!("Bearer {token}")));

    let answer = http.send(outgoing).await.unwrap();
    assert_eq!((answer.status, answer.body.as_str()), (403, echo.as_str()), "as it came");
    assert_eq!(server.requests()[0].headers["authorization"], format!("Bearer {token}"));

    let [record] = &heard.lock()[..] else { panic!("one exchange") };
    assert_eq!(transcript.get(answer.exchange).as_ref(), Some(record));
    assert_eq!(answer.record(), record);
    let shown = serde_json::to_string(record).unwrap();
    for secret in [token, "another-secret", "session=abc"] {
        assert!(!shown.contains(secret), "{shown}");
        assert!(!format!("{answer:?} {http:?}").contains(secret));
    }
    assert_eq!(record.started_at, "2026-11-23T11:58:36.000Z");
    assert_eq!(record.request.url, format!("{}/api?t=⟦1⟧", server.base));
    assert_eq!(record.request.headers[0].value, "Bearer ⟦1⟧");
    let response = record.response.as_ref().unwrap();
    assert_eq!(response.body, "{\"you_sent\":\"⟦1⟧\",\"id_token\":\"⟦2⟧\"}");
    assert!(record.duration_us > 0);
}

#[tokio::test]
async fn form_fields_that_are_secrets_are_hidden_even_where_nobody_said_so() {
    let server = Server::answering([Reply::text(200, "ok")]).await;
    let (http, transcript) = testing::http();
    let fields = ["assertion", "client_assertion", "token", "client_secret", "refresh_token"];
    let form = fields.map(|field| (field.to_owned(), Value::Plain(format!("secret+ä {field}"))));
    let form = form.into_iter().chain([("scope".into(), "openid".into())]).collect();
    let outgoing = Outgoing { method: "POST".into(), form: Some(form), ..get(&server.base) };
    let answer = http.send(outgoing).await.unwrap();
    let request = &server.requests()[0];
    assert_eq!(request.headers["content-type"], "application/x-www-form-urlencoded");
    for field in fields {
        assert_eq!(request.field(field).unwrap(), format!("secret+ä {field}"));
    }
    let record = transcript.get(answer.exchange).unwrap();
    let form = record.request.form.as_ref().unwrap();
    let values: Vec<_> = form.iter().map(|field| field.value.as_str()).collect();
    assert_eq!(values, ["⟦1⟧", "⟦2⟧", "⟦3⟧", "⟦4⟧", "⟦5⟧", "openid"]);
}

#[tokio::test]
async fn what_is_repeatable_is_repeated_until_it_succeeds_and_each_attempt_recorded() {
    let turned_away = [502, 503, 504, 429];
    for status in turned_away {
        let server = Server::answering([Reply::text(status, ""), Reply::text(200, "ok")]).await;
        let (http, transcript) = testing::http();
        let answer = http.send(get(&server.base)).await.unwrap();
        assert_eq!((answer.status, answer.exchange), (200, 2));
        assert_eq!(transcript.get(1).unwrap().response.unwrap().status, status);
        assert_eq!(transcript.get(2).unwrap().attempt, 2);
    }
}

#[tokio::test]
async fn repeats_end_and_what_is_not_repeatable_is_sent_once() {
    for (status, repeatable, times) in
        [(503, true, 3), (503, false, 1), (500, true, 1), (404, true, 1)]
    {
        let server = Server::answering([Reply::text(status, "")]).await;
        let outgoing = Outgoing { repeatable, ..get(&server.base) };
        assert_eq!(testing::http().0.send(outgoing).await.unwrap().status, status);
        assert_eq!(server.requests().len(), times, "{status} {repeatable}");
    }
}

#[tokio::test]
async fn retry_after_is_heeded_and_too_long_a_wait_not_waited() {
    let server = Server::answering([Reply::text(503, "").with("retry-after", "11")]).await;
    let answer = testing::http().0.send(get(&server.base)).await.unwrap();
    assert_eq!(answer.retry_after(), Some(Duration::from_secs(11)));
    assert_eq!(server.requests().len(), 1, "the answer is handed back");

    let server =
        Server::answering([Reply::text(503, "").with("retry-after", "1"), Reply::text(200, "ok")])
            .await;
    let began = Instant::now();
    assert_eq!(testing::http().0.send(get(&server.base)).await.unwrap().status, 200);
    assert!(began.elapsed() >= Duration::from_secs(1), "not before it was allowed");
}

#[tokio::test]
async fn a_wait_beyond_the_whole_time_is_not_begun() {
    let server = Server::answering([Reply::text(503, "").with("retry-after", "3")]).await;
    let options = testing::options(&Transcript::default(), FixedClock::new());
    let http = testing::http_with(options, Duration::from_secs(2));
    assert_eq!(http.send(get(&server.base)).await.unwrap().status, 503);
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_connection_that_breaks_is_told_from_one_that_never_was() {
    let (url, connections) = raw(|mut stream| async move { read_head(&mut stream).await }).await;
    for (repeat, times) in [(Repeat::Always, 3), (Repeat::Undelivered, 1), (Repeat::Never, 1)] {
        connections.store(0, Ordering::SeqCst);
        let failure = testing::http().0.send_repeating(get(&url), repeat).await.unwrap_err();
        assert_eq!(failure.error.kind, Broken);
        assert_eq!(connections.load(Ordering::SeqCst), times, "{repeat:?}");
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let place = listener.local_addr().unwrap();
    drop(listener);
    for (repeat, attempts) in [(Repeat::Always, 3), (Repeat::Undelivered, 3), (Repeat::Never, 1)] {
        let (http, transcript) = testing::http();
        let url = format!("http://{place}/");
        let failure = http.send_repeating(get(&url), repeat).await.unwrap_err();
        assert_eq!(failure.error.kind, NotConnected);
        assert_eq!(failure.to_string(), format!("Nobody listens at {place}."));
        let record = transcript.get(failure.exchange).unwrap();
        assert_eq!((record.attempt, record.error.as_ref()), (attempts, Some(&failure.error)));
        assert_eq!(record.response, None);
    }
}

#[tokio::test]
async fn a_body_that_breaks_off_is_recorded_without_the_secret_it_breaks_off_in() {
    let (url, _) = raw(|mut stream| async move {
        read_head(&mut stream).await;
        let head = "HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n";
        let body = "{\"token_type\":\"Bearer\",\"access_token\":\"secret-part";
        stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
    })
    .await;
    let (http, transcript) = testing::http();
    let failure = http.send(Outgoing { repeatable: false, ..get(&url) }).await.unwrap_err();
    assert_eq!(failure.error.kind, Broken);
    let response = transcript.get(failure.exchange).unwrap().response.unwrap();
    assert_eq!(response.body, "{\"token_type\":\"Bearer\",\"access_token\":\"⟦1⟧");
}

#[tokio::test]
async fn an_answer_that_takes_too_long_is_given_up() {
    let (url, connections) = raw(|mut stream| async move {
        read_head(&mut stream).await;
        std::future::pending().await
    })
    .await;
    let options = testing::options(&Transcript::default(), FixedClock::new());
    let http = testing::http_with(options, Duration::from_millis(100));
    assert_eq!(http.send(get(&url)).await.unwrap_err().error.kind, TimedOut);
    assert_eq!(connections.load(Ordering::SeqCst), 1, "there is no time for another");
}

#[tokio::test]
async fn an_answer_over_a_mebibyte_is_refused_while_it_is_read() {
    let largest = "x".repeat(MAX_ANSWER_BYTES);
    let server = Server::answering([Reply::text(200, &largest)]).await;
    assert_eq!(testing::http().0.send(get(&server.base)).await.unwrap().body, largest);

    let (url, _) = raw(|mut stream| async move {
        read_head(&mut stream).await;
        let head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
        stream.write_all(head).await.unwrap();
        let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
        // Without end: only giving up ends it.
        while stream.write_all(chunk.as_bytes()).await.is_ok() {}
    })
    .await;
    let (http, transcript) = testing::http();
    let failure = http.send(get(&url)).await.unwrap_err();
    assert_eq!(failure.error.kind, TooLarge);
    assert!(failure.to_string().contains("over 1 MiB"), "{failure}");
    assert_eq!(transcript.get(failure.exchange).unwrap().response.unwrap().body, "");
}

#[tokio::test]
async fn a_redirect_is_an_answer() {
    let server = Server::answering([Reply::text(302, "").with("location", "/elsewhere")]).await;
    let answer = testing::http().0.send(get(&server.base)).await.unwrap();
    assert_eq!((answer.status, server.requests().len()), (302, 1));
}

#[tokio::test]
async fn a_body_that_is_no_utf8_is_shown_as_far_as_it_is() {
    let (url, _) = raw(|mut stream| async move {
        read_head(&mut stream).await;
        let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\na\xffb";
        stream.write_all(answer).await.unwrap();
    })
    .await;
    assert_eq!(testing::http().0.send(get(&url)).await.unwrap().body, "a\u{fffd}b");
}

#[tokio::test]
async fn one_connection_serves_many_requests() {
    let server = Server::answering([Reply::text(200, "ok")]).await;
    let (url, connections) = raw(|mut stream| async move {
        loop {
            read_head(&mut stream).await;
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.unwrap();
        }
    })
    .await;
    let (http, _) = testing::http();
    for _ in 0..5 {
        http.clone().send(get(&url)).await.unwrap();
        http.send(get(&server.base)).await.unwrap();
    }
    assert_eq!(connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn every_name_of_this_machine_leads_to_it_without_a_name_server() {
    let server = Server::answering([Reply::text(200, "ok")]).await;
    let port = server.base.rsplit(':').next().unwrap();
    for host in ["localhost", "acme.localhost", "no-such-name.localhost."] {
        let answer = testing::http().0.send(get(&format!("http://{host}:{port}/"))).await;
        assert_eq!(answer.unwrap().status, 200, "{host}");
    }
}

#[tokio::test]
async fn what_cannot_be_sent_is_refused_in_words() {
    let control = ("x-a".to_owned(), Value::from("a\nb"));
    let cases = [
        get("localhost:8080"),
        get("ftp://localhost/"),
        get("http://"),
        Outgoing { method: "GE T".into(), ..get("http://localhost/") },
        Outgoing { headers: vec![control], ..get("http://localhost/") },
        Outgoing { headers: vec![("x a".into(), "b".into())], ..get("http://localhost/") },
    ];
    for outgoing in cases {
        let failure = testing::http().0.send(outgoing).await.unwrap_err();
        assert_eq!(failure.error.kind, NotConnected);
        assert!(failure.to_string().ends_with('.'), "{failure}");
    }
}

#[tokio::test]
async fn a_name_without_an_address_is_named() {
    struct Nowhere;
    impl reqwest::dns::Resolve for Nowhere {
        fn resolve(&self, _: reqwest::dns::Name) -> reqwest::dns::Resolving {
            Box::pin(std::future::ready(Err("no such name".into())))
        }
    }
    let client = reqwest::Client::builder().no_proxy().tls_certs_only([]).dns_resolver(Nowhere);
    let request = client.build().unwrap().get("http://id.example:8080/?secret=1");
    let error = request.send().await.unwrap_err();
    let place = fault::Place::of(error.url().unwrap(), None);
    let error = fault::classify(&error, &place, &LIMITS);
    assert_eq!(error.kind, TransportErrorKind::NameNotFound);
    assert_eq!(error.message, "The name id.example has no address.");
}

mod tls {
    use std::path::{Path, PathBuf};

    use contract::exchange::TlsFault;
    use rustls::{
        ServerConfig,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    };
    use tokio_rustls::TlsAcceptor;

    use super::*;

    fn file(name: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tls").join(name)
    }

    /// Serves one certificate and answers everything with 200; gives its port.
    async fn serve(name: &str) -> u16 {
        let certificate = CertificateDer::from_pem_file(file(&format!("{name}.pem"))).unwrap();
        let key = PrivateKeyDer::from_pem_file(file(&format!("{name}.key"))).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let Ok(mut stream) = acceptor.accept(stream).await else { continue };
                let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
                let _ = stream.write_all(answer).await;
                let _ = stream.read(&mut [0; 4096]).await;
            }
        });
        port
    }

    async fn ask(port: u16, ca_file: Option<PathBuf>) -> Result<Answer, Failure> {
        let options = testing::options(&Transcript::default(), FixedClock::new());
        let http = testing::http_with(HttpOptions { ca_file, ..options }, LIMITS.whole);
        http.send(get(&format!("https://localhost:{port}/"))).await
    }

    #[tokio::test]
    async fn a_certificate_counts_by_its_authority_and_name() {
        let (own, other) = (serve("localhost").await, serve("other").await);
        let ca = Some(file("ca.pem"));
        assert_eq!(ask(own, ca.clone()).await.unwrap().status, 200);
        for (port, ca_file, fault) in [
            (other, ca.clone(), TlsFault::Name),
            (own, Some(file("other.pem")), TlsFault::UnknownAuthority),
        ] {
            let failure = ask(port, ca_file).await.unwrap_err();
            assert_eq!((failure.error.kind, failure.error.tls), (Tls, Some(fault)));
            let place = format!("localhost:{port}");
            assert!(failure.to_string().contains(&place), "{failure}");
        }
        let untrusted = ask(own, None).await.unwrap_err();
        assert_eq!(untrusted.error.kind, Tls, "with or without certificates on this machine");
    }

    #[tokio::test]
    async fn a_plain_port_asked_for_tls_says_so() {
        let server = Server::answering([Reply::text(200, "ok")]).await;
        let port = server.base.rsplit(':').next().unwrap().parse().unwrap();
        let failure = ask(port, Some(file("ca.pem"))).await.unwrap_err();
        assert_eq!((failure.error.kind, failure.error.tls), (Tls, Some(TlsFault::NotTls)));
    }
}
