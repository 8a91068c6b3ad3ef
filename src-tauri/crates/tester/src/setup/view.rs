//! What Setup shows of each part, without anything of a key.

use std::path::Path;

use contract::{
    Finding,
    workspace::{IssuerView, ItemState, KeyView, UserView, WorkspaceView},
};
use jiff::Timestamp;
use zitadel_client::key_file::{ApplicationKey, ServiceAccountKey};

use super::{Issuer, Place, Setup};
use crate::{console, diagnosis, settings::Settings};

impl Setup {
    /// The state of every part, for people.
    pub fn view(&self, now: Timestamp, settings: &Settings) -> WorkspaceView {
        let issuer = self.discovery().map(|d| d.issuer.as_str());
        let workspace = &self.workspace;
        let own_app = self.api_key.as_ref().and_then(|place| place.read.as_ref().ok());
        let app_id = own_app.map(|key| key.app_id.as_str()).or(workspace.app_id.as_deref());
        WorkspaceView {
            name: workspace.name.clone(),
            path: self.path.as_ref().map(|p| p.display().to_string()),
            unsaved: self.unsaved,
            issuer: self.issuer_view(),
            api_key: self.api_key.as_ref().map(|place| self.application_view(place)),
            users: self
                .users
                .iter()
                .map(|member| UserView {
                    label: member.label.clone(),
                    key: self.service_account_view(&member.key, now),
                })
                .collect(),
            endpoints: workspace.endpoints.clone(),
            expectations: workspace.expectations.clone(),
            project_id: workspace.project_id.clone(),
            app_id: workspace.app_id.clone(),
            scopes: workspace.scopes.clone(),
            api: None,
            sandbox: None,
            management: None,
            target: self.target_view(),
            dated_back: 0,
            opened: 0,
            settings: settings.view(workspace.port, workspace.ca_file.as_deref()),
            console: issuer.map(|at| console::pages(at, workspace.project_id.as_deref(), app_id)),
            undo: self.undo_words(),
        }
    }

    fn issuer_view(&self) -> IssuerView {
        let (state, discovered, finding) = match &self.issuer {
            // Whoever typed it asks next.
            Issuer::Unasked if self.is_to_be_asked() => (ItemState::Checking, None, None),
            Issuer::Unasked => (ItemState::Empty, None, None),
            Issuer::Asking(_) => (ItemState::Checking, None, None),
            Issuer::Found(discovery) => (ItemState::Ok, Some(discovery.view()), None),
            Issuer::Wrong(finding) => (ItemState::Wrong, None, Some(finding.clone())),
        };
        IssuerView {
            typed: self.workspace.issuer.clone(),
            state,
            discovered,
            finding,
            notes: self.introspection_elsewhere().into_iter().collect(),
            allow_http: self.workspace.allow_http,
        }
    }

    fn application_view(&self, place: &Place<ApplicationKey>) -> KeyView {
        let view = self.key_view(&place.path);
        let key = match &place.read {
            Ok(key) => key,
            Err(finding) => return KeyView { finding: Some(finding.clone()), ..view },
        };
        let project = self.workspace.project_id.as_deref();
        let page = |app: &str| Some(console::application(&self.discovery()?.issuer, project?, app));
        let pasted = self.workspace.app_id.as_deref().filter(|pasted| *pasted != key.app_id);
        let finding = pasted.map(|pasted| diagnosis::of_other_app(key, pasted, page(pasted)));
        KeyView {
            state: if finding.is_some() { ItemState::Wrong } else { ItemState::Ok },
            facts: Some(key.facts()),
            console: page(&key.app_id),
            notes: with(view.notes, diagnosis::repaired(&key.path, &key.repairs)),
            finding,
            ..view
        }
    }

    fn service_account_view(&self, place: &Place<ServiceAccountKey>, now: Timestamp) -> KeyView {
        let issuer = self.discovery().map(|d| d.issuer.as_str());
        let view = self.key_view(&place.path);
        let key = match &place.read {
            Ok(key) => key,
            Err(finding) => return KeyView { finding: Some(finding.clone()), ..view },
        };
        let finding = diagnosis::expired(key, issuer, now);
        KeyView {
            state: if finding.is_some() { ItemState::Wrong } else { ItemState::Ok },
            facts: Some(key.facts()),
            console: issuer.map(|issuer| console::user_keys(issuer, &key.user_id)),
            notes: with(view.notes, diagnosis::repaired(&key.path, &key.repairs)),
            finding,
            ..view
        }
    }

    fn key_view(&self, path: &Path) -> KeyView {
        let moved = self.moved.iter().find(|(_, to)| to == path);
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        KeyView {
            path: path.display().to_string(),
            file_name: name.unwrap_or_default(),
            state: ItemState::Wrong,
            facts: None,
            console: None,
            finding: None,
            notes: moved.map(|(from, to)| diagnosis::moved(from, to)).into_iter().collect(),
        }
    }
}

fn with(mut notes: Vec<Finding>, more: Option<Finding>) -> Vec<Finding> {
    notes.extend(more);
    notes
}
