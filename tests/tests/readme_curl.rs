//! The README's set-up with curl, word for word: the very block that people copy is run by `sh`, against
//! the demo world and against a described one.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

use std::{fs, path::Path, process::Stdio};

use rolecall_tests::{
    command::{SandboxProcess, matrix, run},
    program, recordings,
};
use serde_json::json;
use tempfile::TempDir;
use tokio::process::Command;

/// Stands before the block.
const MARKER: &str = "<!-- everything with curl:";
const FENCE: &str = "```";

/// What the README says is needed, besides what every system has.
const TOOLS: [&str; 2] = ["curl", "jq"];

/// The block below the marker, without its fences.
fn script() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    let readme = fs::read_to_string(path).unwrap();
    let (_, after) = readme.split_once(MARKER).expect("the README marks the block");
    let mut lines = after.lines().skip(1);
    assert_eq!(lines.next(), Some("```sh"), "the block follows its mark");
    lines.take_while(|line| *line != FENCE).map(|line| format!("{line}\n")).collect()
}

async fn make_sure_of_tools() {
    for tool in TOOLS {
        let mut asked = Command::new(tool);
        let answered = asked.arg("--version").stdout(Stdio::null()).status().await;
        let there = answered.is_ok_and(|status| status.success());
        assert!(there, "{tool} is missing: install Debian's {tool}, as cargo xtask test does");
    }
}

/// Runs the block against a sandbox started with further arguments, then asks the two files that it
/// left behind once more.
async fn set_up_with_curl(further: &[&str]) {
    make_sure_of_tools().await;
    let folder = TempDir::new().unwrap();
    let sandbox = SandboxProcess::start(&folder.path().join("d"), further).await;
    let token = fs::read_to_string(sandbox.file("admin.pat")).expect("the sandbox hands out a PAT");
    let cli = program("rolecall-cli");
    let path = format!("{}:{}", cli.parent().unwrap().display(), std::env::var("PATH").unwrap());

    // Nothing of this machine's gets in: no proxy, no settings of somebody's own curl.
    let script = Command::new("sh")
        .args(["-eu", "-c", &script()])
        .current_dir(folder.path())
        .env_clear()
        .envs([("ISSUER", &*sandbox.issuer), ("PAT", token.trim_end()), ("PATH", &path)])
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .unwrap();
    let (out, err) =
        (String::from_utf8_lossy(&script.stdout), String::from_utf8_lossy(&script.stderr));
    assert_eq!(script.status.code(), Some(0), "{out}{err}");
    let row = out.lines().find(|line| line.contains("bot")).expect("the bot's row");
    assert_eq!(row.matches("200").count(), 3, "{out}");

    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (api, bot) = (file("api.json"), file("bot.json"));
    let files = ["--api-key", &api, "--user", &bot];
    let check = ["check", "--issuer", &sandbox.issuer, "--port", "0", "--format", "json"];
    let again = run(&[&check[..], &files].concat()).await;
    assert_eq!(again.status, Some(0), "{}", again.err);
    let report = again.json();
    let expected = json!([["bot", [200, 200, 200]], ["nobody", [200, 401, 401]]]);
    assert_eq!(matrix(&report), expected);
    assert_eq!(report["users"][0]["user_name"], "curl-bot", "{report}");
}

#[tokio::test]
async fn the_readmes_curl_calls_set_everything_up_in_the_sandbox() {
    set_up_with_curl(&[]).await;
}

#[tokio::test]
async fn the_readmes_curl_calls_set_everything_up_in_a_described_world() {
    let world = recordings().join("setup.json");
    set_up_with_curl(&["--world", world.to_str().unwrap()]).await;
}
