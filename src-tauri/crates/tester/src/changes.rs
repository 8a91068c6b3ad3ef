//! What Rolecall itself changed in ZITADEL a moment ago: ZITADEL shows a change a little later than
//! it takes it, and until then a refusal says nothing of the role.

use std::{collections::VecDeque, sync::Arc, time::Instant};

use parking_lot::Mutex;

/// Older changes are forgotten.
const KEPT: usize = 64;

/// The latest changes. Clones are the same list.
#[derive(Debug, Clone, Default)]
pub struct Changes(Arc<Mutex<VecDeque<Change>>>);

#[derive(Debug)]
struct Change {
    user_id: String,
    role_given: Option<String>,
    at: Instant,
}

impl Changes {
    /// A user was given this role just now, or (`None`) was changed in another way.
    pub fn note(&self, user_id: &str, role_given: Option<&str>) {
        let mut changes = self.0.lock();
        if changes.len() == KEPT {
            changes.pop_front();
        }
        changes.push_back(Change {
            user_id: user_id.into(),
            role_given: role_given.map(Into::into),
            at: Instant::now(),
        });
    }

    /// When the user was given one of these roles, where that is its latest change.
    pub fn given(&self, user_id: &str, roles: &[String]) -> Option<Instant> {
        let changes = self.0.lock();
        let latest = changes.iter().rev().find(|change| change.user_id == user_id)?;
        latest.role_given.as_ref().filter(|role| roles.contains(role)).map(|_| latest.at)
    }

    /// When the user was changed last.
    pub fn latest(&self, user_id: &str) -> Option<Instant> {
        let changes = self.0.lock();
        changes.iter().rev().find(|change| change.user_id == user_id).map(|change| change.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_users_latest_change_counts() {
        let changes = Changes::default();
        let read = ["read".to_owned()];
        assert!(changes.given("1", &read).is_none());
        changes.note("1", Some("read"));
        changes.note("2", None);
        assert!(changes.given("1", &read).is_some());
        assert!(changes.given("1", &["write".into()]).is_none());
        changes.note("1", None);
        assert!(changes.given("1", &read).is_none(), "it was changed again since");
        assert!(changes.latest("1") >= changes.latest("2"));
    }
}
