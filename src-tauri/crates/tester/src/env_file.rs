//! A `.env` file as the examples of ZITADEL's guide read it: three variables that say which issuer, which
//! API key and where tokens are asked about.
//!
//! It is only parsed and written: this process's own variables are neither set nor relied upon.

mod quote;
mod statement;

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use zitadel_client::discovery::IssuerAddress;

/// The issuer's address, with or without a scheme.
pub const DOMAIN: &str = "ZITADEL_DOMAIN";
/// Where tokens are asked about.
pub const INTROSPECTION: &str = "ZITADEL_INTROSPECTION_URL";
/// The API's key file, from the `.env` file's folder.
pub const KEY_PATH: &str = "API_PRIVATE_KEY_FILE_PATH";

/// A larger file is none.
const MAX_BYTES: u64 = 1024 * 1024;

/// What such a file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvFile {
    /// As it stands there.
    pub issuer: String,
    /// As it can be opened.
    pub api_key: PathBuf,
    /// As it stands there.
    pub introspection_url: Option<String>,
}

/// Why a `.env` file cannot be used. Each names the file, and none shows a value: there may be
/// secrets among them.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "each field stands in its variant's message")]
pub enum EnvFileError {
    /// It cannot be opened or read.
    #[error("{} cannot be read: {reason}.", path.display())]
    Unreadable { path: PathBuf, reason: String },
    /// A line of it is no variable.
    #[error("{}, line {line}: this is no NAME=value, or its quotes do not fit.", path.display())]
    Line { path: PathBuf, line: usize },
    /// A variable is not there, or holds nothing.
    #[error("{} does not say {variable}.", path.display())]
    Missing { path: PathBuf, variable: &'static str },
    /// A variable holds what it cannot hold.
    #[error("{}: {variable} {problem}.", path.display())]
    Unusable { path: PathBuf, variable: &'static str, problem: String },
    /// It cannot be written.
    #[error("{} cannot be written: {reason}.", path.display())]
    Unwritable { path: PathBuf, reason: String },
}

/// Whether a file is one by its name: `.env`, or anything that ends so.
pub fn is_env(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase());
    name.is_some_and(|name| name.ends_with(".env"))
}

impl EnvFile {
    /// Reads a file.
    ///
    /// # Errors
    /// [`EnvFileError`], naming the file and the variable or the line.
    pub fn read(path: &Path) -> Result<Self, EnvFileError> {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.into());
        let text = text(&path)?;
        let variables = variables(&path, &text)?;
        let value = |name: &str| {
            // Where it stands twice, most readers go by the last.
            let last = variables.iter().rev().find(|(known, _)| known == name);
            last.map(|(_, value)| value.trim().to_owned()).filter(|value| !value.is_empty())
        };
        let needed = |variable| {
            value(variable).ok_or_else(|| EnvFileError::Missing { path: path.clone(), variable })
        };
        let (issuer, api_key) = (needed(DOMAIN)?, needed(KEY_PATH)?);
        if let Err(error) = IssuerAddress::parse(&issuer) {
            let problem = format!("is no address: {}", error.to_string().trim_end_matches('.'));
            return Err(EnvFileError::Unusable { path, variable: DOMAIN, problem });
        }
        let folder = path.parent().unwrap_or(Path::new(""));
        Ok(Self { issuer, api_key: folder.join(api_key), introspection_url: value(INTROSPECTION) })
    }

    /// Writes a file, or changes these variables in one that is there and leaves everything else as it
    /// is.
    ///
    /// # Errors
    /// [`EnvFileError`]; the file is as it was then.
    pub fn write(&self, path: &Path) -> Result<PathBuf, EnvFileError> {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.into());
        // A link is written through, not replaced.
        let path = path.canonicalize().unwrap_or(path);
        let present = if path.exists() { text(&path)? } else { String::new() };
        let folder = path.parent().unwrap_or(Path::new(""));
        let written = self.text_in(&present, folder);
        put(&path, folder, &written).map_err(|error| EnvFileError::Unwritable {
            path: path.clone(),
            reason: error.to_string(),
        })?;
        Ok(path)
    }

    fn text_in(&self, present: &str, folder: &Path) -> String {
        let key = std::path::absolute(&self.api_key).unwrap_or_else(|_| self.api_key.clone());
        // By way of links it may be the same folder all the same.
        let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.into());
        let below = |folder: &Path, key: &Path| key.strip_prefix(folder).ok().map(Path::to_owned);
        let key = below(folder, &key).or_else(|| below(&real(folder), &real(&key))).unwrap_or(key);
        let key = key.to_string_lossy();
        let said = [(DOMAIN, Some(self.issuer.as_str())), (KEY_PATH, Some(&*key))];
        let said = said.into_iter().chain([(INTROSPECTION, self.introspection_url.as_deref())]);
        let mut text = present.to_owned();
        for (name, value) in said {
            if let Some(value) = value {
                text = statement::set(&text, name, &quote::quoted(value));
            }
        }
        text
    }
}

fn text(path: &Path) -> Result<String, EnvFileError> {
    let unreadable = |reason: String| EnvFileError::Unreadable { path: path.into(), reason };
    let file = std::fs::metadata(path).map_err(|error| unreadable(say(&error)))?;
    if !file.is_file() {
        return Err(unreadable("it is no file".into()));
    }
    if file.len() > MAX_BYTES {
        return Err(unreadable("it is over 1 MiB".into()));
    }
    std::fs::read_to_string(path).map_err(|error| unreadable(say(&error)))
}

fn say(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".into(),
        io::ErrorKind::PermissionDenied => "this account may not".into(),
        io::ErrorKind::InvalidData => "it is not text".into(),
        _ => error.to_string(),
    }
}

/// All variables, in order; one may be told by an earlier one.
fn variables(path: &Path, text: &str) -> Result<Vec<(String, String)>, EnvFileError> {
    let text = text.trim_start_matches('\u{feff}');
    parse(text).map_err(|_| EnvFileError::Line { path: path.into(), line: first_bad_line(text) })
}

fn parse(text: &str) -> dotenvy::Result<Vec<(String, String)>> {
    // Space at the very end would count as an open line.
    let whole = format!("{}\n", text.trim_end_matches([' ', '\t']));
    dotenvy::from_read_iter(whole.as_bytes()).collect()
}

/// Where the first statement begins that is none, from 1.
fn first_bad_line(text: &str) -> usize {
    let mut line = 1;
    for statement in statement::all(text) {
        if parse(statement).is_err() {
            break;
        }
        line += statement.matches('\n').count();
    }
    line
}

/// By way of a new file that takes the name when it is whole.
fn put(path: &Path, folder: &Path, text: &str) -> io::Result<()> {
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    if let Ok(present) = std::fs::metadata(path) {
        file.as_file().set_permissions(present.permissions())?;
    }
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests;
