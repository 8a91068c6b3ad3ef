//! Access tokens: how one is made, what it names, and what the server remembers of it.
//!
//! Opaque tokens and JWEs are references to a session; a JWT is one too, which happens to be readable.

mod seal;
mod session;

use std::sync::Arc;

use parking_lot::RwLock;

pub(crate) use seal::Seal;
pub(crate) use session::{Session, Sessions, TokenId};

use crate::{
    id::Id,
    keys::{
        SigningKey,
        jws::{Algorithm, Compact},
    },
    world::{PersonalAccessToken, World},
};

/// ZITADEL's default, in seconds: `AccessTokenLifetime: 12h`.
pub(crate) const LIFETIME: i64 = 12 * 60 * 60;

/// What a token turned out to be.
pub(crate) enum Known<'a> {
    Session(Arc<Session>, TokenId),
    Personal(&'a PersonalAccessToken, Id),
}

/// Where a token leads: to a token's id, and for those that are sealed to the user they name.
pub(crate) struct Reference {
    token: String,
    user: Option<String>,
}

impl Reference {
    /// Reads a token that this instance made. What can be opened is never tried as a JWT, as in
    /// ZITADEL's `verifyAccessToken`.
    pub(crate) fn read(
        token: &str,
        issuer: &str,
        now: i64,
        seal: &Seal,
        keys: &[SigningKey],
    ) -> Option<Self> {
        match seal.open(token) {
            Some(opened) => opened_reference(&opened),
            None => jwt_reference(token, issuer, now, keys),
        }
    }

    /// What it leads to, if that has neither expired nor died. `None` never says why.
    pub(crate) fn follow<'a>(
        self,
        now: i64,
        sessions: &RwLock<Sessions>,
        world: &'a World,
    ) -> Option<Known<'a>> {
        if let Some(id) = TokenId::parse(&self.token) {
            let session = sessions.read().get(&id)?;
            return session.is_alive(now, world).then_some(Known::Session(session, id));
        }
        let personal = world.personal_access_tokens.get(&*self.token)?;
        let alive = personal.expires_at.is_none_or(|at| at.as_second() > now)
            && self.user.as_deref() == Some(&*personal.user);
        alive.then(|| Known::Personal(personal, self.token.into()))
    }
}

/// `tokenID:userID`. The cipher does not notice changed bytes; the user's id is only looked at where
/// the token's id alone does not lead to it.
fn opened_reference(opened: &[u8]) -> Option<Reference> {
    let mut parts = opened.split(|byte| *byte == b':');
    let (token, user, None) = (parts.next()?, parts.next()?, parts.next()) else { return None };
    Some(Reference {
        token: std::str::from_utf8(token).ok()?.into(),
        user: Some(String::from_utf8_lossy(user).into_owned()),
    })
}

/// A JWT of this issuer's, signed by a key of its set, not expired.
fn jwt_reference(token: &str, issuer: &str, now: i64, keys: &[SigningKey]) -> Option<Reference> {
    #[derive(serde::Deserialize)]
    struct Claims {
        iss: String,
        exp: i64,
        jti: String,
    }
    let compact = Compact::split(token)?;
    let header = compact.header()?;
    let claims: Claims = serde_json::from_slice(&compact.payload()?).ok()?;
    let key = keys.iter().find(|key| *key.id == *header.kid)?;
    let signature = compact.signature()?;
    let good = claims.iss == issuer
        && header.alg == "RS256"
        && key.verifying().verifies(Algorithm::Rs256, compact.signed.as_bytes(), &signature)
        && now < claims.exp;
    good.then_some(Reference { token: claims.jti, user: None })
}
