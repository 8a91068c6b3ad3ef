//! What the server does wrong, tried.

use contract::FindingCode as Code;
use rolecall_tests::bench::Bench;
use sandbox::{Dialect, Fault, FaultName, Place};
use tester::roll_call::Only;

use crate::{
    stage::{DIALECTS, PRIVATE, all, call, differences, issuer, whole},
    table::{SERVER, Said, Seen},
};

/// Longer than anybody waits for an answer.
const TOO_LATE: &str = "=20000";

#[tokio::test]
async fn each_fault_of_the_server_leads_to_its_finding_in_each_dialect() {
    all(cases(|fault| !fault.ends_with(TOO_LATE))).await;
}

#[tokio::test]
async fn an_answer_that_never_comes_leads_to_its_finding_in_each_dialect() {
    all(cases(|fault| fault.ends_with(TOO_LATE))).await;
}

#[tokio::test]
async fn without_a_fault_only_roles_are_missing() {
    all(DIALECTS.map(|dialect| case(dialect, None, None))).await;
}

#[test]
fn every_fault_is_in_the_table_at_every_place() {
    let listed: Vec<Fault> =
        SERVER.iter().flat_map(|row| row.faults).map(|text| text.parse().unwrap()).collect();
    for name in FaultName::ALL {
        let places = if name.has_place() { Place::ALL.map(Some).to_vec() } else { vec![None] };
        for place in places {
            let is = |fault: &&Fault| (fault.name(), fault.place()) == (name, place);
            assert!(listed.iter().any(|fault| is(&fault)), "{name} {place:?}");
        }
    }
}

fn cases(wanted: impl Fn(&str) -> bool) -> Vec<impl Future<Output = Vec<String>>> {
    let rows = SERVER.iter().flat_map(|row| row.faults.iter().map(|fault| (*fault, row.said)));
    let rows = rows.filter(|(fault, _)| wanted(fault));
    rows.flat_map(|(fault, said)| DIALECTS.map(|dialect| case(dialect, Some(fault), said)))
        .collect()
}

async fn case(dialect: Dialect, fault: Option<&str>, said: Said) -> Vec<String> {
    let issuer = issuer(dialect).await;
    let faults = fault.iter().map(|text| text.parse().unwrap()).collect();
    issuer.sandbox.set_faults(faults).unwrap();
    whole(&issuer);
    let bench = Bench::open(&issuer.workspace()).await;
    // Who never answers is asked by one user at one door: it takes long enough.
    let waits = fault.is_some_and(|fault| fault.ends_with(TOO_LATE));
    let only = if waits {
        Only { user: Some("reader-bot".into()), endpoint: Some(PRIVATE.into()) }
    } else {
        Only::default()
    };
    let came = call(&bench, only).await;
    let reached = match said {
        None | Some((Code::RoleMissing | Code::KeyUnknown | Code::UserInactive, _)) => true,
        Some((_, Seen::Issuer | Seen::ApiKey | Seen::Api | Seen::Row)) => false,
        Some((code, _)) => code != Code::ServerTrouble,
    };
    let valid_is_known = reached
        && !waits
        && !said.is_some_and(|(code, _)| {
            [Code::AudienceOtherProject, Code::MinimalIntrospection].contains(&code)
        });
    let notes: &[Code] = if valid_is_known { &[Code::ValidIsKnown] } else { &[] };
    differences(&format!("{} at {dialect}", fault.unwrap_or("nothing")), &came, said, notes)
}
