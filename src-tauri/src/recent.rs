//! The workspaces that were open last, in a small file beside the application's settings.

use std::path::{Path, PathBuf};

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

/// Those that are still there, newest first.
pub fn list(folder: &Path) -> Vec<Recent> {
    let text = std::fs::read(file(folder)).unwrap_or_default();
    let mut recent: Vec<Recent> = serde_json::from_slice(&text).unwrap_or_default();
    recent.retain(|r| r.path.exists());
    recent
}

/// Puts a workspace first.
pub fn remember(folder: &Path, path: &Path, workspace: &Workspace) {
    let mut recent = list(folder);
    recent.retain(|r| r.path != path);
    recent.insert(0, Recent { name: workspace.name.clone(), path: path.into() });
    recent.truncate(KEPT);
    write(folder, &recent);
}

/// Takes a workspace out of the list; its file stays.
pub fn forget(folder: &Path, path: &Path) {
    let mut recent = list(folder);
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

    #[test]
    fn the_newest_is_first_and_lost_files_are_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let (a, b) = (folder.path().join("a"), folder.path().join("b"));
        for path in [&a, &b] {
            std::fs::write(path, "").unwrap();
            remember(folder.path(), path, &Workspace::default());
        }
        remember(folder.path(), &a, &Workspace::default());
        let paths = |recent: Vec<Recent>| recent.into_iter().map(|r| r.path).collect::<Vec<_>>();
        assert_eq!(paths(list(folder.path())), [a.clone(), b.clone()]);
        std::fs::remove_file(&a).unwrap();
        assert_eq!(paths(list(folder.path())), [b]);
    }
}
