//! What can be typed.

use std::{ffi::OsString, path::PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};
use contract::report::{Expected, ReportFormat};
use sandbox::{Dialect, Fault, FaultName, Place, TokenType, Unit};

/// Who gets in at an API behind ZITADEL, and why.
#[derive(Debug, Parser)]
#[command(name = "rolecall-cli", version, about, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run a small ZITADEL on this machine, with key files to try everything with
    Sandbox(SandboxArgs),
    /// Call the roll: every user at every endpoint, and why
    Check(CheckArgs),
    /// Print an access token for a service user
    Token(TokenArgs),
    /// Run the protected API of ZITADEL's guide
    Serve(ServeArgs),
}

impl Command {
    pub(crate) fn wants_json(&self) -> bool {
        matches!(self, Self::Check(CheckArgs { format: Format::Json, .. }))
    }
}

/// `rolecall-cli sandbox`
#[derive(Debug, Args)]
pub(crate) struct SandboxArgs {
    /// Where the issuer listens, on 127.0.0.1 and ::1
    #[arg(long, default_value_t = 8080)]
    pub(crate) port: u16,
    /// Where key files and workspace are written
    #[arg(long, value_name = "DIR", default_value = "rolecall-sandbox")]
    pub(crate) out: PathBuf,
    /// A description of the world to serve, with its own key files
    #[arg(long, value_name = "FILE")]
    pub(crate) world: Option<PathBuf>,
    /// What access tokens look like [default: opaque, or as the world says]
    #[arg(long, value_name = "opaque|jwt|jwe")]
    pub(crate) token_type: Option<TokenType>,
    /// How a refused assertion is answered: newer servers say it in other words
    #[arg(long, value_name = "v4.3|invalid_client|invalid_grant|described", default_value_t)]
    pub(crate) dialect: Dialect,
    /// Serve over TLS, with a certificate of an authority of its own, written to DIR/ca.pem
    #[arg(long)]
    pub(crate) tls: bool,
    /// Make role claims as servers before September 2025 do, without the union of all projects
    #[arg(long)]
    pub(crate) older_role_claims: bool,
    #[arg(long, value_name = "NAME[@WHERE][=VALUE]", help = fault_help())]
    pub(crate) fault: Vec<Fault>,
}

/// `rolecall-cli check`
#[derive(Debug, Args)]
#[command(override_usage = "rolecall-cli check --workspace <FILE> [OPTIONS]\n       \
    rolecall-cli check --issuer <URL> --api-key <FILE> --user <FILE>... [OPTIONS]")]
pub(crate) struct CheckArgs {
    /// A saved set-up (*.rolecall.json)
    #[arg(long, value_name = "FILE", conflicts_with_all = ["issuer", "api_key", "user"])]
    pub(crate) workspace: Option<PathBuf>,
    /// The address under which ZITADEL's console opens
    #[arg(long, value_name = "URL", required_unless_present = "workspace")]
    pub(crate) issuer: Option<String>,
    /// The API's key file
    #[arg(long, value_name = "FILE", required_unless_present = "workspace")]
    pub(crate) api_key: Option<PathBuf>,
    /// A service user's key file; repeat it for more users
    #[arg(long, value_name = "FILE", num_args = 1.., required_unless_present = "workspace")]
    pub(crate) user: Vec<PathBuf>,
    /// The API's project; learned from a role where it is not given
    #[arg(long, value_name = "ID")]
    pub(crate) project_id: Option<String>,
    /// Ask for exactly these scopes and no others
    #[arg(long, value_name = "S")]
    pub(crate) scope: Vec<String>,
    /// Where the protected API listens [default: 8000, or the next free port]
    #[arg(long, value_name = "N")]
    pub(crate) port: Option<u16>,
    /// What should happen: a label, user name, user id or `nobody`, then an endpoint
    #[arg(long, value_name = "USER:ENDPOINT=allow|deny", value_parser = parse_expectation)]
    pub(crate) expect: Vec<Expect>,
    /// An API of your own, called beside Rolecall's with the same tokens
    #[arg(long, value_name = "URL")]
    pub(crate) target: Option<String>,
    /// Send access tokens to a target that is neither this machine nor at a private address
    #[arg(long)]
    pub(crate) allow_public_target: bool,
    /// A personal access token; findings then look up what a refusal alone does not tell
    #[arg(long, value_name = "FILE")]
    pub(crate) pat_file: Option<PathBuf>,
    /// A certificate authority to trust besides the system's, as PEM
    #[arg(long, value_name = "FILE")]
    pub(crate) ca_file: Option<PathBuf>,
    /// How the result is printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// Also write a report to hand on, with every request and answer and without secrets: its ending
    /// says how (.html, .json or .xml)
    #[arg(long, value_name = "FILE", value_parser = parse_report)]
    pub(crate) report: Option<ReportFile>,
    /// Use an issuer on plain http that is not this machine
    #[arg(long)]
    pub(crate) allow_http: bool,
}

