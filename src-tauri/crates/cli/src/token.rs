//! `rolecall-cli token`: an access token, and nothing else, on standard output.

use std::process::ExitCode;

use contract::exchange::Purpose;
use tester::diagnosis;
use zitadel_client::{
    Clock, SystemClock,
    introspection::{About, Introspector},
    key_file::{ApplicationKey, ServiceAccountKey},
    scope,
    token::{Token, TokenError, request_token},
};

use crate::{
    args::{self, TokenArgs},
    failure::Failure,
    issuer::{self, Issuer},
    key, output,
};

/// Whom a token is made out to, as far as it is known.
enum Audience {
    Project(String),
    /// Good for asking; the project itself is learned from the answer.
    Api(ApplicationKey),
    Nobody,
}

/// Asks for a token and prints it.
///
/// # Errors
/// Where key or issuer cannot be used, or the issuer says no.
pub(crate) async fn run(args: TokenArgs) -> Result<ExitCode, Failure> {
    let user = key::user(&args.user)?;
    let api_key = args.api_key.as_deref().map(key::api).transpose()?;
    let issuer = issuer::find(&args.issuer).await?;
    if let Some(finding) =
        diagnosis::expired(&user, Some(&issuer.discovery.issuer), SystemClock.now())
    {
        return Err(Failure::finding(&finding, "key_expired"));
    }
    let token = match args::scopes(&args.scope) {
        Some(scopes) => ask(&issuer, &user, &scopes).await?,
        None => {
            let project_id = args.project_id.or_else(|| issuer.project_id.clone());
            let audience = match (project_id, api_key) {
                (Some(project_id), _) => Audience::Project(project_id),
                (None, Some(api_key)) => Audience::Api(api_key),
                (None, None) => Audience::Nobody,
            };
            ask_for(&issuer, &user, audience).await?
        }
    };
    output::print(&format!("{}\n", token.value.expose()))?;
    Ok(ExitCode::SUCCESS)
}

async fn ask_for(
    issuer: &Issuer,
    user: &ServiceAccountKey,
    audience: Audience,
) -> Result<Token, Failure> {
    match audience {
        Audience::Project(id) => ask(issuer, user, &scopes(Some(&id))).await,
        Audience::Nobody => {
            output::warn("This token is made out to no API: give --api-key or --project-id too.");
            ask(issuer, user, &scopes(None)).await
        }
        Audience::Api(api_key) => {
            let token = ask(issuer, user, &scopes(Some(&api_key.client_id))).await?;
            match project_of(issuer, api_key, &token).await {
                // A JWT made out to the client id carries no roles and fits no API that checks it
                // locally.
                Some(id) => ask(issuer, user, &scopes(Some(&id))).await,
                None => Ok(token),
            }
        }
    }
}

/// The project that a role of this token's user names; `None` where it holds none, or where the
/// issuer does not serve the API.
async fn project_of(issuer: &Issuer, api_key: ApplicationKey, token: &Token) -> Option<String> {
    let introspector = Introspector::new(issuer.http.clone(), issuer.discovery.clone(), api_key);
    let about = About { request_id: None, user: None, purpose: Purpose::Probe };
    introspector.introspect(&token.value, about).await.ok()?.learned_project_id()
}

fn scopes(audience: Option<&str>) -> Vec<String> {
    let audience = audience.map(scope::audience);
    [scope::OPENID.to_owned(), scope::PROFILE.to_owned()].into_iter().chain(audience).collect()
}

async fn ask(
    issuer: &Issuer,
    user: &ServiceAccountKey,
    scopes: &[String],
) -> Result<Token, Failure> {
    let label = user.path.file_stem().map(|stem| stem.to_string_lossy()).unwrap_or_default();
    request_token(&issuer.http, &issuer.discovery, user, scopes, &label).await.map_err(|error| {
        let reason = match &error {
            TokenError::Transport(_) => "no_answer",
            TokenError::Refused { .. } => "refused",
            TokenError::Unreadable { .. } => "not_a_token",
        };
        Failure::refused(reason, format!("{error} `rolecall-cli check` finds out why."))
    })
}
