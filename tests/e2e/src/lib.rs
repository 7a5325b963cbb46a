//! What the end-to-end tests are written with: the built page, served locally and opened in a real browser.
//!
//! ```no_run
//! # async fn example() -> anyhow::Result<()> {
//! let page = e2e::Page::open("depth=20").await?;
//! page.wait_for("window.gradientLab").await?;
//! let snapshot = page.call("await gradientLab.step(10); return gradientLab.snapshot()").await?;
//! assert_eq!(snapshot["step"], 10);
//! # Ok(()) }
//! ```
//!
//! Each page has a browser and a server of its own, so tests may run side by side. Both end with it, also by a panic.

mod browser;
mod native;
mod page;
mod site;

use std::path::PathBuf;

pub use native::run_file;
pub use page::Page;
pub use site::{Request, Site};

/// The project's root folder.
fn root() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "..", ".."].iter().collect()
}
