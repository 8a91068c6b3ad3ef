//! What answers have in common. ZITADEL writes them as protobuf's JSON: 64-bit numbers as texts, and
//! whatever is zero not at all.

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use serde::{Deserialize, Deserializer, de::Error};
use serde_json::Value as Json;
use zeroize::Zeroizing;

use crate::{
    claim,
    secret::{ClientSecret, KeyFileText, PersonalAccessToken},
};

/// When something was made and changed, and whose it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Details {
    /// Grows with each change of the thing's aggregate.
    #[serde(deserialize_with = "number")]
    pub sequence: Option<u64>,
    /// Not in answers to changes.
    #[serde(deserialize_with = "time")]
    pub creation_date: Option<Timestamp>,
    /// Not in all answers to creating.
    #[serde(deserialize_with = "time")]
    pub change_date: Option<Timestamp>,
    /// The organisation's id.
    pub resource_owner: String,
}

/// The answer to creating something that has nothing but an id.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Created {
    /// Its id.
    #[serde(alias = "userId", alias = "userGrantId", alias = "grantId")]
    pub id: String,
    /// When and whose.
    #[serde(default)]
    pub details: Details,
}

/// The answer to a change.
#[derive(Deserialize)]
pub(super) struct Changed {
    #[serde(default)]
    pub(super) details: Details,
}

/// A key of an application or a service user, as lists tell of it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Key {
    /// The assertion's `kid`.
    pub id: String,
    /// When and whose.
    #[serde(default)]
    pub details: Details,
    /// `None` for a key without end.
    #[serde(default, deserialize_with = "time")]
    pub expiration_date: Option<Timestamp>,
}

/// A thing's state. ZITADEL has a word of its own for each kind of thing: `USER_STATE_ACTIVE`,
/// `PROJECT_STATE_ACTIVE`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum State {
    /// Not told.
    #[default]
    Unspecified,
    /// It counts.
    Active,
    /// It was deactivated.
    Inactive,
    /// A user that was locked.
    Locked,
    /// A user that never signed in; it counts.
    Initial,
    /// It is gone.
    Removed,
    /// A word of later years, as it came.
    Other(String),
}

impl<'de> Deserialize<'de> for State {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        let state = word.rsplit_once("_STATE_").map_or(word.as_str(), |(_, state)| state);
        Ok(match state {
            "UNSPECIFIED" => Self::Unspecified,
            "ACTIVE" => Self::Active,
            "INACTIVE" => Self::Inactive,
            "LOCKED" => Self::Locked,
            "INITIAL" => Self::Initial,
            "DELETED" | "REMOVED" => Self::Removed,
            _ => Self::Other(word),
        })
    }
}

/// A 64-bit number, as text or as number.
pub(super) fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    Json::deserialize(deserializer).map(|value| claim::duration(&value))
}

/// A moment. The last second of the year 9999, which is how ZITADEL says never, is none.
pub(super) fn time<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Timestamp>, D::Error> {
    Json::deserialize(deserializer).map(|value| claim::time(&value))
}

pub(super) fn client_secret<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<ClientSecret>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.map(ClientSecret::from))
}

pub(super) fn personal_access_token<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<PersonalAccessToken, D::Error> {
    String::deserialize(deserializer).map(PersonalAccessToken::from)
}

/// `keyDetails`: the key file in base64.
pub(super) fn key_file<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<KeyFileText, D::Error> {
    let encoded = Zeroizing::new(String::deserialize(deserializer)?);
    let bytes = STANDARD.decode(encoded.as_bytes());
    let text = bytes.ok().and_then(|bytes| String::from_utf8(bytes).ok());
    text.map(KeyFileText::from).ok_or_else(|| D::Error::custom("`keyDetails` is no text in base64"))
}
