//! The log: warnings to standard error, what happened to a file a day, of which five are kept. Both
//! lose what looks like a secret before it is written ([`tester::redact`]); so does what a crash says.

mod told;

use std::{
    io,
    panic::{self, PanicHookInfo},
    path::PathBuf,
};

use tester::redact::Redacting;
use tracing_appender::rolling::{RollingFileAppender, RollingWriter, Rotation};
use tracing_subscriber::{
    EnvFilter, Layer, fmt, fmt::MakeWriter, layer::SubscriberExt, util::SubscriberInitExt,
};

pub use told::note;

/// Days that are kept.
const KEPT: usize = 5;
/// What goes to the file: our own steps, and what is wrong with others.
const IN_FILE: &str = "warn,rolecall=info,rolecall_lib=info,tester=info,resource_server=info,\
                       sandbox=info,zitadel_client=info";

/// Where the log lies: as [`tauri::path::PathResolver::app_log_dir`], which can be asked only once
/// there is an application.
pub fn folder(identifier: &str) -> Option<PathBuf> {
    #[cfg(target_os = "macos")]
    let folder = dirs::home_dir().map(|home| home.join("Library/Logs").join(identifier));
    #[cfg(not(target_os = "macos"))]
    let folder = dirs::data_local_dir().map(|data| data.join(identifier).join("logs"));
    folder
}

/// Begins to log. `RUST_LOG` widens what standard error is told. Where no file can be written, the
/// window works on without one.
pub fn begin(identifier: &str) {
    let asked = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    // Without colours, whose codes would stand between a field's name and its secret.
    let to_stderr = fmt::layer()
        .with_ansi(false)
        .with_writer(|| Redacting::new(io::stderr()))
        .with_filter(asked);
    let file = folder(identifier).map(appender);
    let (file, error) = match file.transpose() {
        Ok(file) => (file, None),
        Err(error) => (None, Some(error)),
    };
    let to_file = file.map(|file| {
        let layer = fmt::layer().with_ansi(false).with_writer(LogFile(file));
        layer.with_filter(EnvFilter::new(IN_FILE))
    });
    let _ = tracing_subscriber::registry().with(to_stderr).with(to_file).try_init();
    if let Some(error) = error {
        tracing::warn!("there is no log file: {error}");
    }
    panic::set_hook(Box::new(|panic| tracing::error!("{}", crash(panic))));
    let versions = tester::report::Versions::own();
    let (rolecall, target, system) = (versions.rolecall, versions.target, versions.system);
    tracing::info!("Rolecall {rolecall} begins, built for {target}, on {system}");
}

fn appender(folder: PathBuf) -> Result<RollingFileAppender, tracing_appender::rolling::InitError> {
    // Otherwise it complains before it makes the folder itself.
    let _ = std::fs::create_dir_all(&folder);
    RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("rolecall")
        .filename_suffix("log")
        .max_log_files(KEPT)
        .build(folder)
}

/// Message and place of a crash, and nothing else of it.
fn crash(panic: &PanicHookInfo<'_>) -> String {
    let payload = panic.payload();
    let said = payload.downcast_ref::<&str>().copied();
    let said = said.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    format!("crashed at {place}: {}", said.unwrap_or("without a word"))
}

/// The file, which takes nothing that looks like a secret.
struct LogFile(RollingFileAppender);

impl<'a> MakeWriter<'a> for LogFile {
    type Writer = Redacting<RollingWriter<'a>>;

    fn make_writer(&'a self) -> Self::Writer {
        Redacting::new(self.0.make_writer())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl";

    /// What a log file holds after `work`.
    fn logged(work: impl FnOnce()) -> String {
        let folder = tempfile::tempdir().unwrap();
        let layer = fmt::layer()
            .with_ansi(false)
            .with_writer(LogFile(appender(folder.path().join("logs")).unwrap()))
            .with_filter(EnvFilter::new(IN_FILE));
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), work);
        let mut files = std::fs::read_dir(folder.path().join("logs")).unwrap();
        let file = files.next().unwrap().unwrap();
        let name = file.file_name().into_string().unwrap();
        assert!(name.starts_with("rolecall.2") && name.ends_with(".log"), "{name}");
        std::fs::read_to_string(file.path()).unwrap()
    }

    #[test]
    fn secrets_do_not_reach_the_file_as_text_nor_as_fields() {
        let text = logged(|| {
            tracing::info!(token = "opaque-secret", user = "reader-bot", "asked with {TOKEN}");
            tracing::warn!(target: "hyper", "sent authorization: Bearer opaque-secret");
            tracing::info!(target: "hyper", "nobody needs this");
        });
        assert!(text.contains("asked with [redacted]") && text.contains("reader-bot"), "{text}");
        assert!(text.contains("sent authorization: [redacted]"), "{text}");
        assert!(!text.contains("opaque-secret") && !text.contains("eyJ"), "{text}");
        assert!(!text.contains("nobody needs this"), "{text}");
    }

    #[test]
    fn a_crash_tells_its_message_and_place_without_secrets() {
        let text = logged(|| {
            let before = panic::take_hook();
            panic::set_hook(Box::new(|panic| tracing::error!("{}", crash(panic))));
            let crashed = panic::catch_unwind(|| panic!("no answer to {TOKEN}"));
            panic::set_hook(before);
            assert!(crashed.is_err());
        });
        assert!(text.contains("crashed at src-tauri/src/log/mod.rs:"), "{text}");
        assert!(text.contains("no answer to [redacted]") && !text.contains("eyJ"), "{text}");
    }

    #[test]
    fn the_folder_is_the_applications_own() {
        let folder = folder("dev.rolecall.app").unwrap();
        assert!(folder.components().any(|part| part.as_os_str() == "dev.rolecall.app"));
    }
}
