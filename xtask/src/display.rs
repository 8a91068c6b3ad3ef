//! Displays: whether there is one to open a window on, and one of our own where nobody looks.

use crate::{
    program::{self, Program},
    stop::Stop,
};
use std::{
    env,
    ffi::OsString,
    io::{BufRead, BufReader},
    process::{Child, ChildStdout},
};

/// Why there is no display to open a window on; `None` when there is one.
///
/// A variable that is set proves nothing: it may have come along from another session, so it is
/// asked whether anybody answers there.
#[cfg(target_os = "linux")]
pub fn missing() -> Option<String> {
    let set = |name| env::var(name).ok().filter(|value| !value.is_empty());
    let (wayland, x11) = (set("WAYLAND_DISPLAY"), set("DISPLAY"));
    if wayland.as_deref().is_some_and(sockets::wayland_answers)
        || x11.as_deref().is_some_and(sockets::x11_answers)
    {
        return None;
    }
    Some(match x11.or(wayland) {
        Some(name) => format!("No display: nothing answers at {name}"),
        None => "No display: neither DISPLAY nor WAYLAND_DISPLAY is set".to_owned(),
    })
}

/// Other systems always have one.
#[cfg(not(target_os = "linux"))]
pub fn missing() -> Option<String> {
    None
}

#[cfg(target_os = "linux")]
mod sockets {
    use std::{
        env,
        net::TcpStream,
        os::{
            linux::net::SocketAddrExt,
            unix::net::{SocketAddr, UnixStream},
        },
        path::Path,
    };

    /// `name` as in `WAYLAND_DISPLAY`: a path, or a name in the runtime directory.
    pub fn wayland_answers(name: &str) -> bool {
        let directory = env::var_os("XDG_RUNTIME_DIR").unwrap_or_default();
        UnixStream::connect(Path::new(&directory).join(name)).is_ok()
    }

    /// `name` as in `DISPLAY`: `[host]:number[.screen]`.
    pub fn x11_answers(name: &str) -> bool {
        let Some((host, number)) = name.rsplit_once(':') else { return false };
        let number = number.split('.').next().unwrap_or_default();
        let Ok(number) = number.parse::<u16>() else { return false };
        if !host.is_empty() && host != "unix" {
            return TcpStream::connect((host, 6000 + number)).is_ok();
        }
        let path = format!("/tmp/.X11-unix/X{number}");
        UnixStream::connect(&path).is_ok()
            || SocketAddr::from_abstract_name(&path)
                .and_then(|address| UnixStream::connect_addr(&address))
                .is_ok()
    }
}

/// An X server without a screen, with a window manager on it. It ends when dropped.
pub struct Unseen {
    number: String,
    server: Child,
    window_manager: Option<Child>,
    /// Held open: a window manager that cannot write ends.
    _said: Option<ChildStdout>,
}

impl Unseen {
    /// Starts both, and waits until windows can be opened.
    pub fn start() -> Result<Self, Stop> {
        // Room for a window of 1920x1080 with its frame.
        let server = ["-displayfd", "1", "-screen", "0", "2560x1440x24", "-nolisten", "tcp"];
        let mut server = Program::new("Xvfb").args(server).start()?;
        let (number, _) = first_line(&mut server);
        let mut unseen = Self { number, server, window_manager: None, _said: None };
        if unseen.number.is_empty() {
            return Err(Stop::Failed("Xvfb did not start".to_owned()));
        }
        let mut window_manager = Program::new("openbox")
            .args(["--sm-disable", "--startup", "echo started"])
            .env("DISPLAY", unseen.display())
            .start()?;
        let (line, said) = first_line(&mut window_manager);
        unseen.window_manager = Some(window_manager);
        unseen._said = said;
        if line.is_empty() {
            return Err(Stop::Failed("openbox did not start".to_owned()));
        }
        Ok(unseen)
    }

    fn display(&self) -> String {
        format!(":{}", self.number)
    }

    /// The program as it must be started to open its windows here: on a message bus of its own,
    /// drawing without a graphics card, leaving the desktop's accessibility bus alone.
    pub fn program(&self, name: impl Into<OsString>) -> Program {
        let settings = [
            ("DISPLAY", self.display()),
            ("GDK_BACKEND", "x11".to_owned()),
            ("LIBGL_ALWAYS_SOFTWARE", "1".to_owned()),
            ("NO_AT_BRIDGE", "1".to_owned()),
        ];
        Program::new("dbus-run-session")
            .args([OsString::from("--"), name.into()])
            .envs(settings.map(|(name, value)| (name.to_owned(), OsString::from(value))))
    }
}

impl Drop for Unseen {
    fn drop(&mut self) {
        if let Some(window_manager) = &mut self.window_manager {
            program::end(window_manager);
        }
        program::end(&mut self.server);
    }
}

/// The first line that a child prints, empty when it ends without one; and the rest of its output.
pub fn first_line(child: &mut Child) -> (String, Option<ChildStdout>) {
    let Some(output) = child.stdout.take() else { return (String::new(), None) };
    let mut reader = BufReader::new(output);
    let mut line = String::new();
    // An error here is an end without a line.
    let _ = reader.read_line(&mut line);
    (line.trim().to_owned(), Some(reader.into_inner()))
}
