//! The second opinion: somebody's own API, called with the same tokens as the reference, and with
//! some that it must refuse.
//!
//! - [`address`]: where it is, and whether tokens may go there unasked
//! - `call`: the roll, called once more at the other API
//! - `probe`: tokens that no roll call sends; `tokens`: how they are had; `past`: earlier runs' own
//! - `gather`: from report and transcript to [`evidence`], which [`crate::diagnosis`] judges
//!
//! The reference's answer is the measure: what it let in must get in, what it refused must not.
//! Nothing on the issuer is changed to make a probe.

pub mod address;
mod call;
pub mod evidence;
mod gather;
mod past;
mod probe;
mod tokens;

pub use address::{TargetAddress, TargetAddressError};
pub(crate) use call::begin;
pub(crate) use past::Past;

/// What a roll call knows of somebody's own API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Where it is; `Err` with what was typed where that is no address.
    pub address: Result<TargetAddress, (String, TargetAddressError)>,
    /// Somebody agreed to tokens being sent to an address that is not private.
    pub allow_public: bool,
}

impl Target {
    /// From a workspace's fields.
    pub fn new(typed: &str, allow_public: bool) -> Self {
        let address = TargetAddress::parse(typed).map_err(|error| match error {
            // What stands there is a secret; without it the address is refused just the same.
            TargetAddressError::Credentials => (hidden(typed), error),
            _ => (typed.to_owned(), error),
        });
        Self { address, allow_public }
    }

    /// The base URL, for people.
    pub fn url(&self) -> &str {
        match &self.address {
            Ok(address) => address.as_str(),
            Err((typed, _)) => typed,
        }
    }
}

fn hidden(typed: &str) -> String {
    let (scheme, rest) = typed.split_once("://").unwrap_or(("http", typed));
    let (_, rest) = rest.rsplit_once('@').unwrap_or(("", rest));
    format!("{scheme}://\u{2026}@{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_in_an_address_is_kept_nowhere() {
        for typed in ["http://bot:secret@x:1/v1", "bot:secret@x:1/v1", "http://secret@x:1/v1"] {
            let target = Target::new(typed, false);
            assert_eq!(target.url(), "http://\u{2026}@x:1/v1", "{typed}");
            assert!(!format!("{target:?}").contains("secret"));
            assert_eq!(Target::new(target.url(), false).address, target.address);
        }
    }
}
