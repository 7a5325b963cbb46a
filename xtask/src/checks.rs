//! The checks, in the order in which they run.

use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Result, ensure};
use xshell::{Shell, cmd};

use crate::needs::Need;

struct Check {
    name: &'static str,
    about: &'static str,
    needs: &'static [Need],
    /// A check whose result this one works on: it is pointless after that has failed.
    after: Option<&'static str>,
    run: fn(&Shell) -> Result<()>,
}

const CHECKS: &[Check] = &[
    Check {
        name: "fmt",
        about: "the code is formatted",
        needs: &[Need::Toolchain],
        after: None,
        run: |sh| Ok(cmd!(sh, "cargo fmt --all --check").run()?),
    },
    Check {
        name: "clippy",
        about: "no warnings, natively",
        needs: &[Need::Toolchain],
        after: None,
        run: |sh| Ok(cmd!(sh, "cargo clippy --workspace --all-targets -- -D warnings").run()?),
    },
    Check {
        name: "clippy-wasm",
        about: "no warnings in what the browser runs",
        needs: &[Need::Toolchain],
        after: None,
        run: |sh| {
            let wasm = ["--target", "wasm32-unknown-unknown", "--lib", "--test", "browser"];
            cmd!(sh, "cargo clippy {wasm...} -- -D warnings").run()?;
            let first = ["--target", "wasm32-unknown-unknown", "--manifest-path", "src/first/Cargo.toml"];
            Ok(cmd!(sh, "cargo clippy {first...} -- -D warnings").run()?)
        },
    },
    Check {
        name: "native",
        about: "unit, integration and documentation tests",
        needs: &[],
        after: None,
        run: |sh| Ok(cmd!(sh, "cargo test --workspace --exclude e2e --exclude bench --no-fail-fast").run()?),
    },
    Check {
        name: "browser",
        about: "tests of the bindings in headless Chromium",
        needs: &[Need::Toolchain, Need::WasmBindgen, Need::Browser],
        after: None,
        run: |sh| {
            let command = cmd!(sh, "cargo test --target wasm32-unknown-unknown --test browser");
            // Seconds. The defaults, 20 and 5, are short for a machine that does other things as well.
            Ok(command.env("WASM_BINDGEN_TEST_TIMEOUT", "300").env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "60").run()?)
        },
    },
    Check {
        name: "page",
        about: "the page builds into dist/",
        needs: &[Need::Toolchain, Need::WasmBindgen, Need::Trunk, Need::NodePackages],
        after: None,
        run: |sh| Ok(cmd!(sh, "trunk build --release").run()?),
    },
    Check {
        name: "types",
        about: "the JavaScript agrees with its types and with the module's",
        needs: &[Need::NodePackages],
        after: Some("page"),
        run: |sh| {
            cmd!(sh, "npx --no -- tsc -p tsconfig.json").run()?;
            cmd!(sh, "npx --no -- tsc -p tsconfig.worker.json").run()?;
            Ok(cmd!(sh, "npx --no -- tsc -p tests/bench/tsconfig.json").run()?)
        },
    },
    Check {
        name: "e2e",
        about: "end-to-end tests of the built page, and that the bench compares the same arithmetic",
        needs: &[Need::Browser, Need::NodePackages],
        after: Some("page"),
        run: |sh| Ok(cmd!(sh, "cargo test --package e2e --package bench --no-fail-fast").run()?),
    },
    Check {
        name: "docs",
        about: "the documentation builds without warnings",
        needs: &[],
        after: None,
        run: |sh| Ok(cmd!(sh, "cargo doc --no-deps --workspace").env("RUSTDOCFLAGS", "-D warnings").run()?),
    },
];

pub fn names() -> String {
    CHECKS.iter().map(|check| check.name).collect::<Vec<_>>().join(", ")
}

/// Runs the checks of these names, or all if there are none. Goes on after a failure, so that one run tells everything.
pub fn run(sh: &Shell, wanted: &[String]) -> Result<ExitCode> {
    for name in wanted {
        ensure!(CHECKS.iter().any(|check| check.name == name), "there is no check `{name}`; there are {}", names());
    }
    let chosen: Vec<&Check> =
        CHECKS.iter().filter(|check| wanted.is_empty() || wanted.iter().any(|name| name == check.name)).collect();

    println!("== set-up");
    let missing: Vec<(Need, String)> = Need::ALL
        .into_iter()
        .filter(|need| chosen.iter().any(|check| check.needs.contains(need)))
        .filter_map(|need| need.ensure(sh).err().map(|error| (need, format!("{error:#}"))))
        .collect();

    let mut failed = Vec::new();
    let mut summary = Vec::new();
    for (index, check) in chosen.iter().enumerate() {
        let Check { name, about, .. } = check;
        println!("\n== {}/{} {name}: {about}", index + 1, chosen.len());
        let start = Instant::now();
        let obstacle = check
            .after
            .filter(|before| failed.contains(before))
            .map(|before| format!("not run, because `{before}` failed"))
            .or_else(|| missing.iter().find(|(need, _)| check.needs.contains(need)).map(|(_, reason)| reason.clone()));
        let result = match obstacle {
            Some(obstacle) => Err(obstacle),
            None => (check.run)(sh).map_err(|error| error.to_string()),
        };
        let seconds = start.elapsed().as_secs();
        match result {
            Ok(()) => summary.push(format!("ok      {name} ({seconds} s)")),
            Err(reason) => {
                println!("{reason}");
                summary.push(format!("FAILED  {name} ({seconds} s): {reason}"));
                failed.push(*name);
            }
        }
    }

    println!("\n== summary\n{}\n", summary.join("\n"));
    println!("{} passed, {} failed", chosen.len() - failed.len(), failed.len());
    Ok(if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
