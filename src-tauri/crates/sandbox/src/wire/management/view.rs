//! What is shown of a thing, part by part: details, dates, names of enumerations.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    change::Done,
    id::Id,
    world::{Details, State},
};

/// Where no expiry was chosen.
const NEVER: &str = "9999-12-31T23:59:59Z";
/// Go's zero time.
const NOTHING_YET: &str = "0001-01-01T00:00:00Z";

/// `AddToDetailsPb`: of something that was made.
pub(super) fn added(done: &Done) -> Value {
    let (sequence, at, owner) = parts(done);
    json!({ "sequence": sequence, "creationDate": at, "resourceOwner": owner })
}

/// `ChangeToDetailsPb`: of something that was changed or removed.
pub(super) fn changed(done: &Done) -> Value {
    let (sequence, at, owner) = parts(done);
    json!({ "sequence": sequence, "changeDate": at, "resourceOwner": owner })
}

/// `ToViewDetailsPb`: of something that is shown.
pub(super) fn details(details: &Details, owner: &Id) -> Value {
    json!({
        "sequence": number(details.sequence),
        "creationDate": date(details.created_at),
        "changeDate": date(details.changed_at),
        "resourceOwner": &**owner,
    })
}

fn parts(done: &Done) -> (Value, String, &str) {
    let at = done.at.map_or_else(|| NOTHING_YET.into(), date);
    (number(done.sequence), at, &done.owner)
}

/// A uint64: a text, and nothing for zero.
pub(super) fn number(number: u64) -> Value {
    if number == 0 { Value::Null } else { number.to_string().into() }
}

/// RFC 3339 with 0, 3 or 6 digits of a second, as Go writes what PostgreSQL keeps.
pub(super) fn date(time: Timestamp) -> String {
    let text = time.strftime("%Y-%m-%dT%H:%M:%S%.6f").to_string();
    let text = text.strip_suffix("000").unwrap_or(&text);
    format!("{}Z", text.strip_suffix(".000").unwrap_or(text))
}

/// When something ends; never has a date too.
pub(super) fn expiry(at: Option<Timestamp>) -> String {
    at.map_or_else(|| NEVER.into(), date)
}

/// `PROJECT_STATE_ACTIVE` for example.
pub(super) fn state(of: &str, state: State) -> String {
    let name = match state {
        State::Active => "ACTIVE",
        State::Inactive => "INACTIVE",
    };
    format!("{of}_STATE_{name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_have_as_many_digits_as_they_need() {
        for (time, written) in [
            ("2026-11-23T12:01:21.853574Z", "2026-11-23T12:01:21.853574Z"),
            ("2026-11-23T12:01:21.8535749Z", "2026-11-23T12:01:21.853574Z"),
            ("2026-11-23T12:01:21.85Z", "2026-11-23T12:01:21.850Z"),
            ("2099-01-01T00:00:00Z", "2099-01-01T00:00:00Z"),
        ] {
            assert_eq!(date(time.parse().unwrap()), written);
        }
    }
}
