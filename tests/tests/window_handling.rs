//! What people expect of any good program, in the real window: by keyboard alone, a palette, undo, a
//! report to hand on, a crowd to search in, nothing lost unasked. One test after another: the driver takes one at a time.

use std::{fs, path::Path, time::Duration};

use contract::Endpoint;
use rolecall_tests::{
    bench, crowd,
    issuer::Issuer,
    window::{
        Window,
        desktop::{clipboard, dialog_saves},
        pause,
        roll::{SCOPED, cell, sandbox, slow_down, until_cell},
    },
};
use sandbox::TokenType;
use thirtyfour::Key;

#[path = "window_handling/unsaved.rs"]
mod unsaved;

/// The test id of whatever has the focus, as a script.
const FOCUSED: &str =
    "return document.activeElement?.closest('[data-testid]')?.dataset?.testid ?? ''";

/// Presses Tab until the focus is there, as a person would.
async fn tab_to(window: &Window, id: &str) {
    for _ in 0..120 {
        if window.run(FOCUSED).await == id {
            return;
        }
        window.press(Key::Tab).await;
    }
    panic!("Tab never reaches {id}");
}

/// Its thread there stands for what stops the drawing in the page's process.
#[tokio::test]
async fn webkit_watches_its_memory_only_where_somebody_wants_it_to() {
    let watches = |window: &Window| window.threads().iter().any(|name| name == "PressureMonitor");
    let window = Window::open(&[]).await;
    assert!(!watches(&window), "{:?}", window.threads());
    window.close().await;
    let wanted = Window::open_where(&[("WEBKIT_DISABLE_MEMORY_PRESSURE_MONITOR", "0")]).await;
    assert!(watches(&wanted), "{:?}", wanted.threads());
    wanted.close().await;
}

#[tokio::test]
async fn the_whole_main_job_takes_no_mouse() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let window = Window::open(&[]).await;
    tab_to(&window, "start-own").await;
    window.press(Key::Enter).await;
    window.by("issuer-input").await;
    tab_to(&window, "issuer-input").await;
    window.press(issuer.address.as_str()).await;
    window.press(Key::Enter).await;
    window.until_text("discovered-issuer", &issuer.address).await;
    for (stem, shown) in [("api", "api-key"), ("visitor-bot", "user-visitor-bot")] {
        tab_to(&window, "key-path-input").await;
        window.press(issuer.file(stem).to_str().unwrap()).await;
        window.press(Key::Enter).await;
        window.until_text(shown, &format!("{stem}.json")).await;
    }
    window.chord(Key::Control, '3').await;
    window.chord(Key::Control, Key::Enter).await;
    until_cell(&window, "visitor-bot", SCOPED, "403").await;
    // Into the matrix, to its last door, down to the caller, and open.
    for _ in 0..120 {
        let inside = "return !!document.activeElement?.closest('[data-testid=matrix]')";
        if window.run(inside).await == true {
            break;
        }
        window.press(Key::Tab).await;
    }
    window.chord(Key::Control, Key::Home).await;
    window.press(Key::End).await;
    window.until("the arrows move in the grid", &is_focused(&cell("visitor-bot", SCOPED))).await;
    window.press(Key::Enter).await;
    window.until_text("compare-reason", "read:messages").await;
    // What should happen is said by a key, too.
    window.press("d").await;
    window.until("it is as expected", &has_tone("visitor-bot", SCOPED, "out")).await;
    window.close().await;
}

#[tokio::test]
async fn the_palette_does_what_is_typed_and_gives_the_focus_back() {
    let window = sandbox().await;
    window.click(&cell("reader-bot", SCOPED)).await;
    window.chord(Key::Control, 'k').await;
    window.until("the palette listens", &is_focused("palette-input")).await;
    window.press("timeline").await;
    window.press(Key::Enter).await;
    window.by("view-timeline").await;
    window.chord(Key::Control, 'k').await;
    window.until("the palette listens", &is_focused("palette-input")).await;
    window.press("give visitor-bot").await;
    window.press(Key::Enter).await;
    window.click("nav-rollcall").await;
    until_cell(&window, "visitor-bot", SCOPED, "200").await;
    window.click(&cell("reader-bot", SCOPED)).await;
    window.chord(Key::Control, 'k').await;
    window.until("the palette listens", &is_focused("palette-input")).await;
    window.press(Key::Escape).await;
    window.until("the focus is where it was", &is_focused(&cell("reader-bot", SCOPED))).await;
    window.close().await;
}

