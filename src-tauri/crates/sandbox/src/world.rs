//! Who and what there is: organisations, projects, roles, APIs, service users and what they hold.
//!
//! It is data with look-ups; what may be changed, and what follows from a change, is in `change`.

mod begin;

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

/// When something was made and last changed, and by which event of its aggregate: an organisation, a
/// project with all that is in it, a user with its credentials, or an authorization.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Details {
    pub(crate) created_at: Timestamp,
    pub(crate) changed_at: Timestamp,
    /// Of the last event, counted from 1 within the aggregate.
    pub(crate) sequence: u64,
}

impl Details {
    pub(crate) fn new(sequence: u64, now: Timestamp) -> Self {
        Self { created_at: now, changed_at: now, sequence }
    }

    pub(crate) fn change(&mut self, sequence: u64, now: Timestamp) {
        self.sequence = sequence;
        self.changed_at = now;
    }
}

#[derive(Clone)]
pub(crate) struct Organization {
    pub(crate) id: Id,
    pub(crate) name: String,
    pub(crate) primary_domain: String,
    pub(crate) details: Details,
}

#[derive(Clone)]
pub(crate) struct Project {
    pub(crate) id: Id,
    pub(crate) name: String,
    pub(crate) organization: Id,
    pub(crate) settings: ProjectSettings,
    /// By their keys.
    pub(crate) roles: IndexMap<String, Role>,
    /// Of roles that are gone: removing one again answers what removed it.
    pub(crate) removed_roles: HashMap<String, Details>,
    pub(crate) state: State,
    /// By their ids.
    pub(crate) grants: IndexMap<Id, ProjectGrant>,
    pub(crate) details: Details,
    /// Events so far, those of its roles, grants, APIs and their keys among them.
    pub(crate) events: u64,
}

impl Project {
    /// Counts one more event and answers its number.
    pub(crate) fn event(&mut self) -> u64 {
        self.events += 1;
        self.events
    }

    /// Which of its roles an organisation may give: all of its own, else what was granted to it.
    pub(crate) fn givable(&self, organization: &str, role: &str) -> bool {
        if *self.organization == *organization {
            return self.roles.contains_key(role);
        }
        let granted = self.grants.values().find(|grant| *grant.organization == *organization);
        granted.is_some_and(|grant| grant.roles.iter().any(|known| known == role))
    }
}

/// A project's switches. They have no effect on service users.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct ProjectSettings {
    pub(crate) role_assertion: bool,
    pub(crate) role_check: bool,
    pub(crate) project_check: bool,
    /// The number of a `PrivateLabelingSetting`.
    pub(crate) private_labeling: usize,
}

#[derive(Clone)]
pub(crate) struct Role {
    pub(crate) display_name: String,
    pub(crate) group: String,
    pub(crate) details: Details,
}

/// Which roles of a project another organisation may give.
#[derive(Clone)]
pub(crate) struct ProjectGrant {
    pub(crate) organization: Id,
    pub(crate) roles: Vec<String>,
    pub(crate) details: Details,
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
    pub(crate) name: String,
    pub(crate) client_id: Id,
    pub(crate) project: Id,
    pub(crate) state: State,
    pub(crate) authentication: Authentication,
    pub(crate) details: Details,
}

/// The public half of a key that somebody else holds.
#[derive(Clone)]
pub(crate) struct Key {
    pub(crate) public: Arc<VerifyingKey>,
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) details: Details,
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
    pub(crate) id: Id,
    pub(crate) project: Id,
    /// By which another organisation's project was to be had.
    pub(crate) project_grant: Option<Id>,
    /// The organisation that gave them: the claim names it.
    pub(crate) organization: Id,
    pub(crate) roles: Vec<String>,
    pub(crate) state: State,
    /// Its sequence counts its events.
    pub(crate) details: Details,
}

#[derive(Clone)]
pub(crate) struct User {
    pub(crate) id: Id,
    pub(crate) user_name: String,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) organization: Id,
    pub(crate) state: UserState,
    pub(crate) token_type: TokenType,
    /// Of the user itself; the last change is the claim `updated_at`.
    pub(crate) details: Details,
    /// Events so far, those of its keys, tokens and metadata among them.
    pub(crate) events: u64,
    /// Rises whenever the tokens that the user has must die.
    pub(crate) generation: u64,
    pub(crate) keys: IndexMap<Id, Key>,
    pub(crate) authorizations: Vec<Authorization>,
    pub(crate) metadata: IndexMap<String, Metadata>,
}

impl User {
    /// Counts one more event and answers its number.
    pub(crate) fn event(&mut self) -> u64 {
        self.events += 1;
        self.events
    }

    /// Counts an event of the user itself.
    pub(crate) fn change(&mut self, now: Timestamp) {
        let sequence = self.event();
        self.details.change(sequence, now);
    }
}

/// What somebody noted about a user.
#[derive(Clone)]
pub(crate) struct Metadata {
    pub(crate) value: Vec<u8>,
    pub(crate) details: Details,
}

/// A token that a person made for a user, once.
#[derive(Clone)]
pub(crate) struct PersonalAccessToken {
    pub(crate) user: Id,
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) details: Details,
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
    pub(crate) personal_access_tokens: IndexMap<Id, PersonalAccessToken>,
    /// ZITADEL's own project, whose audience its management API wants.
    pub(crate) zitadel_project: Id,
    /// The client id of the API whose key is handed out.
    pub(crate) api: Id,
    /// That API's project. Either may have been removed since.
    pub(crate) project: Id,
    pub(crate) api_file: HandedOut,
    /// Of the service users, in order; by user id.
    pub(crate) user_files: IndexMap<Id, HandedOut>,
    /// The user who may manage everything.
    pub(crate) administrator: Id,
    /// The id of its personal access token.
    pub(crate) admin_token: Id,
    /// The first is active; both are shown.
    pub(crate) signing_keys: Arc<[SigningKey; 2]>,
    /// The keys of opaque tokens.
    pub(crate) seal: Arc<Seal>,
}

impl World {
    pub(crate) fn organization_of(&self, user: &User) -> &Organization {
        &self.organizations[&user.organization]
    }

    /// A user that was not removed.
    pub(crate) fn user(&self, id: &str) -> Option<&User> {
        self.users.get(id).filter(|user| user.state != UserState::Removed)
    }

    /// The administrator: no service user of the scene.
    pub(crate) fn is_administrator(&self, user: &User) -> bool {
        self.administrator == user.id
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
