//! Key files as ZITADEL hands them out: an API's (`application`) and a service user's
//! (`serviceaccount`).
//!
//! Whatever is wrong has its own reason and names file and field; nothing of a key is ever told.
//! What is clearly meant is mended in memory, and said. The file itself is never written.

mod der;
mod error;
mod json;
mod pem;

use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
};

use contract::workspace::KeyFacts;
use jiff::Timestamp;
use zeroize::Zeroizing;

use crate::{clock, secret::PrivateKey};
pub use error::{KeyFileError, KeyFileReason};
use json::Fields;

/// Key files have about 2 KiB; what is larger is something else.
pub const MAX_BYTES: u64 = 64 * 1024;

/// A key file, by its `type`.
#[derive(Debug, Clone)]
pub enum KeyFile {
    /// An API's.
    Application(ApplicationKey),
    /// A service user's.
    ServiceAccount(ServiceAccountKey),
}

/// An API's key file. Clones share the key.
#[derive(Debug, Clone)]
pub struct ApplicationKey {
    /// Where it was read.
    pub path: PathBuf,
    /// Becomes the assertion's `kid`.
    pub key_id: String,
    /// The application's id, as console addresses name it.
    pub app_id: String,
    /// Becomes the assertion's `iss` and `sub`. Old instances write `NNN@project`.
    pub client_id: String,
    /// Signs.
    pub key: PrivateKey,
    /// The RSA modulus in bits, at least 2048.
    pub bits: u32,
    /// What was mended while reading.
    pub repairs: Vec<Repair>,
}

/// A service user's key file. Clones share the key.
#[derive(Debug, Clone)]
pub struct ServiceAccountKey {
    /// Where it was read.
    pub path: PathBuf,
    /// Becomes the assertion's `kid`.
    pub key_id: String,
    /// Becomes the assertion's `iss` and `sub`.
    pub user_id: String,
    /// When ZITADEL stops to take it. `None` for a key without end (written as the last second of
    /// the year 9999) and for old files, which do not say.
    pub expires_at: Option<Timestamp>,
    /// Signs.
    pub key: PrivateKey,
    /// The RSA modulus in bits, at least 2048.
    pub bits: u32,
    /// What was mended while reading.
    pub repairs: Vec<Repair>,
}

/// Something that was mended while reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Repair {
    /// The file began with a byte order mark.
    ByteOrderMark,
    /// Strings held raw line breaks, which JSON forbids.
    RawLineBreaks,
    /// The key held the two characters `\n` in place of line breaks.
    LiteralNewlines,
    /// The key's lines ended in CR LF.
    CarriageReturns,
}

impl std::fmt::Display for Repair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::ByteOrderMark => "The file begins with a byte order mark.",
            Self::RawLineBreaks => "A text in the file holds raw line breaks, which JSON forbids.",
            Self::LiteralNewlines => r"The key holds the characters `\n` in place of line breaks.",
            Self::CarriageReturns => "The key's lines end in CR LF.",
        })
    }
}

impl ApplicationKey {
    /// What may be told of it.
    pub fn facts(&self) -> KeyFacts {
        KeyFacts {
            key_id: self.key_id.clone(),
            subject: self.client_id.clone(),
            app_id: Some(self.app_id.clone()),
            expires_at: None,
            bits: self.bits,
        }
    }
}

impl ServiceAccountKey {
    /// What may be told of it.
    pub fn facts(&self) -> KeyFacts {
        KeyFacts {
            key_id: self.key_id.clone(),
            subject: self.user_id.clone(),
            app_id: None,
            expires_at: self.expires_at.map(clock::written),
            bits: self.bits,
        }
    }
}

/// Reads a key file of either kind.
///
/// # Errors
/// [`KeyFileError`] with the file, the field where there is one, and the reason.
pub fn read(path: &Path) -> Result<KeyFile, KeyFileError> {
    let bytes = bytes(path).map_err(|reason| KeyFileError::new(path, None, reason))?;
    parse(path, &bytes)
}

