//! The world, and what it was a moment ago: a server's read side may show a change late.
//!
//! Nothing is kept unless a lag is asked for; then each change costs a copy of the world.

use std::{collections::VecDeque, ops::Deref, sync::Arc};

use jiff::{SignedDuration, Timestamp};
use parking_lot::{Mutex, RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::{Clock, World};

/// Changes that are remembered at most; beyond it the oldest show early.
const MOST: usize = 256;

/// A world under change.
pub(crate) struct History {
    /// Never held over an await, nor while something is signed or verified.
    world: RwLock<World>,
    past: Mutex<Past>,
    clock: Arc<dyn Clock>,
}

#[derive(Default)]
struct Past {
    lag: SignedDuration,
    /// Each with the moment of the change that ended it, oldest first.
    worlds: VecDeque<(Timestamp, Arc<World>)>,
}

impl History {
    pub(crate) fn new(world: World, clock: Arc<dyn Clock>) -> Self {
        Self { world: RwLock::new(world), past: Mutex::default(), clock }
    }

    /// The world as it is.
    pub(crate) fn read(&self) -> RwLockReadGuard<'_, World> {
        self.world.read()
    }

    /// To change it.
    pub(crate) fn write(&self) -> RwLockWriteGuard<'_, World> {
        let world = self.world.write();
        let mut past = self.past.lock();
        if past.lag > SignedDuration::ZERO {
            past.forget(self.clock.now());
            if past.worlds.len() == MOST {
                past.worlds.pop_front();
            }
            past.worlds.push_back((self.clock.now(), Arc::new(world.clone())));
        }
        world
    }

    /// The world as the read side shows it.
    pub(crate) fn seen(&self) -> Seen<'_> {
        let world = self.world.read();
        let mut past = self.past.lock();
        past.forget(self.clock.now());
        match past.worlds.front() {
            Some((_, world)) => Seen::Then(Arc::clone(world)),
            None => Seen::Now(world),
        }
    }

    /// How late changes show from now on; all that were made before show at once.
    pub(crate) fn set_lag(&self, lag: SignedDuration) {
        *self.past.lock() = Past { lag, worlds: VecDeque::new() };
    }
}

impl Past {
    /// What ended longer ago than the lag is not shown any more.
    fn forget(&mut self, now: Timestamp) {
        let ended = |at: Timestamp| now.duration_since(at) >= self.lag;
        while self.worlds.front().is_some_and(|(at, _)| ended(*at)) {
            self.worlds.pop_front();
        }
    }
}

/// The world as somebody sees it.
pub(crate) enum Seen<'a> {
    Now(RwLockReadGuard<'a, World>),
    Then(Arc<World>),
}

impl Deref for Seen<'_> {
    type Target = World;

    fn deref(&self) -> &World {
        match self {
            Self::Now(world) => world,
            Self::Then(world) => world,
        }
    }
}
