//! The transcript: every HTTP exchange of this program, with its secrets in slots.
//!
//! Exchanges are told to one sink as they end, and the latest are kept for looking up. Nothing in a
//! record needs hiding any more; the slots are resolved only where a person asked for it.

mod curl;
mod kept;
mod leak;
mod mention;
mod outline;
mod redact;
mod slot;

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use contract::{
    ExchangeId, SlotId,
    exchange::{Exchange, Secret, SecretKind},
};
use parking_lot::Mutex;
use secrecy::SecretString;

pub use curl::curl;
use kept::{Kept, Written};
pub use leak::{Leak, Watchlist};
pub use outline::outline;
pub(crate) use redact::Redactor;
use slot::{Slot, Slots};

/// Hears of every exchange.
type Sink = dyn Fn(&Exchange) + Send + Sync;

/// Clones are the same transcript.
#[derive(Clone, Default)]
pub struct Transcript(Arc<Inner>);

#[derive(Default)]
struct Inner {
    sink: Option<Box<Sink>>,
    last: AtomicU64,
    slots: Mutex<Slots>,
    kept: Mutex<Kept>,
}

impl Transcript {
    /// A transcript that tells `sink` of every exchange as it ends. `sink` is called on the task that
    /// made the exchange and should be quick.
    pub fn new(sink: impl Fn(&Exchange) + Send + Sync + 'static) -> Self {
        Self(Arc::new(Inner { sink: Some(Box::new(sink)), ..Inner::default() }))
    }

    /// The slot of a secret. The same secret has the same slot; it is decoded once.
    pub fn slot(&self, secret: &str, kind: SecretKind) -> Secret {
        self.meet(secret, kind).told.clone()
    }

    /// The secret in a slot; `None` for a slot that never was, or that thousands of later ones have
    /// pushed out.
    pub fn reveal(&self, slot: SlotId) -> Option<SecretString> {
        self.0.slots.lock().get(slot).map(|slot| slot.secret().into())
    }

    /// One of the latest 10,000 exchanges (fewer where their answers are large).
    pub fn get(&self, id: ExchangeId) -> Option<Exchange> {
        let kept = self.0.kept.lock().find(id)?;
        kept.read()
    }

    /// The exchange that ended last; 0 before the first.
    pub fn latest(&self) -> ExchangeId {
        self.0.kept.lock().latest()
    }

    /// The exchange that began last; 0 before the first.
    pub fn latest_begun(&self) -> ExchangeId {
        self.0.last.load(Ordering::Relaxed)
    }

    /// The exchanges that are kept, oldest first.
    pub fn all(&self) -> Vec<Exchange> {
        let kept = self.0.kept.lock().all();
        kept.iter().filter_map(Written::read).collect()
    }

    /// Those in whose request, answer or secrets' claims `words` stand, oldest first; small and capital
    /// letters are the same.
    pub fn mentioning(&self, words: &str) -> Vec<ExchangeId> {
        let words = words.to_lowercase();
        let kept = self.0.kept.lock().all();
        let said =
            |one: &&Written| one.json().is_some_and(|json| mention::stands_in(&json, &words));
        kept.iter().filter(said).map(Written::id).collect()
    }

    pub(crate) fn meet(&self, secret: &str, kind: SecretKind) -> Arc<Slot> {
        self.0.slots.lock().meet(secret, kind)
    }

    /// The number of an exchange that begins now.
    pub(crate) fn begin(&self) -> ExchangeId {
        self.0.last.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Keeps an exchange that has ended, and tells of it.
    pub(crate) fn end(&self, exchange: Exchange) -> Arc<Exchange> {
        let exchange = Arc::new(exchange);
        let like = self.0.kept.lock().like(exchange.purpose);
        if let Some(written) = Written::new(&exchange, like) {
            self.0.kept.lock().push(written);
        }
        if let Some(sink) = &self.0.sink {
            sink(&exchange);
        }
        exchange
    }
}

impl std::fmt::Debug for Transcript {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Transcript")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::exchange::{Party, Purpose, Request, Response};
    use secrecy::ExposeSecret;

    fn exchange(id: ExchangeId, body: usize) -> Exchange {
        Exchange {
            id,
            purpose: Purpose::Call,
            from: Party::Caller,
            to: Party::Api,
            user: None,
            request_id: None,
            request: Request {
                method: "GET".into(),
                url: String::new(),
                headers: vec![],
                form: None,
                json: None,
            },
            response: Some(Response { status: 200, headers: vec![], body: "x".repeat(body) }),
            error: None,
            started_at: String::new(),
            duration_us: 1,
            attempt: 1,
            secrets: vec![],
        }
    }

    #[test]
    fn the_sink_hears_of_every_exchange_and_the_latest_can_be_looked_up() {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let ear = heard.clone();
        let transcript = Transcript::new(move |exchange| ear.lock().push(exchange.id));
        assert_eq!((transcript.begin(), transcript.begin()), (1, 2));
        transcript.end(exchange(2, 0));
        transcript.end(exchange(1, 0));
        assert_eq!(*heard.lock(), [2, 1]);
        assert_eq!(transcript.get(1).unwrap().id, 1);
        assert_eq!(transcript.get(3), None);
    }

    #[test]
    fn what_is_looked_up_is_what_was_told() {
        let transcript = Transcript::default();
        let mut told = exchange(7, 3);
        told.secrets = vec![Secret {
            slot: 1,
            kind: SecretKind::AccessToken,
            length: 19,
            header: Some(serde_json::json!({ "alg": "RS256" })),
            claims: Some(
                serde_json::json!({ "sub": "41", "exp": 1_790_000_000, "roles": { "a": {} } }),
            ),
        }];
        transcript.end(told.clone());
        assert_eq!(transcript.get(7), Some(told.clone()));
        assert_eq!(transcript.all(), [told]);
    }

    #[test]
    fn words_are_looked_for_in_all_that_is_kept_oldest_first() {
        let transcript = Transcript::default();
        transcript.end(exchange(3, 2));
        transcript.end(exchange(4, 1));
        assert_eq!(transcript.mentioning("GET"), [3, 4], "capital letters are the same");
        assert_eq!(transcript.mentioning("xx"), [3]);
        assert_eq!(transcript.mentioning("elsewhere"), [0; 0]);
    }

    #[test]
    fn a_slot_is_revealed_only_by_asking() {
        let transcript = Transcript::default();
        let slot = transcript.slot("opaque-access-token", SecretKind::AccessToken);
        assert_eq!((slot.length, slot.header), (19, None));
        assert_eq!(transcript.reveal(slot.slot).unwrap().expose_secret(), "opaque-access-token");
        assert!(transcript.reveal(99).is_none());
        assert_eq!(format!("{transcript:?}"), "Transcript");
    }
}
