//! Faults: what a server can be made to do wrong while it runs, and how each is written.
//!
//! A fault never touches a file that was handed out: a tool finds its cause by asking, as it must
//! with a real server. [`crate::Sandbox::set_faults`] switches them; `world` is what they do to the
//! world, `wire::trouble` what they do to answers.

#[cfg(test)]
mod tests;
mod world;

use std::{fmt, str::FromStr};

use jiff::{SignedDuration, Timestamp};

pub(crate) use world::Broken;

use crate::options::{UnknownName, name_of, named};

/// The faults. *The first user* is the first one whose key file was handed out, *the API* the one
/// whose key file was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FaultName {
    /// The API was moved to a second project, with the roles that people had on the first one.
    /// Tokens for the first project are inactive; the workspace that is written names the first.
    WrongProject,
    /// The first user has no authorization on the API's project: its tokens are active, without
    /// role claims.
    RoleTaken,
    /// The first user's authorization on the API's project is deactivated: the same on the wire.
    RoleInactive,
    /// The first user's keys are gone: its assertions are refused.
    KeyDeleted,
    /// The first user's keys ran out a day ago, which its key file does not say: the same on the
    /// wire.
    KeyExpired,
    /// The first user is locked: 400 `Errors.User.NotActive`. Tokens that it had are dead for good.
    UserLocked,
    /// The first user is deactivated: likewise.
    UserInactive,
    /// The API is deactivated: introspection turns it away.
    ApiInactive,
    /// The API's project is deactivated: likewise.
    ProjectInactive,
    /// Discovery, audiences and tokens name another address of this machine (`127.0.0.1` for
    /// `localhost`, and the reverse), which is served too: as a domain behind which the instance was
    /// given another.
    IssuerName,
    /// The instance knows itself under another name alone: 404 and its text, whatever is asked.
    UnknownHost,
    /// The server's clock is ahead of ours by so many seconds: in `Date`, in the times of tokens and
    /// where assertions are checked.
    ClockAhead,
    /// It is behind.
    ClockBehind,
    /// Introspection answers what the token itself says, without roles and claims of its user, as an
    /// API of newer servers may be set to.
    MinimalIntrospection,
    /// Introspection, userinfo and the claims of new tokens show a change so many milliseconds after
    /// it was made.
    Lag,
    /// The answer comes so many milliseconds late.
    Slow,
    /// The answer's body ends half way, with its connection.
    Cut,
    /// 200 without a body.
    Empty,
    /// 200 with a web page.
    Html,
    /// 500 with a line of text, as from a proxy.
    Http500,
    /// 429 with `Retry-After: 1`.
    Http429,
    /// Served over TLS with a certificate that nobody vouches for. The issuer becomes `https`, here
    /// and below; connections without TLS are closed.
    TlsSelfSigned,
    /// Served over TLS with a certificate of the sandbox's authority, made out to another name.
    TlsName,
    /// Served over TLS with a certificate of the sandbox's authority that ran out a day ago.
    TlsExpired,
}

/// What a fault's value counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Written `S`.
    Seconds,
    /// Written `MS`.
    Milliseconds,
}

impl FaultName {
    /// Every fault, in the order in which they are told.
    pub const ALL: [Self; 24] = {
        let mut all = [Self::WrongProject; 24];
        let mut index = 0;
        while index < all.len() {
            all[index] = Self::NAMES[index].0;
            index += 1;
        }
        all
    };

    const NAMES: [(Self, &'static str); 24] = [
        (Self::WrongProject, "wrong_project"),
        (Self::RoleTaken, "role_taken"),
        (Self::RoleInactive, "role_inactive"),
        (Self::KeyDeleted, "key_deleted"),
        (Self::KeyExpired, "key_expired"),
        (Self::UserLocked, "user_locked"),
        (Self::UserInactive, "user_inactive"),
        (Self::ApiInactive, "api_inactive"),
        (Self::ProjectInactive, "project_inactive"),
        (Self::IssuerName, "issuer_name"),
        (Self::UnknownHost, "unknown_host"),
        (Self::ClockAhead, "clock_ahead"),
        (Self::ClockBehind, "clock_behind"),
        (Self::MinimalIntrospection, "minimal_introspection"),
        (Self::Lag, "lag"),
        (Self::Slow, "slow"),
        (Self::Cut, "cut"),
        (Self::Empty, "empty"),
        (Self::Html, "html"),
        (Self::Http500, "http_500"),
        (Self::Http429, "http_429"),
        (Self::TlsSelfSigned, "tls_self_signed"),
        (Self::TlsName, "tls_name"),
        (Self::TlsExpired, "tls_expired"),
    ];

    /// Whether it is written with `@` and the [`Place`] where it strikes.
    pub fn has_place(self) -> bool {
        matches!(
            self,
            Self::Slow | Self::Cut | Self::Empty | Self::Html | Self::Http500 | Self::Http429
        )
    }

    /// What follows its `=`; `None` where it has no value.
    pub fn unit(self) -> Option<Unit> {
        match self {
            Self::ClockAhead | Self::ClockBehind => Some(Unit::Seconds),
            Self::Lag | Self::Slow => Some(Unit::Milliseconds),
            _ => None,
        }
    }

    /// How it is written, for example `slow@discovery|token|introspection|userinfo=MS`.
    pub fn shape(self) -> String {
        let mut shape = self.to_string();
        if self.has_place() {
            shape += "@";
            shape += &Place::NAMES.map(|(_, name)| name).join("|");
        }
        match self.unit() {
            Some(Unit::Seconds) => shape += "=S",
            Some(Unit::Milliseconds) => shape += "=MS",
            None => {}
        }
        shape
    }
}

impl fmt::Display for FaultName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        name_of(&Self::NAMES, *self, f)
    }
}

