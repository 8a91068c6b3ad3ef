//! What faults do to the world, and how it is taken back. They are changes like any other, so what
//! shows or manages the world sees them, and whoever mends one by hand has mended it.

use indexmap::IndexMap;
use jiff::{SignedDuration, Timestamp};

use super::{Fault, FaultName, Faults};
use crate::{
    Snapshot, UserState, WorldError,
    id::Id,
    world::{Authorization, Key, Project, State, User, World},
};

const A_DAY: SignedDuration = SignedDuration::from_hours(24);

/// What is broken in a world.
#[derive(Default)]
pub(crate) struct Broken {
    /// In the order in which they struck.
    struck: Vec<(Fault, Undo)>,
    /// The world before the first of them.
    before: Option<Snapshot>,
}

impl Broken {
    /// Makes the world be as these faults want it, and takes back what others did to it. One that was
    /// on already, and all before it, is left as it is now.
    pub(crate) fn turn(
        &mut self,
        world: &mut World,
        faults: &Faults,
        address: &str,
        now: Timestamp,
    ) -> Result<(), WorldError> {
        let wanted: Vec<Fault> = faults.all().iter().filter(|f| is_of_world(f)).copied().collect();
        let here = Here::of(world);
        if let Some(fault) = wanted.iter().find(|fault| !here.can_strike(fault.name)) {
            return Err(WorldError::NothingToBreak { fault: fault.to_string() });
        }
        let stays = self.struck.iter().zip(&wanted).take_while(|(old, new)| old.0 == **new).count();
        for (_, undo) in self.struck.drain(stays..).rev() {
            undo.take_back(world, now);
        }
        if self.struck.is_empty() {
            self.before = (!wanted.is_empty()).then(|| world.snapshot(address.to_owned()));
        }
        for fault in wanted.into_iter().skip(stays) {
            if let Some(undo) = strike(world, fault.name, now) {
                self.struck.push((fault, undo));
            }
        }
        Ok(())
    }

    /// The world before it was broken; `None` while it is whole.
    pub(crate) fn before(&self) -> Option<&Snapshot> {
        self.before.as_ref()
    }
}

fn is_of_world(fault: &Fault) -> bool {
    use FaultName as Name;
    matches!(
        fault.name,
        Name::WrongProject
            | Name::RoleTaken
            | Name::RoleInactive
            | Name::KeyDeleted
            | Name::KeyExpired
            | Name::UserLocked
            | Name::UserInactive
            | Name::ApiInactive
            | Name::ProjectInactive
    )
}

/// Whom faults can befall.
struct Here {
    user: bool,
    api: bool,
}

impl Here {
    fn of(world: &World) -> Self {
        Self { user: first_user(world).is_some(), api: world.apis.contains_key(&world.api) }
    }

    fn can_strike(&self, name: FaultName) -> bool {
        use FaultName as Name;
        match name {
            Name::KeyDeleted | Name::KeyExpired | Name::UserLocked | Name::UserInactive => {
                self.user
            }
            Name::WrongProject | Name::ApiInactive | Name::ProjectInactive => self.api,
            _ => self.user && self.api,
        }
    }
}

fn first_user(world: &World) -> Option<Id> {
    world.user_files.keys().find(|id| world.user(id).is_some()).cloned()
}

/// How one fault is taken back. What is no longer there is left alone.
enum Undo {
    /// The API's project was another, and the second one is to go.
    Project {
        api: Id,
        was: Id,
        other: Id,
    },
    Roles {
        user: Id,
        taken: Vec<Authorization>,
    },
    /// By their ids.
    Authorizations {
        user: Id,
        deactivated: Vec<Id>,
    },
    Keys {
        user: Id,
        removed: IndexMap<Id, Key>,
    },
    Expiry {
        user: Id,
        was: Vec<(Id, Option<Timestamp>)>,
    },
    User {
        user: Id,
        was: UserState,
        is: UserState,
    },
    Api {
        api: Id,
        was: State,
    },
    ProjectState {
        project: Id,
        was: State,
    },
}

/// `None` of a fault that is not one of the world, or for which there is nobody.
fn strike(world: &mut World, name: FaultName, now: Timestamp) -> Option<Undo> {
    match name {
        FaultName::WrongProject => return move_api(world, now),
        FaultName::ApiInactive => {
            let api = world.apis.get_mut(&world.api)?;
            let was = std::mem::replace(&mut api.state, State::Inactive);
            return Some(Undo::Api { api: api.client_id.clone(), was });
        }
        FaultName::ProjectInactive => {
            let id = world.apis.get(&world.api)?.project.clone();
            let project = world.projects.get_mut(&id)?;
            let was = std::mem::replace(&mut project.state, State::Inactive);
            return Some(Undo::ProjectState { project: id, was });
        }
        _ => {}
    }
    let id = first_user(world)?;
    let project = world.apis.get(&world.api).map(|api| api.project.clone());
    let user = world.users.get_mut(&id)?;
    match name {
        FaultName::RoleTaken => {
            let all = std::mem::take(&mut user.authorizations);
            let (taken, others) =
                all.into_iter().partition(|one| Some(&one.project) == project.as_ref());
            user.authorizations = others;
            Some(Undo::Roles { user: id, taken })
        }
        FaultName::RoleInactive => {
            let of_project = user
                .authorizations
                .iter_mut()
                .filter(|one| Some(&one.project) == project.as_ref() && one.state == State::Active);
            let deactivated = of_project.map(|one| {
                one.state = State::Inactive;
                one.id.clone()
            });
            let deactivated = deactivated.collect();
            Some(Undo::Authorizations { user: id, deactivated })
        }
        FaultName::KeyDeleted => {
            Some(Undo::Keys { user: id, removed: std::mem::take(&mut user.keys) })
        }
        FaultName::KeyExpired => {
            let past = now.saturating_sub(A_DAY).unwrap_or(now);
            let expire = |(id, key): (&Id, &mut Key)| (id.clone(), key.expires_at.replace(past));
            let was = user.keys.iter_mut().map(expire).collect();
            Some(Undo::Expiry { user: id, was })
        }
        FaultName::UserLocked => Some(end_activity(user, UserState::Locked, now)),
        FaultName::UserInactive => Some(end_activity(user, UserState::Deactivated, now)),
        _ => None,
    }
}

