//! The interface's packages and build, done again only when something they are made of changed.

use crate::{node_version, program::Program, project::Project, stop::Stop};
use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    io,
    path::{Path, PathBuf},
};

/// Parts of the interface's directory that are made, not written.
const MADE: [&str; 3] = ["node_modules", "dist", "coverage"];

/// Checks Node.js and installs the interface's packages, unless nothing changed since the last
/// time.
pub fn install(project: &Project) -> Result<(), Stop> {
    check_node(project)?;
    let lock = project.interface().join("package-lock.json");
    let wanted = fs::read(&lock).map_err(|error| Stop::file("read", &lock, &error))?;
    // A copy of the lock file says more than a date: it is the same, or it is not.
    let installed = project.kept("package-lock.json");
    let modules = project.interface().join("node_modules/.package-lock.json");
    if modules.is_file() && fs::read(&installed).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    // A stop half way must not look like a finished installation next time.
    let _ = fs::remove_file(&installed);
    project.npm(&["ci", "--no-audit", "--no-fund"]).run()?;
    keep(&installed, &wanted)
}

/// Builds the interface into `ui/dist`, unless nothing changed since the last time.
pub fn build_if_changed(project: &Project) -> Result<(), Stop> {
    let built = state(project);
    if built.is_ok_and(|state| fs::read(project.kept("interface")).is_ok_and(|kept| kept == state))
    {
        return Ok(());
    }
    build(project)
}

/// Builds the interface into `ui/dist`.
pub fn build(project: &Project) -> Result<(), Stop> {
    project.npm(&["run", "build"]).run()?;
    let dist = project.interface().join("dist");
    let state = state(project).map_err(|error| Stop::file("read", &dist, &error))?;
    keep(&project.kept("interface"), &state)
}

/// Builds the page of the empty window, where it was never built.
pub fn build_empty_page_if_missing(project: &Project) -> Result<(), Stop> {
    let built = empty_page(project).join("dist/index.html").is_file();
    if built { Ok(()) } else { build_empty_page(project) }
}

/// Builds the page of the empty window, which the real one is measured against: with the
/// interface's packages and settings.
pub fn build_empty_page(project: &Project) -> Result<(), Stop> {
    let page = empty_page(project);
    let modules = page.join("node_modules");
    if !modules.exists() {
        let target = Path::new("../../../../ui/node_modules");
        link_directory(target, &modules).map_err(|error| Stop::file("link", &modules, &error))?;
    }
    let settings = ["--config", "vite.config.ts", "--outDir", "dist", "--emptyOutDir"];
    project.npm(&["exec", "--", "vite", "build"]).args([page]).args(settings).run()
}

fn empty_page(project: &Project) -> PathBuf {
    project.root.join("tests/bench/empty-window/page")
}

#[cfg(unix)]
fn link_directory(target: &Path, link: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, link)
}

#[cfg(windows)]
fn link_directory(target: &Path, link: &Path) -> io::Result<()> {
    std::os::windows::fs::symlink_dir(target, link)
}

fn check_node(project: &Project) -> Result<(), Stop> {
    let lacking = |what: &str, wanted: &str| {
        Stop::Lacking(format!(
            "{what}, and the interface needs {wanted} (\"engines\" in ui/package.json). \
             Install it from https://nodejs.org or your system's packages, then try again."
        ))
    };
    let version = Program::new("node")
        .args(["--version"])
        .answer()
        .ok_or_else(|| lacking("Node.js is not installed", "it"))?;
    let range = Program::new("node")
        .args(["--print", "require('./package.json').engines.node"])
        .within(&project.interface())
        .answer()
        .unwrap_or_default();
    match node_version::satisfies(&version, &range) {
        Some(true) => {}
        Some(false) => {
            return Err(lacking(&format!("Node.js is {version}"), &format!("Node.js {range}")));
        }
        None => {
            return Err(Stop::Failed(format!(
                "cannot tell whether Node.js {version} fits {range:?}, \"engines\" in ui/package.json"
            )));
        }
    }
    let npm = project.npm(&["--version"]).answer();
    npm.map(drop).ok_or_else(|| lacking("npm is not installed", "npm"))
}

/// Everything the build is made of, and what it made, as a number.
fn state(project: &Project) -> io::Result<Vec<u8>> {
    let interface = project.interface();
    let mut hasher = DefaultHasher::new();
    hash_directory(&interface, &mut hasher, &MADE)?;
    // Its names carry the hashes of all other files: another build is another page.
    fs::read(interface.join("dist/index.html"))?.hash(&mut hasher);
    Ok(format!("{:016x}\n", hasher.finish()).into_bytes())
}

fn hash_directory(directory: &Path, hasher: &mut impl Hasher, left_out: &[&str]) -> io::Result<()> {
    let mut entries = fs::read_dir(directory)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name();
        if left_out.iter().any(|out| name == *out) {
            continue;
        }
        name.hash(hasher);
        if entry.file_type()?.is_dir() {
            hash_directory(&entry.path(), hasher, &[])?;
        } else {
            fs::read(entry.path())?.hash(hasher);
        }
    }
    Ok(())
}

fn keep(path: &Path, content: &[u8]) -> Result<(), Stop> {
    let directory = path.parent().unwrap_or(path);
    fs::create_dir_all(directory)
        .and_then(|()| fs::write(path, content))
        .map_err(|error| Stop::file("write", path, &error))
}
