//! Python packages, in a virtual environment under the build directory.

use super::{built, folder, not_run, version, with_command_line};
use crate::{
    machine,
    program::{self, Program},
    project::Project,
    stop::Stop,
    test::summary::Outcome,
};
use std::{fs, io, path::PathBuf};

/// What the pinned packages ask for.
const OLDEST: (u32, u32) = (3, 10);

/// Installs the packages and runs the tests.
pub fn run(project: &Project) -> Result<Outcome, Stop> {
    let wanted = format!("Python {}.{} or newer is needed", OLDEST.0, OLDEST.1);
    if program::find("python3").is_none() {
        return Ok(not_run(&format!("{wanted}, and there is none here")));
    }
    let tell = "import platform; print(platform.python_version())";
    let found = Program::new("python3").args(["-c", tell]).answer().unwrap_or_default();
    if version(&found).is_none_or(|found| found < OLDEST) {
        return Ok(not_run(&format!("{wanted}, and here is {found:?}")));
    }
    if let Err(Stop::Lacking(reason)) = machine::ensure(&[machine::TO_ISOLATE_PYTHON]) {
        eprintln!("{reason}");
        return Ok(not_run("Python's own module `venv` is missing: Debian's package python3-venv"));
    }
    let python = environment(project, &found)?;
    let tests = Program::new(python).shown_as("python").within(&project.root);
    let quiet = ["-m", "pytest", "--quiet", "--disable-warnings", "-p", "no:cacheprovider"];
    let tests = tests.args(quiet).args(["tests/peers/python"]);
    // Testing must not change the working tree.
    with_command_line(project, tests.env("PYTHONDONTWRITEBYTECODE", "1"))?.run()?;
    Ok(Outcome::Passed)
}

/// Python in an environment that has what `requirements.txt` names, and nothing else: made anew
/// where that, or Python, has changed.
fn environment(project: &Project, version: &str) -> Result<PathBuf, Stop> {
    let requirements = folder(project, "python").join("requirements.txt");
    let named = fs::read_to_string(&requirements)
        .map_err(|error| Stop::file("read", &requirements, &error))?;
    let wanted = format!("# Python {version}\n{named}");
    let environment = built(project, "python");
    let programs = environment.join(if cfg!(windows) { "Scripts" } else { "bin" });
    let python = programs.join(format!("python{}", std::env::consts::EXE_SUFFIX));
    // Written last, so that what was not finished is begun again.
    let finished = environment.join("requirements.txt");
    if fs::read_to_string(&finished).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    match fs::remove_dir_all(&environment) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(Stop::file("remove", &environment, &error));
        }
        _ => {}
    }
    Program::new("python3").args(["-m", "venv"]).args([&environment]).run()?;
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    let install = Program::new(&python).shown_as("python").args(install);
    install.args(["--requirement"]).args([&requirements]).run()?;
    fs::write(&finished, wanted).map_err(|error| Stop::file("write", &finished, &error))?;
    Ok(python)
}
