//! What holds for everything that is valid, however unusual: the sandbox takes whatever our client
//! signs, and our client reads back whatever the sandbox answers.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

use std::{path::Path, sync::Arc};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use contract::exchange::Purpose;
use jiff::Timestamp;
use proptest::{collection::btree_map, prelude::*};
use rolecall_tests::{
    issuer::Issuer,
    unusual::{Described, ORGANIZATION, PROJECT, names, role_scopes, worlds},
};
use sandbox::{Options, World};
use serde_json::{Value, json};
use zitadel_client::{
    Http, Transcript,
    discovery::{Discovery, IssuerAddress, discover},
    http::HttpOptions,
    introspection::{About, Introspection, Introspector},
    key_file::{self, KeyFile},
    scope,
    token::{Token, TokenError, request_token},
};

/// A moment that does not move.
#[derive(Clone, Copy)]
struct Standing(Timestamp);

impl sandbox::Clock for Standing {
    fn now(&self) -> Timestamp {
        self.0
    }
}

impl zitadel_client::Clock for Standing {
    fn now(&self) -> Timestamp {
        self.0
    }
}

/// 2026-11-23, in milliseconds since 1970.
const NOW: i64 = 1_795_435_113_000;

fn moment(milliseconds: i64) -> Standing {
    Standing(Timestamp::from_millisecond(milliseconds).unwrap())
}

/// Our client with a clock of its own.
struct Client {
    http: Http,
    discovery: Discovery,
}

impl Client {
    async fn of(issuer: &Issuer, clock: Standing) -> Self {
        let transcript = Transcript::default();
        let options = HttpOptions { transcript, clock: Arc::new(clock), ca_file: None, retries: 0 };
        let http = Http::new(options).unwrap();
        let address = IssuerAddress::parse(&issuer.address).unwrap();
        let discovery = discover(&http, &address, false).await.unwrap();
        Self { http, discovery }
    }

    async fn token(&self, key: &Path, scopes: &[String]) -> Result<Token, TokenError> {
        let KeyFile::ServiceAccount(key) = key_file::read(key).unwrap() else {
            panic!("{} is a service user's", key.display())
        };
        request_token(&self.http, &self.discovery, &key, scopes, "user").await
    }

    async fn introspect(&self, api_key: &Path, token: &Token) -> Introspection {
        let KeyFile::Application(key) = key_file::read(api_key).unwrap() else {
            panic!("{} is an API's", api_key.display())
        };
        let introspector = Introspector::new(self.http.clone(), self.discovery.clone(), key);
        let about = About { request_id: None, user: None, purpose: Purpose::Introspection };
        introspector.introspect(&token.value, about).await.unwrap()
    }
}

async fn serve(world: &Described, folder: &Path, clock: Standing) -> Issuer {
    let world = World::read_description(&world.write(folder)).unwrap();
    Issuer::start(world, Options { clock: Arc::new(clock), ..Options::default() }).await
}

/// Few: each makes the sandbox's own two keys. Nothing is written into the working tree.
fn config() -> ProptestConfig {
    let base = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    ProptestConfig { cases: 24, max_shrink_iters: 60, ..base }
}

fn run(test: impl Future<Output = Result<(), TestCaseError>>) -> Result<(), TestCaseError> {
    tokio::runtime::Runtime::new().unwrap().block_on(test)
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_sandbox_takes_whatever_our_client_signs(
        world in worlds(),
        scopes in role_scopes(),
        fraction in 0_i64..1000,
        // An assertion lives ten minutes, and a clock may run ahead by a second.
        ahead in -598_000_i64..=1_000,
    ) {
        run(async move {
            let folder = tempfile::tempdir().unwrap();
            let issuer = serve(&world, folder.path(), moment(NOW + fraction)).await;
            let client = Client::of(&issuer, moment(NOW + fraction + ahead)).await;
            let mut asked = vec![scope::OPENID.to_owned(), scope::audience(PROJECT)];
            asked.extend(scopes);
            for (at, user) in world.users.iter().enumerate() {
                let key = world.user_key(folder.path(), at);
                let token = client.token(&key, &asked).await;
                prop_assert!(token.is_ok(), "{user:?}: {token:?}");
                let answer = client.introspect(&world.api_key(folder.path()), &token.unwrap()).await;
                let [user_id, _] = &user.ids;
                // What is sealed is `token:user`, and falls apart at a third colon in ZITADEL too.
                let readable = user.token_type == "JWT" || !user_id.contains(':');
                prop_assert_eq!(answer.active, readable, "{:?}", user);
                if readable {
                    prop_assert_eq!(answer.scopes(), Some(asked.clone()), "none is lost");
                    prop_assert_eq!(&answer.claims["sub"], user_id);
                }
            }
            Ok(())
        })?;
    }

    #[test]
    fn our_client_reads_back_whatever_the_sandbox_answers(
        world in worlds(),
        metadata in btree_map(names(), prop::collection::vec(any::<u8>(), 0..40), 0..4),
    ) {
        run(async move {
            let folder = tempfile::tempdir().unwrap();
            let issuer = serve(&world, folder.path(), moment(NOW)).await;
            let client = Client::of(&issuer, moment(NOW)).await;
            let metadata_claim = "urn:zitadel:iam:user:metadata";
            let owner_claim = "urn:zitadel:iam:user:resourceowner";
            let asked = [scope::OPENID, scope::PROFILE, metadata_claim, owner_claim];
            let mut asked = asked.map(str::to_owned).to_vec();
            asked.push(scope::audience(PROJECT));
            for (at, user) in world.users.iter().enumerate() {
                let [user_id, _] = &user.ids;
                for (name, value) in &metadata {
                    issuer.sandbox.set_metadata(user_id, name, value).unwrap();
                }
                let token = client.token(&world.user_key(folder.path(), at), &asked).await.unwrap();
                let answer = client.introspect(&world.api_key(folder.path()), &token).await;
                if !answer.active {
                    prop_assert!(user_id.contains(':'), "{:?}", user);
                    continue;
                }
                prop_assert_eq!(&answer.project_roles(Some(PROJECT)).roles, &world.roles);
                prop_assert_eq!(&answer.project_roles(None).roles, &world.roles);
                prop_assert_eq!(answer.learned_project_id(), Some(PROJECT.to_owned()));
                prop_assert_eq!(answer.user_name(), Some(&*user.name));
                let [name, domain] = &world.organization;
                let owner = |what| &answer.claims[&format!("{owner_claim}:{what}")];
                prop_assert_eq!(owner("name"), name);
                prop_assert_eq!(owner("primary_domain"), domain);
                let role = &answer.claims["urn:zitadel:iam:org:project:roles"][&world.roles[0]];
                prop_assert_eq!(role, &json!({ ORGANIZATION: domain }), "who gave it");
                let read = answer.claims.get(metadata_claim).and_then(Value::as_object);
                prop_assert_eq!(read.map_or(0, serde_json::Map::len), metadata.len());
                for (name, value) in &metadata {
                    let encoded = read.unwrap()[name].as_str().unwrap();
                    prop_assert_eq!(&URL_SAFE_NO_PAD.decode(encoded).unwrap(), value, "{}", name);
                }
            }
            Ok(())
        })?;
    }
}
