//! Tokens that no roll call sends. Each is tried at one door for any valid token and at one for a
//! role. Tokens that must be refused are first shown to ZITADEL: what it takes after all is not
//! tried.

use contract::{
    Access, ExchangeId, Verdict,
    exchange::Purpose,
    finding::TokenKind,
    report::{LeftOut, Outcome, ProbeToken, TargetProbe, UserReport},
};
use futures::{StreamExt, stream};
use zitadel_client::secret::AccessToken;

use super::{
    call::{CALLS_AT_ONCE, Calling},
    evidence::Right,
    gather::roles_inside,
};

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
        let role = self.door(Access::asks_for_roles);
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
        for (token, label, bearer) in self.past_tokens(&rows).await {
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

    pub(super) fn leave_out(&self, token: ProbeToken, why: &str) {
        let left_out = LeftOut { token, why: why.into() };
        self.run.change_target(|target| target.left_out.push(left_out));
    }

    fn duration_ms(&self, exchange: ExchangeId) -> u64 {
        let exchange = self.run.stage.transcript.get(exchange);
        exchange.map_or(0, |exchange| exchange.duration_us / 1000)
    }
}
