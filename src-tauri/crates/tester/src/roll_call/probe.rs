//! Questions that are asked only when a step has failed, to tell causes apart. None changes
//! anything on the server; each is marked as a probe in the transcript.

use contract::{ExchangeId, exchange::Purpose};
use zitadel_client::{
    discovery::{DiscoveryError, IssuerAddress, discover},
    http::Http,
    introspection::{About, IntrospectionError, Introspector},
    key_file::ServiceAccountKey,
    scope,
    secret::AccessToken,
    token::{Refusal, Token, TokenError, probe_token},
    userinfo::userinfo,
};

use super::{Running, row::Bearer};
use crate::{
    diagnosis,
    evidence::{
        ApiProbe, AudienceProbe, Clocks, DatedProbe, FreshProbe, FreshToken, Renamed, TokenFailure,
        TokenRefusal, UserinfoProbe,
    },
};

/// No issuer ever gave this out.
const SURELY_WRONG: &str = "rolecall-asks-about-a-token-that-nobody-gave-out";

/// Of the users whose tokens might name the API's project, so many are asked.
const AUDIENCES_TRIED: usize = 8;

impl Running {
    /// A failed token request with what can be found out about it.
    pub(super) async fn refusal(
        &self,
        error: &TokenError,
        key: &ServiceAccountKey,
        label: &str,
    ) -> TokenRefusal {
        let exchange = error.exchange();
        let how = how(error);
        let mut refusal = TokenRefusal {
            exchange,
            clocks: self.clocks(exchange),
            how,
            dated: None,
            renamed: None,
            api: None,
            managed: None,
        };
        if let TokenFailure::Assertion { .. } = refusal.how {
            if let Some(back) = diagnosis::suspected(refusal.clocks.as_ref()) {
                let http = self.stage.http.dated_back(self.dated_back(back));
                let again =
                    probe_token(&http, &self.plan.discovery, key, &self.scopes(), label).await;
                refusal.dated = Some(DatedProbe {
                    exchange: again.as_ref().map_or_else(TokenError::exchange, |t| t.exchange),
                    back,
                    accepted: again.is_ok(),
                });
            }
            if refusal.dated.as_ref().is_none_or(|probe| !probe.accepted) {
                refusal.renamed = self.probe_issuer().await;
                refusal.api = Some(self.probe_api().await);
                refusal.managed = self.look_up_user(key).await;
            }
        }
        refusal
    }

    /// The local clock against the issuer's, as an answer's `Date` shows it.
    pub(super) fn clocks(&self, id: ExchangeId) -> Option<Clocks> {
        let clocks = Clocks::of(&self.stage.transcript.get(id)?)?;
        // What the person already had signatures dated back by is taken into account.
        let said = self.stage.dated_back as f64;
        Some(Clocks { least: clocks.least - said, most: clocks.most - said, ..clocks })
    }

    /// A correction on top of the one that is in force.
    fn dated_back(&self, more: i64) -> i64 {
        self.stage.dated_back + more
    }

    /// Whether the issuer accepts the API's own key: asked about a token that is surely wrong, it says
    /// `active: false` only to an API that it knows. Once, until it is accepted.
    pub(super) async fn probe_api(&self) -> ApiProbe {
        let ask = || self.ask_about_nothing(&self.stage.introspector);
        let probe = *self.of_api().probe.get_or_init(ask).await;
        match probe.accepted {
            Some(true) => self.api_accepted(),
            Some(false) => self.api_not_accepted(),
            None => {}
        }
        probe
    }

    /// Whether the issuer calls itself otherwise by now: signatures are made out to its name. Once,
    /// until the API is accepted.
    pub(super) async fn probe_issuer(&self) -> Option<Renamed> {
        let ask = async {
            let address = IssuerAddress::parse(&self.plan.discovery.issuer).ok()?;
            // Agreed to when it was looked up.
            match discover(&self.stage.http, &address, true).await {
                Err(DiscoveryError::Mismatch { named, verified, exchange, .. }) => {
                    Some(Renamed { exchange, named, verified })
                }
                _ => None,
            }
        };
        self.of_api().issuer.get_or_init(|| ask).await.clone()
    }

    /// The same, signed by the issuer's clock.
    pub(super) async fn probe_api_dated(&self, back: i64) -> DatedProbe {
        let http: Http = self.stage.http.dated_back(self.dated_back(back));
        let (discovery, key) = (self.plan.discovery.clone(), self.plan.api_key.clone());
        let probe = self.ask_about_nothing(&Introspector::new(http, discovery, key)).await;
        DatedProbe { exchange: probe.exchange, back, accepted: probe.accepted == Some(true) }
    }

    async fn ask_about_nothing(&self, introspector: &Introspector) -> ApiProbe {
        let token = AccessToken::from(SURELY_WRONG.to_owned());
        match introspector.introspect(&token, about(None)).await {
            Ok(answer) => ApiProbe { exchange: answer.exchange, accepted: Some(true) },
            Err(error) => ApiProbe {
                exchange: error.exchange(),
                accepted: matches!(error, IntrospectionError::Refused { .. }).then_some(false),
            },
        }
    }

