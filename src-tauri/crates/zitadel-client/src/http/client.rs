//! The HTTP clients: one that cannot leave this machine, one for all others.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
    time::Duration,
};

use ::http::{HeaderName, HeaderValue, Method, header};
use contract::exchange::{TlsFault, TransportError, TransportErrorKind};
use hyper_util::client::proxy::matcher::Matcher;
use reqwest::{
    Certificate, Client, ClientBuilder, Request,
    dns::{Addrs, Name, Resolve, Resolving},
    redirect::Policy,
};
use secrecy::ExposeSecret;
use url::{Host, Url, form_urlencoded};

use super::{HttpError, Outgoing, USER_AGENT, Value};

/// A CA bundle has some hundred certificates of a few KiB.
const MAX_CA_FILE_BYTES: u64 = 4 << 20;

/// Made when first needed: reading the system's certificates takes a while, and may fail.
pub(super) struct Clients {
    /// Plain http to this machine: no proxy, no certificates, no name server.
    loopback: Client,
    loopback_tls: OnceLock<Result<Client, String>>,
    /// Plain http, which somebody agreed to: works where there are no certificates at all.
    remote_plain: OnceLock<Result<Client, String>>,
    remote: OnceLock<Result<Client, String>>,
    ca: Vec<Certificate>,
    connect: Duration,
    /// What the environment said when the clients were made; reqwest goes by the same.
    proxies: Matcher,
    /// Where the names of other machines lead; `None`: where the system says.
    only: Option<Arc<[IpAddr]>>,
}

impl Clients {
    pub(super) fn new(ca_file: Option<PathBuf>, connect: Duration) -> Result<Self, HttpError> {
        let ca = match ca_file {
            Some(path) => read_ca(&path)?,
            None => Vec::new(),
        };
        let loopback = here(base(connect))
            .tls_certs_only([])
            .build()
            .map_err(|error| HttpError::Client(innermost(&error)))?;
        Ok(Self {
            loopback,
            loopback_tls: OnceLock::new(),
            remote_plain: OnceLock::new(),
            remote: OnceLock::new(),
            ca,
            connect,
            proxies: Matcher::from_env(),
            only: None,
        })
    }

