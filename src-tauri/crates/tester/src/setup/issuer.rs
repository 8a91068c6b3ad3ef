//! The issuer: its address as somebody typed it, and what it says of itself.

use contract::Finding;
use zitadel_client::discovery::{AddressError, Discovery, DiscoveryError, IssuerAddress};

use super::Setup;
use crate::diagnosis;

/// How far it is looked at.
#[derive(Debug, Clone)]
pub(super) enum Issuer {
    Unasked,
    /// By the question of this number; no other one's answer counts.
    Asking(u64),
    Found(Box<Discovery>),
    Wrong(Finding),
}

impl Setup {
    /// Sets the issuer's address. A pasted console address also gives the ids of the project and of
    /// the application that it names.
    pub fn set_issuer(&mut self, typed: &str, allow_http: bool) {
        let typed = typed.trim();
        if self.workspace.issuer == typed && self.workspace.allow_http == allow_http {
            return;
        }
        // Another issuer's project is not this one's.
        if self.workspace.issuer != typed {
            self.workspace.project_id = None;
            self.workspace.app_id = None;
            self.env = None;
        }
        if let Ok(IssuerAddress { project_id, app_id, .. }) = IssuerAddress::parse(typed) {
            self.workspace.project_id = project_id.or(self.workspace.project_id.take());
            self.workspace.app_id = app_id.or(self.workspace.app_id.take());
        }
        self.workspace.issuer = typed.into();
        self.workspace.allow_http = allow_http;
        self.issuer = Issuer::Unasked;
        self.unsaved = true;
    }

    /// The same issuer is found under another address from now on.
    pub fn move_issuer(&mut self, address: &str) {
        self.workspace.issuer = address.into();
        self.issuer = Issuer::Unasked;
        self.unsaved = true;
    }

    /// The address to ask for discovery, and whether it may begin with http; `None` while the issuer
    /// is asked or known, where nothing was typed, and where what was typed is no address, which the
    /// issuer's state says then. From here until [`Setup::set_discovery`] with the same `question`,
    /// a number that no other question has, the issuer's state is *checking*.
    pub fn begin_discovery(&mut self, question: u64) -> Option<(IssuerAddress, bool)> {
        if !self.is_to_be_asked() {
            return None;
        }
        match IssuerAddress::parse(&self.workspace.issuer) {
            Ok(address) => {
                self.issuer = Issuer::Asking(question);
                Some((address, self.workspace.allow_http))
            }
            Err(error) => {
                self.refuse_address(&error);
                None
            }
        }
    }

    fn refuse_address(&mut self, error: &AddressError) {
        self.issuer = Issuer::Wrong(diagnosis::address(&self.workspace.issuer, error));
    }

    /// Whether nobody has asked yet what somebody typed.
    pub(crate) fn is_to_be_asked(&self) -> bool {
        matches!(self.issuer, Issuer::Unasked) && !self.workspace.issuer.is_empty()
    }

    /// Whether its answer is waited for.
    pub(crate) fn is_being_asked(&self) -> bool {
        matches!(self.issuer, Issuer::Asking(_))
    }

    /// Nobody waits for the answer to this question any more.
    pub(crate) fn end_discovery(&mut self, question: u64) {
        if self.is_asked_by(question) {
            self.issuer = Issuer::Unasked;
        }
    }

    fn is_asked_by(&self, question: u64) -> bool {
        matches!(self.issuer, Issuer::Asking(newest) if newest == question)
    }

    /// Takes in what discovery gave. It is no answer where the issuer was asked anew meanwhile, or
    /// another one was typed.
    pub fn set_discovery(&mut self, question: u64, outcome: Result<Discovery, DiscoveryError>) {
        if !self.is_asked_by(question) {
            return;
        }
        self.issuer = match outcome {
            Ok(discovery) => Issuer::Found(Box::new(discovery)),
            Err(error) => Issuer::Wrong(diagnosis::discovery(&error)),
        };
    }

    /// Takes in what became known to the set-up in place, `now`, since this one was copied from it as
    /// `before`: what the issuer says of itself, unless the work forgot it, and the project's id.
    pub(crate) fn catch_up(&mut self, before: &Self, now: &Self) {
        let address = |setup: &Self| (setup.workspace.issuer.clone(), setup.workspace.allow_http);
        let forgotten = self.is_to_be_asked() && !before.is_to_be_asked();
        if address(self) == address(before) && !forgotten {
            self.issuer = now.issuer.clone();
        }
        if before.workspace.project_id.is_none()
            && let Some(learned) = &now.workspace.project_id
        {
            self.learn_project(learned);
        }
    }

