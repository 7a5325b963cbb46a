//! Makes what was built small, since a visitor waits for it: many scripts become few, and nobody loads comments. It would
//! run as it is written, so where esbuild is not installed, as for `trunk serve` alone, it stays that way.

use std::collections::BTreeSet;
use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;
use xshell::{Shell, cmd};

/// What the page and its workers begin with. A module that is imported later is a file of its own.
const ENTRIES: [&str; 5] = ["main.js", "load-engine.js", "worker.js", "map-worker.js", "lanes-worker.js"];

/// Trunk calls this once everything is in its staging folder.
pub fn run(sh: &Shell) -> Result<()> {
    let folder = PathBuf::from(env::var_os("TRUNK_STAGING_DIR").context("this is for Trunk to call, see Trunk.toml")?);
    let esbuild = sh.current_dir().join("node_modules/.bin/esbuild");
    if !esbuild.exists() {
        println!("scripts and styles stay as they are written: `npm ci` gets esbuild, which makes them small");
        return Ok(());
    }
    let _at_home = sh.push_dir(&folder);
    for words in sh.read_dir("strings")? {
        // A text in JSON has no line breaks of its own.
        let slim: String = sh.read_file(&words)?.lines().map(str::trim_start).collect();
        sh.write_file(&words, slim)?;
    }
    for module in ["gradient_lab_first.js", "gradient_lab.js"] {
        cmd!(sh, "{esbuild} {module} --minify --allow-overwrite --outfile={module} --log-level=warning")
            .quiet()
            .run()?;
    }
    let page = sh.read_file("index.html")?;
    let page = styles(sh, &esbuild, &page)?;
    let page = preloading(&page, &scripts(sh, &esbuild)?)?;
    sh.write_file("index.html", page)?;
    Ok(())
}

/// Joins the style sheets into the first of them, and returns the page without the others.
fn styles(sh: &Shell, esbuild: &Path, page: &str) -> Result<String> {
    let sheet = |line: &str| {
        Some(line.trim().strip_prefix(r#"<link rel="stylesheet" href=""#)?.strip_suffix("\">")?.to_owned())
    };
    let sheets: Vec<String> = page.lines().filter_map(sheet).collect();
    let first = sheets.first().context("the page has a style sheet")?;
    let texts: Vec<String> = sheets.iter().map(|sheet| sh.read_file(sheet)).collect::<Result<_, _>>()?;
    sh.write_file(first, texts.join("\n"))?;
    cmd!(sh, "{esbuild} {first} --minify --allow-overwrite --outfile={first} --log-level=warning").quiet().run()?;
    sheets[1..].iter().try_for_each(|sheet| sh.remove_path(sheet))?;
    let stays = |line: &&str| sheet(line).is_none_or(|sheet| sheet == *first);
    Ok(page.lines().filter(stays).map(|line| format!("{line}\n")).collect())
}

/// Joins the scripts, and returns those that must be there before the page can begin.
fn scripts(sh: &Shell, esbuild: &Path) -> Result<BTreeSet<String>> {
    let _in_folder = sh.push_dir("js");
    let written = sh.read_dir(".")?;
    let map = "built.json";
    cmd!(sh, "{esbuild} {ENTRIES...} --bundle --splitting --format=esm --external:../gradient_lab*.js --minify")
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
fn preloading(page: &str, first: &BTreeSet<String>) -> Result<String> {
    let ask = r#"  <link rel="modulepreload" href="js/"#;
    let place = page.lines().position(|line| line.starts_with(ask)).context("the page preloads scripts")?;
    let mut lines: Vec<String> = page.lines().filter(|line| !line.starts_with(ask)).map(str::to_owned).collect();
    lines.splice(place..place, first.iter().map(|name| format!("{ask}{name}\">")));
    Ok(lines.join("\n") + "\n")
}
