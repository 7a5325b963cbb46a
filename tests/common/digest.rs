//! The digests of tests/digests.txt: one file that the native test and the browser's both assert.

mod files;

use gradient_lab::lab::run::start;
use gradient_lab::link;

use files::file_of;

/// A run, and what its run file must come to.
pub struct Line {
    /// The link query.
    pub query: &'static str,
    /// Updates from the start.
    pub steps: u32,
    /// The digest.
    pub expected: &'static str,
}

/// The lines of tests/digests.txt.
pub fn lines() -> Vec<Line> {
    let lines = include_str!("../digests.txt").lines().filter(|line| !line.starts_with('#'));
    let line = |line: &'static str| {
        let [query, steps, expected] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("{line}: not three fields")
        };
        Line { query, steps: steps.parse().expect("steps are a whole number"), expected }
    };
    lines.map(line).collect()
}

/// The digest (FNV-1a, 64 bits) of the run file of this link after these steps.
pub fn digest(query: &str, steps: u32) -> String {
    let parsed = link::parse(query);
    assert!(parsed.problems.is_empty(), "{query}: {:?}", parsed.problems);
    let mut run = start(&parsed.setup, file_of(parsed.setup.task)).expect("the Setup is valid");
    assert_eq!(run.step(steps), steps, "{query} breaks off");
    let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    format!("{:016x}", run.run_file().bytes().fold(0xcbf2_9ce4_8422_2325, mix))
}
