//! What the tasks need beyond Cargo itself. Each is looked for first and got only where it is missing.

use std::path::Path;

use anyhow::{Context, Result};
use xshell::{Shell, cmd};

use crate::{system, tools};

const WASM: &str = "wasm32-unknown-unknown";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// The standard library for the browser, clippy and rustfmt.
    Toolchain,
    /// The command and the test runner of exactly the library's version.
    WasmBindgen,
    Trunk,
    /// Chromium and ChromeDriver.
    Browser,
    /// Node.js, and the packages that only development uses.
    NodePackages,
}

impl Need {
    pub const ALL: [Self; 5] = [Self::Toolchain, Self::WasmBindgen, Self::Trunk, Self::Browser, Self::NodePackages];

    pub fn ensure(self, sh: &Shell) -> Result<()> {
        match self {
            Self::Toolchain => toolchain(sh),
            Self::WasmBindgen => tools::ensure(sh, &tools::wasm_bindgen(sh)?),
            Self::Trunk => tools::ensure(sh, &tools::trunk()),
            Self::Browser => system::browser(sh),
            Self::NodePackages => system::node_packages(sh, "."),
        }
    }
}

/// rust-toolchain.toml names these too, but rustup fetches by itself only where automatic installation is on.
fn toolchain(sh: &Shell) -> Result<()> {
    let library = cmd!(sh, "rustc --print target-libdir --target {WASM}").quiet().read()?;
    if !Path::new(&library).exists() {
        cmd!(sh, "rustup target add {WASM}")
            .run()
            .with_context(|| format!("the target {WASM} is missing; get it by `rustup target add {WASM}`"))?;
    }
    for (subcommand, component) in [("clippy", "clippy"), ("fmt", "rustfmt")] {
        if !system::runs(sh, "cargo", &[subcommand, "--version"]) {
            cmd!(sh, "rustup component add {component}")
                .run()
                .with_context(|| format!("{component} is missing; get it by `rustup component add {component}`"))?;
        }
    }
    Ok(())
}
