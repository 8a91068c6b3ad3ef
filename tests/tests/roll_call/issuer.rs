//! The address of the issuer, right and wrong.

use contract::FindingCode as Code;
use rolecall_tests::{
    bench::{Bench, code},
    issuer::Issuer,
};
use sandbox::TokenType;
use tester::roll_call::Only;

use crate::{demo, demo_files};

fn issuer_finding(bench: &Bench) -> Option<Code> {
    code(&bench.bench.view().issuer.finding)
}

#[tokio::test]
async fn an_issuer_under_a_name_it_does_not_know_is_named() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let address = issuer.address.replace("localhost", "127.0.0.1");
    let bench = Bench::with_files(&address, issuer.file("api"), &demo_files(&issuer)).await;
    assert_eq!(issuer_finding(&bench), Some(Code::InstanceNotFound));
}

#[tokio::test]
async fn an_address_where_nobody_listens_is_named() {
    let free = tester::listen::bind_exactly(0).await.unwrap().base_url();
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let bench = Bench::with_files(&free, issuer.file("api"), &demo_files(&issuer)).await;
    assert_eq!(issuer_finding(&bench), Some(Code::Unreachable));
}

#[tokio::test]
async fn something_that_is_no_issuer_is_named() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let bench = demo(&issuer).await;
    // The protected API itself answers, but it is no ZITADEL.
    let wrong = Bench::with_files(&bench.api(), issuer.file("api"), &[]).await;
    assert_eq!(issuer_finding(&wrong), Some(Code::NotZitadel));
}

#[tokio::test]
async fn an_issuer_that_calls_itself_otherwise_is_taken_only_with_a_persons_word() {
    let real = Issuer::demo(TokenType::Opaque).await;
    let posing = Issuer::demo(TokenType::Opaque).await;
    posing.sandbox.set_issuer(real.address.clone());
    // Asked under its own port it names the other one.
    let files = demo_files(&real);
    let bench = Bench::with_files(&posing.address, real.file("api"), &files).await;
    let finding = bench.bench.view().issuer.finding.expect("a finding");
    assert!(
        matches!(finding.code, Code::IssuerMismatch | Code::InstanceNotFound),
        "{:?}: an instance that no longer knows its old name may say so instead",
        finding.code
    );
    assert!(bench.bench.call(Only::default()).await.is_err(), "nothing is sent without a word");
}

#[tokio::test]
async fn an_address_is_taken_however_it_is_typed() {
    let issuer = Issuer::demo(TokenType::Opaque).await;
    let port = issuer.port;
    for typed in [
        format!("localhost:{port}"),
        format!("http://LOCALHOST:{port}/"),
        format!("http://localhost:{port}/ui/console/projects"),
        format!("http://localhost:{port}/.well-known/openid-configuration"),
    ] {
        let bench = Bench::with_files(&typed, issuer.file("api"), &demo_files(&issuer)).await;
        let found = bench.bench.view().issuer.discovered.expect(&typed);
        assert_eq!(found.issuer, issuer.address, "{typed}");
    }
}
