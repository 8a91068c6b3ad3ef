//! The table for people.

use std::{fmt::Write, path::PathBuf};

use contract::FindingCode;

use crate::table::{LATER, OURS, SERVER, Said};

/// Set, the table is written in place of the one that is there.
const WRITE: &str = "ROLECALL_WRITE_FAULTS";

#[test]
fn the_written_table_is_the_one_that_is_tried() {
    let path =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../src-tauri/crates/sandbox/FAULTS.md");
    let fresh = markdown();
    if std::env::var_os(WRITE).is_some() {
        std::fs::write(&path, &fresh).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == fresh, "with {WRITE}=1 this test writes what is true now:\n{fresh}");
}

#[test]
fn every_cause_that_a_roll_call_can_name_is_in_the_table() {
    use FindingCode::*;
    let causes = [
        RoleMissing,
        RoleUndefined,
        AudienceMissing,
        AudienceOtherProject,
        KeyWrongKind,
        KeyUnreadable,
        KeyExpired,
        KeyUnknown,
        IssuerMismatch,
        InstanceNotFound,
        Unreachable,
        TlsUntrusted,
        NotZitadel,
        InsecureIssuer,
        ApiNotAuthenticated,
        UserInactive,
        NotCaughtUp,
        MinimalIntrospection,
        ClockAhead,
        ClockBehind,
        ServerTrouble,
    ];
    let others = OURS.iter().chain(LATER).map(|(.., said)| said);
    let told: Vec<_> = SERVER.iter().map(|row| &row.said).chain(others).flatten().collect();
    for cause in causes {
        assert!(told.iter().any(|(code, _)| *code == cause), "{cause:?}");
    }
}

fn markdown() -> String {
    let mut text = String::from(
        "# Faults and findings\n\n\
         Each fault, where it strikes, and the one cause that a roll call names first, in each of the \
         four dialects. Made from the table in `tests/tests/faults/table.rs`, which is what is tried.\n\n\
         ## Made by the sandbox\n\n\
         | fault | what is done | finding | where it is seen |\n| --- | --- | --- | --- |\n",
    );
    for row in SERVER {
        let faults: Vec<_> = row.faults.iter().map(|fault| format!("`{fault}`")).collect();
        line(&mut text, &faults.join(", "), row.done, row.said);
    }
    let parts = [("Made on this side", OURS), ("Made by a change between two calls", LATER)];
    for (title, rows) in parts {
        let _ = write!(
            text,
            "\n## {title}\n\n| what | what is done | finding | where it is seen |\n\
             | --- | --- | --- | --- |\n"
        );
        for (name, done, said) in rows {
            line(&mut text, &name.replace('_', " "), done, *said);
        }
    }
    text.push_str(
        "\nWhere no finding stands, nothing is named but `role_missing` for those who lack the role. \
         `token_expired` and `token_wrong_kind` are said of a token that somebody pasted, before \
         anybody is asked.\n",
    );
    text
}

fn line(text: &mut String, what: &str, done: &str, said: Said) {
    let (finding, seen) = match said {
        Some((code, seen)) => (format!("`{}`", word(code)), seen.words()),
        None => ("none".into(), ""),
    };
    let _ = writeln!(text, "| {what} | {done} | {finding} | {seen} |");
}

fn word(code: FindingCode) -> String {
    serde_json::to_value(code).unwrap().as_str().unwrap().to_owned()
}
