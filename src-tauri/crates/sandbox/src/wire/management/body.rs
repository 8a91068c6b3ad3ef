//! A request's body, read as ZITADEL's gateway reads it: protojson that discards unknown fields and
//! unknown names of enumerations, takes a field by either of its names, and refuses a wrong type.

use base64::{
    Engine,
    engine::{
        DecodePaddingMode,
        general_purpose::{GeneralPurpose, GeneralPurposeConfig},
    },
};
use jiff::Timestamp;
use serde_json::{Map, Value};

use super::status::Status;

/// One message, or a part of one.
#[derive(Debug, Clone, Default)]
pub(super) struct Body {
    fields: Map<String, Value>,
    /// What was sent, in which the place of a mistake is told.
    sent: std::sync::Arc<str>,
}

impl Body {
    /// Nothing is an empty message.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Status> {
        let sent = std::str::from_utf8(bytes)
            .map_err(|_| Status::invalid("proto: syntax error (line 1:1): invalid UTF-8"))?;
        if sent.trim().is_empty() {
            return Ok(Self::default());
        }
        let value: Value = serde_json::from_str(sent).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            Status::invalid(format!("proto: syntax error (line {line}:{column}): invalid JSON"))
        })?;
        match value {
            Value::Object(fields) => Ok(Self { fields, sent: sent.into() }),
            _ => Err(Status::invalid(format!(
                "proto: syntax error (line 1:1): unexpected token {}",
                sent.split_whitespace().next().unwrap_or_default()
            ))),
        }
    }

    /// What was sent for a field; null is nothing.
    fn find(&self, field: &str) -> Option<&Value> {
        let sent = self.fields.get(field).or_else(|| self.fields.get(&original_name(field)));
        sent.filter(|value| !value.is_null())
    }

    pub(super) fn has(&self, field: &str) -> bool {
        self.find(field).is_some()
    }

    pub(super) fn text(&self, field: &str) -> Result<String, Status> {
        match self.find(field) {
            None => Ok(String::new()),
            Some(Value::String(text)) => Ok(text.clone()),
            Some(other) => Err(self.wrong("string", field, other)),
        }
    }

    /// A text whose length has bounds, in characters.
    pub(super) fn bounded(
        &self,
        message: &str,
        field: &str,
        (least, most): (usize, usize),
    ) -> Result<String, Status> {
        let text = self.text(field)?;
        let length = text.chars().count();
        if (least..=most).contains(&length) {
            return Ok(text);
        }
        let bounds = match least {
            0 => format!("at most {most} runes"),
            _ => format!("between {least} and {most} runes, inclusive"),
        };
        Err(broken(message, field, &format!("value length must be {bounds}")))
    }

    pub(super) fn flag(&self, field: &str) -> Result<bool, Status> {
        match self.find(field) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(other) => Err(self.wrong("bool", field, other)),
        }
    }

    /// A number, also as a text.
    pub(super) fn number(&self, kind: &str, field: &str) -> Result<u64, Status> {
        let number = match self.find(field) {
            None => Some(0),
            Some(Value::Number(number)) => number.as_u64(),
            Some(Value::String(text)) => text.parse().ok(),
            Some(_) => None,
        };
        let sent = self.find(field).unwrap_or(&Value::Null);
        number.ok_or_else(|| self.wrong(kind, field, sent))
    }

    /// One of an enumeration, by its name or number. A name that it does not have is discarded.
    pub(super) fn choice(
        &self,
        message: &str,
        field: &str,
        names: &[&str],
    ) -> Result<usize, Status> {
        match self.find(field) {
            None => Ok(0),
            Some(Value::String(name)) => {
                Ok(names.iter().position(|known| known == name).unwrap_or(0))
            }
            Some(other) => {
                let number = other.as_i64().ok_or_else(|| self.wrong("enum", field, other))?;
                let index = usize::try_from(number).ok().filter(|index| *index < names.len());
                index.ok_or_else(|| {
                    broken(message, field, "value must be one of the defined enum values")
                })
            }
        }
    }

    pub(super) fn texts(&self, field: &str) -> Result<Vec<String>, Status> {
        let text = |item: &Value| match item {
            Value::String(text) => Ok(text.clone()),
            other => Err(self.wrong("string", field, other)),
        };
        self.items(field)?.iter().map(text).collect()
    }

    /// A list of messages.
    pub(super) fn messages(&self, field: &str) -> Result<Vec<Self>, Status> {
        self.items(field)?.iter().map(|item| self.part(field, item)).collect()
    }

    /// A message within this one; an empty one where it was not sent.
    pub(super) fn message(&self, field: &str) -> Result<Self, Status> {
        self.find(field).map_or_else(|| Ok(Self::default()), |value| self.part(field, value))
    }

    fn items(&self, field: &str) -> Result<&[Value], Status> {
        match self.find(field) {
            None => Ok(&[]),
            Some(Value::Array(items)) => Ok(items),
            Some(other) => Err(self.unexpected(field, other)),
        }
    }

    fn part(&self, field: &str, value: &Value) -> Result<Self, Status> {
        match value {
            Value::Object(fields) => Ok(Self { fields: fields.clone(), sent: self.sent.clone() }),
            other => Err(self.unexpected(field, other)),
        }
    }

    /// A point in time; `None` where it was not sent.
    pub(super) fn time(&self, field: &str) -> Result<Option<Timestamp>, Status> {
        let Some(value) = self.find(field) else { return Ok(None) };
        let time = value.as_str().and_then(|text| text.parse().ok());
        time.map(Some).ok_or_else(|| self.wrong("google.protobuf.Timestamp", field, value))
    }

    /// Base64, standard or for URLs, with or without padding.
    pub(super) fn bytes(&self, field: &str) -> Result<Vec<u8>, Status> {
        let lenient =
            GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
        let text = self.text(field)?.replace('-', "+").replace('_', "/");
        GeneralPurpose::new(&base64::alphabet::STANDARD, lenient)
            .decode(&text)
            .map_err(|_| self.wrong("bytes", field, self.find(field).unwrap_or(&Value::Null)))
    }

    fn wrong(&self, kind: &str, field: &str, value: &Value) -> Status {
        let place = self.place(field);
        let what = if kind.contains('.') {
            format!("invalid {kind} value {value}")
        } else {
            format!("invalid value for {kind} field {field}: {value}")
        };
        Status::invalid(format!("proto: ({place}): {what}"))
    }

    fn unexpected(&self, field: &str, value: &Value) -> Status {
        let token = match value {
            Value::Object(_) => "{".into(),
            Value::Array(_) => "[".into(),
            other => other.to_string(),
        };
        let place = self.place(field);
        Status::invalid(format!("proto: syntax error ({place}): unexpected token {token}"))
    }

    /// Line and column of a field's value.
    fn place(&self, field: &str) -> String {
        let name = |name: &str| self.sent.find(&format!("\"{name}\""));
        let value = name(field).or_else(|| name(&original_name(field))).and_then(|at| {
            let colon = at + self.sent[at..].find(':')? + 1;
            let rest = &self.sent[colon..];
            Some(colon + rest.len() - rest.trim_start().len())
        });
        let before = &self.sent[..value.unwrap_or(0)];
        let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
        format!("line {}:{column}", before.matches('\n').count() + 1)
    }
}

