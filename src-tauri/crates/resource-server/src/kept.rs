//! Introspection answers that the API may go by for a while, where somebody turned that on. A role that
//! is given or taken meanwhile shows late: the decision says how old the answer is.
//!
//! Only answers for good tokens are kept, and none beyond its token's end. A token is known here by its
//! SHA-256 alone.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use aws_lc_rs::digest::{SHA256, SHA256_OUTPUT_LEN, digest};
use jiff::Timestamp;
use moka::{Expiry, sync::Cache};
use zitadel_client::{introspection::Introspection, secret::AccessToken};

/// Tokens beyond this push out others.
const MAX_KEPT: u64 = 10_000;

type Fingerprint = [u8; SHA256_OUTPUT_LEN];

/// The answers so far; none where nothing may be kept.
pub(crate) struct Kept {
    answers: Option<Cache<Fingerprint, Arc<Answer>>>,
    lifetime: Duration,
}

struct Answer {
    introspection: Introspection,
    came: Instant,
    good_for: Duration,
}

/// Each answer for its own time.
struct EachItsTime;

impl Expiry<Fingerprint, Arc<Answer>> for EachItsTime {
    fn expire_after_create(
        &self,
        _: &Fingerprint,
        answer: &Arc<Answer>,
        _: Instant,
    ) -> Option<Duration> {
        Some(answer.good_for)
    }

    fn expire_after_update(
        &self,
        _: &Fingerprint,
        answer: &Arc<Answer>,
        _: Instant,
        _: Option<Duration>,
    ) -> Option<Duration> {
        Some(answer.good_for)
    }
}

impl Kept {
    /// For so long at most; zero keeps nothing.
    pub(crate) fn new(lifetime: Duration) -> Self {
        let cache = || Cache::builder().max_capacity(MAX_KEPT).expire_after(EachItsTime).build();
        Self { answers: (!lifetime.is_zero()).then(cache), lifetime }
    }

    /// The answer for this token and its age.
    pub(crate) fn get(&self, token: &AccessToken) -> Option<(Introspection, Duration)> {
        let answer = self.answers.as_ref()?.get(&fingerprint(token))?;
        Some((answer.introspection.clone(), answer.came.elapsed()))
    }

    pub(crate) fn keep(&self, token: &AccessToken, introspection: &Introspection) {
        let Some(answers) = &self.answers else { return };
        let good_for = good_for(self.lifetime, introspection, Timestamp::now());
        if !good_for.is_zero() {
            let introspection = introspection.clone();
            let answer = Answer { introspection, came: Instant::now(), good_for };
            answers.insert(fingerprint(token), Arc::new(answer));
        }
    }
}

/// Until the token's end and not longer than `lifetime`; zero for a token that is not good: nothing is
/// gained by a no that may be over.
fn good_for(lifetime: Duration, introspection: &Introspection, now: Timestamp) -> Duration {
    if !introspection.active {
        return Duration::ZERO;
    }
    match introspection.expires_at() {
        Some(end) => lifetime.min(Duration::try_from(end.duration_since(now)).unwrap_or_default()),
        None => lifetime,
    }
}

fn fingerprint(token: &AccessToken) -> Fingerprint {
    let mut fingerprint = [0; SHA256_OUTPUT_LEN];
    fingerprint.copy_from_slice(digest(&SHA256, token.expose().as_bytes()).as_ref());
    fingerprint
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn introspection(claims: Value) -> Introspection {
        let Value::Object(claims) = claims else { panic!("claims are an object") };
        Introspection { active: claims["active"] == true, claims, exchange: 7 }
    }

    fn token(text: &str) -> AccessToken {
        AccessToken::from(text.to_owned())
    }

    #[test]
    fn no_answer_is_kept_beyond_its_tokens_end() {
        let now = Timestamp::from_second(1_000).unwrap();
        let minute = Duration::from_secs(60);
        let cases = [
            (json!({"active": true, "exp": 5_000}), minute),
            (json!({"active": true, "exp": 1_020}), Duration::from_secs(20)),
            (json!({"active": true, "exp": 1_000}), Duration::ZERO),
            (json!({"active": true, "exp": 900}), Duration::ZERO),
            (json!({"active": true}), minute),
            (json!({"active": false}), Duration::ZERO),
        ];
        for (claims, expected) in cases {
            let answer = introspection(claims.clone());
            assert_eq!(good_for(minute, &answer, now), expected, "{claims}");
        }
    }

    #[test]
    fn an_answer_is_its_own_tokens_alone() {
        let kept = Kept::new(Duration::from_secs(60));
        kept.keep(&token("one"), &introspection(json!({"active": true, "sub": "1"})));
        kept.keep(&token("dead"), &introspection(json!({"active": false})));
        let (answer, age) = kept.get(&token("one")).unwrap();
        assert_eq!((answer.claims["sub"].as_str(), answer.exchange), (Some("1"), 7));
        assert!(age < Duration::from_secs(60));
        assert!(kept.get(&token("other")).is_none());
        assert!(kept.get(&token("dead")).is_none(), "a no is asked for anew");
        kept.keep(&token("one"), &introspection(json!({"active": true, "sub": "2"})));
        assert_eq!(kept.get(&token("one")).unwrap().0.claims["sub"], "2");
    }

    #[test]
    fn nothing_is_kept_where_nobody_turned_it_on() {
        let kept = Kept::new(Duration::ZERO);
        kept.keep(&token("one"), &introspection(json!({"active": true})));
        assert!(kept.get(&token("one")).is_none());
    }

    #[test]
    fn an_answer_whose_time_is_over_is_gone() {
        let kept = Kept::new(Duration::from_nanos(1));
        kept.keep(&token("one"), &introspection(json!({"active": true})));
        while Instant::now().elapsed().is_zero() {}
        assert!(kept.get(&token("one")).is_none());
    }
}
