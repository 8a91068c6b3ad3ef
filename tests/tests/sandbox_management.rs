//! From nothing to a role check by HTTP alone, as a script against ZITADEL would do it: everything is
//! provisioned with the personal access token that the sandbox writes, then the two key files that its
//! answers hold obtain a token and introspect it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

use std::fs;

use base64::{Engine, engine::general_purpose::STANDARD};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use rolecall_tests::issuer::Issuer;
use sandbox::TokenType;
use serde_json::{Value, json};

const ROLES: &str = "urn:zitadel:iam:org:project:roles";

struct Script {
    issuer: Issuer,
    http: reqwest::Client,
    token: String,
}

impl Script {
    async fn new() -> Self {
        let _ = jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER.install_default();
        let issuer = Issuer::demo(TokenType::Opaque).await;
        let token = fs::read_to_string(issuer.folder.path().join("admin.pat")).unwrap();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { issuer, http, token: token.trim_end().into() }
    }

    async fn manage(&self, method: &str, path: &str, body: Value) -> Value {
        let url = format!("{}/management/v1/{path}", self.issuer.address);
        let request = self.http.request(method.parse().unwrap(), url).bearer_auth(&self.token);
        let request = if body.is_null() { request } else { request.json(&body) };
        let answer = request.send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert_eq!(status, 200, "{method} {path}: {text}");
        serde_json::from_str(&text).unwrap()
    }

    /// An id that an answer holds.
    async fn make(&self, path: &str, body: Value, id: &str) -> String {
        self.manage("POST", path, body).await[id].as_str().unwrap().into()
    }

    /// The key file that an answer holds.
    async fn download(&self, path: &str) -> Value {
        let made = self.manage("POST", path, json!({ "type": "KEY_TYPE_JSON" })).await;
        let file = STANDARD.decode(made["keyDetails"].as_str().unwrap()).unwrap();
        serde_json::from_slice(&file).unwrap()
    }

    /// Signed by the owner of a key file, for this issuer.
    fn assertion(&self, file: &Value) -> String {
        let subject = file.get("userId").or(file.get("clientId")).unwrap();
        let now = jiff::Timestamp::now().as_second();
        let claims = json!({
            "iss": subject, "sub": subject, "aud": self.issuer.address, "iat": now, "exp": now + 60,
        });
        let header = Header {
            kid: file["keyId"].as_str().map(str::to_owned),
            ..Header::new(Algorithm::RS256)
        };
        let key = EncodingKey::from_rsa_pem(file["key"].as_str().unwrap().as_bytes()).unwrap();
        jsonwebtoken::encode(&header, &claims, &key).unwrap()
    }

    async fn post(&self, path: &str, form: &[(&str, &str)]) -> (u16, Value) {
        let url = format!("{}/oauth/v2/{path}", self.issuer.address);
        let answer = self.http.post(url).form(form).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    async fn ask_for_token(&self, user: &Value, project: &str) -> (u16, Value) {
        let scope = format!("openid profile urn:zitadel:iam:org:project:id:{project}:aud");
        let form = [
            ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
            ("assertion", &self.assertion(user)),
            ("scope", &scope),
        ];
        self.post("token", &form).await
    }

    async fn introspect(&self, api: &Value, token: &str) -> (u16, Value) {
        let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        let form = [
            ("client_assertion_type", kind),
            ("client_assertion", &self.assertion(api)),
            ("token", token),
        ];
        self.post("introspect", &form).await
    }
}

#[tokio::test]
async fn everything_is_provisioned_from_nothing_and_works_at_once() {
    let script = Script::new().await;
    let project = script.make("projects", json!({ "name": "From nothing" }), "id").await;
    let role = json!({ "roleKey": "read:messages", "displayName": "Read messages" });
    script.manage("POST", &format!("projects/{project}/roles"), role).await;
    let api = json!({ "name": "api", "authMethodType": "API_AUTH_METHOD_TYPE_PRIVATE_KEY_JWT" });
    let apps = format!("projects/{project}/apps");
    let app = script.make(&format!("{apps}/api"), api, "appId").await;
    let api = script.download(&format!("{apps}/{app}/keys")).await;
    let user = json!({ "userName": "new-bot", "name": "New bot" });
    let user_id = script.make("users/machine", user, "userId").await;
    let user = script.download(&format!("users/{user_id}/keys")).await;
    assert_eq!((&api["type"], &user["type"]), (&json!("application"), &json!("serviceaccount")));

    let (status, answer) = script.ask_for_token(&user, &project).await;
    assert_eq!(status, 200, "{answer}");
    let token = answer["access_token"].as_str().unwrap();
    let (_, before) = script.introspect(&api, token).await;
    assert_eq!((&before["active"], &before["username"]), (&json!(true), &json!("new-bot")));
    assert_eq!(before.get(ROLES), None, "nobody gave it a role yet");

    let grant = json!({ "projectId": project, "roleKeys": ["read:messages"] });
    let grants = format!("users/{user_id}/grants");
    let grant = script.make(&grants, grant, "userGrantId").await;
    let (_, after) = script.introspect(&api, token).await;
    let organization = script.manage("GET", "orgs/me", Value::Null).await["org"].clone();
    let id = organization["id"].as_str().unwrap();
    assert_eq!(after[ROLES]["read:messages"][id], organization["primaryDomain"]);

    script.manage("DELETE", &format!("{grants}/{grant}"), Value::Null).await;
    assert_eq!(script.introspect(&api, token).await.1.get(ROLES), None, "and took it back");
    script.manage("POST", &format!("users/{user_id}/_lock"), json!({})).await;
    assert_eq!(script.introspect(&api, token).await.1, json!({ "active": false }));
    assert_eq!(script.ask_for_token(&user, &project).await.0, 400, "a locked user gets none");
    script.manage("DELETE", &format!("projects/{project}"), Value::Null).await;
    let (status, refused) = script.introspect(&api, token).await;
    assert_eq!((status, &refused["error"]), (400, &json!("unauthorized_client")));
}

/// A key takes a good part of a second to make; meanwhile others are answered.
#[tokio::test]
async fn keys_made_side_by_side_are_all_good() {
    let script = Script::new().await;
    let project = script.issuer.sandbox.snapshot().project_id;
    let user = script.issuer.user_id("visitor-bot");
    let path = format!("users/{user}/keys");
    let (one, other, third) =
        tokio::join!(script.download(&path), script.download(&path), script.download(&path));
    for file in [&one, &other, &third] {
        assert_eq!(script.ask_for_token(file, &project).await.0, 200);
    }
    let listed = script.manage("POST", &format!("{path}/_search"), json!({})).await;
    assert_eq!(listed["details"]["totalResult"], "4", "with the one it had");
}
