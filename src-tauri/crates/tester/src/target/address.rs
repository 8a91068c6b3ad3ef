//! Where somebody's own API is, and whether tokens may go there unasked: to this machine and to
//! private addresses. A name is looked up once, and what was looked at is what is called, so that a
//! name server cannot show one address and lead to another (DNS rebinding).

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    time::Duration,
};

use tokio::{net::lookup_host, time::timeout};
use url::{Host, Url};
use zitadel_client::http::is_loopback;

/// For a name server to answer.
const LOOKUP_TIME: Duration = Duration::from_secs(3);

/// Link-local addresses at which clouds hand out credentials: no API of anybody's own.
const METADATA: [IpAddr; 2] = [
    IpAddr::V4(Ipv4Addr::new(169, 254, 169, 254)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)),
];

/// A base URL: http or https, without credentials, query or fragment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetAddress(Url);

/// What was typed is no base URL.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TargetAddressError {
    /// Another scheme than http or https.
    #[error("An API's address begins with http:// or https://, not with {scheme}://.")]
    Scheme {
        /// As typed.
        scheme: String,
    },
    /// A user name or password in it.
    #[error("An API's address holds no user name and no password.")]
    Credentials,
    /// A query or a fragment in it.
    #[error("A base address ends before the first ? or #.")]
    Query,
    /// No address at all.
    #[error("This cannot be read as an address such as http://localhost:5000.")]
    Unreadable,
}

/// Where an address leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Loopback.
    ThisMachine,
    /// These addresses, all of them private.
    Private(Vec<IpAddr>),
    /// At least one address that is not private.
    Public,
    /// The name has no address here.
    Unknown,
}

impl TargetAddress {
    /// Takes a URL, or a host with or without port and path. Without a scheme it is https for a name
    /// with a dot, http for everything else. An address to listen on (`0.0.0.0`) becomes this
    /// machine's, since servers print it as theirs.
    ///
    /// # Errors
    /// [`TargetAddressError`], which never repeats more of the input than a scheme.
    pub fn parse(typed: &str) -> Result<Self, TargetAddressError> {
        let typed = typed.trim();
        let read = |text: &str| {
            Url::parse(text).ok().filter(Url::has_host).ok_or(TargetAddressError::Unreadable)
        };
        let mut url = match typed.split_once("://") {
            Some((scheme, _)) => match scheme.to_ascii_lowercase().as_str() {
                "http" | "https" => read(typed)?,
                scheme => return Err(TargetAddressError::Scheme { scheme: scheme.into() }),
            },
            None => {
                let plain = read(&format!("http://{typed}"))?;
                match plain.host() {
                    Some(Host::Domain(name)) if name.contains('.') && !is_loopback(&plain) => {
                        read(&format!("https://{typed}"))?
                    }
                    _ => plain,
                }
            }
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(TargetAddressError::Credentials);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(TargetAddressError::Query);
        }
        let here = match url.host() {
            Some(Host::Ipv4(ip)) if ip.is_unspecified() => Some(IpAddr::V4(Ipv4Addr::LOCALHOST)),
            Some(Host::Ipv6(ip)) if ip.is_unspecified() => Some(IpAddr::V6(Ipv6Addr::LOCALHOST)),
            _ => None,
        };
        if let Some(here) = here {
            url.set_ip_host(here).map_err(|()| TargetAddressError::Unreadable)?;
        }
        let path = url.path().trim_end_matches('/').to_owned();
        url.set_path(&path);
        Ok(Self(url))
    }

    /// Without a slash at its end.
    pub fn as_str(&self) -> &str {
        self.0.as_str().trim_end_matches('/')
    }

    /// A door's URL: its path below the base.
    pub fn door(&self, path: &str) -> String {
        format!("{}{path}", self.as_str())
    }

    /// Host and port, for people.
    pub fn host_and_port(&self) -> String {
        let port = self.0.port_or_known_default().unwrap_or_default();
        format!("{}:{port}", self.0.host_str().unwrap_or_default())
    }

    /// It is not encrypted.
    pub fn is_plain_http(&self) -> bool {
        self.0.scheme() == "http"
    }

    /// Where it leads, as far as nobody need be asked.
    pub fn known_place(&self) -> Option<Place> {
        if is_loopback(&self.0) {
            return Some(Place::ThisMachine);
        }
        match self.0.host()? {
            Host::Ipv4(ip) => Some(place_of(&[ip.into()])),
            Host::Ipv6(ip) => Some(place_of(&[ip.into()])),
            Host::Domain(_) => None,
        }
    }

