//! Checks whom a request is addressed to. A web page can have its own host name point at loopback
//! (DNS rebinding); its requests then still carry that name, and are turned away.

use http::{HeaderMap, Uri, header::HOST};

/// What is wrong with a request's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WrongHost {
    /// Missing, sent twice or unreadable (RFC 9112, section 3.2).
    Unclear,
    /// Another machine's name (RFC 9110, section 15.5.20).
    NotThisMachine,
}

/// Whether `Host`, and the request target where it names an authority, mean this machine.
pub(crate) fn check(uri: &Uri, headers: &HeaderMap) -> Result<(), WrongHost> {
    let mut hosts = headers.get_all(HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else { return Err(WrongHost::Unclear) };
    let host = host.to_str().map_err(|_| WrongHost::Unclear)?;
    let target = uri.authority().map(|authority| authority.as_str());
    if is_loopback(host) && target.is_none_or(is_loopback) {
        Ok(())
    } else {
        Err(WrongHost::NotThisMachine)
    }
}

/// Loopback by name, on any port: a forwarded port reaches this server under another number.
fn is_loopback(authority: &str) -> bool {
    let (host, port) = match authority.rfind(':') {
        // The colons of `[::1]` are no port's.
        Some(colon) if !authority.ends_with(']') => {
            (&authority[..colon], Some(&authority[colon + 1..]))
        }
        _ => (authority, None),
    };
    let known = host.eq_ignore_ascii_case("localhost") || host == "127.0.0.1" || host == "[::1]";
    known && port.is_none_or(|port| port.parse::<u16>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn checked(target: &str, hosts: &[&str]) -> Result<(), WrongHost> {
        let mut headers = HeaderMap::new();
        for host in hosts {
            headers.append(HOST, HeaderValue::from_str(host).unwrap());
        }
        check(&target.parse().unwrap(), &headers)
    }

    #[test]
    fn only_this_machines_own_names_are_taken() {
        let good = [
            "localhost",
            "localhost:8000",
            "LOCALHOST:1",
            "127.0.0.1",
            "127.0.0.1:8000",
            "[::1]",
            "[::1]:8000",
        ];
        for host in good {
            assert_eq!(checked("/", &[host]), Ok(()), "{host}");
        }
        let bad = [
            "evil.example",
            "evil.example:8000",
            "localhost.evil.example",
            "evil-localhost",
            "127.0.0.1.evil.example",
            "localhost:",
            "localhost:http",
            "localhost:99999",
            "localhost:8000:8000",
            "user@localhost",
            "::1",
            "[::1",
            "[::2]:8000",
            "0.0.0.0:8000",
            "",
        ];
        for host in bad {
            assert_eq!(checked("/", &[host]), Err(WrongHost::NotThisMachine), "{host}");
        }
    }

    #[test]
    fn an_address_that_is_missing_or_given_twice_is_unclear() {
        assert_eq!(checked("/", &[]), Err(WrongHost::Unclear));
        assert_eq!(checked("/", &["localhost", "localhost"]), Err(WrongHost::Unclear));
    }

    #[test]
    fn an_absolute_request_target_is_checked_too() {
        let elsewhere = checked("http://evil.example/api/public", &["localhost"]);
        assert_eq!(elsewhere, Err(WrongHost::NotThisMachine));
        assert_eq!(checked("http://localhost:8000/api/public", &["localhost:8000"]), Ok(()));
    }
}
