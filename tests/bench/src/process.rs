//! What a process costs, as Linux counts it in `/proc`.

use crate::Outcome;
use std::{collections::BTreeMap, fs, process::Child, time::Duration};

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
    Ok(resident_kib_by_name(process)?.into_values().sum())
}

/// As [`resident_kib`], by the processes' names as the kernel cuts them.
pub fn resident_kib_by_name(process: u32) -> Outcome<BTreeMap<String, u64>> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let field = |name: &str| status.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    let own = field("VmRSS:")
        .and_then(|rss| rss.strip_suffix("kB"))
        .map_or(Ok(0), |kib| kib.trim().parse::<u64>())?;
    let mut sums = BTreeMap::from([(field("Name:").unwrap_or_default().to_owned(), own)]);
    for task in fs::read_dir(format!("/proc/{process}/task"))? {
        let children = fs::read_to_string(task?.path().join("children")).unwrap_or_default();
        for child in children.split_whitespace() {
            // A child that has just ended weighs nothing.
            for (name, kib) in resident_kib_by_name(child.parse()?).unwrap_or_default() {
                *sums.entry(name).or_default() += kib;
            }
        }
    }
    Ok(sums)
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
