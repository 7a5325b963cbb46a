//! The digits of some runs, as they have always been: here natively, in tests/browser.rs in a browser.
//! `UPDATE=1 cargo test --test digests` accepts other ones; every run file that anybody kept then restores another run.

#[path = "common/digest.rs"]
mod digest;

use digest::{THEORY, digest, lines, theory};

const HEADING: &str = "# link query\tsteps\tdigest of the run file, written anew by UPDATE=1 cargo test --test digests";

#[test]
fn native_runs_have_the_committed_digits() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/");
    let mut committed = vec![HEADING.to_owned()];
    for line in lines() {
        let digest = digest(line.query, line.steps);
        let update = std::env::var_os("UPDATE").is_some();
        assert!(update || digest == line.expected, "{}: {digest}, not {}", line.query, line.expected);
        committed.push(format!("{}\t{}\t{digest}", line.query, line.steps));
    }
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(format!("{folder}tests/digests.txt"), committed.join("\n") + "\n").expect("it can be written");
    }
}

#[test]
fn the_theory_has_the_committed_digits() {
    assert_eq!(theory(), THEORY);
}
