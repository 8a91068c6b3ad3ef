//! Organisations: founded, and found.

use super::{Asked, Done, Outcome, Refusal, is_same_name};
use crate::{
    Sandbox, World, WorldError,
    id::Id,
    world::{Details, Organization},
};

/// Below which every organisation gets its domain.
const INSTANCE_DOMAIN: &str = "localhost";
/// Added, its domain added, verified and made primary; then its owner.
const EVENTS_OF_ITS_OWN: u64 = 4;
const EVENTS: u64 = 5;

impl World {
    pub(crate) fn add_organization(&mut self, name: &str, asked: Asked<'_>) -> Outcome<(Id, Done)> {
        let label = domain_label(name);
        if label.is_empty() {
            return Err(Refusal::invalid(
                "ORG-RrfXY",
                "Invalid non numeric and alphabetical characters were replaced with empty spaces \
                 and resulting domain is an empty string",
            ));
        }
        if self.organizations.values().any(|known| is_same_name(&known.name, name)) {
            return Err(Refusal::exists("Organisation's name or id already taken"));
        }
        let id = self.ids.next(asked.now);
        let organization = Organization {
            id: id.clone(),
            name: name.into(),
            primary_domain: format!("{label}.{INSTANCE_DOMAIN}"),
            details: Details::new(EVENTS_OF_ITS_OWN, asked.now),
        };
        self.organizations.insert(id.clone(), organization);
        let done = Done::new(EVENTS, asked.now, &id);
        Ok((id, done))
    }
}

/// `Second Org` is at `second-org` (`NewIAMDomainName`).
fn domain_label(name: &str) -> String {
    let label: String = name
        .chars()
        .map(|c| if c == ' ' { '-' } else { c })
        .filter(|c| c.is_alphanumeric() || *c == '-')
        .take(63)
        .collect();
    label.trim_matches('-').to_lowercase()
}

impl Sandbox {
    /// Founds another organisation and answers its id. Its domain is made of its name.
    ///
    /// # Errors
    /// [`WorldError::Refused`] where the name is taken, or makes no domain.
    pub fn add_organization(&self, name: &str) -> Result<String, WorldError> {
        let asked = Asked { organization: "", now: self.now() };
        let (id, _) = self.world().write().add_organization(name, asked)?;
        Ok((&*id).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_is_made_of_the_letters_of_a_name() {
        for (name, label) in
            [("Second Org", "second-org"), ("-Ärzte & Co.", "ärzte--co"), ("!?", ""), ("- -", "")]
        {
            assert_eq!(domain_label(name), label, "{name}");
        }
    }
}
