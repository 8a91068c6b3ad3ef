//! A service user that got no token.

use contract::finding::{Finding, FindingCode};

use super::{Draft, cause, issuer::instance_not_found};
use crate::{
    console,
    evidence::{Caller, Scene, TokenFailure, TokenRefusal},
};

/// ZITADEL takes an assertion that was issued up to one second in its future (wire 3.2).
const AHEAD_TAKEN: i64 = 1;
/// Assertions are good for an hour; a clock that is further behind makes them arrive expired.
const BEHIND_TAKEN: i64 = 3600;

/// Why a service user got no token.
///
/// The refused assertion says nothing about its cause in most servers; what can be checked from
/// here is checked first, and only what remains is called a key that ZITADEL does not know.
pub fn token_refused(scene: &Scene, caller: &Caller, refusal: &TokenRefusal) -> Finding {
    let at = refusal.exchange;
    match &refusal.how {
        TokenFailure::Assertion { status, said } => {
            let answered = format!("ZITADEL refused the signature: {status} {said}.");
            clock(scene).unwrap_or_else(|| key_unknown(scene, caller)).exchange(at, answered).done()
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

fn clock(scene: &Scene) -> Option<Draft> {
    let offset = scene.clock_offset?;
    let draft = if offset > AHEAD_TAKEN {
        cause(FindingCode::ClockAhead, format!("This machine's clock is {offset} seconds ahead"))
            .because(
                "A signature carries the time of signing. ZITADEL refuses one that comes from its \
             future by more than a second.",
            )
    } else if -offset > BEHIND_TAKEN {
        let hours = -offset / 3600;
        cause(FindingCode::ClockBehind, format!("This machine's clock is {hours} hours behind"))
            .because("A signature carries the time of signing. ZITADEL refuses one that is over an hour old.")
    } else {
        return None;
    };
    let seen =
        "The `Date` of ZITADEL's answer against this machine's clock, measured when it arrived.";
    Some(
        draft
            .exchange(scene.discovery, seen)
            .fix("Set the clock, best by switching on automatic time, and call again."),
    )
}

fn key_unknown(scene: &Scene, caller: &Caller) -> Draft {
    let Caller { key_id, user_id, key_path, .. } = caller;
    cause(FindingCode::KeyUnknown, format!("ZITADEL does not accept the key of {}", caller.name()))
        .because(
            "The file is whole, the issuer is right and the clocks agree, and still the signature is \
             refused. Either this key was deleted or has expired in ZITADEL, or the account was \
             removed, or the file belongs to another instance. The account's list of keys tells: if \
             the key's id is not in it, it is gone.",
        )
        .file(key_path, Some("keyId"), format!("`keyId` {key_id} of `userId` {user_id}."))
        .fix(format!(
            "Open the service account (service user), look for key {key_id} under Keys. If it is not \
             there, create a new key (New, type JSON), download it, and use it in place of this file."
        ))
        .page(console::user_keys(&scene.issuer, user_id))
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
}

/// The issuer, or the way to it, is in trouble.
pub(super) fn trouble(title: &str) -> Draft {
    cause(FindingCode::ServerTrouble, title)
        .because(
            "This is no refusal: nobody looked at the key. Where it was safe, it was tried again.",
        )
        .fix("Look at ZITADEL's state and log, or wait a moment and call again.")
}
