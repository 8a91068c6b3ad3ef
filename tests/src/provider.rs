//! The example provider of the vendor's own Go library (`tests/peers/go`) as a process.

use std::{env, path::Path, process::Stdio};

use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

/// The environment variable that says where it was built.
const PROGRAM: &str = "ROLECALL_GO_PROVIDER";

/// A running provider; dropped, it ends.
pub struct Provider {
    /// Ends in a slash, for example `http://localhost:41234/`.
    pub issuer: String,
    _child: Child,
}

impl Provider {
    /// Serves the world that this file describes.
    ///
    /// # Panics
    /// Where it was not built, or ends before it is ready.
    pub async fn start(world: &Path) -> Self {
        let program = env::var_os(PROGRAM)
            .unwrap_or_else(|| panic!("{PROGRAM} is not set: run `cargo xtask test peers-go`"));
        let mut command = Command::new(program);
        command.arg("--world").arg(world);
        // Its end of standard input closes with this process, however that ends.
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().expect("the provider starts");
        let out = child.stdout.take().expect("standard output");
        let ready = BufReader::new(out).lines().next_line().await.expect("text");
        let ready: Value = serde_json::from_str(&ready.expect("a line")).expect("one line of JSON");
        Self { issuer: ready["issuer"].as_str().expect("an issuer").to_owned(), _child: child }
    }
}
