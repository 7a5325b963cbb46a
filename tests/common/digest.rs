//! The digests of tests/digests.txt: one file that the native test and the browser's both assert.

mod files;

use std::fmt::Write;

use gradient_lab::lab::run::start;
use gradient_lab::lab::theory::Assumptions;
use gradient_lab::link;
use gradient_lab::nn::{Activation, Choice};
use strum::VariantArray;

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

/// What [`theory`] must come to.
pub const THEORY: &str = "b3e0c1282557d856";

/// The digest of what the theory says of every activation, plain and with each norm and skip that it knows.
pub fn theory() -> String {
    let mut text = String::new();
    for activation in Activation::VARIANTS {
        for rest in
            ["", "&norm=batch_norm", "&norm=layer_norm", "&norm=rms_norm", "&skip=residual", "&skip=scaled_residual"]
        {
            let query = format!("activation={}&init=he&depth=6{rest}", activation.id());
            let parsed = link::parse(&query);
            assert!(parsed.problems.is_empty(), "{query}: {:?}", parsed.problems);
            let predicted = Assumptions::of(&parsed.setup, 0.6).and_then(|all| all.predict());
            assert!(predicted.is_some(), "{query}: nothing is said");
            writeln!(text, "{query} {predicted:?}").expect("a text can grow");
        }
    }
    fnv(&text)
}

/// The digest of the run file of this link after these steps.
pub fn digest(query: &str, steps: u32) -> String {
    let parsed = link::parse(query);
    assert!(parsed.problems.is_empty(), "{query}: {:?}", parsed.problems);
    let mut run = start(&parsed.setup, file_of(parsed.setup.task)).expect("the Setup is valid");
    assert_eq!(run.step(steps), steps, "{query} breaks off");
    fnv(&run.run_file())
}

/// FNV-1a, 64 bits.
fn fnv(text: &str) -> String {
    let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    format!("{:016x}", text.bytes().fold(0xcbf2_9ce4_8422_2325, mix))
}
