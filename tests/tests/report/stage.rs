//! Roll calls to report of: a sandbox with something broken, an API of somebody's own that is wrong, a
//! personal access token in use.

use std::path::PathBuf;

use contract::{
    report::{Expected, ReportFormat},
    workspace::Expectation,
};
use rolecall_tests::{
    bench::{Bench, workspace},
    issuer::{Issuer, changed},
    own_api::{Habit, OwnApi},
};
use sandbox::TokenType;
use tester::{Setup, Workspace, report::HandedOn};
use zitadel_client::secret::PersonalAccessToken;

pub const FORMATS: [ReportFormat; 3] =
    [ReportFormat::Html, ReportFormat::Json, ReportFormat::Junit];
const BOTS: [&str; 3] = ["reader-bot", "writer-bot", "visitor-bot"];
const SCOPED: &str = "/api/private-scoped";

/// A roll call that is over.
pub struct Stage {
    pub bench: Bench,
    pub issuer: Issuer,
    pub personal_access_token: String,
    _own: Option<OwnApi>,
}

impl Stage {
    /// With one surprise, one row without a token, a target with faults.
    pub async fn called(token_type: TokenType) -> Self {
        let issuer = Issuer::demo(token_type).await;
        let own = OwnApi::start(&issuer, Habit::DebugPage).await;
        let target = own.address.clone();
        Self { _own: Some(own), ..Self::beside(issuer, &target).await }
    }

    /// With this target.
    pub async fn beside(issuer: Issuer, target: &str) -> Self {
        let stranger = changed(
            &issuer.file("visitor-bot"),
            &issuer.folder.path().join("stranger.json"),
            |key| key["keyId"] = "1".into(),
        );
        let mut users: Vec<PathBuf> = BOTS.map(|bot| issuer.file(bot)).into();
        users.push(stranger);
        let set = |user: &str, expected| Expectation {
            user: user.into(),
            endpoint: SCOPED.into(),
            expected,
        };
        let workspace = Workspace {
            name: "Message <Board> & co".into(),
            target: Some(target.into()),
            expectations: vec![
                set("reader-bot", Expected::Deny),
                set("visitor-bot", Expected::Deny),
            ],
            ..workspace(&issuer.address, issuer.file("api"), &users)
        };
        let bench = Bench::new(Setup::new(workspace, None)).await;
        let file = issuer.folder.path().join("admin.pat");
        let token = std::fs::read_to_string(file).expect("the sandbox writes one");
        let personal_access_token = token.trim().to_owned();
        let token = PersonalAccessToken::from(personal_access_token.clone());
        bench.bench.manage_with(Some(token)).await;
        bench.call().await;
        Self { bench, issuer, personal_access_token, _own: None }
    }

    pub fn handed_on(&self) -> HandedOn {
        self.bench.bench.hand_on().expect("the roll was called").expect("a whole report")
    }

    pub fn written(&self, format: ReportFormat) -> String {
        let written = self.bench.bench.written(&self.handed_on(), format);
        written.unwrap_or_else(|error| panic!("{format:?}: {error}"))
    }
}
