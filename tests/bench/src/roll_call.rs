//! The roll called for a hundred callers at three doors, eight at once: its wall time against an
//! eighth of what its own exchanges took one by one.

use crate::{
    Outcome, cli,
    figure::{self, rounded},
    key,
};
use contract::{Event, exchange::Party};
use parking_lot::Mutex;
use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};
use tempfile::TempDir;
use tester::{
    Setup, Workbench,
    roll_call::Only,
    workbench::{GUIDE_PORT, Port},
};

const USERS: usize = 100;
/// As many callers as the roll call lets through at once.
const AT_ONCE: u32 = 8;
const RUNS: usize = 3;

/// Calls the roll a few times, each from nothing but the files; the middle one counts.
pub fn measure(programs: &Path) -> Outcome {
    let world = World::new(|files, more| cli::sandbox(programs, files, more), None)?;
    let runtime = tokio::runtime::Runtime::new()?;
    let mut runs = Vec::new();
    for _ in 0..RUNS {
        runs.push(runtime.block_on(run(&world.workspace))?);
    }
    runs.sort_by(|a, b| a.ratio().total_cmp(&b.ratio()));
    let run = &runs[RUNS / 2];
    let ms = |duration: Duration| rounded(duration.as_secs_f64() * 1000.0, 1);
    figure::print(&json!({
        "figure": "roll_call",
        "users": USERS,
        "endpoints": 3,
        "wall_ms": ms(run.wall),
        "exchanges": run.exchanges,
        "exchanges_ms": ms(run.one_by_one),
        "exchanges_ms_by_8": ms(run.one_by_one / AT_ONCE),
        "ratio": rounded(run.ratio(), 2),
        "ratio_aim": "<= 1.3",
    }));
    Ok(())
}

struct Run {
    wall: Duration,
    exchanges: usize,
    one_by_one: Duration,
}

impl Run {
    fn ratio(&self) -> f64 {
        self.wall.as_secs_f64() / (self.one_by_one / AT_ONCE).as_secs_f64()
    }
}

async fn run(workspace: &Path) -> Outcome<Run> {
    let counted = Arc::new(Mutex::new((0_usize, Duration::ZERO)));
    let counting = counted.clone();
    let bench = Workbench::new(Arc::new(move |event| {
        if let Event::Exchange { exchange } = event
            // What the API asks while it answers a call is part of that call's own time.
            && exchange.from != Party::Api
        {
            let mut counted = counting.lock();
            counted.0 += 1;
            counted.1 += Duration::from_micros(exchange.duration_us);
        }
    }))?;
    bench.serve_api(Port::From(GUIDE_PORT)).await?;
    bench.replace(Setup::open(workspace)?).await?;
    *counted.lock() = (0, Duration::ZERO);
    let began = Instant::now();
    let outcome = bench.call(Only::default()).await?;
    let wall = began.elapsed();
    let (exchanges, one_by_one) = *counted.lock();

    // A call that went wrong would be a quick one.
    let rows = outcome.report.users.iter().filter(|row| row.user_id.is_some());
    let statuses: Vec<_> = rows.flat_map(|row| row.cells.iter().map(|cell| cell.status)).collect();
    if statuses != [Some(200); USERS * 3] {
        return Err(format!("not everybody got in everywhere: {statuses:?}").into());
    }
    Ok(Run { wall, exchanges, one_by_one })
}

/// A hundred service users of a running sandbox, and a workspace of them.
pub struct World {
    pub workspace: PathBuf,
    _sandbox: cli::Sandbox,
    _files: TempDir,
}

impl World {
    /// With so many doors, a role before every third; or with the guide's own three. `started` starts
    /// the sandbox, by a directory for its files and more arguments.
    pub fn new(
        started: impl Fn(&Path, &[&str]) -> Outcome<cli::Sandbox>,
        doors: Option<usize>,
    ) -> Outcome<Self> {
        let files = tempfile::tempdir()?;
        write_world(files.path())?;
        let world = files.path().join("world.json");
        let world = world.to_str().ok_or("the temporary directory's name is not UTF-8")?;
        let sandbox = started(&files.path().join("out"), &["--world", world])?;
        let workspace = files.path().join("hundred.rolecall.json");
        let mut saved = workspace_of(&sandbox);
        if let Some(doors) = doors {
            saved["endpoints"] = (0..doors).map(door).collect();
        }
        fs::write(&workspace, saved.to_string())?;
        Ok(Self { workspace, _sandbox: sandbox, _files: files })
    }
}

fn door(place: usize) -> Value {
    let access = match place % 3 {
        0 => json!({ "rule": "public" }),
        1 => json!({ "rule": "valid_token" }),
        _ => json!({ "rule": "any_role", "roles": ["read:messages"] }),
    };
    json!({ "method": "GET", "path": format!("/api/door-{place}"), "access": access })
}

/// A description of a world, and its key files. All share one private key: making a hundred
/// would take longer than the measuring, and no signature is cheaper for it.
fn write_world(files: &Path) -> Outcome {
    let key = key::generate()?;
    let api = json!({
        "type": "application", "keyId": "300", "key": key, "appId": "200", "clientId": "201",
    });
    fs::write(files.join("api.json"), api.to_string())?;
    let mut users = Vec::new();
    for number in 0..USERS {
        let (id, key_id) = (format!("{}", 1000 + number), format!("{}", 2000 + number));
        let name = format!("user-{number}");
        let file = json!({
            "type": "serviceaccount", "keyId": key_id, "key": key,
            "expirationDate": "9999-12-31T23:59:59Z", "userId": id,
        });
        fs::write(files.join(format!("{name}.json")), file.to_string())?;
        users.push(json!({
            "file": name, "id": id, "userName": name, "accessTokenType": "BEARER", "keyId": key_id,
            "key": format!("{name}.json"),
            "authorization": { "project": "Hundred", "roles": ["read:messages"] },
        }));
    }
    let world = json!({
        "issuer": "http://localhost:8080",
        "organization": { "id": "1", "name": "Bench", "primaryDomain": "bench.localhost" },
        "projects": [{
            "id": "100", "name": "Hundred", "roles": ["read:messages"],
            "apis": [{
                "name": "API", "appId": "200", "clientId": "201", "auth": "private_key_jwt",
                "key": "api.json",
            }],
        }],
        "service_users": users,
    });
    Ok(fs::write(files.join("world.json"), world.to_string())?)
}

fn workspace_of(sandbox: &cli::Sandbox) -> Value {
    let users: Vec<_> =
        (0..USERS).map(|number| json!({ "key": format!("user-{number}.json") })).collect();
    json!({
        "version": 1, "name": "Hundred", "issuer": sandbox.issuer, "api_key": "api.json",
        "users": users, "project_id": sandbox.project_id,
    })
}
