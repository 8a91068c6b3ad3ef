//! No key, token, assertion or secret is in any format; where one would be, nothing is written.

use std::sync::{Arc, Mutex};

use axum::{Router, extract::State, http::HeaderMap};
use base64::{Engine, engine::general_purpose::STANDARD};
use contract::{Exchange, report::ReportFormat};
use regex::Regex;
use rolecall_tests::issuer::Issuer;
use sandbox::TokenType;
use tester::report::HandOnError;
use tokio::net::TcpListener;

use super::stage::{FORMATS, Stage};

/// Everything that must stay here: of each key file every line of its key, of the session every
/// token, assertion and secret that was ever sent or received.
fn secrets(stage: &Stage) -> Vec<(String, String)> {
    let mut secrets = vec![("personal access token".into(), stage.personal_access_token.clone())];
    for file in ["api", "reader-bot", "writer-bot", "visitor-bot", "stranger"] {
        let text = std::fs::read_to_string(stage.issuer.file(file)).expect("a key file");
        let key: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let pem = key["key"].as_str().expect("a key");
        let body = pem.lines().filter(|line| !line.contains("-----"));
        secrets.extend(body.map(|line| (format!("a line of {file}'s key"), line.to_owned())));
    }
    for label in ["reader-bot", "writer-bot", "visitor-bot"] {
        let token = stage.bench.bench.token(label).expect("a token");
        secrets.push((format!("{label}'s token"), token.value.expose().to_owned()));
    }
    let transcript = stage.bench.bench.transcript();
    for exchange in transcript.all() {
        for secret in exchange.secrets {
            use secrecy::ExposeSecret;
            let text = transcript.reveal(secret.slot).expect("it is kept");
            secrets.push((format!("{:?}", secret.kind), text.expose_secret().to_owned()));
        }
    }
    secrets
}

#[tokio::test]
async fn no_key_token_assertion_or_secret_is_in_any_format() {
    let signed = Regex::new(r"eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.").unwrap();
    let pem = "-----BEGIN";
    for token_type in [TokenType::Opaque, TokenType::Jwt, TokenType::Jwe] {
        let stage = Stage::called(token_type).await;
        let secrets = secrets(&stage);
        let kinds = ["AccessToken", "Assertion", "ClientAssertion", "PersonalAccessToken"];
        for kind in kinds {
            assert!(secrets.iter().any(|(what, _)| what == kind), "{kind} was in use");
        }
        for format in FORMATS {
            let text = stage.written(format);
            for (what, secret) in &secrets {
                assert!(!text.contains(secret), "{what} in {format:?}, {token_type:?}");
                let in_base64 = STANDARD.encode(secret);
                assert!(!text.contains(in_base64.trim_end_matches('=')), "{what} in {format:?}");
            }
            assert_eq!(signed.find(&text).map(|found| found.as_str()), None, "{format:?}");
            assert!(!text.contains(pem), "{format:?}");
        }
        let marks = stage.written(ReportFormat::Html).matches('⟦').count();
        assert!(marks > 20, "the places of secrets are marked");
    }
}

/// The token that came before, and what is made of it.
type Gossip = (Arc<Mutex<String>>, fn(&str) -> String);

