//! The decisions that somebody waits for, by request id. Everybody else's are let go at once.

use std::collections::{HashMap, VecDeque};

use contract::Decision;

/// Ids beyond this push out the oldest: whoever stopped waiting must not fill the memory.
const MAX_WATCHED: usize = 1024;

/// Watched ids and their decisions so far.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    decisions: HashMap<String, Option<Decision>>,
    /// Oldest first; the same ids as in `decisions`.
    order: VecDeque<String>,
}

impl Watch {
    pub(crate) fn add(&mut self, request_id: &str) {
        if self.is_watched(request_id) {
            return;
        }
        if self.order.len() == MAX_WATCHED
            && let Some(oldest) = self.order.pop_front()
        {
            self.decisions.remove(&oldest);
        }
        self.order.push_back(request_id.to_owned());
        self.decisions.insert(request_id.to_owned(), None);
    }

    pub(crate) fn is_watched(&self, request_id: &str) -> bool {
        self.decisions.contains_key(request_id)
    }

    /// Keeps a decision if it is waited for. A repeated request replaces its decision: the last
    /// belongs to the answer that the caller got.
    pub(crate) fn keep(&mut self, decision: Decision) {
        if let Some(kept) = self.decisions.get_mut(&decision.request_id) {
            *kept = Some(decision);
        }
    }

    /// The decision, once; the id is no longer watched afterwards.
    pub(crate) fn take(&mut self, request_id: &str) -> Option<Decision> {
        let decision = self.decisions.remove(request_id)?;
        self.order.retain(|id| id != request_id);
        decision
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::report::{Outcome, RuleName};

    fn decision(request_id: &str, outcome: Outcome) -> Decision {
        Decision {
            request_id: request_id.into(),
            rule: RuleName::ValidToken,
            needed_roles: vec![],
            roles_found: vec![],
            outcome,
            role_claim: None,
            token_length: None,
            introspection: None,
            introspection_exchange: None,
            cached_ms: None,
            duration_us: 1,
        }
    }

    #[test]
    fn only_watched_decisions_are_kept_and_each_is_given_once() {
        let mut watch = Watch::default();
        watch.add("seen");
        watch.keep(decision("seen", Outcome::Allowed));
        watch.keep(decision("unseen", Outcome::Allowed));
        assert_eq!(watch.take("unseen"), None);
        assert_eq!(watch.take("seen"), Some(decision("seen", Outcome::Allowed)));
        watch.keep(decision("seen", Outcome::Allowed));
        assert_eq!(watch.take("seen"), None);
    }

    #[test]
    fn a_repeated_request_leaves_its_last_decision() {
        let mut watch = Watch::default();
        watch.add("again");
        watch.keep(decision("again", Outcome::IssuerUnavailable));
        watch.add("again");
        watch.keep(decision("again", Outcome::Allowed));
        assert_eq!(watch.take("again").unwrap().outcome, Outcome::Allowed);
    }

    #[test]
    fn ids_that_nobody_comes_back_for_push_each_other_out() {
        let mut watch = Watch::default();
        for id in 0..=MAX_WATCHED {
            watch.add(&id.to_string());
        }
        assert!(!watch.is_watched("0"), "the oldest is let go");
        assert!(watch.is_watched("1") && watch.is_watched(&MAX_WATCHED.to_string()));
        assert_eq!((watch.order.len(), watch.decisions.len()), (MAX_WATCHED, MAX_WATCHED));
    }
}
