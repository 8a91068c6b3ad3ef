//! Compares an answer with a recorded one: fields, their types, and values where they are not made up
//! on the spot.

use std::collections::BTreeSet;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value};

use crate::scene::parse;

/// Made anew each time: only its type must match.
const MADE_ANEW: [&str; 9] =
    ["exp", "iat", "nbf", "auth_time", "updated_at", "jti", "kid", "n", "at_hash"];

/// Panics where they differ, naming the field.
pub fn compare(name: &str, at: &str, recorded: &Value, here: &Value) {
    match (recorded, here) {
        (Value::Object(recorded), Value::Object(here)) => {
            let fields = |of: &Map<String, Value>| of.keys().cloned().collect::<BTreeSet<_>>();
            assert_eq!(fields(recorded), fields(here), "{name}: the fields of {at:?}");
            for (field, value) in recorded {
                compare(name, field, value, &here[field]);
            }
        }
        (Value::Array(recorded), Value::Array(here)) => {
            assert_eq!(recorded.len(), here.len(), "{name}: how many {at}");
            for (recorded, here) in recorded.iter().zip(here) {
                compare(name, at, recorded, here);
            }
        }
        (Value::String(recorded), Value::String(here)) if at.ends_with("_token") => {
            compare_tokens(name, recorded, here);
        }
        (recorded, here) if MADE_ANEW.contains(&at) => {
            assert_eq!(
                std::mem::discriminant(recorded),
                std::mem::discriminant(here),
                "{name}: the type of {at}"
            );
        }
        (recorded, here) => assert_eq!(recorded, here, "{name}: {at}"),
    }
}

/// Of JWTs the parts are compared, of opaque ones the length.
fn compare_tokens(name: &str, recorded: &str, here: &str) {
    let parts = |token: &str| -> Vec<String> { token.split('.').map(str::to_owned).collect() };
    let (recorded, here) = (parts(recorded), parts(here));
    assert_eq!(recorded.len(), here.len(), "{name}: the kind of token");
    let [header, claims, _] = &*recorded else {
        assert_eq!(recorded[0].len(), here[0].len(), "{name}: the length of the token");
        return;
    };
    let decode =
        |part: &str| parse(&String::from_utf8(URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap());
    compare(name, "header", &decode(header), &decode(&here[0]));
    compare(name, "claims", &decode(claims), &decode(&here[1]));
}
