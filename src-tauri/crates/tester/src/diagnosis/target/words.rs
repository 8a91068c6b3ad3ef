//! What is said of each fault, for people who know the console but not OAuth.

use contract::{
    Access, Finding, FindingCode as Code,
    finding::{EvidenceSource, TokenKind},
    report::{NOBODY, ProbeToken},
};

use super::{fixed, leak::leaks, source};
use crate::{
    diagnosis::{Draft, cause, note},
    target::evidence::{Right, TargetCall, TargetEvidence},
};

/// A fault with every place where it showed.
pub(super) fn finding(code: Code, places: &[&TargetCall], all: &TargetEvidence) -> Finding {
    let about = About { places, all };
    let draft = about.draft(code);
    let told = places.iter().fold(draft, |draft, call| match code {
        Code::LeaksDetails => draft.seen(source(call), leaked(call)),
        Code::ChallengeMissing => {
            let said = format!("{}: 401 without `WWW-Authenticate: Bearer`.", subject(call));
            draft.seen(source(call), said)
        }
        _ => draft.seen(source(call), answered(call)),
    });
    about.proof(code, told).done()
}

/// It takes its time.
pub(super) fn slow(quickest: &TargetCall, reference_us: u64) -> Finding {
    let (its, ours) = (ms(quickest.duration_us), ms(reference_us));
    let times = quickest.duration_us / reference_us.max(1);
    note(Code::Slow, format!("Your API is {times} times as slow as it could be"))
        .because(
            "Rolecall's own API asks ZITADEL about every token just the same. Often the key is \
             read and a signature made anew for each call, or each call opens a new connection to \
             ZITADEL.",
        )
        .seen(
            source(quickest),
            format!("Its quickest answer took {its} ms; Rolecall's own API took {ours} ms."),
        )
        .fix(
            "Read the key once, use one signed assertion for some minutes (ZITADEL takes it for an \
             hour), and keep connections to ZITADEL open.",
        )
        .done()
}

struct About<'a> {
    places: &'a [&'a TargetCall],
    all: &'a TargetEvidence,
}

