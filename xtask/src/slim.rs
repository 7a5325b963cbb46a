//! Takes comments and indentation out of the built page's scripts, styles and words, half of which would only be loaded
//! to be skipped.

use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Context, Result, anyhow};

/// Trunk calls this once everything is in its staging folder.
pub fn run() -> Result<()> {
    let folder = env::var_os("TRUNK_STAGING_DIR").context("this is for Trunk to call, see Trunk.toml")?;
    for file in files(Path::new(&folder))? {
        let text = || fs::read_to_string(&file).with_context(|| file.display().to_string());
        let slim = match file.extension().and_then(|kind| kind.to_str()) {
            Some("js") => minifier::js::minify(&text()?).map(|slim| slim.to_string()),
            Some("css") => minifier::css::minify(&text()?).map(|slim| slim.to_string()),
            Some("json") => Ok(minifier::json::minify(&text()?).to_string()),
            Some(_) | None => continue,
        };
        let slim = slim.map_err(|error| anyhow!("{}: {error}", file.display()))?;
        fs::write(&file, slim).with_context(|| file.display().to_string())?;
    }
    Ok(())
}

/// Every file below a folder.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            all.extend(files(&entry.path())?);
        } else {
            all.push(entry.path());
        }
    }
    Ok(all)
}
