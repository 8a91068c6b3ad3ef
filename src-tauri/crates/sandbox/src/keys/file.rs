//! Key files exactly as ZITADEL hands them out: `ApplicationKey.MarshalJSON` and
//! `MachineKeyMarshalJSON`, fields in that order.

use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{KeyFailure, PrivateKey};
use crate::{SecretText, WorldError, id::Id};

/// What ZITADEL writes where no expiry was chosen.
const NEVER: &str = "9999-12-31T23:59:59Z";
/// Far above any key file, far below what would hurt.
const MAX_BYTES: u64 = 64 * 1024;

#[derive(Serialize, Deserialize)]
#[serde(tag = "type", rename_all_fields = "camelCase")]
enum Written {
    #[serde(rename = "application")]
    Application {
        key_id: String,
        #[serde(with = "pem_text")]
        key: Zeroizing<String>,
        app_id: String,
        client_id: String,
    },
    #[serde(rename = "serviceaccount")]
    ServiceAccount {
        key_id: String,
        #[serde(with = "pem_text")]
        key: Zeroizing<String>,
        #[serde(default = "never")]
        expiration_date: String,
        user_id: String,
    },
}

mod pem_text {
    use serde::{Deserialize, Deserializer, Serializer};
    use zeroize::Zeroizing;

    pub(super) fn serialize<S: Serializer>(pem: &str, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(pem)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Zeroizing<String>, D::Error> {
        String::deserialize(deserializer).map(Zeroizing::new)
    }
}

fn never() -> String {
    NEVER.into()
}

/// Whose key it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Owner {
    Application { app_id: Id, client_id: Id },
    ServiceAccount { user_id: Id, expires_at: Option<Timestamp> },
}

/// A key file, read.
pub(crate) struct Read {
    pub(crate) key_id: Id,
    pub(crate) owner: Owner,
    pub(crate) key: PrivateKey,
    /// The file as it is, for handing it on unchanged.
    pub(crate) text: SecretText,
}

/// The text of a new key file.
pub(crate) fn write(
    key_id: &str,
    owner: &Owner,
    key: &PrivateKey,
) -> Result<SecretText, KeyFailure> {
    let (key_id, key) = (key_id.into(), key.to_pem()?);
    let file = match owner {
        Owner::Application { app_id, client_id } => Written::Application {
            key_id,
            key,
            app_id: (&**app_id).into(),
            client_id: (&**client_id).into(),
        },
        Owner::ServiceAccount { user_id, expires_at } => Written::ServiceAccount {
            key_id,
            key,
            expiration_date: expires_at.map_or_else(never, |at| at.to_string()),
            user_id: (&**user_id).into(),
        },
    };
    serde_json::to_string(&file).map(SecretText::new).map_err(|_| KeyFailure)
}

/// Reads the key file at `path`.
pub(crate) fn read(path: &Path) -> Result<Read, WorldError> {
    let unusable = |reason| WorldError::KeyFile { path: path.into(), reason };
    let unreadable = |source| WorldError::Unreadable { path: path.into(), source };
    if std::fs::metadata(path).map_err(unreadable)?.len() > MAX_BYTES {
        return Err(unusable("it is larger than any key file"));
    }
    let text = SecretText::new(std::fs::read_to_string(path).map_err(unreadable)?);
    // The parser's own words could quote the file.
    let file = serde_json::from_str(text.expose()).map_err(|_| {
        unusable("it is not the JSON of an application's or a service account's key")
    })?;
    let (key_id, pem, owner) = match file {
        Written::Application { key_id, key, app_id, client_id } => {
            (key_id, key, Owner::Application { app_id: app_id.into(), client_id: client_id.into() })
        }
        Written::ServiceAccount { key_id, key, expiration_date, user_id } => {
            let expires_at = expires_at(&expiration_date)
                .ok_or_else(|| unusable("its expirationDate is not a time"))?;
            (key_id, key, Owner::ServiceAccount { user_id: user_id.into(), expires_at })
        }
    };
    let key = PrivateKey::from_pem(&pem)
        .map_err(|KeyFailure| unusable("its key is not a private RSA key of 2048 bits or more"))?;
    Ok(Read { key_id: key_id.into(), owner, key, text })
}

/// `Some(None)` for never, `None` for what is no time.
fn expires_at(date: &str) -> Option<Option<Timestamp>> {
    if date == NEVER { Some(None) } else { date.parse().ok().map(Some) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_have_zitadels_fields_in_zitadels_order() {
        let key = PrivateKey::generate().unwrap();
        let application = Owner::Application { app_id: "2".into(), client_id: "3".into() };
        let user = Owner::ServiceAccount { user_id: "4".into(), expires_at: None };
        let fields = |owner| {
            let text = write("1", owner, &key).unwrap();
            let file: serde_json::Map<String, serde_json::Value> =
                serde_json::from_str(text.expose()).unwrap();
            file.into_iter().map(|(name, _)| name).collect::<Vec<_>>()
        };
        assert_eq!(fields(&application), ["type", "keyId", "key", "appId", "clientId"]);
        assert_eq!(fields(&user), ["type", "keyId", "key", "expirationDate", "userId"]);
    }

    #[test]
    fn a_file_is_read_back_as_it_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let key = PrivateKey::generate().unwrap();
        for expires_at in [None, Some("2026-03-01T12:00:00Z".parse().unwrap())] {
            let owner = Owner::ServiceAccount { user_id: "4".into(), expires_at };
            let path = folder.path().join("key.json");
            std::fs::write(&path, write("1", &owner, &key).unwrap().expose()).unwrap();
            let read = read(&path).unwrap();
            assert_eq!((&*read.key_id, read.owner), ("1", owner));
        }
    }

    #[test]
    fn an_unusable_file_is_named_without_a_piece_of_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key.json");
        let bad = [
            r#"secret"#,
            r#"{"type":"other","secret":1}"#,
            r#"{"type":"serviceaccount","keyId":"1","key":"secret","userId":"2"}"#,
            r#"{"type":"serviceaccount","keyId":"1","key":"secret","expirationDate":"secret","userId":"2"}"#,
        ];
        for text in bad {
            std::fs::write(&path, text).unwrap();
            let error = read(&path).err().unwrap().to_string();
            assert!(error.contains("key.json") && !error.contains("secret"), "{error}");
        }
    }
}
