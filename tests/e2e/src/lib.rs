//! What the end-to-end tests are written with: the built page, served locally and opened in a real browser.
//!
//! ```no_run
//! # async fn example() -> anyhow::Result<()> {
//! let page = e2e::Page::lab("depth=20").await?;
//! let snapshot = page.call("await gradientLab.reset(); return gradientLab.step(10)").await?;
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

use anyhow::Context;

pub use native::run_file;
pub use page::Page;
pub use site::{Request, Site};

/// A number that must be there.
pub fn number(value: &serde_json::Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is not a number"))
}

/// How many bytes a file of the built page has, compressed as far as gzip goes.
pub fn gzip_size(path: &str) -> anyhow::Result<u64> {
    let file = std::fs::File::open(root().join("dist").join(path)).with_context(|| path.to_owned())?;
    let mut compressed = flate2::read::GzEncoder::new(file, flate2::Compression::best());
    Ok(std::io::copy(&mut compressed, &mut std::io::sink())?)
}

/// The project's root folder.
pub fn root() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "..", ".."].iter().collect()
}
