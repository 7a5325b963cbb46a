//! A run: the network with its data, driven step by step.

use std::ops::Range;

use super::checkpoint::Numbers;
use super::data::{Data, EVALUATION_ROWS, Samples, class_of};
use super::history::{History, Point};
use super::learned::Learned;
use super::observe::Layer;
use super::setup::Setup;
use super::snapshot::{Accuracies, ClipNorms, Divergence, Losses, Quantity, Ratios, Snapshot, State, Way, hidden};
use super::{picture, stats};
use crate::nn::{Gradients, Init, Loss, Matrix, Memory, Mode, Network, Real, Trace};

/// A run in the precision R. At any time the trace and the gradients are those of the present parameters on the batch
/// of the next update, so that what is shown is what the update will use.
pub struct Experiment<R> {
    pub(crate) setup: Setup,
    pub(crate) data: Data<R>,
    /// Somebody's own batches, from which the data were made, if they were.
    pub(crate) own_batches: Option<Vec<Samples<f64>>>,
    pub(crate) network: Network,
    /// The layers as the lab shows them, input side first.
    pub(super) layers: Vec<Layer>,
    /// How many operations each operation's value goes to.
    pub(super) consumers: Vec<usize>,
    /// Which layers of the layout do not learn, and where the parameters of the others lie.
    pub(crate) frozen: Vec<bool>,
    learning: Vec<Range<usize>>,
    pub(crate) numbers: Numbers<R>,
    /// Those at step 0.
    pub(super) start: Numbers<R>,
    pub(crate) batch: Samples<R>,
    pub(crate) trace: Trace<R>,
    pub(crate) gradients: Gradients<R>,
    evaluator: Evaluator<R>,
    pub(crate) step: u64,
    pub(crate) batch_loss: f64,
    /// What a network blind to its input can reach.
    chance: f64,
    /// See [`Data::first_answer`].
    first_answer: usize,
    pub(super) history: History,
    evaluation: Option<Evaluation>,
    divergence: Option<Divergence>,
}

/// The update that comes next, worked out but not done.
pub struct Next<R> {
    /// The gradients `[P]` after clipping.
    pub clipped: Vec<R>,
    /// What it takes off the parameters `[P]`.
    pub changes: Vec<R>,
    /// The numbers after the update.
    pub numbers: Numbers<R>,
}

/// Loss and accuracy on the whole of the data, at the present step.
#[derive(Clone, Copy)]
struct Evaluation {
    train: Score,
    test: Option<Score>,
}

/// Mean loss, and the share of right answers where there are any.
#[derive(Clone, Copy)]
struct Score {
    loss: f64,
    accuracy: f64,
}

/// An evaluation may cost at most this share of the training that goes on between two of them.
const EVALUATION_SHARE: f64 = 0.05;

impl<R: Real> Experiment<R> {
    /// A run of the Setup's task from the Setup's start.
    pub fn new(setup: &Setup, data: Data<R>) -> Self {
        let network = setup.network(data.ends);
        let mut parameters = network.start(setup.start());
        if setup.init == Init::Lsuv {
            let mut first = data.train.none_like();
            let rows: Vec<usize> = (0..data.train.rows().min(LSUV_ROWS)).collect();
            first.gather(&data.train, &rows);
            R::lsuv(&network, &mut parameters, &first.inputs, setup.scale);
        }
        Self::starting_from(setup, data, None, network, parameters)
    }

    /// A run from given parameters.
    pub fn starting_from(
        setup: &Setup,
        data: Data<R>,
        own_batches: Option<Vec<Samples<f64>>>,
        network: Network,
        parameters: Vec<R>,
    ) -> Self {
        let rows = data.order.largest_batch();
        let samples = data.train.rows() + data.test.as_ref().map_or(0, Samples::rows);
        // Forward and backward cost three times what forward alone costs.
        let stride = (samples as f64 / (3.0 * EVALUATION_SHARE * rows as f64)).ceil() as u64;
        let layout = &network.graph.layout;
        let frozen = setup.frozen(&layout.layers);
        let mut learning: Vec<Range<usize>> = Vec::new();
        for range in layout.entries.iter().filter(|entry| !frozen[entry.layer]).map(|entry| entry.range()) {
            // What lies side by side is updated in one go.
            match learning.last_mut() {
                Some(last) if last.end == range.start => last.end = range.end,
                Some(_) | None => learning.push(range),
            }
        }
        let memory = Memory::new(setup.optimizer, layout.len());
        let numbers = Numbers { parameters, statistics: network.statistics(), memory };
        let mut experiment = Self {
            setup: setup.clone(),
            batch: data.train.none_like(),
            trace: Trace::new(&network.graph, rows),
            gradients: Gradients::new(&network.graph, rows),
            evaluator: Evaluator::new(&network, &data.train),
            layers: Layer::all(&network.graph),
            consumers: network.graph.consumers(),
            frozen,
            learning,
            start: numbers.clone(),
            numbers,
            first_answer: if setup.task.answers_every_step() { data.first_answer() } else { data.ends.steps },
            chance: setup.loss.of_best_constant(&data.train.targets, data.ends.outputs),
            data,
            own_batches,
            network,
            step: 0,
            batch_loss: 0.0,
            history: History::every(stride.next_power_of_two()),
            evaluation: None,
            divergence: None,
        };
        experiment.measure();
        experiment
    }

