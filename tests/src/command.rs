//! The real `rolecall-cli` as a process.

use std::{path::Path, process::Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
};

/// What a finished command left behind.
#[derive(Debug)]
pub struct Finished {
    /// Exit status; `None` where a signal ended it.
    pub status: Option<i32>,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Finished {
    /// Standard output as the one JSON document that it must be.
    ///
    /// # Panics
    /// Where it is anything else.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out)
            .unwrap_or_else(|error| panic!("no JSON ({error}): {}\n{}", self.out, self.err))
    }
}

/// Name proxies, in large and small letters; a test that wants one says so itself.
const PROXIES: [&str; 4] = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"];

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(crate::program("rolecall-cli"));
    // A trace would be on screen if anything here panicked.
    command.args(arguments).env("RUST_BACKTRACE", "1").env_remove("RUST_LOG");
    for proxy in PROXIES {
        command.env_remove(proxy).env_remove(proxy.to_lowercase());
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

/// Runs a command to its end.
pub async fn run(arguments: &[&str]) -> Finished {
    run_with(arguments, &[]).await
}

/// Runs a command to its end, with further environment variables.
pub async fn run_with(arguments: &[&str], environment: &[(&str, &str)]) -> Finished {
    let mut command = command(arguments);
    command.envs(environment.iter().copied());
    let output = command.output().await.expect("rolecall-cli starts");
    Finished {
        status: output.status.code(),
        out: String::from_utf8(output.stdout).expect("text"),
        err: String::from_utf8(output.stderr).expect("text"),
    }
}

/// A command that serves until it is told to stop; dropped, it is killed.
pub struct Serving {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    /// The first line of its standard output, written when it is ready.
    pub ready: String,
}

impl Serving {
    /// Starts it and waits until it says that it is ready.
    ///
    /// # Panics
    /// Where it ends before.
    pub async fn start(arguments: &[&str]) -> Self {
        let mut child = command(arguments).spawn().expect("rolecall-cli starts");
        let out = child.stdout.take().expect("standard output");
        let mut lines = BufReader::new(out).lines();
        let Some(ready) = lines.next_line().await.expect("text") else {
            let mut said = String::new();
            let err = child.stderr.as_mut().expect("standard error");
            err.read_to_string(&mut said).await.expect("text");
            panic!("rolecall-cli {arguments:?} ended: {said}");
        };
        Self { child, lines, ready }
    }

    /// Sends a signal, for example `INT`, and waits for the end. Answers the exit status and what
    /// was still written.
    pub async fn stop(mut self, signal: &str) -> (Option<i32>, Vec<String>) {
        let id = self.child.id().expect("it still runs").to_string();
        let sent = Command::new("kill").args([&format!("-{signal}"), &id]).status().await;
        assert!(sent.expect("kill is installed").success());
        let status = self.child.wait().await.expect("an end").code();
        let mut rest = Vec::new();
        while let Some(line) = self.lines.next_line().await.expect("text") {
            rest.push(line);
        }
        (status, rest)
    }
}

/// `rolecall-cli sandbox` on a free port, with its files in `out`.
pub struct SandboxProcess {
    /// The process.
    pub serving: Serving,
    /// For example `http://localhost:41234`.
    pub issuer: String,
    /// The line that it printed.
    pub ready: Value,
    out: String,
}

impl SandboxProcess {
    /// Starts it with further arguments.
    pub async fn start(out: &Path, further: &[&str]) -> Self {
        let out = out.to_str().expect("a readable path").to_owned();
        let arguments = [&["sandbox", "--port", "0", "--out", &out], further].concat();
        let serving = Serving::start(&arguments).await;
        let ready: Value = serde_json::from_str(&serving.ready).expect("one line of JSON");
        let issuer = ready["issuer"].as_str().expect("an issuer").to_owned();
        Self { serving, issuer, ready, out }
    }

    /// One of its files, for example `api.json`.
    pub fn file(&self, name: &str) -> String {
        format!("{}/{name}", self.out)
    }
}

const BOTS: [&str; 3] = ["reader-bot", "writer-bot", "visitor-bot"];

/// A running sandbox and checks against it.
pub struct Demo {
    /// The sandbox.
    pub sandbox: SandboxProcess,
    _folder: TempDir,
}

impl Demo {
    /// Starts a sandbox with further arguments.
    pub async fn start(further: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let sandbox = SandboxProcess::start(&folder.path().join("d"), further).await;
        Self { sandbox, _folder: folder }
    }

    /// One of its files, for example `api.json`.
    pub fn file(&self, name: &str) -> String {
        self.sandbox.file(name)
    }

    /// `check --issuer ... --api-key ... --user ...` with these files, and JSON.
    pub async fn check(&self, api_key: &str, users: &[&str], further: &[&str]) -> Finished {
        let mut arguments = vec!["check", "--issuer", &self.sandbox.issuer, "--api-key", api_key];
        for user in users {
            arguments.extend(["--user", user]);
        }
        arguments.extend(["--format", "json"]);
        if !further.contains(&"--port") {
            arguments.extend(["--port", "0"]);
        }
        arguments.extend(further);
        run(&arguments).await
    }

    /// With the three service users and their own files.
    pub async fn check_all(&self, further: &[&str]) -> Finished {
        let users = BOTS.map(|bot| self.file(&format!("{bot}.json")));
        let users: Vec<_> = users.iter().map(String::as_str).collect();
        self.check(&self.file("api.json"), &users, further).await
    }

    /// With the workspace that the sandbox wrote, and JSON.
    pub async fn check_workspace(&self, further: &[&str]) -> Finished {
        let workspace = self.file("workspace.rolecall.json");
        let start = ["check", "--workspace", &workspace, "--format", "json", "--port", "0"];
        run(&[&start, further].concat()).await
    }

    /// `token` for one of the three.
    pub async fn token(&self, bot: &str, further: &[&str]) -> Finished {
        let user = self.file(&format!("{bot}.json"));
        let start = ["token", "--issuer", &self.sandbox.issuer, "--user", &user];
        run(&[&start, further].concat()).await
    }
}

/// Label and statuses of every row.
pub fn matrix(report: &Value) -> Value {
    let row = |user: &Value| {
        let cells = user["cells"].as_array().expect("a list");
        let statuses: Vec<_> = cells.iter().map(|cell| cell["status"].clone()).collect();
        json!([user["label"], statuses])
    };
    report["users"].as_array().expect("a list").iter().map(row).collect()
}

/// One cell of a report.
pub fn cell<'r>(report: &'r Value, label: &str, path: &str) -> &'r Value {
    let named = |list: &'r Value, member: &str, value: &str| {
        list.as_array().expect("a list").iter().find(|item| item[member] == value).expect(value)
    };
    named(&named(&report["users"], "label", label)["cells"], "path", path)
}
