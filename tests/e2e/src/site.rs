use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::{Result, ensure};
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request as HttpRequest, State};
use axum::http::header::{CONTENT_SECURITY_POLICY, HeaderValue};
use axum::http::{Response, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::routing::post;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tower_http::compression::CompressionLayer;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

/// The strictest policy that the page must live with. What it would forbid is reported back to the server,
/// which also hears of it when it happened in a worker.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'; \
     img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; report-uri /policy-report";

/// What browsers themselves talk to in the background. If the page asked for any of these, the policy would report it.
const BROWSERS_OWN: [&str; 3] = [".google.com", ".googleapis.com", ".gvt1.com"];

/// A local server of the built page that remembers what the browser asked for.
///
/// It is the browser's proxy as well, so that a request to any other host arrives here too: it is noted and refused.
pub struct Site {
    address: SocketAddr,
    seen: Arc<Seen>,
    task: JoinHandle<std::io::Result<()>>,
}

/// A request that the browser made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The host, if it was another one.
    pub host: Option<String>,
    /// A path on this site, or the address of another one.
    pub target: String,
    /// The size of the answer's body as it was sent, compressed.
    pub bytes: usize,
}

#[derive(Default)]
struct Seen {
    requests: Mutex<Vec<Request>>,
    violations: Mutex<Vec<String>>,
}

impl Site {
    /// `beside` are folders that the built page does not have, and where they are to be found.
    pub(crate) async fn start(beside: &[(&str, PathBuf)]) -> Result<Self> {
        let folder = crate::root().join("dist");
        ensure!(folder.join("index.html").is_file(), "there is no dist/index.html: run `trunk build --release` first");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let seen = Arc::new(Seen::default());
        let policy = HeaderValue::from_static(POLICY);
        let mut site = Router::new().route("/policy-report", post(note_violation));
        for (path, folder) in beside {
            site = site.nest_service(path, ServeDir::new(folder));
        }
        let site = site
            .fallback_service(ServeDir::new(folder))
            .layer(CompressionLayer::new())
            .layer(SetResponseHeaderLayer::overriding(CONTENT_SECURITY_POLICY, policy))
            .layer(from_fn_with_state(seen.clone(), note_request))
            .with_state(seen.clone());
        let task = tokio::spawn(async { axum::serve(listener, site).await });
        Ok(Self { address, seen, task })
    }

    /// The address as `host:port`.
    pub fn host(&self) -> String {
        self.address.to_string()
    }

    /// Every request up to now, in order.
    pub fn requests(&self) -> Vec<Request> {
        locked(&self.seen.requests).clone()
    }

    /// The requests that would have gone to another host.
    pub fn foreign_requests(&self) -> Vec<Request> {
        let is_foreign = |host: &str| !BROWSERS_OWN.iter().any(|own| host.ends_with(own));
        self.requests().into_iter().filter(|request| request.host.as_deref().is_some_and(is_foreign)).collect()
    }

    /// What the page or its workers tried and the security policy forbade.
    pub fn violations(&self) -> Vec<String> {
        locked(&self.seen.violations).clone()
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn note_request(State(seen): State<Arc<Seen>>, request: HttpRequest, next: Next) -> Response<Body> {
    let target = request.uri().to_string();
    let host = request.uri().host().map(str::to_owned);
    let answer = if host.is_none() { next.run(request).await } else { refusal(StatusCode::FORBIDDEN) };
    let (head, body) = answer.into_parts();
    // The files are small, so each can be held whole to learn its size.
    let Ok(body) = to_bytes(body, usize::MAX).await else {
        return refusal(StatusCode::INTERNAL_SERVER_ERROR);
    };
    locked(&seen.requests).push(Request { host, target, bytes: body.len() });
    Response::from_parts(head, Body::from(body))
}

fn refusal(status: StatusCode) -> Response<Body> {
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = status;
    answer
}

async fn note_violation(State(seen): State<Arc<Seen>>, body: Bytes) {
    let report: Value = serde_json::from_slice(&body).unwrap_or_default();
    let report = &report["csp-report"];
    let text = |key: &str| report[key].as_str().unwrap_or("?").to_owned();
    let (directive, blocked, source) = (text("violated-directive"), text("blocked-uri"), text("source-file"));
    locked(&seen.violations).push(format!("{directive} forbids {blocked} at {source}:{}", report["line-number"]));
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
