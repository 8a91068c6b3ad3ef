//! What a caller is told. RFC 6750, section 3, has the status, the challenge and the error words;
//! bodies are `{"message"}` or `{"error", "error_description"}`.

use std::{borrow::Cow, time::Duration};

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use contract::{Access, report::Outcome};
use http::{
    HeaderValue, StatusCode,
    header::{ALLOW, CONNECTION, RETRY_AFTER, WWW_AUTHENTICATE},
};
use serde::Serialize;

use crate::{
    bearer::{Fault, Sent},
    decide::Judgement,
    host::WrongHost,
};

/// The challenge without an error.
const CHALLENGE: &str = "Bearer realm=\"rolecall\"";

/// How long to wait where the issuer named no time.
const RETRY_AFTER_SECONDS: u64 = 5;

#[derive(Serialize)]
struct Welcome {
    message: &'static str,
}

#[derive(Serialize)]
struct Refusal<'a> {
    error: &'a str,
    error_description: &'a str,
}

/// The answer at a door.
pub(crate) fn at_a_door(access: &Access, sent: Sent<'_>, judgement: &Judgement) -> Response {
    match judgement.outcome {
        Outcome::Allowed => Json(Welcome { message: welcome(access) }).into_response(),
        Outcome::NoToken => {
            let mut response = refuse(
                StatusCode::UNAUTHORIZED,
                "unauthorized",
                "Send an access token: Authorization: Bearer, a space, and the token.",
            );
            // "SHOULD NOT include an error code": nothing was sent that could be wrong.
            challenge(&mut response, CHALLENGE.into());
            response
        }
        Outcome::MalformedToken => {
            let fault = if let Sent::Malformed(fault) = sent { fault } else { Fault::NotAToken };
            challenged(StatusCode::BAD_REQUEST, "invalid_request", fault.description())
        }
        Outcome::Inactive => challenged(
            StatusCode::UNAUTHORIZED,
            "invalid_token",
            "The access token is expired, revoked, or not made out to this API.",
        ),
        Outcome::RoleMissing => {
            challenged(StatusCode::FORBIDDEN, "insufficient_scope", &lacking(access))
        }
        Outcome::ApiRefused | Outcome::IssuerUnavailable => unavailable(judgement.retry_after),
    }
}

/// The answer to a request with a wrong `Host`.
pub(crate) fn wrong_host(wrong: WrongHost) -> Response {
    match wrong {
        WrongHost::Unclear => refuse(
            StatusCode::BAD_REQUEST,
            "invalid_request",
            "A request needs exactly one Host header.",
        ),
        WrongHost::NotThisMachine => refuse(
            StatusCode::MISDIRECTED_REQUEST,
            "misdirected_request",
            "This API answers only under localhost, 127.0.0.1 and [::1].",
        ),
    }
}

/// The answer where no door has this path.
pub(crate) fn not_found() -> Response {
    refuse(StatusCode::NOT_FOUND, "not_found", "There is no endpoint at this path.")
}

/// The answer where the path has doors for other methods only.
pub(crate) fn method_not_allowed(allow: &HeaderValue) -> Response {
    let mut response = refuse(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        "The endpoint at this path does not take this method; Allow names those that it takes.",
    );
    response.headers_mut().insert(ALLOW, allow.clone());
    response
}

/// The answer to a body beyond the limit.
pub(crate) fn body_too_large() -> Response {
    closing(refuse(
        StatusCode::PAYLOAD_TOO_LARGE,
        "content_too_large",
        "The request's body is larger than this API takes.",
    ))
}

/// The answer to a body that does not come, or breaks off.
pub(crate) fn body_incomplete() -> Response {
    closing(refuse(
        StatusCode::REQUEST_TIMEOUT,
        "request_timeout",
        "The request's body did not arrive whole and in time.",
    ))
}

fn welcome(access: &Access) -> &'static str {
    match access {
        Access::Public => "Hello from a public endpoint! You don't need a token to see this.",
        Access::ValidToken => "Hello from a private endpoint! You need a valid token to see this.",
        Access::AnyRole { .. } | Access::AllRoles { .. } => {
            "Hello from a private-scoped endpoint! You need a valid token and a role to see this."
        }
    }
}

