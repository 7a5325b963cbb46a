//! What the page shows of sequences in words: what is wanted follows from what is seen, for every task.

#[path = "common/mod.rs"]
mod common;

use gradient_lab::lab::learned::{Example, Learned};
use gradient_lab::lab::snapshot::Snapshot;

use common::run;

/// The longest line that is shown.
const LONGEST: usize = 24;

fn examples(query: &str, steps: u32) -> Vec<Example> {
    let mut run = run(query);
    run.step(steps);
    let learned = run.learned(8);
    let Learned::Examples { examples, .. } = learned else { panic!("{query} shows {learned:?}") };
    examples
}

#[test]
fn what_is_expected_follows_from_what_is_shown() {
    for example in examples("task=recall&lag=9", 0) {
        assert_eq!(example.shown, example.expected);
    }
    for example in examples("task=copy&lag=9", 0) {
        assert_eq!((example.shown.len(), &example.shown), (5, &example.expected));
    }
    for example in examples("task=parity&lag=9", 0) {
        let odd = |end: usize| example.shown[..=end].bytes().filter(|&bit| bit == b'1').count() % 2;
        let expected: String = (0..10).map(|end| odd(end).to_string()).collect();
        assert_eq!(example.expected, expected);
    }
    for example in examples("task=text&lag=30", 0) {
        let characters = |line: &str| line.chars().collect::<Vec<char>>();
        let (shown, expected) = (characters(&example.shown), characters(&example.expected));
        assert_eq!(shown.len(), LONGEST);
        assert_eq!(shown[1..], expected[..LONGEST - 1], "the answer is the next character");
    }
    for example in examples("task=adding&lag=9&noise=0", 0) {
        let sum: f64 = example.shown.split(" + ").map(|number| number.parse::<f64>().expect("a number")).sum();
        assert!((sum - example.expected.parse::<f64>().expect("a number")).abs() < 0.02, "{example:?}");
    }
}

#[test]
fn a_network_that_has_learned_answers_right() {
    for example in examples("task=recall&lag=3&kind=gru", 400) {
        assert_eq!(example.answered, example.expected);
    }
}

/// The share of right answers beside the loss counts every answer: of a sequence that is right at all steps, all of them.
#[test]
fn every_answer_of_a_sequence_counts_by_itself() {
    for loss in ["bce_with_logits", "softmax_cross_entropy", "mse"] {
        let mut run = run(&format!("task=parity&kind=gru&lag=7&noise=0&loss={loss}&lr=0.01"));
        let start = run.snapshot();
        let accuracy = |snapshot: &Snapshot| snapshot.accuracy.map_or(f64::NAN, |accuracy| accuracy.train);
        assert!((0.4..0.65).contains(&accuracy(&start)), "{loss}: {}", accuracy(&start));
        let chance = if loss == "mse" { 1.0 } else { 2f64.ln() };
        assert!(
            (start.loss.chance / chance - 1.0).abs() < 0.01,
            "{loss}: the same constant at every step costs {chance}"
        );
        run.step(600);
        let end = run.snapshot();
        assert!(end.loss.train < 0.05 && accuracy(&end) > 0.99, "{loss}: {:?} {}", end.loss, accuracy(&end));
    }
}
