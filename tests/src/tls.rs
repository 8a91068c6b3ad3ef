//! Certificates made for a test, and a server that shows them.

use std::{net::Ipv4Addr, sync::Arc};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose,
};
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer},
};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
};
use tokio_rustls::TlsAcceptor;

/// Signs certificates.
pub type Authority = CertifiedIssuer<'static, KeyPair>;

/// What a server shows, with its key.
pub struct Shown {
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
    /// The certificate as a file.
    pub pem: String,
}

/// An authority that nobody trusts yet.
pub fn authority(name: &str) -> Authority {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let key = KeyPair::generate().expect("a key");
    Authority::self_signed(params, key).expect("an authority")
}

/// A certificate for a name, signed by an authority or by itself.
pub fn certificate(
    name: &str,
    by: Option<&Authority>,
    change: impl FnOnce(&mut CertificateParams),
) -> Shown {
    let mut params = CertificateParams::new([name.to_owned()]).expect("a name");
    params.distinguished_name.push(DnType::CommonName, name);
    change(&mut params);
    let key = KeyPair::generate().expect("a key");
    let certificate = match by {
        Some(authority) => params.signed_by(&key, authority),
        None => params.self_signed(&key),
    }
    .expect("a certificate");
    Shown {
        certificate: certificate.der().clone(),
        key: PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
        pem: certificate.pem(),
    }
}

/// Takes off the TLS and hands everything on to a port of this machine. Gives its own port.
pub async fn front(shown: Shown, behind: u16) -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    let acceptor = acceptor(shown);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(mut stream) = acceptor.accept(stream).await else { return };
                let behind = TcpStream::connect((Ipv4Addr::LOCALHOST, behind)).await;
                let _ = copy_bidirectional(&mut stream, &mut behind.expect("a server")).await;
            });
        }
    });
    port
}

fn acceptor(shown: Shown) -> TlsAcceptor {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("TLS 1.2 and 1.3")
        .with_no_client_auth()
        .with_single_cert(vec![shown.certificate], shown.key)
        .expect("certificate and key fit");
    TlsAcceptor::from(Arc::new(config))
}
