use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{fs, io};

use anyhow::{Context, Result, bail};
use fantoccini::Client;
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

use crate::browser::{Browser, Engine};
use crate::site::Site;

/// How long one [`Page::call`] may take.
const CALL_LIMIT: Duration = Duration::from_secs(120);
/// How long after that the driver may take to say so. It never does if the page is caught in a loop.
const DRIVER_GRACE: Duration = Duration::from_secs(5);
/// How long [`Page::wait_for`] waits.
const WAIT_LIMIT: Duration = Duration::from_secs(30);

/// The lab in a browser.
pub struct Page {
    /// The server behind it, which knows what was requested.
    pub site: Site,
    browser: Browser,
}

impl Page {
    /// Opens the lab with this query string (without `?`).
    pub async fn open(query: &str) -> Result<Self> {
        let page = Self::blank().await?;
        page.goto(query).await?;
        Ok(page)
    }

    /// Opens the lab with this query string and waits until all of it is there.
    pub async fn lab(query: &str) -> Result<Self> {
        let page = Self::open(query).await?;
        page.ready().await?;
        Ok(page)
    }

    /// Waits until the first frame is on the screen and all controls are in place.
    pub async fn ready(&self) -> Result<()> {
        self.wait_for("window.gradientLab").await?;
        self.call("await gradientLab.ready").await?;
        Ok(())
    }

    /// Opens an empty page, for what must be set before the lab loads.
    pub async fn blank() -> Result<Self> {
        Self::blank_beside(&[]).await
    }

    /// The same on a site that has other folders too, each below a path of its own.
    pub async fn blank_beside(folders: &[(&str, PathBuf)]) -> Result<Self> {
        let site = Site::start(folders).await?;
        let browser = Browser::start(Engine::Chromium, &site.host(), CALL_LIMIT).await?;
        Ok(Self { site, browser })
    }

    /// Loads the lab with this query string (without `?`).
    pub async fn goto(&self, query: &str) -> Result<()> {
        Ok(self.client().goto(&format!("http://{}/?{query}", self.site.host())).await?)
    }

    /// The WebDriver session, for what a user does: find, click, type.
    pub fn client(&self) -> &Client {
        &self.browser.client
    }

    /// Runs the body of an async JavaScript function in the page and returns what it returned.
    ///
    /// The result is what `JSON.stringify` makes of it, so numbers keep all their digits. Numbers that JSON cannot
    /// write arrive as "NaN", "Infinity" and "-Infinity", typed arrays as arrays.
    pub async fn call(&self, body: &str) -> Result<Value> {
        let script = format!(
            "const settle = arguments[arguments.length - 1];
             const plain = (key, value) =>
               typeof value === 'number' && !Number.isFinite(value) ? String(value)
               : ArrayBuffer.isView(value) ? Array.from(value)
               : value;
             (async () => {{ {body}\n }})().then(
               (value) => settle({{ value: JSON.stringify(value, plain) ?? 'null' }}),
               (error) => settle({{ error: String(error?.stack ?? error) }}),
             );"
        );
        let result = timeout(CALL_LIMIT + DRIVER_GRACE, self.client().execute_async(&script, vec![]))
            .await
            .with_context(|| format!("the page hangs in `{body}`"))?
            .with_context(|| format!("in `{body}`"))?;
        match result["value"].as_str() {
            Some(value) => Ok(serde_json::from_str(value)?),
            None => bail!("{} in `{body}`", result["error"].as_str().unwrap_or("no result")),
        }
    }

    /// Waits until this JavaScript expression is true.
    pub async fn wait_for(&self, condition: &str) -> Result<()> {
        let start = Instant::now();
        loop {
            // An expression about something that is not there yet may well throw.
            let result = self.call(&format!("return Boolean({condition})")).await;
            if matches!(result, Ok(Value::Bool(true))) {
                return Ok(());
            }
            if start.elapsed() > WAIT_LIMIT {
                bail!("waited {} s for `{condition}`: {result:?}", WAIT_LIMIT.as_secs());
            }
            sleep(Duration::from_millis(50)).await;
        }
    }

    /// Lays the page out for a window of this size, which may be narrower than a browser window can be.
    pub async fn viewport(&self, width: u32, height: u32) -> Result<()> {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", size).await.map(drop)
    }

    /// Sets media features, such as `("prefers-color-scheme", "dark")` or `("prefers-reduced-motion", "reduce")`.
    pub async fn media(&self, features: &[(&str, &str)]) -> Result<()> {
        let features: Vec<Value> =
            features.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
        self.devtools("Emulation.setEmulatedMedia", json!({ "features": features })).await.map(drop)
    }

    /// Runs this script in every page from now on, before the page's own scripts.
    pub async fn before_load(&self, script: &str) -> Result<()> {
        self.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script })).await.map(drop)
    }

    /// Saves what the page offers for download in this folder.
    pub async fn download_into(&self, folder: &Path) -> Result<()> {
        self.devtools("Browser.setDownloadBehavior", json!({ "behavior": "allow", "downloadPath": folder }))
            .await
            .map(drop)
    }

    /// The errors on the console since the last time this was asked, whether reported by the page or by the browser.
    pub async fn console_errors(&self) -> Result<Vec<String>> {
        let log = self.browser.extension("se/log", json!({ "type": "browser" })).await?;
        let entries = log.as_array().context("the driver keeps no log")?;
        let errors = entries.iter().filter(|entry| entry["level"] == "SEVERE");
        Ok(errors.map(|entry| entry["message"].as_str().unwrap_or_default().to_owned()).collect())
    }

    /// Saves a picture of the window as `target/e2e/{name}.png`.
    pub async fn screenshot(&self, name: &str) -> Result<PathBuf> {
        let picture = self.client().screenshot().await?;
        let file = crate::root().join("target/e2e").join(name).with_extension("png");
        save(&file, &picture).with_context(|| file.display().to_string())?;
        Ok(file)
    }

    /// Seconds that the page's own thread has worked since it was loaded.
    pub async fn worked(&self) -> Result<f64> {
        self.devtools("Performance.enable", json!({})).await?;
        let answer = self.devtools("Performance.getMetrics", json!({})).await?;
        let mut metrics = answer["metrics"].as_array().into_iter().flatten();
        let worked = metrics.find(|metric| metric["name"] == "TaskDuration").context("the browser does not say")?;
        Ok(crate::number(&worked["value"]))
    }

    async fn devtools(&self, command: &str, params: Value) -> Result<Value> {
        self.browser.extension("goog/cdp/execute", json!({ "cmd": command, "params": params })).await
    }
}

fn save(file: &PathBuf, bytes: &[u8]) -> io::Result<()> {
    file.parent().map(fs::create_dir_all).transpose()?;
    fs::write(file, bytes)
}
