//! One caller: its token, then its doors.

use contract::{Access, ExchangeId, FindingCode, finding::TokenSummary};
use serde_json::{Map, Value};
use tokio::sync::OnceCell;
use zitadel_client::{
    claim, jose,
    key_file::ServiceAccountKey,
    scope,
    token::{Token, TokenError, request_token},
};

use super::{Kept, Running};
use crate::{
    diagnosis,
    evidence::{Caller, FreshProbe, TokenSeen, UserinfoProbe},
    setup::Member,
};

/// A caller with its token.
pub(crate) struct Bearer<'a> {
    pub(crate) key: &'a ServiceAccountKey,
    pub(crate) token: Token,
    /// Asked once a row, where introspection does not tell enough.
    pub(crate) userinfo: OnceCell<UserinfoProbe>,
    /// Asked once a row, where the token is dead.
    pub(super) fresh: OnceCell<FreshProbe>,
}

impl<'a> Bearer<'a> {
    pub(crate) fn new(key: &'a ServiceAccountKey, token: Token) -> Self {
        Self { key, token, userinfo: OnceCell::new(), fresh: OnceCell::new() }
    }

    /// The token as its holder sees it.
    pub(super) fn seen(&self) -> TokenSeen {
        TokenSeen {
            kind: self.token.kind,
            expires_at: self.token.expires_at,
            scopes_asked: self.token.scopes_asked.clone(),
            claims: jose::look(self.token.value.expose()).claims,
            exchange: self.token.exchange,
        }
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
                let refusal = self.refusal(&error, key, &member.label).await;
                let finding = diagnosis::token_refused(&self.scene(), &caller, &refusal);
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

    /// Adds to the row what an introspection told of its caller, and what that teaches.
    pub(super) fn note_introspection(
        &self,
        at: usize,
        answer: &Map<String, Value>,
        exchange: ExchangeId,
        bearer: Option<&Bearer<'_>>,
    ) {
        let text = |claim: &str| answer.get(claim).and_then(Value::as_str).map(str::to_owned);
        let name = text("username").or_else(|| text("client_id"));
        let active = answer.get("active") == Some(&Value::Bool(true));
        let kept = answer.get("scope").filter(|_| active).map(claim::words);
        let label = self.report.lock().users[at].label.clone();
        let notes = bearer.filter(|_| active).map(|bearer| {
            let caller = caller(&label, bearer.key, name.clone());
            let needed = self.needed_roles();
            diagnosis::of_row(&self.scene(), &caller, &bearer.seen(), answer, exchange, &needed)
        });
        self.change_row(at, |row| {
            if name.is_some() {
                row.user_name = name;
            }
            if let (Some(TokenSummary { scopes_kept, .. }), Some(kept)) = (&mut row.token, kept) {
                *scopes_kept = Some(kept);
            }
            // Doors are called one after the other; the latest answer teaches what is true now.
            if let Some(notes) = notes {
                row.notes.retain(|note| note.code == FindingCode::KeyRepaired);
                row.notes.extend(notes);
            }
        });
    }

    /// The roles that any door asks for.
    fn needed_roles(&self) -> Vec<String> {
        let doors = self.plan.endpoints.iter();
        doors.flat_map(|door| door.access.needed_roles()).cloned().collect()
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
