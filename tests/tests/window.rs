//! The real window, as a person uses it. One test after another: the driver takes one at a time.

use std::{
    net::TcpListener,
    process::{Command, Stdio},
    time::Duration,
};

use rolecall_tests::{
    issuer::Issuer,
    program, recorded_key,
    window::{
        Window,
        desktop::{clipboard, desktop_window, dialog_opens, xdotool},
        own_folders, pause,
        roll::{SCOPED, cell, own, sandbox, until_cell},
    },
};
use sandbox::TokenType;
use thirtyfour::Key;

async fn set_issuer(window: &Window, address: &str) {
    window.fill("issuer-input", address).await;
    window.press(Key::Enter).await;
    window.until_text("discovered-issuer", address).await;
}

#[tokio::test]
async fn one_click_leads_from_start_to_a_finished_roll_call() {
    let window = sandbox().await;
    for (label, private, scoped) in [
        ("reader-bot", "200", "200"),
        ("writer-bot", "200", "403"),
        ("visitor-bot", "200", "403"),
        ("nobody", "401", "401"),
    ] {
        until_cell(&window, label, "/api/public", "200").await;
        until_cell(&window, label, "/api/private", private).await;
        until_cell(&window, label, SCOPED, scoped).await;
    }
    window.until("the result is said", "return !document.querySelector('[data-testid=headline]').textContent.includes('Calling')").await;
    window.close().await;
}

#[tokio::test]
async fn the_command_line_leads_straight_into_the_sandbox() {
    let window = Window::open(&["--sandbox"]).await;
    until_cell(&window, "reader-bot", SCOPED, "200").await;
    window.close().await;
}

#[tokio::test]
async fn key_files_by_path_and_an_address_are_enough() {
    let issuer = Issuer::recorded().await;
    let window = own(&[]).await;
    for name in ["application", "reader", "visitor"] {
        window.fill("key-path-input", recorded_key(name).to_str().unwrap()).await;
        window.click("key-path-add").await;
        let shown =
            if name == "application" { "api-key".to_owned() } else { format!("user-{name}") };
        window.until_text(&shown, &format!("{name}.json")).await;
    }
    set_issuer(&window, &issuer.address).await;
    window.until_text("discovered-token", "/oauth/v2/token").await;
    window.click("call-the-roll").await;
    window.click("nav-rollcall").await;
    until_cell(&window, "reader", SCOPED, "200").await;
    until_cell(&window, "visitor", SCOPED, "403").await;
    window.close().await;
}

#[tokio::test]
async fn a_file_that_is_no_key_says_why_and_the_others_stay() {
    let window = own(&[]).await;
    let folder = tempfile::tempdir().unwrap();
    let broken = folder.path().join("broken.json");
    std::fs::write(&broken, "{ this is no key }").unwrap();
    for path in [recorded_key("reader"), broken] {
        window.fill("key-path-input", path.to_str().unwrap()).await;
        window.click("key-path-add").await;
    }
    window.until_text("finding-key_unreadable", "broken.json").await;
    window.until_text("user-reader", "reader.json").await;
    window.close().await;
}

#[tokio::test]
async fn a_role_switched_flips_its_cell() {
    let window = sandbox().await;
    window.click("roles-menu-visitor-bot").await;
    window.click("role-toggle-visitor-bot-read:messages").await;
    until_cell(&window, "visitor-bot", SCOPED, "200").await;
    window.press(Key::Escape).await;
    window.click("roles-menu-visitor-bot").await;
    window.click("role-toggle-visitor-bot-read:messages").await;
    until_cell(&window, "visitor-bot", SCOPED, "403").await;
    window.close().await;
}

