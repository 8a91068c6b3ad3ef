//! Each fault from its evidence, without a network; and what must hold for all texts.

use contract::{
    Access, Finding, FindingCode as Code, FindingKind,
    exchange::{Header, TransportError, TransportErrorKind},
    finding::{EvidenceSource, TokenKind},
    report::{NOBODY, ProbeToken as P},
};
use zitadel_client::http::Failure;

use super::*;
use crate::target::{
    TargetAddress, TargetAddressError,
    evidence::{Reference, Right, TargetAnswer},
};

const ROLE: &str = "read:messages";

fn door(path: &str) -> Access {
    match path {
        "/public" => Access::Public,
        "/private" => Access::ValidToken,
        _ => Access::AnyRole { roles: vec![ROLE.into()] },
    }
}

fn answer(status: u16) -> TargetAnswer {
    let challenge = Header { name: "WWW-Authenticate".into(), value: "Bearer".into() };
    let headers = if status == 401 { vec![challenge] } else { vec![] };
    TargetAnswer { status, headers, body: String::new(), secrets: vec![] }
}

/// A call of the roll, answered with a status; 0 stands for no answer.
fn call(who: &str, token: P, path: &str, right: Right, status: u16) -> TargetCall {
    TargetCall {
        who: who.into(),
        token,
        kind: (token != P::None).then_some(TokenKind::Opaque),
        roles_inside: None,
        scopes_asked: vec!["openid".into()],
        method: "GET".into(),
        path: path.into(),
        access: door(path),
        right,
        answer: (status != 0).then(|| answer(status)),
        exchange: 1,
        is_probe: false,
        duration_us: 5_000,
        reference: Some(Reference {
            duration_us: 5_000,
            introspection: Some(9),
            role_claim: Some("urn:zitadel:iam:org:project:77:roles".into()),
            scope: vec!["openid".into()],
        }),
    }
}

fn probe(token: P, path: &str, right: Right, status: u16) -> TargetCall {
    let asked = call("reader", token, path, right, status);
    TargetCall { is_probe: true, reference: None, ..asked }
}

fn jwt(call: TargetCall, inside: &[&str]) -> TargetCall {
    let roles_inside = Some(inside.iter().map(ToString::to_string).collect());
    TargetCall { kind: Some(TokenKind::Jwt), roles_inside, ..call }
}

fn nobody(path: &str, status: u16) -> TargetCall {
    call(NOBODY, P::None, path, Right::Unauthorized, status)
}

fn reader(path: &str, status: u16) -> TargetCall {
    call("reader", P::RightRole, path, Right::LetIn, status)
}

fn visitor(path: &str, status: u16) -> TargetCall {
    let right = if path == "/role" { Right::Forbidden } else { Right::LetIn };
    call("visitor", if path == "/role" { P::NoRole } else { P::RightRole }, path, right, status)
}

fn judged(calls: Vec<TargetCall>) -> Vec<Finding> {
    target(&TargetEvidence { calls })
}

fn codes(calls: &[TargetCall]) -> Vec<Code> {
    judged(calls.to_vec()).iter().map(|finding| finding.code).collect()
}

