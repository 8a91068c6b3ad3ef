//! The window's tests: the real program, on a display, a message bus and a home of their own.

use super::summary::Outcome;
use crate::{
    display::Unseen,
    project::{EVERYTHING, Project, WINDOW_TESTS},
    stop::Stop,
};
use std::{fs, io, path::Path};

/// The main job; the set-up; what people expect of any program; presenting; what can be broken and
/// mended; how every view looks.
const TESTS: [&str; 6] =
    ["window", "window_setup", "window_handling", "window_present", "window_fixes", "window_views"];

/// Builds the window and clicks through it.
pub fn clicked_through(project: &Project) -> Result<Outcome, Stop> {
    let everything = [EVERYTHING.as_slice(), &WINDOW_TESTS].concat();
    let tests = || TESTS.iter().flat_map(|name| ["--test", name]);
    project.cargo(&["build", "--bins"]).args(tests()).args(&everything).run()?;

    let home = project.kept("home");
    let emptied = match fs::remove_dir_all(&home) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => fs::create_dir_all(&home),
    };
    emptied.map_err(|error| Stop::file("empty", &home, &error))?;

    let unseen = Unseen::start()?;
    let mut program = unseen
        .program(project.cargo_path())
        .args(["test"])
        .args(everything)
        .args(tests())
        // WebKit's driver knows one session at a time.
        .args(["--", "--test-threads=1"])
        .env("RUST_TEST_THREADS", "1")
        .env("TAURI_WEBVIEW_AUTOMATION", "true")
        .within(&project.root);
    for (variable, name) in PRIVATE {
        program = program.env(variable, private(&home.join(name))?);
    }
    program.run().map(|()| Outcome::Passed)
}

/// What the window keeps, it keeps here: nothing of the developer's own is read or changed.
const PRIVATE: [(&str, &str); 5] = [
    ("XDG_CONFIG_HOME", "config"),
    ("XDG_DATA_HOME", "data"),
    ("XDG_STATE_HOME", "state"),
    ("XDG_CACHE_HOME", "cache"),
    ("XDG_RUNTIME_DIR", "runtime"),
];

/// Creates a directory that is open to its owner only, as `XDG_RUNTIME_DIR` must be.
fn private(path: &Path) -> Result<&Path, Stop> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|error| Stop::file("create", path, &error))?;
    Ok(path)
}
