//! A report with everything that it stands on, as one document that can be handed on: who reads it
//! needs neither Rolecall nor the ZITADEL that it is about.
//!
//! Secrets stand in it as their marks (`⟦7⟧`), files by their names.

use std::fmt;

use contract::{
    Endpoint, Exchange, ExchangeId, Report, Timestamp,
    exchange::{Party, mark},
    report::ReportFormat,
    workspace::Expectation,
};
use serde::{Deserialize, Serialize};
use zitadel_client::exchange::{Leak, Watchlist};

use super::{Versions, clean::Cleaner, html, junit};
use crate::{evidence::Clocks, workspace::Workspace};

/// The version of the document that this program writes.
pub const VERSION: u64 = 1;

/// What is handed on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HandedOn {
    /// Always [`VERSION`] when written.
    pub version: u64,
    /// When this document was made.
    pub made_at: Timestamp,
    /// When the roll call ended.
    pub called_at: Option<Timestamp>,
    /// It was stopped before its end.
    pub cancelled: bool,
    /// What it was made with.
    pub versions: Versions,
    /// This machine's clock against the issuer's; `None` where no answer was dated.
    pub clock: Option<ClockOffset>,
    /// What was called, and what should have come of it.
    pub set_up: SetUp,
    /// What came of it.
    pub report: Report,
    /// Every request and answer that is kept, oldest first.
    pub exchanges: Vec<Exchange>,
}

/// The set-up, without its files.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SetUp {
    /// The workspace's name.
    pub name: String,
    /// The issuer as typed.
    pub issuer: String,
    /// Typed or learned.
    pub project_id: Option<String>,
    /// Scopes that replace those Rolecall would ask for.
    pub scopes: Option<Vec<String>>,
    /// The doors and their rules.
    pub endpoints: Vec<Endpoint>,
    /// What should happen, where somebody said so.
    pub expectations: Vec<Expectation>,
    /// Seconds that signatures were dated back by.
    pub dated_back: i64,
}

/// By how much this machine's clock is ahead of the issuer's (behind, where negative), in
/// milliseconds. `Date` counts whole seconds, so that it is known between bounds only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockOffset {
    /// The middle.
    pub ms: i64,
    /// At least.
    pub least_ms: i64,
    /// At most.
    pub most_ms: i64,
    /// The latest answer that shows it.
    pub exchange: ExchangeId,
}

/// What a handed-on report is put together from.
pub(crate) struct Parts<'a> {
    pub(crate) report: Report,
    pub(crate) exchanges: Vec<Exchange>,
    pub(crate) workspace: &'a Workspace,
    /// Files that texts may name by their paths.
    pub(crate) files: Vec<std::path::PathBuf>,
    pub(crate) dated_back: i64,
    pub(crate) made_at: Timestamp,
    pub(crate) called_at: Option<Timestamp>,
    pub(crate) cancelled: bool,
}

/// Why a report is not handed on.
#[derive(Debug, thiserror::Error)]
pub enum HandOnError {
    /// A secret would stand in it.
    #[error("The report was not written: {0}.")]
    Secret(Leaked),
    /// It cannot be put into words.
    #[error("The report cannot be written: {0}.")]
    Unwritable(String),
}

impl HandOnError {
    /// In a word, for programs.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Secret(_) => "secret_in_report",
            Self::Unwritable(_) => "report",
        }
    }
}

/// What would stand in a report, and where. It holds no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaked {
    /// Which secret.
    pub leak: Leak,
    /// Where it was said first, as `exchange 7 (GET http://localhost:8000/api/public)`; `None` where
    /// it stands in no exchange of the report.
    pub exchange: Option<String>,
}

impl fmt::Display for Leaked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.leak {
            Leak::Slot(slot, _) => write!(f, "the secret {} would stand in it", mark(slot))?,
            Leak::PrivateKey => f.write_str("a part of a private key would stand in it")?,
        }
        match &self.exchange {
            Some(exchange) => write!(f, ", from {exchange}, where nobody expected it"),
            None => f.write_str(", where nobody expected it"),
        }
    }
}

impl HandedOn {
    /// Puts it together and takes out what is nobody else's business.
    pub(crate) fn new(parts: Parts<'_>) -> Result<Self, HandOnError> {
        let Parts { report, exchanges, workspace, files, .. } = parts;
        let handed = Self {
            version: VERSION,
            made_at: parts.made_at,
            called_at: parts.called_at,
            cancelled: parts.cancelled,
            versions: Versions::of(&exchanges),
            clock: offset(&exchanges),
            set_up: SetUp {
                name: workspace.name.clone(),
                issuer: workspace.issuer.clone(),
                project_id: workspace.project_id.clone(),
                scopes: workspace.scopes.clone(),
                endpoints: workspace.endpoints.clone(),
                expectations: workspace.expectations.clone(),
                dated_back: parts.dated_back,
            },
            report,
            exchanges,
        };
        let home = std::env::home_dir();
        let cleaner = Cleaner::new(&files, home.as_deref());
        cleaner.cleaned(&handed).map_err(|error| HandOnError::Unwritable(error.to_string()))
    }

    /// The document as a file's text, once it is sure that none of these secrets is in it.
    pub(crate) fn written(
        &self,
        format: ReportFormat,
        secrets: &Watchlist,
    ) -> Result<String, HandOnError> {
        let unwritable = |error: &dyn std::fmt::Display| HandOnError::Unwritable(error.to_string());
        let text = match format {
            ReportFormat::Html => html::page(self),
            ReportFormat::Json => serde_json::to_string_pretty(self).map_err(|e| unwritable(&e))?,
            ReportFormat::Junit => junit::handed_on(self).map_err(|e| unwritable(&e))?,
        };
        match secrets.find(&text) {
            Some(leak) => Err(HandOnError::Secret(leaked(leak, &self.exchanges, secrets))),
            None => Ok(text),
        }
    }
}

