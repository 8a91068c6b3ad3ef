//! When a request may be sent again, and how long to wait before.

use std::time::Duration;

use ::http::{HeaderMap, header::RETRY_AFTER};
use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use contract::exchange::TransportErrorKind;
use jiff::Timestamp;

use super::{Answer, Failure, Limits};

/// A server that wants to be left alone for longer is: its answer is handed back.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(10);

/// What a request allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// What came is what counts.
    Never,
    /// Only where the request surely had no effect: it was not delivered, or turned away.
    Undelivered,
    /// Asking twice does no more than asking once.
    Always,
}

impl Repeat {
    pub(super) fn allows(self, outcome: &Result<Answer, Failure>) -> bool {
        match outcome {
            Ok(answer) => self != Self::Never && matches!(answer.status, 429 | 502 | 503 | 504),
            Err(failure) => match failure.error.kind {
                TransportErrorKind::NotConnected => self != Self::Never,
                TransportErrorKind::Broken => self == Self::Always,
                // The next moment answers these no better, or took all the time there was.
                TransportErrorKind::NameNotFound
                | TransportErrorKind::TimedOut
                | TransportErrorKind::Tls
                | TransportErrorKind::TooLarge => false,
            },
        }
    }
}

/// The pauses of one request.
pub(super) struct Pauses(ExponentialBackoff);

impl Pauses {
    pub(super) fn new(retries: u32, limits: Limits) -> Self {
        let pauses = ExponentialBuilder::new()
            .with_jitter()
            .with_min_delay(limits.first_pause)
            .with_max_delay(limits.longest_pause)
            .with_max_times(retries as usize);
        Self(pauses.build())
    }

    /// The pause before the next attempt; `None` where there is to be none.
    pub(super) fn next(&mut self, outcome: &Result<Answer, Failure>) -> Option<Duration> {
        let own = self.0.next()?;
        match outcome.as_ref().ok().and_then(Answer::retry_after) {
            Some(wanted) if wanted > LONGEST_RETRY_AFTER => None,
            Some(wanted) => Some(wanted.max(own)),
            None => Some(own),
        }
    }
}

/// `Retry-After` in seconds or as a date (RFC 9110, section 10.2.3). A date is taken by the server's
/// own clock; without one it says nothing.
pub(super) fn retry_after(headers: &HeaderMap, date: Option<Timestamp>) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = Timestamp::try_from(httpdate::parse_http_date(value).ok()?).ok()?;
    Some(Duration::try_from(until.duration_since(date?)).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::exchange::TransportError;

    #[test]
    fn only_what_is_safe_is_repeated() {
        use TransportErrorKind::{Broken, NameNotFound, NotConnected, TimedOut, Tls, TooLarge};
        let cases = [
            (NotConnected, [false, true, true]),
            (Broken, [false, false, true]),
            (TimedOut, [false; 3]),
            (NameNotFound, [false; 3]),
            (Tls, [false; 3]),
            (TooLarge, [false; 3]),
        ];
        for (kind, expected) in cases {
            let error = TransportError { kind, message: String::new(), tls: None };
            let outcome = Err(Failure { error, exchange: 1 });
            let allowed = [Repeat::Never, Repeat::Undelivered, Repeat::Always]
                .map(|repeat| repeat.allows(&outcome));
            assert_eq!(allowed, expected, "{kind:?}");
        }
    }

    #[test]
    fn retry_after_is_seconds_or_a_date_by_the_servers_clock() {
        let date = "Mon, 23 Nov 2026 10:58:32 GMT";
        let now = Timestamp::try_from(httpdate::parse_http_date(date).unwrap()).unwrap();
        let cases = [
            ("3", Some(3)),
            (" 0 ", Some(0)),
            ("Mon, 23 Nov 2026 10:58:37 GMT", Some(5)),
            ("Mon, 23 Nov 2026 10:58:00 GMT", Some(0)),
            ("soon", None),
            ("-1", None),
        ];
        for (value, seconds) in cases {
            let headers = HeaderMap::from_iter([(RETRY_AFTER, value.parse().unwrap())]);
            let expected = seconds.map(Duration::from_secs);
            assert_eq!(retry_after(&headers, Some(now)), expected, "{value}");
        }
    }
}
