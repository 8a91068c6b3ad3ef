//! What stands behind an access token: who, for whom, until when.

use std::{
    collections::{HashMap, VecDeque},
    fmt,
    sync::Arc,
};

use crate::{
    id::Id,
    world::{UserState, World},
};

/// Sessions kept at most; beyond it the oldest tokens die early. ZITADEL keeps them in a database,
/// this is memory: about 100 MB.
const MOST: usize = 200_000;

/// The id of a session's token, `V2_{session}-at_{token}`: a token's `jti`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct TokenId {
    session: Id,
    token: Id,
}

impl TokenId {
    pub(crate) fn new(session: Id, token: Id) -> Self {
        Self { session, token }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (session, token) = text.strip_prefix("V2_")?.split_once("-at_")?;
        Some(Self { session: session.into(), token: token.into() })
    }
}

impl fmt::Display for TokenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "V2_{}-at_{}", self.session, self.token)
    }
}

/// One token's session. Times are whole seconds since 1970.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) user: Id,
    /// The user's generation when the token was issued: a later one means it must be dead.
    pub(crate) generation: u64,
    /// The scopes that survived, in the order asked.
    pub(crate) scopes: Vec<String>,
    /// Project ids from the audience scopes; never the user's own.
    pub(crate) audience: Vec<String>,
    pub(crate) created_at: i64,
    pub(crate) expires_at: i64,
}

impl Session {
    /// Not expired, and its user neither removed nor locked or deactivated since it was issued
    /// (`checkSessionNotTerminatedAfter`): reactivating wakes no old token.
    pub(crate) fn is_alive(&self, now: i64, world: &World) -> bool {
        now < self.expires_at
            && world.user(&self.user).is_some_and(|user| {
                user.state == UserState::Active && user.generation <= self.generation
            })
    }
}

/// All sessions that may still be alive.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    by_token: HashMap<TokenId, Arc<Session>>,
    /// Oldest first; all live equally long, so they expire in this order too.
    in_order: VecDeque<TokenId>,
}

impl Sessions {
    pub(crate) fn get(&self, id: &TokenId) -> Option<Arc<Session>> {
        self.by_token.get(id).cloned()
    }

    pub(crate) fn insert(&mut self, id: TokenId, session: Session, now: i64) {
        while let Some(oldest) = self.in_order.front() {
            let stays = self.by_token.get(oldest).is_some_and(|session| now < session.expires_at);
            if stays && self.in_order.len() < MOST {
                break;
            }
            self.by_token.remove(oldest);
            self.in_order.pop_front();
        }
        self.in_order.push_back(id.clone());
        self.by_token.insert(id, Arc::new(session));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(created_at: i64) -> Session {
        Session {
            user: "1".into(),
            generation: 0,
            scopes: vec![],
            audience: vec![],
            created_at,
            expires_at: created_at + 10,
        }
    }

    fn id(number: usize) -> TokenId {
        TokenId::new(number.to_string().into(), "2".into())
    }

    #[test]
    fn a_token_id_is_read_back_from_its_text() {
        let id = TokenId::new("400873310981721126".into(), "400873310981786662".into());
        assert_eq!(id.to_string(), "V2_400873310981721126-at_400873310981786662");
        assert_eq!(TokenId::parse(&id.to_string()), Some(id));
        assert_eq!(TokenId::parse("400873428120243238"), None, "a personal access token's id");
    }

    #[test]
    fn expired_sessions_are_forgotten_when_a_new_one_comes() {
        let mut sessions = Sessions::default();
        sessions.insert(id(1), session(0), 0);
        sessions.insert(id(2), session(5), 5);
        sessions.insert(id(3), session(10), 10);
        assert!(sessions.get(&id(1)).is_none());
        assert!(sessions.get(&id(2)).is_some() && sessions.get(&id(3)).is_some());
    }

    #[test]
    fn their_number_is_bounded() {
        let mut sessions = Sessions::default();
        for number in 0..=MOST {
            sessions.insert(id(number), session(0), 0);
        }
        assert_eq!(sessions.by_token.len(), MOST);
        assert!(sessions.get(&id(0)).is_none() && sessions.get(&id(MOST)).is_some());
    }
}
