//! Settings, as they take effect.

use std::{io, path::PathBuf};

use contract::workspace::SettingsView;
use zitadel_client::http::HttpError;

use super::Workbench;
use crate::settings::{OutOfBounds, Settings};

/// Why settings do not take effect.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// One of them is out of bounds; all stay as they were.
    #[error(transparent)]
    OutOfBounds(#[from] OutOfBounds),
    /// The certificate authority's file cannot be used; all stay as they were.
    #[error(transparent)]
    CaFile(#[from] HttpError),
    /// The protected API cannot be served on the port, nor near it; where it was served, it still is.
    #[error("The protected API cannot listen: {0}")]
    Port(#[from] io::Error),
}

impl Workbench {
    /// As they are now.
    pub fn settings(&self) -> Settings {
        self.0.settings.lock().clone()
    }

    /// Takes up settings, those of the workspace among them. A run or a watch under way is stopped
    /// where it would meet another set-up half way.
    ///
    /// # Errors
    /// [`SettingsError`].
    pub async fn set_settings(&self, wanted: &SettingsView) -> Result<Settings, SettingsError> {
        let inner = &self.0;
        let before = self.settings();
        let settings = before.with(wanted)?;
        let ca_file = wanted.ca_file.as_deref().map(str::trim).filter(|path| !path.is_empty());
        let ca_file = ca_file.map(PathBuf::from);
        let has_new_port = {
            let _turn = inner.changing.lock().await;
            let (old_port, old_ca_file) = {
                let setup = inner.setup.lock();
                (setup.workspace().port, setup.workspace().ca_file.clone())
            };
            let has_new_ca = old_ca_file != ca_file;
            let http = if has_new_ca || settings.retries != before.retries {
                Some(self.client(ca_file.clone(), settings.retries).await?)
            } else {
                None
            };
            let has_new_port = old_port != wanted.port;
            let proposed_only =
                Settings { watch_interval_ms: before.watch_interval_ms, ..settings.clone() };
            let rests = has_new_port || http.is_some() || proposed_only != before;
            if rests {
                self.rest().await;
            }
            *inner.settings.lock() = settings.clone();
            {
                let mut setup = inner.setup.lock();
                setup.set_port(wanted.port);
                setup.set_ca_file(ca_file);
                if let Some(http) = http {
                    *inner.http.lock() = http;
                }
                if has_new_ca {
                    // Who was not trusted may be now, and the other way round.
                    setup.forget_discovery();
                }
            }
            if rests {
                self.return_to_wanted_port().await;
            }
            has_new_port
        };
        let served = if has_new_port { self.serve_as_set_up().await } else { Ok(()) };
        self.look().await;
        served?;
        Ok(settings)
    }
}
