//! The roll call without a window: the sandbox as one process, `check` as another.

use crate::{
    display::first_line,
    program::{self, Program},
    project::{EVERYTHING, Project},
    stop::Stop,
};
use std::{
    fs, io,
    net::{Ipv4Addr, Ipv6Addr, TcpListener},
    process::{self, Child, ExitCode},
};

/// Builds the command line, starts the sandbox and calls the roll against it.
pub fn call_the_roll(project: &Project) -> Result<ExitCode, Stop> {
    // Of everything, only what this one program is made of: nothing of the window.
    project.cargo(&["build", "--bin", "rolecall-cli"]).args(EVERYTHING).run()?;
    let files = project.kept(&format!("sandbox-{}", process::id()));
    fs::create_dir_all(&files).map_err(|error| Stop::file("create", &files, &error))?;
    let outcome = check(project, &files);
    let removed = fs::remove_dir_all(&files);
    outcome?;
    removed.map_err(|error| Stop::file("remove", &files, &error))?;
    Ok(ExitCode::SUCCESS)
}

fn check(project: &Project, files: &std::path::Path) -> Result<(), Stop> {
    let port = free_port().map_err(|error| Stop::Failed(format!("no free port: {error}")))?;
    let cli = || Program::new(project.built("debug", "rolecall-cli")).shown_as("rolecall-cli");
    let sandbox =
        cli().args(["sandbox", "--port", &port.to_string(), "--out"]).args([files]).start()?;
    let mut sandbox = Running(sandbox);
    let (line, _listening) = first_line(&mut sandbox.0);
    if line.is_empty() {
        return Err(Stop::Failed("the sandbox did not start".to_owned()));
    }
    cli().args(["check", "--workspace"]).args([files.join("workspace.rolecall.json")]).run()
}

/// A child that ends with this value.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        program::end(&mut self.0);
    }
}

/// A port that is free on both loopback addresses.
fn free_port() -> io::Result<u16> {
    for _ in 0..16 {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = listener.local_addr()?.port();
        match TcpListener::bind((Ipv6Addr::LOCALHOST, port)) {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
            // A machine without IPv6 has one loopback address, and that one is free.
            _ => return Ok(port),
        }
    }
    Err(io::ErrorKind::AddrInUse.into())
}
