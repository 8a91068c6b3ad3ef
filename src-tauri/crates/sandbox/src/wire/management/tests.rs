//! Rules beyond the recordings: what is refused and how, what follows from a change, what a search
//! finds.

mod effects;
mod refusals;
mod searches;

use serde_json::Value;

use crate::testing::{Answer, Scene};

impl Answer {
    /// Status, gRPC code, message.
    fn status(&self) -> (u16, u64, String) {
        let body = self.json();
        let message = body["message"].as_str().unwrap().to_owned();
        (self.status.as_u16(), body["code"].as_u64().unwrap(), message)
    }
}

impl Scene {
    /// A call of the administrator's that may be refused: path below `management/v1`.
    async fn try_manage(&self, call: &str, body: Value) -> Answer {
        self.manage_for("", call, body).await
    }

    /// The same for an organisation.
    async fn manage_for(&self, organization: &str, call: &str, body: Value) -> Answer {
        let (method, path) = call.split_once(' ').unwrap();
        let headers = [("x-zitadel-orgid", organization)];
        let headers = if organization.is_empty() { &[][..] } else { &headers[..] };
        self.manage_with(&format!("{method} /management/v1/{path}"), &body, headers).await
    }
}

fn base64_of(text: &str) -> String {
    base64::Engine::encode(&base64::engine::general_purpose::STANDARD, text)
}
