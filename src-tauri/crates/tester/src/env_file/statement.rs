//! A `.env` file as statements: one line each, or several where quotes reach over line breaks. Where one
//! ends is seen as `dotenvy` sees it.

/// The statements with their line ends; together they are the text.
pub(super) fn all(text: &str) -> Vec<&str> {
    let mut statements = Vec::new();
    let (mut rest, mut open) = (text, Open::default());
    let mut length = 0;
    for line in text.split_inclusive('\n') {
        let is_first = length == 0;
        length += line.len();
        let is_comment = is_first && line.trim_start().starts_with('#');
        if is_comment || open.ends_after(line) {
            let (statement, more) = rest.split_at(length);
            statements.push(statement);
            (rest, open, length) = (more, Open::default(), 0);
        }
    }
    if !rest.is_empty() {
        statements.push(rest);
    }
    statements
}

/// What the line before left open.
#[derive(Default)]
struct Open {
    quote: Option<char>,
    escaped: bool,
}

impl Open {
    /// Whether the statement is over with this line.
    fn ends_after(&mut self, line: &str) -> bool {
        let mut after_space = false;
        for c in line.chars() {
            let before = std::mem::take(&mut after_space);
            match (self.escaped, self.quote, c) {
                (true, ..) => self.escaped = false,
                (false, _, '\\') => self.escaped = true,
                (false, Some(quote), c) if c == quote => self.quote = None,
                (false, Some(_), _) => {}
                // The rest of the line is a comment.
                (false, None, '#') if before => return true,
                (false, None, '"' | '\'') => self.quote = Some(c),
                (false, None, c) => after_space = c.is_whitespace(),
            }
        }
        self.quote.is_none() && !self.escaped
    }
}

/// The text with this variable set. Statements that set it already keep their places; everything else
/// stays byte for byte.
pub(super) fn set(text: &str, name: &str, quoted: &str) -> String {
    let mut changed = String::with_capacity(text.len() + name.len() + quoted.len() + 2);
    let mut is_set = false;
    for statement in all(text) {
        match before_name(statement, name) {
            Some(before) => {
                is_set = true;
                changed.push_str(before);
                changed.push_str(&format!("{name}={quoted}{}", end(statement)));
            }
            None => changed.push_str(statement),
        }
    }
    if !is_set {
        let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
        if !changed.is_empty() && !changed.ends_with('\n') {
            changed.push_str(line_end);
        }
        changed.push_str(&format!("{name}={quoted}{line_end}"));
    }
    changed
}

/// What stands before the name in a statement that sets it: space, a byte order mark, `export`.
fn before_name<'s>(statement: &'s str, name: &str) -> Option<&'s str> {
    let is_space = |c: char| c.is_whitespace() || c == '\u{feff}';
    let own = statement.trim_start_matches(is_space);
    let exported = own.strip_prefix("export").filter(|rest| rest.starts_with(char::is_whitespace));
    let at_name = exported.map_or(own, str::trim_start);
    let behind = at_name.strip_prefix(name)?.trim_start();
    behind.starts_with('=').then(|| &statement[..statement.len() - at_name.len()])
}

fn end(statement: &str) -> &str {
    if statement.ends_with("\r\n") {
        "\r\n"
    } else if statement.ends_with('\n') {
        "\n"
    } else {
        ""
    }
}
