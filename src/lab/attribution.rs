//! Why a layer's gradient has the size that it has: the factor between it and the layer above, split into what each
//! operation on the way back has done. The factors are ratios of norms, one after the other, so their product is exact.

use super::experiment::Experiment;
use super::observe::Layer;
use super::snapshot::Split;
use super::stats::norm;
use crate::nn::graph::Op;
use crate::nn::{Matrix, Real};

impl<R: Real> Experiment<R> {
    /// norm(dLoss/dz) of `layer` over that of the layer `above`, split; none where that is not a number.
    pub(super) fn split(&self, layer: &Layer, above: &Layer) -> Option<Split> {
        let graph = &self.network.graph;
        let gradient = |node: usize| norm(self.gradients.nodes[node].data());
        let mut split = Split { weights: 1.0, slope: 1.0, norm: 1.0, skip: 1.0, gate: 1.0, dropout: 1.0 };
        let mut node = above.node;
        while node != layer.node {
            let op = &graph.nodes[node].op;
            let slot = on_the_way(op, graph.nodes[node].inputs.len());
            let source = *graph.nodes[node].inputs.get(slot)?;
            if source < layer.node {
                // Time steps that attention looks at do not follow from each other.
                return None;
            }
            let arrives = gradient(source);
            // A value that goes to one operation only has its whole gradient from there.
            let passed = if self.consumers[source] == 1 { arrives } else { self.passed(node, slot) };
            let factor = match op {
                Op::Linear { .. } => &mut split.weights,
                Op::Act => &mut split.slope,
                Op::Norm { .. } => &mut split.norm,
                Op::Dropout(_) => &mut split.dropout,
                Op::LstmCell | Op::LstmOutput | Op::Gru(_) | Op::GruReset => &mut split.gate,
                Op::Input(_)
                | Op::Add(_)
                | Op::Highway
                | Op::Zeros
                | Op::Detach
                | Op::Stack
                | Op::Position(_)
                | Op::Attention => &mut split.skip,
            };
            *factor *= passed / gradient(node);
            split.skip *= arrives / passed;
            node = source;
        }
        let Split { weights, slope, norm, skip, gate, dropout } = split;
        // A subnormal factor has lost its digits: a product with it would not be exact.
        let is_exact = |factor: &f64| factor.is_finite() && !factor.is_subnormal();
        [weights, slope, norm, skip, gate, dropout].iter().all(is_exact).then_some(split)
    }

    /// The norm of what an operation hands back to one of its inputs, apart from what that gets from others.
    fn passed(&self, node: usize, slot: usize) -> f64 {
        let dy = &self.gradients.nodes[node];
        let width = self.network.graph.nodes[self.network.graph.nodes[node].inputs[slot]].width;
        let mut dx = Matrix::zeros(dy.rows(), width);
        R::to_input(&self.network, (node, slot), &self.numbers.parameters, &self.trace, dy, &mut dx);
        norm(dx.data())
    }
}

/// Which of an operation's inputs the layer before is in: of what an addition or a gate brings together the branch, and
/// in a cell what it keeps.
fn on_the_way(op: &Op, inputs: usize) -> usize {
    match op {
        Op::Add(_) | Op::Highway | Op::LstmCell | Op::LstmOutput => 1,
        Op::Gru(_) => 3,
        Op::Stack => inputs - 1,
        Op::Input(_)
        | Op::Linear { .. }
        | Op::Norm { .. }
        | Op::Act
        | Op::Dropout(_)
        | Op::Zeros
        | Op::Detach
        | Op::GruReset
        | Op::Position(_)
        | Op::Attention => 0,
    }
}
