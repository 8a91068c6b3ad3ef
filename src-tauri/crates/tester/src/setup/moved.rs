//! Key files that lie elsewhere than the workspace says: looked for near it, and known again by their
//! key's id.

use std::{
    collections::{HashSet, VecDeque},
    fs::{self, FileType},
    path::{Path, PathBuf},
};

use serde_json::Value;
use zitadel_client::key_file::{self, KeyFile};

use super::Setup;

/// Folders below the workspace's own.
const DEPTH: usize = 2;
/// Files that are looked into.
const MOST_FILES: usize = 300;
/// Whatever lies in the folders; who keeps a workspace among everything else does not wait for long.
const MOST_ENTRIES: usize = 5_000;
/// Key files are a few KiB.
const MAX_BYTES: u64 = 64 * 1024;

/// A key file that is not where the workspace says.
struct Lost {
    path: PathBuf,
    of_api: bool,
    key_id: Option<String>,
}

/// What may be one of them.
struct Found {
    path: PathBuf,
    of_api: bool,
    key_id: String,
}

impl Setup {
    /// Looks for key files that are not there: in the workspace's folder and in those of the other key
    /// files. Only a file with the same key is taken, or, where the key is not known, the only one of
    /// the same name.
    pub(super) fn find_moved_keys(&mut self) {
        let lost = self.lost();
        if lost.is_empty() {
            return;
        }
        let nearby = self.nearby();
        let mut taken: HashSet<PathBuf> =
            self.workspace.users.iter().map(|user| user.key.clone()).collect();
        taken.extend(self.workspace.api_key.clone());
        for lost in lost {
            let Some(found) = lost.find(nearby.iter().filter(|one| !taken.contains(&one.path)))
            else {
                continue;
            };
            taken.insert(found.path.clone());
            self.put_where_it_is(&lost, &found.path);
        }
        self.read_keys_in_place();
    }

    fn put_where_it_is(&mut self, lost: &Lost, found: &Path) {
        if lost.of_api {
            self.workspace.api_key = Some(found.into());
        } else {
            let user = self.workspace.users.iter_mut().find(|user| user.key == lost.path);
            let Some(user) = user else { return };
            // The row keeps its name: what is expected of it still holds.
            if found.file_stem() != lost.path.file_stem() {
                let stem = lost.path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
                user.name = user.name.take().or(stem);
            }
            user.key = found.into();
        }
        self.moved.push((lost.path.clone(), found.into()));
        self.unsaved = true;
    }

    fn lost(&self) -> Vec<Lost> {
        let is_gone = |path: &Path| !path.exists();
        let api = self.workspace.api_key.iter().map(|path| Lost {
            path: path.clone(),
            of_api: true,
            key_id: self.workspace.api_key_id.clone(),
        });
        let users = self.workspace.users.iter().map(|user| Lost {
            path: user.key.clone(),
            of_api: false,
            key_id: user.key_id.clone(),
        });
        api.chain(users).filter(|lost| is_gone(&lost.path)).collect()
    }

    fn nearby(&self) -> Vec<Found> {
        let mut search = Search::default();
        if let Some(folder) = self.path.as_deref().and_then(Path::parent) {
            // A workspace that was named without a folder lies in the present one.
            let here = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
            search.look_into(here, DEPTH);
        }
        let users = self.workspace.users.iter().map(|user| &user.key);
        for key in self.workspace.api_key.iter().chain(users) {
            if let Some(folder) = key.parent() {
                search.look_into(folder, 0);
            }
        }
        search.found
    }
}

impl Lost {
    /// The nearest with the same key, best of the same name.
    fn find<'f>(&self, nearby: impl Iterator<Item = &'f Found> + Clone) -> Option<&'f Found> {
        let of_kind = nearby.filter(|one| one.of_api == self.of_api);
        let same_name = |one: &&Found| one.path.file_name() == self.path.file_name();
        match &self.key_id {
            Some(id) => {
                let mut same: Vec<_> =
                    of_kind.filter(|one| one.key_id == *id && one.can_be_read()).collect();
                same.sort_by_key(|one| !same_name(one));
                same.first().copied()
            }
            None => {
                let mut same = of_kind.filter(same_name).filter(|one| one.can_be_read());
                let first = same.next()?;
                // Which of several different ones it was, nobody knows.
                same.all(|other| other.key_id == first.key_id).then_some(first)
            }
        }
    }
}

impl Found {
    fn can_be_read(&self) -> bool {
        match key_file::read(&self.path) {
            Ok(KeyFile::Application(_)) => self.of_api,
            Ok(KeyFile::ServiceAccount(_)) => !self.of_api,
            Err(_) => false,
        }
    }
}

/// A look into folders, the nearest first.
#[derive(Default)]
struct Search {
    found: Vec<Found>,
    seen: HashSet<PathBuf>,
    entries: usize,
    files: usize,
}

impl Search {
    fn look_into(&mut self, folder: &Path, depth: usize) {
        let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.into());
        let mut folders = VecDeque::from([(folder, depth)]);
        while let Some((folder, depth)) = folders.pop_front() {
            for (path, kind) in self.entries(&folder) {
                if kind.is_dir() {
                    if depth > 0 {
                        folders.push_back((path, depth - 1));
                    }
                } else if path.extension().is_some_and(|end| end.eq_ignore_ascii_case("json")) {
                    self.look_at(path);
                }
            }
        }
    }

    /// What is in a folder, by name.
    fn entries(&mut self, folder: &Path) -> Vec<(PathBuf, FileType)> {
        let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
        let room = MOST_ENTRIES.saturating_sub(self.entries);
        let known = |entry: fs::DirEntry| Some((entry.path(), entry.file_type().ok()?));
        let mut entries: Vec<_> = entries.flatten().take(room).filter_map(known).collect();
        self.entries += entries.len();
        entries.sort_by(|(one, _), (other, _)| one.cmp(other));
        entries
    }

    fn look_at(&mut self, path: PathBuf) {
        if self.files == MOST_FILES || !self.seen.insert(path.clone()) {
            return;
        }
        self.files += 1;
        self.found.extend(what_it_is(path));
    }
}

/// Kind and key id alone; whether the key is of any use costs more to find out.
fn what_it_is(path: PathBuf) -> Option<Found> {
    let file = fs::metadata(&path).ok()?;
    if !file.is_file() || file.len() >= MAX_BYTES {
        return None;
    }
    let text = fs::read_to_string(&path).ok()?;
    let value: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).ok()?;
    let of_api = match value["type"].as_str()? {
        "application" => true,
        "serviceaccount" => false,
        _ => return None,
    };
    Some(Found { path, of_api, key_id: value["keyId"].as_str()?.to_owned() })
}
