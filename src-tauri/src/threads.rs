//! The threads that call, answer and sign: everything but the window itself.

use tokio::runtime::{Builder, Runtime};

/// A runtime whose threads give way to those that draw. On two cores the window would otherwise stand
/// still while a hundred callers are called (`cargo xtask bench painting`: from an event to its cell it
/// took twice as long).
///
/// # Errors
/// Where the system gives no threads.
pub fn behind_the_window() -> std::io::Result<Runtime> {
    Builder::new_multi_thread().enable_all().on_thread_start(give_way).build()
}

/// Where Linux shares out the processor: 0 is everybody's, 19 the last one's.
#[cfg(target_os = "linux")]
const NICE: i32 = 10;

/// Linux counts this by the thread.
#[cfg(target_os = "linux")]
fn give_way() {
    // Who was started to give way even more stays there.
    let own = rustix::process::getpriority_process(None).unwrap_or(0);
    if let Err(error) = rustix::process::setpriority_process(None, NICE.max(own)) {
        tracing::warn!("the window does not go before the work: {error}");
    }
}

/// Other systems count it by the process, and the window is part of it.
#[cfg(not(target_os = "linux"))]
fn give_way() {}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn work_gives_way_and_nothing_else_does() {
        let nice = || rustix::process::getpriority_process(None).unwrap();
        let own = nice();
        let runtime = behind_the_window().unwrap();
        assert_eq!(runtime.block_on(runtime.spawn(async move { nice() })).unwrap(), NICE.max(own));
        assert_eq!(nice(), own);
    }
}
