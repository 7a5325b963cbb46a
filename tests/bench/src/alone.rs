//! What is asked of the lab by itself: how its step grows, and what precision, tiny numbers and size cost.

use anyhow::{Context, Result};
use gradient_lab_nn::Precision;

use crate::ladder::{Case, Net};
use crate::measure::{Effort, Group, Plan, Timed, measure};
use crate::report::{Extra, exponent};
use crate::stage::Stage;

/// A link to a network of R5's shape.
const LARGEST: &str = "depth=100&width=128&batch=256&activation=tanh&init=xavier&optimizer=sgd&samples=1024";

/// Measures all of it.
pub async fn extras(stage: &mut Stage, effort: Effort) -> Result<Vec<Extra>> {
    // These are short, and each is a ratio of few runs: more turns make up for a busy moment.
    let effort = Effort { rounds: 3 * effort.rounds, ..effort };
    let (depth, width, batch) = (10, 32, 64);
    let depths = [10, 20, 40, 80].map(|depth| (depth, shape(depth, width, batch)));
    let widths = [16, 32, 64, 128].map(|width| (width, shape(depth, width, batch)));
    let batches = [32, 64, 128, 256].map(|batch| (batch, shape(depth, width, batch)));
    let mut extras = Vec::new();
    for (what, points, limit) in [
        ("time grows with depth to the power", depths, 1.05),
        ("time grows with width to the power", widths, 2.05),
        ("time grows with batch to the power", batches, 1.05),
    ] {
        let runs = timed(stage, what, points.iter().map(|(_, case)| case.clone()), effort).await?;
        let points: Vec<_> = points.iter().zip(&runs).map(|((x, _), run)| (f64::from(*x), run.median())).collect();
        extras.push(Extra { what, value: exponent(&points), limit, runs });
    }

    let healthy = shape(30, 32, 64);
    let double = Case { name: "double".into(), precision: Precision::F64, ..healthy.clone() };
    // Each layer takes a fiftieth, on the way forward and on the way back: both fall through 1e-38.
    let fading = Case { name: "fading".into(), gain: 0.02, ..healthy.clone() };
    for (what, other, limit) in [
        ("time in 64 bits over that in 32, R3's shape", double, 2.3),
        ("time with subnormal numbers over that without, R3's shape", fading, 1.3),
    ] {
        let runs = timed(stage, what, [healthy.clone(), other], effort).await?;
        extras.push(Extra { what, value: runs[1].over(&runs[0]), limit, runs });
    }
    let megabytes = stage.memory(LARGEST).await? / 1e6;
    extras.push(Extra { what: "memory with R5's shape, MB", value: megabytes, limit: 200.0, runs: Vec::new() });
    Ok(extras)
}

fn shape(depth: u32, width: u32, batch: u32) -> Case {
    let net = Net::Perceptron { depth: depth as usize, width: width as usize };
    Case::new(format!("{depth}-{width}-{batch}"), net, batch as usize)
}

/// Times runs of the lab, all of which have to work.
async fn timed(
    stage: &mut Stage,
    what: &str,
    cases: impl IntoIterator<Item = Case>,
    effort: Effort,
) -> Result<Vec<Timed>> {
    let Group { runs, .. } = measure(stage, &Plan::of_lab(cases), effort).await?;
    match runs.iter().find_map(|run| run.problem.clone()) {
        Some(problem) => Err(anyhow::Error::msg(problem)).context(what.to_owned()),
        None => Ok(runs),
    }
}
