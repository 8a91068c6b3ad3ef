//! Answers of the gRPC gateway: JSON without a line feed, zero values left out, and the gRPC status of
//! what went wrong.

use axum::{
    body::Body,
    http::{
        HeaderValue, StatusCode,
        header::{CONTENT_TYPE, WWW_AUTHENTICATE},
    },
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use crate::change::{Kind, Refusal};

/// A good answer. Its zero values are not sent, as protojson does not. It may hold a secret.
pub(super) struct Reply(pub(super) Value);

/// What a handler answers.
pub(super) type Answer = Result<Reply, Status>;

/// A gRPC status with the HTTP status that the gateway makes of it.
#[derive(Debug)]
pub(super) struct Status {
    code: u8,
    http: StatusCode,
    message: String,
    /// The place in ZITADEL's source, and its words.
    detail: Option<(&'static str, &'static str)>,
}

impl Status {
    /// One that is not ZITADEL's own, but of the layers around it: without details.
    pub(super) fn plain(code: u8, http: StatusCode, message: impl Into<String>) -> Self {
        Self { code, http, message: message.into(), detail: None }
    }

    /// The request itself is wrong: it cannot be read, or breaks its rules.
    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::plain(3, StatusCode::BAD_REQUEST, message)
    }
}

impl From<Refusal> for Status {
    fn from(refusal: Refusal) -> Self {
        let (code, http) = match refusal.kind {
            Kind::InvalidArgument => (3, StatusCode::BAD_REQUEST),
            Kind::NotFound => (5, StatusCode::NOT_FOUND),
            Kind::AlreadyExists => (6, StatusCode::CONFLICT),
            Kind::PermissionDenied => (7, StatusCode::FORBIDDEN),
            Kind::PreconditionFailed => (9, StatusCode::BAD_REQUEST),
            Kind::Internal => (13, StatusCode::INTERNAL_SERVER_ERROR),
            Kind::Unauthenticated => (16, StatusCode::UNAUTHORIZED),
        };
        let message = format!("{} ({})", refusal.message, refusal.id);
        Self { code, http, message, detail: Some((refusal.id, refusal.message)) }
    }
}

impl IntoResponse for Status {
    fn into_response(self) -> Response {
        let mut body = json!({ "code": self.code, "message": self.message });
        if let Some((id, message)) = self.detail {
            body["details"] = json!([{
                "@type": "type.googleapis.com/zitadel.v1.ErrorDetail", "id": id, "message": message,
            }]);
        }
        let mut response = sent(self.http, &body);
        if self.http == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_str(&self.message).ok();
            response.headers_mut().extend(challenge.map(|value| (WWW_AUTHENTICATE, value)));
        }
        response
    }
}

impl IntoResponse for Reply {
    fn into_response(mut self) -> Response {
        leave_out_zeros(&mut self.0);
        sent(StatusCode::OK, &self.0)
    }
}

fn sent(status: StatusCode, body: &Value) -> Response {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// Fields that are null, false, an empty text or an empty list; never items of a list.
fn leave_out_zeros(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.values_mut().for_each(leave_out_zeros);
            fields.retain(|_, field| match field {
                Value::Null | Value::Bool(false) => false,
                Value::String(text) => !text.is_empty(),
                Value::Array(items) => !items.is_empty(),
                _ => true,
            });
        }
        Value::Array(items) => items.iter_mut().for_each(leave_out_zeros),
        _ => {}
    }
}
