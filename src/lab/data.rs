//! The samples of a run, as the network wants them, and the order in which it meets them.

use std::ops::Range;

use super::build::Ends;
use super::setup::Setup;
use crate::nn::rng::{Purpose, Rng};
use crate::nn::{Loss, Matrix, Real, Targets};
use crate::task::{Answers, Dataset, points};

/// How many samples an evaluation takes at a time.
pub const EVALUATION_ROWS: usize = 64;

/// Samples with their targets.
#[derive(Clone, Debug, PartialEq)]
pub struct Samples<R> {
    /// `[N, I]`
    pub inputs: Matrix<R>,
    /// `[N, O]` or `[N]`
    pub targets: Targets<R>,
}

/// The samples of a run.
pub struct Data<R> {
    /// What it trains on.
    pub train: Samples<R>,
    /// What it is tested on, if anything is kept back.
    pub test: Option<Samples<R>>,
    /// Whether an answer is a class, right or wrong, and not a number.
    pub classes: bool,
    /// What the network stands between.
    pub ends: Ends,
    /// Which samples each step looks at.
    pub order: Order,
}

impl<R: Real> Data<R> {
    /// Where every time step has an answer, the first one, from 1, whose answer counts in any sample.
    pub fn first_answer(&self) -> usize {
        let mask = &self.train.targets.mask;
        let counts = |step: &usize| mask.iter_rows().any(|row| row[*step] != R::ZERO);
        1 + (0..mask.cols()).find(counts).unwrap_or(0)
    }

    /// The same in another precision.
    pub fn to<S: Real>(self) -> Data<S> {
        let Self { train, test, classes, ends, order } = self;
        Data { train: train.to(), test: test.as_ref().map(Samples::to), classes, ends, order }
    }
}

/// Data come from elsewhere in 64 bits, whatever the precision of the run.
impl Data<f64> {
    /// The data of the Setup's task: what was read from its file, if it has one, or else drawn.
    pub fn of_task(setup: &Setup, read: Option<&Dataset>) -> Self {
        let drawn;
        let all = match read {
            Some(read) => read,
            None => {
                let mut rng = Rng::new(setup.seed, Purpose::Data);
                let (samples, lag) = (setup.samples as usize, setup.lag as usize);
                drawn = points::draw(setup.task, samples, setup.noise, lag, &mut rng);
                &drawn
            }
        };
        let mut indices: Vec<usize> = (0..all.len()).collect();
        Rng::new(setup.seed, Purpose::Split).shuffle(&mut indices);
        let (train, test) = indices.split_at(Setup::training_samples(all.len(), setup.test));
        let ends = setup.ends();
        let samples = |indices: &[usize]| Samples::encode(&all.select(indices), setup.loss, ends.outputs);
        Self {
            train: samples(train),
            test: (!test.is_empty()).then(|| samples(test)),
            classes: setup.task.is_classification(),
            ends,
            order: Order::shuffled(setup.seed, train.len(), setup.batch as usize),
        }
    }

    /// Somebody's own batches `[B, I]`, used in this order, round and round.
    pub fn of_batches(batches: &[Samples<f64>], loss: Loss, ends: Ends) -> Self {
        let (mut inputs, mut answers, mut mask) = (Vec::new(), Vec::new(), Vec::new());
        let mut ranges = Vec::with_capacity(batches.len());
        let mut start = 0;
        for Samples { inputs: more, targets } in batches {
            inputs.extend_from_slice(more.data());
            answers.extend_from_slice(targets.answers.data());
            // Where some batch has a mask, all answers of the others count 1.
            if targets.mask.cols() > 0 || !mask.is_empty() {
                let before = start * loss.count(targets).0 / more.rows();
                mask.resize(before, 1.0);
                mask.extend((0..loss.count(targets).0).map(|answer| targets.weight(answer)));
            }
            ranges.push(start..start + more.rows());
            start += more.rows();
        }
        let rows = |values: Vec<f64>| Matrix::of(start, values);
        let is_one_or_other = loss == Loss::SoftmaxCrossEntropy || (loss == Loss::BceWithLogits && ends.outputs == 1);
        Self {
            train: Samples { inputs: rows(inputs), targets: Targets { answers: rows(answers), mask: rows(mask) } },
            test: None,
            classes: is_one_or_other,
            ends,
            order: Order::in_turn(start, ranges),
        }
    }
}

