//! Introspection (RFC 7662) as an API does it: with its own signed assertion in place of a password.
//!
//! Answers are never kept: a role that was just taken must count no longer.

use std::{sync::Arc, time::Duration};

use contract::{
    ExchangeId,
    exchange::{Party, Purpose, SecretKind, TransportError},
};
use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;
use serde_json::{Map, Value as Json};

use crate::{
    assertion, claim,
    discovery::Discovery,
    http::{Answer, Failure, Http, Outgoing, Value},
    key_file::ApplicationKey,
    oauth::{self, Said},
    secret::{AccessToken, ClientAssertion},
};

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// How long a signed assertion is used again. ZITADEL takes one for an hour and asks for no `jti`.
const REUSE: SignedDuration = SignedDuration::from_mins(5);

/// Asks the issuer about tokens in an API's name. Clones are the same asker.
#[derive(Clone)]
pub struct Introspector(Arc<Inner>);

struct Inner {
    http: Http,
    discovery: Discovery,
    key: ApplicationKey,
    /// The lock is held while signing, so that many askers at once wait for one signature.
    signed: Mutex<Option<Signed>>,
}

struct Signed {
    at: Timestamp,
    assertion: ClientAssertion,
}

/// What an introspection belongs to.
#[derive(Debug, Clone)]
pub struct About {
    /// The request that the API was asked to let in.
    pub request_id: Option<String>,
    /// The row.
    pub user: Option<String>,
    /// Why it is asked.
    pub purpose: Purpose,
}

/// What the issuer says of a token.
#[derive(Debug, Clone, PartialEq)]
pub struct Introspection {
    /// The token is good, and made out to this API.
    pub active: bool,
    /// The whole answer.
    pub claims: Map<String, Json>,
    /// The exchange in the transcript.
    pub exchange: ExchangeId,
}

/// Roles on one project.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProjectRoles {
    /// The claim that was read, where there is one. Without a role ZITADEL sends none.
    pub claim: Option<String>,
    /// Role keys, in the answer's order, each once.
    pub roles: Vec<String>,
}

/// Why the issuer says nothing of a token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IntrospectionError {
    /// The issuer does not serve this API.
    #[error("The issuer refused the API with status {status}.")]
    Refused {
        /// HTTP status.
        status: u16,
        /// The OAuth error word.
        error: Option<String>,
        /// The OAuth error description, or the text that came in its place.
        description: Option<String>,
        /// The exchange in the transcript.
        exchange: ExchangeId,
    },
    /// The issuer could not be asked, or is in trouble.
    #[error("The issuer could not be asked.")]
    Unavailable {
        /// HTTP status, where an answer came.
        status: Option<u16>,
        /// Why none came.
        failure: Option<TransportError>,
        /// When it wants to be asked again.
        retry_after: Option<Duration>,
        /// The exchange in the transcript.
        exchange: ExchangeId,
    },
    /// The issuer's answer is none.
    #[error("The issuer's answer cannot be read: {reason}.")]
    Unreadable {
        /// The exchange in the transcript.
        exchange: ExchangeId,
        /// What came instead, without a full stop.
        reason: String,
    },
}

impl Introspector {
    /// Nothing is signed or sent before the first question.
    pub fn new(http: Http, discovery: Discovery, key: ApplicationKey) -> Self {
        Self(Arc::new(Inner { http, discovery, key, signed: Mutex::default() }))
    }

    /// Asks about a token, live.
    ///
    /// # Errors
    /// [`IntrospectionError`]; none of them is a yes.
    pub async fn introspect(
        &self,
        token: &AccessToken,
        about: About,
    ) -> Result<Introspection, IntrospectionError> {
        let inner = &*self.0;
        let outgoing = Outgoing {
            purpose: about.purpose,
            from: Party::Api,
            to: Party::Zitadel,
            user: about.user,
            request_id: about.request_id,
            method: "POST".into(),
            url: inner.discovery.introspection_endpoint.clone(),
            headers: vec![("accept".into(), "application/json".into())],
            form: Some(vec![
                ("client_assertion_type".into(), ASSERTION_TYPE.into()),
                ("client_assertion".into(), secret(SecretKind::ClientAssertion, &self.assertion())),
                (
                    "token".into(),
                    Value::Secret {
                        kind: SecretKind::AccessToken,
                        secret: token.to_secret(),
                        prefix: "",
                    },
                ),
            ]),
            json: None,
            repeatable: true,
        };
        let answer = inner.http.send(outgoing).await.map_err(unreached)?;
        let outcome = read(&answer);
        if matches!(outcome, Err(IntrospectionError::Refused { .. })) {
            // Perhaps a clock was set right meanwhile: the next question is signed anew.
            *inner.signed.lock() = None;
        }
        outcome
    }

    fn assertion(&self) -> ClientAssertion {
        let inner = &*self.0;
        let mut signed = inner.signed.lock();
        let now = inner.http.signing_time();
        match &*signed {
            // A clock that was set back makes an assertion of the future, which is refused.
            Some(Signed { at, assertion }) if *at <= now && now.duration_since(*at) < REUSE => {
                assertion.clone()
            }
            _ => {
                let key = &inner.key;
                let issuer = &inner.discovery.issuer;
                let lifetime = assertion::LIFETIME;
                let assertion =
                    assertion::sign(&key.key, &key.key_id, &key.client_id, issuer, now, lifetime);
                *signed = Some(Signed { at: now, assertion: assertion.clone() });
                assertion
            }
        }
    }
}

