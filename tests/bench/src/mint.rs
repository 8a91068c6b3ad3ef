//! Tokens of the sandbox against the signatures that the same library makes on one core.

use crate::{
    Outcome, cli,
    figure::{self, rounded},
    key::Key,
    load::{self, CONNECTIONS, Rate},
};
use serde_json::json;
use std::{
    hint::black_box,
    path::Path,
    time::{Duration, Instant},
};

/// RFC 7523, section 2.1.
const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const SIGNING: Duration = Duration::from_secs(3);

/// Mints per second, for tokens that are signed and for opaque ones; each verifies one assertion.
pub fn measure(programs: &Path) -> Outcome {
    let files = tempfile::tempdir()?;
    let opaque = mints(programs, &files.path().join("opaque"), "opaque")?;
    let jwt = mints(programs, &files.path().join("jwt"), "jwt")?;
    let signatures = signatures(&Key::read(&files.path().join("jwt/reader-bot.json"))?)?;
    figure::print(&json!({
        "figure": "token_mints",
        "connections": CONNECTIONS,
        "jwt_mints_per_second": rounded(jwt.per_second(), 0),
        "opaque_mints_per_second": rounded(opaque.per_second(), 0),
        "signatures_per_second_on_one_core": rounded(signatures, 0),
        "ratio": rounded(jwt.per_second() / signatures, 2),
    }));
    Ok(())
}

fn mints(programs: &Path, files: &Path, token_type: &str) -> Outcome<Rate> {
    let sandbox = cli::sandbox(programs, files, &["--token-type", token_type])?;
    let port = sandbox.port()?;
    // Made once: ZITADEL takes an assertion as often as it is shown.
    let assertion = Key::read(&sandbox.file("reader-bot.json"))?.assertion(&sandbox.issuer)?;
    let scope = format!("openid profile urn:zitadel:iam:org:project:id:{}:aud", sandbox.project_id);
    let form = [("grant_type", GRANT), ("scope", &scope), ("assertion", &assertion)];
    load::measure(port, &load::post(port, "/oauth/v2/token", &form)?, || Ok(()))
}

fn signatures(key: &Key) -> Outcome<f64> {
    let message = [7; 512];
    let (began, mut count) = (Instant::now(), 0_u32);
    while began.elapsed() < SIGNING {
        black_box(key.sign(black_box(&message))?);
        count += 1;
    }
    Ok(f64::from(count) / began.elapsed().as_secs_f64())
}
