//! The pages of ZITADEL's console (routes of its v4 console, all below `/ui/console`). Where a
//! newer console has moved a page, its parent page is what opens.

use contract::workspace::ConsolePages;

fn page(issuer: &str, route: &str) -> String {
    format!("{}/ui/console{route}", issuer.trim_end_matches('/'))
}

/// Where a project's authorizations are given.
pub fn project_grants(issuer: &str, project_id: &str) -> String {
    page(issuer, &format!("/projects/{project_id}?id=grants"))
}

/// Where a user's authorizations are given.
pub fn user_grants(issuer: &str, user_id: &str) -> String {
    page(issuer, &format!("/users/{user_id}?id=grants"))
}

/// Where a service user's keys are made and deleted.
pub fn user_keys(issuer: &str, user_id: &str) -> String {
    page(issuer, &format!("/users/{user_id}?id=keys"))
}

/// A user's own page, with its state.
pub fn user(issuer: &str, user_id: &str) -> String {
    page(issuer, &format!("/users/{user_id}"))
}

/// An application's page, with its keys and its state.
pub fn application(issuer: &str, project_id: &str, app_id: &str) -> String {
    page(issuer, &format!("/projects/{project_id}/apps/{app_id}"))
}

/// All projects.
pub fn projects(issuer: &str) -> String {
    page(issuer, "/projects")
}

/// Where a role of a project is created.
pub fn create_role(issuer: &str, project_id: &str) -> String {
    page(issuer, &format!("/projects/{project_id}/roles/create"))
}

/// All service users.
pub fn service_users(issuer: &str) -> String {
    page(issuer, "/users?type=machine")
}

/// Every page that a set-up leads to, as far as the ids are known.
pub fn pages(issuer: &str, project_id: Option<&str>, app_id: Option<&str>) -> ConsolePages {
    let of_project =
        |route: &str| project_id.map(|id| page(issuer, &format!("/projects/{id}{route}")));
    ConsolePages {
        projects: projects(issuer),
        create_project: page(issuer, "/projects/create"),
        project: of_project(""),
        create_app: of_project("/apps/create"),
        app: project_id.zip(app_id).map(|(project, app)| application(issuer, project, app)),
        users: service_users(issuer),
        create_user: page(issuer, "/users/create-machine"),
        roles: of_project("?id=roles"),
        create_role: project_id.map(|id| create_role(issuer, id)),
        grants: project_id.map(|id| project_grants(issuer, id)),
        create_grant: project_id.map(|id| page(issuer, &format!("/grant-create/project/{id}"))),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_issuer_with_a_slash_gives_no_double_slash() {
        assert_eq!(
            super::user_keys("https://a.example/", "7"),
            "https://a.example/ui/console/users/7?id=keys"
        );
    }

    #[test]
    fn pages_that_need_an_id_wait_for_it() {
        let pages = super::pages("https://a.example", None, Some("9"));
        assert_eq!(pages.create_project, "https://a.example/ui/console/projects/create");
        assert_eq!(pages.users, "https://a.example/ui/console/users?type=machine");
        assert_eq!((pages.project, pages.app, pages.create_grant), (None, None, None));

        let pages = super::pages("https://a.example", Some("7"), Some("9"));
        let own = [pages.app, pages.create_role, pages.create_grant, pages.grants];
        let routes = own.map(|page| {
            page.unwrap().strip_prefix("https://a.example/ui/console").map(str::to_owned).unwrap()
        });
        assert_eq!(
            routes,
            [
                "/projects/7/apps/9",
                "/projects/7/roles/create",
                "/grant-create/project/7",
                "/projects/7?id=grants"
            ]
        );
        assert_eq!(super::pages("https://a.example", Some("7"), None).app, None);
    }
}
