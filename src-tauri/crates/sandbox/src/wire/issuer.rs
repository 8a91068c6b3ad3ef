//! Who the server says it is, and which requests are meant for it.

use axum::http::{HeaderMap, Uri, header::HOST};

/// The issuer, taken apart once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Issuer {
    /// `scheme://host[:port]`, without a slash at its end.
    pub(crate) url: String,
    pub(super) scheme: String,
    /// Without a port.
    pub(super) host: String,
    /// `host[:port]`, as in a `Host` header.
    pub(super) authority: String,
    /// Another name that it is served under, in that shape, of which it says nothing.
    alias: Option<String>,
}

impl Issuer {
    pub(crate) fn new(url: &str) -> Self {
        let url = url.trim_end_matches('/');
        let (scheme, authority) = url.split_once("://").unwrap_or(("http", url));
        let (host, _) = split_port(authority);
        Self {
            url: url.into(),
            scheme: scheme.into(),
            host: host.into(),
            authority: authority.into(),
            alias: None,
        }
    }

    /// The same over TLS.
    pub(crate) fn over_tls(self) -> Self {
        let url = format!("https://{}", self.authority);
        Self { scheme: "https".into(), url, ..self }
    }

    /// Still served here, but it says that it is at another name of this machine.
    pub(crate) fn renamed(self) -> Self {
        let other =
            if self.host.eq_ignore_ascii_case("localhost") { "127.0.0.1" } else { "localhost" };
        Self { alias: Some(self.authority.clone()), ..self.at(other) }
    }

    /// One that nobody asks for.
    pub(super) fn elsewhere(&self) -> Self {
        self.at("zitadel.example")
    }

    fn at(&self, host: &str) -> Self {
        let port = split_port(&self.authority).1.map(|port| format!(":{port}")).unwrap_or_default();
        Self::new(&format!("{}://{host}{port}", self.scheme))
    }

    /// `Err` is the name that was asked for instead.
    pub(super) fn check_host(&self, uri: &Uri, headers: &HeaderMap) -> Result<(), String> {
        let asked = headers.get(HOST).map(|host| String::from_utf8_lossy(host.as_bytes()));
        let asked = asked.unwrap_or_default();
        let target = uri.authority().map(|authority| authority.as_str());
        match target.into_iter().chain([&*asked]).find(|asked| !self.is_named(asked)) {
            None => Ok(()),
            Some(other) => Err(other.into()),
        }
    }

    fn is_named(&self, asked: &str) -> bool {
        let default = if self.scheme == "https" { "443" } else { "80" };
        let (host, port) = split_port(asked);
        self.alias.iter().chain([&self.authority]).any(|own| {
            let (own_host, own_port) = split_port(own);
            host.eq_ignore_ascii_case(own_host)
                && port.unwrap_or(default) == own_port.unwrap_or(default)
        })
    }
}

fn split_port(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        // The colons of `[::1]` are no port's.
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(issuer: &str, host: &str) -> Result<(), String> {
        let headers = HeaderMap::from_iter([(HOST, host.parse().unwrap())]);
        Issuer::new(issuer).check_host(&Uri::from_static("/x"), &headers)
    }

    #[test]
    fn only_the_issuers_own_name_is_known() {
        for host in ["localhost:8080", "LOCALHOST:8080"] {
            assert_eq!(checked("http://localhost:8080", host), Ok(()), "{host}");
        }
        for host in
            ["127.0.0.1:8080", "[::1]:8080", "localhost:8081", "localhost", "evil.example", ""]
        {
            assert_eq!(checked("http://localhost:8080", host), Err(host.into()), "{host}");
        }
    }

    #[test]
    fn a_renamed_issuer_is_served_under_both_names_and_no_other() {
        for (issuer, renamed) in [
            ("http://localhost:8080", "http://127.0.0.1:8080"),
            ("https://127.0.0.1", "https://localhost"),
            ("http://[::1]:80", "http://localhost:80"),
        ] {
            let issuer = Issuer::new(issuer).renamed();
            assert_eq!(issuer.url, renamed);
        }
        let issuer = Issuer::new("http://localhost:8080").renamed();
        for (host, served) in [
            ("localhost:8080", true),
            ("127.0.0.1:8080", true),
            ("localhost", false),
            ("evil.example", false),
        ] {
            assert_eq!(issuer.is_named(host), served, "{host}");
        }
    }

    #[test]
    fn a_default_port_may_be_left_out() {
        for (issuer, host) in [
            ("http://localhost", "localhost:80"),
            ("http://localhost:80", "localhost"),
            ("https://localhost", "localhost:443"),
        ] {
            assert_eq!(checked(issuer, host), Ok(()), "{issuer} asked as {host}");
        }
    }

    #[test]
    fn an_absolute_request_target_must_be_the_issuers_too() {
        let headers = HeaderMap::from_iter([(HOST, "localhost:8080".parse().unwrap())]);
        let uri = Uri::from_static("http://evil.example/oauth/v2/keys");
        let issuer = Issuer::new("http://localhost:8080");
        assert_eq!(issuer.check_host(&uri, &headers), Err("evil.example".into()));
    }
}
