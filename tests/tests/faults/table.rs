//! The table.

use contract::FindingCode::{self, *};

/// Where a finding is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// Setup's issuer; the roll cannot be called.
    Issuer,
    /// Setup's API key; the roll cannot be called.
    ApiKey,
    /// Said once of the protected API.
    Api,
    /// The first user's row: it got no token.
    Row,
    /// The first user at the door for any token.
    Private,
    /// The first user at the door for a role.
    Scoped,
}

impl Seen {
    /// For people.
    pub fn words(self) -> &'static str {
        match self {
            Self::Issuer => "Setup, at the issuer",
            Self::ApiKey => "Setup, at the API's key",
            Self::Api => "Roll call, at the API",
            Self::Row => "Roll call, in the user's row",
            Self::Private => "Roll call, at `/api/private`",
            Self::Scoped => "Roll call, at `/api/private-scoped`",
        }
    }
}

/// The finding and where it is seen; `None` where nothing is wrong but that some lack the role.
pub type Said = Option<(FindingCode, Seen)>;

/// What the server does wrong.
pub struct Row {
    /// As it is written, several where one line tells of all.
    pub faults: &'static [&'static str],
    /// In a few words.
    pub done: &'static str,
    pub said: Said,
}

const fn row(faults: &'static [&'static str], done: &'static str, said: Said) -> Row {
    Row { faults, done, said }
}

/// In the order in which faults are told.
pub const SERVER: &[Row] = &[
    row(
        &["wrong_project"],
        "The API lives in another project than the workspace names.",
        Some((AudienceOtherProject, Seen::Private)),
    ),
    row(&["role_taken"], "The first user's role is taken away.", Some((RoleMissing, Seen::Scoped))),
    row(
        &["role_inactive"],
        "The first user's authorization is deactivated.",
        Some((RoleMissing, Seen::Scoped)),
    ),
    row(&["key_deleted"], "The first user's key is deleted.", Some((KeyUnknown, Seen::Row))),
    row(
        &["key_expired"],
        "The first user's key has expired; its file does not say so.",
        Some((KeyUnknown, Seen::Row)),
    ),
    row(&["user_locked"], "The first user is locked.", Some((UserInactive, Seen::Row))),
    row(&["user_inactive"], "The first user is deactivated.", Some((UserInactive, Seen::Row))),
    row(
        &["api_inactive"],
        "The API's application is deactivated.",
        Some((ApiNotAuthenticated, Seen::Api)),
    ),
    row(
        &["project_inactive"],
        "The API's project is deactivated.",
        Some((ApiNotAuthenticated, Seen::Api)),
    ),
    row(
        &["issuer_name"],
        "The issuer calls itself by another name.",
        Some((IssuerMismatch, Seen::Issuer)),
    ),
    row(
        &["unknown_host"],
        "The instance does not know the name that it is asked by.",
        Some((InstanceNotFound, Seen::Issuer)),
    ),
    row(&["clock_ahead=60"], "Its clock is a minute ahead of ours, which is taken.", None),
    row(
        &["clock_ahead=900"],
        "Its clock is a quarter of an hour ahead, so ours is behind.",
        Some((ClockBehind, Seen::Row)),
    ),
    row(
        &["clock_behind=30"],
        "Its clock is half a minute behind, so ours is ahead.",
        Some((ClockAhead, Seen::Row)),
    ),
    row(
        &["minimal_introspection"],
        "Introspection says nothing of users and roles.",
        Some((MinimalIntrospection, Seen::Scoped)),
    ),
    row(&["lag=500"], "Changes show half a second late; nothing was changed.", None),
    row(
        &["slow@discovery=300", "slow@token=300", "slow@introspection=300", "slow@userinfo=300"],
        "The answer is late, but in time.",
        None,
    ),
    row(&["slow@discovery=20000"], "No answer in time.", Some((Unreachable, Seen::Issuer))),
    row(&["slow@token=20000"], "No answer in time.", Some((ServerTrouble, Seen::Row))),
    row(&["slow@introspection=20000"], "No answer in time.", Some((ServerTrouble, Seen::Private))),
    row(
        &["slow@userinfo=20000"],
        "No answer in time; userinfo is asked only to tell causes apart.",
        None,
    ),
    row(&["cut@discovery"], "The answer breaks off half way.", Some((Unreachable, Seen::Issuer))),
    row(
        &["empty@discovery", "html@discovery", "http_500@discovery", "http_429@discovery"],
        "An answer that is no discovery document: empty, a web page, 500, 429.",
        Some((NotZitadel, Seen::Issuer)),
    ),
    row(
        &["cut@token", "empty@token", "html@token", "http_500@token", "http_429@token"],
        "No usable answer: cut, empty, a web page, 500, 429.",
        Some((ServerTrouble, Seen::Row)),
    ),
    row(
        &[
            "cut@introspection",
            "empty@introspection",
            "html@introspection",
            "http_500@introspection",
            "http_429@introspection",
        ],
        "No usable answer: cut, empty, a web page, 500, 429.",
        Some((ServerTrouble, Seen::Private)),
    ),
    row(
        &[
            "cut@userinfo",
            "empty@userinfo",
            "html@userinfo",
            "http_500@userinfo",
            "http_429@userinfo",
        ],
        "No usable answer; userinfo is asked only to tell causes apart.",
        None,
    ),
    row(
        &["tls_self_signed"],
        "A certificate that nobody vouches for.",
        Some((TlsUntrusted, Seen::Issuer)),
    ),
    row(&["tls_name"], "A certificate for another name.", Some((TlsUntrusted, Seen::Issuer))),
    row(&["tls_expired"], "A certificate that has expired.", Some((TlsUntrusted, Seen::Issuer))),
];

