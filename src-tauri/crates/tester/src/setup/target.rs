//! Somebody's own API as a part of the set-up.

use contract::workspace::TargetView;

use super::Setup;
use crate::{
    diagnosis,
    target::{Target, TargetAddress, address::Place},
};

impl Setup {
    /// Names somebody's own API, or none. Consent is given to one address: with another one it must
    /// be given anew.
    pub fn set_target(&mut self, typed: Option<&str>, allow_public: bool) {
        let typed = typed.map(str::trim).filter(|typed| !typed.is_empty());
        let target = typed.map(|typed| Target::new(typed, allow_public).url().to_owned());
        let allow_public = allow_public && target.is_some();
        let workspace = &mut self.workspace;
        if workspace.target != target || workspace.allow_public_target != allow_public {
            workspace.target = target;
            workspace.allow_public_target = allow_public;
            self.unsaved = true;
        }
    }

    /// What a roll call needs of it.
    pub fn target(&self) -> Option<Target> {
        let typed = self.workspace.target.as_deref()?;
        Some(Target::new(typed, self.workspace.allow_public_target))
    }

    /// The address whose name has yet to be looked up.
    pub fn target_to_place(&self) -> Option<TargetAddress> {
        let address = self.target()?.address.ok()?;
        let is_known = self.target_place.as_ref().is_some_and(|(known, _)| *known == address);
        (!is_known && address.known_place().is_none()).then_some(address)
    }

    /// Takes in where a name leads. It is looked up once more when it is called.
    pub fn set_target_place(&mut self, address: TargetAddress, place: Place) {
        self.target_place = Some((address, place));
    }

    /// Its state, for people.
    pub(super) fn target_view(&self) -> Option<TargetView> {
        let target = self.target()?;
        let url = target.url().to_owned();
        let finding = match &target.address {
            Err((typed, error)) => Some(diagnosis::target_address(typed, error)),
            Ok(address) => {
                let looked_up = self.target_place.as_ref().filter(|(known, _)| known == address);
                let place = address.known_place().or(looked_up.map(|(_, place)| place.clone()));
                let asks = place == Some(Place::Public) && !target.allow_public;
                asks.then(|| diagnosis::target_not_private(address))
            }
        };
        let needs_consent = target.address.is_ok() && finding.is_some();
        Some(TargetView { url, needs_consent, finding })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn consent_is_asked_for_what_is_not_private_and_goes_with_its_address() {
        let mut setup = Setup::default();
        let asks = |setup: &Setup| setup.target_view().map(|view| view.needs_consent);
        assert_eq!(asks(&setup), None);
        for (typed, expected) in [("localhost:5000", false), ("10.0.0.7", false), ("8.8.8.8", true)]
        {
            setup.set_target(Some(typed), false);
            assert_eq!(asks(&setup), Some(expected), "{typed}");
        }
        setup.set_target(Some("8.8.8.8"), true);
        assert_eq!(asks(&setup), Some(false));
        setup.set_target(Some("8.8.4.4"), false);
        assert_eq!(asks(&setup), Some(true), "another address is another question");
        setup.set_target(Some(" "), true);
        assert_eq!((asks(&setup), setup.workspace().allow_public_target), (None, false));
    }

    #[test]
    fn a_name_is_private_or_not_once_it_was_looked_up() {
        let mut setup = Setup::default();
        setup.set_target(Some("http://intranet.example"), false);
        let address = setup.target_to_place().expect("it has to be looked up");
        setup.set_target_place(address, Place::Public);
        assert_eq!(setup.target_to_place(), None);
        assert!(setup.target_view().unwrap().needs_consent);
    }

    #[test]
    fn what_is_no_address_is_kept_and_said() {
        let mut setup = Setup::default();
        setup.set_target(Some("ftp://x"), true);
        let view = setup.target_view().unwrap();
        assert_eq!((view.url.as_str(), view.needs_consent), ("ftp://x", false));
        assert!(view.finding.unwrap().explanation.contains("http"));
    }
}
