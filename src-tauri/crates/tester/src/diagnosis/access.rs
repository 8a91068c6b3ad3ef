//! A good token without the role that a door asks for.

use contract::{
    Decision,
    finding::{Action, EvidenceSource, Finding, FindingCode},
    report::{Outcome, RuleName},
};
use serde_json::{Map, Value};
use zitadel_client::{claim, scope};

use super::{Draft, cause, inactive::inactive, token::seen_by_management};
use crate::{
    console,
    evidence::{Authorization, Refusal, Scene, Waited},
};

/// Why a call with a token was refused; `None` where the refusal needs no finding of its own: the
/// API itself was not served, which the run says once.
pub fn refused(scene: &Scene, refusal: &Refusal) -> Option<Finding> {
    match refusal.decision.outcome {
        Outcome::RoleMissing => Some(without_role(scene, refusal)),
        Outcome::Inactive => Some(inactive(scene, refusal)),
        Outcome::Allowed
        | Outcome::NoToken
        | Outcome::MalformedToken
        | Outcome::ApiRefused
        | Outcome::IssuerUnavailable => None,
    }
}

fn without_role(scene: &Scene, refusal: &Refusal) -> Finding {
    if let Some(waited) = refusal.waited {
        return not_caught_up(refusal, waited);
    }
    if refusal.introspection().is_some_and(is_minimal) {
        return minimal(scene, refusal);
    }
    if let Some(undefined) = role_undefined(scene, refusal) {
        return undefined;
    }
    role_missing(scene, refusal)
}

/// The project has no such role, so giving it is not possible yet.
fn role_undefined(scene: &Scene, refusal: &Refusal) -> Option<Finding> {
    let defined = refusal.managed.as_ref()?.defined.as_ref()?;
    let lacking = Lacking::of(&refusal.decision);
    let unknown: Vec<_> = lacking
        .missing
        .iter()
        .filter(|role| !defined.roles.iter().any(|one| one == *role))
        .collect();
    // One of several that would do is enough.
    let nobody_can = lacking.all || unknown.len() == lacking.missing.len();
    if unknown.is_empty() || !nobody_can || !matches!(Given::of(scene, refusal), Given::Not) {
        return None;
    }
    let role = unknown.into_iter().copied().collect::<Vec<_>>().join(lacking.and_or());
    let project = &defined.project_name;
    let name = refusal.caller.name();
    let has = if defined.roles.is_empty() {
        "The project has no role at all.".into()
    } else {
        format!("The project's roles are {}.", defined.roles.join(", "))
    };
    let draft = cause(
        FindingCode::RoleUndefined,
        format!("Project {project} has no role {role}, so nobody can hold it"),
    )
    .because(
        "This door asks for a role that was never created in the API's project, or that is spelt \
         otherwise there. Until the project has it, it cannot be given to anybody.",
    )
    .seen(introspection(refusal), "The role is not in ZITADEL's answer.");
    let draft = match &refusal.managed {
        Some(managed) => draft.seen(EvidenceSource::Probe { id: managed.exchange }, has),
        None => draft,
    };
    let draft = draft.fix(format!(
        "In the project, under Roles, create {role}, and then give it to {name} under Role Assignments \
         (Authorizations). If the role is there under another name, change the door's rule instead."
    ));
    let draft = match &scene.project_id {
        Some(id) => draft.page(console::create_role(&scene.issuer, id)),
        None => draft,
    };
    Some(draft.done())
}

