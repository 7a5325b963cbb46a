//! What several tests need.

pub mod files;

use gradient_lab::lab::run::{Run, start};
use gradient_lab::link;

use files::file_of;

/// The run of a link that is all right.
pub fn run(query: &str) -> Box<dyn Run> {
    let parsed = link::parse(query);
    assert!(parsed.problems.is_empty(), "{query}: {:?}", parsed.problems);
    start(&parsed.setup, file_of(parsed.setup.task)).expect("the Setup is valid")
}
