//! What was asked only to tell causes apart. No probe changes anything on the server.

use contract::ExchangeId;

/// What userinfo said of a token. Userinfo checks no audience, so a token that is good there and
/// inactive at introspection was made out to somebody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserinfoProbe {
    /// The exchange in the timeline.
    pub exchange: ExchangeId,
    /// `None` where no answer came.
    pub status: Option<u16>,
}

impl UserinfoProbe {
    /// The token is alive.
    pub fn is_alive(&self) -> bool {
        self.status == Some(200)
    }
}

/// A refused signature once more, dated by the issuer's clock in place of this machine's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatedProbe {
    /// The exchange in the timeline.
    pub exchange: ExchangeId,
    /// The seconds that it was dated back by; negative: on.
    pub back: i64,
    /// It was taken: nothing but the clock was wrong.
    pub accepted: bool,
}

/// A token that is surely wrong, introspected with the API's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ApiProbe {
    /// The exchange in the timeline.
    pub exchange: ExchangeId,
    /// `active: false` came back, so the key is good; `None` where the issuer was in trouble.
    pub accepted: Option<bool>,
}

/// The issuer calls itself otherwise than when it was looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renamed {
    /// Its discovery document, asked for once more.
    pub exchange: ExchangeId,
    /// As it calls itself now.
    pub named: String,
    /// Asked there, it says the same.
    pub verified: bool,
}

/// A token with the API's client id as its audience, introspected: is it the audience, and which
/// project is this?
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AudienceProbe {
    /// The last exchange of it.
    pub exchange: ExchangeId,
    /// Such a token is active; `None` where there was no answer to that.
    pub active: Option<bool>,
    /// The API's project, where any user's role named it.
    pub project_id: Option<String>,
}

/// Another token, asked for as the dead one was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FreshProbe {
    /// The token request.
    pub exchange: ExchangeId,
    /// What came of it.
    pub token: FreshToken,
}

/// What came of asking for another token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FreshToken {
    /// It came; its introspection said so.
    Came {
        /// `None` where introspection did not tell.
        active: Option<bool>,
    },
    /// `Errors.User.NotActive`.
    UserNotActive,
    /// None came, for another reason.
    None,
}

/// ZITADEL was watched after a change that Rolecall made itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waited {
    /// The last introspection that did not show it yet.
    pub exchange: ExchangeId,
    /// From the change to that, in milliseconds.
    pub for_ms: u64,
    /// It will be asked no longer.
    pub over: bool,
}

/// What the management API told; `None` for what it did not tell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Managed {
    /// The last exchange of it.
    pub exchange: ExchangeId,
    /// The user is active; `Some(None)`: there is no such user.
    pub user_active: Option<Option<bool>>,
    /// The key's id is in the user's list.
    pub user_key_listed: Option<bool>,
    /// The application is active; `Some(None)`: there is none of this id in the project.
    pub api_active: Option<Option<bool>>,
    /// The key's id is in the application's list.
    pub api_key_listed: Option<bool>,
    /// The project is active.
    pub project_active: Option<bool>,
    /// The user's authorizations, of all projects.
    pub authorizations: Option<Vec<Authorization>>,
    /// The roles that the API's project has, where one that is needed may not be among them.
    pub defined: Option<DefinedRoles>,
}

/// The roles that can be given on a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefinedRoles {
    /// The project's name.
    pub project_name: String,
    /// Role keys.
    pub roles: Vec<String>,
}

/// Roles given to a user on a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorization {
    /// Its id.
    pub id: String,
    /// The project.
    pub project_id: String,
    /// Its name.
    pub project_name: String,
    /// Role keys.
    pub roles: Vec<String>,
    /// It counts.
    pub active: bool,
}
