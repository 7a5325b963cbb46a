//! What a network over sequences answers, as text beside what it should: one character a step, or a number.

use super::data::{Data, class_of};
use super::learned::{Example, Learned};
use super::picture::Answer;
use super::setup::Setup;
use crate::nn::Real;
use crate::task::{Task, sequences};

/// How many sequences are shown.
const EXAMPLES: usize = 6;
/// The longest line, in characters: of longer sequences the end is shown.
const LONGEST: usize = 24;

/// The first sequences of the test set, which is in random order; of the training set if nothing is kept back.
pub fn of<R: Real>(setup: &Setup, data: &Data<R>, answer: &mut Answer<R>) -> Learned {
    let samples = data.test.as_ref().unwrap_or(&data.train);
    let rows: Vec<usize> = (0..samples.rows().min(EXAMPLES)).collect();
    let mut some = samples.none_like();
    some.gather(samples, &rows);
    let outputs = data.ends.outputs;
    let answers = if setup.task.answers_every_step() { data.ends.steps } else { 1 };
    let mut examples = Vec::with_capacity(rows.len());
    answer(&some.inputs, &mut |logits| {
        let row = examples.len();
        let counts: Vec<usize> = (0..answers).filter(|each| some.targets.weight(row * answers + each) > 0.0).collect();
        let counts = &counts[counts.len().saturating_sub(LONGEST)..];
        let expected = |&each: &usize| match setup.task.classes() {
            0 => decimal(some.targets.answers.row(row)[each]),
            _ => symbol(setup.task, some.class(setup.loss, outputs, row * answers + each)),
        };
        let answered = |&each: &usize| match setup.task.classes() {
            0 => decimal(logits[each]),
            _ => symbol(setup.task, class_of(&logits[each * outputs..][..outputs], 0.0)),
        };
        examples.push(Example {
            shown: shown(setup, some.inputs.row(row), data.ends.inputs),
            expected: counts.iter().map(expected).collect(),
            answered: counts.iter().map(answered).collect(),
        });
    });
    Learned::Examples { are_numbers: setup.task.classes() == 0, examples }
}

/// What the network sees of a sequence, as far as the answer depends on it.
fn shown<R: Real>(setup: &Setup, inputs: &[R], width: usize) -> String {
    let steps: Vec<&[R]> = inputs.chunks_exact(width).collect();
    let seen = |step: &&[R]| {
        let is_bit = setup.task == Task::Parity;
        let class = if is_bit { u8::from(step[0] > R::ZERO) } else { class_of(&step[..setup.task.classes()], 0.0) };
        symbol(setup.task, class)
    };
    if setup.task == Task::Adding {
        let marked = steps.iter().filter(|step| step[1] > R::of(0.5)).map(|step| decimal(step[0]));
        return marked.collect::<Vec<_>>().join(" + ");
    }
    let some = if setup.task == Task::Recall {
        &steps[..1]
    } else if setup.task == Task::Copy {
        &steps[..sequences::copied(setup.lag as usize)]
    } else {
        &steps[steps.len().saturating_sub(LONGEST)..]
    };
    some.iter().map(seen).collect()
}

fn decimal<R: Real>(number: R) -> String {
    format!("{:.2}", number.to_f64())
}

/// How a class is written.
fn symbol(task: Task, class: u8) -> String {
    let symbols = if task == Task::Parity { "01" } else { "abcdefghijklmnopqrstuvwxyz␣" };
    symbols.chars().nth(class.into()).map_or_else(String::new, String::from)
}