impl FromStr for FaultName {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, UnknownName> {
        named(&Self::NAMES, name)
    }
}

/// Where a fault of the wire strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// The discovery document.
    Discovery,
    /// The token endpoint.
    Token,
    /// The introspection endpoint.
    Introspection,
    /// The userinfo endpoint.
    Userinfo,
}

impl Place {
    /// Every place, in the order in which they are asked.
    pub const ALL: [Self; 4] = [Self::Discovery, Self::Token, Self::Introspection, Self::Userinfo];

    const NAMES: [(Self, &'static str); 4] = [
        (Self::Discovery, "discovery"),
        (Self::Token, "token"),
        (Self::Introspection, "introspection"),
        (Self::Userinfo, "userinfo"),
    ];
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        name_of(&Self::NAMES, *self, f)
    }
}

impl FromStr for Place {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, UnknownName> {
        named(&Self::NAMES, name)
    }
}

/// A fault, whole: with its place and its value where it has them. Written `NAME[@WHERE][=VALUE]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fault {
    name: FaultName,
    place: Option<Place>,
    value: Option<u32>,
}

/// Why a text, or parts, make no fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidFault {
    /// No fault, or no place, is called so.
    #[error(transparent)]
    Unknown(#[from] UnknownName),
    /// The fault lacks its place or value, or has one that it should not have.
    #[error("it is written as {shape}")]
    Shape {
        /// What it should look like.
        shape: String,
    },
}

impl Fault {
    /// Puts it together. `value` is in the name's unit.
    ///
    /// # Errors
    /// [`InvalidFault::Shape`] where the name needs a place or a value that is not there, or the
    /// reverse.
    pub fn new(
        name: FaultName,
        place: Option<Place>,
        value: Option<u32>,
    ) -> Result<Self, InvalidFault> {
        if name.has_place() == place.is_some() && name.unit().is_some() == value.is_some() {
            Ok(Self { name, place, value })
        } else {
            Err(InvalidFault::Shape { shape: name.shape() })
        }
    }

    /// Which fault it is.
    pub fn name(&self) -> FaultName {
        self.name
    }

    /// Where it strikes.
    pub fn place(&self) -> Option<Place> {
        self.place
    }

    /// How much, in the name's unit.
    pub fn value(&self) -> Option<u32> {
        self.value
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.name)?;
        if let Some(place) = self.place {
            write!(f, "@{place}")?;
        }
        match self.value {
            Some(value) => write!(f, "={value}"),
            None => Ok(()),
        }
    }
}

impl FromStr for Fault {
    type Err = InvalidFault;

    fn from_str(text: &str) -> Result<Self, InvalidFault> {
        let (head, value) = match text.split_once('=') {
            Some((head, value)) => (head, Some(value)),
            None => (text, None),
        };
        let (name, place) = match head.split_once('@') {
            Some((name, place)) => (name, Some(place)),
            None => (head, None),
        };
        let name: FaultName = name.parse()?;
        let place = place.map(str::parse).transpose()?;
        let value = value.map(str::parse).transpose();
        let value = value.map_err(|_| InvalidFault::Shape { shape: name.shape() })?;
        Self::new(name, place, value)
    }
}

/// The faults that are on.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    pub(crate) fn new(faults: Vec<Fault>) -> Self {
        Self(faults)
    }

    pub(crate) fn all(&self) -> &[Fault] {
        &self.0
    }

    pub(crate) fn has(&self, name: FaultName) -> bool {
        self.0.iter().any(|fault| fault.name == name)
    }

    /// Those that strike the answers of one endpoint.
    pub(crate) fn at(&self, place: Place) -> impl Iterator<Item = &Fault> {
        self.0.iter().filter(move |fault| fault.place == Some(place))
    }

    /// What the server's clock shows at this moment.
    pub(crate) fn shown(&self, now: Timestamp) -> Timestamp {
        let seconds = self.sum(FaultName::ClockAhead) - self.sum(FaultName::ClockBehind);
        now.saturating_add(SignedDuration::from_secs(seconds)).unwrap_or(now)
    }

    pub(crate) fn lag(&self) -> SignedDuration {
        SignedDuration::from_millis(self.sum(FaultName::Lag))
    }

    fn sum(&self, name: FaultName) -> i64 {
        let of_name = self.0.iter().filter(|fault| fault.name == name);
        of_name.filter_map(|fault| fault.value.map(i64::from)).sum()
    }
}
