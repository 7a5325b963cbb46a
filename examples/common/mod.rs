//! What the examples share: measuring a link over five seeds, and a table that says whose number is met.

use std::ops::RangeInclusive;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use gradient_lab::lab::Setup;
use gradient_lab::lab::run::{Run, start};
use gradient_lab::lab::snapshot::{LayerSnapshot, Snapshot};
use gradient_lab::link;
use gradient_lab::task::File;

/// One random network tells little, the median of five a good deal.
#[allow(dead_code)] // Not every example asks for everything.
pub const SEEDS: RangeInclusive<u32> = 1..=5;

/// A number that was promised, and what the lab measures.
pub struct Row {
    /// What is measured.
    pub what: &'static str,
    /// What was said of it, and by whom.
    pub said: &'static str,
    /// The lab's own: the median over the seeds.
    pub measured: f64,
    /// Within these it is as it was said.
    pub within: [f64; 2],
}

impl Row {
    fn is_kept(&self) -> bool {
        (self.within[0]..=self.within[1]).contains(&self.measured)
    }
}

/// Prints the table with its one-line reading; fails if a number is not within its bounds.
pub fn report(title: &str, rows: Result<Vec<Row>, String>, reading: &str) -> ExitCode {
    let rows = match rows {
        Ok(rows) => rows,
        Err(message) => {
            eprintln!("{message}");
            return ExitCode::FAILURE;
        }
    };
    println!("{title}\n");
    println!("{:<52} {:>10}  {:<21}  said", "", "measured", "wanted");
    for row in &rows {
        let wanted = format!("{} to {}", short(row.within[0]), short(row.within[1]));
        let mark = if row.is_kept() { "" } else { "  MISSED" };
        println!("{:<52} {:>10}  {wanted:<21}  {}{mark}", row.what, short(row.measured), row.said);
    }
    println!("\n{reading}\n");
    if rows.iter().all(Row::is_kept) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Three digits of a number of any size.
fn short(number: f64) -> String {
    let size = number.abs();
    if size != 0.0 && !(1e-3..1e5).contains(&size) { format!("{number:.2e}") } else { format!("{number:.3}") }
}

/// The run of a link, with a seed.
pub fn run(query: &str, seed: u32) -> Result<Box<dyn Run>, String> {
    let parsed = link::parse(&format!("{query}&seed={seed}"));
    if !parsed.problems.is_empty() {
        return Err(parsed.problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
    }
    start(&parsed.setup, data_file(&parsed.setup)?.as_deref()).map_err(|error| error.to_string())
}

/// The bytes of the file that the Setup's task needs, if it needs one.
fn data_file(setup: &Setup) -> Result<Option<Vec<u8>>, String> {
    let read = |file: File| {
        let path = format!("{}/www/data/{}", env!("CARGO_MANIFEST_DIR"), file.name());
        std::fs::read(&path).map_err(|error| format!("{path}: {error}"))
    };
    setup.task.file().map(read).transpose()
}

/// Of every seed the snapshot after so many steps.
#[allow(dead_code)] // As above.
pub fn snapshots(query: &str, steps: u32, seeds: RangeInclusive<u32>) -> Result<Vec<Snapshot>, String> {
    let seeds: Vec<u32> = seeds.collect();
    side_by_side(&seeds, |&seed| {
        let mut run = run(query, seed)?;
        run.step(steps);
        Ok(run.snapshot())
    })
}

/// What becomes of each job, in their order; as many are worked on at a time as there are processors.
pub fn side_by_side<J: Sync, T: Send>(
    jobs: &[J],
    work: impl Fn(&J) -> Result<T, String> + Sync,
) -> Result<Vec<T>, String> {
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(job) = jobs.get(index) else { return done };
            done.push((index, work(job)));
        }
    };
    let workers = thread::available_parallelism().map_or(1, usize::from).min(jobs.len());
    let mut results = thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(worker)).collect();
        let join = |worker: thread::ScopedJoinHandle<'_, _>| {
            worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        workers.into_iter().flat_map(join).collect::<Vec<(usize, Result<T, String>)>>()
    });
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

/// The median of what is read in the snapshots; NaN, which is within no bounds, if one has nothing to read.
pub fn median<T>(snapshots: &[T], read: impl Fn(&T) -> Option<f64>) -> f64 {
    let Some(mut values) = snapshots.iter().map(read).collect::<Option<Vec<f64>>>() else { return f64::NAN };
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// |delta_1| / |delta_L|, blocks only: a stem is none.
#[allow(dead_code)] // As above.
pub fn end_to_end(snapshot: &Snapshot) -> Option<f64> {
    let [first, .., last] = blocks(snapshot) else { return None };
    Some(first.signal_gradient.l2 / last.signal_gradient.l2)
}

/// The geometric mean of |delta_l| / |delta_l+1|.
#[allow(dead_code)] // As above.
pub fn factor(snapshot: &Snapshot) -> Option<f64> {
    Some(end_to_end(snapshot)?.powf(1.0 / (blocks(snapshot).len() - 1) as f64))
}

/// The layers between the stem, if there is one, and the head.
pub fn blocks(snapshot: &Snapshot) -> &[LayerSnapshot] {
    let all = snapshot.layers.as_slice();
    let stem = usize::from(all.first().is_some_and(|layer| layer.name == "stem"));
    &all[stem..all.len() - 1]
}

/// The training loss.
#[allow(dead_code)] // As above.
pub fn loss(snapshot: &Snapshot) -> Option<f64> {
    Some(snapshot.loss.train)
}

/// The training loss over that of the best constant answer, which is below ln 2 where one class has more points.
#[allow(dead_code)] // As above.
pub fn share_of_chance(snapshot: &Snapshot) -> Option<f64> {
    Some(snapshot.loss.train / snapshot.loss.chance)
}