/// Finds the exchange that somebody has to look at; `leak` is what the whole report tells.
fn leaked(leak: Leak, exchanges: &[Exchange], secrets: &Watchlist) -> Leaked {
    let telling = exchanges.iter().find_map(|exchange| {
        let text = serde_json::to_string(exchange).ok()?;
        Some((exchange, secrets.find(&text)?))
    });
    let Some((Exchange { id, request, .. }, leak)) = telling else {
        return Leaked { leak, exchange: None };
    };
    let call = format!("{} {}", request.method, request.url);
    // The address itself may be what tells it.
    let exchange = match secrets.find(&call) {
        Some(_) => format!("exchange {id}"),
        None => format!("exchange {id} ({call})"),
    };
    Leaked { leak, exchange: Some(exchange) }
}

/// What the issuer's answers say together, from the latest on and as far back as they agree: a clock
/// may have been set since.
fn offset(exchanges: &[Exchange]) -> Option<ClockOffset> {
    let of_issuer = exchanges.iter().rev().filter(|exchange| exchange.to == Party::Zitadel);
    let mut dated = of_issuer.filter_map(Clocks::of);
    let mut known = dated.next()?;
    for Clocks { least, most, .. } in dated {
        let (least, most) = (known.least.max(least), known.most.min(most));
        if least > most {
            break;
        }
        known = Clocks { least, most, ..known };
    }
    // Clocks are seconds to years apart, far within an i64.
    #[allow(clippy::cast_possible_truncation)]
    let ms = |seconds: f64| (seconds * 1e3).round() as i64;
    Some(ClockOffset {
        ms: ms(f64::midpoint(known.least, known.most)),
        least_ms: ms(known.least),
        most_ms: ms(known.most),
        exchange: known.exchange,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::exchange::{Header, Purpose, Request, Response, SecretKind};
    use zitadel_client::exchange::Transcript;

    /// Sent and answered within 100 ms.
    fn dated(id: ExchangeId, to: Party, sent: &str, date: &str) -> Exchange {
        let date = Header { name: "date".into(), value: date.into() };
        Exchange {
            id,
            purpose: Purpose::Token,
            from: Party::Caller,
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
            response: Some(Response { status: 200, headers: vec![date], body: String::new() }),
            error: None,
            started_at: sent.into(),
            duration_us: 100_000,
            attempt: 1,
            secrets: vec![],
        }
    }

    #[test]
    fn answers_together_tell_the_offset_more_finely_than_each_alone() {
        let first =
            dated(1, Party::Zitadel, "2026-11-25T12:00:00.000Z", "Wed, 25 Nov 2026 12:00:00 GMT");
        let one = ClockOffset { ms: -450, least_ms: -1000, most_ms: 100, exchange: 1 };
        assert_eq!(offset(std::slice::from_ref(&first)), Some(one));
        let second =
            dated(2, Party::Zitadel, "2026-11-25T12:00:01.800Z", "Wed, 25 Nov 2026 12:00:01 GMT");
        let both = ClockOffset { ms: -50, least_ms: -200, most_ms: 100, exchange: 2 };
        assert_eq!(offset(&[first.clone(), second]), Some(both));
        // The clock was set by an hour in between, and the API's own answers say nothing of ZITADEL's.
        let later =
            dated(3, Party::Zitadel, "2026-11-25T13:00:02.500Z", "Wed, 25 Nov 2026 12:00:02 GMT");
        let own = dated(4, Party::Api, "2026-11-25T13:00:03.000Z", "Wed, 25 Nov 2026 02:00:00 GMT");
        assert_eq!(offset(&[first, later, own]).map(|clock| clock.ms), Some(3_600_050));
        assert_eq!(offset(&[]), None);
    }

    #[test]
    fn a_secret_is_told_with_the_exchange_that_it_came_from_and_never_itself() {
        const SECRET: &str = "a-token-that-nobody-may-see";
        let transcript = Transcript::default();
        let slot = transcript.slot(SECRET, SecretKind::AccessToken).slot;
        let secrets = Watchlist::new(&transcript, []).unwrap();
        let calling = |id, url: &str, body: &str| {
            let mut exchange = dated(id, Party::Api, "2026-11-25T12:00:00.000Z", "");
            exchange.request.url = url.into();
            exchange.response.as_mut().unwrap().body = body.into();
            exchange
        };
        let quiet = calling(6, "http://localhost:3000/quiet", "nothing");
        let answer = calling(7, "http://localhost:3000/told", &format!("you sent \"{SECRET}\""));
        let address = calling(8, &format!("http://localhost:3000/?token={SECRET}"), "");
        for (exchanges, place) in [
            (
                vec![quiet.clone(), answer, address.clone()],
                Some("exchange 7 (POST http://localhost:3000/told)"),
            ),
            (vec![quiet.clone(), address], Some("exchange 8")),
            (vec![quiet], None),
        ] {
            let leak = Leak::Slot(slot, SecretKind::AccessToken);
            let leaked = leaked(leak, &exchanges, &secrets);
            assert_eq!(leaked, Leaked { leak, exchange: place.map(Into::into) });
            let told = HandOnError::Secret(leaked).to_string();
            assert!(told.contains(place.unwrap_or("⟦")) && !told.contains(SECRET), "{told}");
        }
    }
}
