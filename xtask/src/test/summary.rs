//! What ran, how long it took and what came of it.

use crate::stop::Stop;
use std::{
    fmt,
    process::ExitCode,
    time::{Duration, Instant},
};

/// How a step ended, unless it failed.
pub enum Outcome {
    /// As it should.
    Passed,
    /// It could not run here, and why; nothing is wrong with the code.
    Skipped(String),
}

enum End {
    Passed,
    Failed(String),
    Skipped(String),
}

struct Line {
    name: &'static str,
    took: Duration,
    end: End,
}

/// The lines of the summary, in the order of the steps.
pub struct Summary {
    began: Instant,
    lines: Vec<Line>,
}

impl Default for Summary {
    fn default() -> Self {
        Self { began: Instant::now(), lines: Vec::new() }
    }
}

impl Summary {
    /// Runs a step and records its end: whether it failed is the inner result. Only what the
    /// machine lacks ends the whole test.
    pub fn record(
        &mut self,
        name: &'static str,
        step: impl FnOnce() -> Result<Outcome, Stop>,
    ) -> Result<Result<(), ()>, Stop> {
        eprintln!("\n── {name} ──");
        let began = Instant::now();
        let end = match step() {
            Ok(Outcome::Passed) => End::Passed,
            Ok(Outcome::Skipped(reason)) => End::Skipped(reason),
            Err(Stop::Failed(reason)) => End::Failed(reason),
            Err(lacking @ Stop::Lacking(_)) => return Err(lacking),
        };
        let failed = matches!(end, End::Failed(_));
        self.lines.push(Line { name, took: began.elapsed(), end });
        Ok(if failed { Err(()) } else { Ok(()) })
    }

    /// Records a step that was not started.
    pub fn skip(&mut self, name: &'static str, reason: &str) {
        let end = End::Skipped(reason.to_owned());
        self.lines.push(Line { name, took: Duration::ZERO, end });
    }

    /// Prints it; the exit status that it stands for.
    #[expect(clippy::print_stdout, reason = "the summary is the task's answer")]
    pub fn print(&self) -> ExitCode {
        println!("\n{self}");
        let failed = self.lines.iter().any(|line| matches!(line.end, End::Failed(_)));
        if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [mut passed, mut failed, mut skipped] = [0; 3];
        writeln!(out, "Summary, after {}", Took(self.began.elapsed()))?;
        for Line { name, took, end } in &self.lines {
            let (word, count, reason) = match end {
                End::Passed => ("passed", &mut passed, ""),
                End::Failed(reason) => ("FAILED", &mut failed, reason.as_str()),
                End::Skipped(reason) => ("skipped", &mut skipped, reason.as_str()),
            };
            *count += 1;
            let took = Took(*took).to_string();
            let line = format!("  {word:<8} {name:<16} {took:>10}  {reason}");
            writeln!(out, "{}", line.trim_end())?;
        }
        write!(out, "{passed} passed, {failed} failed, {skipped} skipped")
    }
}

/// A duration as a person reads it.
struct Took(Duration);

impl fmt::Display for Took {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs();
        match seconds {
            0..60 => write!(out, "{:.1} s", self.0.as_secs_f64()),
            _ => write!(out, "{} min {:02} s", seconds / 60, seconds % 60),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Outcome, Summary, Took};
    use crate::stop::Stop;
    use std::time::Duration;

    #[test]
    fn the_last_line_counts_every_step_and_each_reason_is_told() {
        let mut summary = Summary::default();
        let _ = summary.record("one", || Ok(Outcome::Passed));
        let _ = summary.record("two", || Err(Stop::Failed("it broke".to_owned())));
        let _ = summary.record("three", || Ok(Outcome::Skipped("no network".to_owned())));
        summary.skip("four", "two failed");
        let text = summary.to_string();
        assert_eq!(text.lines().last(), Some("1 passed, 1 failed, 2 skipped"));
        for reason in ["it broke", "no network", "two failed"] {
            assert!(text.contains(reason), "{reason:?} is missing in:\n{text}");
        }
    }

    #[test]
    fn what_the_machine_lacks_ends_the_test() {
        let outcome = Summary::default().record("one", || Err(Stop::Lacking("node".to_owned())));
        assert!(matches!(outcome, Err(Stop::Lacking(_))));
    }

    #[test]
    fn durations_are_told_in_minutes_once_they_last_minutes() {
        let cases =
            [(0.94, "0.9 s"), (59.9, "59.9 s"), (60.0, "1 min 00 s"), (754.0, "12 min 34 s")];
        for (seconds, told) in cases {
            assert_eq!(Took(Duration::from_secs_f64(seconds)).to_string(), told);
        }
    }
}
