//! How much memory a roll call of a hundred service users at ten doors takes. Alone in a process of its
//! own, which holds the workbench and nothing else: the sandbox is another process.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

use std::{fs, sync::Arc};

use rolecall_tests::{bench::workspace, command::SandboxProcess, crowd};
use tester::{Setup, Workbench, roll_call::Only, workbench::Port};

/// 50 MB in KiB, as the kernel counts.
const BOUND: u64 = 50_000_000 / 1024;

/// The transcript keeps 10 000 exchanges, and a run makes 2 010: the sixth run lets old ones go.
const FULL: usize = 5;

/// What a run may add once the transcript is full. Secrets are still gathered then, up to a bound of
/// their own, well under a megabyte a run.
const TRICKLE: u64 = 2 * 1024;

/// A member of `/proc/self/status` in KiB: `VmRSS` what is held, `VmHWM` the most that ever was.
fn memory(member: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(member)?.strip_prefix(':'));
    line.unwrap().trim().trim_end_matches(" kB").parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_users_at_ten_doors_take_less_than_50_mb_and_seven_more_runs_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("d");
    let sandbox = SandboxProcess::start(&out, &[]).await;
    let project = sandbox.ready["project_id"].as_str().unwrap();
    let files = crowd::gather(&sandbox.issuer, project, &out).await;
    let mut workspace = workspace(&sandbox.issuer, out.join("api.json"), &files);
    workspace.endpoints = crowd::doors();

    // What a window does with events is the window's affair; here nobody keeps them.
    let bench = Workbench::new(Arc::new(|_| {})).unwrap();
    bench.serve_api(Port::Exactly(0)).await.unwrap();
    let before = memory("VmRSS");
    bench.replace(Setup::new(workspace, None)).await.unwrap();
    let mut held = Vec::new();
    for _ in 0..8 {
        let report = bench.call(Only::default()).await.unwrap().report;
        assert_eq!(report.users.len(), crowd::USERS + 1);
        held.push(memory("VmRSS").saturating_sub(before));
    }
    println!("KiB above {before} after each run: {held:?}, {} at most", memory("VmHWM") - before);
    assert!(held[0] < BOUND, "one run: {held:?}");
    assert!(memory("VmHWM") - before - held[0] < BOUND, "seven more: {held:?}");
    let leaked = held[7].saturating_sub(held[FULL]);
    assert!(leaked < TRICKLE * 2, "the transcript was full: {held:?}");
}
