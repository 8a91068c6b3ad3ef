//! The workspaces that were open last, in a small file beside the application's settings.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tester::Workspace;

/// How many are remembered.
const KEPT: usize = 8;

/// A workspace that was open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recent {
    /// What people call it.
    pub name: String,
    /// Where it lies.
    pub path: PathBuf,
}

/// A workspace as Start lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Listed {
    #[serde(flatten)]
    recent: Recent,
    /// When its file was last changed; `None` where nobody can tell.
    changed: Option<Timestamp>,
    /// It no longer lies there: somebody may show where it does.
    gone: bool,
}

/// Newest first; a file that is gone stays in the list, so that it can be found again.
pub fn list(folder: &Path) -> Vec<Listed> {
    read(folder).into_iter().map(listed).collect()
}

fn listed(recent: Recent) -> Listed {
    let file = std::fs::metadata(&recent.path).ok();
    let changed = file.as_ref().and_then(|f| f.modified().ok()).and_then(|at| at.try_into().ok());
    Listed { recent, changed, gone: file.is_none() }
}

fn read(folder: &Path) -> Vec<Recent> {
    let text = std::fs::read(file(folder)).unwrap_or_default();
    serde_json::from_slice(&text).unwrap_or_default()
}

/// Puts a workspace first.
pub fn remember(folder: &Path, path: &Path, workspace: &Workspace) {
    let mut recent = read(folder);
    recent.retain(|r| r.path != path);
    recent.insert(0, Recent { name: workspace.name.clone(), path: path.into() });
    recent.truncate(KEPT);
    write(folder, &recent);
}

/// Takes a workspace out of the list; its file stays.
pub fn forget(folder: &Path, path: &Path) {
    let mut recent = read(folder);
    recent.retain(|r| r.path != path);
    write(folder, &recent);
}

fn file(folder: &Path) -> PathBuf {
    folder.join("recent.json")
}

/// The list is a comfort: where it cannot be written, the window works on without it.
fn write(folder: &Path, recent: &[Recent]) {
    let written = std::fs::create_dir_all(folder).and_then(|()| {
        let text = serde_json::to_vec_pretty(recent)?;
        std::fs::write(file(folder), text)
    });
    if let Err(error) = written {
        tracing::warn!("the list of recent workspaces was not written: {error}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(recent: &[Listed]) -> Vec<&Path> {
        recent.iter().map(|r| r.recent.path.as_path()).collect()
    }

    #[test]
    fn the_newest_is_first_and_a_lost_file_stays_to_be_found() {
        let folder = tempfile::tempdir().unwrap();
        let (a, b) = (folder.path().join("a"), folder.path().join("b"));
        for path in [&a, &b] {
            std::fs::write(path, "").unwrap();
            remember(folder.path(), path, &Workspace::default());
        }
        remember(folder.path(), &a, &Workspace::default());
        let there = list(folder.path());
        assert_eq!(paths(&there), [&a, &b]);
        assert!(there.iter().all(|r| !r.gone && r.changed.is_some()));
        std::fs::remove_file(&a).unwrap();
        let lost = list(folder.path());
        assert_eq!(paths(&lost), [&a, &b]);
        assert!(lost[0].gone && lost[0].changed.is_none() && !lost[1].gone);
        forget(folder.path(), &a);
        assert_eq!(paths(&list(folder.path())), [&b]);
    }

    #[test]
    fn the_window_is_told_name_place_and_state() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("gone.rolecall.json");
        remember(folder.path(), &path, &Workspace { name: "Board".into(), ..Workspace::default() });
        let told = serde_json::to_value(list(folder.path())).unwrap();
        let expected =
            serde_json::json!([{ "name": "Board", "path": path, "changed": null, "gone": true }]);
        assert_eq!(told, expected);
    }
}
