//! From whatever was typed or pasted to the address under which an issuer may describe itself.

use std::str::FromStr;

use url::Url;

use crate::http::is_loopback;

/// Where an issuer's own paths begin; what a person pastes is cut there.
const OWN_PATHS: [&str; 7] = [
    "/.well-known/",
    "/ui/",
    "/oauth/v2/",
    "/oidc/v1/",
    "/management/v1/",
    "/admin/v1/",
    "/auth/v1/",
];

/// An issuer's address, cleaned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuerAddress {
    url: Url,
    /// The project's id, where a console address that names it was pasted.
    pub project_id: Option<String>,
    /// The application's id, where a console address that names it was pasted.
    pub app_id: Option<String>,
}

/// What was typed is no address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Nothing was typed.
    #[error("No address was given.")]
    Empty,
    /// Another scheme than http or https.
    #[error("An issuer's address begins with https:// or http://, not with {scheme}://.")]
    Scheme {
        /// As typed, in small letters.
        scheme: String,
    },
    /// A user name or password in it.
    #[error("An issuer's address holds no user name and no password.")]
    Credentials,
    /// No address at all.
    #[error(
        "This cannot be read as an address such as https://acme.zitadel.cloud or localhost:8080."
    )]
    Unreadable,
}

impl IssuerAddress {
    /// Takes a host (`localhost:8080`), an issuer, a page of the console, an endpoint or a discovery
    /// URL, in any letter case. Without a scheme it is http for this machine, https for others.
    ///
    /// # Errors
    /// [`AddressError`], which never repeats more of the input than a scheme.
    pub fn parse(typed: &str) -> Result<Self, AddressError> {
        let typed = typed.trim().trim_matches(['"', '\'', '<', '>']).trim();
        if typed.is_empty() {
            return Err(AddressError::Empty);
        }
        let url = match typed.split_once("://") {
            Some((scheme, _)) => {
                let scheme = scheme.to_ascii_lowercase();
                match scheme.as_str() {
                    "http" | "https" => read(typed)?,
                    _ if is_scheme(&scheme) => return Err(AddressError::Scheme { scheme }),
                    _ => return Err(AddressError::Unreadable),
                }
            }
            None => {
                let url = read(&format!("https://{typed}"))?;
                if is_loopback(&url) { read(&format!("http://{typed}"))? } else { url }
            }
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(AddressError::Credentials);
        }
        Ok(Self {
            project_id: id_after(&url, "projects"),
            app_id: id_after(&url, "apps"),
            url: base(url),
        })
    }

    /// The address without a slash at its end: what an issuer most likely calls itself.
    pub fn as_str(&self) -> &str {
        self.url.as_str().trim_end_matches('/')
    }

    /// It leads to this machine.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.url)
    }

    /// It is not encrypted.
    pub fn is_plain_http(&self) -> bool {
        self.url.scheme() == "http"
    }

    /// Where the issuer describes itself (OpenID Connect Discovery 1.0, section 4).
    pub fn discovery_url(&self) -> String {
        format!("{}/.well-known/openid-configuration", self.as_str())
    }

    /// The same address but for slash, letter case and default port.
    pub(super) fn is_same_as(&self, other: &Self) -> bool {
        self.is_same_origin(&other.url)
            && self
                .url
                .path()
                .trim_end_matches('/')
                .eq_ignore_ascii_case(other.url.path().trim_end_matches('/'))
    }

    pub(super) fn is_same_origin(&self, other: &Url) -> bool {
        self.url.origin() == other.origin()
    }
}

impl FromStr for IssuerAddress {
    type Err = AddressError;

    fn from_str(typed: &str) -> Result<Self, AddressError> {
        Self::parse(typed)
    }
}

impl std::fmt::Display for IssuerAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

fn read(address: &str) -> Result<Url, AddressError> {
    Url::parse(address).ok().filter(Url::has_host).ok_or(AddressError::Unreadable)
}

fn is_scheme(text: &str) -> bool {
    text.len() <= 20
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
}

/// What comes after `/{segment}/` on a page of the console.
fn id_after(url: &Url, segment: &str) -> Option<String> {
    let mut segments = url.path_segments()?;
    if segments.next() != Some("ui") && !url.path().to_ascii_lowercase().contains("/ui/console") {
        return None;
    }
    segments.find(|part| part.eq_ignore_ascii_case(segment))?;
    segments
        .next()
        .filter(|id| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit()))
        .map(str::to_owned)
}

