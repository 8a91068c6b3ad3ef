//! A `.env` file of ZITADEL's guide as a part of the set-up.

use std::path::{Path, PathBuf};

use contract::Finding;
use url::Url;
use zitadel_client::discovery::IssuerAddress;

use super::{Issuer, Setup};
use crate::{diagnosis, env_file::EnvFile};

/// What is missing before a `.env` file can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NothingToWrite {
    /// The issuer is not known.
    #[error(
        "A .env file names the issuer and its introspection endpoint: look the issuer up first."
    )]
    Issuer,
    /// There is no API key.
    #[error("A .env file names the API's key file: add it first.")]
    ApiKey,
}

impl Setup {
    /// Takes over issuer and API key. Whether the introspection endpoint is the issuer's shows once that
    /// is looked up.
    pub fn import_env(&mut self, path: &Path, env: EnvFile) {
        let address = |typed: &str| IssuerAddress::parse(typed).ok();
        let known = address(&self.workspace.issuer).map(|known| known.to_string());
        if known.is_none() || known != address(&env.issuer).map(|named| named.to_string()) {
            self.set_issuer(&env.issuer, false);
        }
        if self.workspace.api_key.as_ref() != Some(&env.api_key) {
            self.workspace.project_id = None;
            self.set_api_key(Some(env.api_key));
        }
        self.env = env.introspection_url.map(|url| (path.into(), url));
    }

    /// What such a file says of this set-up.
    ///
    /// # Errors
    /// [`NothingToWrite`].
    pub fn export_env(&self) -> Result<EnvFile, NothingToWrite> {
        let discovery = self.discovery().ok_or(NothingToWrite::Issuer)?;
        let api_key: PathBuf = self.workspace.api_key.clone().ok_or(NothingToWrite::ApiKey)?;
        Ok(EnvFile {
            issuer: discovery.issuer.clone(),
            introspection_url: Some(discovery.introspection_endpoint.clone()),
            api_key,
        })
    }

    /// That a `.env` file sends introspection elsewhere than the issuer does, where one does.
    pub(super) fn introspection_elsewhere(&self) -> Option<Finding> {
        let (Issuer::Found(discovery), Some((path, named))) = (&self.issuer, &self.env) else {
            return None;
        };
        let found = &discovery.introspection_endpoint;
        (!is_same(named, found))
            .then(|| diagnosis::introspection_elsewhere(&path.display().to_string(), named, found))
    }
}

/// The same address but for letter case, default port and a slash at the end.
fn is_same(one: &str, other: &str) -> bool {
    let clean = |address: &str| {
        let whole =
            if address.contains("://") { address.into() } else { format!("https://{address}") };
        Url::parse(&whole).ok().map(|url| url.as_str().trim_end_matches('/').to_owned())
    };
    one == other || clean(one).is_some_and(|one| clean(other) == Some(one))
}

#[cfg(test)]
mod tests {
    use super::is_same;

    #[test]
    fn only_another_address_is_another() {
        let found = "https://a.example/oauth/v2/introspect";
        for same in [
            found,
            "https://A.example:443/oauth/v2/introspect",
            "https://a.example/oauth/v2/introspect/",
            "a.example/oauth/v2/introspect",
        ] {
            assert!(is_same(same, found), "{same}");
        }
        for other in ["https://b.example/oauth/v2/introspect", "https://a.example/introspect", ""] {
            assert!(!is_same(other, found), "{other}");
        }
    }
}
