//! The command line as a person or a program meets it: real processes, exit statuses, JSON.

use rolecall_tests::{
    command::{Demo, Serving, cell, matrix, run},
    recorded_key, recordings,
};
use serde_json::{Value, json};
use tokio::process::Command;

const SCOPED: &str = "/api/private-scoped";

fn members(value: &Value) -> Vec<&str> {
    value.as_object().expect("an object").keys().map(String::as_str).collect()
}

#[tokio::test]
async fn issuer_and_files_alone_give_the_matrix_for_every_kind_of_token() {
    for kind in ["opaque", "jwt", "jwe"] {
        let demo = Demo::start(&["--token-type", kind]).await;
        let checked = demo.check_all(&[]).await;
        assert_eq!(
            checked.status,
            Some(0),
            "no expectation stands at the scoped door: {checked:?}"
        );
        let report = checked.json();
        assert_eq!(
            matrix(&report),
            json!([
                ["reader-bot", [200, 200, 200]],
                ["writer-bot", [200, 200, 403]],
                ["visitor-bot", [200, 200, 403]],
                ["nobody", [200, 401, 401]],
            ]),
            "{kind}"
        );
        for bot in ["writer-bot", "visitor-bot"] {
            assert_eq!(cell(&report, bot, SCOPED)["finding"]["code"], "role_missing", "{kind}");
            assert_eq!(cell(&report, bot, SCOPED)["expected"], Value::Null, "{kind}");
        }
        assert_eq!(report["users"][0]["token"]["kind"], kind);
        assert_eq!(report["project_id"], demo.sandbox.ready["project_id"], "{kind}: it is learned");
        assert_eq!(checked.err, "");
    }
}

#[tokio::test]
async fn the_report_has_the_members_that_others_build_on() {
    let demo = Demo::start(&[]).await;
    let report = demo.check_all(&[]).await.json();
    let expected =
        ["issuer", "project_id", "client_id", "finding", "notes", "api", "users", "target"];
    assert_eq!(members(&report), expected);
    assert_eq!(report["issuer"], demo.sandbox.issuer.as_str());
    assert_eq!(report["client_id"], demo.sandbox.ready["client_id"]);
    let reader = &report["users"][0];
    for member in ["label", "user_id", "user_name", "finding", "notes", "token", "cells"] {
        assert!(reader.get(member).is_some(), "{member} is missing in {reader}");
    }
    assert_eq!(reader["user_name"], "reader-bot");
    let token = &reader["token"];
    assert!(token["expires_at"].is_string() && token["scopes_asked"].is_array());
    assert!(token["scopes_kept"].as_array().unwrap().contains(&json!("openid")));
    let scoped = cell(&report, "reader-bot", SCOPED);
    assert_eq!(scoped["verdict"], "allowed");
    assert_eq!(scoped["decision"]["rule"], "any_role");
    assert_eq!(scoped["decision"]["needed_roles"], json!(["read:messages"]));
    assert_eq!(scoped["decision"]["roles_found"], json!(["read:messages"]));
    assert_eq!(scoped["decision"]["introspection"]["active"], true);
    assert!(scoped["response"]["headers"].is_array() && scoped["response"]["body"].is_string());
    let finding = &cell(&report, "visitor-bot", SCOPED)["finding"];
    assert_eq!(finding["kind"], "cause");
    assert!(!finding["evidence"].as_array().unwrap().is_empty());
    assert!(finding["fix"]["text"].is_string());
}

#[tokio::test]
async fn the_sandboxs_workspace_brings_its_expectations_and_they_can_be_overruled() {
    let demo = Demo::start(&[]).await;
    let met = demo.check_workspace(&[]).await;
    assert_eq!(met.status, Some(0), "{met:?}");
    let report = met.json();
    assert_eq!(cell(&report, "reader-bot", SCOPED)["expected"], "allow");
    assert_eq!(cell(&report, "visitor-bot", SCOPED)["expected"], "deny");
    assert_eq!(cell(&report, "visitor-bot", SCOPED)["expected_from"], "set");
    assert_eq!(cell(&report, "visitor-bot", SCOPED)["as_expected"], true);
    assert_eq!(cell(&report, "nobody", SCOPED)["expected_from"], "rule");

    let missed = demo.check_workspace(&["--expect", "visitor-bot:/api/private-scoped=allow"]).await;
    assert_eq!(missed.status, Some(1), "{missed:?}");
    assert_eq!(cell(&missed.json(), "visitor-bot", SCOPED)["as_expected"], false);
}

