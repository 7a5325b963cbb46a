//! Sequences: samples that come step after step, whose answers ask for what came many steps before.

use super::{Answers, Dataset};
use crate::nn::Rng;

/// Symbols to recall or to copy.
pub const SYMBOLS: usize = 4;
/// Characters of a text: the letters, and the space for all else.
pub const CHARACTERS: usize = 27;
/// The most symbols that are copied.
const COPIED: usize = 5;
const SPACE: u8 = 26;

/// What is wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("text: got {got} characters, expected {needed} or more")]
pub struct TextError {
    /// Characters that it has.
    pub got: usize,
    /// Characters that one sample takes.
    pub needed: usize,
}

/// How many symbols are copied: fewer than usual if they could not all be kept for `lag` steps.
pub fn copied(lag: usize) -> usize {
    COPIED.min(lag)
}

/// One symbol, classes in turn; then nothing; at the end the question which it was.
pub fn recall(samples: usize, noise: f64, lag: usize, rng: &mut Rng) -> Dataset {
    let steps = lag + 1;
    let mut inputs = Vec::with_capacity(samples * steps * SYMBOLS);
    let labels: Vec<u8> = (0..samples).map(|index| (index % SYMBOLS) as u8).collect();
    for &label in &labels {
        inputs.extend(one_of(SYMBOLS, label));
        inputs.resize(inputs.len() + lag * SYMBOLS, 0.0);
    }
    add_noise(&mut inputs, noise, rng);
    sequences((steps, SYMBOLS), 1, inputs, Answers::Classes { labels, count: SYMBOLS })
}

/// Numbers, two of them marked, one in each half; at the end the question what they add up to.
pub fn adding(samples: usize, noise: f64, lag: usize, rng: &mut Rng) -> Dataset {
    let steps = lag + 1;
    let half = steps / 2;
    let mut inputs = Vec::with_capacity(samples * steps * 2);
    let mut sums = Vec::with_capacity(samples);
    for _ in 0..samples {
        let marked = [below(half, rng), half + below(steps - half, rng)];
        let mut sum = 0.0;
        for step in 0..steps {
            let number = rng.unit();
            let mark = if marked.contains(&step) { 1.0 } else { 0.0 };
            sum += mark * number;
            inputs.extend([number + noise * rng.normal(), mark]);
        }
        sums.push(sum);
    }
    sequences((steps, 2), 1, inputs, Answers::Values(sums))
}

/// Symbols; then nothing; in the last steps, which a channel of its own announces, the question what they were, in turn.
pub fn copy(samples: usize, noise: f64, lag: usize, rng: &mut Rng) -> Dataset {
    let copied = copied(lag);
    let steps = lag + copied;
    let asked = |step| if step < lag { 0.0 } else { 1.0 };
    let mut inputs = Vec::with_capacity(samples * steps * (SYMBOLS + 1));
    let mut labels = Vec::with_capacity(samples * steps);
    for _ in 0..samples {
        let symbols: Vec<u8> = (0..copied).map(|_| below(SYMBOLS, rng) as u8).collect();
        for step in 0..steps {
            let symbol = symbols.get(step).copied().unwrap_or(SYMBOLS as u8); // beyond the symbols: none
            inputs.extend(one_of(SYMBOLS, symbol));
            inputs.push(asked(step));
        }
        labels.resize(labels.len() + lag, 0);
        labels.extend(symbols);
    }
    add_noise(&mut inputs, noise, rng);
    let mask = (0..steps).map(asked).collect();
    Dataset { mask, ..sequences((steps, SYMBOLS + 1), steps, inputs, Answers::Classes { labels, count: SYMBOLS }) }
}

/// Bits; at every step the question whether the number of ones so far is odd.
pub fn parity(samples: usize, noise: f64, lag: usize, rng: &mut Rng) -> Dataset {
    let steps = lag + 1;
    let mut inputs = Vec::with_capacity(samples * steps);
    let mut labels = Vec::with_capacity(samples * steps);
    for _ in 0..samples {
        let mut odd = 0;
        for _ in 0..steps {
            let bit = below(2, rng) as u8;
            odd ^= bit;
            inputs.push(2.0 * f64::from(bit) - 1.0);
            labels.push(odd);
        }
    }
    add_noise(&mut inputs, noise, rng);
    sequences((steps, 1), steps, inputs, Answers::Classes { labels, count: 2 })
}

/// A text in pieces, in its order; after every character the question which one is next.
pub fn text(bytes: &[u8], lag: usize) -> Result<Dataset, TextError> {
    let characters = characters(bytes);
    let steps = lag + 1;
    let needed = steps + 1; // the last one is only an answer
    if characters.len() < needed {
        return Err(TextError { got: characters.len(), needed });
    }
    let (mut inputs, mut labels) = (Vec::new(), Vec::new());
    for piece in characters.chunks_exact(needed) {
        inputs.extend(piece[..steps].iter().flat_map(|&character| one_of(CHARACTERS, character)));
        labels.extend_from_slice(&piece[1..]);
    }
    Ok(sequences((steps, CHARACTERS), steps, inputs, Answers::Classes { labels, count: CHARACTERS }))
}

/// The letters of a text, counted from 0; what is between them is one space, however much it is.
fn characters(bytes: &[u8]) -> Vec<u8> {
    let mut characters: Vec<u8> = bytes
        .iter()
        .map(|byte| if byte.is_ascii_alphabetic() { byte.to_ascii_lowercase() - b'a' } else { SPACE })
        .collect();
    characters.dedup_by(|next, before| *next == SPACE && *before == SPACE);
    characters
}

/// Sequences of so many steps of so many numbers each, which want so many answers.
fn sequences((steps, width): (usize, usize), items: usize, inputs: Vec<f64>, answers: Answers) -> Dataset {
    Dataset { dimension: steps * width, steps, items, mask: Vec::new(), inputs, answers }
}

/// 1 at `place` among `count` numbers, 0 at the others.
fn one_of(count: usize, place: u8) -> impl Iterator<Item = f64> {
    (0..count).map(move |index| if index == usize::from(place) { 1.0 } else { 0.0 })
}

fn add_noise(inputs: &mut [f64], noise: f64, rng: &mut Rng) {
    inputs.iter_mut().for_each(|input| *input += noise * rng.normal());
}

/// A whole number below `end`.
fn below(end: usize, rng: &mut Rng) -> usize {
    (rng.unit() * end as f64) as usize
}
