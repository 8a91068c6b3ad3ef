//! The key files of a set-up: read, taken in each where its kind belongs, replaced, found again.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
};

use contract::report::NOBODY;
use zitadel_client::key_file::{self, ApplicationKey, KeyFile, KeyFileError, ServiceAccountKey};

use super::{Member, Place, Setup};
use crate::{diagnosis, workspace::User};

/// Why a file does not take the place of one that was moved. Each names the file.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "each field stands in its variant's message")]
pub enum LocateError {
    /// No place of the set-up has this file.
    #[error("{} is none of this workspace's key files.", path.display())]
    NotHere { path: PathBuf },
    /// It is no key file.
    #[error(transparent)]
    Unreadable(#[from] KeyFileError),
    /// It belongs in the other place.
    #[error("{} is {found}; {wanted} belongs in this place.", path.display())]
    WrongKind { path: PathBuf, found: &'static str, wanted: &'static str },
    /// It is another key.
    #[error("{} holds the key {found}, and the file that was here held {wanted}.", path.display())]
    OtherKey { path: PathBuf, found: String, wanted: String },
}

const API_KEY: &str = "the API's key";
const USER_KEY: &str = "a service account's key";

impl Setup {
    /// Reads the key files once more, for example after one was moved back.
    pub fn read_keys(&mut self) {
        let before: Vec<_> =
            self.users.iter().map(|m| (m.label.clone(), m.key.path.clone())).collect();
        self.api_key = self.workspace.api_key.clone().map(read_application);
        let mut taken = HashSet::from([NOBODY.to_owned()]);
        self.users = self
            .workspace
            .users
            .iter()
            .map(|user| Member {
                label: unique_label(user, &mut taken),
                key: read_service_account(user.key.clone()),
            })
            .collect();
        if !before.is_empty() {
            self.relabel_expectations(&before);
        }
        self.remember_ids();
    }

    /// A key file that is moved later is known again by its key's id.
    fn remember_ids(&mut self) {
        match &self.api_key {
            None => self.workspace.api_key_id = None,
            Some(Place { read: Ok(key), .. }) => {
                self.workspace.api_key_id = Some(key.key_id.clone());
            }
            Some(Place { read: Err(_), .. }) => {}
        }
        for (user, member) in self.workspace.users.iter_mut().zip(&self.users) {
            if let Ok(key) = &member.key.read {
                user.key_id = Some(key.key_id.clone());
            }
        }
    }

    /// What somebody said of a row goes with its key file, whatever the row is called now.
    fn relabel_expectations(&mut self, before: &[(String, PathBuf)]) {
        let users = &self.users;
        self.workspace.expectations.retain_mut(|said| {
            let Some((_, path)) = before.iter().find(|(label, _)| *label == said.user) else {
                return true;
            };
            match users.iter().find(|member| member.key.path == *path) {
                Some(member) => said.user.clone_from(&member.label),
                None => return false,
            }
            true
        });
    }

    /// Takes in key files, each into the place where its kind belongs. A file that cannot be read
    /// as either kind is kept among the users, so that its finding is seen.
    pub fn add_key_files(&mut self, paths: &[PathBuf]) {
        for path in paths {
            let path = std::path::absolute(path).unwrap_or_else(|_| path.clone());
            if matches!(key_file::read(&path), Ok(KeyFile::Application(_))) {
                self.workspace.users.retain(|user| user.key != path);
                if self.workspace.api_key.as_ref() != Some(&path) {
                    // Another API may live in another project; its id is learned anew.
                    self.workspace.project_id = None;
                    self.workspace.api_key_id = None;
                }
                self.keep_no_other_api_key();
                self.workspace.api_key = Some(path);
            } else {
                if self.workspace.api_key.as_ref() == Some(&path) {
                    self.workspace.api_key = None;
                }
                if !self.workspace.users.iter().any(|user| user.key == path) {
                    self.workspace.users.push(User::from_file(path));
                }
            }
        }
        self.unsaved = true;
        self.read_keys();
    }

    /// Takes a service user out; its key file stays where it lies.
    pub fn remove_user(&mut self, label: &str) -> bool {
        let Some(at) = self.users.iter().position(|member| member.label == label) else {
            return false;
        };
        self.take_out_user(at);
        self.unsaved = true;
        self.read_keys();
        true
    }

    /// Takes the API's key out; its file stays where it lies.
    pub fn remove_api_key(&mut self) {
        self.take_out_api_key();
        self.unsaved = true;
        self.read_keys();
    }

