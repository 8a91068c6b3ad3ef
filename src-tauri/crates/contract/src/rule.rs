//! Endpoints of a protected API and who may pass.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One door of the API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Endpoint {
    /// The HTTP method that a roll call uses; `GET` unless a workspace says otherwise.
    #[serde(default = "get")]
    pub method: String,
    /// Absolute path, for example `/api/private-scoped`.
    pub path: String,
    /// Who may pass.
    pub access: Access,
}

fn get() -> String {
    "GET".into()
}

/// Who may pass a door.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "rule", rename_all = "snake_case")]
#[ts(export)]
pub enum Access {
    /// Anyone, with or without a token.
    Public,
    /// Whoever brings a token that introspection calls active.
    ValidToken,
    /// Whoever brings an active token and holds at least one of these roles on the API's project.
    AnyRole {
        /// Role keys, for example `read:messages`; never empty.
        roles: Vec<String>,
    },
    /// Whoever brings an active token and holds every one of these roles on the API's project.
    AllRoles {
        /// Role keys; never empty.
        roles: Vec<String>,
    },
}

impl Endpoint {
    /// The three endpoints of ZITADEL's API guide.
    pub fn guide() -> Vec<Self> {
        let get = |path: &str, access| Self { method: get(), path: path.into(), access };
        vec![
            get("/api/public", Access::Public),
            get("/api/private", Access::ValidToken),
            get("/api/private-scoped", Access::AnyRole { roles: vec!["read:messages".into()] }),
        ]
    }
}

impl Access {
    /// The roles that are looked for; empty where none is needed.
    pub fn needed_roles(&self) -> &[String] {
        match self {
            Self::AnyRole { roles } | Self::AllRoles { roles } => roles,
            Self::Public | Self::ValidToken => &[],
        }
    }

    /// Whether whoever holds these roles has those that are needed.
    pub fn admits(&self, held: &[String]) -> bool {
        match self {
            Self::Public | Self::ValidToken => true,
            Self::AnyRole { roles } => roles.iter().any(|role| held.contains(role)),
            // Without a single role to look for, nobody is let in by mistake.
            Self::AllRoles { roles } => {
                !roles.is_empty() && roles.iter().all(|role| held.contains(role))
            }
        }
    }

    /// The needed roles as they are told: `a or b` where one is enough, `a and b` where all are needed.
    pub fn roles_in_words(&self) -> String {
        let and_or = if matches!(self, Self::AllRoles { .. }) { " and " } else { " or " };
        self.needed_roles().join(and_or)
    }

    /// Whether roles decide here.
    pub fn asks_for_roles(&self) -> bool {
        matches!(self, Self::AnyRole { .. } | Self::AllRoles { .. })
    }
}
