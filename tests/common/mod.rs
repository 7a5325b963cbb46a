//! What several tests need.

use gradient_lab::lab::run::{Run, start};
use gradient_lab::link;

/// The file of digits.
pub fn digits() -> Vec<u8> {
    std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/www/data/digits.txt")).expect("www/data/digits.txt is there")
}

/// The run of a link that is all right.
pub fn run(query: &str) -> Box<dyn Run> {
    let parsed = link::parse(query);
    assert!(parsed.problems.is_empty(), "{query}: {:?}", parsed.problems);
    start(&parsed.setup, Some(&digits())).expect("the Setup is valid")
}
