//! A text that opens something: a key file, a personal access token. Erased when dropped, never
//! shown by `Debug`.

use std::{fmt, io};

use zeroize::Zeroizing;

use crate::Random;

/// A secret that a person asked for.
#[derive(Clone)]
pub struct SecretText(Zeroizing<String>);

impl SecretText {
    pub(crate) fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The secret itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// A secret of letters and digits.
pub(crate) fn generate(length: usize, random: &dyn Random) -> io::Result<SecretText> {
    const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let mut text = Zeroizing::new(String::with_capacity(length));
    let mut bytes = Zeroizing::new([0; 64]);
    while text.len() < length {
        random.fill(&mut *bytes)?;
        // Of 256 values the last ones would make some letters likelier.
        let fair = bytes.iter().filter(|byte| **byte < 248).take(length - text.len());
        text.extend(fair.map(|byte| char::from(LETTERS[usize::from(byte % 62)])));
    }
    Ok(SecretText(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SystemRandom;

    #[test]
    fn a_secret_has_its_length_and_only_letters_and_digits() {
        let one = generate(64, &SystemRandom).unwrap();
        assert_eq!(one.expose().len(), 64);
        assert!(one.expose().chars().all(|c| c.is_ascii_alphanumeric()), "{}", one.expose());
        assert_ne!(one.expose(), generate(64, &SystemRandom).unwrap().expose());
        assert_eq!(format!("{one:?}"), "[redacted]");
    }
}
