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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::rng::Purpose;
    use crate::task::{File, FileError, Task, points};

    const SAMPLES: usize = 400;

    fn plain(task: Task, lag: usize) -> Dataset {
        points::draw(task, SAMPLES, 0.0, lag, &mut Rng::new(9, Purpose::Data))
    }

    fn labels(data: &Dataset) -> &[u8] {
        match &data.answers {
            Answers::Classes { labels, .. } => labels,
            Answers::Values(_) => panic!("classes are expected"),
        }
    }

    fn samples(data: &Dataset) -> impl Iterator<Item = &[f64]> {
        data.inputs.chunks(data.dimension)
    }

    /// The one place of a 1 among zeros.
    fn place(numbers: &[f64]) -> u8 {
        assert_eq!(numbers.iter().filter(|&&number| number == 0.0).count(), numbers.len() - 1);
        numbers.iter().position(|&number| number == 1.0).unwrap() as u8
    }

    #[test]
    fn the_sizes_are_those_that_the_task_names() {
        for task in [Task::Recall, Task::Adding, Task::Copy, Task::Parity] {
            for lag in [1, 2, 3, 4, 5, 6, 20, 495] {
                let data = points::draw(task, 5, 0.1, lag, &mut Rng::new(9, Purpose::Data));
                assert_eq!((data.len(), data.steps), (5, task.steps(lag)), "{task:?} {lag}");
                assert_eq!(data.steps, if task == Task::Copy { lag + lag.min(5) } else { lag + 1 });
                assert_eq!(data.dimension, data.steps * task.inputs());
                assert_eq!(data.inputs.len(), 5 * data.dimension);
                assert_eq!(data.items, if task.answers_every_step() { data.steps } else { 1 });
                assert_eq!(data.mask.len(), if task == Task::Copy { data.items } else { 0 });
                match &data.answers {
                    Answers::Classes { labels, count } => {
                        assert_eq!((labels.len(), *count), (5 * data.items, task.classes()));
                    }
                    Answers::Values(values) => assert_eq!((values.len(), task.classes()), (5, 0)),
                }
            }
        }
    }

    #[test]
    fn what_is_to_be_recalled_is_the_first_step_and_comes_equally_often() {
        let data = plain(Task::Recall, 7);
        for (sample, &label) in samples(&data).zip(labels(&data)) {
            assert_eq!(place(&sample[..4]), label);
            assert!(sample[4..].iter().all(|&number| number == 0.0));
        }
        for class in 0..4 {
            assert_eq!(labels(&data).iter().filter(|&&label| label == class).count(), SAMPLES / 4);
        }
    }

    #[test]
    fn the_two_marked_numbers_one_in_each_half_make_the_sum() {
        for lag in [1, 2, 6, 9] {
            let data = plain(Task::Adding, lag);
            let Answers::Values(sums) = &data.answers else { panic!("sums are numbers") };
            let mut seen = vec![0; lag + 1];
            for (sample, sum) in samples(&data).zip(sums) {
                assert!(sample.chunks(2).all(|step| (0.0..1.0).contains(&step[0]) && [0.0, 1.0].contains(&step[1])));
                let marked: Vec<usize> = (0..=lag).filter(|step| sample[2 * step + 1] == 1.0).collect();
                let &[first, second] = &marked[..] else { panic!("{marked:?}") };
                let half = lag.div_ceil(2);
                assert!(first < half && second >= half, "{marked:?} of {}", lag + 1);
                assert_eq!(sample[2 * first] + sample[2 * second], *sum);
                seen[first] += 1;
                seen[second] += 1;
            }
            assert!(seen.iter().all(|&times| times > SAMPLES / (lag + 1) / 2), "{seen:?}");
            let mean = sums.iter().sum::<f64>() / SAMPLES as f64;
            let best_constant = sums.iter().map(|sum| (sum - mean) * (sum - mean)).sum::<f64>() / SAMPLES as f64;
            assert!((best_constant - 1.0 / 6.0).abs() < 0.03, "{best_constant}");
        }
    }

    #[test]
    fn the_first_symbols_are_to_be_said_in_the_last_steps() {
        for lag in [1, 3, 5, 12] {
            let data = plain(Task::Copy, lag);
            let count = lag.min(5);
            let mask: Vec<f64> = (0..data.items).map(|step| if step < lag { 0.0 } else { 1.0 }).collect();
            assert_eq!(data.mask, mask);
            assert_eq!(mask.iter().sum::<f64>(), count as f64);
            let mut seen = [0; 4];
            for (sample, labels) in samples(&data).zip(labels(&data).chunks(data.items)) {
                let steps: Vec<&[f64]> = sample.chunks(5).collect();
                for symbol in 0..count {
                    assert_eq!(place(&steps[symbol][..4]), labels[lag + symbol]);
                    seen[usize::from(labels[lag + symbol])] += 1;
                }
                assert!(steps[count..].iter().all(|step| step[..4] == [0.0; 4]));
                assert!(steps.iter().zip(&mask).all(|(step, asked)| step[4] == *asked));
                assert!(labels[..lag].iter().all(|&label| label == 0));
            }
            let even = SAMPLES * count / 4;
            assert!(seen.iter().all(|&times| times * 10 > even * 7 && times * 10 < even * 13), "{seen:?} of {even}");
        }
    }

    #[test]
    fn parity_is_that_of_the_ones_so_far() {
        let data = plain(Task::Parity, 11);
        for (sample, labels) in samples(&data).zip(labels(&data).chunks(12)) {
            assert!(sample.iter().all(|bit| [-1.0, 1.0].contains(bit)));
            for (step, &label) in labels.iter().enumerate() {
                let ones = sample[..=step].iter().filter(|&&bit| bit == 1.0).count();
                assert_eq!(usize::from(label), ones % 2);
            }
        }
        let ones = data.inputs.iter().filter(|&&bit| bit == 1.0).count();
        assert!((0.45..0.55).contains(&(ones as f64 / data.inputs.len() as f64)), "{ones} ones");
    }

    #[test]
    fn noise_is_on_every_number_but_the_mark_and_moves_no_answer() {
        for task in [Task::Recall, Task::Adding, Task::Copy, Task::Parity] {
            let draw = |noise| points::draw(task, SAMPLES, noise, 8, &mut Rng::new(9, Purpose::Data));
            let (clean, noisy) = (draw(0.0), draw(0.1));
            assert_eq!((&clean.answers, &clean.mask), (&noisy.answers, &noisy.mask), "{task:?}");
            let moved: Vec<f64> = clean.inputs.iter().zip(&noisy.inputs).map(|(clean, noisy)| noisy - clean).collect();
            let is_mark = |index: usize| task == Task::Adding && index % 2 == 1;
            assert!(moved.iter().enumerate().all(|(index, by)| is_mark(index) == (*by == 0.0)), "{task:?}");
            let moved: Vec<f64> = moved.into_iter().filter(|&by| by != 0.0).collect();
            let square = moved.iter().map(|by| by * by).sum::<f64>() / moved.len() as f64;
            assert!((square.sqrt() - 0.1).abs() < 0.01, "{task:?}: {}", square.sqrt());
        }
    }

    #[test]
    fn a_text_is_cut_into_pieces_whose_answers_are_the_next_characters() {
        // "ab c", " d e" and "f z "; what is left is too little for another.
        let bytes = "Ab -- C\u{e9}\nd\t2 EF? z! a".as_bytes();
        assert_eq!(characters(bytes), [0, 1, 26, 2, 26, 3, 26, 4, 5, 26, 25, 26, 0]);
        let data = text(bytes, 2).unwrap();
        assert_eq!((data.len(), data.steps, data.items, data.dimension), (3, 3, 3, 81));
        let inputs: Vec<u8> = data.inputs.chunks(CHARACTERS).map(place).collect();
        assert_eq!(inputs, [0, 1, 26, 26, 3, 26, 5, 26, 25]);
        assert_eq!(data.answers, Answers::Classes { labels: vec![1, 26, 2, 3, 26, 4, 26, 25, 26], count: 27 });
        assert_eq!(data.mask, [0.0; 0]);
    }

    #[test]
    fn a_text_that_is_too_short_is_named() {
        let read = |bytes: &[u8], lag| File::Text.read(bytes, lag);
        assert_eq!(read(b"alice", 4), Err(FileError::Text(TextError { got: 5, needed: 6 })));
        assert_eq!(read(b"alice", 3).map(|data| data.len()), Ok(1));
        for bytes in [b"".as_slice(), b"\0\xff\xfe", b"1 2 3 4 5 6 7 8"] {
            assert!(read(bytes, 1).unwrap_err().to_string().starts_with("text: got"));
        }
    }

    #[test]
    fn the_labs_own_text_is_long_enough_for_every_lag() {
        let bytes = include_bytes!("../../www/data/text.txt");
        assert!(bytes.is_ascii());
        let data = text(bytes, 495).unwrap();
        assert!(data.len() > 20, "{} samples", data.len());
        let seen: std::collections::BTreeSet<u8> = labels(&data).iter().copied().collect();
        assert!(seen.len() > 24, "{seen:?}");
    }

    #[test]
    fn whole_samples_are_selected() {
        for task in [Task::Adding, Task::Copy, Task::Parity] {
            let data = plain(task, 3);
            let some = data.select(&[7, 0, 7]);
            let same = (some.dimension, some.steps, some.items, &some.mask);
            assert_eq!(same, (data.dimension, data.steps, data.items, &data.mask));
            assert_eq!(some.len(), 3);
            let expected: Vec<&[f64]> = [7, 0, 7].map(|index| samples(&data).nth(index).unwrap()).to_vec();
            assert_eq!(samples(&some).collect::<Vec<_>>(), expected);
            match (&data.answers, &some.answers) {
                (Answers::Values(all), Answers::Values(some)) => assert_eq!(some[..], [all[7], all[0], all[7]]),
                (Answers::Classes { .. }, Answers::Classes { .. }) => {
                    let row = |index: usize| &labels(&data)[index * data.items..][..data.items];
                    assert_eq!(labels(&some), [row(7), row(0), row(7)].concat());
                }
                (Answers::Values(_) | Answers::Classes { .. }, _) => panic!("{task:?}: answers of another kind"),
            }
        }
    }
}
