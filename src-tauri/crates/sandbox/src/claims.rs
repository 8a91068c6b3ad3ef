//! What is said about a user: its roles in ZITADEL's shape, its metadata, its organisation, its
//! profile. Recomputed each time it is asked for; only a JWT keeps what was true when it was made.

use serde_json::{Map, Value};

use crate::{
    RoleClaims, Sandbox,
    keys::jws::encoded,
    scope,
    world::{Metadata, State, User, World},
};

type Claims = Map<String, Value>;

/// `{ role: { organisation: primary domain } }`.
type Roles = Map<String, Value>;

const PROJECT_ROLES: &str = "urn:zitadel:iam:org:project:roles";
const PROJECTS_ROLES: &str = "urn:zitadel:iam:org:projects:roles";

/// Whose roles an answer carries.
pub(crate) enum Asserted<'a> {
    /// Introspection: the asking API's project, asked for or not (`currentProjectOnly`).
    Project(&'a str),
    /// Tokens and userinfo: the projects of the audience, if a scope asks for roles.
    AsAsked,
}

/// Adds everything that the scopes assert besides the profile.
pub(crate) fn assert(
    claims: &mut Claims,
    world: &World,
    user: &User,
    scopes: &[String],
    roles: &Asserted<'_>,
    made: RoleClaims,
) {
    for asked in scopes {
        match asked.as_str() {
            scope::METADATA if !user.metadata.is_empty() => {
                let encoded =
                    |(key, set): (&String, &Metadata)| (key.clone(), encoded(&set.value).into());
                let metadata: Map<_, _> = user.metadata.iter().map(encoded).collect();
                claims.insert(scope::METADATA.into(), metadata.into());
            }
            scope::RESOURCE_OWNER => assert_resource_owner(claims, world, user),
            other => {
                if let Some(domain) = other.strip_prefix(scope::PRIMARY_DOMAIN) {
                    claims.insert("urn:zitadel:iam:org:domain:primary".into(), domain.into());
                } else if let Some(id) = other.strip_prefix(scope::ORGANIZATION) {
                    claims.insert("urn:zitadel:iam:org:id".into(), id.into());
                    assert_resource_owner(claims, world, user);
                }
            }
        }
    }
    assert_roles(claims, world, user, scopes, roles);
    if made == RoleClaims::WithoutUnion {
        claims.remove(PROJECTS_ROLES);
    }
}

/// What the read side asserts of a user where a token is made.
pub(crate) fn seen(sandbox: &Sandbox, user: &str, scopes: &[String]) -> Claims {
    let mut claims = Claims::new();
    let world = sandbox.world().seen();
    if let Some(user) = world.user(user) {
        let made = sandbox.options().role_claims;
        assert(&mut claims, &world, user, scopes, &Asserted::AsAsked, made);
    }
    claims
}

fn assert_resource_owner(claims: &mut Claims, world: &World, user: &User) {
    let owner = world.organization_of(user);
    let claim = |what| format!("{}:{what}", scope::RESOURCE_OWNER);
    claims.insert(claim("id"), (&*owner.id).into());
    claims.insert(claim("name"), owner.name.as_str().into());
    claims.insert(claim("primary_domain"), owner.primary_domain.as_str().into());
}

/// The role claims (`setUserInfoRoleClaims`). Without a role they are absent, never empty.
fn assert_roles(
    claims: &mut Claims,
    world: &World,
    user: &User,
    scopes: &[String],
    asserted: &Asserted<'_>,
) {
    let organizations = scope::role_organizations(scopes);
    let projects = match asserted {
        Asserted::Project(id) => vec![(*id).to_owned()],
        Asserted::AsAsked => {
            let asked = |scope: &String| {
                scope == scope::PROJECTS_ROLES || scope.starts_with(scope::PROJECT_ROLE)
            };
            if !scopes.iter().any(asked) {
                return;
            }
            scope::audience(scopes.iter().map(String::as_str), world)
        }
    };
    let mut union = Roles::new();
    for project in &projects {
        let roles = roles_of(world, user, project, &organizations);
        if roles.is_empty() {
            continue;
        }
        for (role, given_by) in &roles {
            let all = union.entry(role.clone()).or_insert_with(|| Roles::new().into());
            if let (Value::Object(all), Value::Object(given_by)) = (all, given_by) {
                all.extend(given_by.clone());
            }
        }
        if let Asserted::Project(_) = asserted {
            claims.insert(PROJECT_ROLES.into(), roles.clone().into());
        }
        claims.insert(format!("urn:zitadel:iam:org:project:{project}:roles"), roles.into());
    }
    if !union.is_empty() {
        claims.insert(PROJECTS_ROLES.into(), union.into());
    }
}

/// The user's roles in one project by active authorizations.
fn roles_of(world: &World, user: &User, project: &str, organizations: &[&str]) -> Roles {
    let mut roles = Roles::new();
    for authorization in &user.authorizations {
        let counts = authorization.state == State::Active
            && *authorization.project == *project
            && (organizations.is_empty() || organizations.contains(&&*authorization.organization));
        if !counts {
            continue;
        }
        let domain = &world.organizations[&authorization.organization].primary_domain;
        for role in &authorization.roles {
            let given_by = roles.entry(role.clone()).or_insert_with(|| Roles::new().into());
            if let Value::Object(given_by) = given_by {
                given_by.insert((&*authorization.organization).into(), domain.as_str().into());
            }
        }
    }
    roles
}

/// `name`, `preferred_username`, `updated_at`: what a service user has of a profile.
pub(crate) fn assert_profile(claims: &mut Claims, user: &User) {
    claims.insert("name".into(), user.name.as_str().into());
    claims.insert("preferred_username".into(), user.user_name.as_str().into());
    claims.insert("updated_at".into(), user.details.changed_at.as_second().into());
}
