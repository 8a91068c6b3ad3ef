//! The timeline from far and near, narrowed, and an exchange opened.

use rolecall_tests::{views::Looked, window::Window};
use thirtyfour::Key;

pub async fn looked_at(looked: &mut Looked, window: &Window) {
    window.click("nav-timeline").await;
    window.by("timeline-row").await;
    looked.at(window, "timeline").await;
    window.click("timeline-zoom-lines").await;
    window.by("timeline-row").await;
    looked.at(window, "timeline-lines").await;
    window.click("timeline-zoom-overview").await;
    window.by("timeline-overview").await;
    looked.at(window, "timeline-overview").await;
    // With the keys, a place is told in words.
    window.run("document.querySelector('[data-testid=timeline-overview]').focus()").await;
    window.press(Key::Down).await;
    looked.at(window, "timeline-overview-place").await;
    window.click("timeline-zoom-arrows").await;
    window.fill("timeline-search", "nothing is like this").await;
    window.by("timeline-clear").await;
    looked.at(window, "timeline-none").await;
    window.click("timeline-clear").await;
    opened(looked, window).await;
}

async fn opened(looked: &mut Looked, window: &Window) {
    window.by("timeline-row").await;
    let asked = "const row = [...document.querySelectorAll('[data-testid=timeline-row]')] \
        .find((one) => one.textContent.includes('Is this token active?')); \
        const button = row?.querySelector('button') ?? row; button?.click(); return !!button";
    window.until("an introspection is there", asked).await;
    window.by("timeline-detail").await;
    looked.at(window, "timeline-open").await;
    let chip =
        "document.querySelector('[data-testid=timeline-detail] [data-testid^=secret-]').click()";
    window.run(chip).await;
    window
        .until("what the chip stands for is told", "return !!document.querySelector('.secret-box')")
        .await;
    looked.at(window, "timeline-secret").await;
    window.press(Key::Escape).await;
    window.until("it is closed", "return !document.querySelector('.secret-box')").await;
}
