//! What can be broken in this set-up: causes that no server can make. Files that were handed out
//! stay as they are; what is broken is a copy, or where a file stands.

use std::{
    fs,
    path::{Path, PathBuf},
};

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
const PAST_AND_CUT: &str = "expired-and-cut-in-half.json";

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
    let has = |names: [&str; 2]| {
        let mut keys = workspace.users.iter().map(|user| &user.key).chain(&workspace.api_key);
        keys.any(|key| names.iter().any(|name| *key == files.folder.join(name)))
    };
    match one {
        Here::KeysSwapped => {
            workspace.api_key.as_deref().is_some_and(|key| is_accounts(key, files))
                || workspace.users.iter().any(|user| user.key == files.api)
        }
        Here::KeyCut => has([CUT, PAST_AND_CUT]),
        Here::KeyPast => has([PAST, PAST_AND_CUT]),
        Here::AudienceLeftOut => {
            workspace.scopes.is_some() && !scopes.iter().any(|scope| scope.ends_with(":aud"))
        }
        Here::RoleAsScope => scopes.iter().any(|scope| scope == ROLE),
        Here::OtherProject => workspace.project_id.as_deref() == Some(OTHER_PROJECT),
        Here::OtherAddress => workspace.issuer == other_address(&files.issuer),
    }
}

/// The first account's key file, or a copy of it.
fn is_accounts(key: &Path, files: &Files) -> bool {
    let is_copy = |name: &&str| key == files.folder.join(name);
    key == files.user || [CUT, PAST, PAST_AND_CUT].iter().any(is_copy)
}

/// Breaks the set-up in exactly these ways, and mends it where it is broken in another. Ways that
/// change the same thing are put together: one of them alone would undo the other.
pub fn set(setup: &mut Setup, files: &Files, wanted: &[Here]) {
    let is: Vec<_> =
        ALL.into_iter().map(|(one, ..)| one).filter(|one| is_so(*one, setup, files)).collect();
    let changes = |ones: &[Here]| ones.iter().any(|one| is.contains(one) != wanted.contains(one));
    let wants = |one| wanted.contains(&one);
    if changes(&[Here::KeysSwapped, Here::KeyCut, Here::KeyPast]) {
        set_keys(setup, files, is.contains(&Here::KeysSwapped), wanted);
    }
    if changes(&[Here::AudienceLeftOut, Here::RoleAsScope]) {
        setup.set_scopes(scopes(files, wants(Here::AudienceLeftOut), wants(Here::RoleAsScope)));
    }
    if changes(&[Here::OtherProject]) {
        let other = wants(Here::OtherProject).then(|| OTHER_PROJECT.to_owned());
        setup.set_project_id(Some(other.unwrap_or_else(|| files.project_id.clone())));
    }
    if changes(&[Here::OtherAddress]) {
        let other = wants(Here::OtherAddress).then(|| other_address(&files.issuer));
        setup.move_issuer(&other.unwrap_or_else(|| files.issuer.clone()));
    }
}

fn set_keys(setup: &mut Setup, files: &Files, are_swapped: bool, wanted: &[Here]) {
    let wants = |one| wanted.contains(&one);
    let accounts = accounts_file(files, wants(Here::KeyCut), wants(Here::KeyPast));
    let (in_row, in_apis_place) = match wants(Here::KeysSwapped) {
        true => (files.api.clone(), accounts),
        false => (accounts, files.api.clone()),
    };
    let is_the_rows = |key: &&PathBuf| **key == files.api || is_accounts(key, files);
    let row = setup.workspace().users.iter().map(|user| &user.key).find(is_the_rows).cloned();
    if let Some(present) = row {
        setup.replace_key(&present, in_row);
    }
    // Otherwise the API has a key of its own, whichever somebody gave it.
    if are_swapped || wants(Here::KeysSwapped) {
        setup.set_api_key(Some(in_apis_place));
    }
}

/// The first account's key file, or the copy of it that is broken so.
fn accounts_file(files: &Files, cut: bool, past: bool) -> PathBuf {
    let name = match (cut, past) {
        (false, false) => return files.user.clone(),
        (true, false) => CUT,
        (false, true) => PAST,
        (true, true) => PAST_AND_CUT,
    };
    let path = files.folder.join(name);
    copy(&files.user, &path, |text| {
        let mut text = if past { dated(text).unwrap_or_default() } else { text.to_owned() };
        text.truncate(if cut { text.len() / 2 } else { text.len() });
        text
    });
    path
}

