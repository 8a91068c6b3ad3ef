//! Key files: what can be said before anything is sent.

use contract::finding::{Action, EvidenceSource, Finding, FindingCode};
use jiff::Timestamp;
use zitadel_client::key_file::{
    ApplicationKey, KeyFileError, KeyFileReason as Reason, Repair, ServiceAccountKey,
};

use super::{cause, issuer::sentence, note};
use crate::console;

/// The file is no usable key file; the error says which field and why.
pub fn unreadable(error: &KeyFileError) -> Finding {
    let path = error.path.display().to_string();
    let wrong = match error.field {
        Some(field) => format!("`{field}` {}", error.reason),
        None => error.reason.to_string(),
    };
    let (title, fix) = match error.reason {
        Reason::NotFound | Reason::BrokenLink | Reason::LinkLoop => (
            "is not there",
            "Put the file back, or choose it where it lies now. ZITADEL shows a key only once: if the \
             file is lost, create a new key (type JSON) and download that one.",
        ),
        _ => (
            "cannot be used as a key",
            "Use the file exactly as ZITADEL let you download it. ZITADEL shows a key only once: \
             if the file is lost or damaged, create a new key (type JSON) and download that one.",
        ),
    };
    let draft = cause(FindingCode::KeyUnreadable, format!("{} {title}", name(&path)))
        .because("The key was read where it lies, and nothing was sent.")
        .file(&path, error.field, sentence(&wrong))
        .fix(fix);
    match error.reason {
        Reason::NotFound | Reason::BrokenLink | Reason::LinkLoop => {
            draft.action(Action::FindKey { path }).done()
        }
        _ => draft.done(),
    }
}

/// The file was not where the workspace says, and was found nearby.
pub fn moved(from: &std::path::Path, to: &std::path::Path) -> Finding {
    let (from, to) = (from.display().to_string(), to.display().to_string());
    note(FindingCode::KeyMoved, format!("{} was found at a new place", name(&from)))
        .because(
            "The workspace names another place for this key file, and it is not there any more. It was \
             known again near the workspace.",
        )
        .file(&from, None, "It was here.")
        .file(&to, Some("keyId"), "It is here now.")
        .fix("Save the workspace, so that it names the new place.")
        .done()
}

/// The API's key is another application's than the page that was pasted.
pub fn of_other_app(key: &ApplicationKey, pasted: &str, page: Option<String>) -> Finding {
    let path = key.path.display().to_string();
    let own = &key.app_id;
    let draft = cause(
        FindingCode::KeyOtherApp,
        format!("{} is the key of another application", name(&path)),
    )
    .because(format!(
        "The page of ZITADEL's console that was pasted belongs to the application {pasted}, and this \
         key to the application {own}. An API must sign in with its own application's key."
    ))
    .file(&path, Some("appId"), format!("`appId` is {own}."))
    .seen(
        EvidenceSource::Setting { field: "issuer".into() },
        format!("The pasted page names the application {pasted}."),
    )
    .fix(format!(
        "Open the application {pasted}, create a key there (Keys, New, type JSON) and use its file in \
         place of {}. Or, if this key is the right one, paste the page of the application {own} as \
         the issuer's address.",
        name(&path)
    ));
    match page {
        Some(page) => draft.page(page).done(),
        None => draft.done(),
    }
}

/// A service user's key stands where the API's belongs.
pub fn user_key_in_apis_place(key: &ServiceAccountKey) -> Finding {
    let path = key.path.display().to_string();
    wrong_kind(&path, "a service account's key, not the API's", "serviceaccount", "application")
        .fix(
            "Put this file among the service accounts, and take the key of your API application \
             here: Projects, your project, your API application, Keys, New.",
        )
        .action(Action::PlaceKey { path })
        .done()
}

/// The API's key stands where a service user's belongs.
pub fn api_key_in_users_place(key: &ApplicationKey) -> Finding {
    let path = key.path.display().to_string();
    wrong_kind(&path, "the API's key, not a service account's", "application", "serviceaccount")
        .fix(
            "Put this file in the API's place, and take the service account's own key here: \
             Service Accounts (Service Users), the account, Keys, New.",
        )
        .action(Action::PlaceKey { path })
        .done()
}

fn wrong_kind(path: &str, what: &str, found: &str, expected: &str) -> super::Draft {
    cause(FindingCode::KeyWrongKind, format!("{} is {what}", name(path)))
        .because(
            "ZITADEL hands out two kinds of key files. The API's key lets the API ask ZITADEL about \
             tokens; a service account's key lets that account get a token. Neither can stand in \
             for the other.",
        )
        .file(path, Some("type"), format!("`type` says `{found}`; here it must say `{expected}`."))
}

/// The key's own date has passed; `None` while it is good.
pub fn expired(key: &ServiceAccountKey, issuer: Option<&str>, now: Timestamp) -> Option<Finding> {
    let ended = key.expires_at.filter(|ended| *ended <= now)?;
    let path = key.path.display().to_string();
    let day = ended.strftime("%-d %B %Y");
    let mut draft = cause(
        FindingCode::KeyExpired,
        format!("{} stopped working on {day}", name(&path)),
    )
    .because(
        "A service account's key ends on the date chosen when it was created. ZITADEL refuses \
             everything signed with it from then on, so nothing was sent.",
    )
    .file(&path, Some("expirationDate"), format!("`expirationDate` is {ended}."))
    .fix(
        "Create a new key for this service account (Keys, New, type JSON) with a later date, \
             download it, and use it in place of this file.",
    );
    if let Some(issuer) = issuer {
        draft = draft.page(console::user_keys(issuer, &key.user_id));
    }
    Some(draft.done())
}

/// What was mended while reading, so that nobody wonders later why another tool refuses the file.
pub fn repaired(path: &std::path::Path, repairs: &[Repair]) -> Option<Finding> {
    if repairs.is_empty() {
        return None;
    }
    let path = path.display().to_string();
    let what: Vec<_> = repairs.iter().map(ToString::to_string).collect();
    let draft = note(FindingCode::KeyRepaired, format!("{} was mended while reading", name(&path)))
        .because(
            "The file is not as ZITADEL wrote it, but what it means is clear. It was read as meant; \
             the file itself is unchanged, and other tools may refuse it.",
        )
        .file(&path, None, what.join(" "))
        .fix("Nothing need be done here. For other tools, download a fresh key file.");
    Some(draft.done())
}

/// A path's last part.
fn name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}
