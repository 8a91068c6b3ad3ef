//! Secrets as types: not serialisable, silent in `Debug`, wiped when dropped. Whoever needs the
//! text says so with `expose`.

use secrecy::{ExposeSecret, SecretString};

pub use crate::private_key::PrivateKey;

macro_rules! secret {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $name(SecretString);

        impl $name {
            /// The secret itself; the caller sees to it that it goes no further than it must.
            pub fn expose(&self) -> &str {
                self.0.expose_secret()
            }

            /// For a part of a request ([`crate::http::Value::Secret`]).
            pub fn to_secret(&self) -> SecretString {
                self.0.clone()
            }
        }

        impl From<String> for $name {
            fn from(secret: String) -> Self {
                Self(secret.into())
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "([redacted])"))
            }
        }
    };
}

secret! {
    /// What a caller shows to an API (RFC 6750).
    AccessToken
}

secret! {
    /// What tells an application who signed in (OpenID Connect); no API must take it.
    IdToken
}

secret! {
    /// A signed assertion (RFC 7523): whoever holds it is taken for its signer until it expires.
    ClientAssertion
}

secret! {
    /// What opens ZITADEL's management API for a service user, without a signature.
    PersonalAccessToken
}

secret! {
    /// What an API of the type Basic shows in place of a signed assertion.
    ClientSecret
}

secret! {
    /// A key file's text, with the private key in it. ZITADEL hands it out once.
    KeyFileText
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_silent_in_debug() {
        let told = format!(
            "{:?} {:?}",
            AccessToken::from("opaque-access-token".to_owned()),
            ClientAssertion::from("eyJhbGciOi".to_owned())
        );
        assert_eq!(told, "AccessToken([redacted]) ClientAssertion([redacted])");
    }
}