/// The role goes here and not into `scope`: a role is no scope, and asking for it as one would not
/// help.
fn lacking(access: &Access) -> String {
    let roles = access.needed_roles();
    let lacks = match (access, roles) {
        (_, [role]) => format!("lacks the role {role}"),
        (Access::AllRoles { .. }, _) => {
            format!("does not have all of the roles {}", roles.join(", "))
        }
        _ => format!("has none of the roles {}", roles.join(", ")),
    };
    format!("The access token is valid, but its user {lacks}.")
}

fn unavailable(retry_after: Option<Duration>) -> Response {
    let mut response = refuse(
        StatusCode::SERVICE_UNAVAILABLE,
        "temporarily_unavailable",
        "This API cannot have access tokens checked at the moment.",
    );
    let seconds = retry_after.map_or(RETRY_AFTER_SECONDS, |wait| wait.as_secs().max(1));
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    response
}

fn challenged(status: StatusCode, error: &str, description: &str) -> Response {
    let mut response = refuse(status, error, description);
    let quoted = quotable(description);
    challenge(
        &mut response,
        format!("{CHALLENGE}, error=\"{error}\", error_description=\"{quoted}\""),
    );
    response
}

fn challenge(response: &mut Response, value: String) {
    let value = HeaderValue::try_from(value).unwrap_or(HeaderValue::from_static("Bearer"));
    response.headers_mut().insert(WWW_AUTHENTICATE, value);
}

/// `error_description` takes `%x20-21 / %x23-5B / %x5D-7E` (RFC 6750, section 3); role keys may
/// hold anything.
fn quotable(text: &str) -> Cow<'_, str> {
    let fits = |c: char| matches!(c, ' '..='~') && c != '"' && c != '\\';
    if text.chars().all(fits) {
        return Cow::Borrowed(text);
    }
    text.chars().map(|c| if fits(c) { c } else { '?' }).collect::<String>().into()
}

fn refuse(status: StatusCode, error: &str, error_description: &str) -> Response {
    (status, Json(Refusal { error, error_description })).into_response()
}

/// What is left of the request is not read, so the connection cannot be used again.
fn closing(mut response: Response) -> Response {
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn challenge_of(response: &Response) -> &str {
        response.headers()[WWW_AUTHENTICATE].to_str().unwrap()
    }

    #[test]
    fn a_role_that_no_header_can_say_is_said_as_far_as_it_goes() {
        let access = Access::AnyRole { roles: vec!["le\"sen\\\r\nä".into()] };
        let response = at_a_door(&access, Sent::Token("t"), &Outcome::RoleMissing.into());
        assert_eq!(response.status(), 403);
        assert!(challenge_of(&response).ends_with("lacks the role le?sen????.\""));
    }

    #[test]
    fn several_roles_are_all_named() {
        let access = Access::AnyRole { roles: vec!["read".into(), "write".into()] };
        let response = at_a_door(&access, Sent::Token("t"), &Outcome::RoleMissing.into());
        assert!(challenge_of(&response).contains("none of the roles read, write."));
        assert!(!challenge_of(&response).contains("scope="));
    }

    #[test]
    fn where_all_roles_are_needed_the_answer_says_so() {
        for (roles, expected) in [
            (vec!["read", "write"], "does not have all of the roles read, write."),
            (vec!["read"], "lacks the role read."),
        ] {
            let access = Access::AllRoles { roles: roles.into_iter().map(Into::into).collect() };
            let response = at_a_door(&access, Sent::Token("t"), &Outcome::RoleMissing.into());
            assert_eq!(response.status(), 403);
            assert!(challenge_of(&response).contains(expected), "{}", challenge_of(&response));
        }
    }

    #[test]
    fn the_issuers_own_retry_after_is_handed_on_and_never_less_than_a_second() {
        let cases = [(None, "5"), (Some(0), "1"), (Some(400), "1"), (Some(90_000), "90")];
        for (millis, expected) in cases {
            let judgement = Judgement {
                retry_after: millis.map(Duration::from_millis),
                ..Outcome::IssuerUnavailable.into()
            };
            let response = at_a_door(&Access::ValidToken, Sent::Token("t"), &judgement);
            assert_eq!(response.status(), 503);
            assert_eq!(response.headers()[RETRY_AFTER], expected, "{millis:?} ms");
        }
    }
}
