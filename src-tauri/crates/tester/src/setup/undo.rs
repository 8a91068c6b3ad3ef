//! What was taken out of a set-up can be put back, the last one first.

use std::path::PathBuf;

use contract::{Endpoint, report::NOBODY, workspace::Expectation};

use super::Setup;
use crate::workspace::User;

/// Older ones are forgotten.
const KEPT: usize = 20;

/// Something that was taken out, with what it takes to put it back as it was.
#[derive(Debug, Clone)]
pub(super) enum TakenOut {
    User { at: usize, label: String, user: User, expectations: Vec<Expectation> },
    ApiKey { path: PathBuf, key_id: Option<String> },
    Doors { doors: Vec<(usize, Endpoint)>, expectations: Vec<Expectation> },
}

impl TakenOut {
    /// What people call it.
    fn words(&self) -> String {
        match self {
            Self::User { label, .. } => label.clone(),
            Self::ApiKey { .. } => "the API's key".into(),
            Self::Doors { doors, .. } => match doors.as_slice() {
                [(_, door)] => door.path.clone(),
                [(_, one), (_, other)] => format!("{} and {}", one.path, other.path),
                several => format!("{} endpoints", several.len()),
            },
        }
    }
}

impl Setup {
    /// What would be put back next, for people.
    pub fn undo_words(&self) -> Option<String> {
        self.taken_out.last().map(TakenOut::words)
    }

    /// Puts back what was taken out last; `false` where there is nothing.
    pub fn undo(&mut self) -> bool {
        let Some(last) = self.taken_out.pop() else { return false };
        match last {
            TakenOut::User { at, user, expectations, .. } => self.put_back(at, user, expectations),
            TakenOut::ApiKey { path, key_id } => {
                self.workspace.api_key = Some(path);
                self.workspace.api_key_id = key_id;
                self.read_keys();
            }
            TakenOut::Doors { doors, expectations } => {
                for (at, door) in doors {
                    let here = &mut self.workspace.endpoints;
                    if !here.iter().any(|other| other.path == door.path) {
                        here.insert(at.min(here.len()), door);
                    }
                }
                self.expect_as_before(expectations);
            }
        }
        self.unsaved = true;
        true
    }

    fn put_back(&mut self, at: usize, user: User, expectations: Vec<Expectation>) {
        let key = user.key.clone();
        let here = &mut self.workspace.users;
        if !here.iter().any(|other| other.key == key) {
            here.insert(at.min(here.len()), user);
        }
        self.read_keys();
        let Some(member) = self.users.iter().find(|member| member.key.path == key) else { return };
        let label = member.label.clone();
        let own = |said: Expectation| Expectation { user: label.clone(), ..said };
        self.expect_as_before(expectations.into_iter().map(own).collect());
    }

    /// What was said since counts more.
    fn expect_as_before(&mut self, expectations: Vec<Expectation>) {
        for said in expectations {
            let is_row = said.user == NOBODY || self.users.iter().any(|m| m.label == said.user);
            let is_door = self.workspace.endpoints.iter().any(|door| door.path == said.endpoint);
            let here = &mut self.workspace.expectations;
            let is_new = !here.iter().any(|e| e.user == said.user && e.endpoint == said.endpoint);
            if is_row && is_door && is_new {
                here.push(said);
            }
        }
    }

    /// Takes the service user at this place out.
    pub(super) fn take_out_user(&mut self, at: usize) {
        let user = self.workspace.users.remove(at);
        let label = self.users[at].label.clone();
        let of_user = |said: &&Expectation| said.user == label;
        let expectations = self.workspace.expectations.iter().filter(of_user).cloned().collect();
        self.keep(TakenOut::User { at, label, user, expectations });
    }

    pub(super) fn take_out_api_key(&mut self) {
        if let Some(path) = self.workspace.api_key.take() {
            let key_id = self.workspace.api_key_id.take();
            self.keep(TakenOut::ApiKey { path, key_id });
        }
    }

    /// The place is taken by another one: the one before is not put back in its stead.
    pub(super) fn keep_no_other_api_key(&mut self) {
        self.taken_out.retain(|one| !matches!(one, TakenOut::ApiKey { .. }));
    }

    /// Keeps the doors that will be there no more. One that only got another path is not taken out.
    pub(super) fn take_out_doors(&mut self, left: &[Endpoint]) {
        let before = &self.workspace.endpoints;
        if left.len() >= before.len() {
            return;
        }
        let is_gone = |path: &str| !left.iter().any(|door| door.path == path);
        let gone = before.iter().enumerate().filter(|(_, door)| is_gone(&door.path));
        let doors: Vec<_> = gone.map(|(at, door)| (at, door.clone())).collect();
        let of_gone = |said: &&Expectation| doors.iter().any(|(_, d)| d.path == said.endpoint);
        let expectations = self.workspace.expectations.iter().filter(of_gone).cloned().collect();
        if !doors.is_empty() {
            self.keep(TakenOut::Doors { doors, expectations });
        }
    }

