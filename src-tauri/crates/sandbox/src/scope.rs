//! Scopes: which of those asked for survive for a service user, and the audience they ask for.

use crate::world::World;

pub(crate) const OPENID: &str = "openid";
pub(crate) const PROFILE: &str = "profile";
const STANDARD: [&str; 6] = [OPENID, PROFILE, "email", "phone", "address", "offline_access"];

/// `urn:zitadel:iam:org:project:id:{id}:aud`: the token is for that project's APIs.
const PROJECT: &str = "urn:zitadel:iam:org:project:id:";
const AUDIENCE: &str = ":aud";
/// In the place of an id: ZITADEL's own project.
const ZITADEL: &str = "zitadel";
/// Roles of all projects in the audience are asserted.
pub(crate) const PROJECTS_ROLES: &str = "urn:zitadel:iam:org:projects:roles";
/// One role by its key; asserts all of them.
pub(crate) const PROJECT_ROLE: &str = "urn:zitadel:iam:org:project:role:";
pub(crate) const ORGANIZATION: &str = "urn:zitadel:iam:org:id:";
pub(crate) const PRIMARY_DOMAIN: &str = "urn:zitadel:iam:org:domain:primary:";
/// Roles are asserted only where this organisation gave them.
pub(crate) const ROLES_OF_ORGANIZATION: &str = "urn:zitadel:iam:org:roles:id:";
pub(crate) const METADATA: &str = "urn:zitadel:iam:user:metadata";
pub(crate) const RESOURCE_OWNER: &str = "urn:zitadel:iam:user:resourceowner";
const IDENTITY_PROVIDER: &str = "urn:zitadel:iam:org:idp:id:";

/// What a personal access token carries, always.
pub(crate) const OF_PERSONAL_TOKENS: [&str; 4] = [OPENID, PROFILE, METADATA, RESOURCE_OWNER];

/// The scopes that survive, in order (`ValidateAuthReqScopes`, `checkOrgScopes`). Everything else,
/// `read:messages` for example, is dropped without a word.
pub(crate) fn kept(asked: &str, organization: &str, primary_domain: &str) -> Vec<String> {
    let survives = |scope: &&str| {
        if let Some(id) = scope.strip_prefix(ORGANIZATION) {
            return id == organization;
        }
        if let Some(domain) = scope.strip_prefix(PRIMARY_DOMAIN) {
            return domain == primary_domain;
        }
        STANDARD.contains(scope)
            || [PROJECTS_ROLES, METADATA, RESOURCE_OWNER].contains(scope)
            || [PROJECT, PROJECT_ROLE, ROLES_OF_ORGANIZATION, IDENTITY_PROVIDER]
                .iter()
                .any(|prefix| scope.starts_with(prefix))
    };
    asked.split(' ').filter(survives).map(str::to_owned).collect()
}

/// The project ids that the scopes name, each once (`AddAudScopeToAudience`). Nobody checks that such
/// a project exists.
pub(crate) fn audience<'a>(scopes: impl Iterator<Item = &'a str>, world: &World) -> Vec<String> {
    let mut audience: Vec<String> = vec![];
    for scope in scopes {
        let named = scope.strip_prefix(PROJECT).and_then(|rest| rest.strip_suffix(AUDIENCE));
        let Some(named) = named else { continue };
        let id = if named == ZITADEL { &*world.zitadel_project } else { named };
        if !audience.iter().any(|known| known == id) {
            audience.push(id.into());
        }
    }
    audience
}

/// The organisations to which role claims are restricted; none means all.
pub(crate) fn role_organizations(scopes: &[String]) -> Vec<&str> {
    scopes.iter().filter_map(|scope| scope.strip_prefix(ROLES_OF_ORGANIZATION)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_user_keeps_the_reserved_scopes_and_no_other() {
        let asked = "openid profile email phone address offline_access \
            urn:zitadel:iam:org:project:id:7:aud urn:zitadel:iam:org:projects:roles \
            urn:zitadel:iam:org:project:role:anything urn:zitadel:iam:org:roles:id:9 \
            urn:zitadel:iam:user:metadata urn:zitadel:iam:user:resourceowner \
            urn:zitadel:iam:org:idp:id:5";
        assert_eq!(kept(asked, "1", "here").join(" "), asked);
        for dropped in [
            "",
            " ",
            "read:messages",
            "OPENID",
            "openid2",
            "urn:zitadel:iam:org:project:roles",
            "urn:zitadel:iam:user:metadata:x",
        ] {
            assert!(kept(dropped, "1", "here").is_empty(), "{dropped:?}");
        }
    }

    #[test]
    fn only_the_own_organisation_may_be_named() {
        let named = |id: &str| kept(&format!("urn:zitadel:iam:org:id:{id}"), "1", "here").len();
        assert_eq!((named("1"), named("2")), (1, 0));
        let domain = |name: &str| {
            kept(&format!("urn:zitadel:iam:org:domain:primary:{name}"), "1", "here").len()
        };
        assert_eq!((domain("here"), domain("there")), (1, 0));
    }
}