/// Where a report is written, and as what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReportFile {
    pub(crate) path: PathBuf,
    pub(crate) format: ReportFormat,
}

/// How a result is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Text,
    Json,
    Junit,
}

/// What somebody says should happen at one endpoint for one caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Expect {
    /// A label, a user name or a user id.
    pub(crate) user: String,
    /// The endpoint's path.
    pub(crate) endpoint: String,
    pub(crate) expected: Expected,
}

/// `rolecall-cli token`
#[derive(Debug, Args)]
pub(crate) struct TokenArgs {
    /// The address under which ZITADEL's console opens
    #[arg(long, value_name = "URL")]
    pub(crate) issuer: String,
    /// The service user's key file
    #[arg(long, value_name = "FILE")]
    pub(crate) user: PathBuf,
    /// The key file of the API that the token is for
    #[arg(long, value_name = "FILE", conflicts_with = "project_id")]
    pub(crate) api_key: Option<PathBuf>,
    /// The project of the API that the token is for
    #[arg(long, value_name = "ID")]
    pub(crate) project_id: Option<String>,
    /// Ask for exactly these scopes and no others
    #[arg(long, value_name = "S")]
    pub(crate) scope: Vec<String>,
}

/// `rolecall-cli serve`
#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// The address under which ZITADEL's console opens
    #[arg(long, value_name = "URL")]
    pub(crate) issuer: String,
    /// The API's key file
    #[arg(long, value_name = "FILE")]
    pub(crate) api_key: PathBuf,
    /// Where the API listens, on 127.0.0.1 and ::1
    #[arg(long, default_value_t = 8000)]
    pub(crate) port: u16,
}

fn fault_help() -> String {
    let written = |name: FaultName| {
        let place = if name.has_place() { "@WHERE" } else { "" };
        let value = match name.unit() {
            Some(Unit::Seconds) => "=SECONDS",
            Some(Unit::Milliseconds) => "=MILLISECONDS",
            None => "",
        };
        format!("{name}{place}{value}")
    };
    format!(
        "Let something be wrong; repeat it for more: {}; where: {}",
        FaultName::ALL.map(written).join(", "),
        Place::ALL.map(|place| place.to_string()).join(", ")
    )
}

/// Scopes as typed, one or several to an option; `None` where none was given.
pub(crate) fn scopes(typed: &[String]) -> Option<Vec<String>> {
    let words = typed.iter().flat_map(|s| s.split_whitespace()).map(str::to_owned);
    (!typed.is_empty()).then(|| words.collect())
}

/// Whether JSON was asked for, as far as arguments that clap refuses can tell.
pub(crate) fn wants_json(typed: &[OsString]) -> bool {
    typed.iter().any(|arg| arg == "--format=json")
        || typed.windows(2).any(|pair| pair[0] == "--format" && pair[1] == "json")
}

fn parse_report(typed: &str) -> Result<ReportFile, String> {
    let path = PathBuf::from(typed);
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    let format = match ending.as_deref() {
        Some("html") => ReportFormat::Html,
        Some("json") => ReportFormat::Json,
        Some("xml") => ReportFormat::Junit,
        _ => return Err("its name must end in .html, .json or .xml (JUnit)".into()),
    };
    Ok(ReportFile { path, format })
}

