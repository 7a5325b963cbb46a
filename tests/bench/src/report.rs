//! What came out, as tables and as JSON.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::measure::{Group, Timed};
use crate::stage::Contender;

/// What the lab is to reach: by rung, times faster than the best library, and the share of the peak.
const TARGETS: [(&str, f64, f64); 7] = [
    ("R1", 35.0, 0.17),
    ("R2", 80.0, 0.47),
    ("R3", 24.0, 0.63),
    ("R4", 13.0, 0.58),
    ("R5", 11.0, 0.63),
    ("RNN", 28.0, 0.30),
    ("LSTM", 20.0, 0.35),
];

/// What is said of a target that was not reached.
const MISSED: &str = "missed";

/// A measurement of the lab alone that has an upper limit.
pub struct Extra {
    /// In words.
    pub what: &'static str,
    /// What was measured.
    pub value: f64,
    /// What it is to be at most.
    pub limit: f64,
    /// The runs that it was taken from.
    pub runs: Vec<Timed>,
}

/// Everything that was measured.
pub struct Report {
    /// Each rung, the lab's run first.
    pub rungs: Vec<Group>,
    /// What was asked of the lab by itself.
    pub extras: Vec<Extra>,
    /// The version of PyTorch, where it was there.
    pub torch_version: Option<String>,
}

impl Report {
    /// The tables, in Markdown, which can be read as it is.
    pub fn tables(&self) -> String {
        let heads = ["rung", "lab, us a step", "share of peak", "against the best library", "TensorFlow.js"];
        let heads = heads.into_iter().chain(["ConvNetJS", "plain JavaScript", "PyTorch, native"]);
        let mut rows = vec![heads.map(str::to_owned).collect::<Vec<_>>()];
        rows.extend(self.rungs.iter().filter_map(row));
        let mut text = table(&rows);
        if !self.extras.is_empty() {
            let mut rows = vec![["the lab alone", "measured", "at most"].map(str::to_owned).to_vec()];
            rows.extend(self.extras.iter().map(|Extra { what, value, limit, .. }| {
                let missed = if value <= limit { String::new() } else { format!(" ({MISSED})") };
                vec![(*what).to_owned(), format!("**{value:.2}**{missed}"), limit.to_string()]
            }));
            text.push('\n');
            text.push_str(&table(&rows));
        }
        let _ = writeln!(
            text,
            "\nOf each of the lab's runs the middle half of the rounds lies within {:.0} % of its median; much more than \
             10 % means that the machine was busy, and that the figures are to be measured again.",
            100.0 * self.spread()
        );
        if text.contains(MISSED) {
            text.push_str(
                "\nNot every target was reached in this run: a cell that says `missed` is one that was not.\n",
            );
        }
        text
    }

    /// The widest spread of the lab's runs.
    fn spread(&self) -> f64 {
        let rungs = self.rungs.iter().flat_map(|group| &group.runs);
        let runs = rungs.chain(self.extras.iter().flat_map(|extra| &extra.runs));
        runs.filter(|run| run.who == Contender::Lab).map(Timed::spread).fold(f64::NAN, f64::max)
    }

    /// Runs that failed, with the reason.
    pub fn failures(&self) -> Vec<String> {
        let runs = self.rungs.iter().flat_map(|group| &group.runs);
        let failure = |run: &Timed| {
            // What follows the first line is where in the library it happened.
            let reason = run.problem.as_ref()?.lines().next().unwrap_or_default();
            Some(format!("{} of {}: {reason}", run.case.name, run.who.name()))
        };
        runs.filter_map(failure).collect()
    }

    /// Every figure.
    pub fn json(&self) -> Value {
        let run = |run: &Timed| {
            let case = &run.case;
            json!({
                "contender": run.who.name(), "network": case.name, "parameters": case.parameters(), "batch": case.batch,
                "flop": case.flop(), "micros": run.median(), "rounds": run.micros, "losses": run.losses,
                "problem": run.problem,
            })
        };
        let all = |runs: &[Timed]| runs.iter().map(run).collect::<Vec<_>>();
        let rung = |group: &Group| json!({ "rung": group.runs[0].case.name, "peaks_flop_a_second": group.peaks, "runs": all(&group.runs) });
        let extra = |Extra { what, value, limit, runs }: &Extra| json!({ "what": what, "value": value, "limit": limit, "runs": all(runs) });
        json!({
            "torch": self.torch_version,
            "rungs": self.rungs.iter().map(rung).collect::<Vec<_>>(),
            "extras": self.extras.iter().map(extra).collect::<Vec<_>>(),
        })
    }
}

