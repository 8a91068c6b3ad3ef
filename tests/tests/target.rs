//! The second opinion: APIs that are wrong in known ways, and ours, over real sockets.

use contract::{
    Event, Finding, FindingCode as Code, FindingKind, Report,
    finding::EvidenceSource,
    report::{NOBODY, ProbeToken, TargetReport},
};
use rolecall_tests::{
    bench::{Bench, workspace},
    issuer::Issuer,
    own_api::{Habit, OwnApi},
    protected::Protected,
};
use sandbox::{TokenType, UserState};
use tester::{Setup, Workspace, report::exit_status, roll_call::Only};
use tokio::net::TcpListener;

const PRIVATE: &str = "/api/private";
const BOTS: [&str; 3] = ["reader-bot", "writer-bot", "visitor-bot"];

fn files(issuer: &Issuer) -> Workspace {
    workspace(&issuer.address, issuer.file("api"), &BOTS.map(|bot| issuer.file(bot)))
}

async fn bench(issuer: &Issuer, target: &str) -> Bench {
    let workspace = Workspace { target: Some(target.into()), ..files(issuer) };
    Bench::new(Setup::new(workspace, None)).await
}

/// Calls the roll with an API of this habit beside the reference.
async fn called(issuer: &Issuer, habit: Habit) -> Report {
    let own = OwnApi::start(issuer, habit).await;
    bench(issuer, &own.address).await.call().await
}

fn target(report: &Report) -> &TargetReport {
    report.target.as_ref().expect("the workspace names a target")
}

fn causes(report: &Report) -> Vec<Code> {
    let findings = target(report).findings.iter();
    findings.filter(|f| f.kind == FindingKind::Cause).map(|f| f.code).collect()
}

fn finding(report: &Report, code: Code) -> &Finding {
    let findings = &target(report).findings;
    findings.iter().find(|f| f.code == code).unwrap_or_else(|| panic!("{code:?}: {findings:#?}"))
}

/// Status and right status of a probe at both doors.
fn probe(report: &Report, token: ProbeToken) -> Vec<(u16, u16)> {
    let probes = target(report).probes.iter().filter(|probe| probe.token == token);
    probes.map(|p| (p.status.unwrap_or(0), p.right_status)).collect()
}

#[tokio::test]
async fn nothing_is_wrong_with_our_own_api() {
    for token_type in [TokenType::Opaque, TokenType::Jwt, TokenType::Jwe] {
        let own = Protected::new(Issuer::demo(token_type).await).await;
        let report = bench(own.issuer(), &own.address).await.call().await;
        assert_eq!(target(&report).findings, [], "{token_type:?}");
        assert_eq!(exit_status(&report), 0, "{token_type:?}");
        for (row, reference) in target(&report).users.iter().zip(&report.users) {
            for (cell, right) in row.cells.iter().zip(&reference.cells) {
                assert_eq!(cell.status, right.status, "{} at {}", row.label, cell.path);
                assert!(cell.decision.is_none() && cell.response.is_some());
                assert_ne!(cell.exchange, right.exchange, "it is a call of its own");
            }
        }
        use ProbeToken as P;
        for dead in [P::None, P::Garbage, P::Cut, P::IdToken, P::OtherAudience] {
            assert_eq!(probe(&report, dead), [(401, 401), (401, 401)], "{dead:?} {token_type:?}");
        }
        assert_eq!(probe(&report, P::NoRole), [(200, 200), (403, 403)]);
        assert_eq!(probe(&report, P::RightRole), [(200, 200), (200, 200)]);
        let left_out: Vec<_> = target(&report).left_out.iter().map(|l| l.token).collect();
        assert_eq!(left_out, [P::Expired, P::SwitchedOff, P::RoleTaken]);
    }
}

