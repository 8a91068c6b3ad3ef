//! How Rolecall goes about its work, whatever the workspace: a `settings.json` beside the list of recent
//! workspaces. What cannot be read counts as never set, and fields of a newer version are kept.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use contract::workspace::SettingsView;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

const FILE: &str = "settings.json";
/// A file larger than this is none of ours.
const MAX_BYTES: u64 = 64 * 1024;

/// The application's settings, within their bounds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Rows that are called at once.
    pub parallelism: u32,
    /// Repeats of a request where a repeat is safe.
    pub retries: u32,
    /// For how long the API goes by an introspection answer, in seconds.
    pub cache_seconds: u32,
    /// From one round of calls to the next, in milliseconds: what the window proposes.
    pub watch_interval_ms: u64,
    /// What this version does not know, kept as it was.
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            parallelism: 8,
            retries: 2,
            cache_seconds: 0,
            watch_interval_ms: 1_000,
            unknown: Map::new(),
        }
    }
}

/// A setting that is out of bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("`{field}` must be a whole number from {least} to {most}.")]
pub struct OutOfBounds {
    /// As in [`SettingsView`].
    pub field: &'static str,
    /// The smallest that will do.
    pub least: u64,
    /// The largest.
    pub most: u64,
}

impl Settings {
    /// What the file in `folder` says. Without one, or where it is of no use, the defaults count; the
    /// second tells why, for the log.
    pub fn read(folder: &Path) -> (Self, Option<String>) {
        let path = folder.join(FILE);
        match read(&path) {
            Ok(settings) => (settings, None),
            Err(Unread::NotThere) => (Self::default(), None),
            Err(Unread::Bad(reason)) => {
                let why = format!("{} counts as never written: {reason}", path.display());
                (Self::default(), Some(why))
            }
        }
    }

    /// Writes the file, whole or not at all.
    ///
    /// # Errors
    /// Where the folder or the file cannot be written.
    pub fn write(&self, folder: &Path) -> io::Result<PathBuf> {
        std::fs::create_dir_all(folder)?;
        let path = folder.join(FILE);
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(format!("{:#}\n", serde_json::to_value(self)?).as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(&path).map_err(|error| error.error)?;
        Ok(path)
    }

    /// The same with what the window says.
    ///
    /// # Errors
    /// The first field that is out of bounds.
    pub fn with(&self, wanted: &SettingsView) -> Result<Self, OutOfBounds> {
        if let Some(port) = wanted.port {
            within("port", port.into(), 1, u16::MAX.into())?;
        }
        let settings = Self {
            parallelism: wanted.parallelism,
            retries: wanted.retries,
            cache_seconds: wanted.cache_seconds,
            watch_interval_ms: wanted.watch_interval_ms,
            unknown: self.unknown.clone(),
        };
        settings.check()?;
        Ok(settings)
    }

    /// As the window shows them, with what the workspace says.
    pub fn view(&self, port: Option<u16>, ca_file: Option<&Path>) -> SettingsView {
        SettingsView {
            port,
            ca_file: ca_file.map(|path| path.display().to_string()),
            parallelism: self.parallelism,
            retries: self.retries,
            cache_seconds: self.cache_seconds,
            watch_interval_ms: self.watch_interval_ms,
        }
    }

    fn check(&self) -> Result<(), OutOfBounds> {
        within("parallelism", self.parallelism.into(), 1, 32)?;
        within("retries", self.retries.into(), 0, 5)?;
        within("cache_seconds", self.cache_seconds.into(), 0, 300)?;
        within("watch_interval_ms", self.watch_interval_ms, 250, 60_000)
    }
}

fn within(field: &'static str, value: u64, least: u64, most: u64) -> Result<(), OutOfBounds> {
    if (least..=most).contains(&value) { Ok(()) } else { Err(OutOfBounds { field, least, most }) }
}

enum Unread {
    NotThere,
    Bad(String),
}

fn read(path: &Path) -> Result<Settings, Unread> {
    let bad = |error: &dyn std::fmt::Display| Unread::Bad(error.to_string());
    let size = match std::fs::metadata(path) {
        Ok(file) => file.len(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(Unread::NotThere),
        Err(error) => return Err(bad(&error)),
    };
    if size > MAX_BYTES {
        return Err(bad(&"it is over 64 KiB"));
    }
    let text = std::fs::read(path).map_err(|error| bad(&error))?;
    let settings: Settings = serde_json::from_slice(&text).map_err(|error| bad(&error))?;
    settings.check().map_err(|error| bad(&error))?;
    Ok(settings)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> (Settings, Option<String>) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE), text).unwrap();
        Settings::read(folder.path())
    }

    #[test]
    fn what_is_written_is_read_again_with_fields_of_a_newer_version() {
        let folder = tempfile::tempdir().unwrap();
        let below = folder.path().join("not/there/yet");
        assert_eq!(
            Settings::read(&below),
            (Settings::default(), None),
            "nothing is wrong with none"
        );
        let (later, _) = written(r#"{"retries":4,"colour":{"is":"green"}}"#);
        later.write(&below).unwrap();
        let (again, warning) = Settings::read(&below);
        assert_eq!((&again, warning), (&later, None));
        assert_eq!((again.retries, again.parallelism), (4, 8), "what is not said is as ever");
        assert_eq!(again.unknown["colour"]["is"], "green");
        let files = std::fs::read_dir(&below).unwrap().count();
        assert_eq!(files, 1, "nothing is left beside it");
    }

    #[test]
    fn a_file_that_is_of_no_use_counts_as_never_written_and_that_is_told() {
        for (text, why) in [
            ("{", "EOF"),
            ("[]", "invalid"),
            (r#"{"retries":"many"}"#, "invalid type"),
            (r#"{"retries":6}"#, "`retries` must be"),
            (r#"{"parallelism":0}"#, "`parallelism` must be"),
        ] {
            let (settings, warning) = written(text);
            assert_eq!(settings, Settings::default(), "{text}");
            let warning = warning.unwrap_or_default();
            assert!(warning.contains(why) && warning.contains(FILE), "{text}: {warning}");
        }
    }

    #[test]
    fn each_bound_is_kept_and_its_field_named() {
        let view = Settings::default().view(None, None);
        let cases = [
            ("parallelism", SettingsView { parallelism: 0, ..view.clone() }),
            ("parallelism", SettingsView { parallelism: 33, ..view.clone() }),
            ("retries", SettingsView { retries: 6, ..view.clone() }),
            ("cache_seconds", SettingsView { cache_seconds: 301, ..view.clone() }),
            ("watch_interval_ms", SettingsView { watch_interval_ms: 249, ..view.clone() }),
            ("watch_interval_ms", SettingsView { watch_interval_ms: 60_001, ..view.clone() }),
            ("port", SettingsView { port: Some(0), ..view.clone() }),
        ];
        for (field, wanted) in cases {
            let error = Settings::default().with(&wanted).unwrap_err();
            assert_eq!(error.field, field, "{wanted:?}");
            assert!(error.to_string().contains(field), "{error}");
        }
        let most = SettingsView {
            port: Some(1),
            ca_file: None,
            parallelism: 32,
            retries: 5,
            cache_seconds: 300,
            watch_interval_ms: 60_000,
        };
        let settings = Settings::default().with(&most).unwrap();
        assert_eq!(settings.view(Some(1), None), most);
    }
}