impl About<'_> {
    fn draft(&self, code: Code) -> Draft {
        let (title, because, fix) = match code {
            Code::RefusesGoodToken => self.refuses_good_token(),
            Code::RoleAsScope => self.role_as_scope(),
            Code::RoleNotInToken => self.role_not_in_token(),
            Code::RefusesDespiteRole => self.refuses_despite_role(),
            Code::EndpointMissing => self.endpoint_missing(),
            Code::AdmitsWithoutRole => self.admits_without_role(),
            Code::ErrorForRefusal => self.error_for_refusal(),
            Code::OddRefusal => self.odd_refusal(),
            _ => fixed::words(code),
        };
        cause(code, title).because(because).fix(fix)
    }

    /// What else proves a fault, besides the places.
    fn proof(&self, code: Code, draft: Draft) -> Draft {
        let first = self.places.first();
        let reference = first.and_then(|call| call.reference.as_ref());
        match (code, first, reference) {
            (Code::RoleAsScope | Code::RefusesDespiteRole, Some(call), Some(reference)) => {
                let claim = reference.role_claim.as_deref().unwrap_or("the role claim");
                let said = format!(
                    "Rolecall's own API let the same token in: ZITADEL's answer names the role in \
                     `{claim}`, and its `scope` holds only `{}`.",
                    reference.scope.join(" ")
                );
                let draft = match reference.introspection {
                    Some(id) => draft.seen(EvidenceSource::Exchange { id }, said),
                    None => draft,
                };
                match call.scopes_asked.iter().find(|s| call.access.needed_roles().contains(*s)) {
                    Some(role) => draft.seen(
                        EvidenceSource::Setting { field: "scopes".into() },
                        format!("`{role}` was asked for as a scope, and ZITADEL took it out."),
                    ),
                    None => draft,
                }
            }
            (Code::RoleNotInToken, ..) => {
                let inside = self.all.calls.iter().find(|c| c.token == ProbeToken::RolesInside);
                match inside {
                    Some(call) => draft.seen(
                        source(call),
                        format!(
                            "{} got in with a token that carries its roles: it was asked for with \
                             the scope `urn:zitadel:iam:org:projects:roles`.",
                            call.who
                        ),
                    ),
                    None => draft,
                }
            }
            _ => draft,
        }
    }

    fn role(&self) -> String {
        self.places.first().map(|call| call.access.roles_in_words()).unwrap_or_default()
    }

    /// The same with its article's noun: `the role a or b`, `all of the roles a and b`.
    fn the_role(&self) -> String {
        match self.places.first().map(|call| &call.access) {
            Some(Access::AllRoles { roles }) if roles.len() > 1 => {
                format!("all of the roles {}", self.role())
            }
            _ => format!("the role {}", self.role()),
        }
    }

    /// Statuses at the places, each once.
    fn statuses(&self) -> String {
        let mut seen: Vec<String> = Vec::new();
        for call in self.places {
            let status = call.status().map_or_else(|| "nothing".into(), |s| s.to_string());
            if !seen.contains(&status) {
                seen.push(status);
            }
        }
        seen.join(", ")
    }

    fn role_as_scope(&self) -> (String, String, String) {
        let role = self.role();
        (
            format!("Your API probably looks for {role} in the token's scope"),
            format!(
                "{role} is a role here, not a scope. ZITADEL names roles in a claim of their own \
                 and never puts them into `scope` (RFC 7662, section 2.2, says what belongs there), \
                 so an API that looks there refuses everybody."
            ),
            format!(
                "Look for {role} among the keys of the claim \
                 `urn:zitadel:iam:org:project:roles` in introspection's answer, not in `scope`."
            ),
        )
    }

    fn role_not_in_token(&self) -> (String, String, String) {
        (
            "Your API looks for roles inside the token, and this one carries none".into(),
            "A JWT from ZITADEL carries roles only when they were asked for. Your API seems to read \
             the token itself instead of asking ZITADEL (RFC 7662), so it does not see roles that \
             the account holds, and would go on seeing roles that were taken away."
                .into(),
            "Ask introspection for the roles at every call. Or ask for tokens with the scope \
             urn:zitadel:iam:org:projects:roles, and accept that they keep their roles until they \
             end."
            .into(),
        )
    }

    fn refuses_despite_role(&self) -> (String, String, String) {
        let role = self.role();
        let jwt = self.places.iter().all(|call| call.kind == Some(TokenKind::Jwt));
        let because = if jwt {
            "Either it looks for the role in `scope`, where ZITADEL never puts it, or it reads the \
             token itself, which carries no roles unless they were asked for. A user with opaque \
             tokens would tell: an API that reads tokens itself refuses those everywhere."
        } else {
            "The same token gets in at Rolecall's own API, and ZITADEL's answer names the role. \
             Why yours refuses does not show from outside: perhaps it asks for another role or \
             another project's claim."
        };
        (
            format!("Your API refuses callers who hold {}", self.the_role()),
            because.into(),
            format!(
                "Compare what your API looks for with introspection's answer in Compare: the role \
                 is {role}, in the claim `urn:zitadel:iam:org:project:roles`."
            ),
        )
    }

    fn refuses_good_token(&self) -> (String, String, String) {
        let all = |fits: &dyn Fn(&TargetCall) -> bool| self.places.iter().all(|call| fits(call));
        let title = "Your API refuses tokens that are good".to_owned();
        let statuses = self.statuses();
        if all(&|call| call.status().is_none_or(|status| status >= 500)) {
            return (
                format!("Your API answers {statuses} to tokens that are good"),
                "Rolecall's own API took the same tokens in the same minute. Yours probably cannot \
                 ask ZITADEL: its key, its issuer or the way there is wrong. Or it breaks on \
                 ZITADEL's answer."
                    .into(),
                "Look into your API's log at the time of these calls. Check that it uses the key \
                 of the application in this project, and the issuer as Setup shows it."
                    .into(),
            );
        }
        if all(&|call| call.kind != Some(TokenKind::Jwt)) {
            return (
                title,
                "These tokens are opaque: only ZITADEL can say what they mean (RFC 7662). An API \
                 that refuses all of them probably reads tokens by itself, as JWTs."
                    .into(),
                "Ask introspection about every token. Or, if your API is meant to read JWTs, set \
                 the token type of these service accounts (service users) to JWT in the console."
                    .into(),
            );
        }
        (
            title,
            "Rolecall's own API took the same tokens, and ZITADEL calls them active. Yours probably \
             checks something that these tokens do not have: another audience, another issuer (also \
             one that differs only in a slash), or a scope."
                .into(),
            "Compare what your API expects with introspection's answer in Compare: `iss`, `aud` and \
             `scope`. The audience is the project's id."
                .into(),
        )
    }

    fn endpoint_missing(&self) -> (String, String, String) {
        let mut paths: Vec<&str> = Vec::new();
        for call in self.places {
            if !paths.contains(&call.path.as_str()) {
                paths.push(&call.path);
            }
        }
        let statuses = self.statuses();
        (
            format!("Your API has no {}", paths.join(", ")),
            format!("It answers {statuses} to everybody there, also to those who must get in."),
            "Check the address of your API (perhaps a path such as /v1 belongs to it) and the \
             endpoints and methods in Setup."
                .into(),
        )
    }

    fn admits_without_role(&self) -> (String, String, String) {
        let role = self.role();
        (
            format!("Your API lets in callers who do not hold {}", self.the_role()),
            "Their tokens are good, but ZITADEL's answer names no such role, so the answer must be \
             403 (RFC 6750, section 3.1). Probably it only looks whether the token is valid: valid \
             means known, not allowed."
                .into(),
            format!(
                "At this endpoint, look for {role} among the keys of the claim \
                 `urn:zitadel:iam:org:project:roles` in introspection's answer, and answer 403 \
                 where it is missing."
            ),
        )
    }

    fn error_for_refusal(&self) -> (String, String, String) {
        let statuses = self.statuses();
        let title = match statuses.as_str() {
            "nothing" => "Your API breaks the connection off where it should refuse".into(),
            _ => format!("Your API answers {statuses} where it should refuse"),
        };
        (
            title,
            "A refusal is no accident: 401 without a good token, 403 without the role (RFC 6750, \
             section 3.1). An error says that the API is broken, and many programs then try again. \
             Probably it does not expect ZITADEL's answer `{\"active\":false}`, which holds nothing \
             else, or lets an exception pass."
                .into(),
            "Look at `active` first: where it is false, answer 401 before reading anything else. \
             Turn whatever your token check throws into 401 or 403."
                .into(),
        )
    }

    fn odd_refusal(&self) -> (String, String, String) {
        let statuses = self.statuses();
        let redirects = self.places.iter().any(|c| matches!(c.status(), Some(300..=399)));
        let mut because =
            "Programs understand two refusals: 401, get another token, and 403, this \
                           account may not (RFC 6750, section 3.1)."
                .to_owned();
        if redirects {
            because.push_str(
                " A way to a sign-in page helps a browser; a program takes it for a yes.",
            );
        }
        (
            format!("Your API refuses with {statuses} where 401 or 403 belongs"),
            because,
            "Answer 401 where the token is missing or not good, and 403 where only the role is \
             missing."
                .into(),
        )
    }
}