#[tokio::test]
async fn each_wrong_api_has_its_faults_named_and_no_others() {
    use Code::*;
    use Habit as H;
    use TokenType::{Jwe, Jwt, Opaque};
    let cases: [(H, TokenType, &[Code]); 17] = [
        (H::Right, Opaque, &[]),
        (H::ScopeChecker, Opaque, &[RoleAsScope, ErrorForRefusal, ChallengeMissing]),
        (H::ScopeChecker, Jwe, &[RoleAsScope, ErrorForRefusal, ChallengeMissing]),
        (H::ScopeChecker, Jwt, &[RoleAsScope, ErrorForRefusal, ChallengeMissing]),
        (H::DebugPage, Opaque, &[LeaksDetails, RoleAsScope, ErrorForRefusal]),
        (H::LocalJwt, Opaque, &[RefusesGoodToken]),
        (H::LocalJwt, Jwe, &[RefusesGoodToken]),
        (H::LocalJwt, Jwt, &[RoleNotInToken]),
        (
            H::OpenHouse,
            Opaque,
            &[
                AdmitsWithoutToken,
                AcceptsInvalidToken,
                AcceptsIdToken,
                AcceptsOtherAudience,
                AdmitsWithoutRole,
            ],
        ),
        (
            H::Unverified,
            Jwt,
            &[AcceptsInvalidToken, AcceptsIdToken, AcceptsOtherAudience, AdmitsWithoutRole],
        ),
        (H::Echo, Opaque, &[LeaksDetails]),
        (H::Slow, Opaque, &[]),
        (H::RustCrate, Opaque, &[ForbiddenForUnauthorized, OddRefusal]),
        (H::RoleBlind, Jwt, &[AdmitsWithoutRole]),
        (H::SignInPage, Opaque, &[OddRefusal]),
        (H::DoorMissing, Opaque, &[EndpointMissing]),
        (H::Right, Jwt, &[]),
    ];
    let [opaque, jwt, jwe] = [Opaque, Jwt, Jwe].map(Issuer::demo);
    let (opaque, jwt, jwe) = futures::join!(opaque, jwt, jwe);
    let calls = cases.iter().map(|(habit, token_type, _)| {
        let issuer = match token_type {
            Opaque => &opaque,
            Jwt => &jwt,
            Jwe => &jwe,
        };
        called(issuer, *habit)
    });
    let reports = futures::future::join_all(calls).await;
    for ((habit, token_type, expected), report) in cases.into_iter().zip(reports) {
        assert_eq!(
            causes(&report),
            expected,
            "{habit:?} with {token_type:?}: {:#?}",
            target(&report).findings
        );
        assert_eq!(exit_status(&report), u8::from(!expected.is_empty()), "{habit:?}");
    }
}

#[tokio::test]
async fn a_finding_has_every_place_as_its_proof_and_names_the_exchange() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let own = OwnApi::start(&issuer, Habit::ScopeChecker).await;
    let bench = bench(&issuer, &own.address).await;
    let report = bench.call().await;
    let scope = finding(&report, Code::RoleAsScope);
    assert!(scope.title.contains("read:messages") && scope.title.contains("probably"), "{scope:?}");
    assert!(scope.evidence[0].text.contains("reader-bot at /api/private-scoped: answered 403"));
    let proof = &scope.evidence[1];
    assert!(proof.text.contains("let the same token in") && proof.text.contains("openid"));
    let EvidenceSource::Exchange { id } = proof.source else { panic!("{proof:?}") };
    let exchange = bench.bench.transcript().get(id).expect("the introspection");
    assert!(exchange.request.url.ends_with("/introspect"), "{}", exchange.request.url);

    // Garbage, cut, id_token and other audience, at two doors each.
    let errors = finding(&report, Code::ErrorForRefusal);
    assert_eq!(errors.evidence.len(), 8, "{errors:#?}");
    for proof in &errors.evidence {
        let EvidenceSource::Probe { id } = proof.source else { panic!("{proof:?}") };
        let exchange = bench.bench.transcript().get(id).expect("the probe");
        assert!(exchange.request.url.starts_with(&own.address));
        assert_eq!(exchange.response.unwrap().status, 500);
    }
    let cell = &target(&report).users[0].cells[2];
    assert_eq!(cell.finding.as_ref().unwrap().code, Code::RoleAsScope, "it stands at its cell too");
    assert_eq!(target(&report).users[0].cells[1].finding, None);
}

#[tokio::test]
async fn a_role_that_was_asked_for_as_a_scope_is_part_of_the_proof() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let own = OwnApi::start(&issuer, Habit::ScopeChecker).await;
    let project_id = issuer.sandbox.snapshot().project_id;
    let audience = zitadel_client::scope::audience(&project_id);
    let scopes = ["openid", "profile", "read:messages", &audience].map(str::to_owned);
    let workspace = Workspace {
        target: Some(own.address.clone()),
        scopes: Some(scopes.into()),
        ..files(&issuer)
    };
    let report = Bench::new(Setup::new(workspace, None)).await.call().await;
    let proof = &finding(&report, Code::RoleAsScope).evidence;
    assert!(proof.iter().any(|e| e.text.contains("ZITADEL took it out")), "{proof:#?}");
}

