//! Encrypts `tokenID:userID` so that only this instance can read it: as ZITADEL v4.3 does (AES-256 in
//! CFB mode, `EncryptAES`) and as newer servers do (JWE, `NewAES256GCMCrypto`). Either is read.

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    cipher::{
        AES_256, DecryptingKey, DecryptionContext, EncryptingKey, EncryptionContext,
        UnboundCipherKey,
    },
    iv::FixedLength,
};
use serde::Deserialize;
use serde_json::json;
use zeroize::Zeroizing;

use crate::{
    Random,
    keys::{
        KeyFailure,
        jws::{decoded, encoded},
    },
};

/// Block and initialisation vector of AES.
const BLOCK: usize = 16;
const KEY: usize = 32;
const NONCE: usize = 12;
const TAG: usize = 16;

/// The instance's token keys, ready for use.
pub(crate) struct Seal {
    encrypting: EncryptingKey,
    decrypting: DecryptingKey,
    wrapping: LessSafeKey,
}

#[derive(Deserialize)]
struct JweHeader {
    alg: String,
    enc: String,
    iv: String,
    tag: String,
}

impl Seal {
    /// With new keys.
    pub(crate) fn new(random: &dyn Random) -> Result<Self, KeyFailure> {
        let mut keys = Zeroizing::new([0; KEY + KEY]);
        random.fill(&mut *keys).map_err(|_| KeyFailure)?;
        let (cfb, gcm) = keys.split_at(KEY);
        let unbound = || UnboundCipherKey::new(&AES_256, cfb).map_err(|_| KeyFailure);
        Ok(Self {
            encrypting: EncryptingKey::cfb128(unbound()?).map_err(|_| KeyFailure)?,
            decrypting: DecryptingKey::cfb128(unbound()?).map_err(|_| KeyFailure)?,
            wrapping: gcm_key(gcm)?,
        })
    }

    /// The opaque token of v4.3: initialisation vector and ciphertext, base64url.
    pub(crate) fn opaque(&self, text: &str, random: &dyn Random) -> Result<String, KeyFailure> {
        let mut iv = [0; BLOCK];
        random.fill(&mut iv).map_err(|_| KeyFailure)?;
        let mut sealed = text.as_bytes().to_vec();
        let context = EncryptionContext::Iv128(FixedLength::from(iv));
        self.encrypting.less_safe_encrypt(&mut sealed, context).map_err(|_| KeyFailure)?;
        Ok(encoded(&[&iv[..], &sealed].concat()))
    }

    /// The opaque token of newer servers: `alg` A256GCMKW, `enc` A256GCM (RFC 7518, 4.7 and 5.3).
    pub(crate) fn jwe(&self, text: &str, random: &dyn Random) -> Result<String, KeyFailure> {
        let mut fresh = Zeroizing::new([0; KEY + NONCE + NONCE]);
        random.fill(&mut *fresh).map_err(|_| KeyFailure)?;
        let (content_key, nonces) = fresh.split_at(KEY);
        let (key_nonce, nonce) = nonces.split_at(NONCE);

        let mut wrapped = content_key.to_vec();
        let key_tag = sealed_in_place(&self.wrapping, key_nonce, &[], &mut wrapped)?;
        let header = encoded(
            json!({
                "alg": "A256GCMKW", "enc": "A256GCM", "iv": encoded(key_nonce), "kid": "key1",
                "tag": encoded(&key_tag),
            })
            .to_string()
            .as_bytes(),
        );
        let mut content = text.as_bytes().to_vec();
        let key = gcm_key(content_key)?;
        let tag = sealed_in_place(&key, nonce, header.as_bytes(), &mut content)?;
        let parts = [header, encoded(&wrapped), encoded(nonce), encoded(&content), encoded(&tag)];
        Ok(parts.join("."))
    }

    /// What was sealed either way. CFB has no integrity: of anything long enough it makes something.
    pub(crate) fn open(&self, token: &str) -> Option<Vec<u8>> {
        if token.contains('.') { self.open_jwe(token) } else { self.open_opaque(token) }
    }

    fn open_opaque(&self, token: &str) -> Option<Vec<u8>> {
        let mut sealed = decoded(token)?;
        let iv = *sealed.first_chunk::<BLOCK>()?;
        let context = DecryptionContext::Iv128(FixedLength::from(iv));
        let opened = self.decrypting.decrypt(&mut sealed[BLOCK..], context).ok()?;
        Some(opened.to_vec())
    }