    /// Puts another key file in a service user's place. Expectations stay with the place.
    pub fn replace_key(&mut self, present: &Path, other: PathBuf) {
        for user in self.workspace.users.iter_mut().filter(|user| user.key == present) {
            // The row keeps its name: what is expected of it still holds.
            let stem = present.file_stem().map(|stem| stem.to_string_lossy().into_owned());
            user.name = user.name.take().or(stem);
            user.key.clone_from(&other);
            user.key_id = None;
        }
        self.unsaved = true;
        self.read_keys_in_place();
    }

    /// Names the API's key file, whatever it holds.
    pub fn set_api_key(&mut self, path: Option<PathBuf>) {
        self.keep_no_other_api_key();
        self.workspace.api_key = path;
        self.workspace.api_key_id = None;
        self.unsaved = true;
        self.read_keys_in_place();
    }

    pub(super) fn read_keys_in_place(&mut self) {
        let expectations = self.workspace.expectations.clone();
        self.read_keys();
        self.workspace.expectations = expectations;
    }

    /// The key file that lay at `path` lies at `found` now. What is said of its row stays.
    ///
    /// # Errors
    /// [`LocateError`] where that is another key, or none; everything stays as it was.
    pub fn locate_key(&mut self, path: &Path, found: &Path) -> Result<(), LocateError> {
        let found = std::path::absolute(found).unwrap_or_else(|_| found.into());
        let is_apis = self.workspace.api_key.as_deref() == Some(path);
        let user = self.workspace.users.iter().find(|user| user.key == path);
        let remembered = match (is_apis, user) {
            (true, _) => self.workspace.api_key_id.clone(),
            (false, Some(user)) => user.key_id.clone(),
            (false, None) => return Err(LocateError::NotHere { path: path.into() }),
        };
        let (of_api, key_id) = match key_file::read(&found)? {
            KeyFile::Application(key) => (true, key.key_id),
            KeyFile::ServiceAccount(key) => (false, key.key_id),
        };
        if of_api != is_apis {
            let kind = |of_api| if of_api { API_KEY } else { USER_KEY };
            let (found_is, wanted) = (kind(of_api), kind(is_apis));
            return Err(LocateError::WrongKind { path: found, found: found_is, wanted });
        }
        if let Some(wanted) = remembered.filter(|wanted| *wanted != key_id) {
            return Err(LocateError::OtherKey { path: found, found: key_id, wanted });
        }
        if is_apis {
            self.set_api_key(Some(found));
        } else {
            self.replace_key(path, found);
        }
        // What was moved together is found together.
        self.find_moved_keys();
        Ok(())
    }
}

/// Reads a file into the API's place.
pub fn read_application(path: PathBuf) -> Place<ApplicationKey> {
    let read = match key_file::read(&path) {
        Ok(KeyFile::Application(key)) => Ok(key),
        Ok(KeyFile::ServiceAccount(key)) => Err(diagnosis::user_key_in_apis_place(&key)),
        Err(error) => Err(diagnosis::unreadable(&error)),
    };
    Place { path, read }
}

/// Reads a file into a service user's place.
pub fn read_service_account(path: PathBuf) -> Place<ServiceAccountKey> {
    let read = match key_file::read(&path) {
        Ok(KeyFile::ServiceAccount(key)) => Ok(key),
        Ok(KeyFile::Application(key)) => Err(diagnosis::api_key_in_users_place(&key)),
        Err(error) => Err(diagnosis::unreadable(&error)),
    };
    Place { path, read }
}

fn unique_label(user: &User, taken: &mut HashSet<String>) -> String {
    let stem = || user.key.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let wanted = user.name.clone().or_else(stem).unwrap_or_else(|| "user".into());
    let numbered = (2..).map(|n| format!("{wanted}-{n}"));
    let label = std::iter::once(wanted.clone()).chain(numbered).find(|l| !taken.contains(l));
    let label = label.unwrap_or(wanted);
    taken.insert(label.clone());
    label
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_unique_and_nobody_is_reserved() {
        let named = |name: Option<&str>, file: &str| User {
            name: name.map(Into::into),
            ..User::from_file(file.into())
        };
        let mut taken = HashSet::from([NOBODY.to_owned()]);
        let labels: Vec<_> = [
            named(None, "a/bot.json"),
            named(None, "b/bot.json"),
            named(Some("bot"), "c/other.json"),
            named(None, "nobody.json"),
        ]
        .iter()
        .map(|user| unique_label(user, &mut taken))
        .collect();
        assert_eq!(labels, ["bot", "bot-2", "bot-3", "nobody-2"]);
    }
}
