//! A run: the network with its data, driven step by step.

use super::data::{Data, EVALUATION_ROWS, Samples, class_of};
use super::history::{History, Point};
use super::learned::Learned;
use super::setup::Setup;
use super::snapshot::{Accuracies, Divergence, Losses, Quantity, Snapshot, State};
use super::{picture, stats};
use crate::nn::kernels::all_finite;
use crate::nn::{Gradients, Linear, Loss, Matrix, Network, Real, Sgd, Trace};

/// A run in the precision R. At any time the trace and the gradients are those of the present parameters on the batch
/// of the next update, so that what is shown is what the update will use.
pub struct Experiment<R> {
    pub(crate) setup: Setup,
    pub(crate) data: Data<R>,
    /// Somebody's own batches, from which the data were made, if they were.
    pub(crate) own_batches: Option<Vec<Samples<R>>>,
    pub(crate) network: Network<R>,
    /// The parameters at step 0.
    start: Vec<Linear<R>>,
    pub(crate) optimizer: Sgd,
    pub(crate) batch: Samples<R>,
    pub(crate) trace: Trace<R>,
    pub(crate) gradients: Gradients<R>,
    evaluator: Evaluator<R>,
    pub(crate) step: u64,
    pub(crate) batch_loss: f64,
    /// What a network blind to its input can reach.
    chance: f64,
    history: History,
    evaluation: Option<Evaluation>,
    divergence: Option<Divergence>,
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
const EVALUATION_SHARE: f64 = 0.25;

impl<R: Real> Experiment<R> {
    /// A run of the Setup's task, or of somebody's own batches, from the Setup's start.
    pub fn new(setup: &Setup, data: Data<R>, own_batches: Option<Vec<Samples<R>>>) -> Self {
        let shape = setup.shape_between(data.train.inputs.cols(), data.outputs);
        let Setup { activation, init, scale, bias_variance, seed, .. } = *setup;
        let mut network = Network::new(shape, activation, init, scale, bias_variance, seed);
        if init == crate::nn::Init::Lsuv {
            let mut first = data.train.none_like();
            let rows: Vec<usize> = (0..data.train.rows().min(LSUV_ROWS)).collect();
            first.gather(&data.train, &rows);
            network.lsuv(&first.inputs, scale);
        }
        Self::starting_from(setup, data, own_batches, network)
    }

