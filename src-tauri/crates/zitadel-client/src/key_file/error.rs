//! Why a key file cannot be used.

use std::{
    io,
    path::{Path, PathBuf},
};

use super::MAX_BYTES;

/// A key file that cannot be used. Its text is one sentence with file, field and way out, and never
/// holds a piece of the file's content.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {}{}.", path.display(), Field(*field), reason)]
pub struct KeyFileError {
    /// As given.
    pub path: PathBuf,
    /// The JSON member at fault.
    pub field: Option<&'static str>,
    /// What is wrong.
    pub reason: KeyFileReason,
}

impl KeyFileError {
    pub(super) fn new(path: &Path, field: Option<&'static str>, reason: KeyFileReason) -> Self {
        Self { path: path.into(), field, reason }
    }
}

struct Field(Option<&'static str>);

impl std::fmt::Display for Field {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Some(field) => write!(f, "`{field}` "),
            None => Ok(()),
        }
    }
}

/// What is wrong with a key file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyFileReason {
    /// There is no such file (any more).
    NotFound,
    /// A link to a file that is not there.
    BrokenLink,
    /// Links that lead to themselves.
    LinkLoop,
    /// This user may not read it.
    NoPermission,
    /// A directory.
    Directory,
    /// A pipe, a device, a socket.
    NotAFile,
    /// Over 64 KiB.
    TooLarge,
    /// Reading failed in another way.
    Unreadable(io::ErrorKind),
    /// Nothing in it.
    Empty,
    /// Not UTF-8.
    NotUtf8,
    /// A key in PEM without the JSON around it.
    BarePem,
    /// No JSON, seen at this place.
    NotJson {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
    },
    /// JSON, but no object.
    NotAnObject,
    /// The field is not there.
    Missing,
    /// The field holds nothing, or only spaces.
    EmptyField,
    /// The field holds a number where a text belongs.
    Number,
    /// The field holds something else where a text belongs.
    NotText,
    /// `type` is neither `application` nor `serviceaccount`.
    WrongType,
    /// `expirationDate` is no RFC 3339 date.
    BadDate,
    /// The key is no PEM.
    NotPem,
    /// The key's end is missing.
    KeyCut,
    /// What is between the key's first and last line is no base64.
    NotBase64,
    /// The key's inside is damaged.
    KeyDamaged,
    /// A public key.
    PublicKey,
    /// A certificate.
    Certificate,
    /// The key is locked by a passphrase.
    EncryptedKey,
    /// An elliptic-curve key.
    EcKey,
    /// In OpenSSH's own format.
    OpensshKey,
    /// A private key of another kind than RSA.
    NotRsa,
    /// An RSA key that is too short to be safe.
    TooShort {
        /// Of its modulus.
        bits: u32,
    },
    /// An RSA key that is longer than anything here can use.
    TooLong {
        /// Of its modulus.
        bits: u32,
    },
    /// The key does not sign: its parts do not belong together.
    DoesNotSign,
}

impl KeyFileReason {
    /// A stable word for programs.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::BrokenLink => "broken_link",
            Self::LinkLoop => "link_loop",
            Self::NoPermission => "no_permission",
            Self::Directory => "directory",
            Self::NotAFile => "not_a_file",
            Self::TooLarge => "too_large",
            Self::Unreadable(_) => "unreadable",
            Self::Empty => "empty",
            Self::NotUtf8 => "not_utf8",
            Self::BarePem => "bare_pem",
            Self::NotJson { .. } => "not_json",
            Self::NotAnObject => "not_an_object",
            Self::Missing => "missing_field",
            Self::EmptyField => "empty_field",
            Self::Number => "number",
            Self::NotText => "not_text",
            Self::WrongType => "wrong_type",
            Self::BadDate => "bad_date",
            Self::NotPem => "not_pem",
            Self::KeyCut => "key_cut",
            Self::NotBase64 => "not_base64",
            Self::KeyDamaged => "key_damaged",
            Self::PublicKey => "public_key",
            Self::Certificate => "certificate",
            Self::EncryptedKey => "encrypted_key",
            Self::EcKey => "ec_key",
            Self::OpensshKey => "openssh_key",
            Self::NotRsa => "not_rsa",
            Self::TooShort { .. } => "key_too_short",
            Self::TooLong { .. } => "key_too_long",
            Self::DoesNotSign => "does_not_sign",
        }
    }
}

