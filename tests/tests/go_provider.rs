//! Our client against the vendor's own library as a server: `tests/peers/go`, built and handed over
//! by `cargo xtask test peers-go`. Ignored elsewhere, since not every machine has Go.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

use std::{path::Path, sync::Arc};

use contract::{exchange::Purpose, finding::TokenKind};
use proptest::prelude::*;
use rolecall_tests::{
    command::{cell, matrix, run},
    issuer::changed,
    provider::Provider,
    recorded_key, recordings,
    unusual::{PROJECT, role_scopes, worlds},
};
use serde_json::{Value, json};
use zitadel_client::{
    Http, SystemClock, Transcript,
    discovery::{IssuerAddress, discover},
    http::HttpOptions,
    introspection::{About, Introspector},
    key_file::{self, KeyFile},
    scope,
    token::request_token,
};

const SCOPED: &str = "/api/private-scoped";

async fn recorded_world() -> Provider {
    Provider::start(&recordings().join("setup.json")).await
}

/// `check` with these key files: its exit status and its report.
async fn check(issuer: &str, api_key: &Path, users: &[&Path]) -> (Option<i32>, Value) {
    let mut arguments = vec!["check", "--issuer", issuer, "--port", "0", "--format", "json"];
    arguments.extend(["--api-key", api_key.to_str().unwrap()]);
    for user in users {
        arguments.extend(["--user", user.to_str().unwrap()]);
    }
    let checked = run(&arguments).await;
    (checked.status, checked.json())
}

#[tokio::test]
#[ignore = "needs Go: cargo xtask test peers-go"]
async fn the_roll_is_called_whichever_way_its_issuer_is_typed() {
    let provider = recorded_world().await;
    let users = ["reader", "writer", "visitor"].map(recorded_key);
    let users = users.each_ref().map(|path| path.as_path());
    for typed in [provider.issuer.as_str(), provider.issuer.trim_end_matches('/')] {
        let (status, report) = check(typed, &recorded_key("application"), &users).await;
        assert_eq!(status, Some(0), "{report}");
        assert_eq!(
            matrix(&report),
            json!([
                ["reader", [200, 200, 200]],
                ["writer", [200, 200, 403]],
                ["visitor", [200, 200, 403]],
                ["nobody", [200, 401, 401]],
            ]),
            "{typed}"
        );
        assert_eq!(report["issuer"], provider.issuer.as_str(), "with the slash of its own name");
        assert_eq!(report["project_id"], PROJECT, "it is learned");
        assert_eq!(report["users"][0]["token"]["kind"], "jwe");
        assert_eq!(report["users"][0]["user_name"], "reader-bot");
        assert_eq!(cell(&report, "visitor", SCOPED)["finding"]["code"], "role_missing");
    }
}

#[tokio::test]
#[ignore = "needs Go: cargo xtask test peers-go"]
async fn a_project_of_another_api_gives_no_roles_here() {
    let provider = recorded_world().await;
    let (reader, other) = (recorded_key("reader"), recorded_key("other"));
    let api_key = recorded_key("other-application");
    let (_, report) = check(&provider.issuer, &api_key, &[&reader, &other]).await;
    assert_eq!(matrix(&report)[0], json!(["reader", [200, 200, 403]]));
    assert_eq!(matrix(&report)[1], json!(["other", [200, 200, 200]]));
}

