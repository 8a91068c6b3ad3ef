//! The recordings of a real ZITADEL, sent again to the sandbox: what it answers must match in status,
//! headers, fields, their types and, where they are not made up on the spot, their values. Each
//! recording is a test of its own, by its name. Those of `manage/` are one story (`manage.rs`).

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

#[path = "sandbox_recordings/compare.rs"]
mod compare;
#[path = "sandbox_recordings/manage.rs"]
mod manage;
#[path = "sandbox_recordings/scene.rs"]
mod scene;

use std::{fs, sync::LazyLock};

use rolecall_tests::recordings;
use sandbox::{Dialect, Options, State, UserState};
use serde_json::{Value, json};

use scene::{Answer, Scene, parse, read};

/// Where the recorded instance was; the sandbox says it is there too.
const ISSUER: &str = "http://localhost:8080";
const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const MESSAGE_BOARD: &str = "400873177653185574";
const OTHER_PROJECT: &str = "400873177938398246";
const DJANGO_API: &str = "400873177821023270";
const OTHER_API: &str = "400873178005572646";
const OTHER_API_KEY: &str = "400873178039061542";
const DOOMED_KEY: &str = "400873179146423334";

macro_rules! recordings {
    ($($folder:literal: $($name:ident)*;)*) => {
        const FOLDERS: &[&str] = &[$($folder),*];
        const NAMES: &[&str] = &[$($(stringify!($name)),*),*];
        $($(
            #[tokio::test]
            async fn $name() {
                replay($folder, &stringify!($name).replace('_', "-")).await;
            }
        )*)*
    };
}

