//! The sandbox on a free port, with its key files in a folder of its own.

use std::path::{Path, PathBuf};

use sandbox::{Options, Sandbox, TokenType, World};
use tempfile::TempDir;
use tester::listen;
use tokio_util::sync::{CancellationToken, DropGuard};

/// A running sandbox; dropped, it stops.
pub struct Issuer {
    /// To change its world.
    pub sandbox: Sandbox,
    /// For example `http://localhost:41234`.
    pub address: String,
    /// Its port on both loopback addresses.
    pub port: u16,
    /// Where its key files are.
    pub folder: TempDir,
    _shutdown: DropGuard,
}

impl Issuer {
    /// The demo world: reader-bot, writer-bot, visitor-bot.
    pub async fn demo(token_type: TokenType) -> Self {
        Self::start(World::demo(token_type).expect("keys can be made"), Options::default()).await
    }

    /// The world of the recordings, with its real ids and key files.
    pub async fn recorded() -> Self {
        let world = World::read_description(&crate::recordings().join("setup.json"))
            .expect("the recorded world can be read");
        Self::start(world, Options::default()).await
    }

    /// Any world.
    pub async fn start(world: World, options: Options) -> Self {
        let loopback = listen::bind_exactly(0).await.expect("a free port");
        let sandbox = Sandbox::new(world, options);
        let address = loopback.base_url();
        sandbox.set_issuer(address.clone());
        let folder = tempfile::tempdir().expect("a folder for keys");
        sandbox.write_files(folder.path()).expect("key files can be written");
        let shutdown = CancellationToken::new();
        let (serving, stopped) = (sandbox.clone(), shutdown.clone().cancelled_owned());
        tokio::spawn(async move { serving.serve(loopback.listeners, stopped).await });
        Self { sandbox, address, port: loopback.port, folder, _shutdown: shutdown.drop_guard() }
    }

    /// One of its files: `api`, `reader-bot`, ...
    pub fn file(&self, stem: &str) -> PathBuf {
        self.folder.path().join(format!("{stem}.json"))
    }

    /// Its workspace file.
    pub fn workspace(&self) -> PathBuf {
        self.folder.path().join("workspace.rolecall.json")
    }

    /// The id of the service user with this name.
    pub fn user_id(&self, user_name: &str) -> String {
        let users = self.sandbox.snapshot().users;
        users.into_iter().find(|u| u.user_name == user_name).expect("the user exists").user_id
    }
}

/// Writes a changed copy of a JSON file and answers its path.
pub fn changed(file: &Path, into: &Path, change: impl FnOnce(&mut serde_json::Value)) -> PathBuf {
    let text = std::fs::read(file).expect("the file can be read");
    let mut value = serde_json::from_slice(&text).expect("the file is JSON");
    change(&mut value);
    std::fs::write(into, value.to_string()).expect("the copy can be written");
    into.into()
}
