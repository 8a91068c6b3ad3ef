//! Where probes get their tokens from: made from a good one, asked for, or left over from earlier
//! runs. Tokens that must be refused are first shown to ZITADEL.

use std::time::Duration;

use contract::{
    FindingCode,
    exchange::Purpose,
    report::{ProbeToken, UserReport},
};
use zitadel_client::{
    claim,
    introspection::{About, Introspection},
    jose, scope,
    secret::{AccessToken, IdToken},
    token::{Token, request_token},
};

use super::{call::Calling, gather::roles_inside};
use crate::roll_call::Kept;

/// What times in tokens are counted in.
const SECOND: Duration = Duration::from_secs(1);

impl Calling<'_> {
    /// Tokens that nobody may take, made from a good one.
    pub(super) async fn made_from(
        &self,
        lender: &UserReport,
    ) -> Vec<(ProbeToken, Result<AccessToken, String>)> {
        let mut made = Vec::new();
        if let Some(whole) = self.run.token_of(lender) {
            made.push((ProbeToken::Cut, Ok(cut(&whole))));
        }
        let kept = self.run.tokens.lock().get(&lender.label).cloned();
        let id_token = match kept.and_then(|kept| kept.token.id_token) {
            Some(id_token) => Ok(self.settled(&id_token).await),
            None => Err("The token was asked for without the scope openid, so no id_token came \
                         along."
                .to_owned()),
        };
        made.push((ProbeToken::IdToken, id_token));
        let scopes = vec![scope::OPENID.into(), scope::audience(&self.other_project())];
        let other = self.request(&lender.label, &scopes).await;
        let refused = "ZITADEL gave no token for another audience.";
        let other = other.map(|token| token.value).ok_or_else(|| refused.to_owned());
        made.push((ProbeToken::OtherAudience, other));

        let mut checked = Vec::new();
        for (token, made) in made {
            let made = match made {
                Ok(bearer) => self.dead(&lender.label, bearer).await,
                missing => missing,
            };
            checked.push((token, made));
        }
        checked
    }

    /// A service user's id_token is born expired (issue 12779 of ZITADEL), and still good for the
    /// second in which it was made. That is waited for: whether an API takes it must not be chance.
    async fn settled(&self, id_token: &IdToken) -> AccessToken {
        let claims = jose::look(id_token.expose()).claims;
        let ends = claims.as_ref().and_then(|claims| claim::time(claims.get("exp")?));
        let left = ends.and_then(|ends| {
            let over = ends.checked_add(SECOND).ok()?;
            Duration::try_from(over.duration_since(self.run.stage.clock.now())).ok()
        });
        if let Some(left) = left.filter(|left| *left <= SECOND) {
            tokio::time::sleep(left).await;
        }
        AccessToken::from(id_token.expose().to_owned())
    }

    /// A token that ZITADEL calls inactive, or why it cannot serve as one.
    async fn dead(&self, label: &str, bearer: AccessToken) -> Result<AccessToken, String> {
        match self.introspect(label, &bearer).await {
            Some(told) if !told.active => Ok(bearer),
            Some(_) => Err("ZITADEL itself takes this one.".into()),
            None => Err("ZITADEL could not be asked about it.".into()),
        }
    }

    /// Tokens of earlier runs that expired, or whose user was switched off or lost a role since: the
    /// newest of each kind.
    pub(super) async fn past_tokens(
        &self,
        rows: &[UserReport],
    ) -> Vec<(ProbeToken, String, AccessToken)> {
        let mut found: Vec<(ProbeToken, String, AccessToken)> = Vec::new();
        for (row, member) in rows.iter().zip(&self.run.plan.members) {
            let Ok(key) = &member.key.read else { continue };
            let same = |kept: &Kept| {
                kept.issuer == self.run.plan.discovery.issuer && kept.key_id == key.key_id
            };
            let now_used = row.token.as_ref().map(|token| token.slot);
            let past = self.run.stage.past.of(&row.label).into_iter().rev();
            for kept in past.filter(|k| same(k) && Some(k.token.slot) != now_used) {
                let Some(kind) = self.kind_of_past(row, &kept.token).await else { continue };
                if !found.iter().any(|(known, ..)| *known == kind) {
                    found.push((kind, row.label.clone(), kept.token.value));
                }
            }
        }
        let kinds = [
            (ProbeToken::Expired, "No token of this session has expired yet."),
            (ProbeToken::SwitchedOff, "No account was switched off while Rolecall was watching."),
            (ProbeToken::RoleTaken, "No JWT of this session carries a role that was taken away."),
        ];
        for (kind, why) in kinds {
            if !found.iter().any(|(known, ..)| *known == kind) {
                self.leave_out(kind, why);
            }
        }
        found
    }

    /// What an earlier token has become. ZITADEL is asked only where it may be worth trying.
    async fn kind_of_past(&self, row: &UserReport, token: &Token) -> Option<ProbeToken> {
        let project = self.run.project.lock().clone();
        let mut doors = self.run.plan.endpoints.iter();
        let door = doors.find(|door| door.access.asks_for_roles());
        let holds = |roles: &[String]| door.is_some_and(|door| door.access.admits(roles));
        let inside = roles_inside(token.value.expose(), project.as_deref()).unwrap_or_default();
        let expired = token.expires_at.is_some_and(|end| end <= self.run.stage.clock.now());
        let off = row.finding.as_ref().is_some_and(|f| f.code == FindingCode::UserInactive);
        if !expired && !off && !holds(&inside) {
            return None;
        }
        let told = self.introspect(&row.label, &token.value).await?;
        if told.active {
            let now = told.project_roles(project.as_deref()).roles;
            return (holds(&inside) && !holds(&now)).then_some(ProbeToken::RoleTaken);
        }
        match (expired, off) {
            (true, _) => Some(ProbeToken::Expired),
            (false, true) => Some(ProbeToken::SwitchedOff),
            (false, false) => None,
        }
    }

    async fn introspect(&self, label: &str, token: &AccessToken) -> Option<Introspection> {
        let about = About { request_id: None, user: Some(label.into()), purpose: Purpose::Probe };
        self.run.stage.introspector.introspect(token, about).await.ok()
    }

    pub(super) async fn request(&self, label: &str, scopes: &[String]) -> Option<Token> {
        let member = self.run.plan.members.iter().find(|member| member.label == label)?;
        let key = member.key.read.as_ref().ok()?;
        let (http, issuer) = (&self.run.stage.http, &self.run.plan.discovery);
        request_token(http, issuer, key, scopes, label).await.ok()
    }

    /// An id that is not this API's project. ZITADEL makes tokens out to any.
    fn other_project(&self) -> String {
        let plan = &self.run.plan;
        let own = self.run.project.lock().clone().unwrap_or_default();
        let ids = ["1", "2", "3"].into_iter();
        let mut free = ids.filter(|id| own != *id && plan.api_key.client_id != *id);
        free.next().unwrap_or("1").into()
    }
}

/// Without its last third: what hides behind an opaque token's last letters may be padding, so less
/// could still be good.
fn cut(token: &AccessToken) -> AccessToken {
    let length = token.expose().chars().count();
    AccessToken::from(token.expose().chars().take(length - length.div_ceil(3)).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_token_loses_its_last_third() {
        let cut = |text: &str| cut(&AccessToken::from(text.to_owned())).expose().to_owned();
        assert_eq!(cut("abcdefghi"), "abcdef");
        assert_eq!(cut("abcdefgh"), "abcde");
        assert_eq!(cut("a"), "");
    }
}
