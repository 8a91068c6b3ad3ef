//! What the machine must have, and how it gets there.
//!
//! Needs are probed by what they give (a library, a program), so any system that has them will
//! do; only installing knows Debian's package names.

use crate::{
    program::{self, Program},
    stop::Stop,
};

/// Something that the machine must have, and the Debian package that brings it.
pub struct Need {
    probe: Probe,
    package: &'static str,
}

enum Probe {
    /// A library that pkg-config knows.
    Library(&'static str),
    /// A program on the search path.
    Program(&'static str),
    /// A module of Python's own library, which Debian ships in a package of its own.
    Module(&'static str),
}

use Probe::{Library, Module, Program as Tool};

/// To build the window.
pub const TO_BUILD: &[Need] = &[
    Need { probe: Tool("cc"), package: "build-essential" },
    Need { probe: Tool("make"), package: "build-essential" },
    Need { probe: Tool("pkg-config"), package: "pkg-config" },
    Need { probe: Library("webkit2gtk-4.1"), package: "libwebkit2gtk-4.1-dev" },
    Need { probe: Library("librsvg-2.0"), package: "librsvg2-dev" },
];

/// To show a window where there is no screen.
pub const TO_SHOW_UNSEEN: &[Need] = &[
    Need { probe: Tool("Xvfb"), package: "xvfb" },
    Need { probe: Tool("openbox"), package: "openbox" },
    Need { probe: Tool("dbus-run-session"), package: "dbus" },
    Need { probe: Tool("dbus-launch"), package: "dbus-x11" },
];

/// To click in a window as a person would.
pub const TO_DRIVE: &[Need] = &[
    Need { probe: Tool("WebKitWebDriver"), package: "webkit2gtk-driver" },
    Need { probe: Tool("xdotool"), package: "xdotool" },
    Need { probe: Tool("xclip"), package: "xclip" },
];

/// To call APIs the way ZITADEL's guide and the README do.
pub const TO_CALL: &[Need] =
    &[Need { probe: Tool("curl"), package: "curl" }, Need { probe: Tool("jq"), package: "jq" }];

/// To give other people's Python packages a place of their own.
pub const TO_ISOLATE_PYTHON: &[Need] =
    &[Need { probe: Module("ensurepip"), package: "python3-venv" }];

/// Installs what is missing, or says the one command that does.
///
/// Other systems than Linux bring their webview along and need none of this.
pub fn ensure(needs: &[&[Need]]) -> Result<(), Stop> {
    if !cfg!(target_os = "linux") {
        return Ok(());
    }
    let missing = missing(needs);
    if missing.is_empty() {
        return Ok(());
    }
    let list = missing.join(" ");
    if program::find("apt-get").is_none() {
        return Err(Stop::Lacking(format!(
            "Missing here: what Debian's packages {list} bring. Install it the way your system \
             does, then try again."
        )));
    }
    let Some(prefix) = permission() else {
        return Err(Stop::Lacking(format!(
            "Some packages are missing. Install them with this command, then try again:\n\n    \
             sudo apt-get install --yes --no-install-recommends {list}\n"
        )));
    };
    eprintln!("Missing here, so it is installed: {list}");
    let apt = |arguments: &[&str]| {
        let line = prefix.iter().chain(&["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        let mut words = line.copied();
        let first = words.next().unwrap_or("apt-get");
        Program::new(first).args(words).args(arguments)
    };
    // Old package lists name versions that mirrors no longer have.
    apt(&["update", "--quiet"]).run()?;
    let install = ["install", "--yes", "--quiet", "--no-install-recommends"];
    apt(&install).args(&missing).run()
}

/// The packages that bring what is not there.
fn missing(needs: &[&[Need]]) -> Vec<&'static str> {
    let mut packages: Vec<&'static str> = Vec::new();
    for need in needs.iter().copied().flatten() {
        let there = match need.probe {
            Tool(name) => program::find(name).is_some(),
            Library(name) => Program::new("pkg-config").args(["--exists", name]).answer().is_some(),
            Module(name) => {
                let import = format!("import {name}");
                Program::new("python3").args(["-c", &import]).answer().is_some()
            }
        };
        if !there && !packages.contains(&need.package) {
            packages.push(need.package);
        }
    }
    packages
}

/// What to put before a command that changes the system; `None` without the right to.
fn permission() -> Option<&'static [&'static str]> {
    if Program::new("id").args(["-u"]).answer()? == "0" {
        return Some(&[]);
    }
    let sudo = Program::new("sudo").args(["-n", "true"]).answer().is_some();
    sudo.then_some(&["sudo", "-n"])
}