/// Reads a key file's content; `path` is only for telling.
///
/// # Errors
/// [`KeyFileError`] with the file, the field where there is one, and the reason.
pub fn parse(path: &Path, bytes: &[u8]) -> Result<KeyFile, KeyFileError> {
    let mut repairs = Vec::new();
    let fields = Fields::read(path, bytes, &mut repairs)?;
    match fields.text("type")? {
        "application" => {
            let key_id = fields.text("keyId")?.to_owned();
            let client_id = fields.text("clientId")?.to_owned();
            let app_id = fields.text("appId")?.to_owned();
            let (key, bits) = private_key(&fields, &mut repairs)?;
            let path = path.to_owned();
            let key = ApplicationKey { path, key_id, app_id, client_id, key, bits, repairs };
            Ok(KeyFile::Application(key))
        }
        "serviceaccount" => {
            let key_id = fields.text("keyId")?.to_owned();
            let user_id = fields.text("userId")?.to_owned();
            let expires_at = expiration(&fields)?;
            let (key, bits) = private_key(&fields, &mut repairs)?;
            let path = path.to_owned();
            let key = ServiceAccountKey { path, key_id, user_id, expires_at, key, bits, repairs };
            Ok(KeyFile::ServiceAccount(key))
        }
        _ => Err(fields.refuse("type", KeyFileReason::WrongType)),
    }
}

fn private_key(
    fields: &Fields<'_>,
    repairs: &mut Vec<Repair>,
) -> Result<(PrivateKey, u32), KeyFileError> {
    pem::read(fields.text("key")?, repairs).map_err(|reason| fields.refuse("key", reason))
}

fn expiration(fields: &Fields<'_>) -> Result<Option<Timestamp>, KeyFileError> {
    match fields.optional_text("expirationDate")? {
        // `9999-12-31T23:59:59Z` is how ZITADEL says never; it is beyond what a `Timestamp` holds.
        Some(date) if date.starts_with("9999-") => Ok(None),
        Some(date) => match date.parse() {
            Ok(date) => Ok(Some(date)),
            Err(_) => Err(fields.refuse("expirationDate", KeyFileReason::BadDate)),
        },
        None => Ok(None),
    }
}

fn bytes(path: &Path) -> Result<Zeroizing<Vec<u8>>, KeyFileReason> {
    // Looked at before it is opened: opening a pipe would wait for its other end.
    let metadata = fs::metadata(path).map_err(|error| unreachable_file(path, &error))?;
    if metadata.is_dir() {
        return Err(KeyFileReason::Directory);
    }
    if !metadata.is_file() {
        return Err(KeyFileReason::NotAFile);
    }
    if metadata.len() > MAX_BYTES {
        return Err(KeyFileReason::TooLarge);
    }
    let file = File::open(path).map_err(|error| unreachable_file(path, &error))?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_BYTES as usize + 1));
    file.take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| KeyFileReason::Unreadable(error.kind()))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(KeyFileReason::TooLarge);
    }
    Ok(bytes)
}

fn unreachable_file(path: &Path, error: &io::Error) -> KeyFileReason {
    match error.kind() {
        io::ErrorKind::NotFound if fs::symlink_metadata(path).is_ok() => KeyFileReason::BrokenLink,
        io::ErrorKind::NotFound => KeyFileReason::NotFound,
        io::ErrorKind::PermissionDenied => KeyFileReason::NoPermission,
        _ if is_link_loop(error) => KeyFileReason::LinkLoop,
        kind => KeyFileReason::Unreadable(kind),
    }
}

/// The kind for this is not stable yet, so the system's number decides.
fn is_link_loop(error: &io::Error) -> bool {
    const ELOOP: i32 = if cfg!(target_os = "linux") {
        40
    } else if cfg!(windows) {
        1921
    } else {
        62
    };
    error.raw_os_error() == Some(ELOOP)
}

#[cfg(test)]
mod tests;
