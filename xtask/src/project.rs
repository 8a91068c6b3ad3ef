//! Where things are in the repository, and how its crates are built together.

use crate::{program::Program, stop::Stop};
use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
};

/// What cargo is told to build and test: always the same selection and features, because it
/// compiles each dependency once per set of features. The empty window is only measured against.
pub const EVERYTHING: [&str; 5] =
    ["--workspace", "--exclude", "empty-window", "--features", "rolecall/custom-protocol"];

/// Added to [`EVERYTHING`], brings the window's tests.
pub const WINDOW_TESTS: [&str; 2] = ["--features", "rolecall-tests/window"];

/// The repository on disk.
pub struct Project {
    /// The directory that holds the workspace's `Cargo.toml`.
    pub root: PathBuf,
    /// Where cargo builds.
    pub target: PathBuf,
}

impl Project {
    /// Finds the repository that this very program was built from.
    pub fn find() -> Result<Self, Stop> {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = manifest
            .parent()
            .filter(|root| root.join("Cargo.lock").is_file())
            .ok_or_else(|| Stop::Failed(format!("{} has moved", manifest.display())))?
            .to_path_buf();
        let target = env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| root.join("target"), |dir| root.join(dir));
        Ok(Self { root, target })
    }

    /// The interface's directory.
    pub fn interface(&self) -> PathBuf {
        self.root.join("ui")
    }

    /// A place under the build directory for what xtask itself keeps.
    pub fn kept(&self, name: &str) -> PathBuf {
        self.target.join("xtask").join(name)
    }

    /// A program that cargo built.
    pub fn built(&self, profile: &str, name: &str) -> PathBuf {
        self.target.join(profile).join(format!("{name}{}", env::consts::EXE_SUFFIX))
    }

    /// Cargo, at the root.
    pub fn cargo(&self, arguments: &[&str]) -> Program {
        Program::new(self.cargo_path()).shown_as("cargo").args(arguments).within(&self.root)
    }

    /// The cargo that started this program.
    pub fn cargo_path(&self) -> OsString {
        env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
    }

    /// npm, in the interface's directory.
    pub fn npm(&self, arguments: &[&str]) -> Program {
        let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
        Program::new(npm).args(arguments).within(&self.interface())
    }
}
