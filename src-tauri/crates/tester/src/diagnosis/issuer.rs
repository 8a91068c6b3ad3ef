//! The issuer's address and what answered under it.

use contract::{
    exchange::{TlsFault, TransportError, TransportErrorKind},
    finding::{Action, EvidenceSource, Finding, FindingCode},
};
use zitadel_client::discovery::{AddressError, DiscoveryError};

use super::{Draft, cause, note, tls};
use crate::evidence::{Renamed, Scene};

fn typed(draft: Draft, address: &str) -> Draft {
    let source = EvidenceSource::Setting { field: "issuer".into() };
    draft.seen(source, format!("The address given is {address}."))
}

/// What was typed is no address at all.
pub fn address(given: &str, error: &AddressError) -> Finding {
    let draft = cause(FindingCode::Unreachable, "This is no address that could be asked")
        .because(error.to_string())
        .fix(
            "Type the address under which you open ZITADEL's console, for example \
             https://acme.zitadel.cloud or http://localhost:8080.",
        );
    typed(draft, given).done()
}

/// Discovery gave no issuer that can be used.
pub fn discovery(error: &DiscoveryError) -> Finding {
    match error {
        DiscoveryError::Insecure { address } => insecure(address),
        DiscoveryError::Unreachable { address, failure } => {
            unreachable(address, &failure.error, failure.exchange)
        }
        DiscoveryError::InstanceNotFound { address, exchange, .. } => typed(
            instance_not_found(address).exchange(
                *exchange,
                "It answered 404 with the text `Instance not found` in place of its discovery document.",
            ),
            address,
        )
        .done(),
        DiscoveryError::NotZitadel { address, exchange, reason } => typed(
            cause(FindingCode::NotZitadel, format!("Something answers at {address}, but not as ZITADEL does"))
                .because(
                    "ZITADEL describes itself under /.well-known/openid-configuration. What came \
                     back from there is something else: another program answers at this address, or \
                     one that stands in front of ZITADEL.",
                )
                .exchange(*exchange, sentence(reason))
                .fix(
                    "Check the address: it is the one under which you open ZITADEL's console, \
                     without a path. If it is right, ZITADEL or what stands in front of it is in \
                     trouble: look at its state and log.",
                ),
            address,
        )
        .done(),
        DiscoveryError::Mismatch { typed: given, named, verified, exchange } => {
            mismatch(given, named, *verified, *exchange)
        }
        DiscoveryError::ForeignEndpoint { issuer, name, endpoint, exchange } => {
            cause(FindingCode::IssuerMismatch, format!("{issuer} sends its {name} elsewhere"))
                .because(
                    "The discovery document names an address of another host. A signature sent \
                     there could be used against your issuer, so nothing was sent.",
                )
                .exchange(*exchange, format!("`{name}` is {endpoint}."))
                .fix("Check the address, and whether a proxy in front of ZITADEL rewrites its answers.")
                .done()
        }
    }
}

fn insecure(address: &str) -> Finding {
    let draft = cause(FindingCode::InsecureIssuer, format!("{address} is not encrypted"))
        .because(
            "Over plain http everybody on the way can read the tokens. That is harmless on this \
             machine, and nowhere else, so nothing was sent.",
        )
        .fix("Use https. If this network is yours and the keys are only for trying, agree to plain http.")
        .action(Action::AllowHttp);
    typed(draft, address).done()
}

fn unreachable(address: &str, error: &TransportError, exchange: contract::ExchangeId) -> Finding {
    if error.kind == TransportErrorKind::Tls {
        let fault = error.tls.unwrap_or(TlsFault::Certificate);
        let draft = tls::untrusted(address, fault).exchange(exchange, sentence(&error.message));
        return typed(draft, address).done();
    }
    typed(
        cause(
            FindingCode::Unreachable,
            match error.kind {
                TransportErrorKind::Broken | TransportErrorKind::TooLarge => {
                    format!("No whole answer comes from {address}")
                }
                _ => format!("Nothing answers at {address}"),
            },
        )
            .because(match error.kind {
                TransportErrorKind::NameNotFound => {
                    "This host name has no address: it is misspelt, or known only inside another network."
                }
                TransportErrorKind::NotConnected => {
                    "The host is there but nobody listens on this port, or something on the way refuses."
                }
                TransportErrorKind::TimedOut => {
                    "No answer came in time: the host is down, or something on the way swallows the request."
                }
                TransportErrorKind::TooLarge => "What comes back is far larger than it should be.",
                _ => "The connection broke before an answer was whole.",
            })
            .exchange(exchange, sentence(&error.message))
            .fix("Check host and port, whether ZITADEL is running, and whether you need a VPN."),
        address,
    )
    .done()
}

/// A `.env` file names another introspection endpoint than the issuer does.
pub fn introspection_elsewhere(path: &str, named: &str, found: &str) -> Finding {
    note(FindingCode::IntrospectionElsewhere, "The .env file asks about tokens at another address")
        .because(format!(
            "The issuer says that tokens are asked about at {found}, and the file says {named}. \
             Rolecall goes by the issuer; an API that goes by the file asks elsewhere."
        ))
        .file(path, Some("ZITADEL_INTROSPECTION_URL"), format!("It is {named}."))
        .seen(
            EvidenceSource::Setting { field: "issuer".into() },
            format!("Discovery gives {found}."),
        )
        .fix(format!("Put {found} into the file, or check whether its ZITADEL_DOMAIN is right."))
        .done()
}

/// The instance does not know the host name that it was called by.
pub(super) fn instance_not_found(address: &str) -> Draft {
    cause(
        FindingCode::InstanceNotFound,
        format!("ZITADEL answers, but not under the name {address}"),
    )
    .because(
        "A ZITADEL serves each instance under its own host names and refuses all others, even \
             the machine's IP address.",
    )
    .fix(
        "Type the name under which you open the console. To use this one, add it as a domain of \
             the instance (ExternalDomain and ExternalPort in its configuration).",
    )
}

/// The issuer has taken another name since it was looked up.
pub(super) fn renamed(scene: &Scene, renamed: &Renamed) -> Draft {
    named_otherwise(&scene.issuer, &renamed.named, renamed.verified, renamed.exchange)
}

fn mismatch(given: &str, named: &str, verified: bool, exchange: contract::ExchangeId) -> Finding {
    typed(named_otherwise(given, named, verified, exchange), given).done()
}

fn named_otherwise(
    given: &str,
    named: &str,
    verified: bool,
    exchange: contract::ExchangeId,
) -> Draft {
    let draft = cause(FindingCode::IssuerMismatch, format!("{given} calls itself {named}"))
        .because(
            "A signature is made out to the issuer by its exact name, so a token asked for under \
             another name is refused. The name it gives itself is taken only with your word: a \
             hostile address could name an issuer that is not its own.",
        )
        .exchange(exchange, format!("The discovery document at {given} says `issuer`: {named}."));
    if verified {
        draft
            .fix(format!("If {named} is your ZITADEL, use that address."))
            .action(Action::UseIssuer { issuer: named.into() })
    } else {
        draft.fix(format!(
            "{named} does not confirm this, so it cannot be used. Check the address, and \
             ExternalDomain, ExternalPort and ExternalSecure in ZITADEL's configuration."
        ))
    }
}

/// Begins and ends a text as a sentence does.
pub(super) fn sentence(text: &str) -> String {
    let mut letters = text.trim().chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    let text: String = first.chain(letters).collect();
    if text.ends_with(['.', '!', '?']) { text } else { format!("{text}.") }
}
