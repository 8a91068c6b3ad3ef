//! Frames while a list of the window is scrolled.
//!
//! Every half minute WebKit stops the thread that draws while it adds up its own memory, for 15 to 35 ms
//! and whatever the page shows (<https://bugs.webkit.org/show_bug.cgi?id=304428>); only who makes its
//! context could have it do so more seldom, and wry does that. The longest frame of a scrolling that met it
//! is told as such, and all else is of a second one.

use crate::{
    Outcome,
    figure::{self, median, percentile, rounded},
    process,
};
use rolecall_tests::window::Window;
use serde_json::{Value, json};

/// From the top to the bottom, as a person who flicks through it: about four seconds.
const FRAMES: usize = 240;
/// WebKit's process for a page, as the kernel cuts its name.
const DRAWING: &str = "WebKitWebProces";

/// Scrolls to the bottom, or by so many pixels a frame, and answers the median frame; told against that of
/// plain text, where it is known.
pub async fn scrolled(
    window: &Window,
    figure: &str,
    inside: &str,
    pace: Option<u32>,
    plain: Option<f64>,
) -> Outcome<f64> {
    let mut scrolling = Scrolling::of(window, figure, inside, pace).await?;
    let mut with_stop = None;
    if scrolling.met_stop {
        with_stop = Some(scrolling.longest());
        scrolling = Scrolling::of(window, figure, inside, pace).await?;
        if scrolling.met_stop {
            return Err(format!("{figure}: WebKit stopped twice within half a minute").into());
        }
    }
    let middle = median(scrolling.took.clone());
    figure::print(&json!({
        "figure": figure,
        "frames": scrolling.took.len(),
        "pixels": scrolling.pixels,
        "median_ms": rounded(middle, 1),
        "p95_ms": rounded(percentile(scrolling.took.clone(), 95), 1),
        "longest_ms": rounded(scrolling.longest(), 1),
        "longest_ms_aim": "<= 32",
        "longest_ms_where_webkit_added_up_its_memory": with_stop.map(|longest| rounded(longest, 1)),
        "median_to_plain_text": plain.map(|plain| rounded(middle / plain, 2)),
    }));
    Ok(middle)
}

/// What one scrolling through a list was like.
struct Scrolling {
    /// How long each frame took, in milliseconds.
    took: Vec<f64>,
    pixels: Value,
    /// Whether WebKit stopped for its memory's account meanwhile.
    met_stop: bool,
}

impl Scrolling {
    async fn of(window: &Window, figure: &str, inside: &str, pace: Option<u32>) -> Outcome<Self> {
        let drawing = process::find(window.process(), DRAWING).ok_or("WebKit's process is gone")?;
        let account = process::account_length(drawing)?;
        let read = process::bytes_read(drawing)?;
        let arguments = vec![inside.into(), FRAMES.into(), json!(pace)];
        let told = window.driver.execute_async(include_str!("scrolling.js"), arguments).await?;
        // Nothing else that it reads while it draws comes near.
        let met_stop = process::bytes_read(drawing)? - read > account / 2;
        let told = told.json();
        let took: Vec<f64> =
            told["took"].as_array().into_iter().flatten().filter_map(Value::as_f64).collect();
        if took.is_empty() {
            return Err(format!("{figure}: {told}").into());
        }
        Ok(Self { took, pixels: told["pixels"].clone(), met_stop })
    }

    fn longest(&self) -> f64 {
        self.took.iter().copied().fold(0.0, f64::max)
    }
}
