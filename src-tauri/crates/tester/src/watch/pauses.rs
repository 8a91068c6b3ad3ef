//! When nobody is to be called, because ZITADEL or the API that asks it said so.
//!
//! Every exchange is heard, whoever sent it: what is asked of one caller is meant for all.

use std::time::Duration;

use contract::exchange::{Exchange, Party, Purpose};
use parking_lot::Mutex;
use tokio::time::{Instant, sleep_until};
use zitadel_client::http::retry_after;

/// The end of the longest pause that was asked for.
#[derive(Debug, Default)]
pub(super) struct Pauses(Mutex<Option<Instant>>);

impl Pauses {
    /// Takes in an exchange; true where the pause is longer than was known.
    pub(super) fn hear(&self, exchange: &Exchange) -> bool {
        asked(exchange).is_some_and(|pause| self.pause(pause))
    }

    fn pause(&self, pause: Duration) -> bool {
        let Some(until) = Instant::now().checked_add(pause) else { return false };
        let mut known = self.0.lock();
        let longer = known.is_none_or(|known| known < until);
        if longer {
            *known = Some(until);
        }
        longer
    }

    /// What is left of the pause; `None` where calling is welcome.
    pub(super) fn left(&self) -> Option<Duration> {
        let until = (*self.0.lock())?;
        until.checked_duration_since(Instant::now()).filter(|left| !left.is_zero())
    }

    /// Waits for the end of the pause, however often it grows meanwhile.
    pub(super) async fn over(&self) {
        while let Some(left) = self.left() {
            sleep_until(Instant::now() + left).await;
        }
    }
}

/// The pause that an answer asks for. 429 is ZITADEL's own; a 503 may be its own, or the API's word
/// that it could not have the token checked.
fn asked(exchange: &Exchange) -> Option<Duration> {
    let response = exchange.response.as_ref()?;
    let counts = match exchange.to {
        Party::Zitadel => matches!(response.status, 429 | 503),
        _ => exchange.purpose == Purpose::Call && response.status == 503,
    };
    counts.then(|| retry_after(response)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::exchange::{Header, Request, Response};

    fn answered(to: Party, purpose: Purpose, status: u16, wait: Option<&str>) -> Exchange {
        let wait = wait.map(|value| Header { name: "Retry-After".into(), value: value.into() });
        Exchange {
            id: 1,
            purpose,
            from: Party::Api,
            to,
            user: None,
            request_id: None,
            request: Request {
                method: "POST".into(),
                url: String::new(),
                headers: vec![],
                form: None,
                json: None,
            },
            response: Some(Response {
                status,
                headers: wait.into_iter().collect(),
                body: String::new(),
            }),
            error: None,
            started_at: String::new(),
            duration_us: 1,
            attempt: 1,
            secrets: vec![],
        }
    }

    #[test]
    fn only_who_asks_for_a_pause_gets_one() {
        let (zitadel, api) = (Party::Zitadel, Party::Api);
        let (introspection, call) = (Purpose::Introspection, Purpose::Call);
        let cases = [
            (zitadel, introspection, 429, Some("3"), Some(3)),
            (zitadel, introspection, 503, Some("4"), Some(4)),
            (zitadel, Purpose::Token, 429, Some("60"), Some(60)),
            (zitadel, introspection, 429, None, None),
            (zitadel, introspection, 200, Some("3"), None),
            (api, call, 503, Some("5"), Some(5)),
            (api, call, 429, Some("5"), None),
            (api, call, 200, None, None),
            (api, Purpose::Probe, 503, Some("5"), None),
        ];
        for (to, purpose, status, wait, seconds) in cases {
            let exchange = answered(to, purpose, status, wait);
            let expected = seconds.map(Duration::from_secs);
            assert_eq!(asked(&exchange), expected, "{to:?} {purpose:?} {status} {wait:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_longest_pause_counts_even_where_it_is_asked_for_during_another() {
        let pauses = Pauses::default();
        let began = Instant::now();
        let hear = |seconds| {
            let exchange = answered(Party::Zitadel, Purpose::Introspection, 429, Some(seconds));
            pauses.hear(&exchange)
        };
        assert!(hear("10"));
        assert!(!hear("2"), "it is within the other");
        tokio::join!(pauses.over(), async {
            tokio::time::sleep(Duration::from_secs(9)).await;
            assert!(hear("5"));
        });
        assert_eq!(began.elapsed().as_secs(), 14);
        assert_eq!(pauses.left(), None);
        pauses.over().await;
        assert_eq!(began.elapsed().as_secs(), 14, "nothing is left to wait for");
    }
}
