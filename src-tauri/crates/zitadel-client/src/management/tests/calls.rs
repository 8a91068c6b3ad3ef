//! Our call for each recording of `manage/`, and what its answer has to tell.

use std::pin::Pin;

use super::*;
use crate::key_file::{self, KeyFile};

pub(super) type Outcome = Result<(), ManagementError>;

/// Makes a call and looks at what is read.
pub(super) type Act = fn(Management) -> Pin<Box<dyn Future<Output = Outcome>>>;

/// `act!(manager => call => answer => assertions)`
macro_rules! act {
    ($manager:ident => $call:expr) => {
        act!($manager => $call => _told => {})
    };
    ($manager:ident => $call:expr => $told:ident => $look:expr) => {
        |$manager| {
            Box::pin(async move {
                let $told = $call.await?;
                $look;
                Ok(())
            })
        }
    };
}

fn moment(text: &str) -> jiff::Timestamp {
    text.parse().unwrap()
}

fn made(details: &Details, sequence: u64, at: &str) {
    assert_eq!(details.sequence, Some(sequence));
    assert_eq!(details.creation_date, Some(moment(at)));
    assert_eq!(details.resource_owner, "400872948426148902");
}

fn changed(details: &Details, sequence: u64, at: &str) {
    assert_eq!((details.sequence, details.creation_date), (Some(sequence), None));
    assert_eq!(details.change_date, Some(moment(at)));
}

const LIFE: &str = "400883419606682662";
const PROV: &str = "400873593795251238";
const BOARD: &str = "400883419371801638";
const MADE: &str = "400873593006722086";
const GRANT: &str = "400883419673791526";

/// Those that our client has no words for: it always sends a well-formed token.
pub(super) const NOT_OURS: [&str; 1] = ["no-token"];

