//! The bench: the same networks, parameters and batches in this lab and in what people would otherwise pick, timed in one
//! browser by turns. `docs/performance.md` says how to read what comes out.

mod alive;
mod alone;
mod ladder;
mod measure;
mod report;
mod stage;
mod torch;

pub use alive::alive;
pub use alone::extras;
pub use ladder::{Case, Net, ladder};
pub use measure::{Effort, Entry, Group, Plan, Timed, measure, wrong};
pub use report::{Extra, Report};
pub use stage::{Contender, Opened, Stage};

use std::path::PathBuf;

/// A file or folder of the project, by its path from the root.
pub fn in_project(path: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "..", "..", path].iter().collect()
}
