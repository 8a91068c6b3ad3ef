//! Writes what people hold: key files, the administrator's token, a workspace that knows all of it.
//! Only their owner can read them.

use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};

use crate::{FaultName, Sandbox, UserSnapshot, UserState, WorldError, demo::READ};

/// The endpoints of the guide's API.
const PUBLIC: &str = "/api/public";
const PRIVATE: &str = "/api/private";
const PRIVATE_SCOPED: &str = "/api/private-scoped";

/// The authority's certificate.
const AUTHORITY: &str = "ca.pem";

/// Where everything was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// `api.json`: the API's key.
    pub api: PathBuf,
    /// Each service user's label and its key file, in order.
    pub users: Vec<(String, PathBuf)>,
    /// `admin.pat`: the administrator's personal access token.
    pub admin_token: PathBuf,
    /// `workspace.rolecall.json`: the issuer, these files and what is to be expected of the world.
    pub workspace: PathBuf,
    /// `ca.pem`: the certificate of the sandbox's own authority, while it is served over TLS.
    pub authority: Option<PathBuf>,
}

impl Sandbox {
    /// Writes the files into `folder`, which is made if it is not there. Each is there whole or not at
    /// all, and only for its owner (0600; a new folder 0700).
    ///
    /// # Errors
    /// [`WorldError::Unwritable`] naming the file, [`WorldError::Key`] without randomness.
    pub fn write_files(&self, folder: &Path) -> Result<Written, WorldError> {
        make_folder(folder)
            .map_err(|source| WorldError::Unwritable { path: folder.into(), source })?;
        let put = |name: &str, text: &str| -> Result<PathBuf, WorldError> {
            let path = folder.join(name);
            write(folder, &path, text)
                .map_err(|source| WorldError::Unwritable { path: path.clone(), source })?;
            Ok(path)
        };
        let (api, users, token) = {
            let world = self.world().read();
            let text = format!("{}:{}", world.admin_token, world.administrator);
            let token = self.seal().opaque(&text, &*self.options().random)?;
            let users =
                world.user_files.values().map(|file| (file.stem.clone(), file.text.clone()));
            (world.api_file.text.clone(), users.collect::<Vec<_>>(), token)
        };
        Ok(Written {
            api: put("api.json", api.expose())?,
            users: users
                .into_iter()
                .map(|(label, text)| Ok((label.clone(), put(&file_name(&label), text.expose())?)))
                .collect::<Result<_, WorldError>>()?,
            admin_token: put("admin.pat", &format!("{token}\n"))?,
            authority: self.authority_pem().map(|pem| put(AUTHORITY, &pem)).transpose()?,
            workspace: put("workspace.rolecall.json", &self.workspace_text())?,
        })
    }

    /// The workspace file. Expectations come from the world itself: who has the role gets in.
    fn workspace_text(&self) -> String {
        let world = self.whole_snapshot();
        // A workspace learns its project as it is used; that the API has left it must come after.
        let left = self.active_faults().has(FaultName::WrongProject);
        let project_id = left.then_some(&world.project_id);
        let with_files: Vec<UserSnapshot> = {
            let files = self.world().read();
            let has_file = |user: &UserSnapshot| files.user_files.contains_key(&*user.user_id);
            world.users.into_iter().filter(has_file).collect()
        };
        let users: Vec<Value> = with_files
            .iter()
            .map(|user| json!({ "name": user.label, "key": file_name(&user.label) }))
            .collect();
        let expectations: Vec<Value> = with_files
            .iter()
            .map(|user| {
                let gets_in =
                    user.state == UserState::Active && user.roles.iter().any(|role| role == READ);
                json!({
                    "user": user.label,
                    "endpoint": PRIVATE_SCOPED,
                    "expected": if gets_in { "allow" } else { "deny" },
                })
            })
            .collect();
        let workspace = json!({
            "version": 1,
            "name": "Sandbox",
            "issuer": world.issuer,
            "api_key": "api.json",
            "users": users,
            "project_id": project_id,
            "scopes": null,
            "allow_http": false,
            "ca_file": self.authority_pem().map(|_| AUTHORITY),
            "port": null,
            "endpoints": [
                { "method": "GET", "path": PUBLIC, "access": { "rule": "public" } },
                { "method": "GET", "path": PRIVATE, "access": { "rule": "valid_token" } },
                {
                    "method": "GET",
                    "path": PRIVATE_SCOPED,
                    "access": { "rule": "any_role", "roles": [READ] },
                },
            ],
            "expectations": expectations,
        });
        format!("{workspace:#}\n")
    }
}

fn file_name(label: &str) -> String {
    format!("{label}.json")
}

fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// By way of a new file (0600 by `tempfile`) that takes the name when it is whole; a link of that name
/// is replaced, not followed.
fn write(folder: &Path, path: &Path, text: &str) -> io::Result<()> {
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Scene;

    fn read(path: &Path) -> Value {
        serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
    }

    #[test]
    fn the_workspace_expects_what_the_world_says() {
        let folder = tempfile::tempdir().unwrap();
        let scene = Scene::new();
        let written = scene.sandbox.write_files(folder.path()).unwrap();
        let workspace = read(&written.workspace);
        assert_eq!(workspace["issuer"], "http://localhost:8080");
        let expected = |index: usize| {
            let one = &workspace["expectations"][index];
            assert_eq!(one["endpoint"], "/api/private-scoped");
            (one["user"].as_str().unwrap(), one["expected"].as_str().unwrap())
        };
        assert_eq!(
            [expected(0), expected(1), expected(2)],
            [("reader-bot", "allow"), ("writer-bot", "deny"), ("visitor-bot", "deny")]
        );
        let folder = written.workspace.parent().unwrap();
        for user in workspace["users"].as_array().unwrap() {
            let file = read(&folder.join(user["key"].as_str().unwrap()));
            assert_eq!(file["type"], "serviceaccount", "paths are relative to the workspace");
        }
        assert_eq!(read(&written.api)["type"], "application");
    }

    #[tokio::test]
    async fn the_administrators_token_is_good() {
        let folder = tempfile::tempdir().unwrap();
        let scene = Scene::new();
        let written = scene.sandbox.write_files(folder.path()).unwrap();
        let token = fs::read_to_string(written.admin_token).unwrap();
        let answer = scene.userinfo(&format!("Bearer {}", token.trim_end())).await;
        assert_eq!(answer.json()["preferred_username"], "admin-sa");
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_can_read_them_and_a_link_is_replaced() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let outside = tempfile::tempdir().unwrap();
        let folder = outside.path().join("new");
        let scene = Scene::new();
        scene.sandbox.write_files(&folder).unwrap();
        let target = outside.path().join("target");
        fs::write(&target, "untouched").unwrap();
        fs::remove_file(folder.join("api.json")).unwrap();
        symlink(&target, folder.join("api.json")).unwrap();

        let written = scene.sandbox.write_files(&folder).unwrap();
        assert_eq!(mode(&folder), 0o700);
        let users = written.users.iter().map(|(_, path)| path);
        for path in users.chain([&written.api, &written.admin_token, &written.workspace]) {
            assert_eq!(mode(path), 0o600, "{}", path.display());
        }
        assert_eq!(fs::read_to_string(target).unwrap(), "untouched");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 6, "nothing half-written stays");
    }

    #[test]
    fn a_folder_that_is_a_file_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, "").unwrap();
        let error = Scene::new().sandbox.write_files(&path).unwrap_err().to_string();
        assert!(error.contains("file cannot be written"), "{error}");
    }
}
