//! An issuer over TLS, with certificates of every kind, asked by the real command line.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

use std::path::{Path, PathBuf};

use rcgen::{BasicConstraints, CertificateParams, IsCa, date_time_ymd};
use rolecall_tests::{
    command::{Finished, matrix, run_with},
    recorded_key,
    tls::{Authority, Shown, authority, certificate, front},
};
use sandbox::{Options, Sandbox, TokenType, World};
use serde_json::{Value, json};
use tempfile::TempDir;
use tester::{Workspace, listen};

/// No handshake comes so far that anything is handed on.
const NOBODY: u16 = 0;

/// A sandbox behind TLS: its issuer is `https://localhost:PORT`.
struct Issuer {
    address: String,
    folder: TempDir,
    authority: Authority,
}

impl Issuer {
    /// As everything should be.
    async fn good() -> Self {
        let authority = authority("Acme authority");
        Self::showing(certificate("localhost", Some(&authority), |_| {}), authority).await
    }

    async fn showing(shown: Shown, authority: Authority) -> Self {
        let loopback = listen::bind_exactly(0).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("ca.pem"), authority.pem()).unwrap();
        std::fs::write(folder.path().join("own.pem"), &shown.pem).unwrap();
        let address = format!("https://localhost:{}", front(shown, loopback.port).await);
        let sandbox = Sandbox::new(World::demo(TokenType::Opaque).unwrap(), Options::default());
        sandbox.set_issuer(address.clone());
        sandbox.write_files(folder.path()).unwrap();
        tokio::spawn(async move {
            sandbox.serve(loopback.listeners, std::future::pending()).await.unwrap()
        });
        Self { address, folder, authority }
    }

    fn file(&self, name: &str) -> String {
        path(self.folder.path(), name)
    }

    /// `check` with this CA file, on a machine with these certificates of its own.
    async fn check(&self, ca_file: Option<&str>, system: &System) -> Finished {
        let keys = [self.file("api.json"), self.file("reader-bot.json")];
        check(&self.address, keys, ca_file, system).await
    }
}

/// `check` of something that no key can help.
async fn check_in_vain(address: &str, ca_file: Option<&str>, system: &System) -> Finished {
    let keys = ["application", "reader"].map(|name| recorded_key(name).display().to_string());
    check(address, keys, ca_file, system).await
}

async fn check(
    issuer: &str,
    [api, user]: [String; 2],
    ca_file: Option<&str>,
    system: &System,
) -> Finished {
    let mut arguments = vec!["check", "--issuer", issuer, "--api-key", &api, "--user", &user];
    arguments.extend(["--format", "json", "--port", "0"]);
    arguments.extend(ca_file.into_iter().flat_map(|file| ["--ca-file", file]));
    system.run(&arguments).await
}

fn path(folder: &Path, name: &str) -> String {
    folder.join(name).to_str().unwrap().to_owned()
}

/// The certificates of a machine, as an environment names them.
struct System {
    folder: TempDir,
}

impl System {
    fn trusting(pem: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("system.pem"), pem).unwrap();
        Self { folder }
    }

    /// A machine that trusts somebody, but nobody of these tests.
    fn foreign() -> Self {
        Self::trusting(&authority("Some authority").pem())
    }

    async fn run(&self, arguments: &[&str]) -> Finished {
        let (file, none) =
            (path(self.folder.path(), "system.pem"), path(self.folder.path(), "none"));
        run_with(arguments, &[("SSL_CERT_FILE", &file), ("SSL_CERT_DIR", &none)]).await
    }
}

fn assert_called(finished: &Finished) {
    assert_eq!(finished.status, Some(0), "{}\n{}", finished.out, finished.err);
    assert_eq!(matrix(&finished.json())[0], json!(["reader-bot", [200, 200, 200]]));
}

fn assert_untrusted(what: &str, finished: &Finished, reason: &str) {
    assert_eq!(finished.status, Some(2), "{what}: {}", finished.err);
    let error = &finished.json()["error"];
    assert_eq!(error["code"], "tls_untrusted", "{what}: {error}");
    assert_eq!(error["details"]["reason"], reason, "{what}: {error}");
}

#[tokio::test]
async fn the_roll_is_called_over_tls_with_an_authority_of_ones_own() {
    let issuer = Issuer::good().await;
    assert_called(&issuer.check(Some(&issuer.file("ca.pem")), &System::foreign()).await);
    let nobody = System::trusting("");
    assert_called(&issuer.check(Some(&issuer.file("ca.pem")), &nobody).await);
}

#[tokio::test]
async fn the_systems_certificates_are_trusted_and_an_own_authority_is_added_to_them() {
    let issuer = Issuer::good().await;
    let system = System::trusting(&issuer.authority.pem());
    assert_called(&issuer.check(None, &system).await);
    let other = path(system.folder.path(), "other.pem");
    std::fs::write(&other, authority("Another authority").pem()).unwrap();
    assert_called(&issuer.check(Some(&other), &system).await);
}

