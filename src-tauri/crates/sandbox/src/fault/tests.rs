//! Faults as they are written, and as they show on the wire.

use super::*;
use crate::{
    Clock, Dialect, Options, RoleClaims, TokenType,
    testing::{Answer, CLIENT_ASSERTION, Scene, claims},
};
use axum::{
    body::Body,
    http::{Request, header},
};
use serde_json::{Value, json};

const READER: &str = "reader-bot";
const ROLES: &str = "urn:zitadel:iam:org:project:roles";
const UNION: &str = "urn:zitadel:iam:org:projects:roles";
const DIALECTS: [Dialect; 4] =
    [Dialect::V43, Dialect::InvalidClient, Dialect::InvalidGrant, Dialect::Described];

fn faults(texts: &[&str]) -> Vec<Fault> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

#[test]
fn every_fault_is_read_back_from_its_text() {
    for name in FaultName::ALL {
        assert_eq!(name.to_string().parse(), Ok(name));
        let place = name.has_place().then_some(Place::Introspection);
        let fault = Fault::new(name, place, name.unit().map(|_| 1500)).unwrap();
        assert_eq!(fault.to_string().parse(), Ok(fault), "{fault}");
    }
    for text in ["wrong_project", "slow@token=1500", "http_429@userinfo", "clock_ahead=7"] {
        assert_eq!(text.parse::<Fault>().unwrap().to_string(), text);
    }
}

#[test]
fn what_is_no_fault_is_refused_with_what_would_be_one() {
    let places = "discovery, token, introspection, userinfo";
    let all = "discovery|token|introspection|userinfo";
    for (text, expected) in [
        ("cut@keys", format!("`keys` is none of: {places}")),
        ("cut", format!("it is written as cut@{all}")),
        ("cut@token=1", format!("it is written as cut@{all}")),
        ("slow@token", format!("it is written as slow@{all}=MS")),
        ("slow=500@token", format!("it is written as slow@{all}=MS")),
        ("slow@token=-1", format!("it is written as slow@{all}=MS")),
        ("clock_ahead", "it is written as clock_ahead=S".into()),
        ("clock_ahead@token=5", "it is written as clock_ahead=S".into()),
        ("clock_ahead=99999999999", "it is written as clock_ahead=S".into()),
        ("lag=", "it is written as lag=MS".into()),
        ("user_locked@token", "it is written as user_locked".into()),
    ] {
        assert_eq!(text.parse::<Fault>().unwrap_err().to_string(), expected, "{text}");
    }
    for text in ["", "role_stolen", "WRONG_PROJECT", "slow @token=1"] {
        let error = text.parse::<Fault>().unwrap_err().to_string();
        assert!(error.contains("is none of: wrong_project, role_taken,"), "{error}");
        assert!(error.ends_with("tls_name, tls_expired"), "{error}");
    }
}

impl Scene {
    fn faulty(texts: &[&str]) -> Self {
        let scene = Self::new();
        scene.set(texts);
        scene
    }

    fn set(&self, texts: &[&str]) {
        self.sandbox.set_faults(faults(texts)).unwrap();
    }

    async fn discovery(&self, host: &str) -> Answer {
        let request = Request::get("/.well-known/openid-configuration").header(header::HOST, host);
        self.send(request.body(Body::empty()).unwrap()).await
    }

    async fn ask_introspection(&self, token: &str) -> Answer {
        let assertion = self.api_assertion();
        let form = [
            ("client_assertion_type", CLIENT_ASSERTION),
            ("client_assertion", &*assertion),
            ("token", token),
        ];
        self.post("/oauth/v2/introspect", &form).await
    }

    async fn at(&self, place: Place) -> Answer {
        match place {
            Place::Discovery => self.discovery("localhost:8080").await,
            Place::Token => self.ask(READER, "openid").await,
            Place::Introspection => self.ask_introspection("x").await,
            Place::Userinfo => self.userinfo("Bearer x").await,
        }
    }

    /// What shows of the world: whether the first user gets a token, whether it is active, whether it
    /// carries roles.
    async fn course(&self, scope: &str) -> &'static str {
        let answer = self.ask(READER, scope).await;
        if answer.status != 200 {
            let inactive = answer.text.contains("Errors.User.NotActive");
            return if inactive { "user inactive" } else { "assertion refused" };
        }
        let token = answer.json()["access_token"].as_str().unwrap().to_owned();
        let answer = self.ask_introspection(&token).await;
        if answer.status != 200 {
            return "API refused";
        }
        let body = answer.json();
        match (&body["active"], body.get(ROLES)) {
            (Value::Bool(true), Some(_)) => "in",
            (Value::Bool(true), None) => "no role",
            _ => "inactive",
        }
    }
}

