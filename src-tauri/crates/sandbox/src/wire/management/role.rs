//! `projects/{project}/roles`.

use serde_json::json;

use super::{
    call::Call,
    query::{Page, Search, all},
    status::{Answer, Reply, Status},
    view,
};

const SEARCH: Search = Search {
    request: "ListProjectRolesRequest",
    message: "RoleQuery",
    queries: &["keyQuery", "displayNameQuery"],
};

pub(super) async fn add(call: Call) -> Answer {
    const REQUEST: &str = "AddProjectRoleRequest";
    let key = call.body().bounded(REQUEST, "roleKey", (1, 200))?;
    let display_name = call.body().bounded(REQUEST, "displayName", (1, 200))?;
    let group = call.body().bounded(REQUEST, "group", (0, 200))?;
    let project = call.path("project");
    let done =
        call.make(|world, asked| world.add_role(project, (&key, &display_name, &group), asked))?;
    Ok(Reply(json!({ "details": view::added(&done) })))
}

pub(super) async fn change(call: Call) -> Answer {
    const REQUEST: &str = "UpdateProjectRoleRequest";
    let display_name = call.body().bounded(REQUEST, "displayName", (1, 200))?;
    let group = call.body().bounded(REQUEST, "group", (0, 200))?;
    let (project, key) = (call.path("project"), call.path("role"));
    call.change(|world, asked| world.change_role(project, (key, &display_name, &group), asked))
}

pub(super) async fn remove(call: Call) -> Answer {
    let (project, key) = (call.path("project"), call.path("role"));
    call.change(|world, asked| world.remove_role(project, key, asked))
}

pub(super) async fn list(call: Call) -> Answer {
    let (page, queries) = (Page::read(call.body())?, SEARCH.read(call.body())?);
    let found = call.look(|world, asked| {
        let mut found = vec![];
        let Some(project) = world.project_of(asked, call.path("project")) else { return Ok(found) };
        for (key, role) in &project.roles {
            let matches = all(&queries, |query| match query.name {
                "keyQuery" => query.compares("key", key),
                _ => query.compares("displayName", &role.display_name),
            })?;
            if matches {
                found.push(json!({
                    "key": key,
                    "details": view::details(&role.details, &project.organization),
                    "displayName": role.display_name,
                    "group": role.group,
                }));
            }
        }
        Ok::<_, Status>(found)
    })?;
    page.of(&call, found)
}
