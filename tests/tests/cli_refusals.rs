//! The command line where something is wrong: each cause its own code, one sentence or one JSON
//! document, and never a trace or a piece of a key.

use rolecall_tests::{
    command::{Demo, Finished, matrix, run},
    recorded_key,
};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

fn assert_no_trace_and_no_key(finished: &Finished) {
    for text in [&finished.out, &finished.err] {
        for word in ["panicked", "stack backtrace", "RUST_BACKTRACE", "PRIVATE KEY", "MII"] {
            assert!(!text.contains(word), "{word} in {text}");
        }
    }
}

#[tokio::test]
async fn whatever_keeps_it_from_running_has_a_code_of_its_own() {
    let demo = Demo::start(&[]).await;
    let (api, reader) = (demo.file("api.json"), demo.file("reader-bot.json"));
    let garbled = demo.file("garbled.json");
    let text = std::fs::read_to_string(&api).unwrap();
    std::fs::write(&garbled, text.replacen("MII", "MXX", 1)).unwrap();
    let folder = demo.file("folder");
    std::fs::create_dir(&folder).unwrap();
    let missing = demo.file("missing.json");
    let cases = [
        ("swapped", reader.as_str(), "key_wrong_kind", "service_account_key"),
        ("garbled", &garbled, "key_unreadable", "key_damaged"),
        ("a folder", &folder, "key_unreadable", "directory"),
        ("missing", &missing, "key_unreadable", "not_found"),
    ];
    for (what, api_key, code, reason) in cases {
        let users = [if what == "swapped" { api.as_str() } else { reader.as_str() }];
        let refused = demo.check(api_key, &users, &[]).await;
        assert_refused(what, &refused, code, Some(reason));
    }
}

#[tokio::test]
async fn an_issuer_that_is_none_has_a_code_of_its_own() {
    let demo = Demo::start(&[]).await;
    let port = demo.sandbox.issuer.rsplit(':').next().unwrap();
    let html = answering(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 15\r\nconnection: close\r\n\r\n<!doctype html>").await;
    let empty =
        answering(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").await;
    let silent = answering(b"").await;
    let closed = {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        format!("http://127.0.0.1:{}", listener.local_addr().unwrap().port())
    };
    let cases = [
        (html.as_str(), "not_zitadel", Some("html")),
        (&empty, "not_zitadel", Some("empty")),
        (&silent, "unreachable", Some("broken")),
        (&closed, "unreachable", Some("not_connected")),
        ("http://10.255.255.1:8080", "insecure_issuer", Some("plain_http")),
        ("ftp://localhost", "unreachable", Some("address")),
        (&format!("http://127.0.0.1:{port}"), "instance_not_found", Some("unknown_host")),
    ];
    for (issuer, code, reason) in cases {
        let (api, user) = (demo.file("api.json"), demo.file("reader-bot.json"));
        let refused = run(&[
            "check",
            "--issuer",
            issuer,
            "--api-key",
            &api,
            "--user",
            &user,
            "--format",
            "json",
            "--port",
            "0",
        ])
        .await;
        assert_refused(issuer, &refused, code, reason);
    }
}

fn assert_refused(what: &str, refused: &Finished, code: &str, reason: Option<&str>) {
    assert_eq!(refused.status, Some(2), "{what}: {refused:?}");
    let document = refused.json();
    assert_eq!(document["error"]["code"], code, "{what}: {document}");
    if let Some(reason) = reason {
        assert_eq!(document["error"]["details"]["reason"], reason, "{what}: {document}");
    }
    assert!(
        document["error"]["message"].as_str().is_some_and(|said| said.len() > 20),
        "{what}: {document}"
    );
    assert_no_trace_and_no_key(refused);
}

/// A server that answers every connection with these bytes.
async fn answering(bytes: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    let address = format!("http://127.0.0.1:{port}");
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(bytes).await;
        }
    });
    address
}

