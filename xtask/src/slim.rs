//! Makes what was built small, since a visitor waits for it: many scripts become few, and nobody loads comments. It would
//! run as it is written, so where esbuild is not installed, as for `trunk serve` alone, it stays that way.

use std::collections::BTreeSet;
use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;
use xshell::{Shell, cmd};

/// What the page and its worker begin with. A module that is imported later is a file of its own.
const ENTRIES: [&str; 3] = ["main.js", "load-engine.js", "worker.js"];

/// Trunk calls this once everything is in its staging folder.
pub fn run(sh: &Shell) -> Result<()> {
    let folder = PathBuf::from(env::var_os("TRUNK_STAGING_DIR").context("this is for Trunk to call, see Trunk.toml")?);
    let esbuild = sh.current_dir().join("node_modules/.bin/esbuild");
    if !esbuild.exists() {
        return Ok(());
    }
    let styles: Vec<PathBuf> = sh.read_dir(folder.join("css"))?;
    let _at_home = sh.push_dir(&folder);
    cmd!(sh, "{esbuild} style.css {styles...} --minify --allow-overwrite --outdir=. --outbase=. --log-level=warning")
        .quiet()
        .run()?;
    cmd!(sh, "{esbuild} gradient_lab.js --minify --allow-overwrite --outfile=gradient_lab.js --log-level=warning")
        .quiet()
        .run()?;
    let first = scripts(sh, &esbuild)?;
    let page = folder.join("index.html");
    sh.write_file(&page, preloading(&sh.read_file(&page)?, &first))?;
    Ok(())
}

/// Joins the scripts, and returns those that must be there before the page can begin.
fn scripts(sh: &Shell, esbuild: &Path) -> Result<BTreeSet<String>> {
    let _in_folder = sh.push_dir("js");
    let written = sh.read_dir(".")?;
    let map = "built.json";
    cmd!(sh, "{esbuild} {ENTRIES...} --bundle --splitting --format=esm --external:../gradient_lab.js --minify")
        .args(["--allow-overwrite", "--outdir=.", "--log-level=warning", &format!("--metafile={map}")])
        .quiet()
        .run()?;
    let built: Value = serde_json::from_str(&sh.read_file(map)?)?;
    sh.remove_path(map)?;
    let outputs = built["outputs"].as_object().context("esbuild says what it wrote")?;
    for path in written {
        let name = path.file_name().and_then(|name| name.to_str()).context("scripts have plain names")?;
        if !outputs.contains_key(name) {
            sh.remove_path(&path)?;
        }
    }
    let mut first = BTreeSet::new();
    let mut found: Vec<&str> = ENTRIES[..2].to_vec();
    while let Some(name) = found.pop() {
        let imports = outputs[name]["imports"].as_array().into_iter().flatten();
        let own = imports.filter(|import| import["kind"] == "import-statement" && import["external"] != true);
        found.extend(own.filter_map(|import| import["path"].as_str()));
        first.insert(name.to_owned());
    }
    Ok(first)
}

/// The page with these scripts asked for at once, instead of those that it was written with.
fn preloading(page: &str, first: &BTreeSet<String>) -> String {
    let ask = r#"  <link rel="modulepreload" href="js/"#;
    let place = page.lines().position(|line| line.starts_with(ask)).unwrap_or_default();
    let mut lines: Vec<String> = page.lines().filter(|line| !line.starts_with(ask)).map(str::to_owned).collect();
    lines.splice(place..place, first.iter().map(|name| format!("{ask}{name}\">")));
    lines.join("\n") + "\n"
}
