//! What the page shows of sequences in words: what is wanted follows from what is seen, for every task.

#[path = "common/mod.rs"]
mod common;

use gradient_lab::lab::learned::{Example, Learned};

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
        assert_eq!(example.shown.len(), LONGEST);
        assert_eq!(example.shown[1..], example.expected[..LONGEST - 1], "the answer is the next character");
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