/// The address without what belongs to one of the issuer's pages.
fn base(mut url: Url) -> Url {
    url.set_query(None);
    url.set_fragment(None);
    let path = format!("{}/", url.path().to_ascii_lowercase());
    let own = OWN_PATHS.iter().filter_map(|own| path.find(own)).min();
    let kept = own.unwrap_or(url.path().len());
    let path = url.path()[..kept].trim_end_matches('/').to_owned();
    url.set_path(&path);
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_typed_becomes_an_issuers_address() {
        let cases = [
            ("localhost:8080", "http://localhost:8080"),
            ("  LOCALHOST:8080/ ", "http://localhost:8080"),
            ("localhost", "http://localhost"),
            ("127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("[::1]:8080", "http://[::1]:8080"),
            ("acme.localhost:8080", "http://acme.localhost:8080"),
            ("acme.zitadel.cloud", "https://acme.zitadel.cloud"),
            ("ACME.zitadel.cloud:443", "https://acme.zitadel.cloud"),
            ("https://acme.zitadel.cloud:443/", "https://acme.zitadel.cloud"),
            ("HTTP://Acme.Example:80", "http://acme.example"),
            ("http://192.168.1.10:8080", "http://192.168.1.10:8080"),
            ("https://id.example/ui/console/", "https://id.example"),
            ("https://id.example/UI/Console/projects", "https://id.example"),
            ("https://id.example/ui/console?login_hint=me#top", "https://id.example"),
            ("https://id.example/ui/console", "https://id.example"),
            ("https://id.example/.well-known/openid-configuration", "https://id.example"),
            ("id.example/oauth/v2/token", "https://id.example"),
            ("https://id.example/oauth/v2/introspect", "https://id.example"),
            (
                "https://id.example/realm/.well-known/openid-configuration",
                "https://id.example/realm",
            ),
            ("https://id.example/management/v1", "https://id.example"),
            ("https://id.example/ui-kit", "https://id.example/ui-kit"),
            ("https://id.example/Realm//", "https://id.example/Realm"),
            ("<https://id.example>", "https://id.example"),
            ("\"https://id.example\"", "https://id.example"),
        ];
        for (typed, expected) in cases {
            assert_eq!(IssuerAddress::parse(typed).unwrap().as_str(), expected, "{typed}");
        }
    }

    #[test]
    fn ids_in_a_console_address_are_kept() {
        let address = IssuerAddress::parse(
            "https://acme.zitadel.cloud/ui/console/projects/400873177653185574/apps/400873177820957734?x=1",
        )
        .unwrap();
        assert_eq!(address.project_id.as_deref(), Some("400873177653185574"));
        assert_eq!(address.app_id.as_deref(), Some("400873177820957734"));
        for typed in [
            "https://acme.zitadel.cloud/ui/console/projects/create",
            "https://acme.zitadel.cloud/projects/400873177653185574",
        ] {
            assert_eq!(IssuerAddress::parse(typed).unwrap().project_id, None, "{typed}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused_for_its_reason() {
        let scheme = |s: &str| AddressError::Scheme { scheme: s.into() };
        let cases = [
            ("", AddressError::Empty),
            ("  ", AddressError::Empty),
            ("ftp://id.example", scheme("ftp")),
            ("FILE:///etc/passwd", scheme("file")),
            ("https://me:secret@id.example", AddressError::Credentials),
            ("me@id.example", AddressError::Credentials),
            ("https://", AddressError::Unreadable),
            ("two words", AddressError::Unreadable),
            ("host:99999", AddressError::Unreadable),
            ("a b://x", AddressError::Unreadable),
        ];
        for (typed, expected) in cases {
            assert_eq!(IssuerAddress::parse(typed), Err(expected), "{typed}");
        }
    }

    #[test]
    fn slash_letter_case_and_default_port_make_no_other_address() {
        let address = |typed| IssuerAddress::parse(typed).unwrap();
        for (a, b, same) in [
            ("https://id.example", "https://ID.example:443/", true),
            ("https://id.example/Realm", "https://id.example/realm/", true),
            ("https://id.example", "http://id.example", false),
            ("https://id.example", "https://id.example:8443", false),
            ("http://localhost:8080", "http://127.0.0.1:8080", false),
            ("https://id.example", "https://id.example/realm", false),
        ] {
            assert_eq!(address(a).is_same_as(&address(b)), same, "{a} {b}");
        }
    }
}
