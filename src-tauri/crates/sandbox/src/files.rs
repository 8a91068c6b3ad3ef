//! Writes what people hold: key files, the administrator's token, a workspace that knows all of it.
//! Only their owner can read them.

use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};

use crate::{Sandbox, UserSnapshot, UserState, WorldError, demo::READ};

/// The endpoints of the guide's API.
const PUBLIC: &str = "/api/public";
const PRIVATE: &str = "/api/private";
const PRIVATE_SCOPED: &str = "/api/private-scoped";

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
            let token = &world.personal_access_tokens[&world.admin_token];
            let text = format!("{}:{}", world.admin_token, token.user);
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
            workspace: put("workspace.rolecall.json", &self.workspace_text())?,
        })
    }

    /// The workspace file. Expectations come from the world itself: who has the role gets in.
    fn workspace_text(&self) -> String {
        let world = self.snapshot();
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
            "project_id": null,
            "scopes": null,
            "allow_http": false,
            "ca_file": null,
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