/// `None` for those that Rolecall asks for by itself.
fn scopes(files: &Files, no_audience: bool, role: bool) -> Option<Vec<String>> {
    let audience = (!no_audience).then(|| scope::audience(&files.project_id));
    let role = role.then(|| ROLE.to_owned());
    let both = [OPENID, PROFILE].map(str::to_owned).into_iter();
    (no_audience || role.is_some()).then(|| both.chain(audience).chain(role).collect())
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

#[cfg(test)]
mod tests {
    use super::*;
    use sandbox::{Options, Sandbox, TokenType, World};

    /// A set-up as the sandbox hands it out, and its files, which are deleted with the folder.
    fn whole() -> (Setup, Files, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let sandbox = Sandbox::new(World::demo(TokenType::Opaque).unwrap(), Options::default());
        sandbox.set_issuer("http://localhost:8080".into());
        let written = sandbox.write_files(folder.path()).unwrap();
        let files = Files {
            api: written.api,
            user: written.users[0].1.clone(),
            admin_token: written.admin_token,
            folder: folder.path().into(),
            project_id: sandbox.snapshot().project_id,
            issuer: sandbox.snapshot().issuer,
        };
        let mut setup = Setup::open(&written.workspace).unwrap();
        // As the first roll call learns it.
        setup.set_project_id(Some(files.project_id.clone()));
        (setup, files, folder)
    }

    #[test]
    fn whatever_is_broken_each_switch_turns_its_own_and_nothing_else() {
        let (mut setup, files, _folder) = whole();
        let before = setup.workspace().clone();
        let labels = |setup: &Setup| -> Vec<_> {
            setup.members().iter().map(|member| member.label.clone()).collect()
        };
        let labels_before = labels(&setup);
        let ids = |broken: usize| -> Vec<_> {
            let on = |(at, (_, id, ..)): (usize, &(Here, &str, &str, &str))| {
                (broken >> at & 1 == 1).then(|| (*id).to_owned())
            };
            ALL.iter().enumerate().filter_map(on).collect()
        };
        let mut turn_to = |broken: usize| {
            let (here, there) = apart(&ids(broken)).unwrap();
            assert!(there.is_empty());
            set(&mut setup, &files, &here);
            let shown = views(&setup, &files).into_iter().filter(|view| view.on);
            let shown: Vec<_> = shown.map(|view| view.id).collect();
            assert_eq!(shown, ids(broken), "what is shown is what was wanted");
            let is_unreadable = here.contains(&Here::KeysSwapped) || here.contains(&Here::KeyCut);
            let key = setup.members()[0].key.read.as_ref();
            assert_eq!(key.is_err(), is_unreadable, "{here:?}");
            let is_past = key.is_ok_and(|key| key.expires_at.is_some());
            assert_eq!(is_past, !is_unreadable && here.contains(&Here::KeyPast), "{here:?}");
            assert_eq!(labels(&setup), labels_before, "rows keep their names");
            if here.is_empty() {
                let now = setup.workspace();
                let keys = |workspace: &tester::Workspace| -> Vec<_> {
                    workspace.users.iter().map(|user| user.key.clone()).collect()
                };
                assert_eq!((keys(now), &now.api_key), (keys(&before), &before.api_key));
                assert_eq!(now.scopes, before.scopes);
                assert_eq!((&now.project_id, &now.issuer), (&before.project_id, &before.issuer));
            }
        };
        // Key files take their time to read: they are broken in every way by themselves, as is the
        // rest, and then all of it together.
        let keys = [Here::KeysSwapped, Here::KeyCut, Here::KeyPast];
        let (of_keys, others): (Vec<_>, Vec<_>) =
            (0..ALL.len()).partition(|at| keys.contains(&ALL[*at].0));
        for group in [of_keys, others] {
            let mask: usize = group.iter().map(|at| 1 << at).sum();
            for broken in (0..1 << ALL.len()).filter(|broken| broken & !mask == 0) {
                for switch in &group {
                    turn_to(broken);
                    turn_to(broken ^ 1 << switch);
                }
            }
        }
        let all: usize = (1 << ALL.len()) - 1;
        for at in 0..=ALL.len() {
            turn_to(all >> at);
        }
        for at in 0..=ALL.len() {
            turn_to(all & all << at);
        }
    }
}
