//! The vendor's own library in Go, as the server that our client has to get along with.

use super::{built, command_line, folder, not_run, version};
use crate::{
    program::{self, Program},
    project::{EVERYTHING, Project},
    stop::Stop,
    test::summary::Outcome,
};
use std::fs;

/// Builds the provider and runs the tests that wait for it.
pub fn run(project: &Project) -> Result<Outcome, Stop> {
    let module = folder(project, "go");
    let manifest = module.join("go.mod");
    let text =
        fs::read_to_string(&manifest).map_err(|error| Stop::file("read", &manifest, &error))?;
    let oldest = text.lines().find_map(|line| line.strip_prefix("go ")).unwrap_or_default();
    let wanted = format!("Go {oldest} or newer is needed");
    if program::find("go").is_none() {
        return Ok(not_run(&format!("{wanted}, and there is none here")));
    }
    // An older Go would fetch a newer one by itself; what is here is what counts.
    let go = || Program::new("go").within(&module).env("GOTOOLCHAIN", "local");
    let ask = Program::new("go").args(["env", "GOVERSION"]).env("GOTOOLCHAIN", "local");
    let found = ask.within(&project.root).answer().unwrap_or_default();
    if version(&found) < version(oldest) {
        return Ok(not_run(&format!("{wanted}, and here is {found:?}")));
    }
    unformatted(&module)?;
    let provider = built(project, "go").join(format!("provider{}", std::env::consts::EXE_SUFFIX));
    // Nothing here needs a C compiler, and half of the time would be spent in it.
    go().env("CGO_ENABLED", "0").args(["vet", "./..."]).run()?;
    go().env("CGO_ENABLED", "0").args(["build", "-o"]).args([&provider]).run()?;

    command_line(project)?;
    let tests = project.cargo(&["test", "--no-fail-fast", "--test", "go_provider"]);
    let tests = tests.args(EVERYTHING).args(["--", "--ignored"]);
    tests.env("ROLECALL_GO_PROVIDER", &provider).run()?;
    Ok(Outcome::Passed)
}

fn unformatted(module: &std::path::Path) -> Result<(), Stop> {
    // It comes with Go; where it was left out, nothing is lost but this look.
    let Some(list) = Program::new("gofmt").args(["-l", "."]).within(module).answer() else {
        return Ok(());
    };
    match list.is_empty() {
        true => Ok(()),
        false => Err(Stop::Failed(format!("gofmt would change in tests/peers/go: {list}"))),
    }
}
