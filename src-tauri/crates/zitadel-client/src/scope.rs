//! Scopes that Rolecall asks for. Roles are no scopes: ZITADEL drops a scope such as
//! `read:messages` without a word.

/// Asks for an id_token as well.
pub const OPENID: &str = "openid";
/// Lets introspection tell the user name.
pub const PROFILE: &str = "profile";

/// Makes a token out to a project, given by its id. ZITADEL takes an API's `clientId` here too
/// (recording `introspect-ok-client-id-audience`).
pub fn audience(id: &str) -> String {
    format!("urn:zitadel:iam:org:project:id:{id}:aud")
}
