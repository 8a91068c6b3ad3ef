//! `rolecall-cli sandbox --fault`, `--tls`, `--older-role-claims`: what is asked for is served, and
//! what is written tells nothing of it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

use std::fs;

use reqwest::{Certificate, Client};
use rolecall_tests::command::{Demo, cell, run};
use serde_json::{Value, json};

const ROLE: &str = "/api/private-scoped";

fn read(path: &str) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// The first user's cell at the door that needs a role: its status, and whether it was expected.
fn first(report: &Value) -> Value {
    let cell = cell(report, "reader-bot", ROLE);
    json!([cell["status"], cell["as_expected"]])
}

#[tokio::test]
async fn each_fault_of_the_world_is_served_and_not_written() {
    for (fault, expected) in [
        ("role_taken", json!([403, false])),
        ("role_inactive", json!([403, false])),
        ("key_deleted", json!([null, false])),
        ("key_expired", json!([null, false])),
        ("user_locked", json!([null, false])),
        ("user_inactive", json!([null, false])),
        ("wrong_project", json!([401, false])),
        ("api_inactive", json!([503, false])),
        ("project_inactive", json!([503, false])),
    ] {
        let demo = Demo::start(&["--fault", fault]).await;
        let workspace = read(&demo.file("workspace.rolecall.json"));
        let expectations = workspace["expectations"].as_array().unwrap();
        assert_eq!(expectations[0]["expected"], "allow", "{fault}: as the whole world has it");
        assert_eq!(workspace["ca_file"], Value::Null);
        let key = read(&demo.file("reader-bot.json"));
        assert_eq!(key["expirationDate"], "9999-12-31T23:59:59Z", "{fault}");
        let project = &workspace["project_id"];
        if fault == "wrong_project" {
            assert_eq!(project, &demo.sandbox.ready["project_id"], "the one that the API left");
        } else {
            assert_eq!(project, &Value::Null, "{fault}");
        }
        let report = demo.check_workspace(&[]).await;
        assert_eq!(report.status, Some(1), "{fault}: {}", report.err);
        let mut seen = first(&report.json());
        if seen[1].is_null() {
            seen[1] = false.into();
        }
        assert_eq!(seen, expected, "{fault}");
    }
}

#[tokio::test]
async fn faults_add_up_and_the_line_stays_as_it_is() {
    let demo = Demo::start(&["--fault", "clock_ahead=3600", "--fault=html@userinfo"]).await;
    let ready = demo.sandbox.ready.as_object().unwrap();
    let fields: Vec<_> = ready.keys().map(String::as_str).collect();
    assert_eq!(fields, ["issuer", "project_id", "client_id", "out"]);
    let client = Client::builder().no_proxy().tls_certs_only([]).build().unwrap();
    let page =
        client.get(format!("{}/oidc/v1/userinfo", demo.sandbox.issuer)).send().await.unwrap();
    assert!(page.headers()["content-type"].to_str().unwrap().starts_with("text/html"));
    let refused = demo.token("reader-bot", &[]).await;
    assert_ne!(refused.status, Some(0), "the assertion had expired when it came");
}

#[tokio::test]
async fn without_a_fault_everybody_is_where_they_belong() {
    for further in [&[][..], &["--older-role-claims"]] {
        let demo = Demo::start(further).await;
        let report = demo.check_workspace(&[]).await;
        assert_eq!(report.status, Some(0), "{further:?}: {}", report.err);
        let report = report.json();
        assert_eq!(first(&report), json!([200, true]), "{further:?}");
        let claims = &cell(&report, "reader-bot", ROLE)["decision"]["introspection"];
        let union = claims.to_string().contains("urn:zitadel:iam:org:projects:roles");
        assert_eq!(union, further.is_empty(), "{claims}");
    }
}

#[tokio::test]
async fn over_tls_its_own_authority_lies_beside_the_workspace() {
    let demo = Demo::start(&["--tls"]).await;
    assert!(demo.sandbox.issuer.starts_with("https://localhost:"), "{}", demo.sandbox.issuer);
    let workspace = read(&demo.file("workspace.rolecall.json"));
    assert_eq!(workspace["issuer"], demo.sandbox.issuer);
    assert_eq!(workspace["ca_file"], "ca.pem");
    let pem = fs::read(demo.file("ca.pem")).unwrap();
    let trusted = [Certificate::from_pem(&pem).unwrap()];
    let client = Client::builder().no_proxy().tls_certs_only(trusted).build().unwrap();
    let address = format!("{}/.well-known/openid-configuration", demo.sandbox.issuer);
    let document: Value = client.get(address).send().await.unwrap().json().await.unwrap();
    assert_eq!(document["issuer"], demo.sandbox.issuer);
    let report = demo.check_workspace(&[]).await;
    assert_eq!(report.status, Some(0), "{}{}", report.out, report.err);
}

#[tokio::test]
async fn each_bad_certificate_is_not_trusted() {
    for fault in ["tls_self_signed", "tls_name", "tls_expired"] {
        let demo = Demo::start(&["--fault", fault]).await;
        assert!(demo.sandbox.issuer.starts_with("https://"), "{fault}");
        let report = demo.check_workspace(&[]).await;
        assert_eq!(report.status, Some(2), "{fault}: {}", report.out);
        assert_eq!(report.json()["error"]["code"], "tls_untrusted", "{fault}: {}", report.out);
    }
}

#[tokio::test]
async fn what_is_no_fault_is_refused_with_what_would_be_one() {
    for (typed, said) in [
        ("role_lost", "is none of: wrong_project, role_taken"),
        ("cut@keys", "`keys` is none of: discovery, token, introspection, userinfo"),
        ("slow@token", "written as slow@discovery|token|introspection|userinfo=MS"),
        ("clock_ahead=soon", "written as clock_ahead=S"),
        ("user_locked=1", "written as user_locked"),
    ] {
        let refused = run(&["sandbox", "--fault", typed]).await;
        assert_eq!((refused.status, &*refused.out), (Some(2), ""), "{typed}");
        let named = format!("invalid value '{typed}' for '--fault <NAME[@WHERE][=VALUE]>'");
        assert!(refused.err.contains(&named), "{}", refused.err);
        assert!(refused.err.contains(said), "{}", refused.err);
    }
}
