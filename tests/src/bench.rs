//! A workbench that keeps its events.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::Duration,
};

use contract::{Event, Finding, FindingCode, Report};
use tester::{Setup, Workbench, Workspace, roll_call::Only, workbench::Port, workspace::User};
use tokio::{sync::watch, time::timeout};

/// A workbench serving its API on a free port.
pub struct Bench {
    /// The workbench.
    pub bench: Workbench,
    /// All events so far.
    pub events: Arc<Mutex<Vec<Event>>>,
    /// Their number.
    heard: watch::Receiver<usize>,
}

/// Nothing that a test waits for takes this long.
const PATIENCE: Duration = Duration::from_secs(30);

impl Bench {
    /// With a set-up.
    pub async fn new(setup: Setup) -> Self {
        let events = Arc::new(Mutex::new(Vec::new()));
        let kept = events.clone();
        let (count, heard) = watch::channel(0);
        let emit = move |event| {
            let mut kept = kept.lock().expect("events");
            kept.push(event);
            count.send_replace(kept.len());
        };
        let bench = Workbench::new(Arc::new(emit)).expect("an HTTP client");
        bench.serve_api(Port::Exactly(0)).await.expect("a free port");
        bench.replace(setup).await.expect("a usable workspace");
        Self { bench, events, heard }
    }

    /// How many events there are so far, to wait for the ones after.
    pub fn now(&self) -> usize {
        self.events.lock().expect("events").len()
    }

    /// Waits for the first event after `from` in which `find` finds something.
    ///
    /// # Panics
    /// Where it does not come.
    pub async fn hear<T>(&self, mut from: usize, find: impl Fn(&Event) -> Option<T>) -> T {
        let mut heard = self.heard.clone();
        let found = timeout(PATIENCE, async {
            loop {
                let count = *heard.borrow_and_update();
                {
                    let events = self.events.lock().expect("events");
                    if let Some(found) = events[from..count].iter().find_map(&find) {
                        return found;
                    }
                }
                from = count;
                heard.changed().await.expect("the workbench lives");
            }
        });
        found.await.expect("the event that the test waits for")
    }

    /// With issuer and key files alone.
    pub async fn with_files(issuer: &str, api_key: PathBuf, users: &[PathBuf]) -> Self {
        Self::new(Setup::new(workspace(issuer, api_key, users), None)).await
    }

    /// With a workspace file.
    pub async fn open(path: &Path) -> Self {
        Self::new(Setup::open(path).expect("a workspace")).await
    }

    /// Calls everybody at every door.
    pub async fn call(&self) -> Report {
        self.bench.call(Only::default()).await.expect("the roll can be called").report
    }

    /// The API's address.
    pub fn api(&self) -> String {
        self.bench.view().api.expect("the API is served").base_url
    }
}

/// A workspace of issuer and key files alone.
pub fn workspace(issuer: &str, api_key: PathBuf, users: &[PathBuf]) -> Workspace {
    Workspace {
        issuer: issuer.into(),
        api_key: Some(api_key),
        users: users.iter().cloned().map(User::from_file).collect(),
        ..Workspace::default()
    }
}

/// The status of every cell, by row: `("reader-bot", [200, 200, 403])`; 0 where nothing answered.
pub fn statuses(report: &Report) -> Vec<(&str, Vec<u16>)> {
    let row = |cells: &[contract::Cell]| cells.iter().map(|c| c.status.unwrap_or(0)).collect();
    report.users.iter().map(|user| (user.label.as_str(), row(&user.cells))).collect()
}

/// The code of a finding.
pub fn code(finding: &Option<Finding>) -> Option<FindingCode> {
    finding.as_ref().map(|finding| finding.code)
}
