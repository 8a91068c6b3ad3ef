//! Tokens of earlier runs, in memory only: they expire, and their users are switched off, without
//! anybody doing so for a probe's sake.

use std::{collections::HashMap, sync::Arc};

use parking_lot::Mutex;

use crate::roll_call::{Kept, Tokens};

/// Older ones are let go.
const KEPT_A_ROW: usize = 3;

/// The latest tokens of each row, oldest first. Clones are the same.
#[derive(Debug, Clone, Default)]
pub struct Past(Arc<Mutex<HashMap<String, Vec<Kept>>>>);

impl Past {
    /// Keeps the tokens that a run leaves behind.
    pub(crate) fn keep(&self, tokens: &Tokens) {
        let mut past = self.0.lock();
        for (label, kept) in tokens.lock().iter() {
            let row = past.entry(label.clone()).or_default();
            if row.iter().any(|known| known.token.slot == kept.token.slot) {
                continue;
            }
            row.push(kept.clone());
            if row.len() > KEPT_A_ROW {
                row.remove(0);
            }
        }
    }

    /// The earlier tokens of a row, oldest first.
    pub(crate) fn of(&self, label: &str) -> Vec<Kept> {
        self.0.lock().get(label).cloned().unwrap_or_default()
    }

    /// Lets go of all.
    pub(crate) fn clear(&self) {
        self.0.lock().clear();
    }
}
