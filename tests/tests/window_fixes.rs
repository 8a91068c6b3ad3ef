//! Break it in the sandbox, see the finding where the cause is, press its fix, see it green: in the
//! real window. One test after another: the driver takes one at a time.

use rolecall_tests::window::{
    Window,
    roll::{self, SCOPED},
};

/// Where a finding stands.
#[derive(Debug, Clone, Copy)]
enum Place {
    /// Above the matrix, as it concerns everybody.
    Everything,
    /// Beside the cell that it explains.
    Cell,
    /// In Setup, in the element of this test id.
    Setup(&'static str),
}

/// One cause: its switch, its finding, where that stands, what its fix is called, and whether the fix
/// mends the cause itself or only its effect.
struct Cause {
    fault: &'static str,
    finding: &'static str,
    place: Place,
    fix: &'static str,
    mended: bool,
}

const fn cause(
    fault: &'static str,
    finding: &'static str,
    place: Place,
    fix: &'static str,
    mended: bool,
) -> Cause {
    Cause { fault, finding, place, fix, mended }
}

#[tokio::test]
async fn what_an_administrator_did_to_an_account_is_undone_by_one_press() {
    let window = sandbox().await;
    for cause in [
        cause("role_taken", "role_missing", Place::Cell, "Give it the role", true),
        cause("role_inactive", "role_missing", Place::Cell, "Switch the role on again", true),
        cause("user_locked", "user_inactive", Place::Cell, "Switch it on again", true),
        cause("user_inactive", "user_inactive", Place::Cell, "Switch it on again", true),
    ] {
        broken_found_and_fixed(&window, &cause).await;
    }
    window.close().await;
}

#[tokio::test]
async fn what_an_administrator_did_to_the_api_is_undone_by_one_press() {
    let window = sandbox().await;
    for cause in [
        cause(
            "api_inactive",
            "api_not_authenticated",
            Place::Everything,
            "Switch the API on again",
            true,
        ),
        cause(
            "project_inactive",
            "api_not_authenticated",
            Place::Everything,
            "Switch the project on again",
            true,
        ),
        cause("wrong_project", "audience_other_project", Place::Cell, "Use this project", false),
        cause("other_project", "audience_other_project", Place::Cell, "Use this project", true),
    ] {
        broken_found_and_fixed(&window, &cause).await;
    }
    window.close().await;
}

#[tokio::test]
async fn what_is_wrong_here_is_put_right_by_one_press() {
    let window = sandbox().await;
    for cause in [
        cause(
            "audience_left_out",
            "audience_missing",
            Place::Cell,
            "Ask for the usual scopes",
            true,
        ),
        cause("clock_behind", "clock_ahead", Place::Cell, "Sign with the right time", false),
        cause(
            "issuer_name",
            "issuer_mismatch",
            Place::Setup("view-setup"),
            "Use that address",
            false,
        ),
    ] {
        broken_found_and_fixed(&window, &cause).await;
    }
    window.close().await;
}

#[tokio::test]
async fn swapped_key_files_go_to_their_places_by_one_press_each() {
    let window = sandbox().await;
    switch(&window, "keys_swapped").await;
    window.click("call-the-roll").await;
    // Nothing can be called with them; Setup says why, at each of the two.
    let code = "key_wrong_kind";
    found(&window, Place::Setup("api-key"), code).await;
    found(&window, Place::Setup("user-reader-bot"), code).await;
    // The first is the API's: its file goes to the accounts, and the other to the API.
    window.click(&format!("finding-fix-{code}")).await;
    window.until("the API's place is free", &gone("api-key", code)).await;
    window.click(&format!("finding-fix-{code}")).await;
    window.until("it says so", &told("notice", "Fixed")).await;
    window.until_text("api-key", "api.json").await;
    window.until_text("user-reader-bot", "reader-bot.json").await;
    off(&window, "keys_swapped").await;
    called_green(&window).await;
    window.close().await;
}

#[tokio::test]
async fn mending_everything_leaves_nothing_broken() {
    let window = sandbox().await;
    let faults = ["role_taken", "user_locked", "http_500@introspection", "audience_left_out"];
    for fault in faults {
        switch(&window, fault).await;
    }
    window.until_text("broken-chip", "4").await;
    window.click("call-the-roll").await;
    window.until("reader-bot is kept out", &shows("200", false)).await;
    let green = window.text("counts").await.contains("All 12 answers");
    assert!(!green, "what is broken is not as expected");
    mend_everything(&window).await;
    for fault in faults {
        off(&window, fault).await;
    }
    called_green(&window).await;
    window.close().await;
}

/// Opens the sandbox and waits for its first roll call.
async fn sandbox() -> Window {
    let window = Window::open(&["--sandbox"]).await;
    window.resize(1440, 900).await;
    window.until_text(&cell(), "200").await;
    quiet(&window).await;
    window
}

/// Breaks it, looks for the finding, presses its fix, and looks whether it is green.
async fn broken_found_and_fixed(window: &Window, cause: &Cause) {
    let &Cause { fault, finding, place, fix, mended } = cause;
    switch(window, fault).await;
    window.click("call-the-roll").await;
    match place {
        Place::Setup(_) => {}
        Place::Everything => window.until("it is kept out", &shows("200", false)).await,
        Place::Cell => {
            window.until("it is kept out", &shows("200", false)).await;
            window.click(&cell()).await;
        }
    }
    found(window, place, finding).await;
    quiet(window).await;
    if !matches!(place, Place::Setup(_)) {
        let counts = window.text("counts").await;
        assert!(!counts.contains("All 12 answers"), "{fault} is no surprise: {counts}");
    }
    let button = format!("finding-fix-{finding}");
    let offered = window.text(&button).await;
    assert!(offered.contains(fix), "{fault} offers {offered:?}");
    window.click(&button).await;
    let done = if matches!(place, Place::Setup(_)) { "notice" } else { "fixed" };
    window.until("it says so", &told(done, "Fixed")).await;
    window.click("nav-rollcall").await;
    window.until("it gets in", &shows("200", true)).await;
    quiet(window).await;
    if mended {
        off(window, fault).await;
        assert_eq!(window.count("broken-chip").await, 0, "after {fault}");
    } else {
        window.click("nav-sandbox").await;
        window.by("broken-chip").await;
        mend_everything(window).await;
        called_green(window).await;
    }
}

/// Presses a switch of the Sandbox view and waits until it is on.
async fn switch(window: &Window, fault: &str) {
    window.click("nav-sandbox").await;
    window.click(&format!("fault-{fault}")).await;
    window.until(&format!("{fault} is on"), &switched(fault, true)).await;
}

/// Waits until a switch is off.
async fn off(window: &Window, fault: &str) {
    window.click("nav-sandbox").await;
    window.until(&format!("{fault} is off"), &switched(fault, false)).await;
}

async fn mend_everything(window: &Window) {
    window.click("nav-sandbox").await;
    window.click("mend-everything").await;
    let nothing = "return !document.querySelector('[data-testid^=fault-][aria-checked=true]') \
        && !document.querySelector('[data-testid=broken-chip]')";
    window.until("nothing is broken", nothing).await;
}

/// Calls the roll anew and waits until everybody is where they belong.
async fn called_green(window: &Window) {
    window.click("call-the-roll").await;
    window.by("view-rollcall").await;
    quiet(window).await;
    window.until("it gets in", &shows("200", true)).await;
    window.until_text("counts", "All 12 answers are as expected").await;
}

/// Waits until a finding stands where its cause is.
async fn found(window: &Window, place: Place, code: &str) {
    let (inside, not_in) = match place {
        Place::Everything => ("view-rollcall", "compare"),
        Place::Cell => ("compare", "view-setup"),
        Place::Setup(part) => (part, "view-rollcall"),
    };
    let there = format!(
        "const e = document.querySelector('[data-testid={inside}] [data-testid=finding-{code}]'); \
         return !!e && !e.closest('[data-testid={not_in}]')"
    );
    window.until(&format!("{code} stands in {inside}"), &there).await;
}

/// Waits until nothing is being called.
async fn quiet(window: &Window) {
    window.by("call-the-roll").await;
}

fn cell() -> String {
    roll::cell("reader-bot", SCOPED)
}

/// Whether the cell of the account that is broken shows a status, as a script.
fn shows(status: &str, yes: bool) -> String {
    let id = cell();
    format!(
        "return !!document.querySelector('[data-testid=call-the-roll]') && \
         document.querySelector('[data-testid=\"{id}\"]')?.innerText.includes('{status}') === {yes}"
    )
}

/// Whether one of the elements of a test id says this, as a script.
fn told(id: &str, text: &str) -> String {
    format!(
        "return [...document.querySelectorAll('[data-testid={id}]')]\
         .some((one) => one.innerText.includes('{text}'))"
    )
}

/// Whether a part of Setup is rid of a finding, as a script.
fn gone(part: &str, code: &str) -> String {
    format!("return !document.querySelector('[data-testid={part}] [data-testid=finding-{code}]')")
}

/// Whether a switch stands so, as a script.
fn switched(fault: &str, on: bool) -> String {
    format!(
        "return document.querySelector('[data-testid=\"fault-{fault}\"]')?.ariaChecked === '{on}'"
    )
}
