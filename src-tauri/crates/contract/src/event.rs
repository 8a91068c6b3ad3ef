//! The one enum of everything that happens, in order.

use crate::{
    Cell, Exchange, Report, Timestamp, finding::Finding, finding::TokenSummary, report::UserReport,
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
    /// The project's id was learned.
    ProjectLearned { run: u64, project_id: String },
    /// A row's token arrived, or did not; its cells are untouched.
    UserChanged { run: u64, user: usize, row: UserState },
    /// A cell's answer arrived.
    CellChanged { run: u64, user: usize, endpoint: usize, cell: Box<Cell> },
    /// The run ended; the report is whole, or holds what was done when it was stopped.
    RunFinished { run: u64, at: Timestamp, cancelled: bool, report: Report },
    /// An HTTP exchange ended.
    Exchange { exchange: Box<Exchange> },
    /// The window was asked for something from outside: files were dropped or handed over.
    Dropped { paths: Vec<String> },
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
