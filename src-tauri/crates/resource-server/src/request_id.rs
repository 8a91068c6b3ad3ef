//! The id of one request: taken from `x-request-id` where it is well-formed, else made. It goes
//! back to the caller, on to the introspection, and into the decision.

use http::{HeaderMap, HeaderName, HeaderValue};
use uuid::Uuid;

/// The header that carries it, both ways.
pub(crate) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Longer ids are replaced: they end up in logs and in the transcript.
const MAX_LENGTH: usize = 128;

/// The caller's id, or a new one.
pub(crate) fn of(headers: &HeaderMap) -> String {
    let mut ids = headers.get_all(X_REQUEST_ID).iter();
    match (ids.next().map(HeaderValue::to_str), ids.next()) {
        (Some(Ok(id)), None) if is_well_formed(id) => id.to_owned(),
        _ => Uuid::new_v4().to_string(),
    }
}

fn is_well_formed(id: &str) -> bool {
    (1..=MAX_LENGTH).contains(&id.len())
        && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._:".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(values: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(X_REQUEST_ID, HeaderValue::from_str(value).unwrap());
        }
        of(&headers)
    }

    #[test]
    fn a_well_formed_id_is_kept() {
        for id in ["7", "run-3.reader-bot:2", "9a1f6a58-2f8c-4b54-9c5e-6f9b0a1f3c11"] {
            assert_eq!(taken(&[id]), id);
        }
    }

    #[test]
    fn any_other_is_replaced_by_one_of_our_own() {
        let long = "a".repeat(MAX_LENGTH + 1);
        for ids in [&[][..], &[""], &["a b"], &["<script>"], &[long.as_str()], &["one", "two"]] {
            let made = taken(ids);
            assert!(Uuid::parse_str(&made).is_ok(), "{ids:?} became {made}");
        }
        assert_ne!(taken(&[]), taken(&[]), "made ids never repeat");
    }
}
