//! Whether this Node.js is new enough: the part of npm's version ranges that `engines` uses.

use std::cmp::Ordering;

type Version = [u64; 3];

/// Whether `version` (as `node --version` prints it) lies in `range`, for example
/// `^20.19 || >=22.12`. `None` when either cannot be read.
pub fn satisfies(version: &str, range: &str) -> Option<bool> {
    let version = parse(version)?;
    let mut fits = false;
    for alternative in range.split("||") {
        let mut all = true;
        for comparator in alternative.split_whitespace() {
            all &= holds(version, comparator)?;
        }
        fits |= all;
    }
    Some(fits)
}

fn holds(version: Version, comparator: &str) -> Option<bool> {
    let start = comparator.find(|c: char| c.is_ascii_digit() || c == 'v')?;
    let (operator, bound) = comparator.split_at(start);
    let given = bound.split('.').count();
    let bound = parse(bound)?;
    Some(match operator {
        ">=" => version >= bound,
        ">" => version > bound,
        "<=" => version <= bound,
        "<" => version < bound,
        "^" => version >= bound && version[0] == bound[0],
        "~" => version >= bound && version[..2] == bound[..2],
        "" | "=" => version[..given].cmp(&bound[..given]) == Ordering::Equal,
        _ => return None,
    })
}

/// Missing parts are 0; at most three parts.
fn parse(text: &str) -> Option<Version> {
    let mut version = [0; 3];
    let mut parts = text.trim().trim_start_matches('v').split('.');
    for place in &mut version {
        let Some(part) = parts.next() else { break };
        *place = part.parse().ok()?;
    }
    parts.next().is_none().then_some(version)
}

#[cfg(test)]
mod tests {
    use super::satisfies;

    #[test]
    fn a_version_fits_the_ranges_that_npm_says_it_fits() {
        let cases = [
            ("v20.19.0", ">=20.19", Some(true)),
            ("v20.18.3", ">=20.19", Some(false)),
            ("v22.1.0", ">=20.19", Some(true)),
            ("v9.0.0", ">=20.19", Some(false)),
            ("v20.20.2", "^20.19.0 || >=22.12.0", Some(true)),
            ("v21.9.0", "^20.19.0 || >=22.12.0", Some(false)),
            ("v22.12.0", "^20.19.0 || >=22.12.0", Some(true)),
            ("v24.0.0", ">=20 <23", Some(false)),
            ("v20.3.1", "20", Some(true)),
            ("v21.3.1", "~21.2", Some(false)),
            ("v20.0.0", "latest", None),
            ("unknown", ">=20", None),
        ];
        for (version, range, expected) in cases {
            assert_eq!(satisfies(version, range), expected, "{version} in {range}");
        }
    }
}
