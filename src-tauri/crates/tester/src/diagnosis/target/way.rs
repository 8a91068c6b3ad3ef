//! Why somebody's own API could not be called at all.

use contract::{
    Finding, FindingCode as Code, exchange::TransportErrorKind, finding::EvidenceSource,
};
use zitadel_client::http::Failure;

use crate::{
    diagnosis::{Draft, cause},
    target::{TargetAddress, TargetAddressError},
};

/// Whether a finding says that there is no way to the API, so that nothing else can be said of it.
pub(crate) fn is_no_way(code: Code) -> bool {
    matches!(code, Code::Unreachable | Code::TlsUntrusted | Code::TargetNotPrivate)
}

fn typed(draft: Draft, address: &str) -> Draft {
    let source = EvidenceSource::Setting { field: "target".into() };
    draft.seen(source, format!("The address given is {address}."))
}

/// What was typed is no base URL.
pub fn target_address(given: &str, error: &TargetAddressError) -> Finding {
    let draft = cause(Code::Unreachable, "This is no address of an API")
        .because(error.to_string())
        .fix("Type the address before the endpoints' paths, for example http://localhost:5000.");
    typed(draft, given).done()
}

/// Tokens would leave the private network, and nobody agreed to that.
pub fn target_not_private(address: &TargetAddress) -> Finding {
    let host = address.host_and_port();
    let mut because = format!(
        "Rolecall sends live access tokens there, also ones that are good elsewhere. Whoever runs \
         {host} can use them until they end. It is neither this machine nor a private address, so \
         nothing was sent."
    );
    if address.is_plain_http() {
        because.push_str(
            " The address is on plain http, too: everybody on the way could read the tokens.",
        );
    }
    let fix = if address.is_plain_http() {
        "Use https, and agree only if this API is yours."
    } else {
        "Agree only if this API is yours."
    };
    let title = format!("Tokens would be sent to {host}");
    typed(cause(Code::TargetNotPrivate, title).because(because).fix(fix), address.as_str()).done()
}

/// Its name has no address.
pub fn target_unknown(address: &TargetAddress) -> Finding {
    let draft = cause(Code::Unreachable, format!("Nothing answers at {}", address.host_and_port()))
        .because(
            "This host name has no address: it is misspelt, or known only inside another network. \
             Your API was not called.",
        )
        .fix("Check the address of your API, and whether you need a VPN.");
    typed(draft, address.as_str()).done()
}

/// It gave no answer, not even once.
pub fn target_silent(address: &TargetAddress, failure: &Failure) -> Finding {
    let host = address.host_and_port();
    let error = &failure.error;
    let draft = if error.kind == TransportErrorKind::Tls {
        cause(Code::TlsUntrusted, format!("The certificate of {host} is not trusted"))
            .because(
                "The connection was broken off before anything was sent: this machine does not \
                 trust the certificate that was shown. Your API was not called.",
            )
            .fix(
                "If your API uses a certificate authority of your own, add that authority's \
                 certificate to the workspace (ca_file). Otherwise check the address and the \
                 certificate's date and name.",
            )
    } else {
        cause(Code::Unreachable, format!("Nothing answers at {host}"))
            .because(match error.kind {
                TransportErrorKind::NotConnected => {
                    "Nobody listens there, or something on the way refuses. Nothing else can be \
                     said of your API."
                }
                TransportErrorKind::TimedOut => {
                    "No answer came in time: your API hangs, or something on the way swallows the \
                     request. Nothing else can be said of it."
                }
                _ => {
                    "The connection broke before an answer was whole. Nothing else can be said of \
                     your API."
                }
            })
            .fix("Start your API, check host and port, and call the roll again.")
    };
    let said = format!("{}.", error.message.trim_end_matches('.'));
    typed(draft.exchange(failure.exchange, said), address.as_str()).done()
}