/// Its tokens die with it.
fn end_activity(user: &mut User, is: UserState, now: Timestamp) -> Undo {
    let was = std::mem::replace(&mut user.state, is);
    user.generation += 1;
    user.change(now);
    Undo::User { user: user.id.clone(), was, is }
}

/// Moves the API to a new project, where everybody has the roles that they have on the old one: so
/// that a token for it names that project.
fn move_api(world: &mut World, now: Timestamp) -> Option<Undo> {
    let World { apis, projects, users, ids, project: of_api, .. } = world;
    let api = apis.get_mut(&world.api)?;
    let (was, other) = (api.project.clone(), ids.next(now));
    let project = projects.get(&was)?;
    let project = Project { id: other.clone(), name: "Another Project".into(), ..project.clone() };
    projects.insert(other.clone(), project);
    (api.project, *of_api) = (other.clone(), other.clone());
    for user in users.values_mut() {
        let on_old = user.authorizations.iter().filter(|one| one.project == was);
        let moved = |one: &Authorization| Authorization {
            id: ids.next(now),
            project: other.clone(),
            ..one.clone()
        };
        let on_new: Vec<_> = on_old.map(moved).collect();
        user.authorizations.extend(on_new);
    }
    Some(Undo::Project { api: api.client_id.clone(), was, other })
}

impl Undo {
    fn take_back(self, world: &mut World, now: Timestamp) {
        match self {
            Self::Project { api, was, other } => {
                // An API belongs to a project, always.
                if !world.projects.contains_key(&was) {
                    return;
                }
                if let Some(api) = world.apis.get_mut(&api) {
                    api.project = was.clone();
                }
                world.project = was;
                world.projects.shift_remove(&other);
                for user in world.users.values_mut() {
                    user.authorizations.retain(|one| one.project != other);
                }
            }
            Self::Roles { user, taken } => give_back(world, &user, taken),
            Self::Authorizations { user, deactivated } => {
                let Some(user) = known(world, &user) else { return };
                for one in &mut user.authorizations {
                    if deactivated.contains(&one.id) {
                        one.state = State::Active;
                    }
                }
            }
            Self::Keys { user, removed } => {
                let Some(user) = known(world, &user) else { return };
                let newer = std::mem::replace(&mut user.keys, removed);
                user.keys.extend(newer);
            }
            Self::Expiry { user, was } => {
                let Some(user) = known(world, &user) else { return };
                for (id, expires_at) in was {
                    if let Some(key) = user.keys.get_mut(&id) {
                        key.expires_at = expires_at;
                    }
                }
            }
            Self::User { user, was, is } => {
                let Some(user) = known(world, &user).filter(|user| user.state == is) else {
                    return;
                };
                user.state = was;
                user.change(now);
            }
            Self::Api { api, was } => {
                if let Some(api) = world.apis.get_mut(&api) {
                    api.state = was;
                }
            }
            Self::ProjectState { project, was } => {
                if let Some(project) = world.projects.get_mut(&project) {
                    project.state = was;
                }
            }
        }
    }
}

/// Roles that the project has lost since are not given back.
fn give_back(world: &mut World, user: &Id, taken: Vec<Authorization>) {
    let World { projects, users, .. } = world;
    let Some(user) = users.get_mut(user).filter(|user| user.state != UserState::Removed) else {
        return;
    };
    for mut old in taken {
        let Some(project) = projects.get(&old.project) else { continue };
        old.roles.retain(|role| project.roles.contains_key(role));
        let same = |one: &&mut Authorization| {
            (&one.project, &one.organization) == (&old.project, &old.organization)
        };
        match user.authorizations.iter_mut().find(same) {
            Some(one) => {
                let missing: Vec<_> =
                    old.roles.into_iter().filter(|role| !one.roles.contains(role)).collect();
                one.roles.extend(missing);
            }
            None if old.roles.is_empty() => {}
            None => user.authorizations.push(old),
        }
    }
}

fn known<'w>(world: &'w mut World, user: &Id) -> Option<&'w mut User> {
    world.users.get_mut(user).filter(|user| user.state != UserState::Removed)
}
