//! Programs that the system's package manager provides: the browser with its driver, and Node.js.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use xshell::{Shell, cmd};

const BROWSERS: [&str; 5] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const MAC_BROWSER: &str = "/Applications/Google Chrome.app";

/// Packages by the name that each package manager has for them.
struct Packages {
    apt: &'static [&'static str],
    brew: &'static [&'static str],
}

/// Finds Chromium and its driver. The driver finds the browser by itself; the tests find the driver in CHROMEDRIVER.
pub fn browser(sh: &Shell) -> Result<()> {
    let driver = || env::var_os("CHROMEDRIVER").map(PathBuf::from).or_else(|| find(sh, "chromedriver"));
    let has_browser = || BROWSERS.iter().any(|name| find(sh, name).is_some()) || Path::new(MAC_BROWSER).exists();
    if driver().is_none() || !has_browser() {
        let packages =
            Packages { apt: &["chromium", "chromium-driver"], brew: &["--cask", "google-chrome", "chromedriver"] };
        install(sh, "Chromium with ChromeDriver", &packages)?;
    }
    let driver = driver().context("chromedriver is not in PATH; set CHROMEDRIVER to where it is")?;
    ensure!(has_browser(), "Chromium is not in PATH");
    sh.set_var("CHROMEDRIVER", driver);
    Ok(())
}

/// Finds Node.js and installs the packages that are locked in this folder, unless they are there already.
pub fn node_packages(sh: &Shell, folder: &str) -> Result<()> {
    if find(sh, "node").is_none() || find(sh, "npm").is_none() {
        install(sh, "Node.js with npm", &Packages { apt: &["nodejs", "npm"], brew: &["node"] })?;
    }
    let _back = sh.push_dir(folder);
    let changed = |file: &str| sh.current_dir().join(file).metadata().and_then(|data| data.modified()).ok();
    // npm leaves its own copy of the lock file behind when it has installed everything.
    if changed("node_modules/.package-lock.json") < changed("package-lock.json") {
        // What packages would run on being installed is not needed, nor to be trusted.
        cmd!(sh, "npm ci --ignore-scripts --no-audit --no-fund")
            .run()
            .context("get the development packages by `npm ci`")?;
    }
    Ok(())
}

/// Whether the command succeeds; what it prints is of no interest.
pub fn runs(sh: &Shell, program: &str, args: &[&str]) -> bool {
    cmd!(sh, "{program} {args...}").quiet().ignore_stdout().ignore_stderr().run().is_ok()
}

fn find(sh: &Shell, program: &str) -> Option<PathBuf> {
    let path = sh.var_os("PATH").unwrap_or_default();
    let name = format!("{program}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&path).map(|folder| folder.join(&name)).find(|file| file.is_file())
}

fn install(sh: &Shell, what: &str, packages: &Packages) -> Result<()> {
    let (apt, brew) = (packages.apt, packages.brew);
    let by_hand = format!(
        "{what} is missing; get it by `sudo apt-get install {}` (Debian), by `brew install {}` (macOS), \
         or in any other way that puts it in PATH",
        apt.join(" "),
        brew.join(" "),
    );
    if find(sh, "apt-get").is_some() {
        let is_root = cmd!(sh, "id -u").quiet().read().is_ok_and(|id| id == "0");
        let sudo: &[&str] = if is_root { &[] } else { &["sudo", "-n"] };
        if !is_root && !runs(sh, "sudo", &["-n", "true"]) {
            bail!(by_hand);
        }
        let apt_get = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet", "--yes"];
        let apt_get: Vec<&str> = sudo.iter().chain(&apt_get).copied().collect();
        let (program, args) = (apt_get[0], &apt_get[1..]);
        cmd!(sh, "{program} {args...} update").run().context(by_hand.clone())?;
        cmd!(sh, "{program} {args...} install --no-install-recommends {apt...}").run().context(by_hand)?;
    } else if find(sh, "brew").is_some() {
        cmd!(sh, "brew install {brew...}").run().context(by_hand)?;
    } else {
        bail!(by_hand);
    }
    Ok(())
}