pub(super) fn creating() -> Vec<(&'static str, Act)> {
    vec![
        (
            "create-org",
            act!(m => m.create_organization("Third Org") => told => {
                assert_eq!(told.id, "400883420764310566");
                assert_eq!(told.details.resource_owner, told.id);
            }),
        ),
        (
            "create-project",
            act!(m => m.create_project("Provisioned") => told => {
                assert_eq!(told.id, MADE);
                made(&told.details, 1, "2026-11-23T12:01:21.118176Z");
            }),
        ),
        ("create-project-again", act!(m => m.create_project("Provisioned"))),
        ("create-project-empty", act!(m => m.create_project(""))),
        ("service-token-no-permission", act!(m => m.create_project("x"))),
        (
            "create-project-grant",
            act!(m => m.grant_project(BOARD, "400883420764310566", &["read:messages"]) => told => {
                assert_eq!(told.id, "400883420814642214");
            }),
        ),
        (
            "create-role",
            act!(m => m.create_role(MADE, "read:messages", "Read messages") => told => {
                made(&told, 2, "2026-11-23T12:01:21.212406Z");
            }),
        ),
        ("create-role-again", act!(m => m.create_role(MADE, "read:messages", "Read messages"))),
        (
            "create-api-app",
            act!(m => m.create_api(MADE, "api", AuthMethod::PrivateKeyJwt) => told => {
                assert_eq!((told.app_id.as_str(), told.client_id.as_str()), ("400873593291934758", "400873593292000294"));
                assert!(told.client_secret.is_none());
                made(&told.details, 4, "2026-11-23T12:01:21.285488Z");
            }),
        ),
        (
            "create-basic-app",
            act!(m => m.create_api(BOARD, "basic", AuthMethod::Basic) => told => {
                assert_eq!(told.client_id, "400883420663712806");
                assert!(told.client_secret.unwrap().expose().starts_with("1LHxixlF0DgJ"));
            }),
        ),
        (
            "create-app-key",
            act!(m => m.create_app_key(MADE, "400873593291934758", None) => told => {
                let KeyFile::Application(key) = read_key(&told) else { panic!("an API's key") };
                assert_eq!((&key.key_id, told.id.as_str()), (&told.id, "400873593308711974"));
                assert_eq!(key.client_id, "400873593292000294");
            }),
        ),
        ("add-key-to-basic-app", act!(m => m.create_app_key(BOARD, "400883420663647270", None))),
        (
            "create-machine-user",
            act!(m => m.create_machine_user("prov-bot", "Prov bot", AccessTokenType::Bearer) => told => {
                assert_eq!((told.id.as_str(), told.details.sequence), (PROV, Some(1)));
            }),
        ),
        (
            "create-machine-user-again",
            act!(m => m.create_machine_user("prov-bot", "Prov bot", AccessTokenType::Bearer)),
        ),
        (
            "create-user-key",
            act!(m => m.create_user_key(PROV, None) => told => {
                let KeyFile::ServiceAccount(key) = read_key(&told) else { panic!("a service user's key") };
                assert_eq!((key.key_id, key.user_id.as_str(), key.expires_at), (told.id, PROV, None));
            }),
        ),
        (
            "create-user-key-expiry",
            act!(m => m.create_user_key(LIFE, Some(moment("2027-12-31T00:00:00Z"))) => told => {
                let KeyFile::ServiceAccount(key) = read_key(&told) else { panic!("a service user's key") };
                assert_eq!(key.expires_at, Some(moment("2027-12-31T00:00:00Z")));
            }),
        ),
        (
            "create-user-key-past",
            act!(m => m.create_user_key(LIFE, Some(moment("2020-01-01T00:00:00Z")))),
        ),
        (
            "create-pat",
            act!(m => m.create_token(LIFE, Some(moment("2099-01-01T00:00:00Z"))) => told => {
                assert_eq!(told.token_id, "400883419942226982");
                assert!(told.token.expose().starts_with("d8F-h72h"));
            }),
        ),
        (
            "create-pat-no-expiry",
            act!(m => m.create_token(LIFE, None) => told => {
                assert!(told.token.expose().starts_with("4911hyFE8"));
            }),
        ),
        (
            "create-grant",
            act!(m => m.authorize(PROV, MADE, &["read:messages"]) => told => {
                assert_eq!(told.id, "400873594030132262");
                made(&told.details, 1, "2026-11-23T12:01:21.729983Z");
            }),
        ),
        ("create-grant-again", act!(m => m.authorize(PROV, MADE, &["read:messages"]))),
        (
            "create-grant-unknown-role",
            act!(m => m.authorize("400873178391383078", MADE, &["nope"])),
        ),
    ]
}

fn read_key(created: &CreatedKey) -> KeyFile {
    key_file::parse("created.json".as_ref(), created.key_file.expose().as_bytes()).unwrap()
}

