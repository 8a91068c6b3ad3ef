//! From an error of the HTTP library to its class and a sentence that names host and port.

use std::{error::Error, io};

use contract::exchange::{TlsFault, TransportError, TransportErrorKind};
use rustls::{CertificateError, OtherError};
use url::Url;

use super::{Limits, MAX_ANSWER_BYTES};

/// Whom a request went to, for people.
pub(super) struct Place {
    host: String,
    port: u16,
    /// Host and port of the proxy that lies on the way.
    proxy: Option<String>,
}

impl Place {
    pub(super) fn of(url: &Url, proxy: Option<String>) -> Self {
        Self {
            host: url.host_str().unwrap_or_default().into(),
            port: url.port_or_known_default().unwrap_or_default(),
            proxy,
        }
    }

    /// Whom the connection goes to.
    fn next(&self) -> String {
        match &self.proxy {
            Some(proxy) => format!("{proxy} (the proxy that this machine's environment names)"),
            None => self.to_string(),
        }
    }

    pub(super) fn too_large(&self) -> TransportError {
        TransportError {
            kind: TransportErrorKind::TooLarge,
            message: format!("The answer of {self} is over {} MiB.", MAX_ANSWER_BYTES >> 20),
            tls: None,
        }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

/// The error's class. The library's own texts name URLs, which may hold secrets, so none is used.
pub(super) fn classify(error: &reqwest::Error, place: &Place, limits: &Limits) -> TransportError {
    if let Some(tls) = find::<rustls::Error>(error) {
        let (tls, message) = untrusted(tls, place);
        return TransportError { kind: TransportErrorKind::Tls, message, tls: Some(tls) };
    }
    let (kind, message) = if error.is_timeout() && error.is_connect() {
        let time = limits.connect.as_secs();
        let message = format!("{} took no connection within {time} seconds.", place.next());
        (TransportErrorKind::TimedOut, message)
    } else if error.is_timeout() {
        let time = limits.whole.as_secs();
        (
            TransportErrorKind::TimedOut,
            format!("{place} gave no whole answer within {time} seconds."),
        )
    } else if error.is_dns() {
        let name = match &place.proxy {
            Some(proxy) => format!("of the proxy {proxy}"),
            None => place.host.clone(),
        };
        (TransportErrorKind::NameNotFound, format!("The name {name} has no address."))
    } else if error.is_connect() {
        (TransportErrorKind::NotConnected, not_connected(error, place))
    } else {
        let message = format!("{place} broke the connection off before its answer was whole.");
        (TransportErrorKind::Broken, message)
    };
    TransportError { kind, message, tls: None }
}

fn not_connected(error: &reqwest::Error, place: &Place) -> String {
    let next = place.next();
    match find::<io::Error>(error).map(io::Error::kind) {
        Some(io::ErrorKind::ConnectionRefused) => format!("Nobody listens at {next}."),
        Some(io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable) => {
            format!("There is no way from here to {next}.")
        }
        Some(io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset) => {
            format!("{next} broke the connection off at once.")
        }
        _ if place.proxy.is_some() => format!("{next} gave no connection to {place}."),
        _ => format!("No connection to {place} came about."),
    }
}

fn untrusted(error: &rustls::Error, place: &Place) -> (TlsFault, String) {
    use CertificateError as Wrong;
    let (fault, because) = match error {
        rustls::Error::InvalidCertificate(wrong) => match wrong {
            Wrong::Expired | Wrong::ExpiredContext { .. } => (TlsFault::Expired, "has expired"),
            Wrong::NotValidYet | Wrong::NotValidYetContext { .. } => {
                (TlsFault::NotYetValid, "is not valid yet")
            }
            Wrong::NotValidForName | Wrong::NotValidForNameContext { .. } => {
                (TlsFault::Name, "is for another name")
            }
            Wrong::UnknownIssuer => {
                (TlsFault::UnknownAuthority, "comes from an authority that is unknown here")
            }
            // An authority of the same name is known, and another key: it was made anew, or imitated.
            Wrong::BadSignature => (
                TlsFault::UnknownAuthority,
                "was not signed by the authority of that name that is known here",
            ),
            Wrong::Revoked => (TlsFault::Revoked, "was revoked"),
            Wrong::Other(other) if is_authority(other) => (
                TlsFault::OwnAuthority,
                "is an authority's own, which a server must not show as its certificate",
            ),
            _ => (TlsFault::Certificate, "cannot be trusted"),
        },
        rustls::Error::InvalidMessage(_) => {
            let said = format!("{place} does not speak TLS: it may be a plain http port.");
            return (TlsFault::NotTls, said);
        }
        _ => {
            let said = format!("{place} and this program find no common way to encrypt.");
            return (TlsFault::Handshake, said);
        }
    };
    (fault, format!("The certificate of {place} {because}."))
}

/// rustls has no word of its own for this one.
fn is_authority(error: &OtherError) -> bool {
    matches!(error.0.downcast_ref(), Some(webpki::Error::CaUsedAsEndEntity))
}

/// The first error of a type in the chain, also inside I/O errors, which hide what they wrap.
fn find<'e, E: Error + 'static>(error: &'e (dyn Error + 'static)) -> Option<&'e E> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = match wrapped {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::LIMITS;
    use std::sync::Arc;