#[tokio::test]
async fn an_expectation_takes_a_label_a_user_name_or_a_user_id() {
    let demo = Demo::start(&[]).await;
    let (api, renamed) = (demo.file("api.json"), demo.file("some-key.json"));
    std::fs::copy(demo.file("visitor-bot.json"), &renamed).unwrap();
    let plain = demo.check(&api, &[&renamed], &[]).await.json();
    let user_id = plain["users"][0]["user_id"].as_str().unwrap();
    for user in ["some-key", "visitor-bot", user_id] {
        for (word, status) in [("deny", 0), ("allow", 1)] {
            let expect = format!("{user}:{SCOPED}={word}");
            let checked = demo.check(&api, &[&renamed], &["--expect", &expect]).await;
            assert_eq!(checked.status, Some(status), "{expect}: {checked:?}");
        }
    }
    for (expect, reason) in [
        (format!("ghost:{SCOPED}=deny"), "unknown_user"),
        ("visitor-bot:/elsewhere=deny".to_owned(), "unknown_endpoint"),
        ("visitor-bot".to_owned(), "arguments"),
    ] {
        let refused = demo.check(&api, &[&renamed], &["--expect", &expect]).await;
        assert_eq!(refused.status, Some(2), "{expect}");
        assert_eq!(refused.json()["error"]["details"]["reason"], reason, "{expect}");
    }
}

#[tokio::test]
async fn scopes_that_are_given_replace_all_others() {
    let demo = Demo::start(&[]).await;
    let checked = demo.check_all(&["--scope", "openid", "--scope", "profile"]).await;
    assert_eq!(checked.status, Some(1), "without an audience no token is good here");
    let report = checked.json();
    assert_eq!(report["users"][0]["token"]["scopes_asked"], json!(["openid", "profile"]));
    assert_eq!(cell(&report, "reader-bot", SCOPED)["finding"]["code"], "audience_missing");
}

#[tokio::test]
async fn the_recorded_world_serves_the_real_key_files() {
    let world = recordings().join("setup.json");
    let demo = Demo::start(&["--world", world.to_str().unwrap()]).await;
    let names = ["reader", "writer", "visitor", "jwt-reader", "other"];
    let users = names.map(|name| recorded_key(name).to_str().unwrap().to_owned());
    let users: Vec<_> = users.iter().map(String::as_str).collect();
    let api_key = recorded_key("application");
    let checked = demo.check(api_key.to_str().unwrap(), &users, &[]).await;
    assert_eq!(checked.status, Some(0), "{checked:?}");
    assert_eq!(
        matrix(&checked.json()),
        json!([
            ["reader", [200, 200, 200]],
            ["writer", [200, 200, 403]],
            ["visitor", [200, 200, 403]],
            ["jwt-reader", [200, 200, 200]],
            ["other", [200, 200, 403]],
            ["nobody", [200, 401, 401]],
        ])
    );
}

#[tokio::test]
async fn serve_and_token_give_the_guides_answers_to_curl() {
    for kind in ["opaque", "jwt", "jwe"] {
        let demo = Demo::start(&["--token-type", kind]).await;
        let api_key = demo.file("api.json");
        let serve =
            ["serve", "--issuer", &demo.sandbox.issuer, "--api-key", &api_key, "--port", "0"];
        let serving = Serving::start(&serve).await;
        let base = serving.ready.split_whitespace().find(|word| word.starts_with("http")).unwrap();
        for (bot, scoped) in [("reader-bot", "200"), ("visitor-bot", "403")] {
            let asked = demo.token(bot, &["--api-key", &api_key]).await;
            assert_eq!((asked.status, asked.err.as_str()), (Some(0), ""));
            let token = asked.out.strip_suffix('\n').unwrap();
            assert!(!token.contains(char::is_whitespace), "the token and nothing else");
            assert_eq!(curl(&format!("{base}/api/public"), None).await, "200");
            assert_eq!(curl(&format!("{base}/api/private"), None).await, "401");
            assert_eq!(curl(&format!("{base}/api/private"), Some(token)).await, "200");
            assert_eq!(curl(&format!("{base}{SCOPED}"), Some(token)).await, scoped, "{bot} {kind}");
        }
        let (status, _) = serving.stop("INT").await;
        assert_eq!(status, Some(0), "Ctrl-C is no error");
    }
}

