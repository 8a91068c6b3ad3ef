//! The pages of ZITADEL's console (routes of its v4 console, all below `/ui/console`). Where a
//! newer console has moved a page, its parent page is what opens.

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

/// All service users.
pub fn service_users(issuer: &str) -> String {
    page(issuer, "/users?type=machine")
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
}