#[tokio::test]
async fn a_bad_user_key_leaves_the_other_rows_whole() {
    let demo = Demo::start(&[]).await;
    let (api, reader) = (demo.file("api.json"), demo.file("reader-bot.json"));
    let garbled = demo.file("garbled.json");
    std::fs::write(&garbled, "{\"type\":\"serviceaccount\",").unwrap();
    for (bad, code) in [(garbled.as_str(), "key_unreadable"), (&api, "key_wrong_kind")] {
        let checked = demo.check(&api, &[bad, &reader], &[]).await;
        assert_eq!(checked.status, Some(1), "{checked:?}");
        assert_no_trace_and_no_key(&checked);
        let report = checked.json();
        assert_eq!(report["users"][0]["finding"]["code"], code);
        assert_eq!(
            matrix(&report)[0][1],
            json!([200, null, null]),
            "the public door needs no token"
        );
        assert_eq!(matrix(&report)[1], json!(["reader-bot", [200, 200, 200]]));
    }
}

#[tokio::test]
async fn an_api_that_the_issuer_refuses_is_reported_and_is_status_1() {
    let demo = Demo::start(&[]).await;
    let stranger = recorded_key("application");
    let reader = demo.file("reader-bot.json");
    let checked = demo.check(stranger.to_str().unwrap(), &[&reader], &[]).await;
    assert_eq!(checked.status, Some(1), "{checked:?}");
    assert_eq!(checked.json()["api"]["finding"]["code"], "api_not_authenticated");
}

#[tokio::test]
async fn arguments_that_do_not_fit_are_one_json_document_where_that_was_asked_for() {
    let cases: [&[&str]; 4] = [
        &["check", "--format", "json"],
        &["check", "--format=json", "--issuer", "x", "--nonsense"],
        &["check", "--format", "json", "--port", "eighty"],
        &["check", "--format", "json", "--workspace", "w.json", "--issuer", "x"],
    ];
    for arguments in cases {
        let refused = run(arguments).await;
        assert_refused(&format!("{arguments:?}"), &refused, "invalid_input", Some("arguments"));
    }
    let plain = run(&["check"]).await;
    assert_eq!((plain.status, plain.out.as_str()), (Some(2), ""));
    assert!(plain.err.contains("--workspace") || plain.err.contains("--issuer"), "{}", plain.err);
}

#[tokio::test]
async fn a_workspace_that_cannot_be_used_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("w.rolecall.json");
    let path = file.to_str().unwrap();
    let cases = [
        (None, "workspace_unusable", "unreadable"),
        (Some("{"), "workspace_unusable", "not_json"),
        (Some("{\"version\":99}"), "workspace_too_new", "too_new"),
        (Some("{\"version\":1}"), "invalid_input", "no_api_key"),
    ];
    for (text, code, reason) in cases {
        if let Some(text) = text {
            std::fs::write(&file, text).unwrap();
        }
        let refused = run(&["check", "--workspace", path, "--format", "json"]).await;
        assert_refused(&format!("{text:?}"), &refused, code, Some(reason));
    }
}

#[tokio::test]
async fn a_port_that_was_asked_for_and_is_taken_is_status_2() {
    let demo = Demo::start(&[]).await;
    let held = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = held.local_addr().unwrap().port().to_string();
    let checked = demo.check_all(&["--port", &port]).await;
    assert_refused("check", &checked, "machine", Some("port_taken"));
    let api_key = demo.file("api.json");
    let serve = ["serve", "--issuer", &demo.sandbox.issuer, "--api-key", &api_key, "--port", &port];
    let out = demo.file("second");
    let sandbox = ["sandbox", "--out", &out, "--port", &port];
    for arguments in [&serve[..], &sandbox] {
        let refused = run(arguments).await;
        assert_eq!((refused.status, refused.out.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(refused.err.contains(&port) && refused.err.lines().count() == 1, "{}", refused.err);
    }
}