    /// Asks discovery anew at the next occasion.
    pub fn forget_discovery(&mut self) {
        self.issuer = Issuer::Unasked;
    }

    /// The same where it could not be used: who was unreachable a minute ago may be back.
    pub(crate) fn forgive(&mut self) {
        if matches!(self.issuer, Issuer::Wrong(_)) {
            self.forget_discovery();
        }
    }

    /// The issuer as it describes itself, where it is known.
    pub fn discovery(&self) -> Option<&Discovery> {
        match &self.issuer {
            Issuer::Found(discovery) => Some(discovery),
            _ => None,
        }
    }

    /// Keeps what a roll call learned. Nobody changed anything: unsaved, it is learned again.
    pub fn learn_project(&mut self, project_id: &str) {
        self.workspace.project_id = Some(project_id.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Workspace;

    #[test]
    fn what_became_known_during_work_on_a_copy_is_kept() {
        let mut now = Setup::default();
        now.set_issuer("https://a.example", false);
        now.begin_discovery(1).unwrap();
        let (before, mut copy, mut elsewhere) = (now.clone(), now.clone(), now.clone());
        now.refuse_address(&AddressError::Empty);
        now.learn_project("1");
        copy.set_scopes(Some(vec!["openid".into()]));
        copy.catch_up(&before, &now);
        assert!(matches!(copy.issuer, Issuer::Wrong(_)), "the answer came meanwhile");
        assert_eq!(copy.workspace().project_id.as_deref(), Some("1"));
        assert!(copy.workspace().scopes.is_some(), "the work itself counts too");
        let mut anew = before.clone();
        anew.forget_discovery();
        anew.catch_up(&before, &now);
        assert!(anew.is_to_be_asked(), "the work itself asks for it");
        elsewhere.set_issuer("https://b.example", false);
        elsewhere.catch_up(&before, &now);
        assert!(matches!(elsewhere.issuer, Issuer::Unasked), "the answer was another issuer's");
    }

    #[test]
    fn only_the_newest_question_is_answered() {
        let nobody = || Err(DiscoveryError::Insecure { address: "http://a.example".into() });
        let mut setup = Setup::default();
        setup.set_issuer("https://a.example", false);
        setup.begin_discovery(1).unwrap();
        assert!(setup.begin_discovery(2).is_none(), "it is being asked");
        setup.forget_discovery();
        setup.set_discovery(1, nobody());
        assert!(setup.is_to_be_asked(), "what was asked before it was forgotten is no answer");
        setup.begin_discovery(2).unwrap();
        setup.end_discovery(1);
        setup.set_discovery(1, nobody());
        assert!(setup.is_being_asked());
        setup.set_discovery(2, nobody());
        assert!(matches!(setup.issuer, Issuer::Wrong(_)));
        setup.end_discovery(2);
        assert!(matches!(setup.issuer, Issuer::Wrong(_)), "the answer stands");
    }

    #[test]
    fn another_issuer_forgets_the_project_of_the_last() {
        let mut setup = Setup::default();
        setup.set_issuer("https://a.example", false);
        setup.set_project_id(Some("1".into()));
        setup.set_issuer("https://b.example", false);
        assert_eq!(setup.workspace().project_id, None);
    }

    #[test]
    fn a_pasted_page_of_the_console_names_project_and_application_until_another_is_typed() {
        let mut setup = Setup::default();
        let ids = |setup: &Setup| {
            let Workspace { project_id, app_id, .. } = setup.workspace().clone();
            (project_id, app_id)
        };
        let (project, app) = (Some("11".to_owned()), Some("22".to_owned()));
        setup.set_issuer("https://a.example/ui/console/projects/11/apps/22", false);
        assert_eq!(ids(&setup), (project.clone(), app.clone()));
        setup.set_issuer("https://a.example/ui/console/projects/11/apps/22", true);
        assert_eq!(ids(&setup), (project.clone(), app), "the address is the same");
        setup.set_issuer("https://a.example/ui/console/projects/11", false);
        assert_eq!(ids(&setup), (project, None));
        setup.set_issuer("https://a.example", false);
        assert_eq!(ids(&setup), (None, None));
    }
}
