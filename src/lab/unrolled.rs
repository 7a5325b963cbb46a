//! Looks into a network over sequences, time step by time step.

use super::experiment::Experiment;
use super::over_time::{Attention, Gate, OverTime, StateMatrix};
use super::{spectrum, stats};
use crate::nn::graph::{Node, Op};
use crate::nn::{Kind, Matrix, Real};

impl<R: Real> Experiment<R> {
    /// What a recurrent layer, or the attention block, does over time; none if there is no such layer.
    pub fn over_time(&self, layer: usize) -> Option<OverTime> {
        let kind = self.setup.kind;
        let layers = match kind {
            Kind::Mlp => 0,
            Kind::Rnn | Kind::Lstm | Kind::Gru => self.setup.layers as usize,
            Kind::Attention => 1,
        };
        if layer >= layers {
            return None;
        }
        let (gates, carried) = match kind {
            // What the cell keeps: see nn::kernels::lstm and nn::kernels::gru.
            Kind::Lstm => {
                let cells = self.nodes(|node| node.op == Op::LstmCell, &format!("c{layer}."));
                let outputs = self.nodes(|node| node.op == Op::LstmOutput, &format!("h{layer}."));
                let gates = [("input", &cells, 0), ("forget", &cells, 1), ("output", &outputs, 0)];
                (
                    gates.map(|(name, nodes, block)| self.gate(name, nodes, block)).to_vec(),
                    Some(self.carried(&cells, 1)),
                )
            }
            Kind::Gru => {
                let states = self.nodes(|node| matches!(node.op, Op::Gru(_)), &format!("h{layer}."));
                let gates = [("reset", 3), ("update", 4)].map(|(name, block)| self.gate(name, &states, block));
                (gates.to_vec(), Some(self.carried(&states, 4)))
            }
            Kind::Mlp | Kind::Rnn | Kind::Attention => (Vec::new(), None),
        };
        let state = (kind == Kind::Rnn).then(|| self.state(layer));
        let attention = (kind == Kind::Attention).then(|| self.attention());
        Some(OverTime { step: self.step, layer, layers, gates, carried, state, attention })
    }

    /// The operations of this sort whose values are called so, first time step first.
    fn nodes(&self, sort: impl Fn(&Node) -> bool, prefix: &str) -> Vec<usize> {
        let nodes = self.network.graph.nodes.iter().enumerate();
        let named = |node: &Node| node.taps.iter().any(|tap| tap.starts_with(prefix));
        nodes.filter(|(_, node)| sort(node) && named(node)).map(|(index, _)| index).collect()
    }

    /// The `block`th of what an operation keeps, sample after sample, as many numbers of each as it has units.
    fn kept(&self, node: usize, block: usize) -> impl Iterator<Item = f64> {
        let (width, aux) = (self.network.graph.nodes[node].width, &self.trace.cells[node].aux);
        (0..aux.rows()).flat_map(move |row| aux.row(row)[block * width..][..width].iter().map(|x| x.to_f64()))
    }

    fn gate(&self, name: &str, nodes: &[usize], block: usize) -> Gate {
        let mut gate = Gate { name: name.to_owned(), mean: Vec::new(), low: Vec::new(), high: Vec::new() };
        for &node in nodes {
            let mut values: Vec<f64> = self.kept(node, block).collect();
            values.sort_by(f64::total_cmp);
            let last = values.len() - 1;
            gate.mean.push(values.iter().sum::<f64>() / values.len() as f64);
            gate.low.push(values[last / 10]);
            gate.high.push(values[last - last / 10]);
        }
        gate
    }

    /// The mean over samples and units of the product of a gate over the time steps from the second on.
    fn carried(&self, nodes: &[usize], block: usize) -> f64 {
        let mut products: Vec<f64> = self.kept(nodes[0], block).map(|_| 1.0).collect();
        for &node in &nodes[1..] {
            products.iter_mut().zip(self.kept(node, block)).for_each(|(product, gate)| *product *= gate);
        }
        products.iter().sum::<f64>() / products.len() as f64
    }

    fn state(&self, layer: usize) -> StateMatrix {
        let layout = &self.network.graph.layout;
        let name = format!("weight_hh_l{layer}");
        let entry = layout.entries.iter().position(|entry| entry.name == name);
        let weights = entry.map_or(&[][..], |entry| layout.of(entry, &self.numbers.parameters));
        let matrix = Matrix::from_rows(self.setup.width as usize, weights.iter().map(|x| x.to_f64()));
        let steps = self.nodes(|node| node.op == Op::Act, &format!("h{layer}."));
        let slope = |node: usize| {
            let slopes = self.trace.cells[node].aux.data();
            stats::norm(slopes) / (slopes.len() as f64).sqrt()
        };
        StateMatrix {
            radius: spectrum::radius(&matrix),
            norm: spectrum::norm(&matrix),
            slope: steps.into_iter().map(slope).collect(),
        }
    }

    fn attention(&self) -> Attention {
        let nodes = self.network.graph.nodes.iter().enumerate();
        let looks: Vec<usize> = nodes.filter(|(_, node)| node.op == Op::Attention).map(|(index, _)| index).collect();
        let steps = self.network.graph.nodes[looks[looks.len() - 1]].inputs.len();
        let mut weights = vec![0.0; looks.len() * steps];
        for (&node, row) in looks.iter().zip(weights.chunks_exact_mut(steps)) {
            let (seen, kept) = (self.network.graph.nodes[node].inputs.len(), &self.trace.cells[node].aux);
            for sample in 0..kept.rows() {
                let own = row.iter_mut().zip(&kept.row(sample)[..seen]);
                own.for_each(|(mean, weight)| *mean += weight.to_f64() / kept.rows() as f64);
            }
        }
        Attention { steps, first: steps - looks.len(), weights }
    }
}
