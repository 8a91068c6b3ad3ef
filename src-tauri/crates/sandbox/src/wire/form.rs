//! Parameters as Go's `Request.ParseForm` sees them: those of a form body, then those of the query;
//! the first of a name counts.

use axum::{
    extract::{FromRequest, Request},
    http::{Method, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};

use super::answer::OAuthError;

/// A request's parameters.
#[derive(Debug, Default)]
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    /// `None` where it was not sent at all.
    pub(super) fn find(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Empty where it was not sent, which the server does not tell apart from an empty one.
    pub(super) fn get(&self, name: &str) -> &str {
        self.find(name).unwrap_or_default()
    }
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let query = parse(request.uri().query().unwrap_or_default().as_bytes())
            .map_err(IntoResponse::into_response)?;
        let with_body = [Method::POST, Method::PUT, Method::PATCH].contains(request.method());
        let content_type = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let kind = content_type.and_then(|kind| kind.split(';').next()).unwrap_or_default();
        if !with_body || !kind.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Ok(Self(query));
        }
        let body = axum::body::Bytes::from_request(request, state)
            .await
            .map_err(IntoResponse::into_response)?;
        let mut form = parse(&body).map_err(IntoResponse::into_response)?;
        form.extend(query);
        Ok(Self(form))
    }
}

fn parse(encoded: &[u8]) -> Result<Vec<(String, String)>, OAuthError> {
    serde_urlencoded::from_bytes(encoded)
        .map_err(|_| OAuthError::new("invalid_request").because("error parsing form"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    async fn form(method: Method, target: &str, kind: &str, body: &'static str) -> Form {
        let request = Request::builder().method(method).uri(target).header(CONTENT_TYPE, kind);
        Form::from_request(request.body(Body::from(body)).unwrap(), &()).await.unwrap()
    }

    const FORM: &str = "application/x-www-form-urlencoded; charset=utf-8";

    #[tokio::test]
    async fn a_forms_fields_come_before_the_querys() {
        let form = form(Method::POST, "/?a=query&b=query", FORM, "a=form&c=").await;
        assert_eq!((form.get("a"), form.get("b")), ("form", "query"));
        assert_eq!((form.find("c"), form.find("d")), (Some(""), None));
    }

    #[tokio::test]
    async fn a_body_that_is_no_form_is_not_read() {
        for (method, kind) in [(Method::POST, "application/json"), (Method::GET, FORM)] {
            assert_eq!(form(method, "/", kind, "a=form").await.find("a"), None);
        }
    }
}
