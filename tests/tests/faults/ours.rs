//! What is wrong on this side, tried.

use std::path::{Path, PathBuf};

use contract::FindingCode as Code;
use rolecall_tests::{
    bench::code,
    issuer::{Issuer, changed},
};
use sandbox::Dialect;
use tester::{Workspace, roll_call::Only, workspace::User};

use crate::{
    stage::{DIALECTS, all, bench, call, differences, issuer, nobody, somebody_else, whole},
    table::{OURS, Said, Seen},
};

#[tokio::test]
async fn each_mistake_on_this_side_leads_to_its_finding_in_each_dialect() {
    let rows = OURS.iter().flat_map(|row| DIALECTS.map(|dialect| (row, dialect)));
    all(rows.map(|((name, _, said), dialect)| case(name, dialect, *said))).await;
}

async fn case(name: &str, dialect: Dialect, said: Said) -> Vec<String> {
    let issuer = issuer(dialect).await;
    let bench = bench(mistaken(name, &issuer, whole(&issuer)).await).await;
    let came = call(&bench, Only::default()).await;
    let mut notes = match said {
        Some((_, Seen::Issuer | Seen::ApiKey | Seen::Api | Seen::Private)) => vec![],
        _ => vec![Code::ValidIsKnown],
    };
    if name == "role_as_scope" {
        notes.extend([Code::RoleAsScope; 3]);
    }
    let case = format!("{name} at {dialect}");
    let mut wrong = differences(&case, &came, said, &notes);
    // What can be known without asking anybody is said in Setup, too.
    if let Some((Code::KeyWrongKind | Code::KeyUnreadable | Code::KeyExpired, Seen::Row)) = said {
        let shown = code(&bench.bench.view().users[0].key.finding);
        if shown != said.map(|(code, _)| code) {
            wrong.push(format!("{case}: Setup shows {shown:?}"));
        }
    }
    wrong
}

/// The whole workspace with one thing wrong.
async fn mistaken(name: &str, issuer: &Issuer, whole: Workspace) -> Workspace {
    let [api, reader, visitor] = ["api", "reader-bot", "visitor-bot"].map(|stem| issuer.file(stem));
    let address = issuer.address.clone();
    let at = |address: String| Workspace { issuer: address, ..whole.clone() };
    let first = |key: PathBuf| {
        let mut users = whole.users.clone();
        users[0] = User { key, ..users[0].clone() };
        Workspace { users, ..whole.clone() }
    };
    let scopes = |scopes: &[&str]| Workspace {
        scopes: Some(scopes.iter().map(ToString::to_string).collect()),
        ..whole.clone()
    };
    let file = |name: &str| issuer.folder.path().join(name);
    let project = issuer.sandbox.snapshot().project_id;
    match name {
        "api_key_as_user" => first(api),
        "user_key_as_api" => Workspace { api_key: Some(reader), ..whole.clone() },
        "swapped" => Workspace { api_key: Some(reader), ..first(api) },
        "user_key_cut" => first(cut(&reader, &file("cut.json"))),
        "user_key_public" => first(changed(&reader, &file("public.json"), |key| {
            key["key"] = "-----BEGIN PUBLIC KEY-----\nMAA=\n-----END PUBLIC KEY-----\n".into();
        })),
        "user_key_moved" => first(file("moved-away.json")),
        "api_key_cut" => Workspace { api_key: Some(cut(&api, &file("cut.json"))), ..whole.clone() },
        "user_key_over" => first(changed(&reader, &file("over.json"), |key| {
            key["expirationDate"] = "2020-03-01T00:00:00Z".into();
        })),
        "user_key_foreign" => first(with_key_of(&visitor, &reader, &file("foreign.json"))),
        "user_key_of_nobody" => first(changed(&reader, &file("nobody.json"), |key| {
            key["userId"] = "100000000000000001".into();
        })),
        "api_key_foreign" => {
            let key = with_key_of(&visitor, &api, &file("foreign.json"));
            Workspace { api_key: Some(key), ..whole.clone() }
        }
        "no_audience" => scopes(&["openid", "profile"]),
        "role_as_scope" => scopes(&[
            "openid",
            "profile",
            &format!("urn:zitadel:iam:org:project:id:{project}:aud"),
            "read:messages",
        ]),
        "other_project" => {
            let project_id = Some("100000000000000002".into());
            Workspace { project_id, ..whole.clone() }
        }
        "other_name" => at(address.replace("localhost", "127.0.0.1")),
        "no_address" => at("http://".into()),
        "nobody_there" => at(nobody().await),
        "somebody_else" => at(somebody_else().await),
        "https_for_http" => at(address.replace("http:", "https:")),
        "plain_http" => at("http://zitadel.example".into()),
        "slash" => at(format!("{address}/")),
        "console_page" => at(format!("{address}/ui/console/projects")),
        _ => panic!("{name} is not known here"),
    }
}

/// The first half of a file.
fn cut(file: &Path, into: &Path) -> PathBuf {
    let text = std::fs::read(file).unwrap();
    std::fs::write(into, &text[..text.len() / 2]).unwrap();
    into.into()
}

/// A key file whose private key is that of another.
fn with_key_of(other: &Path, file: &Path, into: &Path) -> PathBuf {
    let other: serde_json::Value = serde_json::from_slice(&std::fs::read(other).unwrap()).unwrap();
    changed(file, into, |key| key["key"] = other["key"].clone())
}
