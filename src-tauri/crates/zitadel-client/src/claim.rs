//! Claims as servers of several years write them: one string or a list, numbers or RFC 3339.

use jiff::Timestamp;
use serde_json::Value;

/// A string or a list of strings, for example `aud`. What is neither gives nothing.
pub fn strings(value: &Value) -> Vec<String> {
    match value {
        Value::String(one) => vec![one.clone()],
        Value::Array(many) => many.iter().filter_map(|v| v.as_str().map(str::to_owned)).collect(),
        _ => Vec::new(),
    }
}

/// A list of words in one string, or a list, for example `scope`.
pub fn words(value: &Value) -> Vec<String> {
    strings(value).iter().flat_map(|s| s.split_whitespace()).map(str::to_owned).collect()
}

/// A moment: seconds since 1970 as a number or in a string, or RFC 3339.
pub fn time(value: &Value) -> Option<Timestamp> {
    match value {
        Value::Number(number) => seconds(number.as_f64()?),
        Value::String(text) => {
            text.parse::<Timestamp>().ok().or_else(|| seconds(text.parse().ok()?))
        }
        _ => None,
    }
}

/// A number of seconds, as a number or in a string.
pub(crate) fn duration(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

fn seconds(seconds: f64) -> Option<Timestamp> {
    // What is out of a `Timestamp`'s range saturates here and is refused there.
    #[allow(clippy::cast_possible_truncation)]
    Timestamp::from_millisecond((seconds * 1000.0) as i64).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn times_are_numbers_or_texts() {
        let moment = Timestamp::from_second(1_795_435_113).unwrap();
        for value in [
            json!(1_795_435_113),
            json!(1_795_435_113.0),
            json!("1795435113"),
            json!("2026-11-23T11:58:33Z"),
            json!("2026-11-23T12:58:33+01:00"),
        ] {
            assert_eq!(time(&value), Some(moment), "{value}");
        }
        for value in [json!(null), json!("soon"), json!([1]), json!(1e30)] {
            assert_eq!(time(&value), None, "{value}");
        }
    }

    #[test]
    fn an_audience_is_a_string_or_a_list() {
        assert_eq!(strings(&json!("a b")), ["a b"]);
        assert_eq!(strings(&json!(["a", "b", 3])), ["a", "b"]);
        assert!(strings(&json!({"a": "b"})).is_empty());
    }

    #[test]
    fn scopes_are_words_or_a_list() {
        assert_eq!(words(&json!("openid  profile")), ["openid", "profile"]);
        assert_eq!(words(&json!(["openid", "profile"])), ["openid", "profile"]);
    }
}
