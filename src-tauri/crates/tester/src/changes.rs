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

    /// When the user was given one of these roles, where nothing but giving roles came after it.
    pub fn given(&self, user_id: &str, roles: &[&str]) -> Option<Instant> {
        let changes = self.0.lock();
        let mut given = given_since(&changes, user_id);
        given.find(|(role, _)| roles.contains(role)).map(|(_, at)| at)
    }

    /// The same where each of them was given: when the first of them was.
    pub fn all_given(&self, user_id: &str, roles: &[&str]) -> Option<Instant> {
        let changes = self.0.lock();
        let when = |wanted: &&str| {
            given_since(&changes, user_id).find(|(role, _)| role == wanted).map(|(_, at)| at)
        };
        roles.iter().map(when).collect::<Option<Vec<_>>>()?.into_iter().min()
    }

    /// When the user was changed last.
    pub fn latest(&self, user_id: &str) -> Option<Instant> {
        let changes = self.0.lock();
        changes.iter().rev().find(|change| change.user_id == user_id).map(|change| change.at)
    }
}

/// The roles that a user was given since it was changed in another way, newest first.
fn given_since<'c>(
    changes: &'c VecDeque<Change>,
    user_id: &str,
) -> impl Iterator<Item = (&'c str, Instant)> {
    let own = changes.iter().rev().filter(move |change| change.user_id == user_id);
    own.map_while(|change| Some((change.role_given.as_deref()?, change.at)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_users_latest_change_counts() {
        let changes = Changes::default();
        let read = ["read"];
        assert!(changes.given("1", &read).is_none());
        changes.note("1", Some("read"));
        changes.note("2", None);
        assert!(changes.given("1", &read).is_some());
        assert!(changes.given("1", &["write"]).is_none());
        changes.note("1", None);
        assert!(changes.given("1", &read).is_none(), "it was changed again since");
        assert!(changes.latest("1") >= changes.latest("2"));
    }

    #[test]
    fn roles_given_one_after_the_other_all_count() {
        let changes = Changes::default();
        let both = ["read", "write"];
        changes.note("1", Some("read"));
        assert!(changes.all_given("1", &both).is_none(), "one is still missing");
        let first = changes.given("1", &["read"]);
        changes.note("1", Some("write"));
        assert_eq!(changes.given("1", &["read"]), first, "giving another takes none away");
        assert_eq!(changes.all_given("1", &both), first, "waited for since the first was given");
        assert!(changes.all_given("1", &[]).is_none(), "nothing is waited for");
        changes.note("1", None);
        assert!(changes.all_given("1", &both).is_none(), "it was changed again since");
    }
}