async fn curl(url: &str, token: Option<&str>) -> String {
    let mut curl = Command::new("curl");
    curl.args(["--silent", "--noproxy", "*", "--output", "/dev/null"]);
    curl.args(["--write-out", "%{http_code}", "--url", url]);
    if let Some(token) = token {
        curl.args(["--header", &format!("Authorization: Bearer {token}")]);
    }
    String::from_utf8(curl.output().await.expect("curl is installed").stdout).expect("text")
}

#[tokio::test]
async fn a_token_names_the_project_whichever_way_it_was_told() {
    let demo = Demo::start(&["--token-type", "jwt"]).await;
    let project_id = demo.sandbox.ready["project_id"].as_str().unwrap().to_owned();
    let client_id = demo.sandbox.ready["client_id"].as_str().unwrap().to_owned();
    let api_key = demo.file("api.json");
    let scope = format!("openid urn:zitadel:iam:org:project:id:{project_id}:aud");
    let cases = [
        ("reader-bot", vec!["--api-key", &api_key], Some(&project_id)),
        ("reader-bot", vec!["--project-id", &project_id], Some(&project_id)),
        ("reader-bot", vec!["--scope", &scope], Some(&project_id)),
        ("visitor-bot", vec!["--api-key", &api_key], Some(&client_id)),
    ];
    for (bot, further, audience) in cases {
        let asked = demo.token(bot, &further).await;
        assert_eq!(asked.status, Some(0), "{asked:?}");
        let claims = claims(asked.out.trim());
        let named = claims["aud"].as_array().cloned().unwrap_or(vec![claims["aud"].clone()]);
        assert_eq!(
            named.first().and_then(Value::as_str),
            audience.map(String::as_str),
            "{further:?}"
        );
    }
}

fn claims(jwt: &str) -> Value {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let part = jwt.split('.').nth(1).expect("a JWT");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).expect("base64")).expect("claims")
}