    /// Where it leads; a name is looked up.
    pub async fn place(&self) -> Place {
        if let Some(place) = self.known_place() {
            return place;
        }
        let name = self.0.host_str().unwrap_or_default();
        let port = self.0.port_or_known_default().unwrap_or_default();
        match timeout(LOOKUP_TIME, lookup_host((name, port))).await {
            Ok(Ok(found)) => place_of(&found.map(|address| address.ip()).collect::<Vec<_>>()),
            Ok(Err(_)) | Err(_) => Place::Unknown,
        }
    }
}

fn place_of(addresses: &[IpAddr]) -> Place {
    if addresses.is_empty() {
        Place::Unknown
    } else if addresses.iter().all(is_private) {
        Place::Private(addresses.to_vec())
    } else {
        Place::Public
    }
}

/// Loopback, RFC 1918, link-local (RFC 3927, RFC 4291) or unique local (RFC 4193). Not the shared
/// space of carriers (RFC 6598), where strangers may sit.
fn is_private(ip: &IpAddr) -> bool {
    let ip = ip.to_canonical();
    if METADATA.contains(&ip) {
        return false;
    }
    match ip {
        IpAddr::V4(ip) => ip.is_loopback() || ip.is_private() || ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_is_read_as_people_write_it() {
        let cases = [
            ("http://localhost:5000", "http://localhost:5000"),
            (" http://localhost:5000/ ", "http://localhost:5000"),
            ("localhost:5000", "http://localhost:5000"),
            ("192.168.1.7:5000/v1/", "http://192.168.1.7:5000/v1"),
            ("nas:5000", "http://nas:5000"),
            ("api.acme.example/v1", "https://api.acme.example/v1"),
            ("HTTPS://API.acme.example:443", "https://api.acme.example"),
            ("http://0.0.0.0:8000", "http://127.0.0.1:8000"),
            ("http://[::]:8000", "http://[::1]:8000"),
        ];
        for (typed, expected) in cases {
            assert_eq!(TargetAddress::parse(typed).unwrap().as_str(), expected, "{typed}");
        }
        let below = TargetAddress::parse("localhost:5000/v1").unwrap();
        assert_eq!(below.door("/api/private"), "http://localhost:5000/v1/api/private");
    }

    #[test]
    fn what_is_no_base_url_is_refused() {
        use TargetAddressError::{Credentials, Query, Scheme, Unreadable};
        let cases = [
            ("", Unreadable),
            ("http://", Unreadable),
            ("http://a b", Unreadable),
            ("ftp://localhost", Scheme { scheme: "ftp".into() }),
            ("http://bot:secret@localhost", Credentials),
            ("http://localhost/?a=b", Query),
            ("http://localhost/#top", Query),
        ];
        for (typed, expected) in cases {
            assert_eq!(TargetAddress::parse(typed), Err(expected), "{typed}");
        }
    }

    #[test]
    fn only_this_machine_and_private_addresses_are_called_unasked() {
        let private = [
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.0.1",
            "169.254.1.1",
            "[fd12:3456::1]",
            "[fe80::1]",
            "[::ffff:10.0.0.1]",
        ];
        for host in private {
            let place = TargetAddress::parse(&format!("http://{host}:1")).unwrap().known_place();
            assert!(matches!(place, Some(Place::Private(_))), "{host}: {place:?}");
        }
        let public = [
            "8.8.8.8",
            "172.32.0.1",
            "172.15.0.1",
            "192.169.0.1",
            "100.64.0.1",
            "169.254.169.254",
            "[2001:db8::1]",
            "[::ffff:8.8.8.8]",
            "[fd00:ec2::254]",
            "[64:ff9b::a00:1]",
        ];
        for host in public {
            let place = TargetAddress::parse(&format!("http://{host}:1")).unwrap().known_place();
            assert_eq!(place, Some(Place::Public), "{host}");
        }
        for host in ["localhost", "api.localhost", "127.0.0.1", "127.9.9.9", "[::1]", "2130706433"]
        {
            let place = TargetAddress::parse(&format!("http://{host}:1")).unwrap().known_place();
            assert_eq!(place, Some(Place::ThisMachine), "{host}");
        }
        let name = TargetAddress::parse("http://intranet.example").unwrap();
        assert_eq!(name.known_place(), None, "a name tells nothing before it is looked up");
    }

    #[test]
    fn one_public_address_among_private_ones_makes_a_name_public() {
        let (near, far) = ([10, 0, 0, 1].into(), [8, 8, 8, 8].into());
        assert_eq!(place_of(&[near]), Place::Private(vec![near]));
        assert_eq!(place_of(&[near, far]), Place::Public);
        assert_eq!(place_of(&[]), Place::Unknown);
    }
}
