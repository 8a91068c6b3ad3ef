//! Quotes around a value, where it needs them, such that every reader takes it as it is.

/// The value as it stands behind `=`.
pub(super) fn quoted(value: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._:-@%+,~".contains(c);
    if !value.is_empty() && value.chars().all(plain) {
        return value.to_owned();
    }
    // Between single quotes nothing means anything else, but for what would end them.
    let is_odd = |c: char| c == '\'' || c.is_control();
    if !value.chars().any(is_odd) && !value.contains(r"\\") && !value.ends_with('\\') {
        return format!("'{value}'");
    }
    let mut quoted = String::from('"');
    for c in value.chars() {
        match c {
            '"' | '\\' | '$' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str(r"\n"),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
