//! Setup -> the engine's parts: what the network is, how it starts, and how it learns.

use super::data::EVALUATION_ROWS;
use super::setup::Setup;
use super::snapshot::Way;
use crate::nn::graph::{Graph, Node, Op};
use crate::nn::optimizer::Rule;
use crate::nn::schedule::Plan;
use crate::nn::start::Start;
use crate::nn::{Kind, Loss, Network, Precision, Sequence, Shape, Travel};

/// What a network stands between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ends {
    /// Numbers in a step of a sample.
    pub inputs: usize,
    /// Steps in a sample; 1 if it is no sequence.
    pub steps: usize,
    /// Numbers in an answer.
    pub outputs: usize,
}

impl Setup {
    /// What the network stands between when the data are the task's.
    pub fn ends(&self) -> Ends {
        let outputs = match (self.task.classes(), self.loss) {
            (0, _) | (2, Loss::Mse | Loss::BceWithLogits) => 1,
            (classes, _) => classes,
        };
        Ends { inputs: self.task.inputs(), steps: self.task.steps(self.lag as usize), outputs }
    }

    /// The shape of a perceptron between these ends.
    pub fn shape(&self, Ends { inputs, outputs, .. }: Ends) -> Shape {
        Shape {
            inputs,
            depth: self.depth as usize,
            width: self.width as usize,
            outputs,
            block_layers: self.block_layers as usize,
            norm: self.norm,
            norm_place: self.norm_place,
            skip: self.skip,
            skip_scale: self.skip_scale,
            order: self.order,
            dropout: self.dropout,
        }
    }

    /// The network's operations between these ends.
    pub fn graph(&self, ends: Ends) -> Graph {
        if self.kind == Kind::Mlp {
            return self.shape(ends).graph();
        }
        let sequence = Sequence {
            kind: self.kind,
            inputs: ends.inputs,
            steps: ends.steps,
            width: self.width as usize,
            outputs: ends.outputs,
            layers: self.layers as usize,
            every_step: self.task.answers_every_step(),
            reset: self.reset,
            truncate: self.truncate as usize,
        };
        sequence.graph()
    }

    /// How the gradient gets from the loss to the layers, if the first answer that counts is that of time step `answers`
    /// of so many.
    pub fn way(&self, answers: usize, steps: usize) -> Way {
        match self.kind {
            Kind::Attention => Way::Direct,
            Kind::Rnn | Kind::Lstm | Kind::Gru if answers < steps => Way::Joined,
            Kind::Mlp | Kind::Rnn | Kind::Lstm | Kind::Gru => Way::Chain,
        }
    }

    /// How many of the first time steps truncation keeps the gradient from: those up to the last cut before the first
    /// answer that counts, that of time step `answers`.
    pub fn cut(&self, answers: usize, steps: usize) -> usize {
        let kept = self.truncate as usize;
        if kept == 0 || matches!(self.kind, Kind::Mlp | Kind::Attention) {
            return 0;
        }
        let cuts = (steps - answers) / kept + 1;
        steps.saturating_sub(cuts * kept)
    }

    /// The network between these ends.
    pub fn network(&self, ends: Ends) -> Network {
        let travel = Travel { format: self.gradient_format, loss_scale: self.loss_scale };
        Network { travel, ..Network::new(self.activation, self.graph(ends)) }
    }

    /// How many layers there are to freeze, the largest number of one.
    pub(super) fn layers_to_freeze(&self) -> u32 {
        match self.kind {
            Kind::Mlp => self.depth + 1,
            Kind::Rnn | Kind::Lstm | Kind::Gru => 2 * self.layers + 1,
            Kind::Attention => 6,
        }
    }

    /// Which layers of a network do not learn. A perceptron's stem is 0, then come the blocks, and what comes after the
    /// last of them; others are counted from 1 as they follow each other.
    pub fn frozen(&self, layers: &[String]) -> Vec<bool> {
        layers.iter().zip(1..).map(|(name, place)| self.frozen.contains(self.number(name, place))).collect()
    }

    /// The number by which a layer of a network is frozen; `place` is its place among all, from 1.
    pub(crate) fn number(&self, layer: &str, place: u32) -> u32 {
        match layer.strip_prefix("block") {
            _ if self.kind != Kind::Mlp => place,
            Some(number) => number.parse().unwrap_or_default(),
            None if layer == "stem" => 0,
            None => self.depth + 1,
        }
    }

    /// How its parameters start.
    pub fn start(&self) -> Start {
        let Self { init, scale, bias_variance, gate_bias, seed, .. } = *self;
        Start { init, scale, recurrent: (self.recurrent_init, self.recurrent_scale), bias_variance, gate_bias, seed }
    }

    /// How a gradient becomes an update.
    pub fn rule(&self) -> Rule {
        let Self { optimizer: kind, weight_decay, momentum, square_decay, eps, .. } = *self;
        Rule { kind, weight_decay, momentum, square_decay, eps }
    }

    /// The learning rate over the steps.
    pub fn plan(&self) -> Plan {
        let Self { schedule: kind, lr, warmup, period, .. } = *self;
        Plan { kind, lr, warmup: warmup.into(), period: period.into() }
    }

    /// About how many bytes the run takes: parameters, their start, their gradients and what the optimizer remembers, what
    /// a forward and a backward pass leave behind, and what an evaluation does.
    pub(super) fn memory(&self, ends: Ends, batch: usize) -> usize {
        let bytes = match self.precision {
            Precision::F32 => 4,
            Precision::F64 => 8,
        };
        let graph = self.graph(ends);
        // Attention keeps a number for each step that it looks at.
        let kept = |node: &Node| if node.op == Op::Attention { node.inputs.len() } else { 0 };
        let units: usize = graph.nodes.iter().map(|node| node.width + kept(node)).sum();
        let data = self.samples as usize * ends.steps * ends.inputs;
        let arrays = 4 + self.optimizer.slots().len();
        // Beside its value and the gradient of it, a normalization or a gate keeps one more array of its size.
        // The data are drawn in 64 bits and sorted into training and test before they are as the network wants them.
        bytes * (arrays * graph.layout.len() + (3 * batch + 2 * EVALUATION_ROWS) * units + data) + 16 * data
    }
}
