//! From evidence to a finding: pure functions, one file a family.
//!
//! A finding says what a person who knows the console but not OAuth should click. It holds no key,
//! token or secret, and no word that only this program knows.

mod access;
mod clock;
mod inactive;
mod issuer;
mod key;
mod order;
mod pasted;
mod run;
mod target;
mod teach;
#[cfg(test)]
mod tests;
mod tls;
mod token;

pub use access::{is_minimal, refused};
pub use clock::suspected;
pub use issuer::{address, discovery, introspection_elsewhere};
pub use key::{
    api_key_in_users_place, expired, moved, of_other_app, repaired, unreadable,
    user_key_in_apis_place,
};
pub use order::first_causes;
pub use pasted::{Pasted, pasted};
pub use run::{api_refused, api_silent, issuer_trouble, project_unknown};
pub(crate) use target::is_no_way;
pub use target::{
    target, target_address, target_faults, target_not_private, target_silent, target_unknown,
};
pub use teach::{of_row, valid_is_known};
pub use token::token_refused;

use contract::finding::{Action, Evidence, EvidenceSource, Finding, FindingCode, FindingKind, Fix};

/// A cause with its sentence; proof and fix follow.
pub(crate) fn cause(code: FindingCode, title: impl Into<String>) -> Draft {
    Draft::new(FindingKind::Cause, code, title.into())
}

/// A note with its sentence.
pub(crate) fn note(code: FindingCode, title: impl Into<String>) -> Draft {
    Draft::new(FindingKind::Note, code, title.into())
}

/// A finding being written: every part is named where it is given.
pub(crate) struct Draft(Finding);

impl Draft {
    fn new(kind: FindingKind, code: FindingCode, title: String) -> Self {
        Self(Finding {
            code,
            kind,
            title,
            explanation: String::new(),
            evidence: Vec::new(),
            fix: Fix { text: String::new(), url: None, action: None },
        })
    }

    pub(crate) fn because(mut self, explanation: impl Into<String>) -> Self {
        self.0.explanation = explanation.into();
        self
    }

    pub(crate) fn seen(mut self, source: EvidenceSource, text: impl Into<String>) -> Self {
        self.0.evidence.push(Evidence { source, text: text.into() });
        self
    }

    pub(crate) fn file(self, path: &str, field: Option<&str>, text: impl Into<String>) -> Self {
        let field = field.map(str::to_owned);
        self.seen(EvidenceSource::File { path: path.into(), field }, text)
    }

    pub(crate) fn exchange(self, id: contract::ExchangeId, text: impl Into<String>) -> Self {
        self.seen(EvidenceSource::Exchange { id }, text)
    }

    pub(crate) fn page(mut self, url: String) -> Self {
        self.0.fix.url = Some(url);
        self
    }

    pub(crate) fn action(mut self, action: Action) -> Self {
        self.0.fix.action = Some(action);
        self
    }

    pub(crate) fn fix(mut self, text: impl Into<String>) -> Self {
        self.0.fix.text = text.into();
        self
    }

    pub(crate) fn done(self) -> Finding {
        self.0
    }
}
