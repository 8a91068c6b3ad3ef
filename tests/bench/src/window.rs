//! The window against an empty one of the same build: time to the first row, memory, size.
//!
//! Both say in their title when what they show can be used; the title is read off the display,
//! so nothing is built into the product to be measured.

use crate::{
    Outcome,
    figure::{self, median, rounded},
    process,
};
use serde_json::json;
use std::{
    fs,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};
use x11rb::{
    connection::Connection,
    protocol::xproto::{
        AtomEnum, ClientMessageEvent, ConnectionExt, EventMask, Window as WindowId,
    },
    rust_connection::RustConnection,
};

/// Starts that count; one more before them fills the system's caches.
const RUNS: usize = 7;
const STARTING: Duration = Duration::from_secs(30);
const ENDING: Duration = Duration::from_secs(5);
/// A started window still tidies up for a moment.
const SETTLING: Duration = Duration::from_secs(1);

/// A program, what it is told, and the title that says it can be used.
struct Candidate {
    program: &'static str,
    arguments: &'static [&'static str],
    ready: &'static str,
}

const ROLECALL: Candidate =
    Candidate { program: "rolecall", arguments: &["--sandbox"], ready: "Rolecall – Sandbox" };
const EMPTY: Candidate =
    Candidate { program: "empty-window", arguments: &[], ready: "Empty – Ready" };

/// What one start cost.
struct Start {
    ms: f64,
    resident_kib: f64,
}

/// Starts both in turn and compares their medians.
pub fn measure(programs: &Path) -> Outcome {
    let display = Display::open()?;
    let (mut rolecall, mut empty) = (Vec::new(), Vec::new());
    for _ in 0..=RUNS {
        rolecall.push(start(&display, programs, &ROLECALL)?);
        empty.push(start(&display, programs, &EMPTY)?);
    }
    let middle = |starts: &[Start], value: fn(&Start) -> f64| {
        median(starts.iter().skip(1).map(value).collect())
    };
    let (own, bare) = (middle(&rolecall, |s| s.ms), middle(&empty, |s| s.ms));
    figure::print(&json!({
        "figure": "cold_start",
        "runs": RUNS,
        "rolecall_ms": rounded(own, 0),
        "empty_window_ms": rounded(bare, 0),
        "ratio": rounded(own / bare, 2),
        "ratio_aim": "<= 1.5",
    }));
    let (own, bare) = (middle(&rolecall, |s| s.resident_kib), middle(&empty, |s| s.resident_kib));
    figure::print(&json!({
        "figure": "memory",
        "rolecall_rss_mib": rounded(own / 1024.0, 1),
        "empty_window_rss_mib": rounded(bare / 1024.0, 1),
        "ratio": rounded(own / bare, 2),
    }));
    let size = |candidate: &Candidate| fs::metadata(programs.join(candidate.program));
    let (own, bare) = (size(&ROLECALL)?.len(), size(&EMPTY)?.len());
    figure::print(&json!({
        "figure": "binary_size",
        "rolecall_bytes": own,
        "empty_window_bytes": bare,
        "ratio": rounded(own as f64 / bare as f64, 2),
    }));
    Ok(())
}

/// Starts one in a home of its own, waits until it can be used, weighs and closes it.
fn start(display: &Display, programs: &Path, candidate: &Candidate) -> Outcome<Start> {
    let home = tempfile::tempdir()?;
    let mut command = Command::new(programs.join(candidate.program));
    command.args(candidate.arguments).stdout(Stdio::null()).env("TMPDIR", home.path());
    for variable in ["HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"] {
        command.env(variable, home.path());
    }
    // It would be written into a home that is gone by then.
    command.env("MESA_SHADER_CACHE_DISABLE", "1");
    let began = Instant::now();
    let mut child = command.spawn()?;
    let started = display.wait_for(candidate.ready, &mut child);
    let took = began.elapsed();
    thread::sleep(SETTLING);
    let weighed = process::resident_kib(child.id());
    let closed = started.as_ref().map(|window| display.close(*window, &mut child));
    if !matches!(closed, Ok(Ok(()))) {
        // What does not close when asked is ended.
        let _ = child.kill();
        let _ = child.wait();
    }
    started.map_err(|error| format!("{}: {error}", candidate.program))?;
    Ok(Start { ms: took.as_secs_f64() * 1000.0, resident_kib: weighed? as f64 })
}

/// The display, as a window manager's pager sees it.
struct Display {
    connection: RustConnection,
    root: WindowId,
    clients: u32,
    name: u32,
    close: u32,
}

impl Display {
    fn open() -> Outcome<Self> {
        let (connection, screen) = x11rb::connect(None)?;
        let root = connection.setup().roots[screen].root;
        let atom = |name: &str| -> Outcome<u32> {
            Ok(connection.intern_atom(false, name.as_bytes())?.reply()?.atom)
        };
        let (clients, name) = (atom("_NET_CLIENT_LIST")?, atom("_NET_WM_NAME")?);
        let close = atom("_NET_CLOSE_WINDOW")?;
        Ok(Self { connection, root, clients, name, close })
    }

    /// Waits for a window of this title.
    fn wait_for(&self, title: &str, child: &mut Child) -> Outcome<WindowId> {
        let began = Instant::now();
        while began.elapsed() < STARTING {
            if let Some(window) = self.find(title)? {
                return Ok(window);
            }
            if let Some(status) = child.try_wait()? {
                return Err(format!("ended before it could be used: {status}").into());
            }
            thread::sleep(Duration::from_millis(2));
        }
        Err(format!("no window called itself {title:?}").into())
    }

    fn find(&self, title: &str) -> Outcome<Option<WindowId>> {
        let list = self
            .connection
            .get_property(false, self.root, self.clients, AtomEnum::WINDOW, 0, 1024)?
            .reply()?;
        for window in list.value32().into_iter().flatten() {
            let name = self
                .connection
                .get_property(false, window, self.name, AtomEnum::ANY, 0, 1024)?
                .reply();
            // A window may go between the two questions.
            if name.is_ok_and(|name| name.value == title.as_bytes()) {
                return Ok(Some(window));
            }
        }
        Ok(None)
    }

    /// Closes a window as its owner would, and waits for the program's end.
    fn close(&self, window: WindowId, child: &mut Child) -> Outcome {
        let message = ClientMessageEvent::new(32, window, self.close, [0; 5]);
        let mask = EventMask::SUBSTRUCTURE_NOTIFY | EventMask::SUBSTRUCTURE_REDIRECT;
        self.connection.send_event(false, self.root, mask, message)?.check()?;
        let began = Instant::now();
        while began.elapsed() < ENDING {
            if child.try_wait()?.is_some() {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(20));
        }
        Err("did not close".into())
    }
}