#[test]
fn each_answer_has_its_fault() {
    use Right::{LetIn, Unauthorized};
    let dead = |token, status| probe(token, "/private", Unauthorized, status);
    let public = |status| call(NOBODY, P::None, "/public", LetIn, status);
    let cases: Vec<(TargetCall, Option<Code>)> = vec![
        (public(200), None),
        (public(204), None),
        (public(401), Some(Code::PublicIsClosed)),
        (public(500), Some(Code::PublicIsClosed)),
        (nobody("/private", 401), None),
        (nobody("/private", 200), Some(Code::AdmitsWithoutToken)),
        (nobody("/private", 403), Some(Code::ForbiddenForUnauthorized)),
        (nobody("/private", 400), Some(Code::OddRefusal)),
        (nobody("/private", 302), Some(Code::OddRefusal)),
        (nobody("/private", 404), Some(Code::OddRefusal)),
        (nobody("/private", 500), Some(Code::ErrorForRefusal)),
        (nobody("/private", 503), Some(Code::ErrorForRefusal)),
        (nobody("/private", 0), Some(Code::ErrorForRefusal)),
        // Too many calls: it says nothing of the token.
        (nobody("/private", 429), None),
        (dead(P::Garbage, 401), None),
        (dead(P::Garbage, 200), Some(Code::AcceptsInvalidToken)),
        (dead(P::Cut, 200), Some(Code::AcceptsInvalidToken)),
        (dead(P::Expired, 200), Some(Code::AcceptsInvalidToken)),
        (dead(P::IdToken, 200), Some(Code::AcceptsIdToken)),
        (dead(P::OtherAudience, 200), Some(Code::AcceptsOtherAudience)),
        (dead(P::SwitchedOff, 200), Some(Code::RoleFrozen)),
        (dead(P::Cut, 500), Some(Code::ErrorForRefusal)),
        (visitor("/role", 403), None),
        (visitor("/role", 200), Some(Code::AdmitsWithoutRole)),
        (jwt(visitor("/role", 200), &[]), Some(Code::AdmitsWithoutRole)),
        (jwt(visitor("/role", 200), &[ROLE]), Some(Code::RoleFrozen)),
        (visitor("/role", 401), Some(Code::OddRefusal)),
        (visitor("/role", 404), Some(Code::OddRefusal)),
        (visitor("/role", 500), Some(Code::ErrorForRefusal)),
        (reader("/private", 401), Some(Code::RefusesGoodToken)),
        (reader("/private", 503), Some(Code::RefusesGoodToken)),
        (reader("/private", 429), None),
    ];
    for (call, expected) in cases {
        let told = format!("{:?} at {}: {:?}", call.token, call.path, call.status());
        assert_eq!(codes(&[call]), Vec::from_iter(expected), "{told}");
    }
}

#[test]
fn why_a_role_is_not_seen_depends_on_the_token() {
    let good = |call: TargetCall| jwt(call, &[]);
    let with_roles = |status| jwt(probe(P::RolesInside, "/role", Right::LetIn, status), &[ROLE]);
    let scoped = |mut call: TargetCall| {
        call.reference.as_mut().unwrap().scope.push(ROLE.into());
        call
    };
    let other = |status| call("second", P::RightRole, "/role", Right::LetIn, status);
    let opaque_passes = call("opaque", P::RightRole, "/private", Right::LetIn, 200);
    let cases: Vec<(&str, Vec<TargetCall>, Code)> = vec![
        ("opaque", vec![reader("/private", 200), reader("/role", 403)], Code::RoleAsScope),
        ("by an error", vec![reader("/private", 200), reader("/role", 500)], Code::RoleAsScope),
        (
            "the scope names the role",
            vec![reader("/private", 200), scoped(reader("/role", 403))],
            Code::RefusesDespiteRole,
        ),
        (
            "another holder gets in",
            vec![reader("/private", 200), reader("/role", 403), other(200)],
            Code::RefusesDespiteRole,
        ),
        (
            "a JWT alone tells no more",
            vec![good(reader("/private", 200)), good(reader("/role", 403))],
            Code::RefusesDespiteRole,
        ),
        (
            "a JWT that carries the role is refused too",
            vec![good(reader("/private", 200)), jwt(reader("/role", 403), &[ROLE])],
            Code::RoleAsScope,
        ),
        (
            "with its roles inside it gets in",
            vec![good(reader("/private", 200)), good(reader("/role", 403)), with_roles(200)],
            Code::RoleNotInToken,
        ),
        (
            "with its roles inside it is refused as well",
            vec![good(reader("/private", 200)), good(reader("/role", 403)), with_roles(403)],
            Code::RoleAsScope,
        ),
        (
            "an opaque token passes, so ZITADEL is asked",
            vec![good(reader("/private", 200)), good(reader("/role", 403)), opaque_passes],
            Code::RoleAsScope,
        ),
    ];
    for (what, calls, expected) in cases {
        assert_eq!(codes(&calls), [expected], "{what}");
    }
}