#[tokio::test]
async fn no_secret_that_an_api_echoes_is_in_the_report() {
    let issuer = Issuer::demo(TokenType::Jwt).await;
    let own = OwnApi::start(&issuer, Habit::DebugPage).await;
    let bench = bench(&issuer, &own.address).await;
    let report = bench.call().await;
    let told = serde_json::to_string(&report).unwrap();
    let heard = serde_json::to_string(&*bench.events.lock().unwrap()).unwrap();
    for label in BOTS {
        let token = bench.bench.token(label).unwrap();
        for secret in [token.value.expose(), token.id_token.as_ref().unwrap().expose()] {
            assert!(!told.contains(secret) && !heard.contains(secret), "{label}");
        }
    }
    assert!(finding(&report, Code::LeaksDetails).evidence[0].text.contains("the token itself"));
}

#[tokio::test]
async fn a_slow_api_is_noted_and_no_fault() {
    let report = called(&Issuer::demo(TokenType::Opaque).await, Habit::Slow).await;
    let slow = finding(&report, Code::Slow);
    assert_eq!(slow.kind, FindingKind::Note);
    assert!(slow.evidence[0].text.contains("ms; Rolecall's own API took"), "{slow:?}");
}

#[tokio::test]
async fn a_jwt_believed_after_its_user_was_switched_off_is_found() {
    let issuer = Issuer::demo(TokenType::Jwt).await;
    let own = OwnApi::start(&issuer, Habit::LocalJwt).await;
    let bench = bench(&issuer, &own.address).await;
    bench.call().await;
    let reader = issuer.user_id("reader-bot");
    issuer.sandbox.set_user_state(&reader, UserState::Deactivated).unwrap();
    let report = bench.call().await;
    assert!(causes(&report).contains(&Code::RoleFrozen), "{:#?}", target(&report).findings);
    assert_eq!(probe(&report, ProbeToken::SwitchedOff)[0], (200, 401));
    let said = &finding(&report, Code::RoleFrozen).evidence[0].text;
    assert!(said.contains("before it was switched off"), "{said}");
}

#[tokio::test]
async fn a_jwt_believed_after_its_role_was_taken_is_found() {
    let issuer = Issuer::demo(TokenType::Jwt).await;
    let own = OwnApi::start(&issuer, Habit::LocalJwt).await;
    let project_id = issuer.sandbox.snapshot().project_id;
    let audience = zitadel_client::scope::audience(&project_id);
    let scopes = ["openid", "profile", "urn:zitadel:iam:org:projects:roles", &audience];
    let workspace = Workspace {
        target: Some(own.address.clone()),
        scopes: Some(scopes.map(str::to_owned).into()),
        ..files(&issuer)
    };
    let bench = Bench::new(Setup::new(workspace, None)).await;
    let before = bench.call().await;
    assert_eq!(causes(&before), [], "with its roles inside it is right about everybody");
    issuer.sandbox.take_role(&issuer.user_id("reader-bot"), "read:messages").unwrap();

    // A row alone is called with the token that it has.
    let only = Only { user: Some("reader-bot".into()), endpoint: None };
    let kept = bench.bench.call(only).await.unwrap().report;
    assert_eq!(causes(&kept), [Code::RoleFrozen], "{:#?}", target(&kept).findings);
    assert_eq!(target(&kept).users[1].cells[1].status, Some(200), "what was not called stays");
    assert!(!target(&kept).probes.is_empty());

    let anew = bench.call().await;
    assert_eq!(causes(&anew), [Code::RoleFrozen], "{:#?}", target(&anew).findings);
    assert_eq!(probe(&anew, ProbeToken::RoleTaken), [(200, 403)]);
}

#[tokio::test]
async fn an_api_that_is_not_there_is_said_once_and_nothing_else_fails() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let port = {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        listener.local_addr().unwrap().port()
    };
    let report = bench(&issuer, &format!("http://127.0.0.1:{port}")).await.call().await;
    assert_eq!(causes(&report), [Code::Unreachable]);
    let said = finding(&report, Code::Unreachable);
    assert!(said.title.contains(&format!("127.0.0.1:{port}")), "{said:?}");
    assert!(report.users.iter().all(|row| row.finding.is_none()), "the reference is untouched");
    assert_eq!(report.users[0].cells[2].status, Some(200));
    assert_eq!(report.finding, None);
}

