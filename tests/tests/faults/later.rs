//! What takes a change between two calls, tried.

use contract::{
    Access, Event, FindingCode as Code, Report,
    finding::{Action, FindingCode},
};
use rolecall_tests::{
    bench::{Bench, code},
    issuer::Issuer,
};
use sandbox::{Dialect, Options, TokenType, UserState};
use tester::roll_call::Only;

use crate::{
    stage::{self, DIALECTS, PRIVATE, SCOPED, bench, issuer, whole, world},
    table::{LATER, Said, Seen},
};

const READ: &str = "read:messages";

/// What the table says of a row.
fn said(name: &str) -> Said {
    LATER.iter().find(|(row, ..)| *row == name).unwrap().2
}

fn row(user: &str) -> Only {
    Only { user: Some(user.into()), endpoint: None }
}

async fn call(bench: &Bench, only: Only) -> Report {
    bench.bench.call(only).await.unwrap().report
}

/// A user's cause, by the row's place in the report.
fn cause(report: &Report, user: usize, path: &str) -> Option<FindingCode> {
    let row = &report.users[user];
    assert_eq!(row.finding, None);
    code(&row.cells.iter().find(|cell| cell.path == path).unwrap().finding)
}

#[tokio::test]
async fn a_token_that_died_with_its_user_is_told_in_each_dialect_and_asked_for_anew() {
    for dialect in DIALECTS {
        let issuer = issuer(dialect).await;
        let bench = bench(whole(&issuer)).await;
        call(&bench, Only::default()).await;
        let reader = issuer.user_id("reader-bot");
        for state in [UserState::Locked, UserState::Active] {
            issuer.sandbox.set_user_state(&reader, state).unwrap();
        }
        let report = call(&bench, row("reader-bot")).await;
        let found = cause(&report, 0, PRIVATE).map(|code| (code, Seen::Private));
        assert_eq!(found, said("locked_meanwhile"), "{dialect}");
        let finding = report.users[0].cells[1].finding.clone().unwrap();
        let anew = Action::AskAnew { user: "reader-bot".into() };
        assert_eq!(finding.fix.action, Some(anew), "{dialect}");
        bench.bench.forget_token(&reader);
        let report = call(&bench, row("reader-bot")).await;
        assert_eq!(cause(&report, 0, PRIVATE), None, "{dialect}");
        assert_eq!(cause(&report, 0, SCOPED), None, "{dialect}");
    }
}

#[tokio::test]
async fn another_name_after_the_set_up_is_told_from_a_wrong_key_in_each_dialect() {
    for dialect in DIALECTS {
        let issuer = issuer(dialect).await;
        let bench = bench(whole(&issuer)).await;
        call(&bench, Only::default()).await;
        let set = |fault: &str| issuer.sandbox.set_faults(vec![fault.parse().unwrap()]).unwrap();
        let found = |came: stage::Came| came.first.map(|(one, seen)| (one.code, seen.unwrap()));

        set("issuer_name");
        let came = stage::call(&bench, row("reader-bot")).await;
        assert_eq!(found(came), said("issuer_renamed_since"), "{dialect}");
        let came = stage::call(&bench, Only::default()).await;
        assert_eq!(found(came), said("issuer_renamed"), "{dialect}");
        set("unknown_host");
        let came = stage::call(&bench, Only::default()).await;
        assert_eq!(found(came), said("host_forgotten"), "{dialect}");
    }
}

#[tokio::test]
async fn a_role_just_given_is_waited_for_in_each_dialect() {
    let cases = DIALECTS.map(async |dialect: Dialect| {
        let issuer = issuer(dialect).await;
        let bench = bench(whole(&issuer)).await;
        call(&bench, Only::default()).await;
        issuer.sandbox.set_faults(vec!["lag=1500".parse().unwrap()]).unwrap();
        let visitor = issuer.user_id("visitor-bot");
        bench.bench.changes().note(&visitor, Some(READ));
        issuer.sandbox.give_role(&visitor, READ).unwrap();
        let now = bench.now();
        let report = call(&bench, row("visitor-bot")).await;
        let waiting = |event: &Event| match event {
            Event::CellChanged { user: 2, cell, .. } if cell.path == SCOPED => code(&cell.finding),
            _ => None,
        };
        let found = bench.hear(now, waiting).await;
        assert_eq!(Some((found, Seen::Scoped)), said("just_given"), "{dialect}");
        assert_eq!(cause(&report, 2, SCOPED), None, "{dialect}: it is in as soon as it shows");
    });
    futures::future::join_all(cases).await;
}

#[tokio::test]
async fn a_role_that_the_project_does_not_have_is_told_in_each_dialect() {
    for dialect in DIALECTS {
        let issuer = issuer(dialect).await;
        let mut workspace = whole(&issuer);
        let door = workspace.endpoints.iter_mut().find(|door| door.path == SCOPED).unwrap();
        door.access = Access::AnyRole { roles: vec!["read:mesages".into()] };
        let bench = bench(workspace).await;
        let report = call(&bench, Only::default()).await;
        assert_eq!(cause(&report, 0, SCOPED), Some(Code::RoleMissing), "{dialect}: nobody told");
        let token = std::fs::read_to_string(issuer.folder.path().join("admin.pat")).unwrap();
        bench.bench.manage_with(Some(token.trim().to_owned().into())).await;
        let report = call(&bench, Only::default()).await;
        let found = cause(&report, 0, SCOPED).map(|code| (code, Seen::Scoped));
        assert_eq!(found, said("role_never_made"), "{dialect}");
    }
}

#[tokio::test]
async fn a_jwt_without_its_roles_and_one_with_those_of_the_past_teach_in_each_dialect() {
    let world = world(TokenType::Jwt);
    for dialect in DIALECTS {
        let options = Options { dialect, ..Options::default() };
        let issuer = Issuer::start(world.clone(), options).await;
        let mut workspace = whole(&issuer);
        let bench = bench(workspace.clone()).await;
        let report = call(&bench, Only::default()).await;
        assert_eq!(notes(&report, 0), [Code::RoleNotInToken], "{dialect}");
        assert_eq!(notes(&report, 2), [], "{dialect}: who has no role misses none");

        let project = issuer.sandbox.snapshot().project_id;
        let audience = format!("urn:zitadel:iam:org:project:id:{project}:aud");
        let with_roles = ["openid", "profile", &audience, "urn:zitadel:iam:org:projects:roles"];
        workspace.scopes = Some(with_roles.map(Into::into).into());
        workspace.project_id = Some(project);
        let bench = self::bench(workspace).await;
        let report = call(&bench, Only::default()).await;
        assert_eq!(notes(&report, 0), [], "{dialect}: token and introspection agree");
        issuer.sandbox.take_role(&issuer.user_id("reader-bot"), READ).unwrap();
        let report = call(&bench, row("reader-bot")).await;
        assert_eq!(notes(&report, 0), [Code::RoleFrozen], "{dialect}");
        let found = cause(&report, 0, SCOPED).map(|code| (code, Seen::Scoped));
        assert_eq!(found, said("role_taken_meanwhile"), "{dialect}");
    }
}

fn notes(report: &Report, user: usize) -> Vec<FindingCode> {
    report.users[user].notes.iter().map(|note| note.code).collect()
}
