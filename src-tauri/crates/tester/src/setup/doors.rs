//! The doors, and what somebody expects at them.

use std::collections::HashSet;

use contract::{Endpoint, report::Expected, workspace::Expectation};

use super::Setup;
use crate::workspace::check_endpoint;

impl Setup {
    /// Replaces the doors. Expectations at doors that are gone go with them.
    ///
    /// # Errors
    /// Names the first door that cannot be served.
    pub fn set_endpoints(&mut self, endpoints: Vec<Endpoint>) -> Result<(), String> {
        let mut seen = HashSet::new();
        for endpoint in &endpoints {
            check_endpoint(endpoint).map_err(|problem| format!("{} {problem}.", endpoint.path))?;
            if !seen.insert(&endpoint.path) {
                return Err(format!("{} is there twice.", endpoint.path));
            }
        }
        self.take_out_doors(&endpoints);
        self.workspace.expectations.retain(|e| endpoints.iter().any(|d| d.path == e.endpoint));
        self.workspace.endpoints = endpoints;
        self.unsaved = true;
        Ok(())
    }

    /// Says what should happen at one door for one caller; `None` takes the word back.
    pub fn set_expectation(&mut self, user: &str, endpoint: &str, expected: Option<Expected>) {
        let set = &mut self.workspace.expectations;
        set.retain(|e| !(e.user == user && e.endpoint == endpoint));
        if let Some(expected) = expected {
            set.push(Expectation { user: user.into(), endpoint: endpoint.into(), expected });
        }
        self.unsaved = true;
    }

    /// Says what should happen at the doors that need a role, from the roles that users hold in a
    /// world that is known: (user id, role keys).
    pub fn expect_by_roles(&mut self, held: &[(String, Vec<String>)]) {
        let mut by_roles = Vec::new();
        for member in &self.users {
            let Ok(key) = &member.key.read else { continue };
            let Some((_, roles)) = held.iter().find(|(id, _)| *id == key.user_id) else { continue };
            for door in &self.workspace.endpoints {
                if !door.access.asks_for_roles() {
                    continue;
                }
                by_roles.push(Expectation {
                    user: member.label.clone(),
                    endpoint: door.path.clone(),
                    expected: if door.access.admits(roles) {
                        Expected::Allow
                    } else {
                        Expected::Deny
                    },
                });
            }
        }
        self.workspace.expectations.retain(|set| {
            !by_roles.iter().any(|e| e.user == set.user && e.endpoint == set.endpoint)
        });
        self.workspace.expectations.append(&mut by_roles);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expectations_at_a_removed_door_go_with_it() {
        let mut setup = Setup::default();
        setup.set_expectation("bot", "/api/private-scoped", Some(Expected::Allow));
        setup.set_expectation("bot", "/api/private", Some(Expected::Allow));
        let doors = Endpoint::guide().into_iter().take(2).collect();
        setup.set_endpoints(doors).unwrap();
        let left: Vec<_> = setup.workspace.expectations.iter().map(|e| &e.endpoint).collect();
        assert_eq!(left, ["/api/private"]);
    }

    #[test]
    fn the_same_door_twice_is_refused_by_name() {
        let mut doors = Endpoint::guide();
        doors.push(doors[1].clone());
        let error = Setup::default().set_endpoints(doors).unwrap_err();
        assert!(error.contains("/api/private"), "{error}");
    }
}