#[tokio::test]
async fn each_fault_of_the_world_shows_in_each_dialect_and_is_taken_back() {
    for dialect in DIALECTS {
        let scene = Scene::with(TokenType::Opaque, Options { dialect, ..Options::default() });
        let (scope, before) = (scene.scope(), scene.sandbox.snapshot());
        for (fault, course) in [
            ("wrong_project", "inactive"),
            ("role_taken", "no role"),
            ("role_inactive", "no role"),
            ("key_deleted", "assertion refused"),
            ("key_expired", "assertion refused"),
            ("user_locked", "user inactive"),
            ("user_inactive", "user inactive"),
            ("api_inactive", "API refused"),
            ("project_inactive", "API refused"),
        ] {
            scene.set(&[fault]);
            assert_eq!(scene.course(&scope).await, course, "{fault} in {dialect}");
            assert_eq!(scene.sandbox.faults(), faults(&[fault]));
            assert_eq!(scene.sandbox.whole_snapshot(), before, "{fault}: the files tell nothing");
            scene.set(&[]);
            assert_eq!(scene.course(&scope).await, "in", "{fault} was taken back in {dialect}");
            assert_eq!(scene.sandbox.snapshot(), before, "{fault} left nothing behind");
        }
    }
}

#[tokio::test]
async fn a_refused_assertion_is_said_in_each_dialect_alike_for_a_deleted_and_an_expired_key() {
    let unknown = "invalid signature (error fetching keys: key not found)";
    for (dialect, expected) in [
        (Dialect::V43, (500, "server_error", Some("Errors.Internal"))),
        (Dialect::InvalidClient, (400, "invalid_client", None)),
        (Dialect::InvalidGrant, (400, "invalid_grant", None)),
        (Dialect::Described, (400, "invalid_grant", Some(unknown))),
    ] {
        let scene = Scene::with(TokenType::Opaque, Options { dialect, ..Options::default() });
        for fault in ["key_deleted", "key_expired"] {
            scene.set(&[fault]);
            let (status, error, why) = scene.ask(READER, "openid").await.error();
            assert_eq!((status, &*error, why.as_deref()), expected, "{fault} in {dialect}");
            assert_eq!(scene.ask("writer-bot", "openid").await.status, 200, "only the first user");
        }
    }
}

#[tokio::test]
async fn faults_of_the_world_can_be_together_and_go_in_any_order() {
    let scene = Scene::new();
    let before = scene.sandbox.snapshot();
    let all = ["user_locked", "user_inactive", "role_inactive", "role_taken", "wrong_project"];
    for first in 0..all.len() {
        scene.set(&all);
        let mut rest = all.to_vec();
        rest.remove(first);
        scene.set(&rest);
        scene.set(&rest[1..]);
        scene.set(&[]);
        assert_eq!(scene.sandbox.snapshot(), before, "{} went first", all[first]);
    }
}

#[tokio::test]
async fn tokens_that_died_with_their_user_stay_dead() {
    let scene = Scene::new();
    let old = scene.token(READER, &scene.scope()).await;
    scene.set(&["user_locked"]);
    scene.set(&[]);
    assert_eq!(scene.introspect(&old).await, json!({ "active": false }));
    assert_eq!(scene.course(&scene.scope()).await, "in");
}

#[tokio::test]
async fn what_was_mended_by_hand_stays_mended() {
    let scene = Scene::faulty(&["role_taken"]);
    let user = scene.user(READER).user_id;
    scene.sandbox.give_role(&user, "read:messages").unwrap();
    scene.set(&["role_taken", "http_500@userinfo"]);
    assert_eq!(scene.course(&scene.scope()).await, "in", "a fault of the wire touches no role");
    scene.set(&[]);
    assert_eq!(scene.user(READER).roles, ["read:messages"], "once");

    scene.set(&["user_locked"]);
    scene.sandbox.set_user_state(&user, crate::UserState::Deactivated).unwrap();
    scene.set(&[]);
    assert_eq!(scene.course(&scene.scope()).await, "user inactive", "that was somebody's wish");
}

