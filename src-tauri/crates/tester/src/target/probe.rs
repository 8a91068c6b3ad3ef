//! Tokens that no roll call sends. Each is tried at one door for any valid token and at one for a
//! role. Tokens that must be refused are first shown to ZITADEL: what it takes after all is not
//! tried.

use contract::{
    Access, ExchangeId, FindingCode, Verdict,
    exchange::Purpose,
    finding::TokenKind,
    report::{LeftOut, Outcome, ProbeToken, TargetProbe, UserReport},
};
use futures::{StreamExt, stream};
use zitadel_client::{
    introspection::{About, Introspection},
    scope,
    secret::AccessToken,
    token::{Token, request_token},
};

use super::{
    call::{CALLS_AT_ONCE, Calling},
    evidence::Right,
    gather::roles_inside,
};
use crate::roll_call::Kept;

/// Fit for a header, and nobody's token.
const GARBAGE: &str = "rolecall-made-this-up";
/// Has JWTs carry their roles.
const PROJECTS_ROLES: &str = "urn:zitadel:iam:org:projects:roles";

/// A door with its place in the rows.
#[derive(Clone, Copy)]
struct Door<'a> {
    at: usize,
    method: &'a str,
    path: &'a str,
}

/// One call to be made.
struct Try<'a> {
    token: ProbeToken,
    user: Option<String>,
    door: Door<'a>,
    right: Right,
    bearer: AccessToken,
}