#[tokio::test]
async fn what_is_taken_out_can_be_put_back() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let window = Window::open(&[issuer.workspace().to_str().unwrap()]).await;
    window.click("nav-setup").await;
    window.by("user-reader-bot").await;
    window.click("user-remove-reader-bot").await;
    window
        .until("the row is gone", "return !document.querySelector('[data-testid=user-reader-bot]')")
        .await;
    window.click("undo").await;
    window.until_text("user-reader-bot", "reader-bot.json").await;
    // What was said of it is still said.
    window.click("nav-rollcall").await;
    window.click("call-the-roll").await;
    window.until("it is as expected", &has_tone("reader-bot", SCOPED, "in")).await;
    window.close().await;
}

#[tokio::test]
async fn a_report_is_handed_on_without_a_secret() {
    let issuer = Issuer::demo(TokenType::Jwt).await;
    let pat = fs::read_to_string(issuer.folder.path().join("admin.pat")).unwrap();
    let window = Window::open(&[issuer.workspace().to_str().unwrap()]).await;
    window.click("nav-setup").await;
    window.fill("pat-input", pat.trim()).await;
    window.click("pat-save").await;
    window.by("pat-forget").await;
    window.click("nav-rollcall").await;
    window.click("call-the-roll").await;
    until_cell(&window, "reader-bot", SCOPED, "200").await;
    until_cell(&window, "visitor-bot", SCOPED, "403").await;
    window.by("call-the-roll").await;
    let mut secrets = vec![pat.trim().to_owned()];
    for label in ["reader-bot", "writer-bot", "visitor-bot"] {
        window.click(&format!("row-menu-{label}")).await;
        window.click(&format!("copy-token-{label}")).await;
        window.until("the menu is closed", "return !document.querySelector('[role=menu]')").await;
        secrets.push(clipboard().await);
    }
    for stem in ["api", "reader-bot", "writer-bot", "visitor-bot"] {
        secrets.extend(key_lines(&issuer.file(stem)));
    }
    let folder = tempfile::tempdir().unwrap();
    for (format, ending) in [("html", "html"), ("json", "json"), ("junit", "xml")] {
        let path = folder.path().join(format!("handed-on.{ending}"));
        window.click("report-menu").await;
        window.click(&format!("report-{format}")).await;
        dialog_saves("Save", &path).await;
        let text = written(&path).await;
        for secret in &secrets {
            assert!(!text.contains(secret.as_str()), "a secret is in the {format} report");
        }
        assert_eq!(jwts(&text), 0, "a token or an assertion is in the {format} report");
        assert!(text.contains("visitor-bot") && text.contains(SCOPED), "{format} tells the story");
        if format != "junit" {
            assert!(text.contains("/oauth/v2/introspect"), "{format} holds the exchanges");
            assert!(text.contains("role_missing") || text.contains("does not hold the role"));
        }
    }
    let home = window.close().await;
    let log = log_of(home.path());
    assert!(log.contains("begins: "), "the log tells what was done: {log}");
    assert!(secrets.iter().all(|secret| !log.contains(secret.as_str())), "a secret is in the log");
    assert_eq!(jwts(&log), 0, "a token or an assertion is in the log");
}

#[tokio::test]
async fn a_setting_counts_at_once_and_says_what_does_not_fit() {
    let window = sandbox().await;
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    window.chord(Key::Control, ',').await;
    window.by("settings").await;
    window.fill("settings-parallelism", "99").await;
    window.press(Key::Enter).await;
    window.until_text("settings-parallelism-error", "32").await;
    window.fill("settings-parallelism", "4").await;
    window.press(Key::Enter).await;
    window.fill("settings-port", &free.to_string()).await;
    window.press(Key::Enter).await;
    window.until_text("api-chip", &free.to_string()).await;
    window.click("open-log-folder").await;
    window.until_opened("/logs").await;
    window.press(Key::Escape).await;
    window.click("call-the-roll").await;
    until_cell(&window, "reader-bot", SCOPED, "200").await;
    window.close().await;
}

#[tokio::test]
async fn two_cells_are_compared_and_what_differs_is_said() {
    let window = sandbox().await;
    window.click(&cell("visitor-bot", SCOPED)).await;
    window.by("compare").await;
    window.click("compare-pin").await;
    window.click(&cell("reader-bot", SCOPED)).await;
    let said = window.until_text("compare-difference", "read:messages").await;
    assert!(said.contains("reader-bot") && said.contains("visitor-bot"), "{said}");
    window.click("compare-unpin").await;
    window
        .until("one is left", "return !document.querySelector('[data-testid=compare-difference]')")
        .await;
    window.close().await;
}