#[tokio::test]
async fn compare_shows_the_introspection_of_that_very_request() {
    let window = sandbox().await;
    window.click(&cell("visitor-bot", SCOPED)).await;
    window.until_text("compare-reason", "read:messages").await;
    window.until_text("compare-introspection", "visitor-bot").await;
    window.until_text("compare-response", "403").await;
    window.until_text("compare-response", "insufficient_scope").await;
    // The very answer: its raw form names the request's own token, which no second one would share.
    window.click("compare-raw").await;
    let raw = window.text("compare-introspection").await;
    // The timeline of that call holds its introspection, with the same answer.
    window.click("compare-timeline").await;
    window.by("timeline-row").await;
    let rows = window.run("return [...document.querySelectorAll('[data-testid=timeline-row]')].map(r => r.textContent)").await;
    let rows: Vec<&str> = rows.as_array().unwrap().iter().filter_map(|r| r.as_str()).collect();
    assert_eq!(rows.iter().filter(|r| r.contains(SCOPED)).count(), 1, "one call: {rows:?}");
    let asked = rows.iter().position(|r| r.contains("Is this token active?"));
    let asked = asked.unwrap_or_else(|| panic!("its introspection is not there: {rows:?}"));
    window.run(&format!("document.querySelectorAll('[data-testid=timeline-row]')[{asked}].querySelector('button')?.click() ?? document.querySelectorAll('[data-testid=timeline-row]')[{asked}].click()")).await;
    let jti = raw
        .split('"')
        .find(|part| part.starts_with("V2_"))
        .expect("the answer has a jti")
        .to_owned();
    window.until_text("timeline-detail", &jti).await;
    // No line shows it; it is found all the same, in the answers that have it and in no other exchange.
    window.click("timeline-all").await;
    let all = window.count("timeline-row").await;
    window.fill("timeline-search", &jti).await;
    let narrowed = format!(
        "const found = [...document.querySelectorAll('[data-testid=timeline-row]')]; return \
         found.length > 0 && found.length < {all} && found.every((row) => \
         row.dataset.purpose === 'introspection' && !row.textContent.includes('{jti}'))"
    );
    window.until("the answers with it are found", &narrowed).await;
    window.close().await;
}

#[tokio::test]
async fn a_fix_is_one_press_away() {
    let window = sandbox().await;
    window.click(&cell("visitor-bot", SCOPED)).await;
    window.click("finding-fix-role_missing").await;
    until_cell(&window, "visitor-bot", SCOPED, "200").await;
    window.close().await;
}

#[tokio::test]
async fn a_taken_port_gives_the_next_and_every_shown_address_is_the_real_one() {
    // Somebody else may hold the port already, which serves as well.
    let _taken = TcpListener::bind("127.0.0.1:8000");
    let window = sandbox().await;
    let chip = window.text("api-chip").await;
    assert!(!chip.contains(":8000"), "{chip}");
    window.click("nav-setup").await;
    let address = window.text("api-address").await;
    let url = address.split_whitespace().find(|w| w.starts_with("http://localhost:")).unwrap();
    let answer = Command::new("curl").args(["-sS", &format!("{url}/api/public")]).output().unwrap();
    assert!(String::from_utf8_lossy(&answer.stdout).contains("message"), "{answer:?}");
    window.close().await;
}

#[tokio::test]
async fn the_guides_curl_lines_work_while_the_window_is_open() {
    let window = sandbox().await;
    window.click("row-menu-reader-bot").await;
    window.click("copy-export-reader-bot").await;
    let export = clipboard().await;
    let token = export.strip_prefix("export TOKEN=").expect("an export line").to_owned();
    window.click("nav-setup").await;
    let address = window.text("api-address").await;
    let base = address.split_whitespace().find(|w| w.starts_with("http://localhost:")).unwrap();
    let status = |path: &str, token: Option<&str>| {
        let mut curl = Command::new("curl");
        curl.args(["-sS", "-o", "/dev/null", "-w", "%{http_code}", &format!("{base}{path}")]);
        if let Some(token) = token {
            curl.args(["-H", &format!("Authorization: Bearer {token}")]);
        }
        String::from_utf8(curl.output().unwrap().stdout).unwrap()
    };
    assert_eq!(status("/api/public", None), "200");
    assert_eq!(status("/api/private", None), "401");
    assert_eq!(status("/api/private", Some(&token)), "200");
    assert_eq!(status(SCOPED, Some(&token)), "200");
    window.close().await;
}

#[tokio::test]
async fn everything_of_the_main_job_can_be_done_by_keyboard() {
    let window = Window::open(&[]).await;
    // Tab until the first door has the focus, as a person would.
    let focused = "return document.activeElement?.dataset?.testid ?? ''";
    for _ in 0..40 {
        if window.run(focused).await == "start-sandbox" {
            break;
        }
        window.press(Key::Tab).await;
    }
    assert_eq!(window.run(focused).await, "start-sandbox", "Tab reaches the first door");
    window.press(Key::Enter).await;
    until_cell(&window, "nobody", SCOPED, "401").await;
    // While it is called the same keys stop it.
    window.by("call-the-roll").await;
    window.chord(Key::Control, Key::Enter).await;
    until_cell(&window, "reader-bot", SCOPED, "200").await;
    // Into the grid, to its last column, down to visitor-bot, and open.
    for _ in 0..60 {
        let inside = "return !!document.activeElement?.closest('[data-testid=matrix]')";
        if window.run(inside).await == true {
            break;
        }
        window.press(Key::Tab).await;
    }
    window.press(Key::Home).await;
    window.press(Key::End).await;
    for _ in 0..6 {
        let at = window.run(focused).await;
        if at == cell("visitor-bot", SCOPED) {
            break;
        }
        window.press(Key::Down).await;
    }
    assert_eq!(window.run(focused).await, cell("visitor-bot", SCOPED), "arrows move in the grid");
    window.press(Key::Enter).await;
    window.until_text("compare-reason", "read:messages").await;
    let visible = "const e = document.activeElement; const s = getComputedStyle(e); \
        return e !== document.body && (s.outlineStyle !== 'none' || s.boxShadow !== 'none')";
    window.press(Key::Tab).await;
    window.until("the focus is visible", visible).await;
    window.close().await;
}