/// A rung's row of the table.
fn row(Group { runs, peaks }: &Group) -> Option<Vec<String>> {
    let lab = runs.iter().find(|run| run.who == Contender::Lab)?;
    let name = lab.case.name.clone();
    if lab.problem.is_some() {
        let cells = [name.as_str(), "failed", "-", "-", "-", "-", "-", "-"];
        return Some(cells.map(str::to_owned).to_vec());
    }
    let target = TARGETS.iter().find(|(rung, ..)| *rung == name);
    let share = goal(100.0 * lab.share_of(peaks), target.map(|(.., share)| 100.0 * share), " %");
    let best = runs.iter().filter(|run| run.who.is_library()).map(|run| run.over(lab)).fold(f64::NAN, f64::min);
    let best = goal(best, target.map(|(_, times, _)| *times), " x");
    let against = |peers: &[Contender]| {
        let peers = runs.iter().filter(|run| peers.contains(&run.who));
        let ratios = peers.filter(|run| run.problem.is_none()).map(|run| (run.who, run.over(lab)));
        // By the ratio, as the best library is chosen: a row that picks by time could contradict itself.
        let best = ratios.min_by(|(_, a), (_, b)| a.total_cmp(b));
        best.map_or("-".into(), |(who, ratio)| match who {
            Contender::TensorFlowWasm => format!("{} x (wasm)", digits(ratio)),
            Contender::TensorFlowCpu => format!("{} x (cpu)", digits(ratio)),
            Contender::Lab | Contender::ConvNet | Contender::Plain | Contender::PyTorch => {
                format!("{} x", digits(ratio))
            }
        })
    };
    Some(vec![
        name,
        digits(lab.median()),
        share,
        best,
        against(&[Contender::TensorFlowWasm, Contender::TensorFlowCpu]),
        against(&[Contender::ConvNet]),
        against(&[Contender::Plain]),
        against(&[Contender::PyTorch]),
    ])
}

/// A figure that is to be at least as large as its target.
fn goal(value: f64, target: Option<f64>, unit: &str) -> String {
    let shown = format!("**{}{unit}**", digits(value));
    match target {
        _ if value.is_nan() => "-".into(),
        None => shown,
        Some(target) if value >= target => format!("{shown} (target {target:.0})"),
        Some(target) => format!("{shown} ({MISSED}: {target:.0})"),
    }
}

/// Three digits, or all of a whole number.
fn digits(value: f64) -> String {
    let decimals = if value < 10.0 { 2 } else { usize::from(value < 100.0) };
    format!("{value:.decimals$}")
}

/// The first row has the heads.
fn table(rows: &[Vec<String>]) -> String {
    let widths: Vec<usize> =
        (0..rows[0].len()).map(|column| rows.iter().map(|row| row[column].len()).max().unwrap_or_default()).collect();
    let mut text = String::new();
    for (index, row) in rows.iter().enumerate() {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        let _ = writeln!(text, "| {} |", cells.join(" | "));
        if index == 0 {
            let lines: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
            let _ = writeln!(text, "| {} |", lines.join(" | "));
        }
    }
    text
}

/// The exponent b of y = a x^b through the points, by least squares of the logarithms.
pub fn exponent(points: &[(f64, f64)]) -> f64 {
    let count = points.len() as f64;
    let logs: Vec<(f64, f64)> = points.iter().map(|(x, y)| (x.ln(), y.ln())).collect();
    let (x, y) = logs.iter().fold((0.0, 0.0), |sum, point| (sum.0 + point.0 / count, sum.1 + point.1 / count));
    let together: f64 = logs.iter().map(|point| (point.0 - x) * (point.1 - y)).sum();
    together / logs.iter().map(|point| (point.0 - x).powi(2)).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exponent_of_a_power_is_its_own() {
        let points: Vec<(f64, f64)> = [1.0_f64, 2.0, 5.0].iter().map(|x| (*x, 3.0 * x.powf(1.7))).collect();
        assert!((exponent(&points) - 1.7).abs() < 1e-12);
    }
}