#[tokio::test]
#[ignore = "needs Go: cargo xtask test peers-go"]
async fn refused_users_are_told_why_in_the_librarys_own_dialect() {
    let provider = recorded_world().await;
    let (api_key, reader) = (recorded_key("application"), recorded_key("reader"));
    let folder = tempfile::tempdir().unwrap();
    let writer: Value =
        serde_json::from_slice(&std::fs::read(recorded_key("writer")).unwrap()).unwrap();
    type Change<'a> = &'a dyn Fn(&mut Value);
    let cases: [(&str, Change<'_>, &str); 4] = [
        (
            "damaged",
            &|file| file["key"] = json!("-----BEGIN RSA PRIVATE KEY-----"),
            "key_unreadable",
        ),
        ("unknown key", &|file| file["keyId"] = json!("9"), "key_unknown"),
        ("unknown user", &|file| file["userId"] = json!("9"), "key_unknown"),
        ("another's key", &|file| file["key"] = writer["key"].clone(), "key_unknown"),
    ];
    for (what, change, code) in cases {
        let file = changed(&reader, &folder.path().join("changed.json"), change);
        let (status, report) = check(&provider.issuer, &api_key, &[&file, &reader]).await;
        assert_eq!(status, Some(1), "{what}");
        assert_eq!(report["users"][0]["finding"]["code"], code, "{what}");
        assert_eq!(report["users"][0]["token"], Value::Null, "{what}");
        assert_eq!(matrix(&report)[1], json!(["reader", [200, 200, 200]]), "{what}");
    }
}

#[tokio::test]
#[ignore = "needs Go: cargo xtask test peers-go"]
async fn an_api_that_is_refused_in_plain_text_fails_closed() {
    let provider = recorded_world().await;
    let folder = tempfile::tempdir().unwrap();
    let unknown = changed(&recorded_key("application"), &folder.path().join("api.json"), |file| {
        file["keyId"] = json!("9");
    });
    let (status, report) = check(&provider.issuer, &unknown, &[&recorded_key("reader")]).await;
    assert_eq!(status, Some(1));
    assert_eq!(report["api"]["finding"]["code"], "api_not_authenticated");
    assert_eq!(matrix(&report)[0], json!(["reader", [200, 503, 503]]));
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 16,
        max_shrink_iters: 60,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    #[ignore = "needs Go: cargo xtask test peers-go"]
    fn the_provider_takes_whatever_our_client_signs(world in worlds(), scopes in role_scopes()) {
        tokio::runtime::Runtime::new().unwrap().block_on(async move {
            let folder = tempfile::tempdir().unwrap();
            let provider = Provider::start(&world.write(folder.path())).await;
            let transcript = Transcript::default();
            let clock = Arc::new(SystemClock);
            let http = Http::new(HttpOptions { transcript, clock, ca_file: None, retries: 0 });
            let http = http.unwrap();
            let address = IssuerAddress::parse(&provider.issuer).unwrap();
            let discovery = discover(&http, &address, false).await.unwrap();
            let KeyFile::Application(api) = key_file::read(&world.api_key(folder.path())).unwrap()
            else {
                panic!("an API's key")
            };
            let introspector = Introspector::new(http.clone(), discovery.clone(), api);
            let mut asked = vec![scope::OPENID.to_owned(), scope::audience(PROJECT)];
            asked.extend(scopes);
            for (at, user) in world.users.iter().enumerate() {
                let key = key_file::read(&world.user_key(folder.path(), at)).unwrap();
                let KeyFile::ServiceAccount(key) = key else { panic!("a user's key") };
                let token = request_token(&http, &discovery, &key, &asked, "user").await;
                prop_assert!(token.is_ok(), "{user:?}: {token:?}");
                let token = token.unwrap();
                prop_assert_eq!(token.kind, TokenKind::Jwe);
                let about = About { request_id: None, user: None, purpose: Purpose::Introspection };
                let answer = introspector.introspect(&token.value, about).await.unwrap();
                let [user_id, _] = &user.ids;
                // What is sealed is `token:user`, and falls apart at a third colon.
                prop_assert_eq!(answer.active, !user_id.contains(':'), "{:?}", user);
                if answer.active {
                    let mut roles = answer.project_roles(Some(PROJECT)).roles;
                    // Go writes a map's members in their order as bytes, as the world's are.
                    roles.sort();
                    prop_assert_eq!(&roles, &world.roles);
                    prop_assert_eq!(&answer.claims["sub"], user_id);
                }
            }
            Ok(())
        })?;
    }
}
