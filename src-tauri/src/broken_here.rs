//! What can be broken in this set-up: causes that no server can make. Files that were handed out
//! stay as they are; what is broken is a copy, or where a file stands.

use std::{fs, path::Path};

use contract::workspace::{FaultFamily, FaultView};
use sandbox::Fault;
use tester::Setup;
use zitadel_client::scope::{self, OPENID, PROFILE};

use crate::built_in::Files;

/// The role of ZITADEL's guide.
const ROLE: &str = "read:messages";
/// A project that is not there.
const OTHER_PROJECT: &str = "100000000000000000";
const CUT: &str = "cut-in-half.json";
const PAST: &str = "expired.json";

/// A way to break the set-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Here {
    KeysSwapped,
    KeyCut,
    KeyPast,
    AudienceLeftOut,
    RoleAsScope,
    OtherProject,
    OtherAddress,
}

const ALL: [(Here, &str, &str, &str); 7] = [
    (
        Here::KeysSwapped,
        "keys_swapped",
        "The two key files are swapped",
        "Each in the other's place.",
    ),
    (
        Here::KeyCut,
        "key_cut",
        "The account's key file is cut in half",
        "As after a broken download.",
    ),
    (Here::KeyPast, "key_past", "The account's key file says it has expired", "Its date is past."),
    (
        Here::AudienceLeftOut,
        "audience_left_out",
        "The audience is left out",
        "Tokens are asked for with openid and profile only.",
    ),
    (
        Here::RoleAsScope,
        "role_as_scope",
        "The role is asked for as a scope",
        "As the guide's Django example does.",
    ),
    (
        Here::OtherProject,
        "other_project",
        "Another project's id is set",
        "Tokens name that project.",
    ),
    (
        Here::OtherAddress,
        "other_address",
        "The address is another name of this machine",
        "127.0.0.1 in place of localhost.",
    ),
];

/// Tells what is broken here from what is broken in the server.
pub fn apart(ids: &[String]) -> Result<(Vec<Here>, Vec<Fault>), String> {
    let (mut here, mut there) = (Vec::new(), Vec::new());
    for id in ids {
        match ALL.iter().find(|(_, name, ..)| name == id) {
            Some((one, ..)) => here.push(*one),
            None => there.push(id.parse::<Fault>().map_err(|error| format!("{id}: {error}"))?),
        }
    }
    Ok((here, there))
}

/// Every way, with those that the set-up shows marked.
pub fn views(setup: &Setup, files: &Files) -> Vec<FaultView> {
    let view = |(one, id, title, about): (Here, &str, &str, &str)| FaultView {
        id: id.into(),
        family: FaultFamily::Here,
        title: title.into(),
        about: about.into(),
        value: None,
        on: is_so(one, setup, files),
    };
    ALL.into_iter().map(view).collect()
}

fn is_so(one: Here, setup: &Setup, files: &Files) -> bool {
    let workspace = setup.workspace();
    let scopes = workspace.scopes.as_deref().unwrap_or_default();
    let has_file =
        |name: &str| workspace.users.iter().any(|user| user.key == files.folder.join(name));
    match one {
        Here::KeysSwapped => {
            workspace.api_key.as_ref() == Some(&files.user)
                || workspace.users.iter().any(|user| user.key == files.api)
        }
        Here::KeyCut => has_file(CUT),
        Here::KeyPast => has_file(PAST),
        Here::AudienceLeftOut => {
            workspace.scopes.is_some() && !scopes.iter().any(|scope| scope.ends_with(":aud"))
        }
        Here::RoleAsScope => scopes.iter().any(|scope| scope == ROLE),
        Here::OtherProject => workspace.project_id.as_deref() == Some(OTHER_PROJECT),
        Here::OtherAddress => workspace.issuer == other_address(&files.issuer),
    }
}

/// Breaks the set-up in exactly these ways, and mends it where it is broken in another.
pub fn set(setup: &mut Setup, files: &Files, wanted: &[Here]) {
    for (one, ..) in ALL {
        match (is_so(one, setup, files), wanted.contains(&one)) {
            (false, true) => turn(one, setup, files, true),
            (true, false) => turn(one, setup, files, false),
            _ => {}
        }
    }
}

fn turn(one: Here, setup: &mut Setup, files: &Files, broken: bool) {
    let name = |name: &str| files.folder.join(name);
    match one {
        Here::KeysSwapped if broken => {
            setup.replace_key(&files.user, files.api.clone());
            setup.set_api_key(Some(files.user.clone()));
        }
        Here::KeysSwapped => {
            setup.replace_key(&files.api, files.user.clone());
            setup.set_api_key(Some(files.api.clone()));
        }
        Here::KeyCut if broken => {
            copy(&files.user, &name(CUT), |text| text[..text.len() / 2].to_owned());
            setup.replace_key(&files.user, name(CUT));
        }
        Here::KeyCut => setup.replace_key(&name(CUT), files.user.clone()),
        Here::KeyPast if broken => {
            copy(&files.user, &name(PAST), |text| dated(text).unwrap_or_default());
            setup.replace_key(&files.user, name(PAST));
        }
        Here::KeyPast => setup.replace_key(&name(PAST), files.user.clone()),
        Here::AudienceLeftOut if broken => {
            setup.set_scopes(Some(vec![OPENID.into(), PROFILE.into()]));
        }
        Here::RoleAsScope if broken => {
            let audience = scope::audience(&files.project_id);
            setup.set_scopes(Some(vec![OPENID.into(), PROFILE.into(), audience, ROLE.into()]));
        }
        Here::AudienceLeftOut | Here::RoleAsScope => setup.set_scopes(None),
        Here::OtherProject if broken => setup.set_project_id(Some(OTHER_PROJECT.into())),
        Here::OtherProject => setup.set_project_id(Some(files.project_id.clone())),
        Here::OtherAddress if broken => setup.move_issuer(&other_address(&files.issuer)),
        Here::OtherAddress => setup.move_issuer(&files.issuer),
    }
}

fn other_address(issuer: &str) -> String {
    issuer.replace("localhost", "127.0.0.1")
}

/// A copy for its owner's eyes only, in the sandbox's folder, which is deleted with it.
fn copy(from: &Path, to: &Path, change: impl FnOnce(&str) -> String) {
    let done = fs::read_to_string(from).and_then(|text| {
        fs::copy(from, to)?;
        fs::write(to, change(&text))
    });
    if let Err(error) = done {
        tracing::warn!(%error, "a key file was not copied");
    }
}

/// The same key with a date that is past.
fn dated(text: &str) -> Option<String> {
    let mut key: serde_json::Value = serde_json::from_str(text).ok()?;
    key["expirationDate"] = "2026-03-01T00:00:00Z".into();
    serde_json::to_string_pretty(&key).ok()
}
