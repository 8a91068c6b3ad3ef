//! Whether ZITADEL accepts the API itself: said once for all calls, and taken back when it is mended.

use contract::{Decision, Event, ExchangeId, Finding, report::Outcome};

use super::{OfApi, Running};
use crate::{diagnosis, evidence::ApiRefusal};

impl Running {
    /// What a decision tells of the API: an answer that was asked for came, so it is accepted.
    pub(super) fn hear_of_api(&self, decision: &Decision) {
        let answered =
            matches!(decision.outcome, Outcome::Allowed | Outcome::Inactive | Outcome::RoleMissing);
        let asked = decision.introspection_exchange.is_some() && decision.cached_ms.is_none();
        if answered && asked {
            self.api_accepted();
        }
    }

    /// ZITADEL answered the API: whatever was wrong with it is mended.
    pub(super) fn api_accepted(&self) {
        // What it was refused for counts no longer.
        if self.change_api(Some(true), None) {
            *self.probes.of_api.lock() = std::sync::Arc::default();
        }
    }

    /// ZITADEL refused it, for a cause that concerns all calls and is said once.
    pub(super) fn api_refused(&self, finding: Finding) {
        self.change_api(Some(false), Some(finding));
    }

    /// ZITADEL refused it while something else was asked; the calls that meet it say why.
    pub(super) fn api_not_accepted(&self) {
        let finding = self.report.lock().api.finding.clone();
        self.change_api(Some(false), finding);
    }

    /// Tells what is new; `false` where nothing is.
    fn change_api(&self, accepted: Option<bool>, finding: Option<Finding>) -> bool {
        let (api, is_new_cause) = {
            let mut report = self.report.lock();
            let api = &mut report.api;
            if (api.accepted, &api.finding) == (accepted, &finding) {
                return false;
            }
            let is_new_cause = finding.is_some() && api.finding != finding;
            (api.accepted, api.finding) = (accepted, finding);
            (api.clone(), is_new_cause)
        };
        let run = self.number;
        if let Some(finding) = api.finding.clone().filter(|_| is_new_cause) {
            (self.stage.emit)(Event::RunFinding { run, finding });
        }
        (self.stage.emit)(Event::ApiChanged { run, api });
        true
    }

    /// Where nobody has a token to be asked about, a surely wrong one tells whether ZITADEL accepts
    /// the API: a set-up can begin with it.
    pub(super) async fn ask_for_the_api_alone(&self) {
        let has_keys = self.plan.members.iter().any(|member| member.key.read.is_ok());
        if has_keys || !self.only.is_all() {
            return;
        }
        let probe = self.probe_api().await;
        match probe.accepted {
            // Said already.
            Some(true) => {}
            Some(false) => self.api_refused(self.explain_api(probe.exchange).await),
            None => {
                let what = self.trouble_at(probe.exchange);
                let finding = diagnosis::issuer_trouble(Some(probe.exchange), &what);
                self.change_api(None, Some(finding));
            }
        }
    }

    /// Why the issuer does not serve the API; looked into once until it does.
    pub(super) async fn explain_api(&self, exchange: ExchangeId) -> Finding {
        let look = async {
            let clocks = self.clocks(exchange);
            let api = self.probe_api().await;
            let dated = match diagnosis::suspected(clocks.as_ref()) {
                Some(back) => Some(self.probe_api_dated(back).await),
                None => None,
            };
            let refusal = ApiRefusal {
                exchange,
                said: self.said_at(exchange),
                instance_not_found: self.is_instance_not_found(exchange),
                clocks,
                api: Some(api),
                dated,
                renamed: self.probe_issuer().await,
                managed: self.look_up_api().await,
            };
            diagnosis::api_refused(&self.scene(), &refusal)
        };
        self.of_api().finding.get_or_init(|| look).await.clone()
    }

    pub(super) fn of_api(&self) -> std::sync::Arc<OfApi> {
        self.probes.of_api.lock().clone()
    }

    fn is_instance_not_found(&self, id: ExchangeId) -> bool {
        let exchange = self.stage.transcript.get(id);
        exchange.and_then(|exchange| exchange.response).is_some_and(|response| {
            response.status == 404 && response.body.contains("Instance not found")
        })
    }
}
