//! What the tests of the whole share: a sandbox on a free port, a workbench that keeps its events,
//! and the real window.

pub mod bench;
pub mod command;
pub mod console;
pub mod crowd;
pub mod gate;
pub mod issuer;
pub mod own_api;
pub mod protected;
pub mod provider;
pub mod stories;
pub mod tls;
pub mod unusual;
#[cfg(feature = "driver")]
pub mod views;
#[cfg(feature = "driver")]
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

/// A program of this workspace, built beside the running test or measurement.
///
/// # Panics
/// Where it was not built yet: `cargo xtask test` builds it first.
pub fn program(name: &str) -> PathBuf {
    let own = std::env::current_exe().expect("a program knows its own path");
    let folder = own.parent().expect("programs lie in target/PROFILE");
    // Tests lie one folder deeper.
    let folder = if folder.ends_with("deps") { folder.parent().unwrap_or(folder) } else { folder };
    let program = folder.join(name);
    assert!(program.exists(), "{} is missing: build it with cargo build first", program.display());
    program
}
