//! `users/{user}/grants`: authorizations, which ZITADEL calls user grants.

use serde_json::{Value, json};

use super::{
    call::Call,
    query::{Page, Query, Search, all},
    status::{Answer, Reply, Status},
    user::{MACHINE, TYPES},
    view,
};
use crate::{
    World,
    change::{Asked, NewAuthorization, Refusal},
    world::{Authorization, User},
};

const SEARCH: Search = Search {
    request: "ListUserGrantRequest",
    message: "UserGrantQuery",
    queries: &[
        "projectIdQuery",
        "userIdQuery",
        "withGrantedQuery",
        "roleKeyQuery",
        "projectGrantIdQuery",
        "userNameQuery",
        "firstNameQuery",
        "lastNameQuery",
        "emailQuery",
        "orgNameQuery",
        "orgDomainQuery",
        "projectNameQuery",
        "displayNameQuery",
        "userTypeQuery",
    ],
};

pub(super) async fn add(call: Call) -> Answer {
    const REQUEST: &str = "AddUserGrantRequest";
    let project = call.body().bounded(REQUEST, "projectId", (1, 200))?;
    let project_grant = call.body().bounded(REQUEST, "projectGrantId", (0, 200))?;
    let roles = call.body().texts("roleKeys")?;
    let new = NewAuthorization {
        user: call.path("user"),
        project: &project,
        project_grant: &project_grant,
        roles: &roles,
    };
    let (id, done) = call.make(|world, asked| world.add_authorization(new, asked))?;
    Ok(Reply(json!({ "userGrantId": &*id, "details": view::added(&done) })))
}

pub(super) async fn change(call: Call) -> Answer {
    let roles = call.body().texts("roleKeys")?;
    call.change(|world, asked| world.change_authorization(call.path("grant"), &roles, asked))
}

pub(super) async fn deactivate(call: Call) -> Answer {
    call.change(|world, asked| world.deactivate_authorization(call.path("grant"), asked))
}

pub(super) async fn reactivate(call: Call) -> Answer {
    call.change(|world, asked| world.reactivate_authorization(call.path("grant"), asked))
}

pub(super) async fn remove(call: Call) -> Answer {
    call.change(|world, asked| world.remove_authorization(call.path("grant"), asked))
}

pub(super) async fn find(call: Call) -> Answer {
    call.look(|world, asked| {
        let mut all = visible(world, asked);
        let found = all.find(|held| *held.one.id == *call.path("grant"));
        let missing = Refusal::not_found("QUERY-wIPkA", "User grant not found");
        Ok(Reply(json!({ "userGrant": found.ok_or(missing)?.shown() })))
    })
}

pub(super) async fn list(call: Call) -> Answer {
    let (page, queries) = (Page::read(call.body())?, SEARCH.read(call.body())?);
    let found = call.look(|world, asked| {
        let mut found = vec![];
        for held in visible(world, asked) {
            if all(&queries, |query| held.matches(query))? {
                found.push(held.shown());
            }
        }
        Ok::<_, Status>(found)
    })?;
    page.of(&call, found)
}

/// An authorization with whom and what it is about.
struct Held<'a> {
    world: &'a World,
    user: &'a User,
    one: &'a Authorization,
}

/// Those that the asking organisation gave, and those on its projects.
fn visible<'a>(world: &'a World, asked: Asked<'a>) -> impl Iterator<Item = Held<'a>> {
    let all = world
        .users
        .values()
        .flat_map(move |user| user.authorizations.iter().map(move |one| Held { world, user, one }));
    all.filter(move |held| {
        *held.one.organization == *asked.organization
            || world.project_of(asked, &held.one.project).is_some()
    })
}

impl Held<'_> {
    fn matches(&self, query: &Query) -> Result<bool, Status> {
        let giver = self.world.organizations.get(&self.one.organization);
        match query.name {
            "projectIdQuery" => query.is("projectId", &self.one.project),
            "userIdQuery" => query.is("userId", &self.user.id),
            "projectGrantIdQuery" => {
                query.is("projectGrantId", self.one.project_grant.as_deref().unwrap_or_default())
            }
            "roleKeyQuery" => {
                let lacks = all(&self.one.roles, |role| Ok(!query.is("roleKey", role)?))?;
                Ok(!lacks)
            }
            "userNameQuery" => query.compares("userName", &self.user.user_name),
            "orgNameQuery" => {
                giver.map_or(Ok(false), |giver| query.compares("orgName", &giver.name))
            }
            "orgDomainQuery" => {
                giver.map_or(Ok(false), |giver| query.compares("orgDomain", &giver.primary_domain))
            }
            "projectNameQuery" => query.compares("projectName", self.project_name()),
            "userTypeQuery" => query.chooses("type", &TYPES, MACHINE),
            // Those that the organisation may see are visible already.
            "withGrantedQuery" => Ok(true),
            // Only people have what the others ask about.
            _ => Ok(false),
        }
    }

    fn project_name(&self) -> &str {
        self.world.projects.get(&self.one.project).map_or("", |project| &project.name)
    }

    fn shown(&self) -> Value {
        let Self { world, user, one } = self;
        let giver = world.organizations.get(&one.organization);
        let home = world.organization_of(user);
        json!({
            "id": &*one.id,
            "details": view::details(&one.details, &one.organization),
            "roleKeys": one.roles,
            "state": view::state("USER_GRANT", one.state),
            "userId": &*user.id,
            "userName": user.user_name,
            "orgId": &*one.organization,
            "orgName": giver.map(|giver| giver.name.as_str()),
            "orgDomain": giver.map(|giver| giver.primary_domain.as_str()),
            "projectId": &*one.project,
            "projectName": self.project_name(),
            "projectGrantId": one.project_grant.as_deref(),
            "preferredLoginName": user.user_name,
            "userType": TYPES[MACHINE],
            "grantedOrgId": &*home.id,
            "grantedOrgName": home.name,
            "grantedOrgDomain": home.primary_domain,
        })
    }
}