fn role_missing(scene: &Scene, refusal: &Refusal) -> Finding {
    let decision = &refusal.decision;
    let name = refusal.caller.name();
    let lacking = Lacking::of(decision);
    let project = match &scene.project_id {
        Some(id) => format!("project {id}"),
        None => "the API's project".into(),
    };
    let found = if decision.roles_found.is_empty() {
        "No role of this project is in ZITADEL's answer.".to_owned()
    } else {
        format!("ZITADEL's answer holds only {}.", decision.roles_found.join(", "))
    };
    let given = Given::of(scene, refusal);
    let role = lacking.noun();
    let mut draft = cause(FindingCode::RoleMissing, lacking.title(name))
        .because(match &given {
            Given::Inactive(_) => format!(
                "ZITADEL knows the account and its token is good. It was given the {role} in \
                 {project}, but that assignment is deactivated, so it does not count."
            ),
            Given::Elsewhere(other) => format!(
                "ZITADEL knows the account and its token is good. It holds the {role}, but in the \
                 project {}, and this API belongs to {project}.",
                other.project_name
            ),
            Given::Not => format!(
                "ZITADEL knows the account and its token is good, but in {project} it does not \
                 hold {}.",
                lacking.asked_for()
            ),
        })
        .seen(introspection(refusal), found)
        .fix(match &given {
            Given::Inactive(_) => format!(
                "In the project, under Role Assignments (Authorizations), open the one of {name} \
                 and reactivate it. The same token then gets in: roles are looked up at every call."
            ),
            _ => format!(
                "In the project, under Role Assignments (Authorizations), give {name} the {role} \
                 {}. The same token then gets in: roles are looked up at every call.",
                lacking.words()
            ),
        })
        .page(match &scene.project_id {
            Some(id) => console::project_grants(&scene.issuer, id),
            None => console::user_grants(&scene.issuer, &refusal.caller.user_id),
        });
    draft = kept(draft, refusal);
    draft = seen_by_management(draft, refusal.managed.as_ref());
    let user_id = refusal.caller.user_id.clone();
    match (given, lacking.missing.first()) {
        (Given::Inactive(authorization), _) => {
            let authorization_id = authorization.id.clone();
            draft = draft.action(Action::SwitchOnAuthorization { user_id, authorization_id });
        }
        (_, Some(role)) => {
            draft = draft.action(Action::GiveRole { user_id, role: (*role).to_owned() });
        }
        (_, None) => {}
    }
    draft.done()
}

/// That the API went by an answer from before, where it did.
fn kept(draft: Draft, refusal: &Refusal) -> Draft {
    match refusal.decision.cached_ms {
        Some(age) => draft.seen(
            EvidenceSource::Setting { field: "cache_seconds".into() },
            format!(
                "The API did not ask ZITADEL anew: it went by an answer that it had kept for {:.1} \
                 seconds.",
                age as f64 / 1000.0
            ),
        ),
        None => draft,
    }
}

/// The roles that keep somebody out, in words.
struct Lacking<'a> {
    missing: Vec<&'a str>,
    needed: &'a [String],
    /// The door needs several roles at once.
    all: bool,
}

impl<'a> Lacking<'a> {
    fn of(decision: &'a Decision) -> Self {
        let needed = decision.needed_roles.as_slice();
        let all = decision.rule == RuleName::AllRoles && needed.len() > 1;
        Self { missing: decision.missing_roles(), needed, all }
    }

    /// `a`, `a or b` where one is enough, `a and b` where all are needed.
    fn words(&self) -> String {
        self.missing.join(self.and_or())
    }

    fn and_or(&self) -> &'static str {
        if self.all { " and " } else { " or " }
    }

    fn noun(&self) -> &'static str {
        if self.all && self.missing.len() > 1 { "roles" } else { "role" }
    }

    fn title(&self, name: &str) -> String {
        if !self.all {
            return format!("{name} does not hold the role {}", self.words());
        }
        let is = if self.missing.len() > 1 { "are" } else { "is" };
        format!(
            "{name} does not hold all of {}: {} {is} missing",
            self.needed.join(" and "),
            self.words()
        )
    }

    fn asked_for(&self) -> String {
        if !self.all {
            return "the role that this door asks for".into();
        }
        format!("the {} {}; this door asks for all of its roles at once", self.noun(), self.words())
    }

    /// Whether these roles are what is missing: one of them, or, where all are needed, each.
    fn is_filled_by(&self, roles: &[String]) -> bool {
        let has = |role: &&str| roles.iter().any(|one| one == role);
        if self.all { self.missing.iter().all(has) } else { self.missing.iter().any(has) }
    }
}

