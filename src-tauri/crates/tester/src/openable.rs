//! What may be opened outside the window: pages of the issuer that is set up, and of this machine. A
//! finding's address comes from a server; it must not lead a person elsewhere.

use url::{Host, Url};
use zitadel_client::discovery::IssuerAddress;

/// Why a page is not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotOpenable {
    /// It is no address, or of another kind.
    #[error("This is no address of a web page.")]
    NoPage,
    /// Neither the issuer's nor this machine's.
    #[error("Only pages of this ZITADEL and of this machine are opened from here.")]
    Elsewhere,
}

/// The page as it may be opened. `issuers`: as typed, as found.
///
/// # Errors
/// [`NotOpenable`].
pub fn page(url: &str, issuers: &[Option<&str>]) -> Result<Url, NotOpenable> {
    let url = Url::parse(url.trim()).map_err(|_| NotOpenable::NoPage)?;
    let named = !url.username().is_empty() || url.password().is_some();
    if !matches!(url.scheme(), "http" | "https") || named {
        return Err(NotOpenable::NoPage);
    }
    let mut origins = issuers
        .iter()
        .flatten()
        .filter_map(|issuer| Url::parse(IssuerAddress::parse(issuer).ok()?.as_str()).ok());
    if is_loopback(&url) || origins.any(|issuer| issuer.origin() == url.origin()) {
        Ok(url)
    } else {
        Err(NotOpenable::Elsewhere)
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_issuers_and_this_machines_pages_are_opened() {
        use NotOpenable::{Elsewhere, NoPage};
        let issuers = [Some("auth.example.com"), Some("https://id.example.com:8443"), None];
        let cases = [
            ("https://auth.example.com/ui/console/projects/1?id=grants", Ok(())),
            ("https://id.example.com:8443/ui/console", Ok(())),
            ("http://localhost:8080/ui/console", Ok(())),
            ("http://demo.localhost:8080/", Ok(())),
            ("http://127.0.0.1:1/", Ok(())),
            ("http://[::1]:1/", Ok(())),
            ("http://auth.example.com/", Err(Elsewhere)),
            ("https://id.example.com/", Err(Elsewhere)),
            ("https://auth.example.com.evil.example/", Err(Elsewhere)),
            ("https://evil.example/?auth.example.com", Err(Elsewhere)),
            ("https://auth.example.com@evil.example/", Err(NoPage)),
            ("file:///etc/passwd", Err(NoPage)),
            ("javascript:alert(1)", Err(NoPage)),
            ("--help", Err(NoPage)),
            ("", Err(NoPage)),
        ];
        for (url, expected) in cases {
            assert_eq!(page(url, &issuers).map(drop), expected, "{url}");
        }
        assert_eq!(page("https://auth.example.com/", &[None]).map(drop), Err(Elsewhere));
    }
}
