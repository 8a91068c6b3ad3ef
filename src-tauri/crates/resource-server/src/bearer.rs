//! Takes the bearer token out of a request, by its `Authorization` header alone (RFC 6750,
//! section 2.1). The form and query ways of sections 2.2 and 2.3 are not offered: they leak tokens
//! into logs.

use http::{HeaderMap, header::AUTHORIZATION};

/// What a request brought along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sent<'h> {
    /// No credentials, or those of another scheme, which count as none (RFC 6750, section 3.1).
    Nothing,
    /// Bearer credentials that cannot be read.
    Malformed(Fault),
    /// A token in the right form; nothing is known of its worth.
    Token(&'h str),
}

/// Why bearer credentials cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// More than one `Authorization` header.
    Repeated,
    /// `Bearer` and nothing behind it.
    Empty,
    /// Something that is no `b64token`.
    NotAToken,
}

impl Fault {
    /// One sentence for the caller, fit for a quoted string of a challenge.
    pub(crate) const fn description(self) -> &'static str {
        match self {
            Self::Repeated => "The Authorization header was sent more than once.",
            Self::Empty => "The Authorization header says Bearer, but no token follows.",
            Self::NotAToken => {
                "What follows Bearer is not one token: a space or another character stands in it that tokens never have."
            }
        }
    }
}

/// What `headers` bring along.
pub(crate) fn sent(headers: &HeaderMap) -> Sent<'_> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let Some(value) = values.next() else { return Sent::Nothing };
    if values.next().is_some() {
        return Sent::Malformed(Fault::Repeated);
    }
    let value = value.as_bytes();
    let end = value.iter().position(|b| !is_scheme_character(*b)).unwrap_or(value.len());
    let (scheme, rest) = value.split_at(end);
    if !scheme.eq_ignore_ascii_case(b"Bearer") {
        return Sent::Nothing;
    }
    match rest.trim_ascii() {
        [] => Sent::Malformed(Fault::Empty),
        // `credentials = "Bearer" 1*SP b64token`
        token if rest.starts_with(b" ") && is_b64token(token) => match str::from_utf8(token) {
            Ok(token) => Sent::Token(token),
            Err(_) => Sent::Malformed(Fault::NotAToken),
        },
        _ => Sent::Malformed(Fault::NotAToken),
    }
}

/// A scheme is a `token` of RFC 9110, section 5.6.2.
fn is_scheme_character(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// `b64token = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="`
fn is_b64token(bytes: &[u8]) -> bool {
    let padding = bytes.iter().rev().take_while(|b| **b == b'=').count();
    let body = &bytes[..bytes.len() - padding];
    !body.is_empty() && body.iter().all(|b| b.is_ascii_alphanumeric() || b"-._~+/".contains(b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn headers(values: &[&[u8]]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(AUTHORIZATION, HeaderValue::from_bytes(value).unwrap());
        }
        headers
    }

    #[test]
    fn the_authorization_header_is_read_as_rfc_6750_says() {
        use Fault::{Empty, NotAToken, Repeated};
        use Sent::{Malformed, Nothing, Token};
        let cases: &[(&[&[u8]], Sent)] = &[
            (&[], Nothing),
            (&[b""], Nothing),
            (&[b"Basic dXNlcjpwYXNz"], Nothing),
            (&[b"BearerToken abc"], Nothing),
            (&[b"Digest username=\"bearer\""], Nothing),
            (&[b"Bearer abc"], Token("abc")),
            (&[b"bearer abc"], Token("abc")),
            (&[b"BEARER   abc"], Token("abc")),
            (&[b"Bearer aZ09-._~+/=="], Token("aZ09-._~+/==")),
            (&[b"Bearer"], Malformed(Empty)),
            (&[b"Bearer "], Malformed(Empty)),
            (&[b"Bearer ="], Malformed(NotAToken)),
            (&[b"Bearer a=b"], Malformed(NotAToken)),
            (&[b"Bearer a b"], Malformed(NotAToken)),
            (&[b"Bearer a,b"], Malformed(NotAToken)),
            (&[b"Bearer a, Bearer b"], Malformed(NotAToken)),
            (&[b"Bearer \"abc\""], Malformed(NotAToken)),
            (&[b"Bearer\tabc"], Malformed(NotAToken)),
            (&[b"Bearer: abc"], Malformed(NotAToken)),
            (&[b"Bearer=abc"], Malformed(NotAToken)),
            (&[b"Bearer \xc3\xa4"], Malformed(NotAToken)),
            (&[b"Bearer abc", b"Bearer abc"], Malformed(Repeated)),
            (&[b"Basic dXNlcjpwYXNz", b"Bearer abc"], Malformed(Repeated)),
        ];
        for (values, expected) in cases {
            let headers = headers(values);
            let shown: Vec<_> = values.iter().map(|v| String::from_utf8_lossy(v)).collect();
            assert_eq!(sent(&headers), *expected, "{shown:?}");
        }
    }
}
