//! Which role is missing, where several are asked for or the project has none such.

use super::*;
use crate::evidence::DefinedRoles;

type Roles = &'static [&'static str];

/// At a door for these roles, by a caller with those.
fn lacking(rule: RuleName, needed: &[&str], found: &[&str]) -> Refusal {
    let own = |roles: &[&str]| roles.iter().map(ToString::to_string).collect();
    let mut refusal = refusal(Outcome::RoleMissing, &[PROJECT]);
    refusal.decision.rule = rule;
    refusal.decision.needed_roles = own(needed);
    refusal.decision.roles_found = own(found);
    refusal
}

fn found(refusal: &Refusal) -> Finding {
    refused(&scene(), refusal).unwrap()
}

#[test]
fn the_roles_that_are_missing_are_named_and_one_of_them_is_offered() {
    use RuleName::{AllRoles, AnyRole};
    let cases: [(_, Roles, Roles, _, _, _); 6] = [
        (AnyRole, &["a"], &[], "does not hold the role a", "the role a.", "a"),
        (AnyRole, &["a", "b"], &["c"], "does not hold the role a or b", "the role a or b.", "a"),
        (AllRoles, &["a"], &[], "does not hold the role a", "the role a.", "a"),
        (AllRoles, &["a", "b"], &["a"], "all of a and b: b is missing", "the role b.", "b"),
        (AllRoles, &["a", "b"], &["b", "c"], "all of a and b: a is missing", "the role a.", "a"),
        (
            AllRoles,
            &["a", "b", "c"],
            &["b"],
            "all of a and b and c: a and c are missing",
            "the roles a and c.",
            "a",
        ),
    ];
    for (rule, needed, held, title, fix, offered) in cases {
        let finding = found(&lacking(rule, needed, held));
        assert_eq!(finding.code, Code::RoleMissing);
        assert!(finding.title.ends_with(title), "{}", finding.title);
        assert!(finding.fix.text.contains(fix), "{}", finding.fix.text);
        let give = Action::GiveRole { user_id: "55".into(), role: offered.into() };
        assert_eq!(finding.fix.action, Some(give), "{title}");
    }
}

#[test]
fn an_assignment_counts_only_where_it_has_everything_that_is_missing() {
    let off = |roles: &[&str]| Managed {
        authorizations: Some(vec![Authorization {
            id: "44".into(),
            project_id: "77".into(),
            project_name: "Board".into(),
            roles: roles.iter().map(ToString::to_string).collect(),
            active: false,
        }]),
        ..Managed::default()
    };
    let with = |managed| {
        let refusal = lacking(RuleName::AllRoles, &["a", "b"], &[]);
        found(&Refusal { managed: Some(managed), ..refusal }).fix.action
    };
    let on = Action::SwitchOnAuthorization { user_id: "55".into(), authorization_id: "44".into() };
    assert_eq!(with(off(&["a", "b"])), Some(on), "to reactivate it is enough");
    let give = Action::GiveRole { user_id: "55".into(), role: "a".into() };
    assert_eq!(with(off(&["a"])), Some(give), "b is missing in it");
}

#[test]
fn a_role_that_the_project_does_not_have_is_told_from_one_that_was_not_given() {
    use RuleName::{AllRoles, AnyRole};
    let cases: [(RuleName, Roles, Roles, Roles, Option<&str>); 7] = [
        (AnyRole, &["a"], &[], &["b"], Some("Project Board has no role a, so nobody can hold it")),
        (AnyRole, &["a"], &[], &[], Some("Project Board has no role a, so nobody can hold it")),
        (AnyRole, &["a"], &[], &["a"], None),
        (AnyRole, &["a", "b"], &[], &["b"], None),
        (AnyRole, &["a", "c"], &[], &["b"], Some("has no role a or c")),
        (AllRoles, &["a", "b"], &["b"], &["b"], Some("has no role a, so")),
        (AllRoles, &["a", "b"], &[], &["b"], Some("has no role a, so")),
    ];
    for (rule, needed, held, defined, expected) in cases {
        let roles = defined.iter().map(ToString::to_string).collect();
        let defined = DefinedRoles { project_name: "Board".into(), roles };
        let managed = Managed { exchange: 9, defined: Some(defined), ..Managed::default() };
        let refusal = lacking(rule, needed, held);
        let finding = found(&Refusal { managed: Some(managed), ..refusal });
        let told = format!("{needed:?} of {:?}: {}", finding.evidence, finding.title);
        match expected {
            Some(title) => {
                assert_eq!(finding.code, Code::RoleUndefined, "{told}");
                assert!(finding.title.contains(title), "{told}");
                let page = "https://acme.example/ui/console/projects/77/roles/create";
                assert_eq!(finding.fix.url.as_deref(), Some(page));
                assert_eq!(finding.fix.action, None, "Rolecall creates no roles");
            }
            None => assert_eq!(finding.code, Code::RoleMissing, "{told}"),
        }
    }
}

#[test]
fn a_role_held_in_another_project_is_said_first() {
    let elsewhere = Authorization {
        id: "44".into(),
        project_id: "78".into(),
        project_name: "Other".into(),
        roles: vec!["a".into()],
        active: true,
    };
    let defined = DefinedRoles { project_name: "Board".into(), roles: vec![] };
    let managed = Managed {
        authorizations: Some(vec![elsewhere]),
        defined: Some(defined),
        ..Managed::default()
    };
    let refusal = lacking(RuleName::AnyRole, &["a"], &[]);
    let finding = found(&Refusal { managed: Some(managed), ..refusal });
    assert_eq!(finding.code, Code::RoleMissing);
    assert!(finding.explanation.contains("in the project Other"), "{}", finding.explanation);
}

#[test]
fn an_answer_from_before_the_role_was_given_is_told_from_zitadels_delay() {
    let waited = Some(Waited { exchange: 9, for_ms: 1200, over: false });
    let mut refusal = Refusal { waited, ..lacking(RuleName::AnyRole, &["a"], &[]) };
    assert!(found(&refusal).title.contains("ZITADEL does not show it yet"));
    refusal.decision.cached_ms = Some(42_000);
    let finding = found(&refusal);
    assert_eq!(finding.code, Code::NotCaughtUp);
    assert!(finding.title.contains("the API still goes by its last answer"), "{}", finding.title);
    assert!(finding.evidence[0].text.contains("42.0 seconds"), "{:?}", finding.evidence);
    refusal.waited = None;
    let finding = found(&refusal);
    assert_eq!(finding.code, Code::RoleMissing);
    let kept = finding.evidence.iter().any(|proof| proof.text.contains("42.0 seconds"));
    assert!(kept, "{:?}", finding.evidence);
}
