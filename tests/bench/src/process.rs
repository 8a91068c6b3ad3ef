//! What a process costs, as Linux counts it in `/proc`.

use crate::Outcome;
use std::{fs, process::Child, time::Duration};

/// `USER_HZ`: fixed for programs on every architecture that Debian's kernels run on.
const TICKS_PER_SECOND: u64 = 100;

/// A child that ends with this value.
pub struct Running(pub Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Time that a process has spent computing, in its own code and in the kernel.
pub fn cpu_time(process: u32) -> Outcome<Duration> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    cpu_time_in(&stat).ok_or_else(|| format!("unreadable: {stat}").into())
}

fn cpu_time_in(stat: &str) -> Option<Duration> {
    // The second field is a name in parentheses, and may hold anything.
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(11);
    let ticks: u64 = fields.next()?.parse::<u64>().ok()? + fields.next()?.parse::<u64>().ok()?;
    Some(Duration::from_millis(ticks * 1000 / TICKS_PER_SECOND))
}

/// Resident memory of a process and all below it, in KiB.
pub fn resident_kib(process: u32) -> Outcome<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let own = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix("kB"))
        .map_or(Ok(0), |kib| kib.trim().parse::<u64>())?;
    let mut sum = own;
    for task in fs::read_dir(format!("/proc/{process}/task"))? {
        let children = fs::read_to_string(task?.path().join("children")).unwrap_or_default();
        for child in children.split_whitespace() {
            // A child that has just ended weighs nothing.
            sum += resident_kib(child.parse()?).unwrap_or(0);
        }
    }
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use super::cpu_time_in;
    use std::time::Duration;

    #[test]
    fn computing_time_is_user_and_kernel_time_whatever_the_process_is_called() {
        let stat = "42 (a (b) c) S 1 42 42 0 -1 4194560 1 2 3 4 150 27 5 6 20 0 9 0 1 2 3";
        assert_eq!(cpu_time_in(stat), Some(Duration::from_millis(1770)));
        assert_eq!(cpu_time_in("42 (cut) S 1"), None);
    }
}