/// What the management API knows of the role, where it was asked.
enum Given<'a> {
    Inactive(&'a Authorization),
    Elsewhere(&'a Authorization),
    Not,
}

impl<'a> Given<'a> {
    fn of(scene: &Scene, refusal: &'a Refusal) -> Self {
        let lacking = Lacking::of(&refusal.decision);
        let with_role = refusal
            .managed
            .iter()
            .filter_map(|managed| managed.authorizations.as_ref())
            .flatten()
            .filter(|one| lacking.is_filled_by(&one.roles));
        let (mut here, mut elsewhere) = (None, None);
        for one in with_role {
            if scene.project_id.as_ref().is_none_or(|id| *id == one.project_id) {
                here = here.or(Some(one));
            } else {
                elsewhere = elsewhere.or(Some(one));
            }
        }
        match (here, elsewhere) {
            (Some(one), _) if !one.active => Self::Inactive(one),
            (None, Some(one)) => Self::Elsewhere(one),
            _ => Self::Not,
        }
    }
}

/// The role was just given and the answer does not show it yet.
fn not_caught_up(refusal: &Refusal, waited: Waited) -> Finding {
    let name = refusal.caller.name();
    if refusal.decision.cached_ms.is_some() {
        return kept_from_before(refusal);
    }
    let seconds = waited.for_ms as f64 / 1000.0;
    let draft = cause(
        FindingCode::NotCaughtUp,
        format!("{name} was just given the role; ZITADEL does not show it yet"),
    )
    .because(
        "ZITADEL writes a change down at once and shows it a moment later: mostly within a tenth of a \
         second, on a busy server within a few.",
    )
    .seen(
        EvidenceSource::Probe { id: waited.exchange },
        format!("{seconds:.1} seconds after the change, introspection answers without the role."),
    );
    let draft = if waited.over {
        draft.fix(
            "Wait a little longer and call again. If it stays so, look at the assignment itself.",
        )
    } else {
        draft.fix("Nothing need be done: it is asked again for ten seconds.")
    };
    draft.action(Action::CallAgain).done()
}

/// The role was just given, and the API goes by an answer from before that.
fn kept_from_before(refusal: &Refusal) -> Finding {
    let name = refusal.caller.name();
    let draft = cause(
        FindingCode::NotCaughtUp,
        format!("{name} was just given the role; the API still goes by its last answer"),
    )
    .because(
        "Settings let the API keep what ZITADEL said of a token for a while. Until that time is over, \
         it does not see that a role was given or taken.",
    );
    kept(draft, refusal)
        .fix(
            "Call again when the time is over, or set it to 0 in Settings: the API then asks at \
             every call.",
        )
        .action(Action::CallAgain)
        .done()
}

/// An active answer without anything about its user, although the scope `profile` asks for it.
pub fn is_minimal(answer: &Map<String, Value>) -> bool {
    let kept = answer.get("scope").map(claim::words).unwrap_or_default();
    let tells = |name: &String| {
        ["username", "name", "preferred_username", "updated_at"].contains(&name.as_str())
            || name.starts_with("urn:zitadel:")
    };
    kept.iter().any(|one| one == scope::PROFILE) && !answer.keys().any(tells)
}

fn minimal(scene: &Scene, refusal: &Refusal) -> Finding {
    let mut draft = cause(
        FindingCode::MinimalIntrospection,
        "This API is set to a minimal introspection; roles are left out of it",
    )
    .because(
        "ZITADEL tells this API only that the token is good, neither whose it is nor which roles they \
         hold. So whether the role was given cannot be seen from here, and nobody gets through a door \
         that needs one.",
    )
    .seen(
        introspection(refusal),
        "The answer is active and names neither the user nor a role, although `profile` was asked for \
         and kept.",
    );
    if let Some(probe) = refusal.userinfo.as_ref().filter(|probe| probe.is_alive()) {
        draft = draft.seen(
            EvidenceSource::Probe { id: probe.exchange },
            "Userinfo tells of the same token's user.",
        );
    }
    draft
        .fix("Open the API application and switch minimal introspection off. Then call again.")
        .page(application(scene))
        .done()
}

/// The API application's page, as near as the ids that are known lead.
pub(super) fn application(scene: &Scene) -> String {
    match &scene.project_id {
        Some(id) => console::application(&scene.issuer, id, &scene.app_id),
        None => console::projects(&scene.issuer),
    }
}

/// Where this very call's introspection stands.
pub(super) fn introspection(refusal: &Refusal) -> EvidenceSource {
    match refusal.decision.introspection_exchange {
        Some(id) => EvidenceSource::Exchange { id },
        None => EvidenceSource::Setting { field: "api_key".into() },
    }
}

/// The answers that count, before what follows from them.
pub(super) fn answered(draft: Draft, refusal: &Refusal) -> Draft {
    draft.seen(introspection(refusal), "Introspection answered `active: false` for this call.")
}
