//! The issuer's keys, kept for as long as it allows, and asked for again when a token names a key
//! that is not among them: once, however many tokens do so at the same time.

use std::{collections::HashMap, sync::Arc, time::Instant};

use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;
use tokio::sync;

use super::{Jwks, JwksError, Verification, fetch};
use crate::{discovery::Discovery, http::Http};

/// Between two fetches for keys that nobody knows: made-up tokens must not become a storm.
const PAUSE: SignedDuration = SignedDuration::from_secs(5);

/// Keys by their address. Clones keep the same keys.
#[derive(Clone)]
pub struct Keys(Arc<Inner>);

struct Inner {
    http: Http,
    by_address: Mutex<HashMap<String, Arc<sync::Mutex<Kept>>>>,
}

/// One issuer's keys. Its lock is held while they are fetched, so that all who need them wait for one
/// fetch; it is tokio's, which may be held over an await.
#[derive(Default)]
struct Kept {
    /// The latest that came, and when; a fetch that fails takes nothing away.
    keys: Option<(Arc<Jwks>, Timestamp)>,
    /// The latest fetch, and when it ended.
    last: Option<(Result<Arc<Jwks>, JwksError>, Instant)>,
    /// When keys were last fetched for the sake of one that was not among them.
    sought: Option<Timestamp>,
}

impl Keys {
    /// Nothing is fetched before the first question.
    pub fn new(http: Http) -> Self {
        Self(Arc::new(Inner { http, by_address: Mutex::default() }))
    }

    /// The issuer's keys, at most as old as it allows.
    ///
    /// # Errors
    /// [`JwksError`].
    pub async fn get(&self, discovery: &Discovery) -> Result<Arc<Jwks>, JwksError> {
        let asked = Instant::now();
        let kept = self.kept(discovery)?;
        let mut kept = kept.lock().await;
        self.present(&mut kept, discovery, asked).await
    }

    /// Looks at a JWT's signature; its claims are not judged. A key that is not known is looked for
    /// once more, unless somebody did so within the last five seconds.
    ///
    /// # Errors
    /// [`JwksError`].
    pub async fn verify(
        &self,
        discovery: &Discovery,
        jwt: &str,
    ) -> Result<Verification, JwksError> {
        let asked = Instant::now();
        let kept = self.kept(discovery)?;
        let known = self.present(&mut *kept.lock().await, discovery, asked).await?;
        let verification = known.verify(jwt);
        if !matches!(verification, Verification::UnknownKey { .. }) {
            return Ok(verification);
        }
        let renewed = self.renewed(&mut *kept.lock().await, discovery, asked).await?;
        Ok(renewed.verify(jwt))
    }

    fn kept(&self, discovery: &Discovery) -> Result<Arc<sync::Mutex<Kept>>, JwksError> {
        let address = discovery.jwks_uri.clone().ok_or(JwksError::Unnamed)?;
        Ok(self.0.by_address.lock().entry(address).or_default().clone())
    }

    /// Keys that the issuer still allows, or those of a fetch that ended after the question.
    async fn present(
        &self,
        kept: &mut Kept,
        discovery: &Discovery,
        asked: Instant,
    ) -> Result<Arc<Jwks>, JwksError> {
        match (kept.fresh(self.0.http.now()), kept.since(asked)) {
            (Some(fresh), _) => Ok(fresh),
            (None, Some(outcome)) => outcome,
            (None, None) => self.fetch(kept, discovery).await,
        }
    }

    /// Keys of a fetch that ended after the question, or what is there where the next fetch has to
    /// wait.
    async fn renewed(
        &self,
        kept: &mut Kept,
        discovery: &Discovery,
        asked: Instant,
    ) -> Result<Arc<Jwks>, JwksError> {
        if let Some(outcome) = kept.since(asked) {
            return outcome;
        }
        let now = self.0.http.now();
        let sought = kept.sought.is_some_and(|at| at <= now && now.duration_since(at) < PAUSE);
        match &kept.keys {
            Some((there, _)) if sought => Ok(there.clone()),
            _ => {
                kept.sought = Some(now);
                self.fetch(kept, discovery).await
            }
        }
    }

