//! The JSON around a key.

use std::path::Path;

use serde_json::{Map, Value, error::Category};
use zeroize::Zeroize;

use super::{KeyFileError, KeyFileReason, Repair};

/// A key file's members. Wiped when dropped, since one of them is the key.
pub(super) struct Fields<'p> {
    path: &'p Path,
    members: Map<String, Value>,
}

impl<'p> Fields<'p> {
    pub(super) fn read(
        path: &'p Path,
        bytes: &[u8],
        repairs: &mut Vec<Repair>,
    ) -> Result<Self, KeyFileError> {
        let refuse = |reason| KeyFileError::new(path, None, reason);
        let text = std::str::from_utf8(bytes).map_err(|_| refuse(KeyFileReason::NotUtf8))?;
        let text = match text.strip_prefix('\u{feff}') {
            Some(rest) => {
                repairs.push(Repair::ByteOrderMark);
                rest
            }
            None => text,
        };
        if text.trim().is_empty() {
            return Err(refuse(KeyFileReason::Empty));
        }
        if text.trim_start().starts_with("-----BEGIN") {
            return Err(refuse(KeyFileReason::BarePem));
        }
        match value(text, repairs).map_err(refuse)? {
            Value::Object(members) => Ok(Self { path, members }),
            mut other => {
                wipe(&mut other);
                Err(refuse(KeyFileReason::NotAnObject))
            }
        }
    }

    /// A text that must be there.
    pub(super) fn text(&self, field: &'static str) -> Result<&str, KeyFileError> {
        self.optional_text(field)?.ok_or_else(|| self.refuse(field, KeyFileReason::Missing))
    }

    /// A text that may be absent or null, but not empty.
    pub(super) fn optional_text(&self, field: &'static str) -> Result<Option<&str>, KeyFileError> {
        match self.members.get(field) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.trim().is_empty() => {
                Err(self.refuse(field, KeyFileReason::EmptyField))
            }
            Some(Value::String(text)) => Ok(Some(text)),
            Some(Value::Number(_)) => Err(self.refuse(field, KeyFileReason::Number)),
            Some(_) => Err(self.refuse(field, KeyFileReason::NotText)),
        }
    }

    pub(super) fn refuse(&self, field: &'static str, reason: KeyFileReason) -> KeyFileError {
        KeyFileError::new(self.path, Some(field), reason)
    }
}

impl Drop for Fields<'_> {
    fn drop(&mut self) {
        self.members.values_mut().for_each(wipe);
    }
}

fn wipe(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Array(items) => items.iter_mut().for_each(wipe),
        Value::Object(members) => members.values_mut().for_each(wipe),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Parses; where a text holds raw line breaks, as keys pasted by hand do, with those escaped.
fn value(text: &str, repairs: &mut Vec<Repair>) -> Result<Value, KeyFileReason> {
    let error = match serde_json::from_str(text) {
        Ok(value) => return Ok(value),
        Err(error) => error,
    };
    if error.classify() == Category::Syntax
        && let Some(mut mended) = escape_line_breaks(text)
    {
        let value = serde_json::from_str(&mended);
        mended.zeroize();
        if let Ok(value) = value {
            repairs.push(Repair::RawLineBreaks);
            return Ok(value);
        }
    }
    Err(KeyFileReason::NotJson { line: error.line().max(1), column: error.column().max(1) })
}

/// Escapes line breaks and tabs within strings; `None` where there are none.
fn escape_line_breaks(text: &str) -> Option<String> {
    // Escapes at most double a text, so it never moves and leaves no copy of a key behind.
    let mut mended = String::with_capacity(text.len() * 2);
    let (mut in_string, mut escaped, mut any) = (false, false, false);
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' if in_string => {
                any = true;
                mended.push_str(match c {
                    '\n' => "\\n",
                    '\r' => "\\r",
                    _ => "\\t",
                });
            }
            c => mended.push(c),
        }
        in_string ^= c == '"' && !escaped;
        escaped = in_string && c == '\\' && !escaped;
    }
    if any {
        return Some(mended);
    }
    mended.zeroize();
    None
}
