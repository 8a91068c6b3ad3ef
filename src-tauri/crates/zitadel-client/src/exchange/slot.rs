//! Secrets in numbered slots. The same secret keeps its number, and what may be told of it is read
//! once. Slots are bounded: whoever floods the protected API with made-up tokens must not fill the
//! memory.

use std::{
    borrow::Borrow,
    collections::{HashMap, HashSet},
    hash::{Hash, Hasher},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use contract::{
    SlotId,
    exchange::{Secret, SecretKind, mark},
};
use secrecy::{ExposeSecret, SecretString};

use crate::jose;

const MAX_SLOTS: usize = 20_000;
const MAX_BYTES: usize = 64 << 20;

/// One secret and what may be told of it.
pub(crate) struct Slot {
    /// What goes into records.
    pub(crate) told: Secret,
    /// What stands for the secret in texts.
    pub(crate) mark: String,
    secret: SecretString,
    /// When it was last met, as a count of all meetings.
    met: AtomicU64,
}

impl Slot {
    pub(crate) fn secret(&self) -> &str {
        self.secret.expose_secret()
    }
}

/// A slot that is found by its secret.
struct BySecret(Arc<Slot>);

impl Borrow<str> for BySecret {
    fn borrow(&self) -> &str {
        self.0.secret()
    }
}

impl Hash for BySecret {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.secret().hash(state);
    }
}

impl PartialEq for BySecret {
    fn eq(&self, other: &Self) -> bool {
        self.0.secret() == other.0.secret()
    }
}

impl Eq for BySecret {}

#[derive(Default)]
pub(crate) struct Slots {
    by_secret: HashSet<BySecret>,
    by_id: HashMap<SlotId, Arc<Slot>>,
    last: SlotId,
    meetings: u64,
    bytes: usize,
}

impl Slots {
    /// The secret's slot, made at the first meeting. Its kind is the first one it was met as.
    pub(crate) fn meet(&mut self, secret: &str, kind: SecretKind) -> Arc<Slot> {
        self.meetings += 1;
        if let Some(BySecret(slot)) = self.by_secret.get(secret) {
            slot.met.store(self.meetings, Ordering::Relaxed);
            return slot.clone();
        }
        if self.by_id.len() >= MAX_SLOTS || self.bytes.saturating_add(secret.len()) > MAX_BYTES {
            self.forget_half();
        }
        self.last += 1;
        let slot = Arc::new(Slot {
            told: tell(self.last, secret, kind),
            mark: mark(self.last),
            secret: secret.into(),
            met: AtomicU64::new(self.meetings),
        });
        self.bytes += secret.len();
        self.by_secret.insert(BySecret(slot.clone()));
        self.by_id.insert(self.last, slot.clone());
        slot
    }

    pub(crate) fn get(&self, id: SlotId) -> Option<&Arc<Slot>> {
        self.by_id.get(&id)
    }

    /// Every slot that is kept.
    pub(super) fn all(&self) -> impl Iterator<Item = &Arc<Slot>> {
        self.by_id.values()
    }

    /// Lets go the half that was met longest ago; half, so that this is rare.
    fn forget_half(&mut self) {
        let met = |slot: &Arc<Slot>| slot.met.load(Ordering::Relaxed);
        let mut meetings: Vec<u64> = self.by_id.values().map(met).collect();
        let middle = meetings.len() / 2;
        let (_, &mut oldest_kept, _) = meetings.select_nth_unstable(middle);
        self.by_id.retain(|_, slot| met(slot) >= oldest_kept);
        self.by_secret.retain(|BySecret(slot)| met(slot) >= oldest_kept);
        self.bytes = self.by_id.values().map(|slot| slot.secret().len()).sum();
    }
}

fn tell(slot: SlotId, secret: &str, kind: SecretKind) -> Secret {
    let jose = jose::look(secret);
    Secret { slot, kind, length: secret.chars().count(), header: jose.header, claims: jose.claims }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_secret_keeps_its_slot_and_others_get_their_own() {
        let mut slots = Slots::default();
        let first = slots.meet("one-secret", SecretKind::AccessToken).told.slot;
        let second = slots.meet("another", SecretKind::AccessToken).told.slot;
        assert_eq!((first, second), (1, 2));
        assert_eq!(slots.meet("one-secret", SecretKind::IdToken).told.slot, first);
        assert_eq!(slots.get(first).unwrap().secret(), "one-secret");
    }

    #[test]
    fn a_flood_pushes_out_what_was_not_met_for_longest() {
        let mut slots = Slots::default();
        let kept = slots.meet("in use", SecretKind::AccessToken).told.slot;
        let unused = slots.meet("made up", SecretKind::AccessToken).told.slot;
        for n in 0..MAX_SLOTS {
            slots.meet(&n.to_string(), SecretKind::AccessToken);
            slots.meet("in use", SecretKind::AccessToken);
        }
        assert!(slots.by_id.len() <= MAX_SLOTS && slots.by_secret.len() == slots.by_id.len());
        assert!(slots.get(kept).is_some(), "what is in use stays");
        assert!(slots.get(unused).is_none());
    }
}
