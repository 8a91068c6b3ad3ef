//! What the tests of the whole share: a sandbox on a free port, a workbench that keeps its events,
//! and the real window.

pub mod bench;
pub mod command;
pub mod crowd;
pub mod gate;
pub mod issuer;
pub mod own_api;
pub mod protected;
pub mod provider;
pub mod stories;
pub mod tls;
pub mod unusual;
#[cfg(feature = "window")]
pub mod window;

use std::path::PathBuf;

/// The recordings of a real ZITADEL, with the key files that it issued.
pub fn recordings() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/zitadel-recordings")
}

/// A key file of the recordings, for example `reader`.
pub fn recorded_key(name: &str) -> PathBuf {
    recordings().join("keys").join(format!("{name}.json"))
}

/// A program of this workspace, built beside the running test.
///
/// # Panics
/// Where it was not built yet: `cargo xtask test` builds it first.
pub fn program(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a test knows its own path");
    let folder = test.ancestors().nth(2).expect("tests lie in target/PROFILE/deps");
    let program = folder.join(name);
    assert!(program.exists(), "{} is missing: build it with cargo build first", program.display());
    program
}
