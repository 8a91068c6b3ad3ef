//! Answers that come late, broken or not at all: the faults of the wire.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{
        HeaderValue, StatusCode,
        header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER},
    },
    middleware::Next,
    response::{Html, IntoResponse, Response},
};
use hyper::body::{Frame, SizeHint};
use tokio::time::sleep;

use super::{answer, path};
use crate::{FaultName, Place, Sandbox};

const PAGE: &str = "<!DOCTYPE html>\n<html><head><title>Welcome</title></head>\
    <body><h1>It works!</h1></body></html>\n";
/// More than any answer has.
const MAX_ANSWER_BYTES: usize = 4 * 1024 * 1024;

/// Lets the faults of the endpoint at hand befall its answer: all that it is late by, and the first of
/// the others.
pub(super) async fn strike(
    State(sandbox): State<Sandbox>,
    request: Request,
    next: Next,
) -> Response {
    let faults = sandbox.active_faults();
    let Some(place) = place_of(request.uri().path()) else { return next.run(request).await };
    let mut trouble = None;
    for fault in faults.at(place) {
        match (fault.name(), fault.value()) {
            (FaultName::Slow, Some(late)) => sleep(Duration::from_millis(late.into())).await,
            (other, _) => trouble = trouble.or(Some(other)),
        }
    }
    let instead = match trouble {
        None => return next.run(request).await,
        Some(FaultName::Cut) => return cut(next.run(request).await).await,
        Some(FaultName::Html) => Html(PAGE).into_response(),
        Some(FaultName::Http500) => {
            answer::text(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error")
        }
        Some(FaultName::Http429) => {
            let mut busy = answer::text(StatusCode::TOO_MANY_REQUESTS, "Too Many Requests");
            busy.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
            busy
        }
        Some(_) => {
            let mut empty = StatusCode::OK.into_response();
            empty.headers_mut().remove(CONTENT_TYPE);
            empty
        }
    };
    answer::with_times(instead, sandbox.now())
}

fn place_of(path: &str) -> Option<Place> {
    match path {
        path::DISCOVERY => Some(Place::Discovery),
        path::TOKEN => Some(Place::Token),
        path::INTROSPECTION => Some(Place::Introspection),
        path::USERINFO => Some(Place::Userinfo),
        _ => None,
    }
}

async fn cut(whole: Response) -> Response {
    let (mut head, body) = whole.into_parts();
    let Ok(bytes) = to_bytes(body, MAX_ANSWER_BYTES).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    head.headers.insert(CONTENT_LENGTH, HeaderValue::from(bytes.len()));
    Response::from_parts(head, Body::new(Half::of(&bytes)))
}

/// The first half of a body that was promised whole, then an error, at which the server drops the
/// connection.
struct Half {
    first: Option<Bytes>,
    /// Whether the server had a turn to send what it has.
    sent: bool,
    promised: u64,
}

impl Half {
    fn of(whole: &Bytes) -> Self {
        let first = Some(whole.slice(..whole.len() / 2));
        Self { first, sent: false, promised: whole.len() as u64 }
    }
}

impl hyper::body::Body for Half {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(Ok(Frame::data(first))));
        }
        if !self.sent {
            self.sent = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(io::ErrorKind::ConnectionAborted.into())))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.promised)
    }
}
