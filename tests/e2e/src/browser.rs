use std::env;
use std::fmt::Debug;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use axum::http::Method;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};
use tempfile::TempDir;
use url::Url;

/// How long a driver may take to start, and a browser to close.
const PATIENCE: Duration = Duration::from_secs(20);

/// A browser engine under test: the one place that knows how engines differ.
#[derive(Clone, Copy, Debug)]
pub enum Engine {
    /// Chromium or Chrome, through ChromeDriver.
    Chromium,
}

impl Engine {
    fn driver(self, port: u16) -> Command {
        match self {
            Self::Chromium => {
                let mut driver = Command::new(env::var_os("CHROMEDRIVER").unwrap_or_else(|| "chromedriver".into()));
                driver.arg(format!("--port={port}"));
                driver
            }
        }
    }

    /// `proxy` receives whatever is asked of other hosts; every engine asks the local host directly.
    fn capabilities(self, proxy: &str, script_timeout: Duration) -> Map<String, Value> {
        let mut capabilities = Map::new();
        capabilities.insert("proxy".into(), json!({ "proxyType": "manual", "httpProxy": proxy, "sslProxy": proxy }));
        capabilities.insert("timeouts".into(), json!({ "script": script_timeout.as_millis() }));
        match self {
            Self::Chromium => {
                let args = [
                    "--headless=new",
                    // The sandbox refuses to start for root, as whom containers and CI machines run.
                    "--no-sandbox",
                    "--disable-dev-shm-usage",
                    "--disable-gpu",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                    "--no-first-run",
                ];
                capabilities.insert("goog:chromeOptions".into(), json!({ "args": args }));
                capabilities.insert("goog:loggingPrefs".into(), json!({ "browser": "ALL" }));
            }
        }
        capabilities
    }
}

/// A running browser and its driver. Both end when this is dropped.
pub struct Browser {
    pub client: Client,
    _session: Session,
}

impl Browser {
    /// Tries again, because somebody else may take the driver's free port first, and a busy machine may be slow to start.
    pub async fn start(engine: Engine, proxy: &str, script_timeout: Duration) -> Result<Self> {
        let mut result = Self::start_once(engine, proxy, script_timeout).await;
        for _ in 0..2 {
            if result.is_err() {
                result = Self::start_once(engine, proxy, script_timeout).await;
            }
        }
        result
    }

    async fn start_once(engine: Engine, proxy: &str, script_timeout: Duration) -> Result<Self> {
        let driver = Driver::start(engine).await?;
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(engine.capabilities(proxy, script_timeout))
            .connect(&format!("http://127.0.0.1:{}", driver.port))
            .await
            .with_context(|| format!("{engine:?} did not start"))?;
        let id = client.session_id().await?.context("the driver named no session")?;
        let process = client.capabilities().and_then(|all| all.get("goog:processID")).and_then(Value::as_u64);
        Ok(Self { client, _session: Session { id, process, driver } })
    }

    /// Calls ChromeDriver's own extensions of the protocol.
    pub async fn extension(&self, path: &'static str, body: Value) -> Result<Value> {
        Ok(self.client.issue_cmd(Extension { path, body }).await?)
    }
}

struct Driver {
    process: Child,
    port: u16,
    /// Where the browser keeps its profile and whatever else it leaves behind.
    _folder: TempDir,
}

impl Driver {
    async fn start(engine: Engine) -> Result<Self> {
        let port = free_port()?;
        let mut command = engine.driver(port);
        let program = command.get_program().to_string_lossy().into_owned();
        let folder = TempDir::new()?;
        let process = command
            .env("TMPDIR", folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot start {program}: `cargo xtask setup` gets what the tests need"))?;
        let mut driver = Self { process, port, _folder: folder };
        let start = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            if let Some(status) = driver.process.try_wait()? {
                bail!("{program} ended at once: {status}");
            }
            if start.elapsed() > PATIENCE {
                bail!("{program} does not listen");
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(driver)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // It may have ended by itself, and there is nobody left to tell.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Closes the browser, which would outlive a killed driver; the driver then ends as the field that it is.
struct Session {
    id: String,
    process: Option<u64>,
    driver: Driver,
}

impl Session {
    /// Blocks, because a panicking test has no runtime left to wait on.
    fn close(&self) -> io::Result<()> {
        let mut driver = TcpStream::connect((Ipv4Addr::LOCALHOST, self.driver.port))?;
        driver.set_read_timeout(Some(PATIENCE))?;
        write!(driver, "DELETE /session/{} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", self.id)?;
        // The driver answers once the browser has gone, and then keeps the connection open all the same.
        driver.read_exact(&mut [0])?;
        Ok(())
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if let Err(error) = self.close() {
            eprintln!("the browser did not close: {error}");
            // The driver waits for ever for a page that is caught in a loop.
            if let Some(process) = self.process {
                let _ = Command::new("sh").args(["-c", &format!("kill -KILL {process}")]).status();
            }
        }
    }
}

#[derive(Debug)]
struct Extension {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Extension {
    fn endpoint(&self, base_url: &Url, session_id: Option<&str>) -> Result<Url, url::ParseError> {
        base_url.join(&format!("session/{}/{}", session_id.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}

/// A port that was free a moment ago: drivers cannot choose one by themselves and tell.
fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}