#[tokio::test]
async fn a_certificate_that_is_not_trusted_says_what_is_wrong_with_it() {
    type Change = fn(&mut CertificateParams);
    let none: Change = |_| {};
    let past: Change = |params| {
        (params.not_before, params.not_after) =
            (date_time_ymd(2020, 1, 1), date_time_ymd(2021, 1, 1));
    };
    let future: Change = |params| params.not_before = date_time_ymd(2090, 1, 1);
    let as_authority: Change = |params| params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let acme = || authority("Acme authority");
    let signed = |name: &str, change| {
        let authority = acme();
        (certificate(name, Some(&authority), change), authority)
    };
    let (self_signed, of_authority) =
        (certificate("localhost", None, none), certificate("localhost", None, as_authority));
    let cases = [
        ("expired", signed("localhost", past), Some("ca.pem"), "expired"),
        ("of the future", signed("localhost", future), Some("ca.pem"), "not_yet_valid"),
        ("another name", signed("id.example", none), Some("ca.pem"), "name"),
        ("no authority given", signed("localhost", none), None, "unknown_authority"),
        (
            "another authority of the same name",
            (certificate("localhost", Some(&acme()), none), acme()),
            Some("ca.pem"),
            "unknown_authority",
        ),
        ("signed by itself", (self_signed, acme()), Some("ca.pem"), "unknown_authority"),
        ("an authority's own", (of_authority, acme()), Some("own.pem"), "own_authority"),
    ];
    let system = System::foreign();
    let folder = tempfile::tempdir().unwrap();
    for (what, (shown, authority), ca_file, reason) in cases {
        std::fs::write(folder.path().join("ca.pem"), authority.pem()).unwrap();
        std::fs::write(folder.path().join("own.pem"), &shown.pem).unwrap();
        let address = format!("https://localhost:{}", front(shown, NOBODY).await);
        let ca_file = ca_file.map(|file| path(folder.path(), file));
        let refused = check_in_vain(&address, ca_file.as_deref(), &system).await;
        assert_untrusted(what, &refused, reason);
    }
}

#[tokio::test]
async fn a_certificate_that_was_signed_by_itself_can_be_its_own_ca_file() {
    let shown = certificate("localhost", None, |_| {});
    let issuer = Issuer::showing(shown, authority("Acme authority")).await;
    assert_called(&issuer.check(Some(&issuer.file("own.pem")), &System::foreign()).await);
}

#[tokio::test]
async fn a_machine_without_certificates_says_so() {
    let port = front(certificate("localhost", None, |_| {}), NOBODY).await;
    let address = format!("https://localhost:{port}");
    let refused = check_in_vain(&address, None, &System::trusting("")).await;
    assert_untrusted("no certificates", &refused, "no_authorities");
}

#[tokio::test]
async fn a_plain_port_that_is_asked_for_tls_says_so() {
    let plain = rolecall_tests::issuer::Issuer::recorded().await;
    let address = plain.address.replace("http://", "https://");
    let refused = check_in_vain(&address, None, &System::foreign()).await;
    assert_untrusted("a plain port", &refused, "not_tls");
}

#[tokio::test]
async fn a_ca_file_that_is_none_is_refused_before_anything_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    let garbled = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    for (name, text) in [("garbled", garbled), ("empty", ""), ("words", "hello")] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    for name in ["garbled", "empty", "words", "missing"] {
        let file = path(folder.path(), name);
        let refused = check_in_vain("https://localhost:1", Some(&file), &System::foreign()).await;
        assert_eq!(refused.status, Some(2), "{name}: {}", refused.err);
        let error = &refused.json()["error"];
        assert_eq!(error["code"], "invalid_input", "{name}: {error}");
        assert_eq!(error["details"]["reason"], "ca_file", "{name}: {error}");
    }
}

#[tokio::test]
async fn a_workspace_names_its_ca_file_beside_itself_and_keeps_it() {
    let issuer = Issuer::good().await;
    let file = PathBuf::from(issuer.file("workspace.rolecall.json"));
    let saved = || -> Value { serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap() };
    let arguments =
        ["check", "--workspace", file.to_str().unwrap(), "--format", "json", "--port", "0"];
    let system = System::foreign();
    assert_untrusted("without it", &system.run(&arguments).await, "unknown_authority");

    let mut workspace = saved();
    workspace["ca_file"] = "ca.pem".into();
    std::fs::write(&file, workspace.to_string()).unwrap();
    let called = system.run(&arguments).await;
    assert_eq!(called.status, Some(0), "{}\n{}", called.out, called.err);

    Workspace::load(&file).unwrap().save(&file).unwrap();
    assert_eq!(saved()["ca_file"], "ca.pem", "relative to the workspace, as it was");
}