pub(super) fn reading() -> Vec<(&'static str, Act)> {
    vec![
        (
            "org-me",
            act!(m => m.own_organization() => told => {
                assert_eq!((told.id.as_str(), told.name.as_str()), ("400872948426148902", "ZITADEL"));
                assert_eq!((told.primary_domain.as_str(), told.state), ("zitadel.localhost", State::Active));
                made(&told.details, 6, "2026-11-23T11:54:57.990829Z");
            }),
        ),
        ("garbage-token", act!(m => m.own_organization())),
        ("service-token-wrong-aud", act!(m => m.own_organization())),
        (
            "user-me",
            act!(m => m.who_am_i() => told => {
                assert_eq!((told.id.as_str(), told.user_name.as_str()), ("400872948426673190", "admin-sa"));
                assert_eq!(told.machine.unwrap().name, "admin");
            }),
        ),
        (
            "permissions",
            act!(m => m.permissions() => told => {
                assert_eq!(told[0], "org.read");
                assert!(told.len() > 40 && told.contains(&"user.grant.write".to_owned()));
            }),
        ),
        (
            "list-projects",
            act!(m => m.projects() => told => {
                let names: Vec<_> = told.iter().map(|p| p.name.as_str()).collect();
                assert_eq!(names, ["ZITADEL", "Message Board", "Other Project", "Provisioned"]);
                assert!(told.iter().all(|p| p.state == State::Active));
                made(&told[3].details, 1, "2026-11-23T12:01:21.118176Z");
                assert_eq!(told[2].details.change_date, Some(moment("2026-11-23T12:00:03.686404Z")));
            }),
        ),
        (
            "list-roles",
            act!(m => m.roles(MADE) => told => {
                assert_eq!((told[0].key.as_str(), told[0].display_name.as_str()), ("read:messages", "Read messages"));
                made(&told[0].details, 2, "2026-11-23T12:01:21.212406Z");
            }),
        ),
        ("list-apps", act!(m => m.apps(MADE) => told => api(&told[0]))),
        ("get-app", act!(m => m.app(MADE, "400873593291934758") => told => api(&told))),
        (
            "list-app-keys",
            act!(m => m.app_keys(MADE, "400873593291934758") => told => {
                assert_eq!((told[0].id.as_str(), told[0].expiration_date), ("400873593308711974", None));
                made(&told[0].details, 5, "2026-11-23T12:01:21.549096Z");
            }),
        ),
        (
            "list-machine-users",
            act!(m => m.machine_users() => told => {
                assert_eq!(told.len(), 9);
                assert!(told.iter().all(|user| user.machine.is_some()));
                let jwt = told.iter().filter(|user| {
                    user.machine.as_ref().unwrap().access_token_type == AccessTokenType::Jwt
                });
                let mut jwt: Vec<_> = jwt.map(|user| user.user_name.as_str()).collect();
                jwt.sort_unstable();
                assert_eq!(jwt, ["jwt-reader-bot", "jwt-visitor-bot"]);
            }),
        ),
        (
            "get-user",
            act!(m => m.user(LIFE) => told => {
                assert_eq!((told.id.as_str(), told.state, told.user_name.as_str()), (LIFE, State::Active, "life-bot"));
                assert_eq!((told.login_names, told.preferred_login_name.as_str()), (vec!["life-bot".to_owned()], "life-bot"));
                let machine = told.machine.unwrap();
                assert_eq!((machine.name.as_str(), machine.access_token_type), ("Life bot", AccessTokenType::Bearer));
                made(&told.details, 6, "2026-11-23T13:38:58.231977Z");
            }),
        ),
        ("get-user-unknown", act!(m => m.user("123"))),
        (
            "list-user-keys",
            act!(m => m.user_keys(PROV) => told => {
                assert_eq!((told[0].id.as_str(), told[0].expiration_date), ("400873593862360102", None));
            }),
        ),
        (
            "list-pats",
            act!(m => m.tokens(LIFE) => told => {
                let ends: Vec<_> = told.iter().map(|token| token.expiration_date).collect();
                assert_eq!(ends, [Some(moment("2099-01-01T00:00:00Z")), None]);
                assert_eq!((told[0].id.as_str(), told[0].scopes.len()), ("400883419942226982", 4));
            }),
        ),
        (
            "list-grants",
            act!(m => m.authorizations(Some(PROV), None) => told => {
                let one = &told[0];
                assert_eq!((one.id.as_str(), one.state.clone()), ("400873594030132262", State::Active));
                assert_eq!((one.user_id.as_str(), one.user_name.as_str()), (PROV, "prov-bot"));
                assert_eq!((one.project_id.as_str(), one.project_name.as_str()), (MADE, "Provisioned"));
                assert_eq!((one.org_name.as_str(), one.org_domain.as_str()), ("ZITADEL", "zitadel.localhost"));
                assert_eq!(one.role_keys, ["read:messages"]);
                made(&one.details, 1, "2026-11-23T12:01:21.729983Z");
            }),
        ),
    ]
}

