//! Who and what there is: organisations, projects, roles, APIs, service users and what they hold.
//!
//! It is data with look-ups; what may be changed, and what follows from a change, is in `change`.

use std::{collections::HashMap, fmt, str::FromStr, sync::Arc};

use indexmap::IndexMap;
use jiff::Timestamp;

use crate::{
    SecretText,
    access_token::Seal,
    id::{Id, Ids},
    keys::{SigningKey, VerifyingKey},
    options::{UnknownName, name_of, named},
};

/// Which kind of access token a service user gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TokenType {
    /// A reference that only the issuer can read (`ACCESS_TOKEN_TYPE_BEARER` of v4.3).
    #[default]
    Opaque,
    /// Signed claims (`ACCESS_TOKEN_TYPE_JWT`).
    Jwt,
    /// The reference of newer servers: an encrypted five-part token.
    Jwe,
}

impl TokenType {
    const NAMES: [(Self, &'static str); 3] =
        [(Self::Opaque, "opaque"), (Self::Jwt, "jwt"), (Self::Jwe, "jwe")];
}

impl fmt::Display for TokenType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        name_of(&Self::NAMES, *self, f)
    }
}

impl FromStr for TokenType {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, UnknownName> {
        named(&Self::NAMES, name)
    }
}

/// A user's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserState {
    /// May get tokens.
    Active,
    /// Locked: no tokens, and those it had are dead for good.
    Locked,
    /// Deactivated: likewise.
    Deactivated,
    /// Removed with its keys and authorizations, for good.
    Removed,
}

/// Whether an API, a project or an authorization counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It counts.
    Active,
    /// It was deactivated.
    Inactive,
}

#[derive(Clone)]
pub(crate) struct Organization {
    pub(crate) id: Id,
    pub(crate) name: String,
    pub(crate) primary_domain: String,
}

#[derive(Clone)]
pub(crate) struct Project {
    pub(crate) id: Id,
    pub(crate) name: String,
    pub(crate) organization: Id,
    pub(crate) roles: Vec<String>,
    pub(crate) state: State,
    /// Which roles other organisations may give, by organisation (a *project grant*).
    pub(crate) grants: HashMap<Id, Vec<String>>,
}

/// How an API authenticates.
#[derive(Clone)]
pub(crate) enum Authentication {
    /// With signed assertions: its keys by their ids.
    PrivateKeyJwt(IndexMap<Id, Key>),
    /// With a secret.
    Basic(SecretText),
}

#[derive(Clone)]
pub(crate) struct Api {
    pub(crate) app_id: Id,
    pub(crate) client_id: Id,
    pub(crate) project: Id,
    pub(crate) state: State,
    pub(crate) authentication: Authentication,
}

/// The public half of a key that somebody else holds.
#[derive(Clone)]
pub(crate) struct Key {
    pub(crate) public: Arc<VerifyingKey>,
    pub(crate) expires_at: Option<Timestamp>,
}

impl Key {
    /// Whether it may still be used at this moment.
    pub(crate) fn is_valid(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|at| at > now)
    }
}

/// Roles given to a user on a project (a *user grant*, newer: *role assignment*).
#[derive(Clone)]
pub(crate) struct Authorization {
    pub(crate) project: Id,
    /// The organisation that gave them: the claim names it.
    pub(crate) organization: Id,
    pub(crate) roles: Vec<String>,
    pub(crate) state: State,
}

#[derive(Clone)]
pub(crate) struct User {
    pub(crate) id: Id,
    pub(crate) user_name: String,
    pub(crate) name: String,
    pub(crate) organization: Id,
    pub(crate) state: UserState,
    pub(crate) token_type: TokenType,
    /// Last change of the user itself, in seconds since 1970: the claim `updated_at`.
    pub(crate) changed_at: i64,
    /// Rises whenever the tokens that the user has must die.
    pub(crate) generation: u64,
    pub(crate) keys: IndexMap<Id, Key>,
    pub(crate) authorizations: Vec<Authorization>,
    pub(crate) metadata: IndexMap<String, Vec<u8>>,
}

/// A token that a person made for a user, once.
#[derive(Clone)]
pub(crate) struct PersonalAccessToken {
    pub(crate) user: Id,
    pub(crate) created_at: i64,
    pub(crate) expires_at: Option<i64>,
}

/// A key file that was handed out, to be written where somebody wants it.
#[derive(Clone)]
pub(crate) struct HandedOut {
    /// For example `reader-bot`.
    pub(crate) stem: String,
    pub(crate) text: SecretText,
}

/// Everything that an instance knows. Made by [`World::demo`] or [`World::read_description`], served
/// by [`crate::Sandbox`].
#[derive(Clone)]
pub struct World {
    /// Where it says it is, until it is told otherwise.
    pub(crate) issuer: String,
    pub(crate) ids: Ids,
    /// The first one owns everything that a description names.
    pub(crate) organizations: IndexMap<Id, Organization>,
    pub(crate) projects: IndexMap<Id, Project>,
    /// By client id.
    pub(crate) apis: IndexMap<Id, Api>,
    pub(crate) users: IndexMap<Id, User>,
    pub(crate) personal_access_tokens: HashMap<Id, PersonalAccessToken>,
    /// ZITADEL's own project, whose audience its management API wants.
    pub(crate) zitadel_project: Id,
    /// The client id of the API whose key is handed out.
    pub(crate) api: Id,
    pub(crate) api_file: HandedOut,
    /// Of the service users, in order; by user id.
    pub(crate) user_files: IndexMap<Id, HandedOut>,
    /// The id of the administrator's personal access token.
    pub(crate) admin_token: Id,
    /// The first is active; both are shown.
    pub(crate) signing_keys: Arc<[SigningKey; 2]>,
    /// The keys of opaque tokens.
    pub(crate) seal: Arc<Seal>,
}

impl World {
    /// The project of the API whose key is handed out.
    pub(crate) fn project_id(&self) -> &Id {
        &self.apis[&self.api].project
    }

    pub(crate) fn organization_of(&self, user: &User) -> &Organization {
        &self.organizations[&user.organization]
    }

    /// A user that was not removed.
    pub(crate) fn user(&self, id: &str) -> Option<&User> {
        self.users.get(id).filter(|user| user.state != UserState::Removed)
    }

    /// The administrator: known by its token, no service user of the scene.
    pub(crate) fn is_administrator(&self, user: &User) -> bool {
        self.personal_access_tokens.get(&self.admin_token).is_some_and(|pat| pat.user == user.id)
    }
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("World")
            .field("issuer", &self.issuer)
            .field("users", &self.users.len())
            .finish_non_exhaustive()
    }
}
