//! What Setup shows of each part, without anything of a key.

use std::path::Path;

use contract::workspace::{IssuerView, ItemState, KeyView, UserView, WorkspaceView};
use jiff::Timestamp;
use zitadel_client::key_file::{ApplicationKey, ServiceAccountKey};

use super::{Issuer, Place, Setup};
use crate::diagnosis;

impl Setup {
    /// The state of every part, for people.
    pub fn view(&self, now: Timestamp) -> WorkspaceView {
        let issuer = self.discovery().map(|d| d.issuer.as_str());
        WorkspaceView {
            name: self.workspace.name.clone(),
            path: self.path.as_ref().map(|p| p.display().to_string()),
            unsaved: self.unsaved,
            issuer: self.issuer_view(),
            api_key: self.api_key.as_ref().map(application_view),
            users: self
                .users
                .iter()
                .map(|member| UserView {
                    label: member.label.clone(),
                    key: service_account_view(&member.key, issuer, now),
                })
                .collect(),
            endpoints: self.workspace.endpoints.clone(),
            expectations: self.workspace.expectations.clone(),
            project_id: self.workspace.project_id.clone(),
            scopes: self.workspace.scopes.clone(),
            api: None,
            sandbox: None,
            management: None,
            target: self.target_view(),
            app_id: None,
            dated_back: 0,
            opened: 0,
            settings: contract::workspace::SettingsView {
                port: self.workspace.port,
                ca_file: self.workspace.ca_file.as_ref().map(|p| p.display().to_string()),
                parallelism: 8,
                retries: 2,
                cache_seconds: 0,
                watch_interval_ms: 1_000,
            },
            console: None,
            undo: None,
        }
    }

    fn issuer_view(&self) -> IssuerView {
        let (state, discovered, finding) = match &self.issuer {
            Issuer::Unasked => (ItemState::Empty, None, None),
            Issuer::Asking => (ItemState::Checking, None, None),
            Issuer::Found(discovery) => (ItemState::Ok, Some(discovery.view()), None),
            Issuer::Wrong(finding) => (ItemState::Wrong, None, Some(finding.clone())),
        };
        IssuerView {
            typed: self.workspace.issuer.clone(),
            state,
            discovered,
            finding,
            notes: Vec::new(),
            allow_http: self.workspace.allow_http,
        }
    }
}

fn key_view(path: &Path) -> KeyView {
    KeyView {
        path: path.display().to_string(),
        file_name: path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default(),
        state: ItemState::Wrong,
        facts: None,
        console: None,
        finding: None,
        notes: Vec::new(),
    }
}

fn application_view(place: &Place<ApplicationKey>) -> KeyView {
    let view = key_view(&place.path);
    match &place.read {
        Ok(key) => KeyView {
            state: ItemState::Ok,
            facts: Some(key.facts()),
            notes: diagnosis::repaired(&key.path, &key.repairs).into_iter().collect(),
            ..view
        },
        Err(finding) => KeyView { finding: Some(finding.clone()), ..view },
    }
}

fn service_account_view(
    place: &Place<ServiceAccountKey>,
    issuer: Option<&str>,
    now: Timestamp,
) -> KeyView {
    let view = key_view(&place.path);
    match &place.read {
        Ok(key) => {
            let finding = diagnosis::expired(key, issuer, now);
            KeyView {
                state: if finding.is_some() { ItemState::Wrong } else { ItemState::Ok },
                facts: Some(key.facts()),
                notes: diagnosis::repaired(&key.path, &key.repairs).into_iter().collect(),
                finding,
                ..view
            }
        }
        Err(finding) => KeyView { finding: Some(finding.clone()), ..view },
    }
}
