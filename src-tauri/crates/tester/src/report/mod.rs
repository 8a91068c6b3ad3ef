//! What a report means to whoever started it, and what of it is handed on.
//!
//! - `handed_on`: the report with everything that it stands on, as one document
//! - `clean`: that document without paths and tokens of others
//! - `html`, `junit`: the document for people and for continuous integration
//! - `reasons`: every finding once, with the places where it was met
//! - `versions`: what it was made with

mod clean;
mod handed_on;
mod html;
mod junit;
mod reasons;
mod versions;

use std::{
    io::{self, Write},
    path::Path,
};

use contract::{Finding, FindingKind, Report, report::NOBODY};

pub(crate) use self::handed_on::Parts;
pub use self::{
    handed_on::{ClockOffset, HandOnError, HandedOn, Leaked, SetUp},
    junit::junit,
    reasons::{Place, Reason, reasons},
    versions::Versions,
};

/// Writes a report's text in one step: whoever reads the file sees the old or the new one whole. Who
/// may read it is as for any new file: it is meant to be handed on.
///
/// # Errors
/// Where it cannot be written; what was there stays then.
pub fn save(path: &Path, text: &str) -> io::Result<()> {
    let path = std::path::absolute(path)?;
    let folder = path.parent().ok_or(io::ErrorKind::InvalidFilename)?;
    let mut draft = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // What the person's umask takes away is taken away of this.
        draft.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let mut file = draft.tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(&path)?;
    Ok(())
}

/// 0 where every expectation is met, every user got a token and somebody's own API has no fault; 1
/// otherwise.
///
/// (2, that it could not run at all, is said before there is a report.)
pub fn exit_status(report: &Report) -> u8 {
    let refused = report.finding.is_some() || report.api.finding.is_some();
    let surprise =
        report.users.iter().flat_map(|user| &user.cells).any(|c| c.as_expected == Some(false));
    let tokenless = report.users.iter().any(|user| user.label != NOBODY && user.token.is_none());
    let faulty = report.target.iter().flat_map(|target| &target.findings).any(is_cause);
    u8::from(refused || surprise || tokenless || faulty)
}

fn is_cause(finding: &Finding) -> bool {
    finding.kind == FindingKind::Cause
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_others_may_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.html");
        save(&path, "one, and much longer").unwrap();
        save(&path, "two").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "two");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left behind");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let plain = folder.path().join("plain");
            std::fs::write(&plain, "").unwrap();
            let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode();
            assert_eq!(mode(&path), mode(&plain), "as any new file");
        }
        assert!(save(&folder.path().join("missing/report.html"), "x").is_err());
    }
}
