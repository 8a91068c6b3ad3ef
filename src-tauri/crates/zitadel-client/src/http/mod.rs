//! The one way in which anything is sent: bounded in time and size, repeated only where that is safe,
//! redirects never followed, and every attempt recorded without its secrets.

mod client;
mod fault;
mod record;
mod repeat;

use std::{
    net::IpAddr,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use ::http::{HeaderMap, HeaderName};
use contract::{
    ExchangeId,
    exchange::{
        Exchange, Party, Purpose, Response, SecretKind, TransportError, TransportErrorKind,
    },
};
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;

use crate::{Clock, exchange::Transcript, secret::AccessToken};
use client::Clients;
pub use client::is_loopback;
use record::Record;
pub(crate) use repeat::Repeat;

/// Answers over this are refused while they are read.
pub const MAX_ANSWER_BYTES: usize = 1 << 20;

/// What this program calls itself.
pub const USER_AGENT: &str = concat!("rolecall/", env!("CARGO_PKG_VERSION"));

/// What [`Http`] is made with.
#[derive(Clone)]
pub struct HttpOptions {
    /// Where every exchange is recorded.
    pub transcript: Transcript,
    /// Tells the time of records and of signatures.
    pub clock: Arc<dyn Clock>,
    /// Certificates (PEM) that are trusted besides the system's.
    pub ca_file: Option<PathBuf>,
    /// How often a request may be repeated, where a repeat is safe.
    pub retries: u32,
}

/// Why no HTTP client can be made.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// The CA file cannot be used.
    #[error("The certificate file {path} cannot be used: {reason}.", path = path.display())]
    CaFile {
        /// As given.
        path: PathBuf,
        /// What is wrong, without a full stop.
        reason: String,
    },
    /// The TLS library refuses to work.
    #[error("No HTTP client can be made on this machine: {0}.")]
    Client(String),
}

/// A part of a request, told apart by whether it may be seen.
#[derive(Debug, Clone)]
pub enum Value {
    /// Recorded as it is.
    Plain(String),
    /// Recorded as a mark.
    Secret {
        /// What it is.
        kind: SecretKind,
        /// The secret.
        secret: SecretString,
        /// What stands before it in the clear, for example `Bearer `.
        prefix: &'static str,
    },
}

impl Value {
    /// The value of an `Authorization` header that shows a token (RFC 6750, section 2.1).
    pub fn bearer(token: &AccessToken) -> Self {
        Self::Secret { kind: SecretKind::AccessToken, secret: token.to_secret(), prefix: "Bearer " }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Plain(text.into())
    }
}

/// A request to be sent.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// What it is for.
    pub purpose: Purpose,
    /// Who sends it.
    pub from: Party,
    /// Who is asked.
    pub to: Party,
    /// The row it belongs to.
    pub user: Option<String>,
    /// Recorded, not sent: whoever wants it sent puts it among the headers too.
    pub request_id: Option<String>,
    /// An HTTP method.
    pub method: String,
    /// An absolute `http` or `https` URL.
    pub url: String,
    /// Besides those that HTTP itself needs.
    pub headers: Vec<(String, Value)>,
    /// A form body.
    pub form: Option<Vec<(String, Value)>>,
    /// A JSON body without secrets; not together with a form.
    pub json: Option<serde_json::Value>,
    /// It may be sent again whatever became of it: asking twice does no more than asking once.
    pub repeatable: bool,
}

/// A whole answer, of whatever status. Its texts are as they came, secrets included;
/// [`Answer::record`] is what may be shown.
#[derive(Clone)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// As received.
    pub headers: HeaderMap,
    /// As received; what is not UTF-8 is replaced.
    pub body: String,
    /// The exchange in the transcript.
    pub exchange: ExchangeId,
    /// From sending to the last byte, of the last attempt.
    pub elapsed: Duration,
    record: Arc<Exchange>,
}

impl Answer {
    /// The exchange as it was recorded, without secrets.
    pub fn record(&self) -> &Exchange {
        &self.record
    }