    fn open_jwe(&self, token: &str) -> Option<Vec<u8>> {
        let mut parts = token.split('.');
        let mut part = || parts.next();
        let (header, wrapped, nonce, content, tag) = (part()?, part()?, part()?, part()?, part()?);
        if part().is_some() {
            return None;
        }
        let said: JweHeader = serde_json::from_slice(&decoded(header)?).ok()?;
        if said.alg != "A256GCMKW" || said.enc != "A256GCM" {
            return None;
        }
        let wrapped = [decoded(wrapped)?, decoded(&said.tag)?].concat();
        let content_key = opened(&self.wrapping, &decoded(&said.iv)?, &[], wrapped)?;
        let key = gcm_key(&content_key).ok()?;
        let content = [decoded(content)?, decoded(tag)?].concat();
        opened(&key, &decoded(nonce)?, header.as_bytes(), content)
    }
}

fn gcm_key(bytes: &[u8]) -> Result<LessSafeKey, KeyFailure> {
    UnboundKey::new(&AES_256_GCM, bytes).map(LessSafeKey::new).map_err(|_| KeyFailure)
}

fn sealed_in_place(
    key: &LessSafeKey,
    nonce: &[u8],
    authenticated: &[u8],
    content: &mut [u8],
) -> Result<[u8; TAG], KeyFailure> {
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| KeyFailure)?;
    let tag = key
        .seal_in_place_separate_tag(nonce, Aad::from(authenticated), content)
        .map_err(|_| KeyFailure)?;
    tag.as_ref().try_into().map_err(|_| KeyFailure)
}

fn opened(
    key: &LessSafeKey,
    nonce: &[u8],
    authenticated: &[u8],
    mut sealed: Vec<u8>,
) -> Option<Vec<u8>> {
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let length = key.open_in_place(nonce, Aad::from(authenticated), &mut sealed).ok()?.len();
    sealed.truncate(length);
    Some(sealed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SystemRandom;

    const TEXT: &str = "V2_400873310981721126-at_400873310981786662:400873178240388134";

    fn seal() -> Seal {
        Seal::new(&SystemRandom).unwrap()
    }

    #[test]
    fn an_opaque_token_is_as_long_as_the_recorded_one_and_opens() {
        let seal = seal();
        let token = seal.opaque(TEXT, &SystemRandom).unwrap();
        assert_eq!(token.len(), 104, "as recorded in token-ok-opaque");
        assert!(!token.contains(['.', '=']));
        assert_eq!(seal.open(&token).unwrap(), TEXT.as_bytes());
    }

    #[test]
    fn the_end_of_an_opaque_token_may_be_changed_as_the_cipher_has_no_integrity() {
        let seal = seal();
        let mut token = seal.opaque(TEXT, &SystemRandom).unwrap();
        let last = token.pop().unwrap();
        token.push(if last == 'A' { 'B' } else { 'A' });
        let opened = seal.open(&token).unwrap();
        assert_eq!(opened[..TEXT.len() - 1], TEXT.as_bytes()[..TEXT.len() - 1]);
        assert_ne!(opened, TEXT.as_bytes());
    }

    #[test]
    fn a_jwe_has_five_parts_opens_and_notices_every_change() {
        let seal = seal();
        let token = seal.jwe(TEXT, &SystemRandom).unwrap();
        assert!(token.starts_with("eyJ"));
        assert_eq!(token.split('.').count(), 5);
        assert_eq!(seal.open(&token).unwrap(), TEXT.as_bytes());
        for part in 0..5 {
            let mut parts: Vec<_> = token.split('.').map(str::to_owned).collect();
            let first = if parts[part].starts_with('x') { "y" } else { "x" };
            parts[part].replace_range(..1, first);
            assert_eq!(seal.open(&parts.join(".")), None, "part {part} was changed");
        }
    }

    #[test]
    fn another_instance_cannot_open_either() {
        let (seal, other) = (seal(), seal());
        assert_eq!(other.open(&seal.jwe(TEXT, &SystemRandom).unwrap()), None);
        let opened = other.open(&seal.opaque(TEXT, &SystemRandom).unwrap()).unwrap();
        assert_ne!(opened, TEXT.as_bytes(), "without integrity it opens to noise");
    }

    #[test]
    fn what_is_no_token_is_nothing() {
        for text in ["", "garbage", "a.b.c", "....", "a.b.c.d.e.f", "üüü"] {
            assert_eq!(seal().open(text), None, "{text:?}");
        }
    }
}
