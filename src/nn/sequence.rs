//! Networks over sequences, unrolled: every time step is a few operations of its own, on parameters that all share.
//!
//! Shapes: `T` time steps, `D` numbers in a step, `H` hidden units, `G` gates. A sample is `[T D]`, step after step.

use strum::{IntoStaticStr, VariantArray};

use super::graph::{Affine, Graph, Op, Scale, Tick};
use super::layers::gru::Reset;
use super::layout::Role;
use super::{About, Choice};

/// What a network is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
#[allow(missing_docs)] // Each variant's About is its documentation.
pub enum Kind {
    Mlp,
    Rnn,
    Lstm,
    Gru,
    Attention,
}

impl Choice for Kind {
    fn about(self) -> About {
        let (name, formula, help, source) = match self {
            Self::Mlp => (
                "perceptron (MLP)",
                "a = f(W a + b), L times",
                "A chain of layers: the gradient is multiplied once in each.",
                "Rumelhart, Hinton & Williams 1986",
            ),
            Self::Rnn => (
                "recurrent (RNN)",
                "h' = f(W_ih x + b_ih + W_hh h + b_hh)",
                "A layer that is used again at every time step: the gradient is multiplied by the same weights each time.",
                "Elman 1990",
            ),
            Self::Lstm => (
                "LSTM",
                "c' = f c + i g, h' = o tanh(c'); i, f, o = sigmoid(.), g = tanh(.)",
                "A cell that gates decide to keep, change or show: the gradient through it is multiplied by the forget gate.",
                "Hochreiter & Schmidhuber 1997; Gers, Schmidhuber & Cummins 2000",
            ),
            Self::Gru => (
                "GRU",
                "h' = (1 - z) n + z h; r, z = sigmoid(.), n = tanh(.)",
                "One gate decides how much of the state is kept: through it the gradient is multiplied by z.",
                "Cho et al. 2014",
            ),
            Self::Attention => (
                "self-attention",
                "sum over s <= t of softmax(q_t . k_s / sqrt(H)) v_s",
                "Every step looks at every earlier one directly: the path of the gradient has length one, whatever the lag.",
                "Vaswani et al. 2017",
            ),
        };
        About::new(name, formula, help, source)
    }
}

/// The shape of a network over sequences.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sequence {
    /// What is done in a step; no perceptron.
    pub kind: Kind,
    /// Numbers in a step, D.
    pub inputs: usize,
    /// Steps, T.
    pub steps: usize,
    /// Hidden units, H.
    pub width: usize,
    /// Logits of an answer.
    pub outputs: usize,
    /// Recurrent layers, one above the other.
    pub layers: usize,
    /// Whether there is an answer at every step, and not only at the last.
    pub every_step: bool,
    /// What the reset gate of a GRU multiplies.
    pub reset: Reset,
    /// Steps that a gradient goes back before it is cut off, counted from the last; 0 for all.
    pub truncate: usize,
}

impl Sequence {
    /// The network's operations.
    pub fn graph(&self) -> Graph {
        let mut graph = Graph::default();
        let mut states: Vec<usize> = Vec::with_capacity(self.steps);
        for step in 0..self.steps {
            let x = graph.push(Op::Input(step * self.inputs), &[], self.inputs);
            graph.tap(x, format!("x.t{}", step + 1));
            states.push(x);
        }
        if self.kind == Kind::Attention {
            states = self.attention(&mut graph, &states);
        } else {
            for layer in 0..self.layers {
                states = self.recurrent(&mut graph, layer, &states);
            }
        }
        graph.layer("head");
        let head = Affine {
            weight: graph.layout.add("head.weight".to_owned(), vec![self.outputs, self.width], Role::Weight),
            bias: Some(graph.layout.add("head.bias".to_owned(), vec![self.outputs], Role::Bias)),
        };
        let mut answer = |&state: &usize| graph.affine(state, head, 0..self.outputs);
        let logits = if self.every_step {
            let answers: Vec<usize> = states.iter().map(answer).collect();
            graph.push(Op::Stack, &answers, self.steps * self.outputs)
        } else {
            states.last().map_or(0, &mut answer)
        };
        graph.tap(logits, "logits");
        graph
    }

