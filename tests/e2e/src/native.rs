use anyhow::{Result, ensure};
use tokio::process::Command;

/// The run file that the native program prints for this link after this many steps.
pub async fn run_file(query: &str, steps: usize) -> Result<String> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(crate::root()).args(["run", "--quiet", "--release", "--example", "run_file", "--", query]);
    let output = cargo.arg(steps.to_string()).kill_on_drop(true).output().await?;
    ensure!(output.status.success(), "example run_file: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?)
}
