//! `cargo xtask`: gets what a task needs, then runs the task.

use std::env;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use xshell::{Shell, cmd};

use crate::needs::Need;

mod bench;
mod checks;
mod needs;
mod slim;
mod system;
mod tools;

const USAGE: &str = "\
cargo xtask serve [options of trunk serve]   serve the page, rebuilt when a source changes
cargo xtask test [check ...]                 run every check, or those named
cargo xtask bench [--full] [--write] [rung ... | alone]
                                             time a training step beside other libraries
cargo xtask setup                            only get what serving and testing need";

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<ExitCode> {
    let sh = project_shell()?;
    let mut args = env::args().skip(1);
    let task = args.next().unwrap_or_default();
    let rest: Vec<String> = args.collect();
    match task.as_str() {
        "serve" => serve(&sh, &rest),
        "test" => checks::run(&sh, &rest),
        "bench" => bench::run(&sh, &rest),
        "setup" => {
            Need::ALL.iter().try_for_each(|need| need.ensure(&sh))?;
            Ok(ExitCode::SUCCESS)
        }
        // Not for people: Trunk.toml calls it.
        "slim" => slim::run(&sh).map(|()| ExitCode::SUCCESS),
        "" | "help" | "--help" | "-h" => {
            println!("{USAGE}\n\nThe checks: {}", checks::names());
            Ok(ExitCode::SUCCESS)
        }
        other => bail!("there is no task `{other}`\n\n{USAGE}"),
    }
}

/// A shell in the project's root which finds the project's own tools before any others.
fn project_shell() -> Result<Shell> {
    let sh = Shell::new()?;
    let own = env::var("CARGO_MANIFEST_DIR").context("start this by `cargo xtask`")?;
    let root = Path::new(&own).parent().context("xtask lies in the project's root")?;
    sh.change_dir(root);
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = [tools::bin_folder(&sh)].into_iter().chain(env::split_paths(&path));
    sh.set_var("PATH", env::join_paths(folders)?);
    // Trunk would otherwise ask the network for its newest version each day.
    sh.set_var("TRUNK_SKIP_VERSION_CHECK", "true");
    // Trunk takes this for an option of its own and refuses the usual `1`.
    if sh.var_os("NO_COLOR").is_some() {
        sh.set_var("NO_COLOR", "true");
    }
    Ok(sh)
}

fn serve(sh: &Shell, options: &[String]) -> Result<ExitCode> {
    for need in [Need::Toolchain, Need::WasmBindgen, Need::Trunk] {
        need.ensure(sh)?;
    }
    cmd!(sh, "trunk serve {options...}").run()?;
    Ok(ExitCode::SUCCESS)
}
