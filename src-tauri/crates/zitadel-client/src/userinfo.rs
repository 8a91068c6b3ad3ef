//! Userinfo (OpenID Connect Core 1.0, section 5.3): what a token tells of its user. It asks for no
//! audience, so a token that is good here and inactive at introspection was made out to others.

use contract::{
    ExchangeId,
    exchange::{Party, Purpose},
};
use serde_json::{Map, Value as Json};

use crate::{
    discovery::Discovery,
    http::{Failure, Http, Outgoing, Value},
    oauth,
    secret::AccessToken,
};

/// Where ZITADEL has it, for documents that do not say.
const PATH: &str = "/oidc/v1/userinfo";

/// Userinfo's answer, of whatever status.
#[derive(Debug, Clone, PartialEq)]
pub struct Userinfo {
    /// 200 for a token that lives; 401 for one that does not.
    pub status: u16,
    /// The whole answer, as far as it is a JSON object.
    pub claims: Map<String, Json>,
    /// The exchange in the transcript.
    pub exchange: ExchangeId,
}

/// Asks what a token tells of its user. `user` names the row in the transcript.
///
/// # Errors
/// [`Failure`] where no whole answer came.
pub async fn userinfo(
    http: &Http,
    discovery: &Discovery,
    token: &AccessToken,
    user: Option<&str>,
    purpose: Purpose,
) -> Result<Userinfo, Failure> {
    let url = discovery
        .userinfo_endpoint
        .clone()
        .unwrap_or_else(|| format!("{}{PATH}", discovery.issuer.trim_end_matches('/')));
    let outgoing = Outgoing {
        purpose,
        from: Party::Caller,
        to: Party::Zitadel,
        user: user.map(str::to_owned),
        request_id: None,
        method: "GET".into(),
        url,
        headers: vec![
            ("accept".into(), "application/json".into()),
            ("authorization".into(), Value::bearer(token)),
        ],
        form: None,
        json: None,
        repeatable: true,
    };
    let answer = http.send(outgoing).await?;
    Ok(Userinfo {
        status: answer.status,
        claims: oauth::object(&answer).unwrap_or_default(),
        exchange: answer.exchange,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{self, Reply, Server};
    use serde_json::json;

    #[tokio::test]
    async fn a_living_token_tells_of_its_user_and_a_dead_one_of_nothing() {
        let alive = json!({ "sub": "400873178240388134", "name": "Reader Bot", "unknown": [1] });
        let dead = json!({ "error": "access_denied", "error_description": "access token invalid" });
        let server = Server::answering([Reply::json(200, &alive), Reply::json(401, &dead)]).await;
        let (http, transcript) = testing::http();
        let token = AccessToken::from("opaque-access-token".to_owned());
        let ask = || userinfo(&http, &server.discovery, &token, Some("reader"), Purpose::Probe);
        let told = ask().await.unwrap();
        assert_eq!((told.status, Json::Object(told.claims)), (200, alive));
        assert_eq!(ask().await.unwrap().status, 401);
        assert_eq!(server.requests()[0].headers["authorization"], "Bearer opaque-access-token");
        let record = transcript.get(told.exchange).unwrap();
        assert_eq!((record.user.as_deref(), record.purpose), (Some("reader"), Purpose::Probe));
        assert!(!format!("{record:?}").contains("opaque-access-token"));
    }
}
