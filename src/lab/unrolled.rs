//! Looks into a network over sequences, time step by time step.

use super::experiment::Experiment;
use super::over_time::{Attention, Course, OverTime, StateMatrix};
use super::spectrum;
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
                    gates.map(|(name, nodes, block)| self.course(name, nodes, block)).to_vec(),
                    Some(self.carried(&cells, 1)),
                )
            }
            Kind::Gru => {
                let states = self.nodes(|node| matches!(node.op, Op::Gru(_)), &format!("h{layer}."));
                let gates = [("reset", 3), ("update", 4)].map(|(name, block)| self.course(name, &states, block));
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

    /// Of the sizes of the `block`th of what these operations keep.
    fn course(&self, name: &str, nodes: &[usize], block: usize) -> Course {
        let mut course = Course { name: name.to_owned(), mean: Vec::new(), low: Vec::new(), high: Vec::new() };
        for &node in nodes {
            let mut values: Vec<f64> = self.kept(node, block).map(f64::abs).collect();
            course.mean.push(values.iter().sum::<f64>() / values.len() as f64);
            let (last, tenth) = (values.len() - 1, (values.len() - 1) / 10);
            course.low.push(*values.select_nth_unstable_by(tenth, f64::total_cmp).1);
            course.high.push(*values.select_nth_unstable_by(last - tenth, f64::total_cmp).1);
        }
        course
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
        let slopes = steps.iter().skip(1).flat_map(|&node| self.kept(node, 0));
        StateMatrix {
            radius: spectrum::radius(&matrix),
            norm: spectrum::norm(&matrix),
            // A slope that is no number is the largest: it must not go unseen.
            steepest: slopes
                .map(f64::abs)
                .fold(0.0, |most, slope| if slope > most || slope.is_nan() { slope } else { most }),
            slope: self.course("slope", &steps, 0),
        }
    }

    fn attention(&self) -> Attention {
        let nodes = self.network.graph.nodes.iter().enumerate();
        let looks: Vec<usize> = nodes.filter(|(_, node)| node.op == Op::Attention).map(|(index, _)| index).collect();
        let steps = self.network.graph.nodes[looks[looks.len() - 1]].inputs.len();
        let mut mean = vec![0.0; looks.len() * steps];
        let mut sample = mean.clone();
        for (row, &node) in looks.iter().enumerate() {
            let (seen, kept) = (self.network.graph.nodes[node].inputs.len(), &self.trace.cells[node].aux);
            let own = row * steps..row * steps + seen;
            for weights in (0..kept.rows()).map(|row| &kept.row(row)[..seen]) {
                let means = mean[own.clone()].iter_mut().zip(weights);
                means.for_each(|(mean, weight)| *mean += weight.to_f64() / kept.rows() as f64);
            }
            sample[own].iter_mut().zip(kept.row(0)).for_each(|(own, weight)| *own = weight.to_f64());
        }
        Attention { steps, first: steps - looks.len(), mean, sample }
    }
}
