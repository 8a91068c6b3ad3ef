//! An issuer that takes every assertion and keeps it, so that somebody else's code can say whether
//! it is a good one.

use std::{
    collections::HashMap,
    sync::{Arc, mpsc},
    thread,
};

use serde_json::{Value, json};
use tiny_http::{Header, Request, Response, Server};

/// The form of a token request.
pub type Form = HashMap<String, String>;

/// Serves discovery and the token endpoint; dropped, it stops.
pub struct KeepingIssuer {
    /// For example `http://localhost:41234`.
    pub url: String,
    server: Arc<Server>,
    forms: mpsc::Receiver<Form>,
}

impl KeepingIssuer {
    /// Starts it on a free port.
    pub fn start() -> Self {
        let server = Arc::new(Server::http("localhost:0").expect("a free port"));
        let port = server.server_addr().to_ip().expect("an address").port();
        let url = format!("http://localhost:{port}");
        let (sender, forms) = mpsc::channel();
        let (serving, issuer) = (server.clone(), url.clone());
        thread::spawn(move || {
            for mut request in serving.incoming_requests() {
                let answer = if request.url().starts_with("/.well-known/") {
                    discovery(&issuer)
                } else {
                    // Nobody may be left to look at it.
                    let _ = sender.send(form(&mut request));
                    json!({ "access_token": "t", "token_type": "Bearer", "expires_in": 60 })
                };
                respond(request, &answer);
            }
        });
        Self { url, server, forms }
    }

    /// The token request that came last, since it was asked for the one before.
    pub fn kept(&self) -> Form {
        self.forms.try_recv().expect("a token was asked for")
    }
}

impl Drop for KeepingIssuer {
    fn drop(&mut self) {
        self.server.unblock();
    }
}

fn discovery(issuer: &str) -> Value {
    json!({
        "issuer": issuer,
        "token_endpoint": format!("{issuer}/token"),
        "introspection_endpoint": format!("{issuer}/introspect"),
        "jwks_uri": format!("{issuer}/keys"),
    })
}

fn form(request: &mut Request) -> Form {
    let mut body = Vec::new();
    request.as_reader().read_to_end(&mut body).expect("a whole request");
    url::form_urlencoded::parse(&body).into_owned().collect()
}

fn respond(request: Request, answer: &Value) {
    let json = "Content-Type: application/json".parse::<Header>().expect("a header");
    // A client that has gone away is its own test's failure.
    let _ = request.respond(Response::from_string(answer.to_string()).with_header(json));
}
