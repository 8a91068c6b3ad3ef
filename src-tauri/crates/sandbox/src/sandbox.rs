//! A world that is served: the state behind the endpoints.

use std::{fmt, sync::Arc};

use jiff::Timestamp;
use parking_lot::RwLock;

use crate::{
    Options, Snapshot, World,
    access_token::{Reference, Seal, Sessions},
    keys::SigningKey,
    wire::Issuer,
};

/// The built-in issuer. Clones are the same sandbox.
#[derive(Clone)]
pub struct Sandbox(Arc<Inner>);

struct Inner {
    options: Options,
    issuer: RwLock<Arc<Issuer>>,
    /// Never held over an await, nor while something is signed or verified.
    world: RwLock<World>,
    sessions: RwLock<Sessions>,
    seal: Arc<Seal>,
    signing_keys: Arc<[SigningKey; 2]>,
}

impl Sandbox {
    /// Puts a world into service. It says it is at the world's own issuer, `http://localhost:8080` of
    /// the demo, until [`Self::set_issuer`] tells it otherwise.
    pub fn new(world: World, options: Options) -> Self {
        Self(Arc::new(Inner {
            issuer: RwLock::new(Arc::new(Issuer::new(&world.issuer))),
            seal: world.seal.clone(),
            signing_keys: world.signing_keys.clone(),
            world: RwLock::new(world),
            sessions: RwLock::default(),
            options,
        }))
    }

    /// Where it is from now on, `scheme://host[:port]`: known once its port is. Requests for any other
    /// host are answered with 404, as ZITADEL does.
    pub fn set_issuer(&self, issuer: String) {
        *self.0.issuer.write() = Arc::new(Issuer::new(&issuer));
    }

    /// The world as it is now.
    pub fn snapshot(&self) -> Snapshot {
        self.world().read().snapshot(self.issuer().url.clone())
    }

    pub(crate) fn options(&self) -> &Options {
        &self.0.options
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.0.options.clock.now()
    }

    pub(crate) fn issuer(&self) -> Arc<Issuer> {
        self.0.issuer.read().clone()
    }

    pub(crate) fn world(&self) -> &RwLock<World> {
        &self.0.world
    }

    pub(crate) fn sessions(&self) -> &RwLock<Sessions> {
        &self.0.sessions
    }

    pub(crate) fn seal(&self) -> &Seal {
        &self.0.seal
    }

    /// The first is the one to sign with.
    pub(crate) fn signing_keys(&self) -> &[SigningKey; 2] {
        &self.0.signing_keys
    }

    /// Reads a token as far as cryptography goes.
    pub(crate) fn reference(&self, token: &str) -> Option<Reference> {
        let now = self.now().as_second();
        Reference::read(token, &self.issuer().url, now, self.seal(), self.signing_keys())
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox").field("issuer", &self.issuer().url).finish_non_exhaustive()
    }
}
