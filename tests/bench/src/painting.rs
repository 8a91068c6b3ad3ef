//! The window while much happens in it: from a cell's event to its frame, frames while scrolling, and
//! memory after ten thousand exchanges. The real window, driven as its tests drive it.
//!
//! An event counts from where it has arrived in the window, which asks for events when it has drawn the
//! last ones. How long it waited to be asked for is within the time from the answer, told beside it.

use crate::{
    Outcome, cli,
    figure::{self, median, percentile, rounded},
    process, roll_call,
    scrolling::scrolled,
};
use rolecall_tests::window::Window;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    path::Path,
    time::{Duration, Instant},
};

const DOORS: usize = 10;
/// As many exchanges as are kept.
const EXCHANGES: u64 = 10_000;
/// So many pixels a frame, as a person who looks for something: ten lines in a tenth of a second.
const LOOKING: u32 = 60;
/// A window that has just opened, or ended a run, still tidies up for a moment.
const SETTLING: Duration = Duration::from_secs(2);
/// WebKit looks for what is no longer needed when nothing has happened for a while: half a minute here.
const TIDYING: Duration = Duration::from_secs(35);
const PATIENCE: Duration = Duration::from_secs(120);

/// Opens a hundred callers by ten doors, calls until ten thousand exchanges are kept, and scrolls.
pub fn measure(programs: &Path) -> Outcome {
    let behind = |files: &Path, more: &[&str]| cli::sandbox_behind(programs, files, more);
    let world = roll_call::World::new(behind, Some(DOORS))?;
    tokio::runtime::Runtime::new()?.block_on(painted(&world.workspace))
}

async fn painted(workspace: &Path) -> Outcome {
    let workspace = workspace.to_str().ok_or("the temporary directory's name is not UTF-8")?;
    let window = Window::open(&[workspace]).await;
    window.resize(1280, 840).await;
    window.click("nav-rollcall").await;
    window.by("matrix").await;
    tokio::time::sleep(SETTLING).await;
    let idle = process::resident_kib_by_name(window.process())?;
    window.run(include_str!("painting.js")).await;

    cells("event_to_painted_cell", &[run(&window, 1).await?])?;
    // What this machine can do at all: lines of text, in a pane of the window's size.
    window.run(include_str!("plain.js")).await;
    let plain = scrolled(&window, "scroll_plain_text", "#plain", None, None).await?;
    window.run("document.getElementById('plain').remove()").await;
    let plain = Some(plain);
    scrolled(&window, "scroll_matrix", "[data-testid='matrix']", None, plain).await?;

    let (mut again, mut exchanges) = (Vec::new(), exchanges(&window).await?);
    while exchanges < EXCHANGES {
        again.push(run(&window, again.len() as u64 + 2).await?);
        exchanges = self::exchanges(&window).await?;
    }
    // The first run goes through code that WebKit has not compiled yet.
    cells("event_to_painted_cell_again", &again)?;
    tokio::time::sleep(SETTLING).await;
    let at_once = process::resident_kib(window.process())?;
    tokio::time::sleep(TIDYING).await;
    memory(exchanges, &idle, at_once, &process::resident_kib_by_name(window.process())?);

    window.click("nav-timeline").await;
    window.by("timeline-row").await;
    tokio::time::sleep(SETTLING).await;
    let row = "[data-testid='timeline-row']";
    scrolled(&window, "scroll_timeline", row, None, plain).await?;
    scrolled(&window, "scroll_timeline_looking", row, Some(LOOKING), plain).await?;
    window.close().await;
    Ok(())
}

/// Calls everybody and waits until the window has heard of the end of that run.
async fn run(window: &Window, number: u64) -> Outcome<Value> {
    window.click("call-the-roll").await;
    let began = Instant::now();
    loop {
        let told = window.run("return window.measured.told()").await;
        if told["finished"].as_u64() >= Some(number) {
            tokio::time::sleep(Duration::from_millis(500)).await;
            return Ok(window.run("return window.measured.told()").await);
        }
        if began.elapsed() > PATIENCE {
            return Err(format!("run {number} does not end").into());
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

fn cells(figure: &str, runs: &[Value]) -> Outcome {
    let all = |what: &str| -> Vec<f64> {
        let told = runs.iter().flat_map(|told| told[what].as_array().into_iter().flatten());
        told.filter_map(Value::as_f64).collect()
    };
    let (painted, answered) = (all("painted"), all("answered"));
    if answered.len() != painted.len() {
        return Err(format!("a cell was painted whose call is not known: {runs:?}").into());
    }
    if painted.is_empty() {
        return Err(format!("no cell was painted: {runs:?}").into());
    }
    figure::print(&json!({
        "figure": figure,
        "runs": runs.len(),
        "cells_arrived": runs.iter().filter_map(|told| told["events"].as_u64()).sum::<u64>(),
        "cells_in_sight": painted.len(),
        "median_ms": rounded(median(painted.clone()), 1),
        "p95_ms": rounded(percentile(painted, 95), 1),
        "p95_ms_aim": "<= 50",
        "median_ms_from_answer": rounded(median(answered.clone()), 1),
        "p95_ms_from_answer": rounded(percentile(answered, 95), 1),
    }));
    Ok(())
}

/// `at_once` is before WebKit has let go of what it no longer needs. All in KiB.
fn memory(
    exchanges: u64,
    idle: &BTreeMap<String, u64>,
    at_once: u64,
    after: &BTreeMap<String, u64>,
) {
    let mib = |kib: u64| rounded(kib as f64 / 1024.0, 1);
    let (before, now) = (idle.values().sum::<u64>(), after.values().sum::<u64>());
    let grown = |(name, kib): (&String, &u64)| {
        (name.clone(), mib(kib.saturating_sub(idle.get(name).copied().unwrap_or(0))))
    };
    figure::print(&json!({
        "figure": "window_memory",
        "exchanges": exchanges,
        "idle_rss_mib": mib(before),
        "rss_mib": mib(now),
        "above_idle_mib": mib(now.saturating_sub(before)),
        "above_idle_mib_aim": "< 150",
        "above_idle_mib_before_tidying": mib(at_once.saturating_sub(before)),
        "above_idle_mib_by_process": after.iter().map(grown).collect::<BTreeMap<_, _>>(),
    }));
}

/// The program says how many it keeps in the navigation.
async fn exchanges(window: &Window) -> Outcome<u64> {
    let text = window.text("nav-timeline").await;
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits.parse().map_err(|_| format!("the timeline does not tell its length: {text:?}").into())
}
