//! Prints the run file of a link after some steps, digit for digit what the page exports:
//! `cargo run --release --example run_file -- 'depth=5&activation=tanh' 10`

use std::process::ExitCode;

use gradient_lab::task::File;
use gradient_lab::{lab, link};

fn main() -> ExitCode {
    match run() {
        Ok(json) => {
            println!("{json}");
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<String, String> {
    let mut arguments = std::env::args().skip(1);
    let query = arguments.next().ok_or("usage: run_file '<link query>' [steps]")?;
    let steps = arguments.next().unwrap_or_else(|| "0".to_owned());
    let steps = steps.parse().map_err(|_| format!("steps: got {steps}, allowed: a whole number"))?;
    let parsed = link::parse(&query);
    if !parsed.problems.is_empty() {
        return Err(parsed.problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
    }
    let read = |file: File| {
        let path = format!("{}/www/data/{}", env!("CARGO_MANIFEST_DIR"), file.name());
        std::fs::read(&path).map_err(|error| format!("{path}: {error}"))
    };
    let file = parsed.setup.task.file().map(read).transpose()?;
    let mut run = lab::run::start(&parsed.setup, file.as_deref()).map_err(|error| error.to_string())?;
    run.step(steps);
    Ok(run.run_file())
}