fn api(app: &App) {
    assert_eq!((app.id.as_str(), app.name.as_str()), ("400873593291934758", "api"));
    assert_eq!(app.state, State::Active);
    let api = app.api_config.as_ref().unwrap();
    assert_eq!(api.client_id, "400873593292000294");
    assert_eq!(api.auth_method_type, AuthMethod::PrivateKeyJwt);
    made(&app.details, 4, "2026-11-23T12:01:21.285488Z");
}

pub(super) fn changing() -> Vec<(&'static str, Act)> {
    const ROLE: &str = "write:messages";
    const APP: &str = "400883419438910502";
    const PROV_GRANT: &str = "400873594030132262";
    vec![
        (
            "change-token-type",
            act!(m => m.change_machine_user(PROV, &Machine {
            name: "Prov bot".into(), access_token_type: AccessTokenType::Jwt, ..Machine::default()
        }) => told => changed(&told, 3, "2026-11-23T12:01:21.853574Z")),
        ),
        (
            "lock-user",
            act!(m => m.lock_user(LIFE) => told => changed(&told, 3, "2026-11-23T13:38:58.287853Z")),
        ),
        ("lock-user-again", act!(m => m.lock_user(LIFE))),
        ("unlock-user", act!(m => m.unlock_user(LIFE))),
        ("unlock-user-again", act!(m => m.unlock_user(LIFE))),
        ("deactivate-user", act!(m => m.deactivate_user(PROV))),
        ("deactivate-user-2", act!(m => m.deactivate_user(LIFE))),
        ("deactivate-user-again", act!(m => m.deactivate_user(LIFE))),
        ("reactivate-user", act!(m => m.reactivate_user(LIFE))),
        ("reactivate-user-again", act!(m => m.reactivate_user(LIFE))),
        ("delete-user", act!(m => m.delete_user(PROV))),
        ("delete-user-key", act!(m => m.delete_user_key(LIFE, "400883419640237094"))),
        ("delete-user-key-again", act!(m => m.delete_user_key(LIFE, "400883419640237094"))),
        ("delete-pat", act!(m => m.delete_token(LIFE, "400883419942226982"))),
        (
            "set-metadata",
            act!(m => m.set_metadata(LIFE, "team", "blue") => told => {
                made(&told, 12, "2026-11-23T13:38:58.992485Z");
            }),
        ),
        ("update-grant", act!(m => m.change_roles(PROV, PROV_GRANT, &["read:messages"]))),
        ("update-grant-ok", act!(m => m.change_roles(LIFE, GRANT, &["read:messages", ROLE]))),
        ("deactivate-grant", act!(m => m.deactivate_authorization(LIFE, GRANT))),
        ("deactivate-grant-again", act!(m => m.deactivate_authorization(LIFE, GRANT))),
        ("reactivate-grant", act!(m => m.reactivate_authorization(LIFE, GRANT))),
        ("delete-grant", act!(m => m.delete_authorization(PROV, PROV_GRANT))),
        ("delete-grant-again", act!(m => m.delete_authorization(PROV, PROV_GRANT))),
        ("update-role", act!(m => m.rename_role(BOARD, ROLE, "Write"))),
        ("delete-role", act!(m => m.delete_role(BOARD, ROLE))),
        ("delete-role-again", act!(m => m.delete_role(BOARD, ROLE))),
        ("deactivate-app", act!(m => m.deactivate_app(BOARD, APP))),
        ("reactivate-app", act!(m => m.reactivate_app(BOARD, APP))),
        ("delete-app-key", act!(m => m.delete_app_key(BOARD, APP, "400883419455687718"))),
        ("delete-app", act!(m => m.delete_app(BOARD, APP))),
        ("deactivate-project", act!(m => m.deactivate_project(BOARD))),
        ("reactivate-project", act!(m => m.reactivate_project(BOARD))),
        ("delete-project", act!(m => m.delete_project(MADE))),
    ]
}
