//! A change that ZITADEL would not make: its kind, the id that tells the place in ZITADEL's source,
//! and its words, translated where ZITADEL has a translation. What was recorded is as recorded, the
//! rest as its source says (`internal/command`, `internal/query`, `internal/static/i18n/en.yaml`).

/// What kind of refusal it is (`zerrors`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    InvalidArgument,
    NotFound,
    AlreadyExists,
    PermissionDenied,
    PreconditionFailed,
    Unauthenticated,
    Internal,
}

/// Why a change was not made, or something could not be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) kind: Kind,
    pub(crate) id: &'static str,
    pub(crate) message: &'static str,
}

pub(crate) const USER_NOT_FOUND: &str = "User could not be found";
pub(crate) const PROJECT_NOT_FOUND: &str = "Project not found";
pub(crate) const APP_NOT_EXISTING: &str = "Application doesn't exist";
pub(crate) const APP_NOT_FOUND: &str = "Application not found";
pub(crate) const GRANT_NOT_FOUND: &str = "User grant not found";

impl Refusal {
    const fn new(kind: Kind, id: &'static str, message: &'static str) -> Self {
        Self { kind, id, message }
    }

    pub(crate) const fn invalid(id: &'static str, message: &'static str) -> Self {
        Self::new(Kind::InvalidArgument, id, message)
    }

    pub(crate) const fn not_found(id: &'static str, message: &'static str) -> Self {
        Self::new(Kind::NotFound, id, message)
    }

    /// Two of the same name: the event store's own id (`manage-create-project-again.json`).
    pub(crate) const fn exists(message: &'static str) -> Self {
        Self::new(Kind::AlreadyExists, "V3-DKcYh", message)
    }

    pub(crate) const fn denied(id: &'static str, message: &'static str) -> Self {
        Self::new(Kind::PermissionDenied, id, message)
    }

    pub(crate) const fn precondition(id: &'static str, message: &'static str) -> Self {
        Self::new(Kind::PreconditionFailed, id, message)
    }

    pub(crate) const fn unauthenticated(id: &'static str, message: &'static str) -> Self {
        Self::new(Kind::Unauthenticated, id, message)
    }

    /// Keys, or the randomness for them, could not be made.
    pub(crate) const fn internal() -> Self {
        Self::new(Kind::Internal, "CRYPT-Gdg5e", "An internal error occurred")
    }
}

impl From<crate::keys::KeyFailure> for Refusal {
    fn from(_: crate::keys::KeyFailure) -> Self {
        Self::internal()
    }
}
