//! The sandbox: its roll call, compared, broken and mended; every other view; what opens over them.

use rolecall_tests::{
    views::Looked,
    window::{
        Window,
        roll::{SCOPED, cell, slow_down},
    },
};
use thirtyfour::Key;

pub async fn roll_call(looked: &mut Looked, window: &Window) {
    looked.at(window, "roll-call").await;
    compare(looked, window).await;
    window.click("door-edit-2").await;
    window.by("door-edit-path").await;
    looked.at(window, "door-edited").await;
    window.press(Key::Escape).await;
    window.click("nav-sandbox").await;
    window.click("fault-role_taken").await;
    window.by("broken-chip").await;
    looked.at(window, "sandbox-broken").await;
    window.click("call-the-roll").await;
    let surprised = format!(
        "return document.querySelector('[data-testid=\"{}\"]')?.dataset.tone === 'odd'",
        cell("reader-bot", SCOPED)
    );
    window.until("reader-bot is kept out", &surprised).await;
    window.by("call-the-roll").await;
    looked.at(window, "roll-call-surprise").await;
    pointed_at(looked, window).await;
    window.click("only-differing").await;
    super::until_gone(window, "row-nobody").await;
    looked.at(window, "roll-call-differing").await;
    window.click("only-differing").await;
    window.click("nav-sandbox").await;
    window.click("mend-everything").await;
    window.click("call-the-roll").await;
    window.until_text("counts", "All 12 answers are as expected").await;
    while_it_is_called(looked, window).await;
}

/// A cell under the pointer asks what should happen there. The pointer itself would lie elsewhere in the
/// next size.
async fn pointed_at(looked: &mut Looked, window: &Window) {
    let point = |event: &str| {
        format!(
            "document.querySelector('[data-testid=\"{}\"]') \
                .dispatchEvent(new PointerEvent('{event}', {{ bubbles: true }})); return true",
            cell("reader-bot", SCOPED)
        )
    };
    window.run(&point("pointerover")).await;
    window.by(&format!("expect-deny-reader-bot-{SCOPED}")).await;
    looked.at(window, "roll-call-pointed").await;
    let away = "document.querySelector('[data-testid=matrix]') \
        .dispatchEvent(new PointerEvent('pointerleave')); return true";
    window.run(away).await;
}

async fn while_it_is_called(looked: &mut Looked, window: &Window) {
    slow_down(window).await;
    window.click("call-the-roll").await;
    window.by("stop-the-roll").await;
    looked.at(window, "roll-call-called").await;
    window.click("nav-timeline").await;
    window.by("progress").await;
    looked.at(window, "timeline-live").await;
    window.click("progress-cancel").await;
    window.by("call-the-roll").await;
    window.click("nav-rollcall").await;
    looked.at(window, "roll-call-stopped").await;
    window.click("nav-sandbox").await;
    window.click("mend-everything").await;
    window.click("call-the-roll").await;
    window.until_text("counts", "All 12 answers are as expected").await;
}

async fn compare(looked: &mut Looked, window: &Window) {
    window.click(&cell("visitor-bot", SCOPED)).await;
    window.by("compare").await;
    looked.at(window, "compare-refused").await;
    window.click("compare-pin").await;
    window.click(&cell("reader-bot", SCOPED)).await;
    window.by("compare-difference").await;
    looked.at(window, "compare-two").await;
    window.click("compare-unpin").await;
    looked.at(window, "compare-allowed").await;
    // Where it has to be scrolled to, it is.
    window.resize(1024, 700).await;
    let moment = "document.querySelector('[data-testid=compare] [aria-label*=\", exactly \"]')";
    window.run(&format!("{moment}.focus()")).await;
    window.until("the exact time is told", "return !!document.querySelector('.moment-box')").await;
    looked.at(window, "compare-moment").await;
    window.click("compare-raw").await;
    window.fill("json-search", "role").await;
    looked.at(window, "compare-searched").await;
    window.click("compare-raw").await;
}

/// Each menu of the roll call and of the frame.
pub async fn menus(looked: &mut Looked, window: &Window) {
    window.click("nav-rollcall").await;
    for (opener, inside, name) in [
        ("row-menu-reader-bot", "copy-token-reader-bot", "menu-of-a-caller"),
        ("roles-menu-reader-bot", "role-toggle-reader-bot-read:messages", "menu-of-roles"),
        ("workspace-chip", "save-workspace", "menu-of-the-workspace"),
        ("report-menu", "report-html", "menu-of-reports"),
        ("theme-switch", "theme-dark", "menu-of-themes"),
    ] {
        window.click(opener).await;
        window.by(inside).await;
        looked.at(window, name).await;
        window.press(Key::Escape).await;
        super::until_gone(window, inside).await;
    }
    let asked = format!(
        "document.querySelector('[data-testid=\"{}\"]').dispatchEvent(new MouseEvent('contextmenu', \
         {{ bubbles: true, cancelable: true, clientX: 500, clientY: 300 }}))",
        cell("visitor-bot", SCOPED)
    );
    window.run(&asked).await;
    window.by("cell-menu-call").await;
    looked.at(window, "menu-of-a-cell").await;
    window.press(Key::Escape).await;
    super::until_gone(window, "cell-menu-call").await;
}

pub async fn other_views(looked: &mut Looked, window: &Window) {
    window.click("nav-setup").await;
    window.by("walk-step-issuer").await;
    looked.at(window, "setup").await;
    window.click("nav-sandbox").await;
    looked.at(window, "sandbox").await;
    window.click("nav-token").await;
    looked.at(window, "token").await;
}

pub async fn what_opens_over_them(looked: &mut Looked, window: &Window) {
    window.click("nav-rollcall").await;
    window.press("?").await;
    window.by("keys-sheet").await;
    looked.at(window, "keys").await;
    window.press(Key::Escape).await;
    window.chord(Key::Control, 'k').await;
    window.by("palette-input").await;
    looked.at(window, "palette").await;
    window.press("visitor").await;
    looked.at(window, "palette-typed").await;
    window.press(Key::Escape).await;
    window.chord(Key::Control, ',').await;
    window.by("settings").await;
    looked.at(window, "settings").await;
    window.fill("settings-parallelism", "99").await;
    window.press(Key::Enter).await;
    window.by("settings-parallelism-error").await;
    looked.at(window, "settings-wrong").await;
    window.press(Key::Escape).await;
}