    /// Forward and backward on the batch of the next update, and what is to be noted of it.
    pub(super) fn measure(&mut self) {
        self.batch.gather(&self.data.train, self.data.order.batch(self.step));
        let Self { network, numbers, batch, trace, gradients, setup, .. } = self;
        let mode = Mode::Train { seed: setup.seed, step: self.step };
        R::forward(network, &numbers.parameters, &batch.inputs, mode, trace);
        let loss = (setup.loss, &batch.targets);
        self.batch_loss = R::backward(network, &numbers.parameters, trace, loss, false, gradients);
        self.evaluation = None;
        self.divergence = self.find_divergence();
        if self.history.wants(self.step) {
            let Evaluation { train, test } = self.evaluate();
            self.history.record(Point { step: self.step, train: train.loss, test: test.map(|test| test.loss) });
        }
    }

    /// The first value that is not finite, if any, in the order in which they were computed. A saturating activation
    /// can swallow an infinite z, so only what reaches the loss or a parameter's gradient counts.
    fn find_divergence(&self) -> Option<Divergence> {
        let (values, layer, quantity) = if self.batch_loss.is_finite() {
            // One look at all of them is enough while nothing is wrong.
            if R::all_finite(&self.gradients.parameters) {
                return None;
            }
            let gradient = |layer: &Layer| match layer.uses {
                None => &self.gradients.parameters[layer.range.clone()],
                Some(_) => self.gradients.nodes[layer.node].data(),
            };
            match self.layers.iter().rev().find(|layer| !R::all_finite(gradient(layer))) {
                Some(bad) => (gradient(bad), bad, Quantity::Gradient),
                // In a gate, say, between two states that are finite.
                None => (&self.gradients.parameters[..], self.beside_finite()?, Quantity::Gradient),
            }
        } else {
            let output = |layer: &Layer| self.trace.cells[layer.output].value.data();
            let bad = self.layers.iter().find(|layer| !R::all_finite(output(layer))).or(self.layers.last())?;
            (output(bad), bad, Quantity::Activation)
        };
        let nan = values.iter().any(|x| x.to_f64().is_nan());
        let state = if nan { State::Nan } else { State::Infinite };
        Some(Divergence { step: self.step, layer: layer.name.clone(), quantity, state })
    }

    /// Of the layers that are shown, the one nearest to the loss that shares a layer of the layout with a parameter whose
    /// gradient is not finite; if none does, as with what time steps multiply their input by, the last hidden one.
    fn beside_finite(&self) -> Option<&Layer> {
        let is_bad = |layer: &&Layer| {
            let mut entries = self.network.graph.layout.entries.iter().filter(|entry| entry.layer == layer.place);
            entries.any(|entry| !R::all_finite(&self.gradients.parameters[entry.range()]))
        };
        self.layers.iter().rev().find(is_bad).or(self.layers.iter().rev().nth(1))
    }

    /// The learning rate of the next update.
    pub fn rate(&self) -> f64 {
        self.setup.plan().rate(self.step)
    }

    /// The next update, worked out on copies.
    pub fn next(&self) -> Next<R> {
        let (mut clipped, mut numbers) = (self.gradients.parameters.clone(), self.numbers.clone());
        let mut memory = numbers.memory.clone();
        self.update(&mut clipped, &mut numbers);
        let (rule, parameters) = (self.setup.rule(), &self.numbers.parameters);
        let changes = R::changes(rule, self.rate(), parameters, &clipped, &mut memory, &self.learning);
        Next { clipped, changes, numbers }
    }

    /// Clips the gradients in place and updates the numbers.
    fn update(&self, gradients: &mut [R], numbers: &mut Numbers<R>) {
        let Numbers { parameters, statistics, memory } = numbers;
        R::clip(self.setup.clip, self.setup.clip_at, gradients, &self.network.graph.layout, &self.frozen);
        R::update(self.setup.rule(), self.rate(), parameters, gradients, memory, &self.learning);
        self.network.update_statistics(&self.trace, statistics);
    }

    /// Up to `n` updates; returns how many. A run that has diverged takes no further step: from a gradient that is
    /// not finite no update can be made, and stopping before it leaves the moment of divergence to look at.
    pub fn step(&mut self, n: u32) -> u32 {
        for done in 0..n {
            if self.divergence.is_some() {
                return done;
            }
            // Both are made anew, from the gradients and by them: taken out, they are changed in place.
            let mut gradients = std::mem::take(&mut self.gradients.parameters);
            let mut numbers = std::mem::take(&mut self.numbers);
            self.update(&mut gradients, &mut numbers);
            (self.gradients.parameters, self.numbers) = (gradients, numbers);
            self.step += 1;
            self.measure();
        }
        n
    }