impl Samples<f64> {
    /// What a loss compares the network's answers with. Two classes are 0 and 1 for cross-entropy, -1 and 1 for
    /// squares; more are one output of 1 among zeros.
    fn encode(data: &Dataset, loss: Loss, outputs: usize) -> Self {
        let rows = |values: &mut dyn Iterator<Item = f64>| Matrix::of(data.len(), values.collect());
        let answers = match &data.answers {
            Answers::Values(values) => rows(&mut values.iter().copied()),
            Answers::Classes { labels, .. } => {
                let mut labels = labels.iter().map(|&label| f64::from(label));
                match loss {
                    Loss::Mse | Loss::BceWithLogits if outputs > 1 => {
                        let hit = |class: f64, output: usize| f64::from(u8::from(class == output as f64));
                        rows(&mut labels.flat_map(|class| (0..outputs).map(move |output| hit(class, output))))
                    }
                    Loss::Mse => rows(&mut labels.map(|class| 2.0 * class - 1.0)),
                    Loss::BceWithLogits | Loss::SoftmaxCrossEntropy => rows(&mut labels),
                }
            }
        };
        let mask = Matrix::of(data.len(), data.mask.repeat(data.len()));
        let inputs = Matrix::of(data.len(), data.inputs.clone());
        Self { inputs, targets: Targets { answers, mask } }
    }

    /// Whether they are the same samples: the same numbers, and answers that count alike.
    pub fn is_like(&self, other: &Self) -> bool {
        let same = |x: &Matrix<f64>, y: &Matrix<f64>| {
            let mut pairs = x.data().iter().zip(y.data());
            pairs.len() == x.data().len().max(y.data().len())
                && pairs.all(|(x, y)| x == y || (x.is_nan() && y.is_nan()))
        };
        let (mine, theirs) = (&self.targets, &other.targets);
        let answers = mine.mask.data().len().max(theirs.mask.data().len());
        let mut weights = (0..answers).map(|answer| (mine.weight(answer), theirs.weight(answer)));
        same(&self.inputs, &other.inputs) && same(&mine.answers, &theirs.answers) && weights.all(|(x, y)| x == y)
    }
}

impl<R: Real> Samples<R> {
    /// The same in another precision.
    pub fn to<S: Real>(&self) -> Samples<S> {
        let Targets { answers, mask } = &self.targets;
        Samples { inputs: self.inputs.to(), targets: Targets { answers: answers.to(), mask: mask.to() } }
    }

    /// None yet, of the same kind.
    pub fn none_like(&self) -> Self {
        let none = |like: &Matrix<R>| Matrix::zeros(0, like.cols());
        let targets = Targets { answers: none(&self.targets.answers), mask: none(&self.targets.mask) };
        Self { inputs: none(&self.inputs), targets }
    }

    /// Number of samples.
    pub fn rows(&self) -> usize {
        self.inputs.rows()
    }

    /// Takes over the samples `indices` of `source`.
    pub fn gather(&mut self, source: &Self, indices: &[usize]) {
        self.inputs.gather(&source.inputs, indices);
        self.targets.gather(&source.targets, indices);
    }

    /// The class of an answer of a classification task that has answers of `outputs` numbers.
    pub fn class(&self, loss: Loss, outputs: usize, answer: usize) -> u8 {
        let answers = self.targets.answers.data();
        match loss {
            Loss::SoftmaxCrossEntropy => answers[answer].to_f64() as u8,
            Loss::Mse | Loss::BceWithLogits => class_of(&answers[answer * outputs..][..outputs], 0.5),
        }
    }
}

