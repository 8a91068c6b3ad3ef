//! One caller: its token, then its doors.

use contract::{Access, exchange::Purpose, finding::TokenSummary};
use tokio::sync::OnceCell;
use zitadel_client::{
    key_file::ServiceAccountKey,
    scope,
    token::{Refusal as TokenRefused, Token, TokenError, request_token},
    userinfo::userinfo,
};

use super::{Kept, Running};
use crate::{
    diagnosis,
    evidence::{Caller, TokenFailure, TokenRefusal, UserinfoProbe},
    setup::Member,
};

/// A caller with its token.
pub(crate) struct Bearer<'a> {
    pub(crate) key: &'a ServiceAccountKey,
    pub(crate) token: Token,
    /// Asked once a row, when introspection calls the token inactive.
    pub(crate) userinfo: OnceCell<UserinfoProbe>,
}

impl<'a> Bearer<'a> {
    /// Nothing is known of the token but itself.
    pub(crate) fn new(key: &'a ServiceAccountKey, token: Token) -> Self {
        Self { key, token, userinfo: OnceCell::new() }
    }
}

impl Running {
    /// Calls one row; the one after the last member's calls without a token. `early` is a token
    /// request that was made while the project was learned.
    pub(super) async fn call_row(&self, at: usize, early: Option<Result<Token, TokenError>>) {
        let member = self.plan.members.get(at);
        let bearer = match member {
            None => None,
            Some(member) => self.bearer(at, member, early).await,
        };
        for (door, endpoint) in self.plan.endpoints.iter().enumerate() {
            // Without its token a service user can still knock where nobody needs one.
            let callable =
                member.is_none() || bearer.is_some() || endpoint.access == Access::Public;
            if callable && self.only.door(&endpoint.path) {
                self.call_cell(at, door, bearer.as_ref()).await;
            }
        }
    }

    /// The row's token, or `None` with the row's finding set.
    pub(crate) async fn bearer<'a>(
        &self,
        at: usize,
        member: &'a Member,
        early: Option<Result<Token, TokenError>>,
    ) -> Option<Bearer<'a>> {
        let key = match &member.key.read {
            Ok(key) => key,
            Err(finding) => {
                self.change_row(at, |row| row.finding = Some(finding.clone()));
                return None;
            }
        };
        let now = self.stage.clock.now();
        if let Some(finding) = diagnosis::expired(key, Some(&self.plan.discovery.issuer), now) {
            self.change_row(at, |row| row.finding = Some(finding));
            return None;
        }
        let token = match (early, self.kept_token(&member.label, key)) {
            (Some(early), _) => early,
            (None, Some(kept)) => Ok(kept),
            (None, None) => {
                let (http, issuer) = (&self.stage.http, &self.plan.discovery);
                request_token(http, issuer, key, &self.scopes(), &member.label).await
            }
        };
        match token {
            Ok(token) => {
                let kept = Kept {
                    token: token.clone(),
                    issuer: self.plan.discovery.issuer.clone(),
                    key_id: key.key_id.clone(),
                };
                self.tokens.lock().insert(member.label.clone(), kept);
                self.change_row(at, |row| row.token = Some(token.summary()));
                Some(Bearer::new(key, token))
            }
            Err(error) => {
                self.tokens.lock().remove(&member.label);
                let caller = caller(&member.label, key, None);
                let finding = diagnosis::token_refused(&self.scene(), &caller, &seen(&error));
                self.change_row(at, |row| row.finding = Some(finding));
                None
            }
        }
    }

    /// The same, when only part of the roll is called.
    fn kept_token(&self, label: &str, key: &ServiceAccountKey) -> Option<Token> {
        if self.only.is_all() { None } else { self.living_token(label, key) }
    }

    /// The token that the row has, while it lives.
    pub(crate) fn living_token(&self, label: &str, key: &ServiceAccountKey) -> Option<Token> {
        let now = self.stage.clock.now();
        let kept = self.tokens.lock().get(label).cloned()?;
        let same = kept.issuer == self.plan.discovery.issuer
            && kept.key_id == key.key_id
            && kept.token.scopes_asked == self.scopes()
            && kept.token.expires_at.is_none_or(|ends| ends > now);
        same.then_some(kept.token)
    }

    /// What tokens are asked for with.
    pub(super) fn scopes(&self) -> Vec<String> {
        if let Some(scopes) = &self.plan.scopes {
            return scopes.clone();
        }
        let project = self.project.lock().clone();
        let audience = project.as_deref().unwrap_or(&self.plan.api_key.client_id);
        vec![scope::OPENID.into(), scope::PROFILE.into(), scope::audience(audience)]
    }

    pub(super) fn is_expired(&self, key: &ServiceAccountKey) -> bool {
        key.expires_at.is_some_and(|ended| ended <= self.stage.clock.now())
    }

    /// Asks userinfo with the row's token, once.
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

    /// Adds to the row what an introspection told of its caller.
    pub(super) fn note_introspection(&self, at: usize, answer: &serde_json::Value) {
        let text = |claim: &str| answer.get(claim).and_then(|v| v.as_str()).map(str::to_owned);
        let name = text("username").or_else(|| text("client_id"));
        let kept = text("scope").map(|s| s.split_whitespace().map(str::to_owned).collect());
        self.change_row(at, |row| {
            if name.is_some() {
                row.user_name = name;
            }
            if let (Some(TokenSummary { scopes_kept, .. }), Some(kept)) = (&mut row.token, kept) {
                *scopes_kept = Some(kept);
            }
        });
    }
}

/// A caller for diagnosis.
pub(super) fn caller(label: &str, key: &ServiceAccountKey, user_name: Option<String>) -> Caller {
    Caller {
        label: label.into(),
        user_name,
        user_id: key.user_id.clone(),
        key_id: key.key_id.clone(),
        key_path: key.path.display().to_string(),
    }
}

/// A failed token request as evidence.
fn seen(error: &TokenError) -> TokenRefusal {
    match error {
        TokenError::Transport(failure) => TokenRefusal {
            exchange: failure.exchange,
            how: TokenFailure::Transport(failure.error.clone()),
        },
        TokenError::Unreadable { exchange, reason } => TokenRefusal {
            exchange: *exchange,
            how: TokenFailure::Trouble { what: format!("The answer is no token: {reason}.") },
        },
        TokenError::Refused { refusal, status, error, description, exchange } => {
            let said = [error.as_deref(), description.as_deref()];
            let said = said.into_iter().flatten().collect::<Vec<_>>().join(": ");
            let status = *status;
            let how = match refusal {
                TokenRefused::Assertion => TokenFailure::Assertion { status, said },
                TokenRefused::UserNotActive => TokenFailure::UserNotActive { status },
                TokenRefused::InstanceNotFound => TokenFailure::InstanceNotFound,
                TokenRefused::Server => {
                    TokenFailure::Trouble { what: format!("ZITADEL answered {status} {said}.") }
                }
                TokenRefused::Other => TokenFailure::Refused { status, said },
            };
            TokenRefusal { exchange: *exchange, how }
        }
    }
}
