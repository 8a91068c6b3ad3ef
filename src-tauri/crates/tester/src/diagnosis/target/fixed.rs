//! What is said of a fault whatever the calls were.

use contract::FindingCode as Code;

/// Title, explanation and fix.
pub(super) fn words(code: Code) -> (String, String, String) {
    let (title, because, fix) = match code {
        Code::AdmitsWithoutToken => (
            "Your API lets in callers without a token",
            "Nothing guards this endpoint. A call without a token is to be answered 401 (RFC 6750, \
             section 3.1).",
            "Answer 401 where the Authorization header is missing, before anything else is done.",
        ),
        Code::AcceptsInvalidToken => (
            "Your API lets in tokens that are not valid",
            "ZITADEL calls these tokens inactive, so they must be refused with 401 (RFC 6750, \
             section 3.1). Probably it only looks whether there is some token, or reads it without \
             checking signature and lifetime.",
            "Ask introspection about every token, and let in only where its answer says \
             `\"active\": true`. An API that checks JWTs by itself checks the signature and `exp`.",
        ),
        Code::AcceptsIdToken => (
            "Your API takes an id_token for an access token",
            "An id_token tells an application who signed in. It goes through many hands and was \
             never meant to open an API (RFC 8725, section 3.12).",
            "Ask introspection, which calls an id_token inactive. An API that checks JWTs by itself \
             checks `exp`, and refuses what carries `at_hash`: only id_tokens do.",
        ),
        Code::AcceptsOtherAudience => (
            "Your API lets in tokens that were made out to another project",
            "A token names whom it is for. Here whoever is given a token for their own API could \
             open yours with it (RFC 6750, section 5.2).",
            "Ask introspection with the key of this project's API: it then calls such tokens \
             inactive. An API that checks JWTs by itself looks for its project's id in `aud`.",
        ),
        Code::RoleFrozen => (
            "Your API believes what a token said in the past",
            "A JWT says what was true when it was made. Since then the account was switched off or \
             the role taken away; ZITADEL's introspection says so (RFC 7662), and your API let the \
             token in all the same. It probably checks JWTs by itself, without asking.",
            "Ask introspection at every call. Or keep the lifetime of access tokens short, and \
             accept that a change shows only when they end.",
        ),
        Code::LeaksDetails => (
            "Your API tells callers what is inside it",
            "Whoever calls can read it, without a token too. Traces show the way in; a token in an \
             answer ends up in logs and screenshots, and opens your API until it ends (RFC 6750, \
             section 5.3).",
            "Switch the debug mode off, answer with a short text of your own, and write details to \
             the log only, tokens not even there.",
        ),
        Code::PublicIsClosed => (
            "Your API asks for a token where everybody may pass",
            "This endpoint is public by its rule in Setup: whoever calls must be let in, with a \
             token, with a bad one, or with none.",
            "Take the token check away from this endpoint, or change its rule in Setup.",
        ),
        Code::ForbiddenForUnauthorized => (
            "Your API answers 403 where 401 belongs",
            "403 says: I know you, and you may not. Without a good token nobody is known, and 401 \
             says so (RFC 6750, section 3.1; RFC 9110, section 15.5.2). A program gets itself a new \
             token at 401, and gives up at 403.",
            "Answer 401 where the token is missing or not good; keep 403 for good tokens without \
             the role.",
        ),
        _ => (
            "Your API's 401 does not say what it wants",
            "A 401 has to carry the header WWW-Authenticate, which names how to sign in (RFC 9110, \
             section 15.5.2; RFC 6750, section 3). Programs look for it before they get a token.",
            "Add `WWW-Authenticate: Bearer` to every 401, with `error=\"invalid_token\"` after it \
             where a token was sent.",
        ),
    };
    (title.into(), because.into(), fix.into())
}