#[tokio::test]
async fn of_a_wrong_project_a_token_for_the_api_itself_names_the_right_one() {
    let scene = Scene::new();
    let (first, client) = (scene.project(), scene.client_id());
    scene.set(&["wrong_project"]);
    let second = scene.project();
    assert_ne!(first, second);
    let scope = |id: &str| format!("openid urn:zitadel:iam:org:project:id:{id}:aud");
    let token = scene.token(READER, &scope(&client)).await;
    let claim = format!("urn:zitadel:iam:org:project:{second}:roles");
    assert!(scene.introspect(&token).await[claim].is_object());
    assert_eq!(scene.course(&scope(&second)).await, "in");
    assert_eq!(scene.course(&scope(&first)).await, "inactive");
}

#[test]
fn a_fault_that_has_nobody_to_befall_changes_nothing() {
    let scene = Scene::faulty(&["lag=1"]);
    for user in scene.sandbox.snapshot().users {
        scene.sandbox.set_user_state(&user.user_id, crate::UserState::Removed).unwrap();
    }
    let error = scene.sandbox.set_faults(faults(&["api_inactive", "user_locked"])).unwrap_err();
    assert_eq!(error.to_string(), "there is nobody here whom user_locked could befall");
    assert_eq!(scene.sandbox.faults(), faults(&["lag=1"]));
}

#[tokio::test]
async fn a_moved_clock_shows_in_dates_tokens_and_checks() {
    let scene = Scene::faulty(&["clock_ahead=120"]);
    let now = scene.clock.now().as_second();
    let answer = scene.at(Place::Discovery).await;
    assert_eq!(answer.headers["date"], "Mon, 23 Nov 2026 12:00:33 GMT");
    let token = scene.token(READER, &scene.scope()).await;
    assert_eq!(scene.introspect(&token).await["iat"], now + 120);
    scene.set(&["clock_ahead=301"]);
    assert_eq!(scene.course("openid").await, "assertion refused", "expired on arrival");

    scene.set(&["clock_behind=2"]);
    assert_eq!(scene.course("openid").await, "assertion refused", "issued in the future");
    assert_eq!(scene.ask_introspection("x").await.status, 400, "the API's likewise");
    assert_eq!(scene.at(Place::Discovery).await.headers["date"], "Mon, 23 Nov 2026 11:58:31 GMT");
    scene.set(&["clock_behind=1"]);
    assert_eq!(scene.course(&scene.scope()).await, "in", "a second is allowed for");
    scene.set(&[]);
    assert_eq!(scene.course(&scene.scope()).await, "in");
}

#[tokio::test]
async fn under_another_name_everything_is_that_names() {
    let scene = Scene::faulty(&["issuer_name"]);
    let other = "http://127.0.0.1:8080";
    for host in ["localhost:8080", "127.0.0.1:8080"] {
        let document = scene.discovery(host).await.json();
        assert_eq!(document["issuer"], other);
        assert_eq!(document["token_endpoint"], format!("{other}/oauth/v2/token"));
    }
    assert_eq!(scene.sandbox.snapshot().issuer, "http://localhost:8080", "where it is asked");
    // The scene signs for the name that the server has now.
    let token = scene.token(READER, &scene.scope()).await;
    assert_eq!(scene.introspect(&token).await["iss"], other);
    assert_eq!(scene.discovery("evil.example").await.status, 404);
    scene.set(&[]);
    let document = scene.discovery("localhost:8080").await.json();
    assert_eq!(document["issuer"], "http://localhost:8080");
    assert_eq!(scene.discovery("127.0.0.1:8080").await.status, 404);
}

#[tokio::test]
async fn an_unknown_host_is_404_everywhere() {
    let scene = Scene::faulty(&["unknown_host"]);
    for place in Place::ALL {
        let answer = scene.at(place).await;
        assert_eq!(answer.status, 404, "{place}");
        assert!(answer.text.starts_with(
            "unable to set instance using origin &{localhost:8080  http} \
             (ExternalDomain is zitadel.example): ID=QUERY-1kIjX"
        ));
    }
}

#[tokio::test]
async fn minimal_introspection_tells_of_the_token_alone() {
    let option = Options { minimal_introspection: true, ..Options::default() };
    for scene in [Scene::faulty(&["minimal_introspection"]), Scene::with(TokenType::Opaque, option)]
    {
        let token = scene.token(READER, &scene.scope()).await;
        let Value::Object(body) = scene.introspect(&token).await else { panic!("no object") };
        let mut fields: Vec<_> = body.keys().map(String::as_str).collect();
        fields.sort_unstable();
        assert_eq!(
            fields.join(" "),
            "active aud client_id exp iat iss jti nbf scope sub token_type"
        );
        assert_eq!(scene.introspect("x").await, json!({ "active": false }));
        let userinfo = scene.userinfo(&format!("Bearer {token}")).await.json();
        assert_eq!(userinfo["preferred_username"], READER, "userinfo is as ever");
    }
}