    fn keep(&mut self, one: TakenOut) {
        if self.taken_out.len() == KEPT {
            self.taken_out.remove(0);
        }
        self.taken_out.push(one);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::report::Expected;

    const SCOPED: &str = "/api/private-scoped";

    fn setup(files: &[&str]) -> Setup {
        let mut setup = Setup::default();
        let paths: Vec<PathBuf> = files.iter().map(PathBuf::from).collect();
        setup.add_key_files(&paths);
        setup
    }

    fn labels(setup: &Setup) -> Vec<&str> {
        setup.members().iter().map(|member| member.label.as_str()).collect()
    }

    fn said(setup: &Setup) -> Vec<(String, String, Expected)> {
        let all = setup.workspace().expectations.clone();
        let mut all: Vec<_> = all.into_iter().map(|e| (e.user, e.endpoint, e.expected)).collect();
        all.sort_by(|one, other| (&one.0, &one.1).cmp(&(&other.0, &other.1)));
        all
    }

    #[test]
    fn a_user_comes_back_to_its_place_with_its_name_and_what_is_expected_of_it() {
        let mut setup = setup(&["/a/bot.json", "/b/bot.json", "/c/other.json"]);
        setup.set_expectation("bot", SCOPED, Some(Expected::Allow));
        setup.set_expectation("bot-2", SCOPED, Some(Expected::Deny));
        let before = (said(&setup), setup.workspace().users.clone());
        assert_eq!(setup.undo_words(), None);
        assert!(setup.remove_user("bot"));
        assert_eq!(labels(&setup), ["bot", "other"], "the second has the name now");
        assert_eq!(setup.undo_words().as_deref(), Some("bot"));
        assert!(setup.undo());
        assert_eq!(labels(&setup), ["bot", "bot-2", "other"]);
        assert_eq!((said(&setup), setup.workspace().users.clone()), before);
        assert_eq!(setup.undo_words(), None);
        assert!(!setup.undo(), "there is nothing more");
    }

    #[test]
    fn the_last_one_comes_back_first_and_only_so_many_are_kept() {
        let files: Vec<_> = (0..=KEPT).map(|n| format!("/keys/bot-{n:02}.json")).collect();
        let mut setup = setup(&files.iter().map(String::as_str).collect::<Vec<_>>());
        for n in 0..=KEPT {
            assert!(setup.remove_user(&format!("bot-{n:02}")));
        }
        assert!(labels(&setup).is_empty());
        let mut back = Vec::new();
        while let Some(words) = setup.undo_words() {
            back.push(words);
            assert!(setup.undo());
        }
        assert_eq!(back.first().map(String::as_str), Some("bot-20"));
        assert_eq!(back.len(), KEPT, "the oldest is forgotten");
        assert_eq!(labels(&setup)[0], "bot-01");
    }

    #[test]
    fn doors_come_back_to_their_places_and_a_renamed_one_was_never_gone() {
        let mut setup = setup(&["/a/bot.json"]);
        setup.set_expectation("bot", SCOPED, Some(Expected::Allow));
        setup.set_expectation(NOBODY, "/api/public", Some(Expected::Deny));
        let doors = setup.workspace().endpoints.clone();
        let (before, all) = (said(&setup), doors.clone());

        let mut renamed = doors.clone();
        renamed[1].path = "/api/mine".into();
        setup.set_endpoints(renamed).unwrap();
        assert_eq!(setup.undo_words(), None, "it has another path, and is still there");
        setup.set_endpoints(doors.clone()).unwrap();

        setup.set_endpoints(vec![doors[1].clone()]).unwrap();
        assert_eq!(setup.undo_words().as_deref(), Some("/api/public and /api/private-scoped"));
        assert!(said(&setup).is_empty());
        assert!(setup.undo());
        assert_eq!(setup.workspace().endpoints, all);
        assert_eq!(said(&setup), before);

        setup.set_endpoints(vec![doors[0].clone(), doors[2].clone()]).unwrap();
        assert_eq!(setup.undo_words().as_deref(), Some("/api/private"));
    }

    #[test]
    fn the_apis_key_comes_back_unless_another_has_taken_its_place() {
        let mut setup = setup(&[]);
        setup.set_api_key(Some("/keys/api.json".into()));
        setup.remove_api_key();
        assert_eq!(setup.workspace().api_key, None);
        assert_eq!(setup.undo_words().as_deref(), Some("the API's key"));
        assert!(setup.undo());
        assert_eq!(setup.workspace().api_key, Some("/keys/api.json".into()));

        setup.remove_api_key();
        setup.set_api_key(Some("/keys/other.json".into()));
        assert_eq!(setup.undo_words(), None);
        setup.remove_api_key();
        setup.remove_api_key();
        assert!(setup.undo());
        assert!(!setup.undo(), "what is not there cannot be taken out");
    }
}
