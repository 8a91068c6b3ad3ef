//! What is nobody else's business goes out of a report before it is handed on: where files lie on
//! this machine, and tokens and keys that others let slip into their answers.

use std::path::{Path, PathBuf};

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::redact;

/// What is replaced, and by what.
pub(super) struct Cleaner {
    /// Longer paths first: one may be the beginning of another.
    paths: Vec<(String, String)>,
}

impl Cleaner {
    /// Files become their names, and the home directory `~`.
    pub(super) fn new(files: &[PathBuf], home: Option<&Path>) -> Self {
        let file = |path: &PathBuf| {
            let name = path.file_name()?.to_string_lossy().into_owned();
            (path.components().count() > 1).then(|| (path.display().to_string(), name))
        };
        let mut paths: Vec<_> = files.iter().filter_map(file).collect();
        let home = home.filter(|home| home.components().count() > 1);
        paths.extend(home.map(|home| (home.display().to_string(), "~".to_owned())));
        paths.sort_by_key(|(path, _)| std::cmp::Reverse(path.len()));
        Self { paths }
    }

    /// A copy in which every text is clean.
    pub(super) fn cleaned<T: Serialize + DeserializeOwned>(
        &self,
        whole: &T,
    ) -> Result<T, serde_json::Error> {
        let mut value = serde_json::to_value(whole)?;
        self.clean(&mut value);
        serde_json::from_value(value)
    }

    fn clean(&self, value: &mut Value) {
        match value {
            Value::String(text) => self.clean_text(text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.clean(item)),
            Value::Object(members) => members.values_mut().for_each(|member| self.clean(member)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn clean_text(&self, text: &mut String) {
        for (path, name) in &self.paths {
            if text.contains(path.as_str()) {
                *text = text.replace(path.as_str(), name);
            }
        }
        if let std::borrow::Cow::Owned(redacted) = redact::foreign(text) {
            *text = redacted;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn files_become_names_and_what_others_let_slip_is_taken_out() {
        let files = ["/home/ada/keys/bot.json", "/home/ada/keys", "api.json"].map(PathBuf::from);
        let cleaner = Cleaner::new(&files, Some(Path::new("/home/ada")));
        let whole = json!({
            "evidence": [{ "path": "/home/ada/keys/bot.json" }, "in /home/ada/keys/bot.json: x"],
            "body": "jwt eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln and /home/ada/.env",
            "n": [1, null, true],
            "plain": "api.json ⟦7⟧",
        });
        let cleaned = json!({
            "evidence": [{ "path": "bot.json" }, "in bot.json: x"],
            "body": "jwt [redacted] and ~/.env",
            "n": [1, null, true],
            "plain": "api.json ⟦7⟧",
        });
        assert_eq!(cleaner.cleaned(&whole).unwrap(), cleaned);
        let root = Cleaner::new(&[], Some(Path::new("/")));
        assert_eq!(root.cleaned(&json!("/api/public")).unwrap(), json!("/api/public"));
    }
}