#[test]
fn where_all_roles_are_needed_each_of_them_is_named() {
    let two = ["a", "b"].map(Into::into).to_vec();
    let at = |access: Access, mut call: TargetCall| {
        call.access = access;
        judged(vec![reader("/private", 200), call]).remove(0)
    };
    let all = at(Access::AllRoles { roles: two.clone() }, visitor("/role", 200));
    assert_eq!(all.code, Code::AdmitsWithoutRole);
    assert!(all.title.ends_with("do not hold all of the roles a and b"), "{}", all.title);
    assert!(all.fix.text.contains("look for a and b among"), "{}", all.fix.text);
    let any = at(Access::AnyRole { roles: two.clone() }, visitor("/role", 200));
    assert!(any.title.ends_with("do not hold the role a or b"), "{}", any.title);
    // A JWT with one of both carries not what lets it in.
    let one = at(Access::AllRoles { roles: two.clone() }, jwt(visitor("/role", 200), &["a"]));
    assert_eq!(one.code, Code::AdmitsWithoutRole);
    let both = at(Access::AllRoles { roles: two }, jwt(visitor("/role", 200), &["a", "b"]));
    assert_eq!(both.code, Code::RoleFrozen);
}

#[test]
fn what_follows_from_a_fault_is_no_fault_of_its_own() {
    let refused = [
        reader("/private", 401),
        reader("/role", 401),
        visitor("/private", 401),
        visitor("/role", 401),
        nobody("/private", 401),
    ];
    let found = judged(refused.to_vec());
    assert_eq!(codes(&refused), [Code::RefusesGoodToken]);
    assert_eq!(found[0].evidence.len(), 3, "every place at which somebody should get in");
    let missing = [reader("/role", 404), visitor("/role", 404), nobody("/role", 404)];
    assert_eq!(codes(&missing), [Code::EndpointMissing]);
    let hiding = [reader("/role", 200), visitor("/role", 404)];
    assert_eq!(codes(&hiding), [Code::OddRefusal], "the door is there for those who may");
}

#[test]
fn a_401_must_name_bearer_among_its_challenges() {
    let with = |value: &str| {
        let mut call = nobody("/private", 401);
        call.answer.as_mut().unwrap().headers[0].value = value.into();
        codes(&[call])
    };
    for good in
        ["Bearer", "bearer realm=\"x\"", "Basic realm=\"x\", Bearer error=\"invalid_token\""]
    {
        assert_eq!(with(good), [], "{good}");
    }
    for bad in ["", "Basic realm=\"x\"", "JWT", "Bearers"] {
        assert_eq!(with(bad), [Code::ChallengeMissing], "{bad}");
    }
}

#[test]
fn slow_is_a_note_and_measured_against_the_reference() {
    let timed = |own_us: u64, reference_us: u64| {
        let mut call = reader("/private", 200);
        call.duration_us = own_us;
        call.reference.as_mut().unwrap().duration_us = reference_us;
        judged(vec![call])
    };
    for (own, reference) in [(5_000, 5_000), (19_000, 1_000), (400_000, 300_000), (60_000, 15_000)]
    {
        assert_eq!(timed(own, reference), [], "{own} against {reference}");
    }
    for (own, reference) in [(48_000, 4_000), (700_000, 300_000)] {
        let found = timed(own, reference);
        assert_eq!((found[0].code, found[0].kind), (Code::Slow, FindingKind::Note));
    }
    assert!(timed(48_000, 4_000)[0].evidence[0].text.contains("48 ms"));
    assert!(timed(48_000, 4_000)[0].title.contains("12 times"));
}

