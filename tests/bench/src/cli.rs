//! `rolecall-cli` as the processes that are measured, and a directory for their files.

use crate::{Outcome, process::Running};
use serde_json::Value;
use std::{
    io::{BufRead, BufReader},
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// How long a server may take to listen.
const STARTING: Duration = Duration::from_secs(30);

/// A running sandbox.
pub struct Sandbox {
    /// Ends with this value.
    _process: Running,
    /// Its files: `api.json`, a file for each service user.
    pub files: PathBuf,
    pub issuer: String,
    pub project_id: String,
}

/// A running protected API.
pub struct Api {
    pub process: Running,
    pub port: u16,
}

/// Starts `rolecall-cli sandbox` on a free port, with more arguments.
pub fn sandbox(programs: &Path, files: &Path, more: &[&str]) -> Outcome<Sandbox> {
    serving(Command::new(programs.join("rolecall-cli")), files, more)
}

/// As [`sandbox`], with what is left of the processor: ZITADEL is on another machine, and what stands in
/// for it must not take the window's time.
#[cfg(target_os = "linux")]
pub fn sandbox_behind(programs: &Path, files: &Path, more: &[&str]) -> Outcome<Sandbox> {
    let mut last = Command::new("nice");
    last.args(["-n", "19"]).arg(programs.join("rolecall-cli"));
    serving(last, files, more)
}

fn serving(mut program: Command, files: &Path, more: &[&str]) -> Outcome<Sandbox> {
    let mut process = program
        .args(["sandbox", "--port", &free_port()?.to_string(), "--out"])
        .arg(files)
        .args(more)
        .stdout(Stdio::piped())
        .spawn()?;
    let output = process.stdout.take().ok_or("the sandbox has no standard output")?;
    let process = Running(process);
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line)?;
    let said: Value = serde_json::from_str(&line)?;
    let text = |name: &str| {
        said[name].as_str().map(str::to_owned).ok_or(format!("the sandbox did not say its {name}"))
    };
    let (issuer, project_id) = (text("issuer")?, text("project_id")?);
    Ok(Sandbox { _process: process, files: files.to_path_buf(), issuer, project_id })
}

impl Sandbox {
    /// Where it listens.
    pub fn port(&self) -> Outcome<u16> {
        Ok(self.issuer.rsplit(':').next().unwrap_or_default().parse()?)
    }

    /// Its file of this name.
    pub fn file(&self, name: &str) -> PathBuf {
        self.files.join(name)
    }

    /// Starts `rolecall-cli serve` on a free port, with the sandbox as its issuer.
    pub fn api(&self, programs: &Path) -> Outcome<Api> {
        let port = free_port()?;
        let process = Command::new(programs.join("rolecall-cli"))
            .args(["serve", "--port", &port.to_string(), "--issuer", &self.issuer, "--api-key"])
            .arg(self.file("api.json"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let process = Running(process);
        let began = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            if began.elapsed() > STARTING {
                return Err("the protected API does not listen".into());
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(Api { process, port })
    }

    /// An access token of a service user, as `rolecall-cli token` prints it.
    pub fn token(&self, programs: &Path, user: &str) -> Outcome<String> {
        let output = Command::new(programs.join("rolecall-cli"))
            .args(["token", "--issuer", &self.issuer, "--project-id", &self.project_id, "--user"])
            .arg(self.file(user))
            .stderr(Stdio::inherit())
            .output()?;
        let token = String::from_utf8(output.stdout)?.trim().to_owned();
        if token.is_empty() { Err("no token".into()) } else { Ok(token) }
    }
}

fn free_port() -> Outcome<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}
