//! `projects`.

use serde_json::{Value, json};

use super::{
    body::Body,
    call::Call,
    query::{Page, Query, Search, all},
    status::{Answer, Reply, Status},
    view,
};
use crate::{
    change::Refusal,
    world::{Project, ProjectSettings},
};

const LABELING: [&str; 3] = [
    "PRIVATE_LABELING_SETTING_UNSPECIFIED",
    "PRIVATE_LABELING_SETTING_ENFORCE_PROJECT_RESOURCE_OWNER_POLICY",
    "PRIVATE_LABELING_SETTING_ALLOW_LOGIN_USER_RESOURCE_OWNER_POLICY",
];
const SEARCH: Search = Search {
    request: "ListProjectsRequest",
    message: "ProjectQuery",
    queries: &["nameQuery", "projectResourceOwnerQuery"],
};

pub(super) async fn add(call: Call) -> Answer {
    let name = call.body().bounded("AddProjectRequest", "name", (1, 200))?;
    let settings = settings("AddProjectRequest", call.body())?;
    let (id, done) = call.make(|world, asked| world.add_project(&name, settings, asked))?;
    Ok(Reply(json!({ "id": &*id, "details": view::added(&done) })))
}

pub(super) async fn change(call: Call) -> Answer {
    let name = call.body().bounded("UpdateProjectRequest", "name", (1, 200))?;
    let settings = settings("UpdateProjectRequest", call.body())?;
    let id = call.path("project");
    call.change(|world, asked| world.change_project(id, &name, settings, asked))
}

pub(super) async fn deactivate(call: Call) -> Answer {
    call.change(|world, asked| world.deactivate_project(call.path("project"), asked))
}

pub(super) async fn reactivate(call: Call) -> Answer {
    call.change(|world, asked| world.reactivate_project(call.path("project"), asked))
}

pub(super) async fn remove(call: Call) -> Answer {
    call.change(|world, asked| world.remove_project(call.path("project"), asked))
}

pub(super) async fn find(call: Call) -> Answer {
    call.look(|world, asked| {
        let missing = Refusal::not_found("PROJECT-fk2fs", "Project not found");
        let project = world.project_of(asked, call.path("project")).ok_or(missing)?;
        Ok(Reply(json!({ "project": shown(project) })))
    })
}

pub(super) async fn list(call: Call) -> Answer {
    let (page, queries) = (Page::read(call.body())?, SEARCH.read(call.body())?);
    let found = call.look(|world, asked| {
        let mut found = vec![];
        for project in world.projects.values() {
            if *project.organization == *asked.organization
                && all(&queries, |query| matches(query, project))?
            {
                found.push(shown(project));
            }
        }
        Ok::<_, Status>(found)
    })?;
    page.of(&call, found)
}

fn matches(query: &Query, project: &Project) -> Result<bool, Status> {
    match query.name {
        "nameQuery" => query.compares("name", &project.name),
        _ => query.is("resourceOwner", &project.organization),
    }
}

fn settings(message: &str, body: &Body) -> Result<ProjectSettings, Status> {
    Ok(ProjectSettings {
        role_assertion: body.flag("projectRoleAssertion")?,
        role_check: body.flag("projectRoleCheck")?,
        project_check: body.flag("hasProjectCheck")?,
        private_labeling: body.choice(message, "privateLabelingSetting", &LABELING)?,
    })
}

fn shown(project: &Project) -> Value {
    let ProjectSettings { role_assertion, role_check, project_check, private_labeling } =
        project.settings;
    let labeling = LABELING.get(private_labeling).filter(|_| private_labeling > 0);
    json!({
        "id": &*project.id,
        "details": view::details(&project.details, &project.organization),
        "name": project.name,
        "state": view::state("PROJECT", project.state),
        "projectRoleAssertion": role_assertion,
        "projectRoleCheck": role_check,
        "hasProjectCheck": project_check,
        "privateLabelingSetting": labeling,
    })
}
