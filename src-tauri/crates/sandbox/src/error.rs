//! What can go wrong with a world: reading, changing, writing it.

use std::{io, path::PathBuf};

/// Why a world could not be made, changed or written. Never holds a piece of a key.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WorldError {
    /// The file of a description, or a key file that it names, cannot be read.
    #[error("{} cannot be read: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is not the JSON that it should be.
    #[error("{} is not a description of a world: {reason}", path.display())]
    Description {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A key file that a description names is not one.
    #[error("{} is not usable as a key file: {reason}", path.display())]
    KeyFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// Keys, or the randomness for them, could not be made.
    #[error("the cryptographic library could not make a key")]
    Key,
    /// A certificate, or the key for one, could not be made.
    #[error("the cryptographic library could not make a certificate")]
    Certificate,
    /// A file of the world could not be written.
    #[error("{} cannot be written: {source}", path.display())]
    Unwritable {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// There is no user, or no API, whom the fault could befall.
    #[error("there is nobody here whom {fault} could befall")]
    NothingToBreak {
        /// The fault as it is written.
        fault: String,
    },
    /// No user with this id, or it was removed.
    #[error("there is no user {id} here")]
    UnknownUser {
        /// The id asked for.
        id: String,
    },
    /// No project with this id.
    #[error("there is no project {id} here")]
    UnknownProject {
        /// The id asked for.
        id: String,
    },
    /// No organisation with this id.
    #[error("there is no organisation {id} here")]
    UnknownOrganization {
        /// The id asked for.
        id: String,
    },
    /// No API with this client id.
    #[error("there is no API {id} here")]
    UnknownApi {
        /// The client id asked for.
        id: String,
    },
    /// The API is of type Basic: it has a secret, no keys.
    #[error("the API {id} has no keys, it authenticates with a secret")]
    ApiWithoutKeys {
        /// Its client id.
        id: String,
    },
    /// No key with this id.
    #[error("there is no key {id} here")]
    UnknownKey {
        /// The id asked for.
        id: String,
    },
    /// The project has no such role, or did not grant it to the user's organisation.
    #[error("the project has no role {role} to give")]
    UnknownRole {
        /// The role key asked for.
        role: String,
    },
    /// ZITADEL would not do it, in its words.
    #[error("{reason}")]
    Refused {
        /// For example that a name is taken.
        reason: &'static str,
    },
}

impl From<crate::change::Refusal> for WorldError {
    fn from(refusal: crate::change::Refusal) -> Self {
        match refusal.kind {
            crate::change::Kind::Internal => Self::Key,
            _ => Self::Refused { reason: refusal.message },
        }
    }
}
