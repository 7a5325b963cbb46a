//! `cargo xtask bench`, once everything that it needs is there.

use std::process::ExitCode;
use std::time::Instant;
use std::{env, fs};

use anyhow::{Context, Result, ensure};
use bench::{Case, Contender, Effort, Plan, Report, Stage, alive, extras, in_project, ladder, measure};

/// Where the figures are written down, between these marks.
const DOCUMENT: &str = "docs/performance.md";
const MARKS: [&str; 2] = ["<!-- figures -->\n", "<!-- end -->"];
/// Rungs whose slower contenders take seconds a step.
const LONG: [&str; 2] = ["R4", "R5"];
/// What one says for what is asked of the lab by itself.
const ALONE: &str = "alone";
/// And for what is asked of the page.
const ALIVE: &str = "alive";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<ExitCode> {
    let mut names: Vec<String> = env::args().skip(1).collect();
    let mut flag = |name: &str| names.extract_if(.., |given| given == name).count() > 0;
    let write = flag("--write");
    // What is written down is everything.
    let full = flag("--full") || write;
    ensure!(!write || names.is_empty(), "--write puts all tables into {DOCUMENT}: it goes with no names");
    let rungs = chosen(&names, full)?;

    let effort = Effort { rounds: if full { 9 } else { 7 }, milliseconds: if full { 50.0 } else { 20.0 } };
    let start = Instant::now();
    let mut stage = Stage::start(true).await?;
    let torch_version = stage.torch_version().map(str::to_owned);
    let mut contenders = Contender::IN_BROWSER.to_vec();
    match &torch_version {
        Some(version) => {
            println!("PyTorch {version} runs beside it, natively, on one thread.");
            contenders.push(Contender::PyTorch);
        }
        None => println!("No python3 here can import PyTorch, so it is left out."),
    }

    let mut report = Report { rungs: Vec::new(), extras: Vec::new(), torch_version };
    for case in rungs {
        println!("{} .. ({} s)", case.name, start.elapsed().as_secs());
        report.rungs.push(measure(&mut stage, &Plan::of_rung(&case, &contenders), effort).await?);
    }
    if names.is_empty() || names.iter().any(|name| name == ALONE) {
        println!("the lab alone .. ({} s)", start.elapsed().as_secs());
        report.extras = extras(&mut stage, effort).await?;
    }
    if names.is_empty() || names.iter().any(|name| name == ALIVE) {
        println!("the page while it trains .. ({} s)", start.elapsed().as_secs());
        report.extras.extend(alive().await?);
    }

    let tables = report.tables();
    println!("\n{tables}");
    let failures = [report.failures(), stage.violations()].concat();
    for failure in &failures {
        println!("FAILED {failure}");
    }
    let file = in_project("target/bench/figures.json");
    fs::write(&file, format!("{:#}\n", report.json())).with_context(|| file.display().to_string())?;
    println!("{} s; every round is in target/bench/figures.json", start.elapsed().as_secs());
    if !failures.is_empty() {
        return Ok(ExitCode::FAILURE);
    }
    if write {
        write_down(&tables)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn chosen(names: &[String], full: bool) -> Result<Vec<Case>> {
    let all = ladder();
    for name in names {
        let known: Vec<&str> = all.iter().map(|case| case.name.as_str()).chain([ALONE, ALIVE]).collect();
        ensure!(known.contains(&name.as_str()), "there is no `{name}`; there are {}", known.join(", "));
    }
    let is_chosen = |case: &Case| match names {
        [] => full || !LONG.contains(&case.name.as_str()),
        _ => names.contains(&case.name),
    };
    Ok(all.into_iter().filter(is_chosen).collect())
}

/// Puts the tables into the document in place of those that are there.
fn write_down(tables: &str) -> Result<()> {
    let path = in_project(DOCUMENT);
    let text = fs::read_to_string(&path)?;
    let [from, to] = MARKS;
    let (before, rest) = text.split_once(from).with_context(|| format!("{DOCUMENT} has no {from}"))?;
    let (_, after) = rest.split_once(to).with_context(|| format!("{DOCUMENT} has no {to}"))?;
    Ok(fs::write(path, format!("{before}{from}{tables}{to}{after}"))?)
}