#[tokio::test]
async fn a_workspace_is_saved_and_opened_again() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let path = issuer.workspace();
    let window = Window::open(&[path.to_str().unwrap()]).await;
    window.click("nav-rollcall").await;
    window.click("call-the-roll").await;
    until_cell(&window, "reader-bot", SCOPED, "200").await;
    // What the roll call learned is kept on saving.
    window.chord(Key::Control, 's').await;
    let project = issuer.sandbox.snapshot().project_id;
    let started = std::time::Instant::now();
    while !std::fs::read_to_string(&path).unwrap().contains(&project) {
        assert!(started.elapsed() < Duration::from_secs(20), "the workspace was not saved");
        pause().await;
    }
    let home = window.close().await;
    let again = Window::open_in(home, &[]).await;
    again.click(&format!("recent-{}", path.display())).await;
    again.by("row-reader-bot").await;
    again.click("nav-setup").await;
    again.until_text("user-reader-bot", "reader-bot.json").await;
    again.close().await;
}

#[tokio::test]
async fn no_key_and_no_unasked_token_is_in_the_page() {
    let window = sandbox().await;
    window.click("nav-timeline").await;
    window.by("timeline-row").await;
    let page = window.run("return document.documentElement.outerHTML").await;
    let page = page.as_str().unwrap();
    for secret in ["PRIVATE KEY", "eyJhbGciOiJSUzI1NiIs"] {
        assert!(!page.contains(secret), "{secret} is in the page");
    }
    window.click("nav-rollcall").await;
    window.click("row-menu-reader-bot").await;
    window.click("copy-token-reader-bot").await;
    let token = clipboard().await;
    assert!(token.len() > 80, "a token was copied");
    let page = window.run("return document.documentElement.outerHTML").await;
    assert!(!page.as_str().unwrap().contains(&token), "copying does not show");
    window.close().await;
}

#[tokio::test]
async fn a_second_start_shows_the_first_window() {
    let window = Window::open(&[]).await;
    let home = tempfile::tempdir().unwrap();
    let mut second = Command::new(program("rolecall"))
        .envs(own_folders(home.path()))
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let started = std::time::Instant::now();
    let status = loop {
        if let Some(status) = second.try_wait().unwrap() {
            break status;
        }
        assert!(started.elapsed() < Duration::from_secs(30), "a second window was opened");
        pause().await;
    };
    assert!(status.success(), "{status}");
    window.by("start-sandbox").await;
    window.close().await;
}

#[tokio::test]
async fn files_can_be_dropped_on_the_window() {
    let window = own(&[]).await;
    window.resize(1100, 720).await;
    let source = Command::new(program("drag-source"))
        .args([recorded_key("reader"), recorded_key("application")])
        .spawn()
        .unwrap();
    let from = desktop_window("^drag-source$").await;
    xdotool(&["windowmove", &from, "1150", "20"]);
    xdotool(&["windowraise", &from]);
    let mut source = source;
    xdotool(&["mousemove", "--window", &from, "60", "60"]);
    xdotool(&["mousedown", "1"]);
    for x in (400..=1150).rev().step_by(50) {
        xdotool(&["mousemove", &x.to_string(), "400"]);
        pause().await;
    }
    xdotool(&["mouseup", "1"]);
    window.until_text("user-reader", "reader.json").await;
    window.until_text("api-key", "application.json").await;
    let _ = source.wait();
    window.close().await;
}

#[tokio::test]
async fn the_native_dialog_opens_a_key_file() {
    let window = own(&[]).await;
    window.click("pick-keys").await;
    dialog_opens("Add key files", &recorded_key("reader")).await;
    window.until_text("user-reader", "reader.json").await;
    window.close().await;
}
