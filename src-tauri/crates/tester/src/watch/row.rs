//! One watched row: its token, as long as that lives, and what its doors answered last.

use std::time::Instant;

use contract::Cell;
use tokio::sync::OnceCell;

use super::{
    Watch,
    flip::{self, At, Seen},
};
use crate::{
    roll_call::{Bearer, Running},
    setup::Member,
};

/// A row while it is watched.
pub(super) struct Row<'r> {
    at: usize,
    pub(super) label: String,
    /// `None` for the row that calls without a token.
    pub(super) member: Option<&'r Member>,
    bearer: Option<Bearer<'r>>,
    /// By door.
    seen: Vec<Option<Seen>>,
    /// By door: the change made from here that it has shown last.
    shown: Vec<Option<Instant>>,
    /// It has no token, or none that lives: nothing will change any more.
    pub(super) over: bool,
}

impl<'r> Row<'r> {
    /// The rows to be watched, with what they showed last.
    pub(super) fn all(run: &'r Running) -> Vec<Self> {
        let report = run.report.lock();
        let watched = report.users.iter().enumerate().filter(|(_, row)| run.only.row(&row.label));
        watched
            .map(|(at, row)| Self {
                at,
                label: row.label.clone(),
                member: run.plan.members.get(at),
                bearer: None,
                seen: row.cells.iter().map(Seen::in_cell).collect(),
                shown: vec![None; row.cells.len()],
                over: false,
            })
            .collect()
    }

    /// Calls the row's doors, one after the other. Its token is the one that the row has; only
    /// where it has none one is asked for, once.
    pub(super) async fn call(&mut self, watch: &Watch, run: &'r Running) {
        if let Some(member) = self.member
            && self.bearer.is_none()
        {
            watch.pauses.over().await;
            self.bearer = obtain(run, self.at, member).await;
            if self.bearer.is_none() {
                self.over = true;
                return;
            }
        }
        let mut dead = false;
        for (door, endpoint) in run.plan.endpoints.iter().enumerate() {
            if !run.only.door(&endpoint.path) {
                continue;
            }
            watch.pauses.over().await;
            if let Some(bearer) = &mut self.bearer {
                // What a probe told in the last call may be otherwise now.
                bearer.userinfo = OnceCell::new();
            }
            run.call_once(self.at, door, self.bearer.as_ref(), self.shown[door]).await;
            watch.expect_anew(run, self.at, door);
            let cell = run.report.lock().users[self.at].cells[door].clone();
            dead |= flip::is_inactive(&cell) && self.is_unknown_to_userinfo();
            self.look(watch, run, door, &cell);
        }
        // Its last round was still made, so that the cells say what became of the token.
        self.over = dead || self.is_expired(run);
    }

    /// A token that is only made out to somebody else is inactive too, but lives.
    fn is_unknown_to_userinfo(&self) -> bool {
        let probe = self.bearer.as_ref().and_then(|bearer| bearer.userinfo.get());
        probe.is_some_and(|probe| matches!(probe.status, Some(401 | 403)))
    }

    fn is_expired(&self, run: &Running) -> bool {
        let ends = self.bearer.as_ref().and_then(|bearer| bearer.token.expires_at);
        ends.is_some_and(|ends| ends <= run.stage.clock.now())
    }

    fn look(&mut self, watch: &Watch, run: &Running, door: usize, cell: &Cell) {
        let Some(after) = Seen::in_cell(cell) else { return };
        let before = self.seen[door].replace(after.clone());
        let at = At { user: self.at, endpoint: door };
        let flip = before.and_then(|before| flip::flip(at, &before, &after, cell.status));
        let Some(mut flip) = flip else { return };
        if let Some(bearer) = &self.bearer {
            let change = run.stage.changes.latest(&bearer.key.user_id);
            let after = flip::shown_after(change, &mut self.shown[door], Instant::now());
            flip.shown_after_ms = after.map(super::millis);
            let project = run.project.lock().clone();
            flip.roles_in_token = flip::roles_in(&bearer.token, project.as_deref());
        }
        watch.tell_flip(flip);
    }
}

async fn obtain<'r>(run: &'r Running, at: usize, member: &'r Member) -> Option<Bearer<'r>> {
    if let Ok(key) = &member.key.read
        && let Some(token) = run.living_token(&member.label, key)
    {
        return Some(Bearer::new(key, token));
    }
    // What kept the row from its token the last time is tried anew.
    run.change_row(at, |row| row.finding = None);
    run.bearer(at, member, None).await
}