/// A call's subject: whose token, or which, and the door.
fn subject(call: &TargetCall) -> String {
    let who = &call.who;
    let door = match call.method.as_str() {
        "GET" => call.path.clone(),
        method => format!("{method} {}", call.path),
    };
    let what = match call.token {
        _ if who == NOBODY && call.token != ProbeToken::Garbage => {
            "Nobody, without a token,".into()
        }
        ProbeToken::Garbage => "Words that are no token".into(),
        ProbeToken::Cut => format!("{who}'s token without its last third"),
        ProbeToken::IdToken => format!("{who}'s id_token"),
        ProbeToken::OtherAudience => format!("{who}'s token for another project"),
        ProbeToken::Expired => format!("{who}'s token, which ZITADEL calls inactive,"),
        ProbeToken::SwitchedOff => format!("{who}'s token from before it was switched off"),
        ProbeToken::RoleTaken => format!("{who}'s token from before the role was taken"),
        ProbeToken::RolesInside => format!("{who}'s token with its roles inside"),
        ProbeToken::None => format!("{who}, without a token,"),
        ProbeToken::NoRole | ProbeToken::RightRole => who.clone(),
    };
    format!("{what} at {door}")
}

fn answered(call: &TargetCall) -> String {
    let belongs = match call.right {
        Right::LetIn => "it should get in".to_owned(),
        right => format!("{} belongs here", right.status()),
    };
    let what = match call.status() {
        Some(status @ 200..=299) => format!("let in ({status})"),
        Some(status) => format!("answered {status}"),
        None => "no answer".into(),
    };
    format!("{}: {what}; {belongs}.", subject(call))
}

fn leaked(call: &TargetCall) -> String {
    let found = call.answer.as_ref().map(leaks).unwrap_or_default().join(", ");
    format!("{}: the answer holds {found}.", subject(call))
}

fn ms(us: u64) -> String {
    if us < 10_000 { format!("{:.1}", us as f64 / 1000.0) } else { (us / 1000).to_string() }
}