fn parse_expectation(typed: &str) -> Result<Expect, String> {
    let shape = "write it as USER:ENDPOINT=allow or USER:ENDPOINT=deny, for example \
                 reader-bot:/api/private-scoped=allow";
    let (place, word) = typed.rsplit_once('=').ok_or(shape)?;
    let expected = match word {
        "allow" => Expected::Allow,
        "deny" => Expected::Deny,
        _ => return Err(shape.into()),
    };
    // A user name may hold colons; an endpoint begins with a slash.
    let colon = place.find(":/").filter(|colon| *colon > 0).ok_or(shape)?;
    let (user, endpoint) = (place[..colon].to_owned(), place[colon + 1..].to_owned());
    Ok(Expect { user, endpoint, expected })
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn an_expectation_names_user_endpoint_and_word() {
        let (user, endpoint, expected) =
            ("reader-bot".into(), "/api/private-scoped".into(), Expected::Allow);
        assert_eq!(
            parse_expectation("reader-bot:/api/private-scoped=allow"),
            Ok(Expect { user, endpoint, expected })
        );
        let odd = parse_expectation("a:b@c.example:/x=y/z=deny").unwrap();
        assert_eq!((odd.user.as_str(), odd.endpoint.as_str()), ("a:b@c.example", "/x=y/z"));
        for bad in ["", "bot", "bot=allow", "bot:/x", "bot:/x=maybe", ":/x=allow", "bot:x=allow"] {
            assert!(parse_expectation(bad).unwrap_err().contains("USER:ENDPOINT"), "{bad}");
        }
    }

    #[test]
    fn a_reports_ending_says_how_it_is_written() {
        let format = |typed: &str| parse_report(typed).map(|file| file.format);
        assert_eq!(format("a.html"), Ok(ReportFormat::Html));
        assert_eq!(format("out/A.JSON"), Ok(ReportFormat::Json));
        assert_eq!(format("a.b.xml"), Ok(ReportFormat::Junit));
        for bad in ["", "report", "a.htm", "a.pdf", ".html", "html"] {
            assert!(format(bad).unwrap_err().contains(".html, .json or .xml"), "{bad}");
        }
    }

    #[test]
    fn a_sandbox_takes_many_faults_each_whole() {
        let parse = |line: &str| {
            let words = ["rolecall-cli", "sandbox"].into_iter().chain(line.split_whitespace());
            match Cli::try_parse_from(words).map(|cli| cli.command) {
                Ok(Command::Sandbox(args)) => {
                    Ok(args.fault.iter().map(Fault::to_string).collect::<Vec<_>>())
                }
                Ok(other) => panic!("{other:?}"),
                Err(error) => Err(error.to_string()),
            }
        };
        assert_eq!(parse(""), Ok(vec![]));
        let both = parse("--fault slow@token=50 --fault=user_locked").unwrap();
        assert_eq!(both, ["slow@token=50", "user_locked"]);
        let unknown = parse("--fault role_lost").unwrap_err();
        assert!(unknown.contains("'role_lost' for '--fault <NAME[@WHERE][=VALUE]>'"), "{unknown}");
        assert!(unknown.contains("is none of: wrong_project, role_taken"), "{unknown}");
        let half = parse("--fault slow").unwrap_err();
        assert!(half.contains("slow@discovery|token|introspection|userinfo=MS"), "{half}");
    }

    #[test]
    fn check_takes_a_workspace_or_its_parts_and_never_both() {
        let parse = |line: &str| {
            let words = ["rolecall-cli", "check"].into_iter().chain(line.split_whitespace());
            Cli::try_parse_from(words).is_ok()
        };
        assert!(parse("--workspace w.rolecall.json"));
        assert!(parse("--issuer localhost:8080 --api-key a.json --user b.json --user c.json"));
        assert!(parse("--issuer localhost:8080 --api-key a.json --user b.json c.json"));
        assert!(!parse("--issuer localhost:8080 --api-key a.json"), "a roll without users");
        assert!(!parse("--issuer localhost:8080 --user b.json"), "no API");
        assert!(!parse("--workspace w.rolecall.json --issuer localhost:8080"));
        assert!(!parse("--workspace w.rolecall.json --user b.json"));
        assert!(!parse(""));
    }

    #[test]
    fn scopes_replace_all_others_only_when_given() {
        assert_eq!(scopes(&[]), None);
        assert_eq!(scopes(&["".into()]), Some(vec![]));
        assert_eq!(
            scopes(&["openid profile".into(), "x".into()]),
            Some(vec!["openid".into(), "profile".into(), "x".into()])
        );
    }

    #[test]
    fn json_is_recognised_in_arguments_that_do_not_parse() {
        let typed = |line: &str| line.split_whitespace().map(OsString::from).collect::<Vec<_>>();
        assert!(wants_json(&typed("check --nonsense --format json")));
        assert!(wants_json(&typed("check --format=json")));
        assert!(!wants_json(&typed("check --format text json")));
    }
}
