//! What a finished run teaches as a whole.

use contract::{
    Decision, Finding, Report, Verdict,
    report::{RuleName, UserReport},
};

use crate::{diagnosis, evidence::Scene};

/// The notes on a report. `client_id_asked`: tokens were asked for with the API's client id, so only
/// an answer could name its project.
pub(super) fn of(report: &Report, scene: &Scene, client_id_asked: bool) -> Vec<Finding> {
    let mut told = report.users.iter().flat_map(|user| &user.cells).filter_map(told_of_roles);
    let unknown = client_id_asked && report.project_id.is_none() && told.next().is_some();
    let project = unknown.then(|| diagnosis::project_unknown(scene));
    project.into_iter().chain(valid_is_known(report)).collect()
}

/// The decision of a call whose introspection would have told of roles. One that failed or is kept
/// minimal says nothing about who holds one.
fn told_of_roles(cell: &contract::Cell) -> Option<&Decision> {
    let decision = cell.decision.as_ref()?;
    let answer = decision.introspection.as_ref()?.as_object()?;
    let active = answer.get("active").is_some_and(|active| active == true);
    (active && !diagnosis::is_minimal(answer)).then_some(decision)
}

/// Whether a door for any valid token let in somebody without a role: the first that it was.
fn valid_is_known(report: &Report) -> Option<Finding> {
    let has_role = |user: &UserReport| {
        let mut decisions = user.cells.iter().filter_map(|cell| cell.decision.as_ref());
        decisions.any(|decision| !decision.roles_found.is_empty())
    };
    report.users.iter().filter(|user| !has_role(user)).find_map(|user| {
        let name = user.user_name.as_ref().unwrap_or(&user.label);
        user.cells.iter().find_map(|cell| {
            let decision = told_of_roles(cell)?;
            let let_in = decision.rule == RuleName::ValidToken && cell.verdict == Verdict::Allowed;
            let at = decision.introspection_exchange.filter(|_| let_in)?;
            Some(diagnosis::valid_is_known(name, &cell.path, at))
        })
    })
}
