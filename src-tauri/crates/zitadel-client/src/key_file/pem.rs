//! The key inside: from PEM to something that has signed once.
//!
//! The crypto library takes public keys and short ones here and there and stumbles only later, so
//! label, algorithm and length are looked at first, each with a reason of its own.

use base64::{
    DecodeError, Engine,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use zeroize::Zeroizing;

use super::{KeyFileReason, Repair, der};
use crate::private_key::PrivateKey;

/// Padding may be lost when a key is copied; nothing else of it can be.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// How a private key is laid out in DER.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layout {
    /// PEM label `RSA PRIVATE KEY`: what ZITADEL hands out.
    Pkcs1,
    /// PEM label `PRIVATE KEY`.
    Pkcs8,
}

/// The private key in a PEM text, and its length in bits.
pub(super) fn read(
    pem: &str,
    repairs: &mut Vec<Repair>,
) -> Result<(PrivateKey, u32), KeyFileReason> {
    let pem = mended(pem, repairs);
    let (label, body) = split(&pem)?;
    let layout = layout(label)?;
    // Header lines of the old encrypted form (RFC 1421) stand before the key.
    if body.contains("Proc-Type") || body.contains("DEK-Info") {
        return Err(KeyFileReason::EncryptedKey);
    }
    let der = decoded(body)?;
    let named = |fault| match fault {
        der::Fault::Damaged => KeyFileReason::KeyDamaged,
        der::Fault::Ec => KeyFileReason::EcKey,
        der::Fault::OtherAlgorithm => KeyFileReason::NotRsa,
    };
    let pkcs1 = match layout {
        Layout::Pkcs1 => &der[..],
        Layout::Pkcs8 => der::pkcs1_in(&der).map_err(named)?,
    };
    let bits = der::rsa_bits(pkcs1).map_err(named)?;
    match bits {
        0..2048 => return Err(KeyFileReason::TooShort { bits }),
        8193.. => return Err(KeyFileReason::TooLong { bits }),
        _ => {}
    }
    let key = PrivateKey::from_pkcs1(pkcs1).map_err(|_| KeyFileReason::DoesNotSign)?;
    Ok((key, bits))
}

/// Line breaks as PEM wants them.
fn mended(pem: &str, repairs: &mut Vec<Repair>) -> Zeroizing<String> {
    let mut pem = Zeroizing::new(pem.to_owned());
    if pem.contains("\\n") {
        repairs.push(Repair::LiteralNewlines);
        *pem = pem.replace("\\r", "").replace("\\n", "\n");
    }
    if pem.contains('\r') {
        repairs.push(Repair::CarriageReturns);
        *pem = pem.replace('\r', "\n");
    }
    pem
}

/// The first block's label, and what is between its first and last line.
fn split(pem: &str) -> Result<(&str, &str), KeyFileReason> {
    const BEGIN: &str = "-----BEGIN ";
    let (_, rest) = pem.split_once(BEGIN).ok_or(KeyFileReason::NotPem)?;
    let (label, rest) = rest.split_once("-----").ok_or(KeyFileReason::NotPem)?;
    // A label is one line; a longer one is something else that was taken for it.
    if label.is_empty() || label.len() > 40 {
        return Err(KeyFileReason::NotPem);
    }
    match rest.split_once("-----END ") {
        Some((body, _)) => Ok((label, body)),
        // What cannot be used at all says so even without its end.
        None => layout(label).and(Err(KeyFileReason::KeyCut)),
    }
}

fn layout(label: &str) -> Result<Layout, KeyFileReason> {
    match label {
        "RSA PRIVATE KEY" => Ok(Layout::Pkcs1),
        "PRIVATE KEY" => Ok(Layout::Pkcs8),
        "PUBLIC KEY" | "RSA PUBLIC KEY" | "EC PUBLIC KEY" => Err(KeyFileReason::PublicKey),
        "ENCRYPTED PRIVATE KEY" => Err(KeyFileReason::EncryptedKey),
        "EC PRIVATE KEY" | "EC PARAMETERS" => Err(KeyFileReason::EcKey),
        "OPENSSH PRIVATE KEY" => Err(KeyFileReason::OpensshKey),
        "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" => {
            Err(KeyFileReason::Certificate)
        }
        _ if label.ends_with("PRIVATE KEY") => Err(KeyFileReason::NotRsa),
        _ => Err(KeyFileReason::NotPem),
    }
}

fn decoded(body: &str) -> Result<Zeroizing<Vec<u8>>, KeyFileReason> {
    let mut base64 = Zeroizing::new(String::with_capacity(body.len()));
    base64.extend(body.split_whitespace());
    let mut der = Zeroizing::new(Vec::with_capacity(base64.len()));
    match LENIENT.decode_vec(base64.as_bytes(), &mut der) {
        Ok(()) => Ok(der),
        Err(DecodeError::InvalidByte(..)) => Err(KeyFileReason::NotBase64),
        // The right characters, but not all of them.
        Err(_) => Err(KeyFileReason::KeyDamaged),
    }
}