/// What is wrong on this side, by its name and what was done. [`super::ours`] makes it so.
pub const OURS: &[(&str, &str, Said)] = &[
    (
        "api_key_as_user",
        "The API's key file stands where the user's belongs.",
        Some((KeyWrongKind, Seen::Row)),
    ),
    (
        "user_key_as_api",
        "The user's key file stands where the API's belongs.",
        Some((KeyWrongKind, Seen::ApiKey)),
    ),
    ("swapped", "Both key files stand in each other's place.", Some((KeyWrongKind, Seen::ApiKey))),
    ("user_key_cut", "The user's key file is cut short.", Some((KeyUnreadable, Seen::Row))),
    (
        "user_key_public",
        "The user's key file holds no private key.",
        Some((KeyUnreadable, Seen::Row)),
    ),
    (
        "user_key_moved",
        "The user's key file is not where it was.",
        Some((KeyUnreadable, Seen::Row)),
    ),
    ("api_key_cut", "The API's key file is cut short.", Some((KeyUnreadable, Seen::ApiKey))),
    ("user_key_over", "The date in the user's key file has passed.", Some((KeyExpired, Seen::Row))),
    (
        "user_key_foreign",
        "The user's key file holds the private key of another.",
        Some((KeyUnknown, Seen::Row)),
    ),
    (
        "user_key_of_nobody",
        "The user's key file names an id that ZITADEL does not know.",
        Some((KeyUnknown, Seen::Row)),
    ),
    (
        "api_key_foreign",
        "The API's key file holds the private key of another.",
        Some((ApiNotAuthenticated, Seen::Api)),
    ),
    ("no_audience", "The audience scope is left out.", Some((AudienceMissing, Seen::Private))),
    ("role_as_scope", "The role is asked for as a scope: a note, `role_as_scope`.", None),
    (
        "other_project",
        "The project's id is another project's.",
        Some((AudienceOtherProject, Seen::Private)),
    ),
    (
        "other_name",
        "The address names the same machine otherwise.",
        Some((InstanceNotFound, Seen::Issuer)),
    ),
    ("no_address", "The address is none.", Some((Unreachable, Seen::Issuer))),
    ("nobody_there", "Nobody listens at the address.", Some((Unreachable, Seen::Issuer))),
    (
        "somebody_else",
        "Another web server answers at the address.",
        Some((NotZitadel, Seen::Issuer)),
    ),
    (
        "https_for_http",
        "The address says https where plain http is served.",
        Some((TlsUntrusted, Seen::Issuer)),
    ),
    (
        "plain_http",
        "The address is plain http on another machine.",
        Some((InsecureIssuer, Seen::Issuer)),
    ),
    ("slash", "The address ends with a slash.", None),
    ("console_page", "The address is that of a console page.", None),
];

/// What takes a change between two calls. [`super::later`] makes it so.
pub const LATER: &[(&str, &str, Said)] = &[
    (
        "issuer_renamed",
        "The issuer takes another name after it was looked up.",
        Some((IssuerMismatch, Seen::Row)),
    ),
    (
        "host_forgotten",
        "The instance no longer knows its name after it was looked up.",
        Some((InstanceNotFound, Seen::Row)),
    ),
    (
        "issuer_renamed_since",
        "The same, with a token from before.",
        Some((IssuerMismatch, Seen::Api)),
    ),
    (
        "locked_meanwhile",
        "The user was locked and unlocked; its token is from before.",
        Some((UserInactive, Seen::Private)),
    ),
    (
        "just_given",
        "The role was given a moment ago and does not show yet.",
        Some((NotCaughtUp, Seen::Scoped)),
    ),
    (
        "role_never_made",
        "The door asks for a role that the project does not have; seen with a personal access token.",
        Some((RoleUndefined, Seen::Scoped)),
    ),
    (
        "role_taken_meanwhile",
        "The role was taken; a JWT from before still names it: a note, `role_frozen`.",
        Some((RoleMissing, Seen::Scoped)),
    ),
];
