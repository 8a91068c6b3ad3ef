//! Calls of the protected API against what each of them costs at the least: one introspection.

use crate::{
    Outcome, cli,
    figure::{self, rounded},
    key::Key,
    load::{self, CONNECTIONS},
    process,
};
use serde_json::json;
use std::{path::Path, time::Duration};

/// RFC 7523, section 2.2.
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// `/api/private-scoped` per second against bare introspections per second at the same sandbox,
/// and the time that the API's process computes for each call.
pub fn measure(programs: &Path) -> Outcome {
    let files = tempfile::tempdir()?;
    let sandbox = cli::sandbox(programs, files.path(), &[])?;
    let token = sandbox.token(programs, "reader-bot.json")?;
    let issuer_port = sandbox.port()?;
    let assertion = Key::read(&sandbox.file("api.json"))?.assertion(&sandbox.issuer)?;
    let form = [
        ("client_assertion_type", ASSERTION_TYPE),
        ("client_assertion", assertion.as_str()),
        ("token", token.as_str()),
    ];
    let introspection = load::post(issuer_port, "/oauth/v2/introspect", &form)?;
    let introspections = load::measure(issuer_port, &introspection, || Ok(()))?;

    let api = sandbox.api(programs)?;
    let process = api.process.0.id();
    let call = load::get(api.port, "/api/private-scoped", &token);
    let mut before = Duration::ZERO;
    let calls = load::measure(api.port, &call, || {
        before = process::cpu_time(process)?;
        Ok(())
    })?;
    let computed = process::cpu_time(process)?.saturating_sub(before);

    figure::print(&json!({
        "figure": "private_scoped",
        "connections": CONNECTIONS,
        "calls_per_second": rounded(calls.per_second(), 0),
        "call_median_ms": rounded(calls.median_ms, 2),
        "introspections_per_second": rounded(introspections.per_second(), 0),
        "introspection_median_ms": rounded(introspections.median_ms, 2),
        "ratio": rounded(calls.per_second() / introspections.per_second(), 2),
        "ratio_aim": ">= 0.5",
        "cpu_us_per_call": rounded(computed.as_secs_f64() * 1e6 / calls.answers as f64, 0),
        "cpu_us_per_call_aim": "<= 200",
    }));
    Ok(())
}