    /// The server's clock (`Date`), in whole seconds.
    pub fn date(&self) -> Option<Timestamp> {
        date(&self.headers)
    }

    /// When the server wants to be asked again (`Retry-After`), from now.
    pub fn retry_after(&self) -> Option<Duration> {
        repeat::retry_after(&self.headers, self.date())
    }
}

/// [`Answer::retry_after`] of an answer that was recorded.
pub fn retry_after(recorded: &Response) -> Option<Duration> {
    let headers = recorded
        .headers
        .iter()
        .filter_map(|h| Some((h.name.parse::<HeaderName>().ok()?, h.value.parse().ok()?)))
        .collect();
    repeat::retry_after(&headers, date(&headers))
}

fn date(headers: &HeaderMap) -> Option<Timestamp> {
    let date = headers.get(::http::header::DATE)?.to_str().ok()?;
    Timestamp::try_from(httpdate::parse_http_date(date).ok()?).ok()
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answer")
            .field("status", &self.status)
            .field("exchange", &self.exchange)
            .field("body_length", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// No (whole) answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", error.message)]
pub struct Failure {
    /// Its class and a sentence for people.
    pub error: TransportError,
    /// The exchange in the transcript.
    pub exchange: ExchangeId,
}

/// Times that bound a request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) connect: Duration,
    /// Repeats and the pauses before them included.
    pub(crate) whole: Duration,
    pub(crate) first_pause: Duration,
    pub(crate) longest_pause: Duration,
}

pub(crate) const LIMITS: Limits = Limits {
    connect: Duration::from_secs(5),
    whole: Duration::from_secs(15),
    first_pause: Duration::from_millis(200),
    longest_pause: Duration::from_secs(2),
};

/// Sends and records. Clones share connections and transcript.
#[derive(Clone)]
pub struct Http {
    inner: Arc<Inner>,
    /// Seconds to take from the clock when something is signed.
    dated_back: i64,
}

struct Inner {
    clients: Clients,
    transcript: Transcript,
    clock: Arc<dyn Clock>,
    retries: u32,
    limits: Limits,
}

impl Http {
    /// Makes clients for this machine and for others. System certificates are read only when a
    /// request needs them, so that a machine without any can still talk to itself.
    ///
    /// # Errors
    /// Where the CA file cannot be used, or TLS does not work at all.
    pub fn new(options: HttpOptions) -> Result<Self, HttpError> {
        Self::with_limits(options, LIMITS)
    }

    pub(crate) fn with_limits(options: HttpOptions, limits: Limits) -> Result<Self, HttpError> {
        let HttpOptions { transcript, clock, ca_file, retries } = options;
        let clients = Clients::new(ca_file, limits.connect)?;
        let inner = Arc::new(Inner { clients, transcript, clock, retries, limits });
        Ok(Self { inner, dated_back: 0 })
    }

    /// The same, but the names of other machines lead to `addresses` and nowhere else: neither a
    /// name server nor a proxy is asked, so that what was looked at is what is called.
    pub fn only_to(&self, addresses: Vec<IpAddr>) -> Self {
        let inner = &*self.inner;
        let only = Inner {
            clients: inner.clients.only_to(addresses),
            transcript: inner.transcript.clone(),
            clock: inner.clock.clone(),
            retries: inner.retries,
            limits: inner.limits,
        };
        Self { inner: Arc::new(only), dated_back: self.dated_back }
    }

    /// Where exchanges are recorded.
    pub fn transcript(&self) -> &Transcript {
        &self.inner.transcript
    }

    /// The same, but what it signs is dated back by so many seconds (on, where negative): for a
    /// machine whose clock is wrong, and that cannot be set right now.
    #[must_use]
    pub fn dated_back(&self, seconds: i64) -> Self {
        Self { inner: self.inner.clone(), dated_back: seconds }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }

    /// The moment that a signature is to carry.
    pub(crate) fn signing_time(&self) -> Timestamp {
        let back = SignedDuration::from_secs(self.dated_back);
        self.now().saturating_sub(back).unwrap_or_else(|_| self.now())
    }

    /// Sends a request. An answer of any status is an answer. A `repeatable` request is repeated
    /// after pauses that grow and vary, where the connection failed or broke, and at 429, 502, 503
    /// and 504; `Retry-After` is heeded, and where it asks for more than ten seconds the answer is
    /// handed back instead. All attempts together end within 15 seconds.
    ///
    /// # Errors
    /// [`Failure`] where no whole answer came.
    pub async fn send(&self, outgoing: Outgoing) -> Result<Answer, Failure> {
        let repeat = if outgoing.repeatable { Repeat::Always } else { Repeat::Never };
        self.send_repeating(outgoing, repeat).await
    }

    pub(crate) async fn send_repeating(
        &self,
        outgoing: Outgoing,
        repeat: Repeat,
    ) -> Result<Answer, Failure> {
        let began = Instant::now();
        let limits = self.inner.limits;
        let mut pauses = repeat::Pauses::new(self.inner.retries, limits);
        let mut attempt = 0;
        loop {
            attempt += 1;
            let left = limits.whole.saturating_sub(began.elapsed());
            let outcome = self.attempt(&outgoing, attempt, left).await;
            let pause = repeat.allows(&outcome).then(|| pauses.next(&outcome)).flatten();
            match pause {
                Some(pause) if began.elapsed() + pause < limits.whole => {
                    tokio::time::sleep(pause).await;
                }
                _ => return outcome,
            }
        }
    }

    async fn attempt(
        &self,
        outgoing: &Outgoing,
        attempt: u32,
        time: Duration,
    ) -> Result<Answer, Failure> {
        let inner = &*self.inner;
        let mut record = Record::begin(&inner.transcript, outgoing, attempt, inner.clock.now());
        let started = Instant::now();
        let mut partial = None;
        let outcome = self.exchange(outgoing, time, &mut partial).await;
        let elapsed = started.elapsed();
        match outcome {
            Ok(Whole { status, headers, body }) => {
                record.answer(status, &headers, &body, true);
                let record = record.end(elapsed, None);
                let exchange = record.id;
                tracing::debug!(exchange, status, attempt, "answered");
                Ok(Answer { status, headers, body, exchange, elapsed, record })
            }
            Err(error) => {
                if let Some(Whole { status, headers, body }) = partial {
                    record.answer(status, &headers, &body, false);
                }
                let exchange = record.end(elapsed, Some(error.clone())).id;
                tracing::debug!(exchange, kind = ?error.kind, attempt, "no whole answer");
                Err(Failure { error, exchange })
            }
        }
    }

    /// One request and its answer. What came of a broken answer is left in `partial`.
    async fn exchange(
        &self,
        outgoing: &Outgoing,
        time: Duration,
        partial: &mut Option<Whole>,
    ) -> Result<Whole, TransportError> {
        let (client, request) = self.inner.clients.request(outgoing, time)?;
        let place = fault::Place::of(request.url(), self.inner.clients.proxy(request.url()));
        let fault = |error: &reqwest::Error| fault::classify(error, &place, &self.inner.limits);
        let mut response = client.execute(request).await.map_err(|e| fault(&e))?;
        let status = response.status().as_u16();
        let headers = std::mem::take(response.headers_mut());
        let mut body = Vec::new();
        loop {
            match response.chunk().await {
                Ok(None) => break,
                Ok(Some(chunk)) if body.len() + chunk.len() > MAX_ANSWER_BYTES => {
                    *partial = Some(Whole { status, headers, body: String::new() });
                    return Err(place.too_large());
                }
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Err(error) => {
                    *partial = Some(Whole { status, headers, body: text(body) });
                    let mut error = fault(&error);
                    if error.kind == TransportErrorKind::NotConnected {
                        error.kind = TransportErrorKind::Broken;
                    }
                    return Err(error);
                }
            }
        }
        Ok(Whole { status, headers, body: text(body) })
    }
}

/// An answer's parts.
struct Whole {
    status: u16,
    headers: HeaderMap,
    body: String,
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

impl std::fmt::Debug for Http {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Http").field("retries", &self.inner.retries).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
