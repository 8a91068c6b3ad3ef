//! A service user that got no token.

use contract::finding::{Action, EvidenceSource, Finding, FindingCode};

use super::{
    Draft, cause, clock,
    issuer::{self, instance_not_found},
};
use crate::{
    console,
    evidence::{ApiProbe, Caller, Managed, Scene, TokenFailure, TokenRefusal},
};

/// Why a service user got no token.
///
/// The refused assertion says nothing about its cause in most servers; what can be checked from
/// here is checked first, and only what remains is called a key that ZITADEL does not know.
pub fn token_refused(scene: &Scene, caller: &Caller, refusal: &TokenRefusal) -> Finding {
    let at = refusal.exchange;
    match &refusal.how {
        TokenFailure::Assertion { status, said } => {
            let answered = format!("ZITADEL refused the signature: {status} {said}.");
            clock::wrong(refusal.clocks.as_ref(), refusal.dated.as_ref())
                .or_else(|| refusal.renamed.as_ref().map(|name| issuer::renamed(scene, name)))
                .unwrap_or_else(|| key_unknown(scene, caller, refusal))
                .exchange(at, answered)
                .done()
        }
        TokenFailure::UserNotActive { status } => user_inactive(scene, caller)
            .exchange(at, format!("ZITADEL answered {status} `Errors.User.NotActive`."))
            .done(),
        TokenFailure::InstanceNotFound => instance_not_found(&scene.issuer)
            .exchange(at, "The token request was answered 404 `Instance not found`.")
            .done(),
        TokenFailure::Trouble { what } => {
            trouble("ZITADEL could not answer the token request").exchange(at, what.clone()).done()
        }
        TokenFailure::Transport(error) => trouble("The token request got no answer")
            .exchange(at, format!("{}.", error.message.trim_end_matches('.')))
            .done(),
        TokenFailure::Refused { status, said } => cause(
            FindingCode::ServerTrouble,
            format!("{} got no token: {said}", caller.name()),
        )
        .because("ZITADEL refused the request as it was asked; it names the reason itself.")
        .exchange(at, format!("ZITADEL answered {status} {said}."))
        .fix(
            "Check the scopes of the workspace; without any set, those of the guide are asked for.",
        )
        .done(),
    }
}

/// Everything that can be checked is right, and the signature is refused all the same. Which of the
/// reasons it is only ZITADEL knows; what narrows them down is said.
fn key_unknown(scene: &Scene, caller: &Caller, refusal: &TokenRefusal) -> Draft {
    let Caller { key_id, user_id, key_path, .. } = caller;
    let name = caller.name();
    let draft =
        cause(FindingCode::KeyUnknown, format!("ZITADEL does not accept the key of {name}"));
    let checked = match (&refusal.clocks, &refusal.dated) {
        (Some(_), None) => "The file is whole, the issuer is right and the clocks agree",
        (Some(_), Some(_)) => {
            "The file is whole, the issuer is right and the signature was tried with ZITADEL's time too"
        }
        (None, _) => "The file is whole and the issuer is right",
    };
    let why = match &refusal.managed {
        Some(Managed { user_active: Some(None), .. }) => format!(
            "{checked}, but there is no service account {user_id} in this organization: it was \
             deleted, or the file belongs to another instance."
        ),
        Some(Managed { user_key_listed: Some(false), .. }) => format!(
            "{checked}, but the account has no key {key_id}: it was deleted or has expired in ZITADEL."
        ),
        Some(Managed { user_key_listed: Some(true), .. }) => format!(
            "{checked}, and the account has a key {key_id}. So the private key in the file is not the \
             one that belongs to this id, or the key has expired in ZITADEL."
        ),
        _ if refusal.api.is_some_and(|api| api.accepted == Some(false)) => format!(
            "{checked}, and still the signature is refused; the API's key is refused as well. Most \
             probably both files belong to another instance. Otherwise the key was deleted or has \
             expired in ZITADEL."
        ),
        _ => format!(
            "{checked}, and still the signature is refused. Either this key was deleted or has expired \
             in ZITADEL, or the account was removed, or the private key in the file is not the one of \
             this id. The account's list of keys tells: if the id is not in it, it is gone."
        ),
    };
    let draft = draft.because(why).file(
        key_path,
        Some("keyId"),
        format!("`keyId` {key_id} of `userId` {user_id}."),
    );
    let draft = match &refusal.dated {
        Some(probe) => draft.seen(
            EvidenceSource::Probe { id: probe.exchange },
            "The same with ZITADEL's time was refused too, so it is not the clock.",
        ),
        None => draft,
    };
    let draft = match refusal.api {
        Some(ApiProbe { exchange, accepted: Some(true) }) => draft.seen(
            EvidenceSource::Probe { id: exchange },
            "The API's own key is accepted here, so this is the instance that it came from.",
        ),
        Some(ApiProbe { exchange, accepted: Some(false) }) => draft
            .seen(EvidenceSource::Probe { id: exchange }, "The API's own key is refused here too."),
        _ => draft,
    };
    seen_by_management(draft, refusal.managed.as_ref())
        .fix(format!(
            "Open the service account (service user) and look for key {key_id} under Keys. If it is \
             not there, create a new key (New, type JSON), download it, and use it in place of this \
             file."
        ))
        .page(console::user_keys(&scene.issuer, user_id))
}

/// That the management API was asked, where it was.
pub(super) fn seen_by_management(draft: Draft, managed: Option<&Managed>) -> Draft {
    match managed {
        Some(Managed { exchange, .. }) => draft.seen(
            EvidenceSource::Probe { id: *exchange },
            "Looked up with the personal access token.",
        ),
        None => draft,
    }
}

/// A locked or deactivated account.
pub(super) fn user_inactive(scene: &Scene, caller: &Caller) -> Draft {
    cause(FindingCode::UserInactive, format!("{} is switched off in ZITADEL", caller.name()))
        .because(
            "Somebody locked or deactivated this account. It gets no new token, and the tokens it \
             had stay dead even after it is switched on again.",
        )
        .fix(
            "Open the service account (service user) and choose Reactivate or Unlock, then call again: \
             a new token is asked for.",
        )
        .page(console::user(&scene.issuer, &caller.user_id))
        .action(Action::SwitchOnUser { user_id: caller.user_id.clone() })
}

/// The issuer, or the way to it, is in trouble.
pub(super) fn trouble(title: &str) -> Draft {
    cause(FindingCode::ServerTrouble, title)
        .because(
            "This is no refusal: ZITADEL, or something on the way to it, is in trouble. Where it was safe, it \
             was tried again.",
        )
        .fix("Look at ZITADEL's state and log, or wait a moment and call again.")
        .action(Action::CallAgain)
}
