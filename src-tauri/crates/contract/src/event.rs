//! The one enum of everything that happens, in order.

use crate::{
    Cell, Exchange, Report, Timestamp,
    finding::Finding,
    finding::TokenSummary,
    report::{UserReport, Verdict},
    workspace::WorkspaceView,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Something that happened. A window that applies all events in order shows the truth.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
#[ts(export)]
pub enum Event {
    /// The set-up changed, or its state became known.
    Workspace { workspace: Box<WorkspaceView> },
    /// A roll call began: every row and cell stands, nothing is called yet.
    RunStarted { run: u64, at: Timestamp, report: Report },
    /// A cause that concerns the whole run.
    RunFinding { run: u64, finding: Finding },
    /// ZITADEL accepted the API, or refused it, and did not before; its finding came or went.
    ApiChanged { run: u64, api: crate::report::ApiReport },
    /// The project's id was learned.
    ProjectLearned { run: u64, project_id: String },
    /// A row's token arrived, or did not; its cells are untouched.
    UserChanged { run: u64, user: usize, row: UserState },
    /// A cell's answer arrived.
    CellChanged { run: u64, user: usize, endpoint: usize, cell: Box<Cell> },
    /// Somebody's own API answered further calls.
    TargetChanged { run: u64, target: crate::report::TargetReport },
    /// The run ended; the report is whole, or holds what was done when it was stopped.
    RunFinished { run: u64, at: Timestamp, cancelled: bool, report: Report },
    /// The same calls are made again and again, until somebody stops it or its time is over.
    WatchStarted { watch: WatchView },
    /// A round of calls ended; its cells were told as [`Event::CellChanged`] of the last run.
    WatchRound { watch: WatchView },
    /// A cell flipped.
    WatchFlipped { flip: Flip },
    /// It ended.
    WatchEnded { at: Timestamp, reason: WatchEnd },
    /// An HTTP exchange ended. A window hears of it as [`Event::Outlined`], and of the whole when
    /// somebody opens it.
    Exchange { exchange: Box<Exchange> },
    /// An HTTP exchange ended: its outline, which is what a line of a list shows.
    Outlined { exchange: Box<Exchange> },
    /// The window was asked for something from outside: files were dropped or handed over.
    Dropped { paths: Vec<String> },
    /// The window was asked from outside to go into the sandbox.
    SandboxWanted,
    /// Somebody wants the window closed, and a change of the set-up would be lost by it.
    Closing,
}

/// A row without its cells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct UserState {
    pub user_id: Option<String>,
    pub user_name: Option<String>,
    pub finding: Option<Finding>,
    pub notes: Vec<Finding>,
    pub token: Option<TokenSummary>,
}

impl From<&UserReport> for UserState {
    fn from(row: &UserReport) -> Self {
        Self {
            user_id: row.user_id.clone(),
            user_name: row.user_name.clone(),
            finding: row.finding.clone(),
            notes: row.notes.clone(),
            token: row.token.clone(),
        }
    }
}

/// A watch under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct WatchView {
    /// From one round's beginning to the next one's, in milliseconds. A round that takes longer
    /// pushes the next one back; none is made up for.
    pub interval_ms: u64,
    /// Rounds that have ended.
    pub rounds: u64,
    /// When the last of them did.
    pub called_at: Option<Timestamp>,
    pub started: Timestamp,
    /// When it stops by itself.
    pub until: Timestamp,
    /// Nobody is called before then: ZITADEL (429, 503) or the API that asks it (503) said when it
    /// wants to be asked again.
    pub paused_until: Option<Timestamp>,
    /// `None` stands for every row.
    pub user: Option<String>,
    /// `None` stands for every door.
    pub endpoint: Option<String>,
    /// Labels of the rows that are called no longer: their tokens died, or they never got one.
    pub ended: Vec<String>,
}

/// A door that let in refuses now, or the reverse. Calls without a clear answer in between neither
/// hide a flip nor count as one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Flip {
    pub user: usize,
    pub endpoint: usize,
    /// The first call that showed it.
    pub at: Timestamp,
    /// `Allowed` or `Refused`.
    pub from: Verdict,
    /// `Allowed` or `Refused`.
    pub to: Verdict,
    pub status: Option<u16>,
    /// The caller's roles on the API's project as introspection told them before.
    pub roles_before: Vec<String>,
    /// As it told them in the call that flipped.
    pub roles_after: Vec<String>,
    /// From the change that Rolecall made itself to the first call that showed it, in milliseconds,
    /// no finer than the interval; `None` where the change was made elsewhere.
    pub shown_after_ms: Option<u64>,
    /// The roles on the API's project that the JWT of this row was minted with and still carries;
    /// `None` for a token that nobody can look into.
    pub roles_in_token: Option<Vec<String>>,
}

/// Why a watch ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum WatchEnd {
    Stopped,
    TimeOver,
    /// The set-up changed.
    Changed,
    /// Somebody called the roll by hand: rows may have other tokens since.
    Called,
    /// The lifetime of every watched token is over, or they died.
    TokenEnded,
}