    /// Back to step 0, digit for digit.
    pub fn reset(&mut self) {
        self.numbers.clone_from(&self.start);
        self.history.points.clear();
        self.step = 0;
        self.measure();
    }

    /// Loss and accuracy on all data; computed once a step.
    fn evaluate(&mut self) -> Evaluation {
        let Self { evaluator, network, numbers, data, setup, .. } = self;
        let goal = (setup.loss, data.ends.outputs);
        *self.evaluation.get_or_insert_with(|| Evaluation {
            train: evaluator.score((network, numbers), goal, &data.train),
            test: data.test.as_ref().map(|test| evaluator.score((network, numbers), goal, test)),
        })
    }

    /// Losses at recorded steps.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// All that a view may know of this step.
    pub fn snapshot(&mut self) -> Snapshot {
        let Evaluation { train, test } = self.evaluate();
        let next = self.next();
        let layers = self.observe(&next);
        let way = self.setup.way(self.first_answer, self.data.ends.steps);
        let first_to_last = match way {
            Way::Chain | Way::Joined => stats::first_to_last(hidden(&layers)),
            Way::Direct => Ratios { weights: None, signal: None },
        };
        let accuracy = Accuracies { train: train.accuracy, test: test.map(|test| test.accuracy) };
        Snapshot {
            step: self.step,
            epoch: self.step / self.data.order.steps_per_epoch(),
            precision: R::PRECISION,
            parameters: self.numbers.parameters.len(),
            loss: Losses {
                batch: self.batch_loss,
                train: train.loss,
                test: test.map(|test| test.loss),
                chance: self.chance,
            },
            accuracy: self.data.classes.then_some(accuracy),
            way,
            cut: self.setup.cut(self.first_answer, self.data.ends.steps),
            first_to_last,
            updates: self.updates(&next),
            rate: self.rate(),
            clip: ClipNorms { before: stats::norm(&self.gradients.parameters), after: stats::norm(&next.clipped) },
            layers,
            divergence: self.divergence.clone(),
        }
    }

    /// What the network has learned so far; `side` is how fine the picture is.
    pub fn learned(&mut self, side: usize) -> Learned {
        let Self { evaluator, network, numbers, data, setup, .. } = self;
        picture::draw(setup, data, side, |inputs, see| evaluator.each((network, numbers), inputs, see))
    }
}

/// The samples that LSUV measures: the first ones of the training set, which is in random order.
const LSUV_ROWS: usize = 256;

/// Runs a network over many samples, a few at a time.
struct Evaluator<R> {
    /// The places of all samples, as far as they were needed.
    rows: Vec<usize>,
    chunk: Samples<R>,
    trace: Trace<R>,
}

impl<R: Real> Evaluator<R> {
    fn new(network: &Network, like: &Samples<R>) -> Self {
        Self { rows: Vec::new(), chunk: like.none_like(), trace: Trace::new(&network.graph, EVALUATION_ROWS) }
    }

    /// The first so many places, a few at a time.
    fn places(rows: &mut Vec<usize>, count: usize) -> std::slice::Chunks<'_, usize> {
        rows.extend(rows.len()..count);
        rows[..count].chunks(EVALUATION_ROWS)
    }

    fn score(
        &mut self,
        network: (&Network, &Numbers<R>),
        (loss, outputs): (Loss, usize),
        samples: &Samples<R>,
    ) -> Score {
        let (mut total, mut counted, mut right, mut asked) = (0.0, 0.0, 0.0, 0.0);
        for indices in Self::places(&mut self.rows, samples.rows()) {
            self.chunk.gather(samples, indices);
            let logits = answer(network, &self.chunk.inputs, &mut self.trace);
            let targets = &self.chunk.targets;
            let (_, counts) = loss.count(targets);
            total += R::loss(loss, logits, targets) * counts;
            counted += counts;
            for (answer, logits) in logits.data().chunks_exact(outputs).enumerate() {
                asked += targets.weight(answer);
                if class_of(logits, 0.0) == self.chunk.class(loss, outputs, answer) {
                    right += targets.weight(answer);
                }
            }
        }
        Score { loss: total / counted, accuracy: right / asked }
    }

    /// Tells `see` the logits `[O]` of each sample in turn.
    fn each(&mut self, network: (&Network, &Numbers<R>), inputs: &Matrix<R>, see: &mut dyn FnMut(&[R])) {
        for indices in Self::places(&mut self.rows, inputs.rows()) {
            self.chunk.inputs.gather(inputs, indices);
            answer(network, &self.chunk.inputs, &mut self.trace).iter_rows().for_each(&mut *see);
        }
    }
}

/// The network's answers in evaluation `[B, O]`.
fn answer<'a, R: Real>(
    (network, numbers): (&Network, &Numbers<R>),
    inputs: &Matrix<R>,
    trace: &'a mut Trace<R>,
) -> &'a Matrix<R> {
    R::forward(network, &numbers.parameters, inputs, Mode::Evaluate(&numbers.statistics), trace);
    trace.logits()
}
