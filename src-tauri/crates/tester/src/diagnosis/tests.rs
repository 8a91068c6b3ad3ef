//! Each finding from its evidence, without a network; and what must hold for all of them.

use contract::{
    Decision, Finding, FindingCode as Code,
    exchange::{TransportError, TransportErrorKind},
    finding::{Action, EvidenceSource},
    report::{Outcome, RuleName},
};

use super::*;
use crate::evidence::{Caller, Refusal, Scene, TokenFailure, TokenRefusal, UserinfoProbe};

fn scene() -> Scene {
    Scene {
        issuer: "https://acme.example".into(),
        project_id: Some("77".into()),
        client_id: "88".into(),
        app_id: "99".into(),
        api_key_path: "/keys/api.json".into(),
        clock_offset: Some(0),
        discovery: 1,
    }
}

fn caller() -> Caller {
    Caller {
        label: "bot-file".into(),
        user_name: Some("visitor-bot".into()),
        user_id: "55".into(),
        key_id: "66".into(),
        key_path: "/keys/bot.json".into(),
    }
}

fn refusal(outcome: Outcome, scopes: &[&str], userinfo: Option<u16>) -> Refusal {
    Refusal {
        caller: caller(),
        path: "/api/private-scoped".into(),
        scopes_asked: scopes.iter().map(ToString::to_string).collect(),
        decision: Decision {
            request_id: "r".into(),
            rule: RuleName::AnyRole,
            needed_roles: vec!["read:messages".into()],
            roles_found: vec![],
            outcome,
            role_claim: None,
            token_length: Some(104),
            introspection: None,
            introspection_exchange: Some(5),
            duration_us: 1,
        },
        userinfo: userinfo.map(|status| UserinfoProbe { exchange: 6, status: Some(status) }),
    }
}

fn token_failure(how: TokenFailure) -> TokenRefusal {
    TokenRefusal { exchange: 3, how }
}

fn assertion_refused() -> TokenFailure {
    TokenFailure::Assertion { status: 500, said: "server_error: Errors.Internal".into() }
}

const PROJECT: &str = "urn:zitadel:iam:org:project:id:77:aud";
const OTHER: &str = "urn:zitadel:iam:org:project:id:78:aud";

#[test]
fn each_refused_call_has_its_cause() {
    let cases = [
        (refusal(Outcome::RoleMissing, &[PROJECT], None), Some(Code::RoleMissing)),
        (refusal(Outcome::Inactive, &["openid"], Some(200)), Some(Code::AudienceMissing)),
        (refusal(Outcome::Inactive, &["openid"], None), Some(Code::AudienceMissing)),
        (refusal(Outcome::Inactive, &[OTHER], Some(200)), Some(Code::AudienceOtherProject)),
        (refusal(Outcome::Inactive, &[PROJECT], Some(401)), Some(Code::UserInactive)),
        // Userinfo says the token is dead: the missing audience is not why.
        (refusal(Outcome::Inactive, &["openid"], Some(401)), Some(Code::UserInactive)),
        (refusal(Outcome::NoToken, &[], None), None),
        (refusal(Outcome::ApiRefused, &[], None), None),
        (refusal(Outcome::Allowed, &[], None), None),
    ];
    for (evidence, expected) in cases {
        let found = refused(&scene(), &evidence).map(|finding| finding.code);
        assert_eq!(found, expected, "{:?}", evidence.decision.outcome);
    }
}

#[test]
fn each_token_that_did_not_come_has_its_cause() {
    let transport =
        TransportError { kind: TransportErrorKind::TimedOut, message: "slow".into(), tls: None };
    let cases = [
        (assertion_refused(), Some(0), Code::KeyUnknown),
        (assertion_refused(), None, Code::KeyUnknown),
        // A clock that is ahead explains a refused signature before the key is doubted.
        (assertion_refused(), Some(14), Code::ClockAhead),
        (assertion_refused(), Some(1), Code::KeyUnknown),
        (assertion_refused(), Some(-3600), Code::KeyUnknown),
        (assertion_refused(), Some(-7200), Code::ClockBehind),
        (TokenFailure::UserNotActive { status: 400 }, Some(0), Code::UserInactive),
        (TokenFailure::InstanceNotFound, Some(0), Code::InstanceNotFound),
        (TokenFailure::Trouble { what: "503".into() }, Some(0), Code::ServerTrouble),
        (TokenFailure::Transport(transport), Some(0), Code::ServerTrouble),
    ];
    for (how, clock_offset, expected) in cases {
        let scene = Scene { clock_offset, ..scene() };
        let found = token_refused(&scene, &caller(), &token_failure(how.clone())).code;
        assert_eq!(found, expected, "{how:?} with a clock {clock_offset:?} s ahead");
    }
}

#[test]
fn a_missing_role_names_account_role_and_project_and_offers_to_give_it() {
    let finding = refused(&scene(), &refusal(Outcome::RoleMissing, &[PROJECT], None)).unwrap();
    assert!(finding.title.contains("visitor-bot"), "{}", finding.title);
    assert!(finding.title.contains("read:messages"), "{}", finding.title);
    assert!(finding.explanation.contains("77"), "{}", finding.explanation);
    let page = finding.fix.url.as_deref();
    assert_eq!(page, Some("https://acme.example/ui/console/projects/77?id=grants"));
    let give = Action::GiveRole { user_id: "55".into(), role: "read:messages".into() };
    assert_eq!(finding.fix.action, Some(give));
    assert_eq!(finding.evidence[0].source, EvidenceSource::Exchange { id: 5 });
}

#[test]
fn every_cause_has_a_sentence_a_reason_proof_and_a_way_out() {
    let mut all: Vec<Finding> = [
        refusal(Outcome::RoleMissing, &[PROJECT], None),
        refusal(Outcome::Inactive, &["openid"], Some(200)),
        refusal(Outcome::Inactive, &[OTHER], Some(200)),
        refusal(Outcome::Inactive, &[PROJECT], Some(401)),
    ]
    .iter()
    .filter_map(|evidence| refused(&scene(), evidence))
    .collect();
    for how in [
        assertion_refused(),
        TokenFailure::UserNotActive { status: 400 },
        TokenFailure::InstanceNotFound,
        TokenFailure::Trouble { what: "It answered 503.".into() },
        TokenFailure::Refused { status: 400, said: "invalid_scope".into() },
    ] {
        all.push(token_refused(&scene(), &caller(), &token_failure(how)));
    }
    all.push(api_not_authenticated(&scene(), 4, "400 `unauthorized_client`"));
    all.push(issuer_trouble(Some(4), "It answered 503."));
    for finding in all {
        let said = format!("{finding:#?}");
        assert!(!finding.title.ends_with('.'), "a title is a headline: {said}");
        assert!(finding.explanation.ends_with('.'), "{said}");
        assert!(!finding.evidence.is_empty(), "a cause without proof: {said}");
        assert!(finding.evidence.iter().all(|e| e.text.ends_with('.')), "{said}");
        assert!(finding.fix.text.ends_with('.'), "{said}");
        assert!(!finding.explanation.contains("  "), "a gap in the text: {said}");
    }
}