    /// Host and port of the proxy that a request goes by, never for this machine.
    pub(super) fn proxy(&self, url: &Url) -> Option<String> {
        if is_loopback(url) || self.only.is_some() {
            return None;
        }
        let proxy = self.proxies.intercept(&url.as_str().parse().ok()?)?;
        let (host, port) = (proxy.uri().host()?, proxy.uri().port_u16());
        Some(port.map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
    }

    /// The same, but the names of other machines lead to `addresses` and nowhere else: neither a
    /// name server nor a proxy is asked.
    pub(super) fn only_to(&self, addresses: Vec<IpAddr>) -> Self {
        Self {
            loopback: self.loopback.clone(),
            loopback_tls: OnceLock::new(),
            remote_plain: OnceLock::new(),
            remote: OnceLock::new(),
            ca: self.ca.clone(),
            connect: self.connect,
            proxies: Matcher::from_env(),
            only: Some(addresses.into()),
        }
    }

    /// The client for a request, and the request as it goes out.
    pub(super) fn request(
        &self,
        outgoing: &Outgoing,
        time: Duration,
    ) -> Result<(&Client, Request), TransportError> {
        let url = Url::parse(&outgoing.url)
            .ok()
            .filter(|url| url.has_host() && matches!(url.scheme(), "http" | "https"))
            .ok_or_else(|| unsendable("The address is no http or https URL."))?;
        let method = Method::from_bytes(outgoing.method.as_bytes())
            .map_err(|_| unsendable("The method is no HTTP method."))?;
        let client = self.client(&url)?;
        let mut request = Request::new(method, url);
        for (name, value) in &outgoing.headers {
            let name = HeaderName::from_bytes(name.as_bytes())
                .map_err(|_| unsendable("A header's name cannot be sent."))?;
            let value = header_value(value)
                .ok_or_else(|| unsendable("A header's value cannot be sent."))?;
            request.headers_mut().append(name, value);
        }
        if let Some(form) = &outgoing.form {
            let form_type = HeaderValue::from_static("application/x-www-form-urlencoded");
            request.headers_mut().insert(header::CONTENT_TYPE, form_type);
            *request.body_mut() = Some(encode(form).into());
        } else if let Some(json) = &outgoing.json {
            let json_type = HeaderValue::from_static("application/json");
            request.headers_mut().insert(header::CONTENT_TYPE, json_type);
            *request.body_mut() = Some(json.to_string().into());
        }
        *request.timeout_mut() = Some(time);
        Ok((client, request))
    }

    fn client(&self, url: &Url) -> Result<&Client, TransportError> {
        let base = || base(self.connect);
        let other = || match &self.only {
            Some(addresses) => base().no_proxy().dns_resolver(Only(addresses.clone())),
            None => base(),
        };
        let trusting = |builder: ClientBuilder| builder.tls_certs_merge(self.ca.iter().cloned());
        let build = |builder: ClientBuilder| builder.build().map_err(|error| innermost(&error));
        let made = match (is_loopback(url), url.scheme()) {
            (true, "http") => return Ok(&self.loopback),
            (true, _) => self.loopback_tls.get_or_init(|| build(trusting(here(base())))),
            (false, "http") => self.remote_plain.get_or_init(|| build(other().tls_certs_only([]))),
            (false, _) => self.remote.get_or_init(|| build(trusting(other()))),
        };
        made.as_ref().map_err(|reason| TransportError {
            kind: TransportErrorKind::Tls,
            tls: Some(TlsFault::NoAuthorities),
            message: format!(
                "This machine's certificates cannot be read ({reason}). Install the system's \
                 certificates, or name a CA file."
            ),
        })
    }
}

fn base(connect: Duration) -> ClientBuilder {
    Client::builder()
        .user_agent(USER_AGENT)
        .redirect(Policy::none())
        .connect_timeout(connect)
        .tcp_nodelay(true)
        .pool_idle_timeout(Duration::from_secs(60))
        .referer(false)
}

fn here(builder: ClientBuilder) -> ClientBuilder {
    builder.no_proxy().dns_resolver(Here)
}

/// Resolves every name to this machine, so that a name taken for loopback can never lead elsewhere.
struct Here;

impl Resolve for Here {
    fn resolve(&self, _: Name) -> Resolving {
        let addresses = [IpAddr::V6(Ipv6Addr::LOCALHOST), IpAddr::V4(Ipv4Addr::LOCALHOST)];
        let addresses = addresses.into_iter().map(|ip| SocketAddr::new(ip, 0));
        Box::pin(std::future::ready(Ok(Box::new(addresses) as Addrs)))
    }
}

/// Resolves every name to the addresses that were looked at before.
struct Only(Arc<[IpAddr]>);

impl Resolve for Only {
    fn resolve(&self, _: Name) -> Resolving {
        let addresses: Vec<_> = self.0.iter().map(|ip| SocketAddr::new(*ip, 0)).collect();
        Box::pin(std::future::ready(Ok(Box::new(addresses.into_iter()) as Addrs)))
    }
}

/// Whether a URL's host is this machine: `localhost` and all below it (RFC 6761, section 6.3), or a
/// loopback address.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.strip_suffix('.').unwrap_or(name);
            name == "localhost" || name.ends_with(".localhost")
        }
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => {
            ip.is_loopback() || ip.to_ipv4_mapped().is_some_and(|ip| ip.is_loopback())
        }
        None => false,
    }
}

fn header_value(value: &Value) -> Option<HeaderValue> {
    match value {
        Value::Plain(text) => HeaderValue::from_str(text).ok(),
        Value::Secret { secret, prefix, .. } => {
            let mut value =
                HeaderValue::try_from(format!("{prefix}{}", secret.expose_secret())).ok()?;
            value.set_sensitive(true);
            Some(value)
        }
    }
}