    /// A run from a given network.
    pub fn starting_from(
        setup: &Setup,
        data: Data<R>,
        own_batches: Option<Vec<Samples<R>>>,
        network: Network<R>,
    ) -> Self {
        let rows = data.order.largest_batch();
        let samples = data.train.rows() + data.test.as_ref().map_or(0, Samples::rows);
        // Forward and backward cost three times what forward alone costs.
        let stride = (samples as f64 / (3.0 * EVALUATION_SHARE * rows as f64)).ceil() as u64;
        let mut experiment = Self {
            setup: setup.clone(),
            batch: data.train.none_like(),
            trace: Trace::new(&network.layers, rows),
            gradients: Gradients::new(&network.layers, rows),
            evaluator: Evaluator::new(&network, &data.train),
            start: network.layers.clone(),
            optimizer: Sgd { lr: setup.lr },
            chance: setup.loss.of_best_constant(&data.train.targets),
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

    /// Puts the run at `step` with the parameters `layers`, as a run file has them. The history before is not known.
    pub fn resume(&mut self, step: u64, layers: Vec<Linear<R>>) {
        self.network.layers = layers;
        self.step = step;
        self.history.points.clear();
        self.measure();
    }

    /// Forward and backward on the batch of the next update, and what is to be noted of it.
    fn measure(&mut self) {
        self.batch.gather(&self.data.train, self.data.order.batch(self.step));
        self.network.forward(&self.batch.inputs, &mut self.trace);
        let Self { batch, trace, gradients, .. } = self;
        self.batch_loss = self.network.backward(&batch.inputs, trace, self.setup.loss, &batch.targets, gradients);
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
        let head = self.network.layers.len() - 1;
        let bad_gradient = |layer: &usize| {
            let gradient = &self.gradients.layers[*layer];
            !(all_finite(gradient.weight.data()) && all_finite(&gradient.bias))
        };
        let (layer, quantity) = if self.batch_loss.is_finite() {
            ((0..=head).rev().find(bad_gradient)?, Quantity::Gradient)
        } else {
            let bad_output = |layer: &usize| !all_finite(self.output(*layer).data());
            ((0..=head).find(bad_output).unwrap_or(head), Quantity::Activation)
        };
        let is_nan = |values: &[R]| values.iter().any(|x| x.to_f64().is_nan());
        let nan = match quantity {
            Quantity::Activation => is_nan(self.output(layer).data()),
            Quantity::Gradient => is_nan(self.gradients.layers[layer].weight.data()),
        };
        let state = if nan { State::Nan } else { State::Infinite };
        Some(Divergence { step: self.step, layer: self.layer_name(layer), quantity, state })
    }

    /// What a layer hands on: a, or for the head its logits.
    pub(super) fn output(&self, layer: usize) -> &Matrix<R> {
        self.trace.post.get(layer).unwrap_or(&self.trace.pre[layer])
    }

    pub(super) fn layer_name(&self, layer: usize) -> String {
        if layer == self.network.layers.len() - 1 { "head".to_owned() } else { format!("block{}", layer + 1) }
    }

    /// Up to `n` updates; returns how many. A run that has diverged takes no further step: from a gradient that is
    /// not finite no update can be made, and stopping before it leaves the moment of divergence to look at.
    pub fn step(&mut self, n: u32) -> u32 {
        for done in 0..n {
            if self.divergence.is_some() {
                return done;
            }
            self.network.update(&self.gradients, self.optimizer);
            self.step += 1;
            self.measure();
        }
        n
    }

    /// Back to step 0, digit for digit.
    pub fn reset(&mut self) {
        self.network.layers.clone_from(&self.start);
        self.history.points.clear();
        self.step = 0;
        self.measure();
    }

    /// Loss and accuracy on all data; computed once a step.
    fn evaluate(&mut self) -> Evaluation {
        let Self { evaluator, network, data, setup, .. } = self;
        *self.evaluation.get_or_insert_with(|| Evaluation {
            train: evaluator.score(network, setup.loss, &data.train),
            test: data.test.as_ref().map(|test| evaluator.score(network, setup.loss, test)),
        })
    }

    /// Losses at recorded steps.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// All that a view may know of this step.
    pub fn snapshot(&mut self) -> Snapshot {
        let Evaluation { train, test } = self.evaluate();
        let layers = self.observe(&self.start);
        let accuracy = Accuracies { train: train.accuracy, test: test.map(|test| test.accuracy) };
        Snapshot {
            step: self.step,
            epoch: self.step / self.data.order.steps_per_epoch(),
            precision: R::PRECISION,
            parameters: self.network.parameters(),
            loss: Losses {
                batch: self.batch_loss,
                train: train.loss,
                test: test.map(|test| test.loss),
                chance: self.chance,
            },
            accuracy: self.data.classes.then_some(accuracy),
            first_to_last: stats::first_to_last(&layers),
            layers,
            divergence: self.divergence.clone(),
        }
    }

    /// What the network has learned so far; `side` is how fine the picture is.
    pub fn learned(&mut self, side: usize) -> Learned {
        let Self { evaluator, network, data, setup, .. } = self;
        picture::draw(setup, data, side, |inputs, see| evaluator.each(network, inputs, see))
    }
}

/// The samples that LSUV measures: the first ones of the training set, which is in random order.
const LSUV_ROWS: usize = 256;

/// Runs a network over many samples, a few at a time.
struct Evaluator<R> {
    chunk: Samples<R>,
    trace: Trace<R>,
}

impl<R: Real> Evaluator<R> {
    fn new(network: &Network<R>, like: &Samples<R>) -> Self {
        Self { chunk: like.none_like(), trace: Trace::new(&network.layers, EVALUATION_ROWS) }
    }

    fn score(&mut self, network: &Network<R>, loss: Loss, samples: &Samples<R>) -> Score {
        let (mut total, mut right) = (0.0, 0);
        let rows: Vec<usize> = (0..samples.rows()).collect();
        for indices in rows.chunks(EVALUATION_ROWS) {
            self.chunk.gather(samples, indices);
            network.forward(&self.chunk.inputs, &mut self.trace);
            let logits = self.trace.logits();
            total += loss.value(logits, &self.chunk.targets) * indices.len() as f64;
            let hits =
                logits.iter_rows().zip(0..).filter(|&(logits, row)| class_of(logits, 0.0) == self.chunk.class(row));
            right += hits.count();
        }
        let count = samples.rows() as f64;
        Score { loss: total / count, accuracy: right as f64 / count }
    }

    /// Tells `see` the logits `[O]` of each sample in turn.
    fn each(&mut self, network: &Network<R>, inputs: &Matrix<R>, see: &mut dyn FnMut(&[R])) {
        let rows: Vec<usize> = (0..inputs.rows()).collect();
        for indices in rows.chunks(EVALUATION_ROWS) {
            self.chunk.inputs.gather(inputs, indices);
            network.forward(&self.chunk.inputs, &mut self.trace);
            self.trace.logits().iter_rows().for_each(&mut *see);
        }
    }
}