impl std::fmt::Debug for Introspector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Introspector")
            .field("issuer", &self.0.discovery.issuer)
            .field("client_id", &self.0.key.client_id)
            .finish_non_exhaustive()
    }
}

fn secret(kind: SecretKind, assertion: &ClientAssertion) -> Value {
    Value::Secret { kind, secret: assertion.to_secret(), prefix: "" }
}

fn unreached(failure: Failure) -> IntrospectionError {
    IntrospectionError::Unavailable {
        status: None,
        failure: Some(failure.error),
        retry_after: None,
        exchange: failure.exchange,
    }
}

fn read(answer: &Answer) -> Result<Introspection, IntrospectionError> {
    let (status, exchange) = (answer.status, answer.exchange);
    let unreadable = |reason| Err(IntrospectionError::Unreadable { exchange, reason });
    match status {
        200 => match oauth::object(answer) {
            Ok(claims) => match claims.get("active").and_then(Json::as_bool) {
                Some(active) => Ok(Introspection { active, claims, exchange }),
                None => unreadable("it does not say whether the token is active".into()),
            },
            Err(reason) => unreadable(reason),
        },
        429 | 500.. => Err(IntrospectionError::Unavailable {
            status: Some(status),
            failure: None,
            retry_after: answer.retry_after(),
            exchange,
        }),
        // 400 `unauthorized_client` (recordings `introspect-err-*`); 401 in text from newer
        // servers; 404 from a ZITADEL without an instance of this name.
        400..500 => {
            let Said { error, description } = Said::in_answer(answer);
            Err(IntrospectionError::Refused { status, error, description, exchange })
        }
        _ => unreadable(format!("its status is {status}")),
    }
}

impl IntrospectionError {
    /// The exchange in the transcript.
    pub fn exchange(&self) -> ExchangeId {
        match self {
            Self::Refused { exchange, .. }
            | Self::Unavailable { exchange, .. }
            | Self::Unreadable { exchange, .. } => *exchange,
        }
    }

    /// When the issuer wants to be asked again, where it said so.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Unavailable { retry_after, .. } => *retry_after,
            Self::Refused { .. } | Self::Unreadable { .. } => None,
        }
    }
}

impl Introspection {
    /// The roles on a project, from its own claim. Without an id, and from servers that name no
    /// project in any claim, those of the short claim, in which introspection puts the asking API's
    /// project. Nothing is read from an inactive token.
    pub fn project_roles(&self, project_id: Option<&str>) -> ProjectRoles {
        if !self.active {
            return ProjectRoles::default();
        }
        let names_projects = self.claims.keys().any(|claim| project_named_by(claim).is_some());
        let claim = role_claim(project_id.filter(|_| names_projects));
        match self.claims.get(&claim) {
            Some(value) => ProjectRoles { roles: roles(value), claim: Some(claim) },
            None => ProjectRoles::default(),
        }
    }

    /// The project's id, where a role claim names one.
    pub fn learned_project_id(&self) -> Option<String> {
        project_id_in(&self.claims)
    }

    /// The token's scopes; `None` where the answer does not tell.
    pub fn scopes(&self) -> Option<Vec<String>> {
        self.claims.get("scope").map(claim::words)
    }

    /// Whom the token is made out to.
    pub fn audience(&self) -> Vec<String> {
        self.claims.get("aud").map(claim::strings).unwrap_or_default()
    }

    /// When the token ends.
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.claims.get("exp").and_then(claim::time)
    }

    /// `username`, which comes only with the scope `profile`; else `client_id`, which is a service
    /// user's name too.
    pub fn user_name(&self) -> Option<&str> {
        let text = |claim| self.claims.get(claim).and_then(Json::as_str).filter(|t| !t.is_empty());
        text("username").or_else(|| text("client_id"))
    }
}

/// The name of the claim with the roles on a project; without an id the short one.
fn role_claim(project_id: Option<&str>) -> String {
    match project_id {
        Some(id) => format!("{PROJECT}{id}{ROLES}"),
        None => SHORT.to_owned(),
    }
}

/// Role keys on a project among any claims, a JWT's own for example.
pub fn roles_in(claims: &Map<String, Json>, project_id: Option<&str>) -> Vec<String> {
    claims.get(&role_claim(project_id)).map(roles).unwrap_or_default()
}

const PROJECT: &str = "urn:zitadel:iam:org:project:";
const ROLES: &str = ":roles";
const SHORT: &str = "urn:zitadel:iam:org:project:roles";

/// The project's id in the name of a role claim (recording `introspect-ok-client-id-audience`);
/// `None` where none or several are named.
pub fn project_id_in(claims: &Map<String, Json>) -> Option<String> {
    let mut ids = claims.keys().filter_map(|claim| project_named_by(claim));
    let id = ids.next()?;
    ids.all(|other| other == id).then(|| id.to_owned())
}

fn project_named_by(claim: &str) -> Option<&str> {
    let id = claim.strip_prefix(PROJECT)?.strip_suffix(ROLES)?;
    (!id.is_empty() && !id.contains(':')).then_some(id)
}

/// Role keys of a role claim: an object of objects, or, as older documents show, a list of them. A
/// key without the organisation that grants it is no role.
fn roles(claim: &Json) -> Vec<String> {
    let mut roles: Vec<String> = Vec::new();
    let objects = match claim {
        Json::Array(objects) => objects.as_slice(),
        one => std::slice::from_ref(one),
    };
    for (role, grants) in objects.iter().filter_map(Json::as_object).flatten() {
        if grants.is_object() && !roles.contains(role) {
            roles.push(role.clone());
        }
    }
    roles
}

#[cfg(test)]
mod tests;
