//! Frames while a list of the window is scrolled.

use crate::{
    Outcome,
    figure::{self, median, percentile, rounded},
};
use rolecall_tests::window::Window;
use serde_json::{Value, json};

/// From the top to the bottom, as a person who flicks through it: about four seconds.
const FRAMES: usize = 240;

/// Scrolls to the bottom, or by so many pixels a frame, and answers the median frame; told against that of
/// plain text, where it is known.
pub async fn scrolled(
    window: &Window,
    figure: &str,
    inside: &str,
    pace: Option<u32>,
    plain: Option<f64>,
) -> Outcome<f64> {
    let arguments = vec![inside.into(), FRAMES.into(), json!(pace)];
    let told = window.driver.execute_async(include_str!("scrolling.js"), arguments).await?;
    let told = told.json();
    let took: Vec<f64> =
        told["took"].as_array().into_iter().flatten().filter_map(Value::as_f64).collect();
    if took.is_empty() {
        return Err(format!("{figure}: {told}").into());
    }
    let longest = took.iter().copied().fold(0.0, f64::max);
    let middle = median(took.clone());
    figure::print(&json!({
        "figure": figure,
        "frames": took.len(),
        "pixels": told["pixels"],
        "median_ms": rounded(middle, 1),
        "p95_ms": rounded(percentile(took, 95), 1),
        "longest_ms": rounded(longest, 1),
        "longest_ms_aim": "<= 32",
        "median_to_plain_text": plain.map(|plain| rounded(middle / plain, 2)),
    }));
    Ok(middle)
}