    /// One recurrent layer: x_1 .. x_T -> h_1 .. h_T.
    fn recurrent(&self, graph: &mut Graph, layer: usize, xs: &[usize]) -> Vec<usize> {
        let width = self.width;
        let gates = match self.kind {
            Kind::Lstm => 4,
            Kind::Gru => 3,
            Kind::Rnn | Kind::Mlp | Kind::Attention => 1,
        };
        let inputs = graph.nodes[xs[0]].width;
        let mut side = |name: &str, inputs: usize, role: Role| {
            graph.layer(format!("recurrent{layer}.{name}"));
            let (rows, layout) = (gates * width, &mut graph.layout);
            Affine {
                weight: layout.add_blocks(format!("weight_{name}_l{layer}"), vec![rows, inputs], role, gates),
                bias: Some(layout.add_blocks(format!("bias_{name}_l{layer}"), vec![rows], Role::Bias, gates)),
            }
        };
        let (ih, hh) = (side("ih", inputs, Role::FromInput), side("hh", width, Role::FromState));
        let mut h = graph.push(Op::Zeros, &[], width);
        let mut c = h;
        let mut states = Vec::with_capacity(xs.len());
        for (step, &x) in xs.iter().enumerate() {
            if self.truncate > 0 && step > 0 && (xs.len() - step).is_multiple_of(self.truncate) {
                h = graph.push(Op::Detach, &[h], width);
                c = if self.kind == Kind::Lstm { graph.push(Op::Detach, &[c], width) } else { h };
            }
            let from_x = graph.affine(x, ih, 0..gates * width);
            let mut act = None;
            let mut uses = Vec::new();
            match self.kind {
                Kind::Lstm => {
                    uses.push(graph.affine(h, hh, 0..4 * width));
                    let sums = graph.push(Op::Add(Scale::Fixed(1.0)), &[from_x, uses[0]], 4 * width);
                    c = graph.push(Op::LstmCell, &[sums, c], width);
                    graph.tap(c, format!("c{layer}.t{}", step + 1));
                    h = graph.push(Op::LstmOutput, &[sums, c], width);
                }
                Kind::Gru => {
                    let from_h = graph.affine(h, hh, 0..2 * width);
                    let recalled = match self.reset {
                        Reset::After => h,
                        Reset::Before => graph.push(Op::GruReset, &[from_x, from_h, h], width),
                    };
                    let candidate = graph.affine(recalled, hh, 2 * width..3 * width);
                    uses.extend([from_h, candidate]);
                    h = graph.push(Op::Gru(self.reset), &[from_x, from_h, candidate, h], width);
                }
                Kind::Rnn | Kind::Mlp | Kind::Attention => {
                    uses.push(graph.affine(h, hh, 0..width));
                    let sum = graph.push(Op::Add(Scale::Fixed(1.0)), &[from_x, uses[0]], width);
                    h = graph.push(Op::Act, &[sum], width);
                    act = Some(h);
                }
            }
            graph.tap(h, format!("h{layer}.t{}", step + 1));
            states.push(h);
            if layer == 0 {
                // What an LSTM carries on is its cell.
                let node = if self.kind == Kind::Lstm { c } else { h };
                graph.ticks.push(Tick { node, act, weight: hh.weight, uses });
            }
        }
        states
    }

    /// One block of causal self-attention, and of a layer that each step goes through by itself:
    /// x_1 .. x_T -> y_1 .. y_T, or y_T alone if only that is asked for.
    fn attention(&self, graph: &mut Graph, xs: &[usize]) -> Vec<usize> {
        let width = self.width;
        let mut linear = |layer: &str, [weight, bias]: [&str; 2], inputs: usize, blocks: usize| {
            graph.layer(layer);
            let (rows, layout) = (blocks * width, &mut graph.layout);
            Affine {
                weight: layout.add_blocks(weight.to_owned(), vec![rows, inputs], Role::Weight, blocks),
                bias: Some(layout.add_blocks(bias.to_owned(), vec![rows], Role::Bias, blocks)),
            }
        };
        let embed = linear("embed", ["embed.weight", "embed.bias"], self.inputs, 1);
        let names = ["self_attn.in_proj_weight", "self_attn.in_proj_bias"];
        let into = linear("self_attn.in_proj", names, width, 3);
        let out = linear("self_attn.out_proj", ["self_attn.out_proj.weight", "self_attn.out_proj.bias"], width, 1);
        let [first, second] = ["linear1", "linear2"]
            .map(|name| linear(name, [&format!("{name}.weight"), &format!("{name}.bias")], width, 1));
        let (mut embedded, mut projected, mut states) = (Vec::new(), Vec::new(), Vec::new());
        for (step, &x) in xs.iter().enumerate() {
            let linear = graph.affine(x, embed, 0..width);
            let e = graph.push(Op::Position(step), &[linear], width);
            graph.tap(e, format!("h0.t{}", step + 1));
            let qkv = graph.affine(e, into, 0..3 * width);
            graph.ticks.push(Tick { node: e, act: None, weight: into.weight, uses: vec![qkv] });
            embedded.push(e);
            projected.push(qkv);
        }
        let add =
            |graph: &mut Graph, x: usize, branch: usize| graph.push(Op::Add(Scale::Fixed(1.0)), &[x, branch], width);
        let first_answer = if self.every_step { 0 } else { xs.len() - 1 };
        for step in first_answer..xs.len() {
            let mixed = graph.push(Op::Attention, &projected[..=step], width);
            let branch = graph.affine(mixed, out, 0..width);
            let attended = add(graph, embedded[step], branch);
            let z = graph.affine(attended, first, 0..width);
            let a = graph.push(Op::Act, &[z], width);
            let branch = graph.affine(a, second, 0..width);
            let y = add(graph, attended, branch);
            graph.tap(y, format!("h1.t{}", step + 1));
            states.push(y);
        }
        states
    }
}
