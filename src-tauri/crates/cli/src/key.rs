//! Key files as arguments: each must be of the kind that its place asks for.

use std::path::Path;

use tester::diagnosis;
use zitadel_client::key_file::{self, ApplicationKey, KeyFile, ServiceAccountKey};

use crate::failure::Failure;

/// Reads the API's key.
///
/// # Errors
/// Where the file is unusable, or a service user's.
pub(crate) fn api(path: &Path) -> Result<ApplicationKey, Failure> {
    match key_file::read(path).map_err(|error| Failure::key_file(&error))? {
        KeyFile::Application(key) => Ok(key),
        KeyFile::ServiceAccount(key) => {
            Err(Failure::finding(&diagnosis::user_key_in_apis_place(&key), "service_account_key"))
        }
    }
}

/// Reads a service user's key.
///
/// # Errors
/// Where the file is unusable, or an API's.
pub(crate) fn user(path: &Path) -> Result<ServiceAccountKey, Failure> {
    match key_file::read(path).map_err(|error| Failure::key_file(&error))? {
        KeyFile::ServiceAccount(key) => Ok(key),
        KeyFile::Application(key) => {
            Err(Failure::finding(&diagnosis::api_key_in_users_place(&key), "application_key"))
        }
    }
}
