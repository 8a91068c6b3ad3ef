//! Each finding from its evidence, without a network; and what must hold for all of them.

mod roles;

use contract::{
    Decision, Finding, FindingCode as Code, FindingKind,
    exchange::{TransportError, TransportErrorKind},
    finding::{Action, EvidenceSource, TokenKind},
    report::{Outcome, RuleName},
};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::*;
use crate::evidence::{
    ApiProbe, ApiRefusal, AudienceProbe, Authorization, Caller, Clocks, DatedProbe, FreshProbe,
    FreshToken, Managed, Refusal, Renamed, Scene, TokenFailure, TokenRefusal, TokenSeen,
    UserinfoProbe, Waited,
};

fn scene() -> Scene {
    Scene {
        issuer: "https://acme.example".into(),
        project_id: Some("77".into()),
        client_id: "88".into(),
        app_id: "99".into(),
        api_key_id: "98".into(),
        api_key_path: "/keys/api.json".into(),
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

fn token(scopes: &[&str]) -> TokenSeen {
    TokenSeen {
        kind: TokenKind::Opaque,
        expires_at: Some(second(2000)),
        scopes_asked: scopes.iter().map(ToString::to_string).collect(),
        claims: None,
        exchange: 2,
    }
}

fn second(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn refusal(outcome: Outcome, scopes: &[&str]) -> Refusal {
    Refusal {
        caller: caller(),
        path: "/api/private-scoped".into(),
        token: token(scopes),
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
            cached_ms: None,
            duration_us: 1,
        },
        now: second(1000),
        userinfo: None,
        audience: None,
        fresh: None,
        waited: None,
        managed: None,
    }
}

/// An inactive token with what userinfo, the audience probe and a fresh token said.
fn inactive(
    scopes: &[&str],
    userinfo: Option<u16>,
    audience: Option<(bool, Option<&str>)>,
    fresh: Option<FreshToken>,
) -> Refusal {
    Refusal {
        userinfo: Some(UserinfoProbe { exchange: 6, status: userinfo }),
        audience: audience.map(|(active, project)| AudienceProbe {
            exchange: 7,
            active: Some(active),
            project_id: project.map(Into::into),
        }),
        fresh: fresh.map(|token| FreshProbe { exchange: 8, token }),
        ..refusal(Outcome::Inactive, scopes)
    }
}

fn token_failure(how: TokenFailure) -> TokenRefusal {
    TokenRefusal {
        exchange: 3,
        how,
        clocks: None,
        dated: None,
        renamed: None,
        api: None,
        managed: None,
    }
}

fn assertion_refused() -> TokenFailure {
    TokenFailure::Assertion { status: 500, said: "server_error: Errors.Internal".into() }
}

fn api_refusal() -> ApiRefusal {
    ApiRefusal {
        exchange: 4,
        said: "400 `unauthorized_client`".into(),
        instance_not_found: false,
        clocks: None,
        api: Some(ApiProbe { exchange: 9, accepted: Some(false) }),
        dated: None,
        renamed: None,
        managed: None,
    }
}

const PROJECT: &str = "urn:zitadel:iam:org:project:id:77:aud";
const OTHER: &str = "urn:zitadel:iam:org:project:id:78:aud";
const CAME: FreshToken = FreshToken::Came { active: Some(true) };

#[test]
fn an_inactive_token_has_the_cause_that_the_probes_leave() {
    let cases = [
        (inactive(&["openid"], Some(200), Some((true, None)), None), Code::AudienceMissing),
        (inactive(&["openid"], Some(200), None, None), Code::AudienceMissing),
        (inactive(&["openid"], None, Some((true, None)), None), Code::AudienceMissing),
        (inactive(&[OTHER], Some(200), Some((true, Some("77"))), None), Code::AudienceOtherProject),
        (inactive(&[OTHER], Some(200), None, None), Code::AudienceOtherProject),
        (
            inactive(&[PROJECT], Some(401), None, Some(FreshToken::UserNotActive)),
            Code::UserInactive,
        ),
        (inactive(&[PROJECT], Some(401), None, Some(CAME)), Code::UserInactive),
        // Userinfo says the token is dead: the missing audience is not why.
        (inactive(&["openid"], Some(401), None, Some(FreshToken::None)), Code::UserInactive),
        // Userinfo is in trouble itself; a fresh token tells.
        (
            inactive(&[PROJECT], Some(503), None, Some(FreshToken::UserNotActive)),
            Code::UserInactive,
        ),
    ];
    for (evidence, expected) in cases {
        let found = refused(&scene(), &evidence).unwrap();
        assert_eq!(found.code, expected, "{evidence:#?}");
    }
    let mut over = inactive(&[PROJECT], Some(401), None, None);
    over.token.expires_at = Some(second(820));
    let found = refused(&scene(), &over).unwrap();
    assert_eq!(found.code, Code::TokenExpired);
    assert_eq!(found.title, "The token of visitor-bot expired 3 minutes ago");
}

#[test]
fn a_dead_token_of_an_account_that_is_back_on_asks_for_a_new_one() {
    let back = refused(&scene(), &inactive(&[PROJECT], Some(401), None, Some(CAME))).unwrap();
    assert_eq!(back.fix.action, Some(Action::AskAnew { user: "bot-file".into() }));
    let off = inactive(&[PROJECT], Some(401), None, Some(FreshToken::UserNotActive));
    let off = refused(&scene(), &off).unwrap();
    assert_eq!(off.fix.action, Some(Action::SwitchOnUser { user_id: "55".into() }));
}

#[test]
fn another_projects_audience_names_both_projects_and_offers_the_right_one() {
    let evidence = inactive(&[OTHER], Some(200), Some((true, Some("77"))), None);
    let found = refused(&scene(), &evidence).unwrap();
    assert!(found.explanation.contains("77") && found.explanation.contains("78"));
    assert_eq!(found.fix.action, Some(Action::UseProject { project_id: "77".into() }));
}

#[test]
fn calls_that_were_let_in_or_have_no_token_need_no_cause() {
    for outcome in [Outcome::NoToken, Outcome::ApiRefused, Outcome::Allowed] {
        assert_eq!(refused(&scene(), &refusal(outcome, &[])), None, "{outcome:?}");
    }
}

#[test]
fn each_token_that_did_not_come_has_its_cause() {
    let transport =
        TransportError { kind: TransportErrorKind::TimedOut, message: "slow".into(), tls: None };
    let clocks =
        |offset: f64| Some(Clocks { least: offset - 0.5, most: offset + 0.5, exchange: 3 });
    let dated = |accepted| Some(DatedProbe { exchange: 9, back: 14, accepted });
    let cases = [
        (assertion_refused(), clocks(0.0), None, Code::KeyUnknown),
        (assertion_refused(), None, None, Code::KeyUnknown),
        // A clock that is ahead explains a refused signature before the key is doubted.
        (assertion_refused(), clocks(14.0), None, Code::ClockAhead),
        (assertion_refused(), clocks(14.0), dated(true), Code::ClockAhead),
        // Unless it is refused with the right time too.
        (assertion_refused(), clocks(14.0), dated(false), Code::KeyUnknown),
        (assertion_refused(), clocks(0.4), None, Code::KeyUnknown),
        (assertion_refused(), clocks(-500.0), None, Code::KeyUnknown),
        (assertion_refused(), clocks(-7200.0), dated(true), Code::ClockBehind),
        (TokenFailure::UserNotActive { status: 400 }, clocks(14.0), None, Code::UserInactive),
        (TokenFailure::InstanceNotFound, None, None, Code::InstanceNotFound),
        (TokenFailure::Trouble { what: "503".into() }, None, None, Code::ServerTrouble),
        (TokenFailure::Transport(transport), None, None, Code::ServerTrouble),
    ];
    for (how, clocks, dated, expected) in cases {
        let evidence = TokenRefusal { clocks, dated, ..token_failure(how) };
        let found = token_refused(&scene(), &caller(), &evidence).code;
        assert_eq!(found, expected, "{evidence:?}");
    }
}

#[test]
fn an_unknown_key_says_what_is_open_and_what_is_known() {
    let said = |evidence: TokenRefusal| {
        let finding = token_refused(&scene(), &caller(), &evidence);
        assert_eq!(finding.code, Code::KeyUnknown);
        finding.explanation
    };
    let refused = token_failure(assertion_refused());
    assert!(!said(refused.clone()).contains("clocks agree"), "nobody looked at them");
    let api = Some(ApiProbe { exchange: 9, accepted: Some(false) });
    assert!(said(TokenRefusal { api, ..refused.clone() }).contains("another instance"));
    let managed = |listed| Some(Managed { user_key_listed: Some(listed), ..Managed::default() });
    let listed = said(TokenRefusal { managed: managed(true), ..refused.clone() });
    assert!(listed.contains("not the one that belongs"), "{listed}");
    let gone = said(TokenRefusal { managed: managed(false), ..refused });
    assert!(gone.contains("has no key 66"), "{gone}");
}

#[test]
fn a_refused_api_has_its_cause() {
    let clocks = Some(Clocks { least: 13.5, most: 14.5, exchange: 4 });
    let cases = [
        (api_refusal(), Code::ApiNotAuthenticated),
        (ApiRefusal { instance_not_found: true, ..api_refusal() }, Code::InstanceNotFound),
        (ApiRefusal { clocks, ..api_refusal() }, Code::ClockAhead),
    ];
    for (evidence, expected) in cases {
        assert_eq!(api_refused(&scene(), &evidence).code, expected, "{evidence:?}");
    }
    let managed = Some(Managed { api_active: Some(Some(false)), ..Managed::default() });
    let off = api_refused(&scene(), &ApiRefusal { managed, ..api_refusal() });
    let on = Action::SwitchOnApi { project_id: "77".into(), app_id: "99".into() };
    assert_eq!(off.fix.action, Some(on));
}

#[test]
fn a_missing_role_names_account_role_and_project_and_offers_to_give_it() {
    let finding = refused(&scene(), &refusal(Outcome::RoleMissing, &[PROJECT])).unwrap();
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
fn an_authorization_that_is_off_is_told_from_one_that_is_not_there() {
    let given = |project: &str, active| {
        let one = Authorization {
            id: "44".into(),
            project_id: project.into(),
            project_name: "Board".into(),
            roles: vec!["read:messages".into()],
            active,
        };
        let managed = Managed { authorizations: Some(vec![one]), ..Managed::default() };
        let refusal = refusal(Outcome::RoleMissing, &[PROJECT]);
        refused(&scene(), &Refusal { managed: Some(managed), ..refusal }).unwrap()
    };
    let off = given("77", false);
    let on = Action::SwitchOnAuthorization { user_id: "55".into(), authorization_id: "44".into() };
    assert_eq!((off.code, off.fix.action), (Code::RoleMissing, Some(on)));
    assert!(given("78", true).explanation.contains("in the project Board"));
}

#[test]
fn a_role_that_does_not_show_is_not_always_missing() {
    let waited = Some(Waited { exchange: 9, for_ms: 1200, over: false });
    let waiting = Refusal { waited, ..refusal(Outcome::RoleMissing, &[PROJECT]) };
    assert_eq!(refused(&scene(), &waiting).unwrap().code, Code::NotCaughtUp);

    let answered = |answer: Value| {
        let mut refusal = refusal(Outcome::RoleMissing, &[PROJECT]);
        refusal.decision.introspection = Some(answer.into());
        refused(&scene(), &refusal).unwrap().code
    };
    let minimal =
        json!({ "active": true, "scope": "openid profile", "client_id": "bot", "sub": "55" });
    assert_eq!(answered(minimal), Code::MinimalIntrospection);
    let unasked = json!({ "active": true, "scope": "openid", "client_id": "bot", "sub": "55" });
    assert_eq!(answered(unasked), Code::RoleMissing, "without `profile` nobody is named anyway");
    let named = json!({ "active": true, "scope": "openid profile", "username": "visitor-bot" });
    assert_eq!(answered(named), Code::RoleMissing);
}

#[test]
fn what_a_row_teaches_follows_from_token_and_answer() {
    const ROLES: &str = "urn:zitadel:iam:org:project:77:roles";
    const ASKED_ROLE: &str = "urn:zitadel:iam:org:project:role:read:messages";
    let role = json!({ "read:messages": { "1": "acme" } });
    let jwt = |claims: Value| TokenSeen { claims: Some(claims), ..token(&["openid"]) };
    let cases = [
        (token(&["openid"]), json!({ "scope": "openid" }), vec![]),
        (
            token(&["openid", "read:messages"]),
            json!({ "scope": "openid" }),
            vec![Code::RoleAsScope],
        ),
        // Servers before May 2024 kept it.
        (token(&["read:messages"]), json!({ "scope": "read:messages" }), vec![]),
        (token(&[]), json!({ "scope": ASKED_ROLE }), vec![Code::ScopeIsNoProof]),
        (token(&[]), json!({ "scope": ASKED_ROLE, ROLES: role }), vec![]),
        (jwt(json!({})), json!({ ROLES: role }), vec![Code::RoleNotInToken]),
        (jwt(json!({ ROLES: role })), json!({ ROLES: role }), vec![]),
        (jwt(json!({ ROLES: role, "iat": 900 })), json!({}), vec![Code::RoleFrozen]),
        (jwt(json!({})), json!({}), vec![]),
    ];
    for (token, answer, expected) in cases {
        let needed = ["read:messages".to_owned()];
        let notes = of_row(&scene(), &caller(), &token, answer.as_object().unwrap(), 5, &needed);
        let codes: Vec<_> = notes.iter().map(|note| note.code).collect();
        assert_eq!(codes, expected, "{token:?} {answer}");
        assert!(notes.iter().all(|note| note.kind == FindingKind::Note));
    }
}

#[test]
fn every_finding_has_a_sentence_a_reason_proof_and_a_way_out() {
    let mut all: Vec<Finding> = [
        refusal(Outcome::RoleMissing, &[PROJECT]),
        inactive(&["openid"], Some(200), Some((true, None)), None),
        inactive(&[OTHER], Some(200), Some((true, Some("77"))), None),
        inactive(&[PROJECT], Some(401), None, Some(CAME)),
        inactive(&[PROJECT], Some(401), None, Some(FreshToken::None)),
        Refusal {
            waited: Some(Waited { exchange: 9, for_ms: 1200, over: true }),
            ..refusal(Outcome::RoleMissing, &[PROJECT])
        },
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
    all.push(api_refused(&scene(), &api_refusal()));
    all.push(issuer_trouble(Some(4), "It answered 503."));
    all.push(valid_is_known("visitor-bot", "/api/private", 5));
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

#[test]
fn an_issuer_under_another_name_by_now_goes_before_a_key_that_it_refuses() {
    let named = "https://new.example".to_owned();
    let renamed = Some(Renamed { exchange: 8, named: named.clone(), verified: true });
    let refused = TokenRefusal { renamed: renamed.clone(), ..token_failure(assertion_refused()) };
    let of_api = ApiRefusal { renamed, ..api_refusal() };
    for finding in [token_refused(&scene(), &caller(), &refused), api_refused(&scene(), &of_api)] {
        assert_eq!(finding.code, Code::IssuerMismatch);
        assert_eq!(finding.fix.action, Some(Action::UseIssuer { issuer: named.clone() }));
    }
}