#[tokio::test]
async fn a_double_click_calls_and_does_not_stop() {
    let window = sandbox().await;
    slow_down(&window).await;
    window.double_click("call-the-roll").await;
    window.by("stop-the-roll").await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    window.by("stop-the-roll").await;
    // Pressed once more, and meant.
    window.click("stop-the-roll").await;
    window.by("call-the-roll").await;
    window.close().await;
}

#[tokio::test]
async fn in_a_crowd_one_is_found() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let project = issuer.sandbox.snapshot().project_id;
    let files = crowd::gather(&issuer.address, &project, issuer.folder.path()).await;
    let path = issuer.folder.path().join("crowd.rolecall.json");
    save(&path, &issuer, &files, crowd::doors());
    let window = Window::open(&[path.to_str().unwrap()]).await;
    window.resize(1280, 840).await;
    window.click("nav-rollcall").await;
    window.click("call-the-roll").await;
    window.by("stop-the-roll").await;
    // A thousand calls, on a machine that builds and draws at the same time.
    window.patiently("call-the-roll", Duration::from_secs(120)).await;
    let grid = "const g = document.querySelector('[data-testid=matrix]'); ";
    let rows = window.run(&format!("{grid} return Number(g.getAttribute('aria-rowcount'))")).await;
    assert_eq!(rows, 102, "a hundred, nobody, and the line of doors");
    // Far down, names and doors are still there.
    let scroll = "let p = document.querySelector('[data-testid=matrix]'); \
        while (p && p.scrollHeight <= p.clientHeight + 1) p = p.parentElement; p.scrollTop = p.scrollHeight; return true";
    window.run(scroll).await;
    window.by("row-nobody").await;
    let doors = "const h = document.querySelector('[role=columnheader][data-testid]')?.getBoundingClientRect(); \
        const m = document.elementFromPoint(h.left + h.width / 2, h.top + h.height / 2); \
        return !!m?.closest('[role=columnheader]')";
    window.until("the doors stay in sight", doors).await;
    window.chord(Key::Control, 'f').await;
    window.until("the search has the focus", &is_focused("search")).await;
    window.press("bot-42").await;
    window
        .until(
            "one row is left",
            "return document.querySelectorAll('[data-testid^=row-bot-]').length === 1",
        )
        .await;
    until_cell(
        &window,
        "bot-42",
        "/api/door-2",
        &crowd::answer(Some(crowd::roles(42)), &crowd::doors()[2].access).to_string(),
    )
    .await;
    window.press(Key::Escape).await;
    // Hundreds of answers that nobody judged are judged with one press.
    window.click("mark-right").await;
    window.until_text("counts", "All 1010 answers are as expected.").await;
    window.close().await;
}

fn save(path: &Path, issuer: &Issuer, users: &[std::path::PathBuf], doors: Vec<Endpoint>) {
    let mut workspace = bench::workspace(&issuer.address, issuer.file("api"), users);
    workspace.endpoints = doors;
    workspace.save(path).expect("a workspace file");
}

fn is_focused(id: &str) -> String {
    format!("return document.activeElement?.closest('[data-testid]')?.dataset.testid === '{id}'")
}

fn has_tone(label: &str, path: &str, tone: &str) -> String {
    let id = cell(label, path);
    format!("return document.querySelector('[data-testid=\"{id}\"]')?.dataset.tone === '{tone}'")
}

/// What the window logged in this home.
fn log_of(home: &Path) -> String {
    let folder = home.join("XDG_DATA_HOME/dev.rolecall.app/logs");
    let files = fs::read_dir(&folder).expect("a folder of logs").flatten();
    files.map(|file| fs::read_to_string(file.path()).expect("a log")).collect()
}

/// The lines of a key file's private key that are the key itself.
fn key_lines(path: &Path) -> Vec<String> {
    let file: serde_json::Value =
        serde_json::from_slice(&fs::read(path).expect("a key file")).expect("JSON");
    let pem = file["key"].as_str().expect("a key");
    pem.lines().filter(|line| line.len() > 20 && !line.starts_with('-')).map(Into::into).collect()
}

/// How many three-part texts with a JSON header there are.
fn jwts(text: &str) -> usize {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c)));
    words.filter(|word| word.starts_with("eyJ") && word.matches('.').count() >= 2).count()
}

/// The text of a file that is about to be written.
async fn written(path: &Path) -> String {
    let started = std::time::Instant::now();
    loop {
        match fs::read_to_string(path) {
            Ok(text) if !text.is_empty() => return text,
            _ => assert!(
                started.elapsed() < Duration::from_secs(20),
                "{} is not written",
                path.display()
            ),
        }
        pause().await;
    }
}
