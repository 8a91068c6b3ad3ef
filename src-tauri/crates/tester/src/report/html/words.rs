//! The words of the report: those of the window.

use contract::{
    Access, Cell, Endpoint, Exchange, FindingCode, Verdict,
    exchange::{Party, Purpose, SecretKind},
    report::{Expected, NOBODY, ProbeToken, TargetProbe, UserReport},
};

/// How a cell looks: its class in the style sheet, its icon, its words.
pub(super) struct Look {
    pub(super) class: &'static str,
    pub(super) icon: &'static str,
    pub(super) word: &'static str,
    /// What should have been, or what is missing to judge it.
    pub(super) aside: &'static str,
}

pub(super) fn look(cell: &Cell) -> Look {
    let (sign, word) = match cell.verdict {
        Verdict::Allowed => ("in", "In"),
        Verdict::Refused => ("out", "Out"),
        Verdict::Failed => {
            let aside = if cell.status.is_none() { "no answer" } else { "neither yes nor no" };
            return Look { class: "odd", icon: "fault", word: "Failed", aside };
        }
        Verdict::NotReached => {
            return Look { class: "unreached", icon: "unreached", word: "Not reached", aside: "" };
        }
    };
    match (cell.as_expected, cell.expected) {
        (Some(true), _) => Look { class: sign, icon: sign, word, aside: "as expected" },
        (Some(false), Some(Expected::Allow)) => {
            Look { class: "odd", icon: "odd", word, aside: "should be in" }
        }
        (Some(false), _) => Look { class: "odd", icon: "odd", word, aside: "should be out" },
        (None, _) => Look { class: "open", icon: sign, word, aside: "no expectation set" },
    }
}

/// What people call a row.
pub(super) fn name(user: &UserReport) -> &str {
    user.user_name.as_deref().unwrap_or(&user.label)
}

/// What stands below a row's name.
pub(super) fn below(user: &UserReport) -> String {
    use contract::finding::TokenKind;
    match &user.token {
        _ if user.label == NOBODY => "calls without a token".into(),
        None => "got no token".into(),
        Some(token) => match token.kind {
            TokenKind::Opaque => format!("opaque token, {} characters", token.length),
            TokenKind::Jwt => format!("JWT, {} characters", token.length),
            TokenKind::Jwe => format!("JWE, {} characters", token.length),
        },
    }
}

/// A door's heading; `GET` goes without saying.
pub(super) fn door(method: &str, path: &str) -> String {
    match method {
        "GET" => path.into(),
        method => format!("{method} {path}"),
    }
}

/// Who may pass.
pub(super) fn rule(endpoint: &Endpoint) -> String {
    let roles = |roles: &[String], word: &str| {
        let s = if roles.len() == 1 { "role" } else { "roles" };
        format!("{s} {}", roles.join(&format!(" {word} ")))
    };
    match &endpoint.access {
        Access::Public => "anyone".into(),
        Access::ValidToken => "any valid token".into(),
        Access::AnyRole { roles: needed } => roles(needed, "or"),
        Access::AllRoles { roles: needed } => roles(needed, "and"),
    }
}

/// `1 caller`, `3 callers`.
pub(super) fn count(number: usize, one: &str) -> String {
    let s = if number == 1 { "" } else { "s" };
    format!("{number} {one}{s}")
}

/// Who speaks to whom.
pub(super) fn between(exchange: &Exchange) -> String {
    let party = |party| match party {
        Party::Zitadel => "ZITADEL",
        Party::Api => "API",
        Party::Caller => exchange.user.as_deref().unwrap_or("Rolecall"),
    };
    format!("{} to {}", party(exchange.from), party(exchange.to))
}

/// What an exchange was for.
pub(super) fn purpose(exchange: &Exchange) -> &'static str {
    match exchange.purpose {
        Purpose::Discovery => "asks for its addresses",
        Purpose::Jwks => "asks for its public keys",
        Purpose::Token => "asks for a token",
        Purpose::Introspection => "asks whether a token is active",
        Purpose::Userinfo => "asks whose token it is",
        Purpose::Management => "looks up or changes ZITADEL",
        Purpose::Call => "calls",
        Purpose::Probe => "probes to find a cause",
    }
}

pub(super) fn secret(kind: SecretKind) -> &'static str {
    match kind {
        SecretKind::AccessToken => "access token",
        SecretKind::IdToken => "id_token",
        SecretKind::RefreshToken => "refresh token",
        SecretKind::Assertion => "signed assertion",
        SecretKind::ClientAssertion => "the API's signed assertion",
        SecretKind::ClientSecret => "client secret",
        SecretKind::PersonalAccessToken => "personal access token",
    }
}

/// A time in a report: to the second, and in UTC, since its reader may be anywhere.
pub(super) fn moment(timestamp: &str) -> String {
    let whole = timestamp.split_once('.').map_or(timestamp, |(whole, _)| whole);
    format!("{} UTC", whole.trim_end_matches('Z').replace('T', " "))
}

/// `12.3 ms`
pub(super) fn took(microseconds: u64) -> String {
    format!("{}.{} ms", microseconds / 1000, microseconds % 1000 / 100)
}

/// The host and path of an address.
pub(super) fn path(url: &str) -> String {
    match url::Url::parse(url) {
        Ok(url) => match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        },
        Err(_) => url.to_owned(),
    }
}

pub(super) fn token(token: ProbeToken) -> &'static str {
    match token {
        ProbeToken::None => "No token at all",
        ProbeToken::Garbage => "Letters that are no token",
        ProbeToken::Cut => "A token cut short",
        ProbeToken::IdToken => "An id_token instead of an access token",
        ProbeToken::OtherAudience => "A token made out to another project",
        ProbeToken::NoRole => "A good token without the role",
        ProbeToken::RightRole => "A good token with the role",
        ProbeToken::RolesInside => "A good token that carries its roles",
        ProbeToken::RoleTaken => "A token from before its role was taken",
        ProbeToken::Expired => "An expired token",
        ProbeToken::SwitchedOff => "A token of an account that was switched off",
    }
}

/// What is wrong with the answer to a probe.
pub(super) fn faults(probe: &TargetProbe) -> String {
    if probe.faults.is_empty() {
        return "right".into();
    }
    let words: Vec<_> = probe.faults.iter().map(|code| fault(*code)).collect();
    words.join(", ")
}

fn fault(code: FindingCode) -> &'static str {
    use FindingCode as Code;
    match code {
        Code::AdmitsWithoutToken => "lets in without a token",
        Code::RefusesGoodToken => "refuses a good token",
        Code::EndpointMissing => "no such endpoint",
        Code::RoleNotInToken => "looks for roles inside the token",
        Code::RefusesDespiteRole => "refuses whom the role admits",
        Code::AdmitsWithoutRole => "admits without the role",
        Code::ErrorForRefusal => "an error where a refusal belongs",
        Code::ForbiddenForUnauthorized => "403 where 401 belongs",
        Code::OddRefusal => "an unusual refusal",
        Code::ChallengeMissing => "no WWW-Authenticate",
        Code::AcceptsIdToken => "accepts an id_token",
        Code::AcceptsOtherAudience => "accepts a token for others",
        Code::AcceptsInvalidToken => "accepts a token that is not valid",
        Code::PublicIsClosed => "closed where anyone may pass",
        Code::LeaksDetails => "tells too much",
        Code::Slow => "slow",
        Code::RoleAsScope => "looks for the role in scope",
        Code::RoleFrozen => "believes the token, not ZITADEL",
        _ => "not as it should be",
    }
}
