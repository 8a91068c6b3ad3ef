//! `projects/{project}/grants`: roles that another organisation may give.

use serde_json::{Value, json};

use super::{
    call::Call,
    query::{Page, Search, all},
    status::{Answer, Reply, Status},
    view,
};
use crate::{
    World,
    change::Refusal,
    world::{Project, ProjectGrant},
};

const SEARCH: Search = Search {
    request: "ListProjectGrantsRequest",
    message: "ProjectGrantQuery",
    queries: &["projectNameQuery", "roleKeyQuery"],
};

pub(super) async fn add(call: Call) -> Answer {
    let organization = call.body().bounded("AddProjectGrantRequest", "grantedOrgId", (1, 200))?;
    let roles = call.body().texts("roleKeys")?;
    let project = call.path("project");
    let (id, done) =
        call.make(|world, asked| world.add_project_grant(project, &organization, &roles, asked))?;
    Ok(Reply(json!({ "grantId": &*id, "details": view::added(&done) })))
}

pub(super) async fn change(call: Call) -> Answer {
    let roles = call.body().texts("roleKeys")?;
    let (project, grant) = (call.path("project"), call.path("grant"));
    call.change(|world, asked| world.change_project_grant(project, grant, &roles, asked))
}

pub(super) async fn remove(call: Call) -> Answer {
    let (project, grant) = (call.path("project"), call.path("grant"));
    call.change(|world, asked| world.remove_project_grant(project, grant, asked))
}

pub(super) async fn find(call: Call) -> Answer {
    call.look(|world, asked| {
        let missing = Refusal::not_found("PROJECT-n98GGs", "Grant not found");
        let project = world.project_of(asked, call.path("project")).ok_or(missing)?;
        let (id, grant) = project.grants.get_key_value(call.path("grant")).ok_or(missing)?;
        Ok(Reply(json!({ "projectGrant": shown(world, project, id, grant) })))
    })
}

pub(super) async fn list(call: Call) -> Answer {
    let (page, queries) = (Page::read(call.body())?, SEARCH.read(call.body())?);
    let found = call.look(|world, asked| {
        let mut found = vec![];
        let Some(project) = world.project_of(asked, call.path("project")) else { return Ok(found) };
        for (id, grant) in &project.grants {
            let matches = all(&queries, |query| match query.name {
                "projectNameQuery" => query.compares("name", &project.name),
                _ => {
                    let lacks = all(&grant.roles, |role| Ok(!query.compares("roleKey", role)?))?;
                    Ok(!lacks)
                }
            })?;
            if matches {
                found.push(shown(world, project, id, grant));
            }
        }
        Ok::<_, Status>(found)
    })?;
    page.of(&call, found)
}

fn shown(world: &World, project: &Project, id: &str, grant: &ProjectGrant) -> Value {
    let name = |id| world.organizations.get(id).map(|organization| organization.name.as_str());
    json!({
        "grantId": id,
        "grantedOrgId": &*grant.organization,
        "grantedOrgName": name(&grant.organization),
        "grantedRoleKeys": grant.roles,
        "state": "PROJECT_GRANT_STATE_ACTIVE",
        "projectId": &*project.id,
        "projectName": project.name,
        "projectOwnerId": &*project.organization,
        "projectOwnerName": name(&project.organization),
        "details": view::details(&grant.details, &project.organization),
    })
}