/// The class that an answer names: the largest output, or with one output whether it is above `threshold`.
pub fn class_of<R: Real>(answer: &[R], threshold: f64) -> u8 {
    match answer {
        [single] => u8::from(single.to_f64() > threshold),
        several => {
            let larger = |best: usize, index: usize| if several[index] > several[best] { index } else { best };
            (0..several.len()).reduce(larger).unwrap_or(0) as u8
        }
    }
}

/// Which samples each step looks at.
pub struct Order {
    /// All samples, in the order of the present pass.
    indices: Vec<usize>,
    kind: Kind,
}

enum Kind {
    /// A new order in every pass; what is left over after the last whole batch of a pass is left out.
    Shuffled { seed: u32, batch: usize, epoch: Option<u64> },
    /// Fixed batches, round and round.
    InTurn(Vec<Range<usize>>),
}

impl Order {
    fn shuffled(seed: u32, samples: usize, batch: usize) -> Self {
        let kind = Kind::Shuffled { seed, batch: batch.min(samples), epoch: None };
        Self { indices: (0..samples).collect(), kind }
    }

    fn in_turn(samples: usize, batches: Vec<Range<usize>>) -> Self {
        Self { indices: (0..samples).collect(), kind: Kind::InTurn(batches) }
    }

    /// Steps in a pass over all samples.
    pub fn steps_per_epoch(&self) -> u64 {
        match &self.kind {
            Kind::Shuffled { batch, .. } => (self.indices.len() / batch) as u64,
            Kind::InTurn(batches) => batches.len() as u64,
        }
    }

    /// The most samples that a step looks at.
    pub fn largest_batch(&self) -> usize {
        match &self.kind {
            Kind::Shuffled { batch, .. } => *batch,
            Kind::InTurn(batches) => batches.iter().map(Range::len).max().unwrap_or(0),
        }
    }

    /// The samples that the step after `step` updates looks at. It depends on the seed and the step alone.
    pub fn batch(&mut self, step: u64) -> &[usize] {
        let per_epoch = self.steps_per_epoch();
        let (now, place) = (step / per_epoch, (step % per_epoch) as usize);
        match &mut self.kind {
            Kind::Shuffled { seed, batch, epoch } => {
                if *epoch != Some(now) {
                    *epoch = Some(now);
                    self.indices.iter_mut().zip(0..).for_each(|(index, start)| *index = start);
                    Rng::new(*seed, Purpose::Epoch(now)).shuffle(&mut self.indices);
                }
                &self.indices[place * *batch..][..*batch]
            }
            Kind::InTurn(batches) => &self.indices[batches[place].clone()],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pass_meets_every_sample_once_and_passes_differ() {
        let mut order = Order::shuffled(1, 12, 4);
        let mut pass = |epoch: u64| (0..3).flat_map(|step| order.batch(3 * epoch + step).to_vec()).collect::<Vec<_>>();
        let (first, second) = (pass(0), pass(1));
        assert_ne!(first, second);
        assert_eq!(pass(0), first, "the order depends on the step alone");
        for mut seen in [first, second] {
            seen.sort_unstable();
            assert_eq!(seen, (0..12).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_batch_larger_than_the_set_is_the_whole_set() {
        let mut order = Order::shuffled(1, 5, 100);
        assert_eq!((order.steps_per_epoch(), order.batch(3).len()), (1, 5));
    }

    #[test]
    fn classes_are_encoded_as_each_loss_wants_them() {
        let data = Dataset::of_points(1, vec![0.0; 2], Answers::Classes { labels: vec![0, 1], count: 2 });
        let values = |cols, values: &[f64]| Targets::new(Matrix::from_rows(cols, values.iter().copied()));
        let encode = |loss, outputs| Samples::<f64>::encode(&data, loss, outputs).targets;
        assert_eq!(encode(Loss::Mse, 1), values(1, &[-1.0, 1.0]));
        assert_eq!(encode(Loss::BceWithLogits, 1), values(1, &[0.0, 1.0]));
        assert_eq!(encode(Loss::BceWithLogits, 3), values(3, &[1.0, 0.0, 0.0, 0.0, 1.0, 0.0]));
        assert_eq!(encode(Loss::SoftmaxCrossEntropy, 2), values(1, &[0.0, 1.0]));
    }
}
