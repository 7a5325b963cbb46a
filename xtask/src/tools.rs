//! Command-line tools that are Rust programs: taken from PATH if the version fits, else a prebuilt release, else built.

use std::env::consts::{ARCH, EXE_SUFFIX, OS};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use xshell::{Shell, cmd};

/// The oldest Trunk known to build the page, and the one that is got.
const TRUNK: &str = "0.21.14";

pub struct Tool {
    package: &'static str,
    version: String,
    /// Whether another version of it will do as well.
    fits: fn(wanted: &str, found: &str) -> bool,
    programs: &'static [&'static str],
    prebuilt: Option<Prebuilt>,
}

/// A release as its authors publish it: a .tar.gz that holds the programs in `folder`.
struct Prebuilt {
    address: String,
    folder: String,
}

pub fn trunk() -> Tool {
    let prebuilt = platform("gnu").map(|platform| Prebuilt {
        address: format!("https://github.com/trunk-rs/trunk/releases/download/v{TRUNK}/trunk-{platform}.tar.gz"),
        folder: String::new(),
    });
    Tool { package: "trunk", version: TRUNK.into(), fits: same_series, programs: &["trunk"], prebuilt }
}

/// The command must have exactly the version of the library: what passes between them has no stable format.
pub fn wasm_bindgen(sh: &Shell) -> Result<Tool> {
    let lock = sh.read_file("Cargo.lock")?;
    let version = locked_version(&lock, "wasm-bindgen").context("Cargo.lock names no wasm-bindgen")?;
    let prebuilt = platform(if ARCH == "x86_64" { "musl" } else { "gnu" }).map(|platform| {
        let name = format!("wasm-bindgen-{version}-{platform}");
        let releases = "https://github.com/wasm-bindgen/wasm-bindgen/releases/download";
        Prebuilt { address: format!("{releases}/{version}/{name}.tar.gz"), folder: name }
    });
    Ok(Tool {
        package: "wasm-bindgen-cli",
        version: version.into(),
        fits: |wanted, found| wanted == found,
        programs: &["wasm-bindgen", "wasm-bindgen-test-runner"],
        prebuilt,
    })
}

/// Where the project keeps the tools that it got for itself.
pub fn bin_folder(sh: &Shell) -> PathBuf {
    folder(sh).join("bin")
}

fn folder(sh: &Shell) -> PathBuf {
    sh.current_dir().join("target").join("tools")
}

pub fn ensure(sh: &Shell, tool: &Tool) -> Result<()> {
    let (package, version) = (tool.package, &tool.version);
    if tool.is_in(sh, Path::new("")) {
        return Ok(());
    }
    println!("{package} {version} is missing: looking for its release");
    if let Err(error) = download(sh, tool) {
        println!("{error}: building it, which takes some minutes");
        build(sh, tool).with_context(|| {
            format!("{package} is missing; get it by `cargo install --locked {package} --version {version}`")
        })?;
    }
    ensure!(tool.is_in(sh, Path::new("")), "{package} was installed, but does not run as version {version}");
    Ok(())
}

impl Tool {
    /// Whether every program is in this folder (if empty: in PATH) and runs in a version that fits.
    fn is_in(&self, sh: &Shell, folder: &Path) -> bool {
        self.programs.iter().all(|program| {
            let program = folder.join(program);
            let answer = cmd!(sh, "{program} --version").quiet().ignore_stderr().read().unwrap_or_default();
            answer.split_whitespace().nth(1).is_some_and(|found| (self.fits)(&self.version, found))
        })
    }
}

fn download(sh: &Shell, tool: &Tool) -> Result<()> {
    let release = tool.prebuilt.as_ref().context("none is published for this platform")?;
    let scratch = sh.create_temp_dir()?;
    let archive = scratch.path().join("release.tar.gz");
    let address = &release.address;
    let limits = ["--proto", "=https", "--connect-timeout", "10", "--max-time", "300"];
    let fetch = cmd!(sh, "curl --fail --silent --location {limits...} --output {archive} {address}");
    fetch.quiet().run().with_context(|| format!("cannot fetch {address}"))?;
    let unpacked = scratch.path();
    cmd!(sh, "tar -xzf {archive} -C {unpacked}").quiet().run().context("cannot unpack it")?;
    let unpacked = unpacked.join(&release.folder);
    ensure!(tool.is_in(sh, &unpacked), "it does not run here as version {}", tool.version);
    for program in tool.programs {
        let program = format!("{program}{EXE_SUFFIX}");
        sh.create_dir(bin_folder(sh))?;
        sh.copy_file(unpacked.join(&program), bin_folder(sh).join(&program))?;
    }
    Ok(())
}

/// Builds with little optimization: these tools run for a second, and optimizing them takes many minutes.
fn build(sh: &Shell, tool: &Tool) -> Result<()> {
    let (package, version) = (tool.package, format!("={}", tool.version));
    let root = folder(sh);
    let objects = root.join("build");
    let install = |locked: Option<&str>| {
        cmd!(sh, "cargo install {package} --version {version} --root {root} --force --no-track {locked...}")
            .env("CARGO_TARGET_DIR", &objects)
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            .run()
    };
    // The locked versions are the tested ones; a registry may have withdrawn one of them.
    let result = install(Some("--locked")).or_else(|_| install(None));
    sh.remove_path(&objects)?;
    Ok(result?)
}

/// The platform as releases name it, if they are published for it as .tar.gz.
fn platform(linux_library: &str) -> Option<String> {
    match (ARCH, OS) {
        ("x86_64" | "aarch64", "linux") => Some(format!("{ARCH}-unknown-linux-{linux_library}")),
        ("x86_64" | "aarch64", "macos") => Some(format!("{ARCH}-apple-darwin")),
        _ => None,
    }
}

fn locked_version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let (_, entry) = lock.split_once(&format!("name = \"{package}\"\nversion = \""))?;
    entry.split('"').next()
}

/// Whether `found` is at least `wanted` and differs from it only in the last number.
fn same_series(wanted: &str, found: &str) -> bool {
    let split = |version: &str| {
        let (series, patch) = version.rsplit_once('.')?;
        Some((series.to_owned(), patch.parse::<u32>().ok()?))
    };
    matches!((split(wanted), split(found)), (Some(wanted), Some(found)) if wanted.0 == found.0 && wanted.1 <= found.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_that_of_the_package_itself() {
        let lock = "[[package]]\nname = \"wasm-bindgen-shared\"\nversion = \"0.1.0\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.100\"\nsource = \"registry\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen"), Some("0.2.100"));
        assert_eq!(locked_version(lock, "trunk"), None);
    }

    #[test]
    fn a_later_patch_fits_and_nothing_else() {
        let fits = |found| same_series("0.21.14", found);
        assert!(fits("0.21.14") && fits("0.21.20"));
        assert!(!fits("0.21.9") && !fits("0.22.1") && !fits("0.21.15-rc.1") && !fits(""));
    }
}
