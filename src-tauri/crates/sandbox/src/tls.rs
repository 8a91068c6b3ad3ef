//! Certificates for the sandbox's own TLS, made when they are needed, good and bad ones. Nothing here
//! is ever trusted by anybody who was not told to.

use std::{
    fmt,
    net::{Ipv4Addr, Ipv6Addr},
    sync::Arc,
};

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use pem::Pem;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, date_time_ymd,
};
use rustls::{
    ServerConfig,
    crypto::aws_lc_rs::default_provider,
    pki_types::{CertificateDer, PrivateKeyDer},
};

use crate::{FaultName, WorldError, fault::Faults};

/// Days before today from which the authority vouches.
const SINCE: i64 = -60;
/// Days for which a good certificate is good.
const FOR: i64 = 365;
/// A name that is nobody's.
const OTHER_NAME: &str = "other.localhost";

/// What a server shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Certificate {
    /// For `localhost` and both loopback addresses, signed by the authority.
    Good,
    /// The same, signed by itself.
    SelfSigned,
    /// For another name.
    OtherName,
    /// Run out.
    Expired,
}

impl Certificate {
    /// What the faults want to be shown.
    pub(crate) fn wanted(faults: &Faults) -> Option<Self> {
        [
            (FaultName::TlsSelfSigned, Self::SelfSigned),
            (FaultName::TlsName, Self::OtherName),
            (FaultName::TlsExpired, Self::Expired),
        ]
        .into_iter()
        .find_map(|(fault, certificate)| faults.has(fault).then_some(certificate))
    }
}

/// A certificate authority of the sandbox's own, new each time, whose key is kept nowhere. Clones are
/// the same.
#[derive(Clone)]
pub struct Authority(Arc<Inner>);

struct Inner {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
    good: Arc<ServerConfig>,
}

impl Authority {
    /// Makes one.
    ///
    /// # Errors
    /// [`WorldError::Certificate`] if the cryptographic library makes no key or certificate.
    pub fn new() -> Result<Self, WorldError> {
        let mut params = named(&[], "Rolecall sandbox authority", SINCE, FOR)?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate()?;
        let own = params.self_signed(&key)?;
        let issuer = Issuer::new(params, key);
        let good = config(&issuer, Certificate::Good)?;
        let pem = pem::encode(&Pem::new("CERTIFICATE", own.der().to_vec()));
        Ok(Self(Arc::new(Inner { issuer, pem, good })))
    }

    /// Its certificate, for whoever should trust it.
    pub fn pem(&self) -> &str {
        &self.0.pem
    }

    pub(crate) fn server(&self, shown: Certificate) -> Result<Arc<ServerConfig>, WorldError> {
        match shown {
            Certificate::Good => Ok(self.good()),
            bad => config(&self.0.issuer, bad),
        }
    }

    /// How to serve with a good certificate.
    pub(crate) fn good(&self) -> Arc<ServerConfig> {
        self.0.good.clone()
    }
}

impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authority").finish_non_exhaustive()
    }
}

/// What is not said: why. It is never anything that a person could change.
impl From<rcgen::Error> for WorldError {
    fn from(_: rcgen::Error) -> Self {
        Self::Certificate
    }
}

impl From<rustls::Error> for WorldError {
    fn from(_: rustls::Error) -> Self {
        Self::Certificate
    }
}

fn config(
    issuer: &Issuer<'static, KeyPair>,
    shown: Certificate,
) -> Result<Arc<ServerConfig>, WorldError> {
    let here =
        ["localhost".into(), Ipv4Addr::LOCALHOST.to_string(), Ipv6Addr::LOCALHOST.to_string()];
    let elsewhere = [OTHER_NAME.into()];
    let names: &[String] = if shown == Certificate::OtherName { &elsewhere } else { &here };
    let (from, until) = if shown == Certificate::Expired { (-30, -1) } else { (-2, FOR) };
    let mut params = named(names, &names[0], from, until)?;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let key = KeyPair::generate()?;
    let certificate = if shown == Certificate::SelfSigned {
        params.self_signed(&key)?
    } else {
        params.use_authority_key_identifier_extension = true;
        params.signed_by(&key, issuer)?
    };
    let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
    let certificate: CertificateDer<'static> = certificate.der().clone();
    // Not the process's own provider: nobody has to have chosen one.
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)?;
    Ok(Arc::new(config))
}

/// `from` and `until` are days from today.
fn named(
    names: &[String],
    common_name: &str,
    from: i64,
    until: i64,
) -> Result<CertificateParams, WorldError> {
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, common_name);
    let day = |days: i64| {
        let now = Timestamp::now();
        let then = now.saturating_add(SignedDuration::from_hours(24 * days)).unwrap_or(now);
        let date = then.to_zoned(TimeZone::UTC).date();
        date_time_ymd(date.year().into(), date.month().unsigned_abs(), date.day().unsigned_abs())
    };
    (params.not_before, params.not_after) = (day(from), day(until));
    Ok(params)
}