fn encode(form: &[(String, Value)]) -> String {
    let mut body = form_urlencoded::Serializer::new(String::with_capacity(1024));
    for (name, value) in form {
        match value {
            Value::Plain(text) => body.append_pair(name, text),
            Value::Secret { secret, prefix: "", .. } => {
                body.append_pair(name, secret.expose_secret())
            }
            Value::Secret { secret, prefix, .. } => {
                body.append_pair(name, &format!("{prefix}{}", secret.expose_secret()))
            }
        };
    }
    body.finish()
}

fn unsendable(message: &str) -> TransportError {
    TransportError { kind: TransportErrorKind::NotConnected, message: message.into(), tls: None }
}

fn read_ca(path: &Path) -> Result<Vec<Certificate>, HttpError> {
    let refuse = |reason: String| HttpError::CaFile { path: path.into(), reason };
    let metadata = std::fs::metadata(path).map_err(|error| refuse(error.kind().to_string()))?;
    if !metadata.is_file() {
        return Err(refuse("it is no file".into()));
    }
    if metadata.len() > MAX_CA_FILE_BYTES {
        return Err(refuse("it is over 4 MiB".into()));
    }
    let pem = std::fs::read(path).map_err(|error| refuse(error.kind().to_string()))?;
    let certificates = Certificate::from_pem_bundle(&pem)
        .map_err(|_| refuse("it holds something that is no certificate in PEM".into()))?;
    if certificates.is_empty() {
        return Err(refuse("it holds no certificate in PEM".into()));
    }
    // What is inside the PEM is looked at only when a client is built.
    Client::builder()
        .tls_certs_only(certificates.iter().cloned())
        .build()
        .map_err(|_| refuse("a certificate in it cannot be read".into()))?;
    Ok(certificates)
}

fn innermost(error: &dyn std::error::Error) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Reply, Server};

    #[test]
    fn this_machine_is_told_from_others() {
        let cases = [
            ("http://localhost:8080", true),
            ("http://LOCALHOST.", true),
            ("http://acme.localhost:8080", true),
            ("http://127.0.0.1", true),
            ("http://127.8.9.10", true),
            ("http://[::1]:8080", true),
            ("http://[::ffff:127.0.0.1]", true),
            ("http://localhost.example.com", false),
            ("http://notlocalhost", false),
            ("http://0.0.0.0:8080", false),
            ("http://192.168.1.10", false),
            ("https://acme.zitadel.cloud", false),
        ];
        for (url, expected) in cases {
            assert_eq!(is_loopback(&Url::parse(url).unwrap()), expected, "{url}");
        }
    }

    #[test]
    fn a_ca_file_that_cannot_be_used_is_said_to_be_so() {
        let dir = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| {
            let path = dir.path().join(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        let garbled = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        for (path, reason) in [
            (dir.path().join("missing.pem"), "not found"),
            (dir.path().into(), "it is no file"),
            (file("empty.pem", ""), "it holds no certificate"),
            (file("garbled.pem", garbled), "a certificate in it cannot be read"),
        ] {
            let refused = Clients::new(Some(path), Duration::from_secs(1)).err().unwrap();
            assert!(refused.to_string().contains(reason), "{refused}");
        }
    }

    #[tokio::test]
    async fn a_name_that_was_looked_at_leads_nowhere_else() {
        let server = Server::answering([Reply::text(200, "here")]).await;
        let port = server.base.rsplit(':').next().unwrap();
        // RFC 6761: no name server knows it, so only what was looked at can lead there.
        let url = format!("http://api.invalid:{port}/");
        let all = Clients::new(None, Duration::from_secs(1)).unwrap();
        for (address, reached) in [("127.0.0.1", true), ("127.0.0.2", false)] {
            let only = all.only_to(vec![address.parse().unwrap()]);
            let client = only.client(&Url::parse(&url).unwrap()).unwrap();
            assert_eq!(client.get(&url).send().await.is_ok(), reached, "{address}");
        }
    }
}