    async fn fetch(&self, kept: &mut Kept, discovery: &Discovery) -> Result<Arc<Jwks>, JwksError> {
        let outcome = fetch(&self.0.http, discovery).await.map(Arc::new);
        if let Ok(keys) = &outcome {
            kept.keys = Some((keys.clone(), self.0.http.now()));
        }
        kept.last = Some((outcome.clone(), Instant::now()));
        outcome
    }
}

impl Kept {
    fn fresh(&self, now: Timestamp) -> Option<Arc<Jwks>> {
        let (keys, at) = self.keys.as_ref()?;
        // A clock that was set back tells nothing of the keys' age.
        let is_fresh = *at <= now && now.duration_since(*at).unsigned_abs() < keys.fresh_for;
        is_fresh.then(|| keys.clone())
    }

    fn since(&self, asked: Instant) -> Option<Result<Arc<Jwks>, JwksError>> {
        let (outcome, ended) = self.last.as_ref()?;
        (*ended >= asked).then(|| outcome.clone())
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys").field("issuers", &self.0.by_address.lock().len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use futures::future::join_all;
    use jsonwebtoken::{Algorithm, EncodingKey, Header, encode, jwk};
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::{
        secret::PrivateKey,
        testing::{self, FixedClock, Reply, Server, service_account},
    };

    /// The key sets before and after a rotation, and how to sign by either.
    struct Rotation {
        old: PrivateKey,
        new: PrivateKey,
    }

    impl Rotation {
        fn new() -> Self {
            Self { old: service_account("reader").key, new: service_account("writer").key }
        }

        fn before(&self) -> Reply {
            set(&[("old", self.old.encoding_key())])
        }

        fn after(&self) -> Reply {
            set(&[("old", self.old.encoding_key()), ("new", self.new.encoding_key())])
        }
    }

    fn set(keys: &[(&str, &EncodingKey)]) -> Reply {
        let document = |(key_id, key): &(&str, &EncodingKey)| {
            let mut key =
                serde_json::to_value(jwk::Jwk::from_encoding_key(key, Algorithm::RS256).unwrap())
                    .unwrap();
            key["kid"] = (*key_id).into();
            key
        };
        let keys: Vec<Json> = keys.iter().map(document).collect();
        Reply::json(200, &json!({ "keys": keys }))
    }

    fn signed(key: &PrivateKey, key_id: &str) -> String {
        let header = Header { kid: Some(key_id.into()), ..Header::new(Algorithm::RS256) };
        encode(&header, &json!({}), key.encoding_key()).unwrap()
    }

    fn keys(clock: &Arc<FixedClock>) -> Keys {
        Keys::new(testing::http_at(clock.clone()).0)
    }

    fn verified(key_id: &str) -> Verification {
        Verification::Verified { key_id: Some(key_id.into()) }
    }

    fn unknown(key_id: &str) -> Verification {
        Verification::UnknownKey { key_id: Some(key_id.into()) }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn a_rotated_key_is_fetched_once_however_many_tokens_name_it() {
        let rotation = Rotation::new();
        let server = Arc::new(Server::answering([rotation.before(), rotation.after()]).await);
        let keys = keys(&FixedClock::new());
        let (old, new) = (signed(&rotation.old, "old"), signed(&rotation.new, "new"));
        assert_eq!(keys.verify(&server.discovery, &old).await.unwrap(), verified("old"));
        assert_eq!(server.requests().len(), 1);

        let at_once = (0..50).map(|_| {
            let (keys, server, new) = (keys.clone(), server.clone(), new.clone());
            tokio::spawn(async move { keys.verify(&server.discovery, &new).await })
        });
        for outcome in join_all(at_once).await {
            assert_eq!(outcome.unwrap().unwrap(), verified("new"));
        }
        assert_eq!(server.requests().len(), 2, "one more fetch");
        assert_eq!(keys.verify(&server.discovery, &old).await.unwrap(), verified("old"));
        assert_eq!(server.requests().len(), 2);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn made_up_keys_are_looked_for_once_in_five_seconds() {
        let rotation = Rotation::new();
        let server = Arc::new(Server::answering([rotation.before()]).await);
        let clock = FixedClock::new();
        let keys = keys(&clock);
        let old = signed(&rotation.old, "old");
        keys.verify(&server.discovery, &old).await.unwrap();
        for fetches in [2, 2, 3] {
            let at_once = (0..50).map(|n| {
                let (keys, server) = (keys.clone(), server.clone());
                let jwt = signed(&rotation.new, &n.to_string());
                tokio::spawn(async move { keys.verify(&server.discovery, &jwt).await })
            });
            for (n, outcome) in join_all(at_once).await.into_iter().enumerate() {
                assert_eq!(outcome.unwrap().unwrap(), unknown(&n.to_string()));
            }
            assert_eq!(server.requests().len(), fetches);
            clock.forward(if fetches == 2 { 3 } else { 0 });
        }
    }

    #[tokio::test]
    async fn keys_that_were_just_fetched_are_new_enough_for_an_unknown_name() {
        let rotation = Rotation::new();
        let server = Server::answering([rotation.before()]).await;
        let jwt = signed(&rotation.new, "new");
        let told = keys(&FixedClock::new()).verify(&server.discovery, &jwt).await.unwrap();
        assert_eq!((told, server.requests().len()), (unknown("new"), 1));
    }

    #[tokio::test]
    async fn keys_are_kept_for_as_long_as_the_issuer_allows() {
        let cases = [
            (None, 299, 1),
            (None, 300, 2),
            (Some("max-age=300, must-revalidate"), 300, 2),
            (Some("public, Max-Age = 60"), 59, 1),
            (Some("public, max-age=60"), 60, 2),
            (Some("max-age=\"60\""), 60, 2),
            (Some("no-store"), 0, 2),
            (Some("no-cache, max-age=60"), 0, 2),
            (Some("max-age=soon"), 299, 1),
            (Some("max-age=99999999999"), 86_399, 1),
            (Some("max-age=99999999999"), 86_400, 2),
            (None, -1, 2),
        ];
        for (header, seconds, fetches) in cases {
            let rotation = Rotation::new();
            let reply = match header {
                Some(header) => rotation.before().with("cache-control", header),
                None => rotation.before(),
            };
            let server = Server::answering([reply]).await;
            let clock = FixedClock::new();
            let keys = keys(&clock);
            for forward in [seconds, 0] {
                keys.get(&server.discovery).await.unwrap();
                clock.forward(forward);
            }
            assert_eq!(server.requests().len(), fetches, "{header:?} after {seconds} s");
        }
    }

    #[tokio::test]
    async fn a_failure_is_shared_by_those_who_waited_for_it_and_then_forgotten() {
        let rotation = Rotation::new();
        let server = Server::answering([Reply::text(500, ""), rotation.before()]).await;
        let keys = keys(&FixedClock::new());
        let outcomes = join_all((0..50).map(|_| keys.get(&server.discovery))).await;
        assert!(outcomes.iter().all(|o| matches!(o, Err(JwksError::Unreadable { .. }))));
        assert_eq!(server.requests().len(), 1);
        assert_eq!(keys.get(&server.discovery).await.unwrap().keys.len(), 1);
    }

    #[tokio::test]
    async fn a_fetch_that_fails_takes_no_keys_away() {
        let rotation = Rotation::new();
        let server = Server::answering([rotation.before(), Reply::text(500, "")]).await;
        let keys = keys(&FixedClock::new());
        let old = signed(&rotation.old, "old");
        assert_eq!(keys.verify(&server.discovery, &old).await.unwrap(), verified("old"));
        let new = signed(&rotation.new, "new");
        keys.verify(&server.discovery, &new).await.unwrap_err();
        assert_eq!(keys.verify(&server.discovery, &new).await.unwrap(), unknown("new"));
        assert_eq!(keys.verify(&server.discovery, &old).await.unwrap(), verified("old"));
        assert_eq!(server.requests().len(), 2);
    }

    #[tokio::test]
    async fn issuers_are_kept_apart() {
        let rotation = Rotation::new();
        let first = Server::answering([rotation.before()]).await;
        let second = Server::answering([set(&[("new", rotation.new.encoding_key())])]).await;
        let keys = keys(&FixedClock::new());
        let jwt = signed(&rotation.new, "new");
        assert_eq!(keys.verify(&first.discovery, &jwt).await.unwrap(), unknown("new"));
        assert_eq!(keys.verify(&second.discovery, &jwt).await.unwrap(), verified("new"));
        let mut unnamed = second.discovery.clone();
        unnamed.jwks_uri = None;
        assert_eq!(keys.verify(&unnamed, &jwt).await, Err(JwksError::Unnamed));
    }
}
