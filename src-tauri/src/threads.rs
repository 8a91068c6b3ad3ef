//! The threads that call, answer and sign: everything but the window itself.

use std::thread::JoinHandle;

use tokio::runtime::{Builder, Runtime};

/// A runtime whose threads give way to those that draw. On two cores the window would otherwise stand
/// still while a hundred callers are called (`cargo xtask bench painting`: from an event to its cell it
/// took twice as long).
///
/// # Errors
/// Where the system gives no threads.
pub fn behind_the_window() -> std::io::Result<Runtime> {
    Builder::new_multi_thread().enable_all().on_thread_start(|| give_way(WORK)).build()
}

/// Does on a thread of its own what nobody waits for yet. The threads that it starts come last too.
pub fn ahead_of_time<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> JoinHandle<T> {
    std::thread::spawn(|| {
        give_way(AHEAD);
        work()
    })
}

/// How Linux shares out the processor: 0 is everybody's, 19 the last one's.
const WORK: i32 = 10;
const AHEAD: i32 = 19;

/// Linux counts this by the thread.
#[cfg(target_os = "linux")]
fn give_way(nice: i32) {
    // Who was started to give way even more stays there.
    let own = rustix::process::getpriority_process(None).unwrap_or(0);
    if let Err(error) = rustix::process::setpriority_process(None, nice.max(own)) {
        tracing::warn!("the window does not go before the work: {error}");
    }
}

/// Other systems count it by the process, and the window is part of it.
#[cfg(not(target_os = "linux"))]
fn give_way(_nice: i32) {}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn work_gives_way_and_nothing_else_does() {
        let nice = || rustix::process::getpriority_process(None).unwrap();
        let own = nice();
        let runtime = behind_the_window().unwrap();
        assert_eq!(runtime.block_on(runtime.spawn(async move { nice() })).unwrap(), WORK.max(own));
        let within = ahead_of_time(move || std::thread::spawn(nice).join().unwrap());
        assert_eq!(within.join().unwrap(), AHEAD);
        assert_eq!(nice(), own);
    }
}
