//! Takes comments and indentation out of the built page's scripts, half of which would only be loaded to be skipped.

use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Context, Result, anyhow};

/// Trunk calls this once everything is in its staging folder.
pub fn run() -> Result<()> {
    let folder = env::var_os("TRUNK_STAGING_DIR").context("this is for Trunk to call, see Trunk.toml")?;
    for file in files(Path::new(&folder))? {
        if file.extension().is_none_or(|kind| kind != "js") {
            continue;
        }
        let text = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
        let slim = minifier::js::minify(&text).map_err(|error| anyhow!("{}: {error}", file.display()))?.to_string();
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
