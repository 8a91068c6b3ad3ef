//! A world that is served: the state behind the endpoints.

use std::{fmt, sync::Arc};

use jiff::Timestamp;
use parking_lot::{Mutex, RwLock};
use rustls::ServerConfig;
use tokio::sync::watch;

use crate::{
    Authority, Dialect, Fault, FaultName, Options, Snapshot, World, WorldError,
    access_token::{Reference, Seal, Sessions},
    fault::{Broken, Faults},
    history::History,
    keys::SigningKey,
    tls::Certificate,
    wire::Issuer,
};

/// The built-in issuer. Clones are the same sandbox.
#[derive(Clone)]
pub struct Sandbox(Arc<Inner>);

struct Inner {
    options: Options,
    /// As the options said, until somebody says otherwise.
    dialect: RwLock<Dialect>,
    /// Where it is asked, without a scheme's or a fault's doing.
    address: RwLock<Issuer>,
    /// Who it says it is.
    issuer: RwLock<Arc<Issuer>>,
    world: History,
    faults: RwLock<Arc<Faults>>,
    /// Held while faults are switched.
    switch: Mutex<Switch>,
    /// How it is served over TLS, if it is.
    tls: watch::Sender<Option<Arc<ServerConfig>>>,
    sessions: RwLock<Sessions>,
    seal: Arc<Seal>,
    signing_keys: Arc<[SigningKey; 2]>,
}

#[derive(Default)]
struct Switch {
    broken: Broken,
    /// Made when a fault needs it and the options have none.
    authority: Option<Authority>,
    /// Shown since a fault wanted it to be.
    certificate: Option<Certificate>,
}

impl Sandbox {
    /// Puts a world into service. It says it is at the world's own issuer, `http://localhost:8080` of
    /// the demo, until [`Self::set_issuer`] tells it otherwise.
    pub fn new(world: World, options: Options) -> Self {
        let address = Issuer::new(&world.issuer);
        let (tls, _) = watch::channel(options.authority.as_ref().map(Authority::good));
        let switch = Switch { authority: options.authority.clone(), ..Switch::default() };
        let sandbox = Self(Arc::new(Inner {
            issuer: RwLock::new(Arc::new(address.clone())),
            address: RwLock::new(address),
            seal: world.seal.clone(),
            signing_keys: world.signing_keys.clone(),
            world: History::new(world, options.clock.clone()),
            faults: RwLock::default(),
            switch: Mutex::new(switch),
            tls,
            sessions: RwLock::default(),
            dialect: RwLock::new(options.dialect),
            options,
        }));
        sandbox.settle_issuer();
        sandbox
    }

    /// Where it is from now on, `scheme://host[:port]`: known once its port is. Requests for any other
    /// host are answered with 404, as ZITADEL does.
    pub fn set_issuer(&self, issuer: String) {
        *self.0.address.write() = Issuer::new(&issuer);
        self.settle_issuer();
    }

    /// The world as it is now.
    pub fn snapshot(&self) -> Snapshot {
        self.world().read().snapshot(self.address().url)
    }

    /// The world as it was before faults befell it, of which the files are made that are written.
    pub fn whole_snapshot(&self) -> Snapshot {
        let before = self.0.switch.lock().broken.before().cloned();
        match before {
            Some(before) => Snapshot { issuer: self.address().url, ..before },
            None => self.snapshot(),
        }
    }

    /// Makes exactly these faults be, from the next request on. What faults had done to the world is
    /// taken back where they are not among them; only tokens that died with their user stay dead.
    ///
    /// # Errors
    /// [`WorldError::NothingToBreak`] where a fault has nobody to befall, [`WorldError::Certificate`]
    /// where one cannot be made; everything is then as it was.
    pub fn set_faults(&self, faults: Vec<Fault>) -> Result<(), WorldError> {
        let faults = Faults::new(faults);
        let mut switch = self.0.switch.lock();
        let certificate = Certificate::wanted(&faults);
        let tls = self.tls_with(&mut switch, certificate)?;
        let now = faults.shown(self.0.options.clock.now());
        let address = self.address().url;
        switch.broken.turn(&mut self.world().write(), &faults, &address, now)?;
        self.world().set_lag(faults.lag());
        *self.0.faults.write() = Arc::new(faults);
        if certificate != switch.certificate {
            switch.certificate = certificate;
            self.0.tls.send_replace(tls);
        }
        self.settle_issuer();
        Ok(())
    }

    /// How to serve while this certificate is wanted.
    fn tls_with(
        &self,
        switch: &mut Switch,
        certificate: Option<Certificate>,
    ) -> Result<Option<Arc<ServerConfig>>, WorldError> {
        let Some(certificate) = certificate else {
            return Ok(self.0.options.authority.as_ref().map(Authority::good));
        };
        if switch.authority.is_none() {
            switch.authority = Some(Authority::new()?);
        }
        switch.authority.as_ref().map(|authority| authority.server(certificate)).transpose()
    }

    /// The certificate of the authority, as PEM, while it is served over TLS.
    pub(crate) fn authority_pem(&self) -> Option<String> {
        let switch = self.0.switch.lock();
        let authority = switch.authority.as_ref().filter(|_| self.0.tls.borrow().is_some());
        authority.map(|authority| authority.pem().to_owned())
    }

    /// How it is served over TLS, now and whenever that changes.
    pub(crate) fn tls(&self) -> watch::Receiver<Option<Arc<ServerConfig>>> {
        self.0.tls.subscribe()
    }

    /// How refused assertions are answered from the next request on.
    pub fn set_dialect(&self, dialect: Dialect) {
        *self.0.dialect.write() = dialect;
    }

    /// How refused assertions are answered.
    pub fn dialect(&self) -> Dialect {
        *self.0.dialect.read()
    }

    /// The faults that are on, as they were set.
    pub fn faults(&self) -> Vec<Fault> {
        self.active_faults().all().to_vec()
    }

    pub(crate) fn active_faults(&self) -> Arc<Faults> {
        self.0.faults.read().clone()
    }

    pub(crate) fn options(&self) -> &Options {
        &self.0.options
    }

    pub(crate) fn introspects_minimally(&self) -> bool {
        self.0.options.minimal_introspection
            || self.active_faults().has(FaultName::MinimalIntrospection)
    }

    /// What the server's clock shows.
    pub(crate) fn now(&self) -> Timestamp {
        self.active_faults().shown(self.0.options.clock.now())
    }

    pub(crate) fn issuer(&self) -> Arc<Issuer> {
        self.0.issuer.read().clone()
    }

    /// Where it is asked.
    fn address(&self) -> Issuer {
        let address = self.0.address.read().clone();
        if self.0.tls.borrow().is_some() { address.over_tls() } else { address }
    }

    fn settle_issuer(&self) {
        let renamed = self.active_faults().has(FaultName::IssuerName);
        let address = self.address();
        let issuer = if renamed { address.renamed() } else { address };
        *self.0.issuer.write() = Arc::new(issuer);
    }

    pub(crate) fn world(&self) -> &History {
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
