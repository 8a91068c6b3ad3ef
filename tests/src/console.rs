//! What somebody does in ZITADEL's console, done by its management API with `admin.pat`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::Method;
use serde_json::{Value, json};

/// Somebody who may manage an issuer.
pub struct Console {
    issuer: String,
    token: String,
    http: reqwest::Client,
}

impl Console {
    /// In the name of whom `admin.pat` in this folder belongs to.
    ///
    /// # Panics
    /// Where there is none.
    pub fn new(issuer: &str, folder: &Path) -> Self {
        let token = fs::read_to_string(folder.join("admin.pat")).expect("admin.pat");
        Self {
            issuer: issuer.into(),
            token: token.trim_end().into(),
            http: reqwest::Client::builder().no_proxy().build().expect("a client"),
        }
    }

    /// The personal access token.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Makes something and answers this member of what came back.
    pub async fn post(&self, path: &str, body: Value, member: &str) -> String {
        let answer = self.ask(Method::POST, path, body).await;
        answer[member].as_str().unwrap_or_else(|| panic!("{path}: {answer}")).into()
    }

    /// Does something that answers nothing of interest.
    pub async fn act(&self, path: &str, body: Value) {
        self.ask(Method::POST, path, body).await;
    }

    /// Removes something.
    pub async fn delete(&self, path: &str) {
        self.ask(Method::DELETE, path, json!({})).await;
    }

    /// Makes a key below `owner`, keeps its file, and answers the key's id.
    pub async fn key(&self, owner: &str, file: PathBuf) -> String {
        let body = json!({ "type": "KEY_TYPE_JSON" });
        let answer = self.ask(Method::POST, &format!("{owner}/keys"), body).await;
        let text = |member: &str| {
            answer[member].as_str().unwrap_or_else(|| panic!("{owner}: {answer}")).to_owned()
        };
        fs::write(&file, STANDARD.decode(text("keyDetails")).expect("base64")).expect("a key file");
        if answer["keyId"].is_string() { text("keyId") } else { text("id") }
    }

    async fn ask(&self, method: Method, path: &str, body: Value) -> Value {
        let url = format!("{}/management/v1/{path}", self.issuer);
        let asked = self.http.request(method, url).bearer_auth(&self.token).json(&body);
        let answer = asked.send().await.expect("an answer");
        let status = answer.status();
        let answer = answer.text().await.expect("all of it");
        assert!(status.is_success(), "{path}: {status} {answer}");
        serde_json::from_str(&answer).expect("JSON")
    }
}