recordings! {
    "discovery": discovery discovery_unknown_host jwks;
    "token":
        token_err_alg_none token_err_app_key token_err_aud_https token_err_aud_token_endpoint
        token_err_aud_trailing_slash token_err_empty_assertion token_err_expired token_err_garbage
        token_err_iat_future token_err_iat_missing token_err_iat_old token_err_iss_not_sub
        token_err_key_expired token_err_key_removed token_err_no_grant_type token_err_no_kid
        token_err_no_scope token_err_unknown_kid token_err_unknown_user token_err_unsupported_grant
        token_err_user_deactivated token_err_user_locked token_err_user_removed token_err_wrong_key
        token_ok_after_unlock token_ok_aud_array token_ok_bare_role_scope
        token_ok_client_id_audience token_ok_exp_far token_ok_jwt token_ok_jwt_roles
        token_ok_key_about_to_expire token_ok_many_scopes token_ok_no_audience_scope
        token_ok_nonexistent_project token_ok_only_audience token_ok_opaque token_ok_other_project
        token_ok_project_deactivated token_ok_ps256 token_ok_role_scope_without_role
        token_ok_visitor token_ok_writer token_unknown_host;
    "introspect":
        introspect_err_app_deactivated introspect_err_app_key_expired
        introspect_err_app_key_removed introspect_err_aud_introspection_endpoint
        introspect_err_aud_slash introspect_err_basic_on_jwt_app
        introspect_err_basic_wrong_secret introspect_err_bearer_header introspect_err_expired
        introspect_err_garbled_assertion introspect_err_iat_future introspect_err_iat_old
        introspect_err_no_client introspect_err_no_kid introspect_err_no_token
        introspect_err_service_user_key introspect_err_unknown_client introspect_err_unknown_kid
        introspect_err_wrong_key introspect_get introspect_inactive_after_unlock
        introspect_inactive_asked_by_other_api introspect_inactive_garbage
        introspect_inactive_no_audience introspect_inactive_nonexistent_project
        introspect_inactive_other_project introspect_inactive_user_deactivated
        introspect_inactive_user_locked introspect_inactive_user_removed
        introspect_ok_after_key_expired introspect_ok_bare_role_scope introspect_ok_basic
        introspect_ok_client_id_audience introspect_ok_client_id_audience_no_role
        introspect_ok_granted_project introspect_ok_jwt_roles_scope introspect_ok_jwt_two_roles
        introspect_ok_metadata introspect_ok_no_role introspect_ok_only_audience
        introspect_ok_org_scopes introspect_ok_other_project_own_api introspect_ok_other_role
        introspect_ok_pat_without_role introspect_ok_ps256 introspect_ok_role
        introspect_ok_role_scope_without_role;
    "change":
        change_1_before_grant change_2_after_grant change_3_second_role change_5_grant_removed
        change_jwt_1_no_role change_jwt_2_introspect_after_grant change_jwt_3_new_token;
    "userinfo":
        userinfo_err_garbage userinfo_err_missing userinfo_jwt_roles userinfo_no_audience
        userinfo_ok;
    "other": revoke_err_api_app;
    "parent-error":
        parent_introspect_err_aud_slash parent_introspect_err_unknown_kid parent_token_err_app_key
        parent_token_err_aud_trailing_slash parent_token_err_expired parent_token_err_iat_future
        parent_token_err_iss_not_sub parent_token_err_unknown_kid parent_token_err_wrong_key;
    "manage":
        manage_add_key_to_basic_app manage_change_token_type manage_create_api_app
        manage_create_app_key manage_create_basic_app manage_create_grant manage_create_grant_again
        manage_create_grant_unknown_role manage_create_machine_user manage_create_machine_user_again
        manage_create_org manage_create_pat manage_create_pat_no_expiry manage_create_project
        manage_create_project_again manage_create_project_empty manage_create_project_grant
        manage_create_role manage_create_role_again manage_create_user_key
        manage_create_user_key_expiry manage_create_user_key_past manage_deactivate_app
        manage_deactivate_grant manage_deactivate_grant_again manage_deactivate_project
        manage_deactivate_user manage_deactivate_user_2 manage_deactivate_user_again
        manage_delete_app manage_delete_app_key manage_delete_grant manage_delete_grant_again
        manage_delete_pat manage_delete_project manage_delete_role manage_delete_role_again
        manage_delete_user manage_delete_user_key manage_delete_user_key_again manage_garbage_token
        manage_get_app manage_get_user manage_get_user_unknown manage_list_app_keys manage_list_apps
        manage_list_grants manage_list_machine_users manage_list_pats manage_list_projects
        manage_list_roles manage_list_user_keys manage_lock_user manage_lock_user_again
        manage_no_token manage_org_me manage_permissions manage_reactivate_app
        manage_reactivate_grant manage_reactivate_project manage_reactivate_user
        manage_reactivate_user_again manage_service_token_no_permission
        manage_service_token_wrong_aud manage_set_metadata manage_unlock_user
        manage_unlock_user_again manage_update_grant manage_update_grant_ok manage_update_role
        manage_user_me;
}

#[test]
fn no_recording_is_left_out_unsaid() {
    let mut there: Vec<String> = vec![];
    for folder in FOLDERS {
        for entry in fs::read_dir(recordings().join(folder)).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            there.push(name.trim_end_matches(".json").replace('-', "_"));
        }
    }
    there.sort();
    let mut listed = NAMES.to_vec();
    listed.sort_unstable();
    assert_eq!(there, listed);
}