#[tokio::test]
async fn the_sandbox_says_where_everything_is_and_its_files_are_private() {
    let demo = Demo::start(&[]).await;
    assert_eq!(members(&demo.sandbox.ready), ["issuer", "project_id", "client_id", "out"]);
    let out = std::path::PathBuf::from(demo.sandbox.ready["out"].as_str().unwrap());
    assert!(out.is_absolute());
    for name in [
        "api.json",
        "reader-bot.json",
        "writer-bot.json",
        "visitor-bot.json",
        "admin.pat",
        "workspace.rolecall.json",
    ] {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(out.join(name)).expect(name).permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    let (status, rest) = demo.sandbox.serving.stop("TERM").await;
    assert_eq!((status, rest), (Some(0), vec![]), "one line, and a graceful end");
}

#[tokio::test]
async fn every_dialect_of_a_refusal_leads_to_the_same_finding() {
    for dialect in ["v4.3", "invalid_client", "invalid_grant", "described"] {
        let demo = Demo::start(&["--dialect", dialect]).await;
        let stranger = recorded_key("reader");
        let users = [stranger.to_str().unwrap(), &demo.file("reader-bot.json")];
        let checked = demo.check(&demo.file("api.json"), &users, &[]).await;
        assert_eq!(checked.status, Some(1), "{dialect}");
        let report = checked.json();
        assert_eq!(report["users"][0]["finding"]["code"], "key_unknown", "{dialect}");
        assert_eq!(report["users"][0]["token"], Value::Null, "{dialect}");
        assert_eq!(matrix(&report)[1], json!(["reader-bot", [200, 200, 200]]), "{dialect}");
    }
}

#[tokio::test]
async fn text_is_a_table_without_colours_where_there_is_no_terminal() {
    let demo = Demo::start(&[]).await;
    let workspace = demo.file("workspace.rolecall.json");
    let checked = run(&["check", "--workspace", &workspace, "--port", "0"]).await;
    assert_eq!(checked.status, Some(0), "{checked:?}");
    assert!(!checked.out.contains('\u{1b}'), "no escape codes in a pipe");
    let row = |name: &str| {
        let line = checked.out.lines().find(|line| line.trim_start().starts_with(name));
        line.unwrap_or_else(|| panic!("{name} has no row in\n{}", checked.out)).to_owned()
    };
    assert_eq!(row("reader-bot").matches("200 allowed").count(), 3);
    assert!(row("visitor-bot").contains("403 refused"));
    assert_eq!(row("nobody").matches("401 refused").count(), 2);
    assert!(checked.out.contains("12 expectations, all met."), "{}", checked.out);
    let missed = run(&[
        "check",
        "--workspace",
        &workspace,
        "--port",
        "0",
        "--expect",
        "visitor-bot:/api/private-scoped=allow",
    ])
    .await;
    assert_eq!(missed.status, Some(1));
    assert!(missed.out.contains("should get in"), "{}", missed.out);
}

#[tokio::test]
async fn junit_counts_what_was_expected() {
    let demo = Demo::start(&[]).await;
    let workspace = demo.file("workspace.rolecall.json");
    let checked =
        run(&["check", "--workspace", &workspace, "--port", "0", "--format", "junit"]).await;
    assert_eq!(checked.status, Some(0), "{checked:?}");
    assert!(
        checked.out.starts_with("<?xml") && checked.out.contains("<testsuites"),
        "{}",
        checked.out
    );
    assert_eq!(checked.out.matches("<testcase").count(), 12);
}

#[tokio::test]
async fn with_a_personal_access_token_a_finding_tells_what_a_refusal_alone_does_not() {
    let demo = Demo::start(&["--fault", "role_inactive"]).await;
    let without = demo.check_all(&[]).await.json();
    let found = &cell(&without, "reader-bot", SCOPED)["finding"];
    assert_eq!(
        (&found["code"], &found["fix"]["action"]["do"]),
        (&json!("role_missing"), &json!("give_role"))
    );

    let token = demo.file("admin.pat");
    let with = demo.check_all(&["--pat-file", &token]).await;
    let report = with.json();
    let found = &cell(&report, "reader-bot", SCOPED)["finding"];
    assert_eq!(found["code"], "role_missing");
    assert_eq!(found["fix"]["action"]["do"], "switch_on_authorization", "{found}");
    let secret = std::fs::read_to_string(&token).unwrap();
    assert!(!with.out.contains(secret.trim()), "the token stays out of the report");

    let wrong = demo.file("api.json");
    let refused = demo.check_all(&["--pat-file", &wrong]).await;
    assert_eq!(refused.status, Some(0), "the roll is called all the same");
    assert!(refused.err.contains("does not accept this personal access token"), "{}", refused.err);
    let missing = demo.check_all(&["--pat-file", "/nowhere.pat"]).await;
    assert_eq!(missing.status, Some(2));
}

#[tokio::test]
async fn a_report_is_written_in_the_way_its_ending_says_whatever_comes_of_the_check() {
    let demo = Demo::start(&[]).await;
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).display().to_string();
    let (html, json, xml) = (file("r.html"), file("r.json"), file("r.xml"));
    let met = demo.check_workspace(&["--report", &html]).await;
    assert_eq!(met.status, Some(0), "{met:?}");
    let page = std::fs::read_to_string(&html).unwrap();
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("Everyone gets in"), "{page}");
    let missed = ["--expect", "visitor-bot:/api/private-scoped=allow", "--report", &json];
    let missed = demo.check_workspace(&missed).await;
    assert_eq!(missed.status, Some(1), "{missed:?}");
    let handed: Value = serde_json::from_str(&std::fs::read_to_string(&json).unwrap()).unwrap();
    assert_eq!(handed["report"], missed.json(), "the report is the one that was printed");
    assert!(handed["exchanges"].as_array().unwrap().len() > 12);
    demo.check_workspace(&["--report", &xml]).await;
    assert!(std::fs::read_to_string(&xml).unwrap().contains("<testsuites"));

    let other = demo.check_workspace(&["--report", &file("r.pdf")]).await;
    assert_eq!(other.status, Some(2), "{other:?}");
    assert_eq!(other.json()["error"]["details"]["reason"], "arguments");
    let nowhere = demo.check_workspace(&["--report", &file("missing/r.html")]).await;
    assert_eq!(nowhere.status, Some(2), "it was asked for and could not be had");
    assert!(nowhere.err.contains("cannot be written") && nowhere.json()["users"].is_array());
    assert!(!std::path::Path::new(&file("r.pdf")).exists());
}
