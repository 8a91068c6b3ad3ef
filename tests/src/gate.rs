//! A sandbox behind a gate that counts, refuses or holds back requests.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Instant,
};

use axum::{
    Router,
    extract::{Request, State},
    http::{StatusCode, header::RETRY_AFTER},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
};
use sandbox::TokenType;
use tester::listen;
use tokio::{
    sync::{Notify, oneshot},
    task::JoinSet,
};

use crate::issuer::Issuer;

/// The gate; dropped, it closes.
pub struct Gate {
    /// Behind it.
    pub issuer: Issuer,
    /// The issuer's address from now on, for example `http://localhost:41234`.
    pub address: String,
    shared: Arc<Shared>,
    _serving: JoinSet<std::io::Result<()>>,
}

#[derive(Default)]
struct Shared {
    passed: Mutex<Vec<Asked>>,
    orders: Mutex<VecDeque<(&'static str, Order)>>,
    /// Told of each request.
    came: Notify,
}

/// A request that came to the gate.
#[derive(Debug, Clone)]
pub struct Asked {
    /// When it came.
    pub at: Instant,
    /// Its path.
    pub path: String,
    /// What the gate answered in the issuer's place, if it did.
    pub refused: Option<u16>,
}

enum Order {
    /// 429 with this `Retry-After`, in seconds.
    TooMany(u64),
    /// 502, once the other half is dropped.
    Hold(oneshot::Receiver<()>),
}

impl Gate {
    /// In front of the demo world.
    pub async fn demo(token_type: TokenType) -> Self {
        let issuer = Issuer::demo(token_type).await;
        let loopback = listen::bind_exactly(0).await.expect("a free port");
        let address = loopback.base_url();
        issuer.sandbox.set_issuer(address.clone());
        let shared = Arc::<Shared>::default();
        let router: Router =
            issuer.sandbox.router().layer(from_fn_with_state(shared.clone(), pass));
        let mut serving = JoinSet::new();
        for listener in loopback.listeners {
            let router = router.clone();
            serving.spawn(async move { axum::serve(listener, router).await });
        }
        Self { issuer, address, shared, _serving: serving }
    }

    /// Answers the next `times` requests whose path ends so with 429.
    pub fn refuse(&self, path: &'static str, times: usize, retry_after: u64) {
        let mut orders = self.shared.orders.lock().expect("orders");
        orders.extend((0..times).map(|_| (path, Order::TooMany(retry_after))));
    }

    /// Holds the next request whose path ends so until the answer is dropped; then fails it.
    pub fn hold(&self, path: &'static str) -> oneshot::Sender<()> {
        let (release, held) = oneshot::channel();
        self.shared.orders.lock().expect("orders").push_back((path, Order::Hold(held)));
        release
    }

    /// Waits for the first request whose path ends so.
    pub async fn asked_once(&self, path: &str) {
        while self.asked(path).is_empty() {
            self.shared.came.notified().await;
        }
    }

    /// The requests so far whose path ends so.
    pub fn asked(&self, path: &str) -> Vec<Asked> {
        let passed = self.shared.passed.lock().expect("requests");
        passed.iter().filter(|asked| asked.path.ends_with(path)).cloned().collect()
    }
}

async fn pass(State(gate): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let order = {
        let mut orders = gate.orders.lock().expect("orders");
        match orders.front() {
            Some((wanted, _)) if path.ends_with(wanted) => orders.pop_front(),
            _ => None,
        }
    };
    let refused = match &order {
        Some((_, Order::TooMany(_))) => Some(429),
        Some((_, Order::Hold(_))) => Some(502),
        None => None,
    };
    gate.passed.lock().expect("requests").push(Asked { at: Instant::now(), path, refused });
    gate.came.notify_one();
    match order {
        None => next.run(request).await,
        Some((_, Order::TooMany(seconds))) => {
            let wait = [(RETRY_AFTER, seconds.to_string())];
            (StatusCode::TOO_MANY_REQUESTS, wait).into_response()
        }
        Some((_, Order::Hold(held))) => {
            // Either way it is released.
            let _ = held.await;
            StatusCode::BAD_GATEWAY.into_response()
        }
    }
}