#[test]
fn the_worst_comes_first_and_each_fault_once() {
    let calls = [
        nobody("/private", 500),
        nobody("/role", 500),
        visitor("/role", 200),
        probe(P::Garbage, "/private", Right::Unauthorized, 200),
    ];
    assert_eq!(
        codes(&calls),
        [Code::AcceptsInvalidToken, Code::AdmitsWithoutRole, Code::ErrorForRefusal]
    );
    let found = judged(calls.to_vec());
    assert_eq!(found[2].evidence.len(), 2);
    assert!(matches!(found[0].evidence[0].source, EvidenceSource::Probe { .. }));
    assert!(matches!(found[2].evidence[0].source, EvidenceSource::Exchange { .. }));
}

#[test]
fn every_finding_has_a_sentence_a_reason_proof_and_a_way_out() {
    let slow = TargetCall { duration_us: 900_000, ..reader("/private", 200) };
    let mut leaky = nobody("/private", 401);
    leaky.answer.as_mut().unwrap().body = "Traceback (most recent call last)".into();
    let mut bare = nobody("/private", 401);
    bare.answer.as_mut().unwrap().headers.clear();
    let roles_inside = jwt(probe(P::RolesInside, "/role", Right::LetIn, 200), &[ROLE]);
    let one_by_one: Vec<Vec<TargetCall>> = vec![
        vec![slow],
        vec![leaky],
        vec![bare],
        vec![nobody("/private", 200)],
        vec![nobody("/private", 302)],
        vec![nobody("/private", 403)],
        vec![nobody("/private", 0)],
        vec![nobody("/private", 500), visitor("/role", 200)],
        vec![jwt(visitor("/role", 200), &[ROLE])],
        vec![call(NOBODY, P::None, "/public", Right::LetIn, 401)],
        vec![reader("/role", 404)],
        vec![reader("/private", 401)],
        vec![reader("/private", 500)],
        vec![jwt(reader("/private", 401), &[])],
        vec![reader("/private", 200), reader("/role", 403)],
        vec![jwt(reader("/private", 200), &[]), jwt(reader("/role", 403), &[])],
        vec![jwt(reader("/private", 200), &[]), jwt(reader("/role", 403), &[]), roles_inside],
        vec![probe(P::Cut, "/private", Right::Unauthorized, 200)],
        vec![probe(P::IdToken, "/private", Right::Unauthorized, 200)],
        vec![probe(P::OtherAudience, "/private", Right::Unauthorized, 200)],
    ];
    let mut all: Vec<Finding> = one_by_one.into_iter().flat_map(judged).collect();
    let met: std::collections::HashSet<_> = all.iter().map(|finding| finding.code).collect();
    for code in ORDER {
        assert!(met.contains(&code), "{code:?} is not among the texts read here");
    }
    let address = TargetAddress::parse("http://203.0.113.7:5000").unwrap();
    all.push(target_not_private(&address));
    all.push(target_unknown(&address));
    all.push(target_address("ftp://x", &TargetAddressError::Scheme { scheme: "ftp".into() }));
    for kind in
        [TransportErrorKind::NotConnected, TransportErrorKind::Broken, TransportErrorKind::Tls]
    {
        let error = TransportError { kind, message: "Nobody listens there.".into(), tls: None };
        all.push(target_silent(&address, &Failure { error, exchange: 3 }));
    }
    for finding in all {
        let said = format!("{finding:#?}");
        assert!(!finding.title.ends_with('.'), "a title is a headline: {said}");
        assert!(finding.explanation.ends_with('.'), "{said}");
        assert!(!finding.evidence.is_empty(), "a finding without proof: {said}");
        assert!(finding.evidence.iter().all(|e| e.text.ends_with('.')), "{said}");
        assert!(finding.fix.text.ends_with('.'), "{said}");
        for text in [&finding.title, &finding.explanation, &finding.fix.text] {
            assert!(!text.contains("  ") && !text.contains("probe"), "{said}");
        }
    }
}
