//! Running other programs: what runs is shown first, its output goes straight through.

use crate::stop::Stop;
use std::{
    env,
    ffi::{OsStr, OsString},
    io::IsTerminal,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

/// A program, its arguments and surroundings.
pub struct Program {
    command: Command,
    shown: String,
}

impl Program {
    /// The program of this name or path.
    pub fn new(name: impl AsRef<OsStr>) -> Self {
        let shown = name.as_ref().to_string_lossy().into_owned();
        Self { command: Command::new(name), shown }
    }

    /// Another name in messages than the path it is started by.
    pub fn shown_as(mut self, name: &str) -> Self {
        self.shown = name.to_owned();
        self
    }

    /// More arguments.
    pub fn args<A: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.command.args(arguments);
        self
    }

    /// The directory to run in.
    pub fn within(mut self, directory: &Path) -> Self {
        self.command.current_dir(directory);
        self
    }

    /// One more environment variable.
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// More environment variables.
    pub fn envs(mut self, variables: impl IntoIterator<Item = (String, OsString)>) -> Self {
        self.command.envs(variables);
        self
    }

    /// The command line as a person would type it.
    pub fn line(&self) -> String {
        self.command.get_args().fold(self.shown.clone(), |line, argument| {
            let argument = argument.to_string_lossy();
            let quoted = argument.contains([' ', '*', '$']);
            if quoted { format!("{line} '{argument}'") } else { format!("{line} {argument}") }
        })
    }

    /// Shows the command line and runs it to its end.
    pub fn status(mut self) -> Result<ExitStatus, Stop> {
        show(&self.line());
        self.command.status().map_err(|error| self.not_started(&error))
    }

    /// Shows the command line and runs it; a status other than 0 stops.
    pub fn run(self) -> Result<(), Stop> {
        let line = self.line();
        let status = self.status()?;
        if status.success() { Ok(()) } else { Err(Stop::Failed(format!("{line}: {status}"))) }
    }

    /// Runs it unshown; its standard output, if it ended well.
    pub fn answer(mut self) -> Option<String> {
        let output = self.command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
        let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        output.status.success().then_some(text)
    }

    /// Shows and runs it like [`Self::run`], but gives up after a while.
    pub fn run_within(mut self, limit: Duration) -> Result<(), Stop> {
        let line = self.line();
        show(&line);
        let mut child = self.command.spawn().map_err(|error| self.not_started(&error))?;
        let began = Instant::now();
        loop {
            match child.try_wait() {
                Ok(Some(status)) if status.success() => return Ok(()),
                Ok(Some(status)) => return Err(Stop::Failed(format!("{line}: {status}"))),
                Ok(None) if began.elapsed() < limit => thread::sleep(Duration::from_millis(50)),
                Ok(None) => {
                    end(&mut child);
                    return Err(Stop::Failed(format!("{line}: no end after {limit:?}")));
                }
                Err(error) => return Err(Stop::Failed(format!("{line}: {error}"))),
            }
        }
    }

    /// Starts it and leaves it running; its standard output is the caller's to read.
    pub fn start(mut self) -> Result<Child, Stop> {
        self.command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| self.not_started(&error))
    }

    fn not_started(&self, error: &std::io::Error) -> Stop {
        Stop::Failed(format!("{} could not be started: {error}", self.shown))
    }
}

/// Says what is about to run.
fn show(line: &str) {
    if std::io::stderr().is_terminal() {
        eprintln!("\x1b[2m$ {line}\x1b[0m");
    } else {
        eprintln!("$ {line}");
    }
}

/// Asks a child to end, and waits for it. SIGTERM, so that it can take its own children along and
/// remove its lock files.
pub fn end(child: &mut Child) {
    let asked = cfg!(unix)
        && Program::new("sh").args(["-c", &format!("kill {}", child.id())]).answer().is_some();
    if !asked {
        // Nothing left to ask: it has ended, or this is no Unix.
        let _ = child.kill();
    }
    let _ = child.wait();
}

/// Where a program lies on the search path.
pub fn find(name: &str) -> Option<PathBuf> {
    let file = format!("{name}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&env::var_os("PATH")?).map(|dir| dir.join(&file)).find(|path| path.is_file())
}