impl Calling<'_> {
    /// Tries them, and keeps what came of it and what was left out.
    pub(super) async fn probe(&self) {
        self.run.change_target(|target| {
            target.probes.clear();
            target.left_out.clear();
        });
        let any = self.door(|access| matches!(access, Access::ValidToken));
        let role = self.door(|access| matches!(access, Access::AnyRole { .. }));
        let rows = self.report().users.clone();
        self.reuse(&rows, any, role);
        let lender = self.lender(&rows, any, role);

        let mut tries = Vec::new();
        let doors: Vec<Door<'_>> = any.into_iter().chain(role).collect();
        let mut dead = |token, user: Option<&str>, bearer: &AccessToken| {
            tries.extend(doors.iter().map(|door| Try {
                token,
                user: user.map(str::to_owned),
                door: *door,
                right: Right::Unauthorized,
                bearer: bearer.clone(),
            }));
        };
        dead(ProbeToken::Garbage, None, &AccessToken::from(GARBAGE.to_owned()));
        match lender {
            Some(lender) => {
                for (token, made) in self.made_from(lender).await {
                    match made {
                        Ok(bearer) => dead(token, Some(&lender.label), &bearer),
                        Err(why) => self.leave_out(token, &why),
                    }
                }
            }
            None => {
                for token in [ProbeToken::Cut, ProbeToken::IdToken, ProbeToken::OtherAudience] {
                    self.leave_out(token, "No account here has a token that ZITADEL takes.");
                }
            }
        }
        for (token, label, bearer) in self.from_the_past(&rows).await {
            match (token, role) {
                (ProbeToken::RoleTaken, Some(door)) => tries.push(Try {
                    token,
                    user: Some(label),
                    door,
                    right: Right::Forbidden,
                    bearer,
                }),
                (ProbeToken::RoleTaken, None) => {}
                _ => tries.extend(doors.iter().map(|door| Try {
                    token,
                    user: Some(label.clone()),
                    door: *door,
                    right: Right::Unauthorized,
                    bearer: bearer.clone(),
                })),
            }
        }
        tries.extend(self.roles_inside(&rows, any, role).await);
        let attempts: Vec<_> = tries.iter().map(|one| self.attempt(one)).collect();
        stream::iter(attempts)
            .buffered(CALLS_AT_ONCE)
            .for_each(|probe| async {
                self.run.change_target(|target| target.probes.extend(probe));
                self.tell();
            })
            .await;
    }

    /// One of the doors, rather one that is only read.
    fn door(&self, fits: impl Fn(&Access) -> bool) -> Option<Door<'_>> {
        let endpoints = self.run.plan.endpoints.iter().enumerate();
        let mut fitting: Vec<_> = endpoints.filter(|(_, door)| fits(&door.access)).collect();
        fitting.sort_by_key(|(_, door)| door.method != "GET");
        let (at, door) = fitting.first()?;
        Some(Door { at: *at, method: &door.method, path: &door.path })
    }

    /// What the roll has called already is not called again.
    fn reuse(&self, rows: &[UserReport], any: Option<Door<'_>>, role: Option<Door<'_>>) {
        let decided = |row: &UserReport, door: Door<'_>, wanted: Outcome| {
            row.cells[door.at].decision.as_ref().is_some_and(|d| d.outcome == wanted)
        };
        let first = |door: Option<Door<'_>>, wanted: Outcome| {
            door.and_then(|door| rows.iter().position(|row| decided(row, door, wanted)))
        };
        let holder = first(role, Outcome::Allowed).or_else(|| first(any, Outcome::Allowed));
        let stranger = first(role, Outcome::RoleMissing);
        let nobody = rows.iter().position(Self::is_nobody);
        let mut probes = Vec::new();
        let wanted = [
            (ProbeToken::None, nobody, [Right::Unauthorized; 2]),
            (ProbeToken::NoRole, stranger, [Right::LetIn, Right::Forbidden]),
            (ProbeToken::RightRole, holder, [Right::LetIn; 2]),
        ];
        for (token, row, rights) in wanted {
            let Some(row) = row else {
                let why = "No account here is known to be so.";
                self.leave_out(token, why);
                continue;
            };
            for (door, right) in [any, role].into_iter().zip(rights) {
                let Some(door) = door else { continue };
                probes.extend(self.called(token, &rows[row], row, door, right));
            }
        }
        self.run.change_target(|target| target.probes.extend(probes));
    }

    /// A call of the roll as a probe.
    fn called(
        &self,
        token: ProbeToken,
        row: &UserReport,
        at: usize,
        door: Door<'_>,
        right: Right,
    ) -> Option<TargetProbe> {
        let report = self.report();
        let cell = &report.target.as_ref()?.users[at].cells[door.at];
        let exchange = cell.exchange?;
        Some(TargetProbe {
            token,
            user: (token != ProbeToken::None).then(|| row.label.clone()),
            method: door.method.into(),
            path: door.path.into(),
            status: cell.status,
            right_status: right.status(),
            faults: Vec::new(),
            exchange: Some(exchange),
            duration_ms: self.duration_ms(exchange),
        })
    }

    /// Whose token the others are made from: rather somebody's with the role, so that only what was
    /// changed about it can be why it is refused.
    fn lender<'a>(
        &self,
        rows: &'a [UserReport],
        any: Option<Door<'_>>,
        role: Option<Door<'_>>,
    ) -> Option<&'a UserReport> {
        let lets_in = |door: Option<Door<'_>>| {
            let allowed = |row: &&UserReport| {
                let Some(door) = door else { return false };
                row.token.is_some() && row.cells[door.at].verdict == Verdict::Allowed
            };
            rows.iter().find(allowed)
        };
        lets_in(role).or_else(|| lets_in(any))
    }

    /// Tokens that nobody may take, made from a good one.
    async fn made_from(
        &self,
        lender: &UserReport,
    ) -> Vec<(ProbeToken, Result<AccessToken, String>)> {
        let mut made = Vec::new();
        if let Some(whole) = self.run.token_of(lender) {
            made.push((ProbeToken::Cut, Ok(cut(&whole))));
        }
        let kept = self.run.tokens.lock().get(&lender.label).cloned();
        let id_token = kept.and_then(|kept| kept.token.id_token);
        let id_token = id_token.map(|one| AccessToken::from(one.expose().to_owned()));
        let none = "The token was asked for without the scope openid, so no id_token came along.";
        made.push((ProbeToken::IdToken, id_token.ok_or_else(|| none.to_owned())));
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
    async fn from_the_past(&self, rows: &[UserReport]) -> Vec<(ProbeToken, String, AccessToken)> {
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
        let needed = self.run.plan.endpoints.iter().find_map(|door| match &door.access {
            Access::AnyRole { roles } => Some(roles),
            _ => None,
        });
        let holds = |roles: &[String]| {
            needed.is_some_and(|needed| roles.iter().any(|role| needed.contains(role)))
        };
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

    /// Where a JWT without roles is refused at the door for a role: one with them tells whether the
    /// API reads them from there.
    async fn roles_inside<'d>(
        &self,
        rows: &[UserReport],
        any: Option<Door<'d>>,
        role: Option<Door<'d>>,
    ) -> Option<Try<'d>> {
        let (any, role) = (any?, role?);
        let row = {
            let report = self.report();
            let seen = &report.target.as_ref()?.users;
            let refused = |(row, seen): &(&UserReport, &UserReport)| {
                let is_jwt = row.token.as_ref().is_some_and(|t| t.kind == TokenKind::Jwt);
                let allowed = row.cells[role.at].verdict == Verdict::Allowed;
                let at = |door: Door<'_>| seen.cells[door.at].verdict;
                is_jwt && allowed && at(any) == Verdict::Allowed && at(role) != Verdict::Allowed
            };
            rows.iter().zip(seen).find(refused).map(|(row, _)| row)?
        };
        let mut scopes = row.token.as_ref()?.scopes_asked.clone();
        if scopes.iter().any(|scope| scope == PROJECTS_ROLES) {
            return None;
        }
        scopes.push(PROJECTS_ROLES.into());
        let token = self.request(&row.label, &scopes).await?;
        let project = self.run.project.lock().clone();
        let carried = roles_inside(token.value.expose(), project.as_deref())?;
        (!carried.is_empty()).then(|| Try {
            token: ProbeToken::RolesInside,
            user: Some(row.label.clone()),
            door: role,
            right: Right::LetIn,
            bearer: token.value,
        })
    }

    async fn attempt(&self, one: &Try<'_>) -> Option<TargetProbe> {
        let label = one.user.as_deref().unwrap_or(contract::report::NOBODY);
        let Door { method, path, .. } = one.door;
        let outcome = self.send(label, method, path, Some(&one.bearer), Purpose::Probe).await?;
        let (exchange, status) = match &outcome {
            Ok(answer) => (answer.exchange, Some(answer.status)),
            Err(failure) => (failure.exchange, None),
        };
        Some(TargetProbe {
            token: one.token,
            user: one.user.clone(),
            method: method.into(),
            path: path.into(),
            status,
            right_status: one.right.status(),
            faults: Vec::new(),
            exchange: Some(exchange),
            duration_ms: self.duration_ms(exchange),
        })
    }

    async fn introspect(&self, label: &str, token: &AccessToken) -> Option<Introspection> {
        let about = About { request_id: None, user: Some(label.into()), purpose: Purpose::Probe };
        self.run.stage.introspector.introspect(token, about).await.ok()
    }

    async fn request(&self, label: &str, scopes: &[String]) -> Option<Token> {
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

    fn leave_out(&self, token: ProbeToken, why: &str) {
        let left_out = LeftOut { token, why: why.into() };
        self.run.change_target(|target| target.left_out.push(left_out));
    }

    fn duration_ms(&self, exchange: ExchangeId) -> u64 {
        let exchange = self.run.stage.transcript.get(exchange);
        exchange.map_or(0, |exchange| exchange.duration_us / 1000)
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
