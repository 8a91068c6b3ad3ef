//! Other people's crates against Rolecall. What they share is here: `rolecall-cli` as a process, as
//! any stranger would start it.
//!
//! `cargo xtask test peers-rust` runs these tests. By hand, after `cargo build -p rolecall-cli` at
//! the root: `ROLECALL_CLI=$PWD/target/debug/rolecall-cli cargo test --manifest-path
//! tests/peers/rust/Cargo.toml`.

pub mod issuer;

use std::{
    env, fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

fn program() -> Command {
    let path = env::var_os("ROLECALL_CLI")
        .expect("ROLECALL_CLI names rolecall-cli: run `cargo xtask test peers-rust`");
    Command::new(path)
}

/// `rolecall-cli sandbox` on a free port; dropped, it is killed.
pub struct Sandbox {
    /// For example `http://localhost:41234`.
    pub issuer: String,
    /// The id of the project whose API has its key in `api.json`.
    pub project_id: String,
    child: Child,
    folder: TempDir,
}

impl Sandbox {
    /// Starts it with further arguments, and waits until it serves.
    pub fn start(further: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut command = program();
        command.args(["sandbox", "--port", "0", "--out"]).arg(folder.path()).args(further);
        let mut child = command.stdout(Stdio::piped()).spawn().expect("rolecall-cli starts");
        let mut ready = String::new();
        let out = child.stdout.take().expect("standard output");
        BufReader::new(out).read_line(&mut ready).expect("a line");
        let ready: Value = serde_json::from_str(&ready).expect("one line of JSON");
        let text = |name: &str| ready[name].as_str().expect(name).to_owned();
        Self { issuer: text("issuer"), project_id: text("project_id"), child, folder }
    }

    /// One of its files, for example `api.json`.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A key file's content.
    pub fn key(&self, name: &str) -> Value {
        read_json(&self.file(name))
    }

    /// The scope that makes a token out to the project.
    pub fn audience_scope(&self) -> String {
        format!("urn:zitadel:iam:org:project:id:{}:aud", self.project_id)
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // It may have ended by itself; either way it is gone afterwards.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `rolecall-cli token`: what it printed.
pub fn token(issuer: &str, user: &Path, further: &[&str]) -> String {
    let mut command = program();
    command.args(["token", "--issuer", issuer, "--user"]).arg(user).args(further);
    let output = command.output().expect("rolecall-cli starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text").trim_end().to_owned()
}

fn read_json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).expect("the file can be read")).expect("JSON")
}
