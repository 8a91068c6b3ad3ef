//! `rolecall-cli sandbox`: the built-in issuer, with its key files in a folder.

use std::{path::Path, process::ExitCode};

use sandbox::{Authority, Options, RoleClaims, Sandbox, TokenType, World, WorldError};
use serde::Serialize;
use tester::listen;

use crate::{args::SandboxArgs, failure::Failure, output, stop};

/// The one line that tells other programs where everything is.
#[derive(Serialize)]
struct Ready<'a> {
    issuer: &'a str,
    project_id: &'a str,
    client_id: &'a str,
    /// Absolute.
    out: String,
}

/// Writes the files, says where, and serves until it is asked to stop.
///
/// # Errors
/// Where the world, the port or the folder cannot be used.
pub(crate) async fn run(args: SandboxArgs) -> Result<ExitCode, Failure> {
    let world = world(&args)?;
    let loopback =
        listen::bind_exactly(args.port).await.map_err(|error| Failure::port(args.port, &error))?;
    let sandbox = Sandbox::new(world, options(&args)?);
    sandbox.set_issuer(loopback.base_url());
    if let (Some(_), Some(token_type)) = (&args.world, args.token_type) {
        for user in sandbox.snapshot().users {
            sandbox.set_token_type(&user.user_id, token_type).map_err(|error| unusable(&error))?;
        }
    }
    sandbox.set_faults(args.fault).map_err(|error| unusable(&error))?;
    sandbox.write_files(&args.out).map_err(|error| unusable(&error))?;
    let world = sandbox.whole_snapshot();
    let stopped = stop::asked();
    output::print_json_line(&Ready {
        issuer: &world.issuer,
        project_id: &world.project_id,
        client_id: &world.client_id,
        out: absolute(&args.out),
    })?;
    sandbox.serve(loopback.listeners, stopped).await.map_err(|error| Failure::server(&error))?;
    Ok(ExitCode::SUCCESS)
}

fn options(args: &SandboxArgs) -> Result<Options, Failure> {
    let role_claims =
        if args.older_role_claims { RoleClaims::WithoutUnion } else { RoleClaims::WithUnion };
    let authority = args.tls.then(Authority::new).transpose().map_err(|error| unusable(&error))?;
    Ok(Options { dialect: args.dialect, role_claims, authority, ..Options::default() })
}

fn world(args: &SandboxArgs) -> Result<World, Failure> {
    let world = match &args.world {
        Some(file) => World::read_description(file),
        None => World::demo(args.token_type.unwrap_or(TokenType::Opaque)),
    };
    world.map_err(|error| unusable(&error))
}

fn unusable(error: &WorldError) -> Failure {
    let message = format!("{error}.");
    match error {
        WorldError::Unwritable { .. } => Failure::machine("out", message),
        WorldError::Key => Failure::machine("key", message),
        WorldError::Certificate => Failure::machine("certificate", message),
        WorldError::NothingToBreak { .. } => Failure::invalid("fault", message),
        _ => Failure::invalid("world", message),
    }
}

fn absolute(path: &Path) -> String {
    std::path::absolute(path).unwrap_or_else(|_| path.into()).display().to_string()
}
