//! The lab beside what people would otherwise pick, in one browser: what it takes to run `tests/bench`.

use std::process::ExitCode;

use anyhow::Result;
use xshell::{Shell, cmd};

use crate::needs::Need;
use crate::system;

/// Builds the page as it is released, and passes everything that was said on.
pub fn run(sh: &Shell, options: &[String]) -> Result<ExitCode> {
    for need in [Need::Toolchain, Need::WasmBindgen, Need::Trunk, Need::NodePackages, Need::Browser] {
        need.ensure(sh)?;
    }
    system::node_packages(sh, "tests/bench")?;
    cmd!(sh, "trunk build --release").run()?;
    cmd!(sh, "cargo run --quiet --package bench -- {options...}").run()?;
    Ok(ExitCode::SUCCESS)
}
