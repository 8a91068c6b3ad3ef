//! Views of the real window as they are looked at: in two themes and three sizes, each a picture, each
//! read by axe-core.

use std::{io::Cursor, path::PathBuf};

use serde_json::{Value, json};

use crate::window::{Window, screenshots};

/// The smallest window, the one that opens, a projector's.
pub const SIZES: [(u32, u32); 3] = [(1024, 700), (1280, 840), (1920, 1080)];

/// What was found, view by view.
#[derive(Debug, Default)]
pub struct Looked {
    /// A line a view and theme.
    pub lines: Vec<String>,
    /// Violations, each with its rule, its view and the elements.
    pub violations: Vec<String>,
}

impl Looked {
    /// Takes pictures of what the window shows in each size and theme, and has axe-core read it in
    /// each theme.
    ///
    /// # Panics
    /// Where something is cut off.
    pub async fn at(&mut self, window: &Window, name: &str) {
        for theme in ["light", "dark"] {
            put_on(window, theme).await;
            for (width, height) in SIZES {
                window.resize(width, height).await;
                picture(window, &format!("{name}-{width}x{height}-{theme}")).await;
                whole(window, &format!("{name} at {width} pixels")).await;
            }
            self.read(window, &format!("{name}, {theme}")).await;
        }
        put_on(window, "light").await;
    }

    /// As [`Looked::at`], in the size that the window has.
    ///
    /// # Panics
    /// Where something is cut off.
    pub async fn zoomed(&mut self, window: &Window, name: &str) {
        for theme in ["light", "dark"] {
            put_on(window, theme).await;
            picture(window, &format!("{name}-{theme}")).await;
            whole(window, name).await;
            self.read(window, &format!("{name}, {theme}")).await;
        }
        put_on(window, "light").await;
    }

    async fn read(&mut self, window: &Window, view: &str) {
        let report = axe(window).await;
        let list = |name: &str| report[name].as_array().cloned().unwrap_or_default();
        let violations = list("violations");
        let passes = list("passes").len();
        assert!(passes > 0, "axe-core read nothing in {view}: {report}");
        self.lines.push(format!("{view}: {passes} rules passed, {} violated", violations.len()));
        self.violations.extend(violations.iter().map(|rule| told(view, rule)));
    }
}

fn told(view: &str, rule: &Value) -> String {
    let nodes = rule["nodes"].as_array().into_iter().flatten();
    let nodes: Vec<String> =
        nodes.map(|node| format!("{} ({})", node["html"], node["failureSummary"])).collect();
    format!("{view}: {}: {}\n    {}", rule["id"], rule["help"], nodes.join("\n    "))
}

/// Puts a theme on, whatever else is open: the style sheet goes by this attribute alone.
async fn put_on(window: &Window, theme: &str) {
    window.run(&format!("document.documentElement.dataset.theme = '{theme}'")).await;
}

/// Takes a picture, once more where the window was still being made larger or smaller.
///
/// # Panics
/// Where it never is drawn.
async fn picture(window: &Window, name: &str) {
    for _ in 0..5 {
        at_rest(window).await;
        let picture = window.driver.screenshot_as_png().await.expect("the window can be drawn");
        if is_drawn(&picture) {
            let folder = screenshots();
            std::fs::create_dir_all(&folder).expect("a folder for pictures");
            std::fs::write(folder.join(format!("{name}.png")), picture).expect("a picture");
            return;
        }
    }
    panic!("{name} is never drawn");
}

/// What was not drawn yet is black, which no colour of the window is.
fn is_drawn(picture: &[u8]) -> bool {
    let decoder = png::Decoder::new(Cursor::new(picture));
    let mut reader = decoder.read_info().expect("a picture");
    let row = reader.next_row().expect("a picture").expect("a line of it");
    row.data().iter().take(3).any(|&part| part > 0)
}

/// Waits until all that moves has moved: a picture of half a transition is of no use. What is taken
/// away while it moves never says that it came to its end, so there is an end to waiting.
async fn at_rest(window: &Window) {
    let script = "const done = arguments[0]; \
        const frame = () => new Promise((on) => requestAnimationFrame(on)); \
        const ends = (one) => one.playState === 'running' \
            && one.effect.getComputedTiming().endTime !== Infinity; \
        (async () => { \
            await frame(); await frame(); \
            await Promise.allSettled(document.getAnimations().filter(ends).map((one) => one.finished)); \
            await frame(); \
        })().then(() => done(true)); \
        setTimeout(() => done(true), 2000)";
    window.driver.execute_async(script, Vec::new()).await.expect("the window comes to rest");
}

/// Nothing lies beyond the window's right edge, where nobody would find it.
async fn whole(window: &Window, view: &str) {
    let wide = "return document.documentElement.scrollWidth <= innerWidth";
    assert_eq!(window.run(wide).await, true, "{view} is cut off");
}

/// Has axe-core read the window as it is: WCAG 2.2 A and AA, and its own best practices.
async fn axe(window: &Window) -> Value {
    if window.run("return typeof window.axe").await != "object" {
        let source = std::fs::read_to_string(source()).expect("npm ci has brought axe-core");
        window.run(&source).await;
    }
    let script = "const done = arguments[arguments.length - 1]; \
        axe.run(document, { resultTypes: ['violations', 'passes'] }) \
        .then((report) => done({ violations: report.violations, passes: report.passes.map((p) => p.id) })) \
        .catch((error) => done({ error: String(error) }))";
    let answer = window.driver.execute_async(script, Vec::new()).await;
    answer.map_or_else(|error| json!({ "error": error.to_string() }), |a| a.json().clone())
}

fn source() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../ui/node_modules/axe-core/axe.min.js")
}
