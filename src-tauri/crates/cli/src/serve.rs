//! `rolecall-cli serve`: the protected API of ZITADEL's guide.

use std::{fmt::Write, process::ExitCode};

use contract::{Access, Endpoint};
use resource_server::{ApiConfig, ProtectedApi};
use tester::listen;
use zitadel_client::introspection::Introspector;

use crate::{args::ServeArgs, failure::Failure, issuer, key, output, stop};

/// Serves until it is asked to stop.
///
/// # Errors
/// Where key, issuer or port cannot be used.
pub(crate) async fn run(args: ServeArgs) -> Result<ExitCode, Failure> {
    let api_key = key::api(&args.api_key)?;
    let loopback =
        listen::bind_exactly(args.port).await.map_err(|error| Failure::port(args.port, &error))?;
    let issuer = issuer::find(&args.issuer).await?;
    let endpoints = Endpoint::guide();
    let banner = banner(&loopback.base_url(), &issuer.discovery.issuer, &endpoints);
    let api = ProtectedApi::new();
    api.configure(ApiConfig {
        introspector: Introspector::new(issuer.http, issuer.discovery, api_key),
        project_id: issuer.project_id,
        endpoints,
        keep_answers: std::time::Duration::ZERO,
    });
    let stopped = stop::asked();
    output::print(&banner)?;
    resource_server::serve(loopback.listeners, api, stopped)
        .await
        .map_err(|error| Failure::server(&error))?;
    Ok(ExitCode::SUCCESS)
}

fn banner(base_url: &str, issuer: &str, endpoints: &[Endpoint]) -> String {
    let mut text = format!("Serving {base_url} for the issuer {issuer}\n");
    for Endpoint { method, path, access } in endpoints {
        let who = match access {
            Access::Public => "anyone".into(),
            Access::ValidToken => "any valid token".into(),
            Access::AllRoles { roles } if roles.len() > 1 => {
                format!("roles {}", access.roles_in_words())
            }
            Access::AnyRole { .. } | Access::AllRoles { .. } => {
                format!("role {}", access.roles_in_words())
            }
        };
        let _ = writeln!(text, "  {method} {path:<22} {who}");
    }
    text.push_str("Ctrl-C stops it.\n");
    text
}