/// What had happened on the instance, besides `setup.json`.
#[derive(Clone, Copy)]
enum Step {
    State(&'static str, UserState),
    Give(&'static str, &'static str),
    Authorization(&'static str, State),
    TakeAll(&'static str),
    /// A key of this user's that ends so many seconds from now.
    ExpiringUserKey(&'static str, i64),
    RemoveUserKey(&'static str, &'static str),
    ExpiringApiKey(&'static str, i64),
    RemoveApiKey(&'static str, &'static str),
    Api(&'static str, State),
    Project(&'static str, State),
    /// Seconds that pass.
    Wait(i64),
    Metadata(&'static str),
    PersonalAccessToken(&'static str),
    SecondOrganization,
}

/// What the recording's `before` says, as steps before its token was issued and after.
fn steps(name: &str) -> (&'static [Step], &'static [Step]) {
    use Step::{
        Api, Authorization, ExpiringApiKey, ExpiringUserKey, Give, Metadata, PersonalAccessToken,
        Project, RemoveApiKey, RemoveUserKey, SecondOrganization, State as User, TakeAll, Wait,
    };
    use UserState::{Active, Deactivated, Locked, Removed};
    const READ: &str = "read:messages";
    const WRITE: &str = "write:messages";
    match name {
        "token-err-key-expired" => (&[ExpiringUserKey("doomed", 6), Wait(8)], &[]),
        "token-err-key-removed" => (&[RemoveUserKey("doomed", DOOMED_KEY)], &[]),
        "token-err-user-deactivated" => (&[User("doomed", Deactivated)], &[]),
        "token-err-user-locked" => (&[User("doomed", Locked)], &[]),
        "token-err-user-removed" => (&[ExpiringUserKey("doomed", 6), User("doomed", Removed)], &[]),
        "token-ok-after-unlock" => (&[User("doomed", Locked), User("doomed", Active)], &[]),
        "token-ok-key-about-to-expire" => (&[ExpiringUserKey("doomed", 6)], &[]),
        "token-ok-project-deactivated" => (&[Project(OTHER_PROJECT, State::Inactive)], &[]),
        "introspect-err-app-deactivated" => (&[], &[Api(OTHER_API, State::Inactive)]),
        "introspect-err-app-key-expired" => (&[], &[ExpiringApiKey(OTHER_API, 5), Wait(7)]),
        "introspect-err-app-key-removed" => (
            &[Project(OTHER_PROJECT, State::Inactive)],
            &[Project(OTHER_PROJECT, State::Active), RemoveApiKey(OTHER_API, OTHER_API_KEY)],
        ),
        "introspect-inactive-after-unlock" => {
            (&[], &[User("doomed", Locked), User("doomed", Active)])
        }
        "introspect-inactive-user-deactivated" => {
            (&[User("doomed", Locked), User("doomed", Active)], &[User("doomed", Deactivated)])
        }
        "introspect-inactive-user-locked" => (&[], &[User("doomed", Locked)]),
        "introspect-inactive-user-removed" => (&[], &[User("doomed", Removed)]),
        "introspect-ok-after-key-expired" => (&[ExpiringUserKey("doomed", 6)], &[Wait(8)]),
        "introspect-ok-metadata" => (&[Metadata("flip")], &[]),
        "introspect-ok-pat-without-role" => (&[Metadata("flip"), PersonalAccessToken("flip")], &[]),
        "introspect-ok-granted-project" | "introspect-ok-org-scopes" => {
            (&[SecondOrganization], &[])
        }
        "change-2-after-grant" => (&[], &[Give("flip", READ)]),
        "change-3-second-role" => (&[], &[Give("flip", READ), Give("flip", WRITE)]),
        "change-5-grant-removed" => (
            &[],
            &[
                Give("flip", READ),
                Give("flip", WRITE),
                Authorization("flip", State::Inactive),
                Authorization("flip", State::Active),
                TakeAll("flip"),
            ],
        ),
        "change-jwt-2-introspect-after-grant" => (&[], &[Give("jwt-visitor", READ)]),
        "change-jwt-3-new-token" => (&[Give("jwt-visitor", READ)], &[]),
        _ => (&[], &[]),
    }
}

static AS_SET_UP: LazyLock<Scene> = LazyLock::new(|| Scene::start(Options::default(), None));
static WITH_PARENT_ERROR: LazyLock<Scene> =
    LazyLock::new(|| Scene::start(Options { parent_error: true, ..Options::default() }, None));

async fn replay(folder: &str, name: &str) {
    if folder == "manage" {
        return manage::verify(name);
    }
    let (before_token, before_request) = steps(name);
    if before_token.is_empty() && before_request.is_empty() {
        let scene = if folder == "parent-error" { &*WITH_PARENT_ERROR } else { &*AS_SET_UP };
        return scene.replay(folder, name, &[]).await;
    }
    let mut scene = Scene::start(Options::default(), None);
    for step in before_token {
        scene.take(*step);
    }
    for step in before_request {
        // They are taken once the token is there; keys must be known before.
        if let Step::ExpiringApiKey(..) = step {
            scene.take(*step);
        }
    }
    scene.replay(folder, name, before_request).await;
}

/// The vendor's newest library, whose refusals the dialect `described` gives. Its clock stood at this
/// time when it was recorded.
#[tokio::test]
async fn the_described_dialect_answers_as_the_newest_library_does() {
    let clock = "2026-11-23T13:00:15.6Z".parse().unwrap();
    let options = Options { dialect: Dialect::Described, ..Options::default() };
    let scene = Scene::start(options, Some(clock));
    let newer = read(&recordings().join("newer-library.json"));
    let answers = newer["answers"].as_array().unwrap();
    // An accepted token differs in what the example provider makes of it.
    let refused = answers.iter().filter(|answer| answer["what"] != "accepted");
    let mut count = 0;
    for recorded in refused {
        let what = recorded["what"].as_str().unwrap();
        let introspection = recorded["endpoint"] == "introspection";
        let assertion = scene.assertion(&described_assertion(what, introspection));
        let form: &[(&str, &str)] = if introspection {
            let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
            &[("client_assertion_type", kind), ("client_assertion", &assertion), ("token", "x")]
        } else {
            &[("grant_type", JWT_BEARER), ("assertion", &assertion), ("scope", "openid")]
        };
        let path = if introspection { "introspect" } else { "token" };
        let url = format!("http://{}/oauth/v2/{path}", scene.address);
        let request = scene.http.post(url).header("host", "localhost:8080").form(form);
        let answer = Answer::of(request.send().await.unwrap()).await;
        assert_eq!(recorded["status"], answer.status, "{what}: {}", answer.text);
        assert_eq!(recorded["content-type"], answer.header("content-type"), "{what}");
        let expected = recorded.to_string().replace("http://localhost:9998/", ISSUER);
        let expected = parse(&expected);
        if expected["body"].is_null() {
            assert_eq!(expected["text"], answer.text, "{what}");
        } else {
            assert_eq!(expected["body"], parse(&answer.text), "{what}");
        }
        count += 1;
    }
    assert_eq!(count, answers.len() - 1);
}

fn described_assertion(what: &str, introspection: bool) -> Value {
    let (key, subject, kid) = if introspection {
        ("application", DJANGO_API, "400873177837734950")
    } else {
        ("reader", "400873178240388134", "400873178273942566")
    };
    let mut header = json!({ "alg": "RS256", "kid": kid, "typ": "JWT" });
    let mut claims = json!({
        "iss": subject, "sub": subject, "aud": ISSUER, "iat": "now", "exp": "now+300s",
    });
    match what {
        "audience without the issuer's trailing slash"
        | "client assertion with a wrong audience" => {
            claims["aud"] = json!("http://localhost:8080/");
        }
        "exp 300 s ago" | "expired client assertion" => claims["exp"] = json!("now-300s"),
        "iat 10 s ahead" => claims["iat"] = json!("now+10s"),
        "iat 2 h ago" => claims["iat"] = json!("now-7200s"),
        "iss differs from sub" => claims["iss"] = json!("400873178391383078"),
        "unknown kid" => header["kid"] = json!("1"),
        "no kid" => drop(header.as_object_mut().unwrap().remove("kid")),
        "unknown user" => {
            claims["iss"] = json!("1");
            claims["sub"] = json!("1");
        }
        "RS384" => header["alg"] = json!("RS384"),
        "no iat" => claims["iat"] = json!("absent"),
        "no exp" => claims["exp"] = json!("absent"),
        "not a JWT" | "client assertion that is not a JWT" => {
            return json!({ "not_a_jwt": "not-a-jwt" });
        }
        // The assertion is good, what is asked about is not.
        "not a token" => {}
        other => panic!("a recording that nobody translated: {other}"),
    }
    json!({ "header": header, "claims": claims, "signed_with": key })
}