#[tokio::test]
async fn a_public_address_is_not_called_before_somebody_agreed() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    // RFC 5737: nobody has this address.
    let bench = bench(&issuer, "http://192.0.2.1:9").await;
    let view = bench.bench.view().target.expect("a target");
    assert!(view.needs_consent);
    assert!(view.finding.unwrap().explanation.contains("plain http"));
    let report = bench.call().await;
    assert_eq!(causes(&report), [Code::TargetNotPrivate]);
    let called = bench.bench.transcript().all();
    assert!(called.iter().all(|exchange| !exchange.request.url.contains("192.0.2.1")));
    bench.bench.set_target(Some("192.0.2.1:9"), true).await;
    assert!(!bench.bench.view().target.unwrap().needs_consent);
}

#[tokio::test]
async fn a_name_that_leads_to_this_machine_is_called_and_paths_go_below_the_base() {
    let own = Protected::with(Issuer::demo(TokenType::Opaque).await, below("/v1")).await;
    let target_url = format!("{}/v1/", own.address.replace("localhost", "api.localhost"));
    let bench = bench(own.issuer(), &target_url).await;
    let report = bench.call().await;
    // Our own API answers under no other name than localhost.
    assert_eq!(target(&report).users[0].cells[1].status, Some(421));
    bench.bench.set_target(Some(&format!("{}/v1", own.address)), false).await;
    let report = bench.call().await;
    assert_eq!(target(&report).findings, []);
    assert_eq!(target(&report).users[0].cells[2].status, Some(200));
}

fn below(prefix: &str) -> Vec<contract::Endpoint> {
    let doors = contract::Endpoint::guide().into_iter();
    doors
        .map(|door| contract::Endpoint { path: format!("{prefix}{}", door.path), ..door })
        .collect()
}

#[tokio::test]
async fn events_tell_how_far_it_is_and_a_stopped_run_keeps_what_is_there() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let own = OwnApi::start(&issuer, Habit::Slow).await;
    let bench = bench(&issuer, &own.address).await;
    let calling = bench.bench.call(Only::default());
    let stopping = async {
        loop {
            let told = bench.events.lock().unwrap().iter().any(|event| {
                let Event::TargetChanged { target, .. } = event else { return false };
                target.users[0].cells[1].status.is_some()
            });
            if told {
                return bench.bench.stop();
            }
            tokio::task::yield_now().await;
        }
    };
    let (outcome, ()) = futures::join!(calling, stopping);
    let outcome = outcome.unwrap();
    assert!(outcome.cancelled);
    let rows = &target(&outcome.report).users;
    assert_eq!(rows[0].cells[1].status, Some(200));
    assert_eq!(rows.last().unwrap().label, NOBODY);
    assert!(target(&outcome.report).probes.is_empty(), "it was stopped before");
    assert_eq!(causes(&outcome.report), []);
}

#[tokio::test]
async fn a_workspace_keeps_its_target_and_the_consent() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.rolecall.json");
    let mut setup = Setup::default();
    setup.set_target(Some("api.acme.example/v1/"), true);
    setup.save(Some(&path)).unwrap();
    let read = Workspace::load(&path).unwrap();
    assert_eq!(read.target.as_deref(), Some("https://api.acme.example/v1"));
    assert!(read.allow_public_target);
}

#[tokio::test]
async fn doors_without_a_role_or_without_a_token_are_probed_as_far_as_they_go() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let own = OwnApi::start(&issuer, Habit::Right).await;
    let workspace = Workspace {
        target: Some(own.address.clone()),
        endpoints: contract::Endpoint::guide().into_iter().take(2).collect(),
        ..files(&issuer)
    };
    let report = Bench::new(Setup::new(workspace, None)).await.call().await;
    assert_eq!(target(&report).findings, []);
    assert!(target(&report).probes.iter().all(|probe| probe.path == PRIVATE));
    assert_eq!(probe(&report, ProbeToken::Cut), [(401, 401)]);
    let no_role = target(&report).left_out.iter().any(|l| l.token == ProbeToken::NoRole);
    assert!(no_role, "{:?}", target(&report).left_out);
}
