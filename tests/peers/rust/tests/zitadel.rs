//! The crate `zitadel`: its service accounts get tokens from the sandbox, and its introspection
//! tells the good ones from the bad.

use std::collections::HashMap;

use openidconnect::TokenIntrospectionResponse;
use rolecall_peers::{Sandbox, token};
use serde_json::Value;
use zitadel::{
    credentials::{Application, AuthenticationOptions, ServiceAccount},
    oidc::{
        discovery::discover,
        introspection::{
            AuthorityAuthentication, IntrospectionError, ZitadelIntrospectionResponse, fetch_jwks,
            introspect, local_jwt_validation,
        },
    },
};

const KINDS: [&str; 3] = ["opaque", "jwt", "jwe"];

/// A token for the project, obtained by the crate.
async fn authenticate(sandbox: &Sandbox, bot: &str, options: &AuthenticationOptions) -> String {
    let account = service_account(&sandbox.key(&format!("{bot}.json")));
    account.authenticate_with_options(&sandbox.issuer, options).await.expect("a token")
}

fn service_account(key: &Value) -> ServiceAccount {
    ServiceAccount::load_from_json(&key.to_string()).expect("a service user's key file")
}

fn for_project(sandbox: &Sandbox) -> AuthenticationOptions {
    AuthenticationOptions {
        scopes: vec!["profile".into()],
        project_audiences: vec![sandbox.project_id.clone()],
        ..AuthenticationOptions::default()
    }
}

type Answer = Result<ZitadelIntrospectionResponse, IntrospectionError>;

async fn ask(sandbox: &Sandbox, api_key: &Value, token: &str) -> Answer {
    let document = discover(&sandbox.issuer).await.expect("a discovery document");
    let endpoint = &document.additional_metadata().introspection_endpoint;
    let endpoint = endpoint.as_ref().expect("an introspection endpoint");
    let application =
        Application::load_from_json(&api_key.to_string()).expect("an application's key file");
    let as_api = AuthorityAuthentication::JWTProfile { application };
    introspect(endpoint, &sandbox.issuer, &as_api, token).await
}

async fn asked(sandbox: &Sandbox, token: &str) -> ZitadelIntrospectionResponse {
    ask(sandbox, &sandbox.key("api.json"), token).await.expect("the API is known")
}

fn roles(answer: &ZitadelIntrospectionResponse) -> Vec<&str> {
    let roles = answer.extra_fields().project_roles.as_ref();
    roles.into_iter().flat_map(HashMap::keys).map(String::as_str).collect()
}

#[tokio::test]
async fn its_service_accounts_get_tokens_that_are_active_and_carry_their_roles() {
    for kind in KINDS {
        let sandbox = Sandbox::start(&["--token-type", kind]);
        for (bot, role) in
            [("reader-bot", Some("read:messages")), ("writer-bot", Some("write:messages"))]
                .into_iter()
                .chain([("visitor-bot", None)])
        {
            let token = authenticate(&sandbox, bot, &for_project(&sandbox)).await;
            let answer = asked(&sandbox, &token).await;
            assert!(answer.active(), "{kind} {bot}");
            assert_eq!(answer.username(), Some(bot), "{kind}");
            assert_eq!(roles(&answer), Vec::from_iter(role), "{kind} {bot}");
            let audience = answer.aud().expect("an audience");
            assert!(audience.iter().any(|id| id.as_str() == sandbox.project_id), "{kind}");
            assert_eq!(answer.iss(), Some(sandbox.issuer.as_str()), "{kind}");
        }
    }
}

#[tokio::test]
async fn a_token_of_our_own_client_is_as_good() {
    let sandbox = Sandbox::start(&[]);
    let api_key = sandbox.file("api.json");
    let further = ["--api-key", api_key.to_str().expect("a readable path")];
    let token = token(&sandbox.issuer, &sandbox.file("reader-bot.json"), &further);
    assert_eq!(roles(&asked(&sandbox, &token).await), ["read:messages"]);
}

#[tokio::test]
async fn it_finds_inactive_what_is_garbled_or_made_out_to_nobody() {
    for kind in KINDS {
        let sandbox = Sandbox::start(&["--token-type", kind]);
        let good = authenticate(&sandbox, "reader-bot", &for_project(&sandbox)).await;
        let middle = good.len() / 2;
        let other = if good.as_bytes()[middle] == b'A' { "B" } else { "A" };
        let changed = format!("{}{other}{}", &good[..middle], &good[middle + 1..]);
        let bare = authenticate(&sandbox, "reader-bot", &AuthenticationOptions::default()).await;
        for (what, token) in
            [("changed", &*changed), ("cut", &good[..20]), ("none", "x"), ("no audience", &bare)]
        {
            assert!(!asked(&sandbox, token).await.active(), "{kind} {what}");
        }
    }
}

#[tokio::test]
async fn an_api_with_another_key_is_told_nothing() {
    let sandbox = Sandbox::start(&[]);
    let token = authenticate(&sandbox, "reader-bot", &for_project(&sandbox)).await;
    let mut stranger = sandbox.key("api.json");
    stranger["key"] = sandbox.key("writer-bot.json")["key"].clone();
    let refused = ask(&sandbox, &stranger, &token).await;
    assert!(matches!(refused, Err(IntrospectionError::ResponseError { .. })), "{refused:?}");
}

#[tokio::test]
async fn a_service_account_with_another_key_gets_no_token_in_any_dialect() {
    for dialect in ["v4.3", "invalid_client", "invalid_grant", "described"] {
        let sandbox = Sandbox::start(&["--dialect", dialect]);
        let mut posing = sandbox.key("reader-bot.json");
        posing["key"] = sandbox.key("writer-bot.json")["key"].clone();
        let options = for_project(&sandbox);
        let refused =
            service_account(&posing).authenticate_with_options(&sandbox.issuer, &options).await;
        assert!(refused.is_err(), "{dialect}");
    }
}

#[tokio::test]
async fn its_local_validation_takes_a_jwt_and_finds_the_roles_that_were_asked_for() {
    let sandbox = Sandbox::start(&["--token-type", "jwt"]);
    let mut options = for_project(&sandbox);
    options.scopes.push("urn:zitadel:iam:org:projects:roles".into());
    let token = authenticate(&sandbox, "reader-bot", &options).await;
    let keys = fetch_jwks(&sandbox.issuer).await.expect("a key set");
    let validate = async |issuer: &str, audience: &str| {
        local_jwt_validation::<Value>(&[issuer], &[audience], keys.clone(), &token).await
    };
    let claims = validate(&sandbox.issuer, &sandbox.project_id).await.expect("a good token");
    let claim = format!("urn:zitadel:iam:org:project:{}:roles", sandbox.project_id);
    assert!(claims[claim].get("read:messages").is_some(), "{claims}");
    assert!(validate(&sandbox.issuer, "another").await.is_err(), "made out to others");
    assert!(validate("http://localhost:1", &sandbox.project_id).await.is_err(), "by others");
}
