//! The latest exchanges, kept small: few of them are ever looked up.

use std::{collections::VecDeque, sync::Arc};

use contract::{
    ExchangeId,
    exchange::{Exchange, Purpose},
};
use lz4_flex::block;

const MAX_KEPT: usize = 10_000;
/// Answers may be up to 1 MiB each, so a count alone bounds nothing. Told in bytes of JSON, since all
/// that is kept may be asked for at once.
const MAX_KEPT_BYTES: usize = 64 << 20;

/// An exchange as JSON, packed. Those of one purpose differ in a few numbers and names: packed with
/// another one as the dictionary, a tenth is left.
#[derive(Clone)]
pub(super) struct Written {
    id: ExchangeId,
    purpose: Purpose,
    /// Bytes of its JSON.
    length: usize,
    packed: Arc<[u8]>,
    like: Option<Arc<[u8]>>,
}

impl Written {
    /// `like` is what [`Kept::like`] told.
    pub(super) fn new(exchange: &Exchange, like: Option<Arc<[u8]>>) -> Option<Self> {
        let json = serde_json::to_vec(exchange).ok()?;
        let packed = block::compress_with_dict(&json, like.as_deref().unwrap_or_default());
        let Exchange { id, purpose, .. } = *exchange;
        Some(Self { id, purpose, length: json.len(), packed: packed.into(), like })
    }

    pub(super) fn id(&self) -> ExchangeId {
        self.id
    }

    pub(super) fn json(&self) -> Option<Vec<u8>> {
        let like = self.like.as_deref().unwrap_or_default();
        block::decompress_with_dict(&self.packed, self.length, like).ok()
    }

    pub(super) fn read(&self) -> Option<Exchange> {
        serde_json::from_slice(&self.json()?).ok()
    }
}

#[derive(Default)]
pub(super) struct Kept {
    exchanges: VecDeque<Written>,
    bytes: usize,
    /// The first of each purpose as JSON.
    first: Vec<(Purpose, Arc<[u8]>)>,
}

impl Kept {
    /// What exchanges of a purpose look like; `None` before there was one.
    pub(super) fn like(&self, purpose: Purpose) -> Option<Arc<[u8]>> {
        self.first.iter().find(|(of, _)| *of == purpose).map(|(_, json)| json.clone())
    }

    /// Keeps one more; the oldest go.
    pub(super) fn push(&mut self, written: Written) {
        if self.like(written.purpose).is_none()
            && let Some(json) = written.json()
        {
            self.first.push((written.purpose, json.into()));
        }
        self.bytes += written.length;
        self.exchanges.push_back(written);
        while self.exchanges.len() > MAX_KEPT
            || (self.bytes > MAX_KEPT_BYTES && self.exchanges.len() > 1)
        {
            if let Some(oldest) = self.exchanges.pop_front() {
                self.bytes -= oldest.length;
            }
        }
    }

    pub(super) fn find(&self, id: ExchangeId) -> Option<Written> {
        self.exchanges.iter().rev().find(|written| written.id == id).cloned()
    }

    /// The one that ended last; 0 before the first.
    pub(super) fn latest(&self) -> ExchangeId {
        self.exchanges.back().map_or(0, |written| written.id)
    }

    /// Oldest first.
    pub(super) fn all(&self) -> VecDeque<Written> {
        self.exchanges.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::exchange::{Header, Party, Request, Response};

    fn exchange(id: ExchangeId, body: String) -> Exchange {
        Exchange {
            id,
            purpose: Purpose::Call,
            from: Party::Caller,
            to: Party::Api,
            user: Some(format!("caller-{id}")),
            request_id: None,
            request: Request {
                method: "GET".into(),
                url: "http://127.0.0.1:8000/api/private".into(),
                headers: vec![],
                form: None,
                json: None,
            },
            response: Some(Response { status: 200, headers: vec![], body }),
            error: None,
            started_at: format!("2026-01-01T00:00:{:02}Z", id % 60),
            duration_us: id * 7,
            attempt: 1,
            secrets: vec![],
        }
    }

    fn keep(kept: &mut Kept, exchange: &Exchange) {
        let like = kept.like(exchange.purpose);
        kept.push(Written::new(exchange, like).unwrap());
    }

    #[test]
    fn what_is_kept_is_bounded_by_count_and_by_size() {
        let mut kept = Kept::default();
        for id in 0..=MAX_KEPT as u64 {
            keep(&mut kept, &exchange(id, String::new()));
        }
        assert_eq!(kept.exchanges.len(), MAX_KEPT);
        assert_eq!(kept.exchanges[0].id, 1, "the oldest goes first");
        for id in 0..70 {
            keep(&mut kept, &exchange(id, "x".repeat(1 << 20)));
        }
        assert!(kept.bytes <= MAX_KEPT_BYTES && kept.exchanges.len() < 65);
        assert_eq!(kept.bytes, kept.exchanges.iter().map(|one| one.length).sum::<usize>());
    }

    #[test]
    fn each_is_read_as_it_was_and_takes_little_room() {
        let mut kept = Kept::default();
        let header = |at| Header { name: format!("x-header-{at}"), value: "the same".into() };
        let mut told: Vec<_> = (1..=50).map(|id| exchange(id, format!("body {id}"))).collect();
        for one in &mut told {
            one.request.headers = (0..20).map(header).collect();
            keep(&mut kept, one);
        }
        let read: Vec<_> = kept.all().iter().filter_map(Written::read).collect();
        assert_eq!(read, told);
        let packed: usize = kept.exchanges.iter().skip(1).map(|one| one.packed.len()).sum();
        assert!(packed * 8 < kept.bytes, "{packed} of {}", kept.bytes);
        assert_eq!(kept.find(7).unwrap().read().unwrap(), told[6]);
        assert_eq!(kept.latest(), 50);
    }

    #[test]
    fn one_that_is_quite_different_from_the_first_is_read_as_well() {
        let mut kept = Kept::default();
        keep(&mut kept, &exchange(1, String::new()));
        let mut other = exchange(2, "\u{e4}\u{1f511}".repeat(70_000));
        other.response = None;
        keep(&mut kept, &other);
        let long = exchange(3, "0123456789".repeat(100_000));
        keep(&mut kept, &long);
        assert_eq!(kept.find(2).unwrap().read(), Some(other));
        assert_eq!(kept.find(3).unwrap().read(), Some(long));
    }
}