/// Reads on after the file, or after the field's name; ends without a full stop.
impl std::fmt::Display for KeyFileReason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        const AGAIN: &str = "create a new key in ZITADEL and use the file as downloaded";
        match self {
            Self::NotFound => f.write_str("there is no such file; was it moved or deleted?"),
            Self::BrokenLink => f.write_str("this is a link to a file that is not there; choose the file itself"),
            Self::LinkLoop => f.write_str("this link leads back to itself; choose the file itself"),
            Self::NoPermission => f.write_str("you may not read this file; allow it, or copy the file to a place of yours"),
            Self::Directory => f.write_str("this is a directory; choose the key file in it"),
            Self::NotAFile => f.write_str("this is no regular file; choose the key file itself"),
            Self::TooLarge => {
                write!(f, "this file is over {} KiB, and no key file is; choose the key file", MAX_BYTES / 1024)
            }
            Self::Unreadable(kind) => write!(f, "reading failed ({kind}); try again, or copy the file elsewhere"),
            Self::Empty => write!(f, "this file is empty; {AGAIN}"),
            Self::NotUtf8 => f.write_str("this is no text in UTF-8; save it as UTF-8, or use the file as downloaded"),
            Self::BarePem => f.write_str("this is a bare key without the JSON that ZITADEL puts around it; use the JSON file as downloaded"),
            Self::NotJson { line, column } => {
                write!(f, "this is no JSON (see line {line}, column {column}); use the file as downloaded")
            }
            Self::NotAnObject => f.write_str("this is JSON but no key file; use the file as downloaded"),
            Self::Missing => f.write_str("is missing; use the file as downloaded"),
            Self::EmptyField => f.write_str("is empty; use the file as downloaded"),
            Self::Number => f.write_str("is a number and must be a text in quotes; use the file as downloaded"),
            Self::NotText => f.write_str("must be a text in quotes; use the file as downloaded"),
            Self::WrongType => f.write_str("must be `application` or `serviceaccount`; use a key file of ZITADEL"),
            Self::BadDate => f.write_str("is no date such as 2027-12-31T00:00:00Z; use the file as downloaded"),
            Self::NotPem => write!(f, "holds no key in PEM; {AGAIN}"),
            Self::KeyCut => write!(f, "breaks off before the key's end; {AGAIN}"),
            Self::NotBase64 => write!(f, "holds characters that belong in no key; {AGAIN}"),
            Self::KeyDamaged => write!(f, "holds a damaged key; {AGAIN}"),
            Self::PublicKey => f.write_str("holds a public key, which cannot sign; use the file with the private key"),
            Self::Certificate => f.write_str("holds a certificate, which cannot sign; use the file with the private key"),
            Self::EncryptedKey => write!(f, "holds a key that is locked by a passphrase; unlock it, or {AGAIN}"),
            Self::EcKey => write!(f, "holds an elliptic-curve key, and ZITADEL's keys are RSA; {AGAIN}"),
            Self::OpensshKey => write!(f, "holds a key in OpenSSH's format; {AGAIN}"),
            Self::NotRsa => write!(f, "holds a key that is not RSA, as ZITADEL's keys are; {AGAIN}"),
            Self::TooShort { bits } => write!(f, "holds a key of {bits} bits, and fewer than 2048 are not safe; {AGAIN}"),
            Self::TooLong { bits } => write!(f, "holds a key of {bits} bits, and at most 8192 can be used; {AGAIN}"),
            Self::DoesNotSign => write!(f, "holds a key whose parts do not belong together; {AGAIN}"),
        }
    }
}