    /// Asks userinfo with the row's token, once a row.
    pub(super) async fn probe_userinfo(&self, label: &str, bearer: &Bearer<'_>) -> UserinfoProbe {
        let ask = async {
            let (http, issuer) = (&self.stage.http, &self.plan.discovery);
            let answer =
                userinfo(http, issuer, &bearer.token.value, Some(label), Purpose::Probe).await;
            match answer {
                Ok(answer) => {
                    UserinfoProbe { exchange: answer.exchange, status: Some(answer.status) }
                }
                Err(failure) => UserinfoProbe { exchange: failure.exchange, status: None },
            }
        };
        bearer.userinfo.get_or_init(|| ask).await.clone()
    }

    /// Asks for another token as the row's was asked for, once a row, and introspects it.
    pub(super) async fn probe_fresh(&self, label: &str, bearer: &Bearer<'_>) -> FreshProbe {
        let ask = async {
            let (http, issuer) = (&self.stage.http, &self.plan.discovery);
            let scopes = &bearer.token.scopes_asked;
            match probe_token(http, issuer, bearer.key, scopes, label).await {
                Ok(token) => {
                    let active = self.is_active(&token, label).await;
                    FreshProbe { exchange: token.exchange, token: FreshToken::Came { active } }
                }
                Err(TokenError::Refused { refusal: Refusal::UserNotActive, exchange, .. }) => {
                    FreshProbe { exchange, token: FreshToken::UserNotActive }
                }
                Err(error) => FreshProbe { exchange: error.exchange(), token: FreshToken::None },
            }
        };
        *bearer.fresh.get_or_init(|| ask).await
    }

    async fn is_active(&self, token: &Token, label: &str) -> Option<bool> {
        let answer = self.stage.introspector.introspect(&token.value, about(Some(label))).await;
        answer.ok().map(|answer| answer.active)
    }

    /// Asks for tokens that are made out to the API's client id, which fits whatever its project is
    /// (wire 5.6), until one of them names the project. Once a run, beginning with the user at hand.
    pub(super) async fn probe_audience(&self, key: &ServiceAccountKey) -> AudienceProbe {
        self.probes.audience.get_or_init(|| self.ask_for_its_project(key)).await.clone()
    }

    async fn ask_for_its_project(&self, first: &ServiceAccountKey) -> AudienceProbe {
        let scopes = [
            scope::OPENID.into(),
            scope::PROFILE.into(),
            scope::audience(&self.plan.api_key.client_id),
        ];
        let mut members: Vec<_> = self.plan.members.iter().collect();
        members.sort_by_key(|member| {
            member.key.read.as_ref().map_or(2, |key| u8::from(key.user_id != first.user_id))
        });
        let mut found = AudienceProbe { exchange: 0, active: None, project_id: None };
        for member in members.into_iter().take(AUDIENCES_TRIED) {
            let Ok(key) = &member.key.read else { continue };
            let (http, issuer) = (&self.stage.http, &self.plan.discovery);
            let token = probe_token(http, issuer, key, &scopes, &member.label).await;
            let Ok(token) = token else { continue };
            let asked =
                self.stage.introspector.introspect(&token.value, about(Some(&member.label))).await;
            let Ok(answer) = asked else { continue };
            if answer.active || found.active.is_none() {
                found.active = Some(answer.active);
                found.exchange = answer.exchange;
            }
            found.project_id = answer.learned_project_id();
            if found.project_id.is_some() {
                return AudienceProbe { exchange: answer.exchange, ..found };
            }
        }
        found
    }
}

fn about(user: Option<&str>) -> About {
    About { request_id: None, user: user.map(str::to_owned), purpose: Purpose::Probe }
}

/// A failed token request as evidence.
fn how(error: &TokenError) -> TokenFailure {
    match error {
        TokenError::Transport(failure) => TokenFailure::Transport(failure.error.clone()),
        TokenError::Unreadable { reason, .. } => {
            TokenFailure::Trouble { what: format!("The answer is no token: {reason}.") }
        }
        TokenError::Refused { refusal, status, error, description, .. } => {
            let said = [error.as_deref(), description.as_deref()];
            let said = said.into_iter().flatten().collect::<Vec<_>>().join(": ");
            let status = *status;
            match refusal {
                Refusal::Assertion => TokenFailure::Assertion { status, said },
                Refusal::UserNotActive => TokenFailure::UserNotActive { status },
                Refusal::InstanceNotFound => TokenFailure::InstanceNotFound,
                Refusal::Server => {
                    TokenFailure::Trouble { what: format!("ZITADEL answered {status} {said}.") }
                }
                Refusal::Other => TokenFailure::Refused { status, said },
            }
        }
    }
}