/// A rule of the message is broken (`protoc-gen-validate`).
pub(super) fn broken(message: &str, field: &str, reason: &str) -> Status {
    Status::invalid(format!("invalid {message}.{}: {reason}", field_in_go(field)))
}

/// `roleKey` is `role_key` in the protocol's own words.
fn original_name(field: &str) -> String {
    let mut name = String::with_capacity(field.len() + 4);
    for c in field.chars() {
        if c.is_ascii_uppercase() {
            name.push('_');
        }
        name.push(c.to_ascii_lowercase());
    }
    name
}

/// `roleKey` is `RoleKey` in Go.
fn field_in_go(field: &str) -> String {
    let mut letters = field.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(sent: &str) -> Body {
        Body::read(sent.as_bytes()).unwrap()
    }

    fn message<T: std::fmt::Debug>(result: Result<T, Status>) -> String {
        format!("{:?}", result.unwrap_err())
    }

    #[test]
    fn a_field_has_two_names_and_unknown_ones_are_discarded() {
        for sent in [r#"{"roleKey":"a","x":1}"#, r#"{"role_key":"a"}"#] {
            assert_eq!(read(sent).text("roleKey").unwrap(), "a");
        }
        assert_eq!(read("").text("roleKey").unwrap(), "");
        assert_eq!(read(r#"{"roleKey":null}"#).text("roleKey").unwrap(), "");
        let names = ["A", "B"];
        for (sent, index) in [(r#""B""#, 1), ("1", 1), (r#""C""#, 0)] {
            let body = read(&format!("{{\"kind\":{sent}}}"));
            assert_eq!(body.choice("M", "kind", &names).unwrap(), index, "{sent}");
        }
        assert!(message(read(r#"{"kind":7}"#).choice("M", "kind", &names)).contains("M.Kind"));
    }

    #[test]
    fn a_wrong_type_is_named_with_its_place() {
        let body = read("{\n  \"name\": 5, \"on\": \"yes\", \"list\": {}, \"when\": \"soon\"\n}");
        let cases = [
            (message(body.text("name")), "(line 2:11): invalid value for string field name: 5"),
            (message(body.flag("on")), "invalid value for bool field on"),
            (message(body.texts("list")), "unexpected token {"),
            (message(body.time("when")), "invalid google.protobuf.Timestamp value"),
        ];
        for (said, expected) in cases {
            assert!(said.contains(expected), "{said} should say {expected}");
        }
        for sent in ["[]", "{", "\"x\""] {
            assert!(message(Body::read(sent.as_bytes())).contains("syntax error"), "{sent}");
        }
    }

    #[test]
    fn bytes_are_base64_of_either_alphabet() {
        for sent in ["Pz8+Pw==", "Pz8+Pw", "Pz8-Pw"] {
            let body = read(&format!("{{\"value\":\"{sent}\"}}"));
            assert_eq!(body.bytes("value").unwrap(), b"??>?", "{sent}");
        }
        assert!(read(r#"{"value":"!"}"#).bytes("value").is_err());
    }
}