#[tokio::test]
async fn older_servers_lack_the_union_of_all_roles_and_nothing_else() {
    for dialect in DIALECTS {
        let of = |role_claims| {
            let options = Options { dialect, role_claims, ..Options::default() };
            Scene::with(TokenType::Jwt, options)
        };
        let (old, new) = (of(RoleClaims::WithoutUnion), of(RoleClaims::WithUnion));
        for (scene, has_union) in [(&old, false), (&new, true)] {
            let project = format!("urn:zitadel:iam:org:project:{}:roles", scene.project());
            let token = scene.token(READER, &format!("{} {UNION}", scene.scope())).await;
            let introspected = scene.introspect(&token).await;
            let userinfo = scene.userinfo(&format!("Bearer {token}")).await.json();
            assert!(introspected[ROLES].is_object());
            for claims in [introspected, userinfo, claims(&token)] {
                assert!(claims[&project].is_object(), "{claims}");
                assert_eq!(claims.get(UNION).is_some(), has_union, "{claims}");
            }
        }
    }
}

#[tokio::test]
async fn with_a_lag_a_change_shows_late() {
    let scene = Scene::faulty(&["lag=2000"]);
    let visitor = scene.user("visitor-bot").user_id;
    let token = scene.token("visitor-bot", &scene.scope()).await;
    let roles = async || {
        let introspected = scene.introspect(&token).await;
        assert_eq!(introspected["active"], true);
        introspected[ROLES].as_object().map_or(0, serde_json::Map::len)
    };
    scene.sandbox.give_role(&visitor, "read:messages").unwrap();
    scene.clock.move_on(1);
    scene.sandbox.give_role(&visitor, "write:messages").unwrap();
    assert_eq!(roles().await, 0);
    assert_eq!(scene.user("visitor-bot").roles.len(), 2, "who manages it sees it at once");
    scene.clock.move_on(1);
    assert_eq!(roles().await, 1, "the first change was made two seconds ago");
    scene.clock.move_on(1);
    assert_eq!(roles().await, 2);

    scene.sandbox.set_user_state(&visitor, crate::UserState::Locked).unwrap();
    assert_eq!(roles().await, 2, "a lock shows late, too");
    assert_eq!(
        scene.ask("visitor-bot", "openid").await.status,
        400,
        "where tokens are made, it counts"
    );
    scene.sandbox.set_user_state(&visitor, crate::UserState::Active).unwrap();
    let fresh = scene.token("visitor-bot", &scene.scope()).await;
    assert_eq!(scene.introspect(&fresh).await["active"], true, "the unlocked user's token is good");
    scene.clock.move_on(2);
    assert_eq!(scene.introspect(&token).await["active"], false);
    assert_eq!(scene.introspect(&fresh).await["active"], true);

    scene.sandbox.take_role(&visitor, "read:messages").unwrap();
    scene.set(&[]);
    assert_eq!(
        scene.introspect(&fresh).await[ROLES].as_object().unwrap().len(),
        1,
        "no lag, no past"
    );
}

#[tokio::test]
async fn an_answer_fails_where_it_should_and_nowhere_else() {
    for (name, status, kind, retry_after) in [
        ("empty", 200, None, None),
        ("html", 200, Some("text/html; charset=utf-8"), None),
        ("http_500", 500, Some("text/plain; charset=utf-8"), None),
        ("http_429", 429, Some("text/plain; charset=utf-8"), Some("1")),
    ] {
        for place in Place::ALL {
            let scene = Scene::faulty(&["clock_ahead=60", &format!("{name}@{place}")]);
            for other in Place::ALL {
                let answer = scene.at(other).await;
                let header = |name: &str| answer.headers.get(name).map(|v| v.to_str().unwrap());
                assert_eq!(header("date"), Some("Mon, 23 Nov 2026 11:59:33 GMT"), "{name}@{place}");
                if other == place {
                    assert_eq!(answer.status, status, "{name}@{place}");
                    assert_eq!(header("content-type"), kind, "{name}@{place}");
                    assert_eq!(header("retry-after"), retry_after, "{name}@{place}");
                    assert_eq!(answer.text.is_empty(), name == "empty", "{name}@{place}");
                } else {
                    assert_eq!(header("content-type"), Some("application/json"), "{name}@{place}");
                }
            }
        }
    }
}