/// An API that answers to every caller what `answer` makes of the token that came before.
async fn gossip(answer: fn(&str) -> String) -> String {
    async fn tell(State((last, answer)): State<Gossip>, headers: HeaderMap) -> String {
        let sent = headers.get("authorization").and_then(|sent| sent.to_str().ok());
        let token = sent.and_then(|sent| sent.strip_prefix("Bearer ")).unwrap_or_default();
        let mut last = last.lock().expect("one at a time");
        let told = answer(&last);
        if token.len() > 30 {
            *last = token.to_owned();
        }
        told
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let router = Router::new().fallback(tell).with_state((Arc::default(), answer));
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

#[tokio::test]
async fn a_report_that_would_tell_a_secret_is_not_written() {
    let plantings: [fn(&str) -> String; 3] = [
        |last| format!("the caller before you had {last}"),
        |last| format!("{{\"debug\":\"{}\"}}", STANDARD.encode(format!("user:{last}"))),
        |last| format!("cut in front: {}", last.get(last.len() / 2..).unwrap_or_default()),
    ];
    for planting in plantings {
        let target = gossip(planting).await;
        let stage = Stage::beside(Issuer::demo(TokenType::Opaque).await, &target).await;
        let handed = stage.handed_on();
        let told_in = handed.exchanges.iter().filter(|one| one.request.url.starts_with(&target));
        let places: Vec<_> = told_in
            .map(|Exchange { id, request, .. }| format!("exchange {id} (GET {})", request.url))
            .collect();
        for format in [ReportFormat::Html, ReportFormat::Json] {
            let refused = stage.bench.bench.written(&handed, format).unwrap_err();
            assert!(matches!(refused, HandOnError::Secret(_)), "{format:?}: {refused:?}");
            let told = format!("{refused} {refused:?}");
            assert!(told.contains('⟦') && told.contains("not written"), "{told}");
            assert!(places.iter().any(|place| told.contains(place)), "{told}: {places:?}");
            for (what, secret) in secrets(&stage) {
                assert!(!told.contains(&secret), "{what} is in the error");
            }
        }
    }
}

#[tokio::test]
async fn a_line_of_a_private_key_is_a_secret_too_and_tokens_of_strangers_are_taken_out() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let text = std::fs::read_to_string(issuer.file("writer-bot")).unwrap();
    let key: serde_json::Value = serde_json::from_str(&text).unwrap();
    let line = key["key"].as_str().unwrap().lines().nth(12).unwrap().to_owned();
    static LINE: Mutex<String> = Mutex::new(String::new());
    *LINE.lock().unwrap() = line.clone();
    let target = gossip(|_| format!("read {} there", LINE.lock().unwrap())).await;
    let stage = Stage::beside(issuer, &target).await;
    let refused = stage.bench.bench.written(&stage.handed_on(), ReportFormat::Html).unwrap_err();
    assert!(refused.to_string().contains("private key"), "{refused}");
    assert!(!refused.to_string().contains(&line));

    let stranger = "eyJhbGciOiJub25lIn0.eyJzdWIiOiI0MiJ9.c29tZWJvZHkncw";
    *LINE.lock().unwrap() = stranger.into();
    let stage = Stage::beside(Issuer::demo(TokenType::Opaque).await, &target).await;
    for format in [ReportFormat::Html, ReportFormat::Json] {
        let text = stage.written(format);
        assert!(!text.contains(stranger) && text.contains("read [redacted] there"), "{format:?}");
    }
}

#[tokio::test]
async fn whatever_is_formatted_for_a_log_or_a_crash_holds_no_secret() {
    let stage = Stage::called(TokenType::Jwt).await;
    let bench = &stage.bench.bench;
    let handed = stage.handed_on();
    let setup = bench.with_setup(|setup| format!("{setup:?}\n{setup:#?}\n{:?}", setup.plan()));
    assert!(setup.contains("PrivateKey([redacted])"), "the keys are in it: {setup}");
    let token = bench.token("reader-bot").expect("a token");
    let pasted = bench.introspect_pasted(token.value.expose()).await;
    let told = [
        setup,
        format!("{token:?}"),
        format!("{pasted:?}"),
        format!("{handed:?}"),
        format!("{:?}", bench.transcript()),
        format!("{:?}", bench.view()),
        format!("{:?}", bench.report()),
        format!("{:?}", bench.so_far()),
    ];
    for (what, secret) in secrets(&stage) {
        for text in &told {
            let begin: String = text.chars().take(40).collect();
            assert!(!text.contains(&secret), "{what} is in {begin}");
        }
    }
}
