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
    /// The roles of which one is needed; empty where none is.
    pub fn needed_roles(&self) -> &[String] {
        match self {
            Self::AnyRole { roles } => roles,
            Self::Public | Self::ValidToken => &[],
        }
    }
}
