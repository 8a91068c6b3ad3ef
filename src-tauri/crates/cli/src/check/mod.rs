//! `rolecall-cli check`: the roll call, told as text, JSON or JUnit.

mod expect;
mod target;
mod text;

use std::{path::Path, process::ExitCode, sync::Arc};

use contract::{Report, workspace::ApiView};
use tester::{
    Setup, Workbench, Workspace,
    roll_call::{Only, Outcome},
    setup::NotReady,
    workbench::{CallError, GUIDE_PORT, Port},
    workspace::User,
};
use zitadel_client::secret::PersonalAccessToken;

use crate::{
    args::{self, CheckArgs, Format, ReportFile},
    failure::Failure,
    issuer, key, output, stop,
};

/// Something is not as it should be.
const NOT_AS_IT_SHOULD_BE: u8 = 1;

/// Calls the roll and prints what came of it.
///
/// # Errors
/// Where it could not run at all.
pub(crate) async fn run(args: CheckArgs) -> Result<ExitCode, Failure> {
    let setup = set_up(&args)?;
    expect::check_endpoints(&args.expect, &setup.workspace().endpoints)?;
    let api_key = setup.workspace().api_key.as_deref();
    key::api(api_key.ok_or_else(|| not_ready(&NotReady::NoApiKey))?)?;
    target::check(&setup).await?;

    let bench = Workbench::new(Arc::new(|_| {})).map_err(|error| issuer::no_client(&error))?;
    let api = listen(&bench, args.port.or(setup.workspace().port)).await?;
    bench.replace(setup).await.map_err(|error| issuer::no_client(&error))?;
    if let Err(missing) = bench.with_setup(|setup| setup.plan().map(drop)) {
        return Err(unready(&missing, &bench));
    }
    if let Some(file) = &args.pat_file {
        look_up_with(&bench, file).await?;
    }
    let Outcome { mut report, cancelled, .. } = call(&bench).await?;
    let unsettled = expect::settle(&mut report, &args.expect)?;
    let handed_on = args.report.as_ref().map(|file| hand_on(&bench, &report, file));
    print(&report, &api, args.format)?;
    for user in &unsettled {
        output::warn(&format!(
            "Nobody here is known as {user}, and not everybody's name could be learned."
        ));
    }
    if cancelled {
        output::warn("Stopped before the roll was called to its end.");
    }
    if let Some(Err(failure)) = handed_on {
        // The result is out, and stays the one document on standard output.
        return Ok(failure.tell(false));
    }
    let mut status = tester::report::exit_status(&report);
    if cancelled || !unsettled.is_empty() {
        status = status.max(NOT_AS_IT_SHOULD_BE);
    }
    Ok(ExitCode::from(status))
}

/// Lets findings look up what a refusal alone does not tell. A token that is refused is said, and the
/// roll is called without it.
async fn look_up_with(bench: &Workbench, file: &Path) -> Result<(), Failure> {
    let text = std::fs::read_to_string(file).map_err(|error| {
        Failure::invalid("pat_file", format!("{} cannot be read: {error}.", file.display()))
    })?;
    bench.manage_with(Some(PersonalAccessToken::from(text.trim().to_owned()))).await;
    if let Some(finding) = bench.view().management.and_then(|management| management.finding) {
        output::warn(&format!("{}. {}", finding.title, finding.explanation));
        bench.manage_with(None).await;
    }
    Ok(())
}

/// The set-up from a workspace file or from single arguments, which go before what the file says.
fn set_up(args: &CheckArgs) -> Result<Setup, Failure> {
    let mut workspace = match &args.workspace {
        Some(file) => Workspace::load(file).map_err(|error| Failure::workspace(file, &error))?,
        None => Workspace {
            api_key: args.api_key.clone(),
            users: args.user.iter().cloned().map(User::from_file).collect(),
            ..Workspace::default()
        },
    };
    if let Some(scopes) = args::scopes(&args.scope) {
        workspace.scopes = Some(scopes);
    }
    if let Some(ca_file) = &args.ca_file {
        workspace.ca_file = Some(ca_file.clone());
    }
    workspace.allow_http |= args.allow_http;
    let allow_http = workspace.allow_http;
    let mut setup = Setup::new(workspace, args.workspace.clone());
    if let Some(issuer) = &args.issuer {
        setup.set_issuer(issuer, allow_http);
    }
    let allow_public = args.allow_public_target || setup.workspace().allow_public_target;
    match args.target.clone().or_else(|| setup.workspace().target.clone()) {
        // Consent in a workspace was given to the address that stands there.
        Some(typed) if args.target.is_some() => {
            setup.set_target(Some(&typed), args.allow_public_target);
        }
        typed => setup.set_target(typed.as_deref(), allow_public),
    }
    if let Some(project_id) = &args.project_id {
        setup.set_project_id(Some(project_id.clone()));
    }
    Ok(setup)
}

/// A port that was asked for, or the guide's and the next free one after it.
async fn listen(bench: &Workbench, asked: Option<u16>) -> Result<ApiView, Failure> {
    let port = asked.map_or(Port::From(GUIDE_PORT), Port::Exactly);
    let number = asked.unwrap_or(GUIDE_PORT);
    bench.serve_api(port).await.map_err(|error| Failure::port(number, &error))
}

async fn call(bench: &Workbench) -> Result<Outcome, Failure> {
    let calling = bench.call(Only::default());
    tokio::pin!(calling);
    let outcome = tokio::select! {
        outcome = &mut calling => outcome,
        () = stop::asked() => {
            bench.stop();
            calling.await
        }
    };
    outcome.map_err(|error| match &error {
        CallError::NotReady(missing) => unready(missing, bench),
        CallError::Busy | CallError::Replaced | CallError::NoApi => {
            Failure::machine("server", error.to_string())
        }
    })
}

fn unready(missing: &NotReady, bench: &Workbench) -> Failure {
    match missing {
        NotReady::Issuer(finding) => issuer::unusable(finding, bench.transcript()),
        _ => not_ready(missing),
    }
}

fn not_ready(missing: &NotReady) -> Failure {
    match missing {
        NotReady::NoIssuer | NotReady::Asking => {
            Failure::invalid("no_issuer", "The workspace names no issuer.")
        }
        NotReady::NoApiKey => Failure::invalid("no_api_key", "The workspace names no API key."),
        NotReady::Issuer(finding) => Failure::finding(finding, "issuer"),
        NotReady::ApiKey(finding) => Failure::finding(finding, "api_key"),
    }
}

fn print(report: &Report, api: &ApiView, format: Format) -> Result<(), Failure> {
    match format {
        Format::Text => output::print(&text::render(report, api.wanted_port_taken)),
        Format::Json => {
            output::print_json(&serde_json::to_value(report).map_err(|error| unprintable(&error))?)
        }
        Format::Junit => {
            let xml = tester::report::junit(report).map_err(|error| unprintable(&error))?;
            output::print(&xml)
        }
    }
}

/// Writes the report to hand on, in one step.
fn hand_on(bench: &Workbench, report: &Report, file: &ReportFile) -> Result<(), Failure> {
    let written = bench
        .hand_on_as(report.clone())
        .and_then(|handed| bench.written(&handed, file.format))
        .map_err(|error| Failure::machine(error.reason(), error.to_string()))?;
    tester::report::save(&file.path, &written).map_err(|error| {
        let path = file.path.display();
        Failure::machine("report", format!("{path} cannot be written: {error}."))
    })
}

fn unprintable(error: &impl std::fmt::Display) -> Failure {
    Failure::machine("output", format!("The report cannot be written: {error}."))
}