    #[test]
    fn what_is_wrong_with_a_certificate_is_said() {
        let place = Place { host: "acme.example".into(), port: 443, proxy: None };
        let invalid = rustls::Error::InvalidCertificate;
        let cases = [
            (invalid(CertificateError::Expired), TlsFault::Expired, "has expired"),
            (invalid(CertificateError::NotValidYet), TlsFault::NotYetValid, "not valid yet"),
            (invalid(CertificateError::NotValidForName), TlsFault::Name, "is for another name"),
            (invalid(CertificateError::UnknownIssuer), TlsFault::UnknownAuthority, "unknown here"),
            (invalid(CertificateError::Revoked), TlsFault::Revoked, "revoked"),
            (
                invalid(CertificateError::Other(OtherError(Arc::new(
                    webpki::Error::CaUsedAsEndEntity,
                )))),
                TlsFault::OwnAuthority,
                "authority's own",
            ),
            (invalid(CertificateError::BadSignature), TlsFault::UnknownAuthority, "not signed by"),
            (invalid(CertificateError::BadEncoding), TlsFault::Certificate, "cannot be trusted"),
            (
                rustls::Error::InvalidMessage(rustls::InvalidMessage::InvalidContentType),
                TlsFault::NotTls,
                "plain http",
            ),
            (rustls::Error::HandshakeNotComplete, TlsFault::Handshake, "no common way"),
        ];
        for (error, fault, words) in cases {
            let (found, said) = untrusted(&error, &place);
            assert_eq!(found, fault, "{said}");
            assert!(said.contains(words) && said.contains("acme.example:443"), "{said}");
        }
    }

    #[tokio::test]
    async fn a_proxy_that_does_not_answer_is_named_in_place_of_the_server() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let proxy = listener.local_addr().unwrap().to_string();
        drop(listener);
        let by_proxy = reqwest::Proxy::all(format!("http://a:hunter2@{proxy}")).unwrap();
        let client = reqwest::Client::builder().proxy(by_proxy).tls_certs_only([]).build().unwrap();
        let error = client.get("http://id.example/").send().await.unwrap_err();
        let place = Place::of(error.url().unwrap(), Some(proxy.clone()));
        let error = classify(&error, &place, &LIMITS);
        assert_eq!(error.kind, TransportErrorKind::NotConnected);
        assert!(error.message.contains(&proxy), "{}", error.message);
        assert!(!error.message.contains("id.example") && !error.message.contains("hunter2"));
    }

    #[test]
    fn an_error_is_found_inside_io_errors() {
        let tls = rustls::Error::HandshakeNotComplete;
        let inner = io::Error::other(Arc::new(tls.clone()));
        assert!(find::<rustls::Error>(&inner).is_none(), "an Arc is another type");
        let outer = io::Error::other(io::Error::other(tls));
        assert!(find::<rustls::Error>(&outer).is_some());
    }
}
