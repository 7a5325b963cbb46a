//! The multilayer perceptron: an optional stem, L blocks, what comes after them, and a linear head.

use strum::{IntoStaticStr, VariantArray};

use super::graph::{Graph, Op};
use super::layers::Norm;
use super::layers::skip::Skip;
use super::{About, Choice};

/// Where in a block the activation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
#[allow(missing_docs)] // Each variant's About is its documentation.
pub enum Order {
    Inner,
    Post,
    Pre,
}

impl Choice for Order {
    fn about(self) -> About {
        let (name, formula, help, source) = match self {
            Self::Inner => (
                "inside the branch",
                "y = x + f(W x + b)",
                "The branch ends with the activation; nothing stands on the path around it.",
                "Hardt & Ma 2017",
            ),
            Self::Post => (
                "after the addition",
                "y = f(x + W x + b)",
                "As in the first ResNet: the activation stands on the path around, and its slope is in the way.",
                "He, Zhang, Ren & Sun 2016, Deep Residual Learning",
            ),
            Self::Pre => (
                "before the weights",
                "y = x + W f(x) + b",
                "As in the second ResNet and in transformers: nothing stands on the path around.",
                "He, Zhang, Ren & Sun 2016, Identity Mappings",
            ),
        };
        About::new(name, formula, help, source)
    }
}

/// Whether a normalization stands before or after its activation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
#[allow(missing_docs)] // Each variant's About is its documentation.
pub enum Place {
    Before,
    After,
}

impl Choice for Place {
    fn about(self) -> About {
        let (name, formula, help, source) = match self {
            Self::Before => (
                "before the activation",
                "f(norm(z))",
                "The activation sees mean 0 and variance 1: it does not saturate.",
                "Ioffe & Szegedy 2015",
            ),
            Self::After => (
                "after the activation",
                "norm(f(z))",
                "The next layer's input has mean 0 and variance 1.",
                "Ba, Kiros & Hinton 2016; practice",
            ),
        };
        About::new(name, formula, help, source)
    }
}

/// One operation of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Step {
    /// Weights and biases.
    Linear,
    /// Normalization.
    Norm,
    /// The activation.
    Act,
    /// Dropout.
    Dropout,
}

/// The shape of a network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shape {
    /// Numbers in.
    pub inputs: usize,
    /// Blocks, L.
    pub depth: usize,
    /// Units of each hidden layer.
    pub width: usize,
    /// Logits out.
    pub outputs: usize,
    /// Linear layers in a block.
    pub block_layers: usize,
    /// Normalization.
    pub norm: Norm,
    /// Where it stands.
    pub norm_place: Place,
    /// What leads around a block.
    pub skip: Skip,
    /// What a branch is multiplied by.
    pub skip_scale: f64,
    /// Where the activation stands in a block with a skip.
    pub order: Order,
    /// Share of the units that dropout takes out.
    pub dropout: f64,
}

/// What a block is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipe {
    /// In the branch.
    pub block: Vec<Step>,
    /// After the branch has joined its skip.
    pub after_add: Vec<Step>,
    /// Between the last block and the head.
    pub last: Vec<Step>,
}

impl Shape {
    /// A plain chain of linear layers and activations.
    pub fn plain(inputs: usize, depth: usize, width: usize, outputs: usize) -> Self {
        Self {
            inputs,
            depth,
            width,
            outputs,
            block_layers: 1,
            norm: Norm::None,
            norm_place: Place::Before,
            skip: Skip::None,
            skip_scale: 1.0,
            order: Order::Inner,
            dropout: 0.0,
        }
    }

    /// What its blocks are made of.
    pub fn recipe(&self) -> Recipe {
        let unit = self.unit();
        let linear = [Step::Linear];
        let repeat = |steps: &[Step]| steps.repeat(self.block_layers);
        let inner = [&linear[..], &unit].concat();
        if self.skip == Skip::None {
            return Recipe { block: repeat(&inner), after_add: Vec::new(), last: Vec::new() };
        }
        match self.order {
            Order::Inner => Recipe { block: repeat(&inner), after_add: Vec::new(), last: Vec::new() },
            Order::Pre => {
                Recipe { block: repeat(&[&unit[..], &linear].concat()), after_add: Vec::new(), last: unit.to_vec() }
            }
            // The last activation, with what comes after it, stands behind the addition; a norm before it does not.
            Order::Post => {
                let mut block = repeat(&inner);
                let behind = unit.iter().position(|&step| step == Step::Act).unwrap_or(unit.len());
                let after_add = block.split_off(block.len() - (unit.len() - behind));
                Recipe { block, after_add, last: Vec::new() }
            }
        }
    }

    /// An activation with its normalization and dropout.
    fn unit(&self) -> Vec<Step> {
        let norm = |place| (self.norm != Norm::None && self.norm_place == place).then_some(Step::Norm);
        let dropout = (self.dropout > 0.0).then_some(Step::Dropout);
        norm(Place::Before).into_iter().chain([Step::Act]).chain(norm(Place::After)).chain(dropout).collect()
    }

    /// What a branch is multiplied by where that is fixed.
    pub fn branch_scale(&self) -> f64 {
        match self.skip {
            Skip::ScaledResidual => self.skip_scale / (self.depth as f64).sqrt(),
            Skip::None | Skip::Residual | Skip::Rezero | Skip::Highway | Skip::Dense => self.skip_scale,
        }
    }

    /// Trainable numbers.
    pub fn parameters(&self) -> usize {
        self.graph().layout.len()
    }

    /// Whether a linear layer lifts the inputs to the width of the blocks, so that a skip leads around the first as well.
    pub fn has_stem(&self) -> bool {
        self.skip != Skip::None
    }

    /// The network's operations.
    pub fn graph(&self) -> Graph {
        let mut graph = Graph::default();
        let mut x = graph.push(Op::Input(0), &[], self.inputs);
        graph.tap(x, "input");
        if self.has_stem() {
            graph.layer("stem");
            x = graph.linear(x, "stem", self.width, true);
            graph.tap(x, "stem");
        }
        let (recipe, scale) = (self.recipe(), self.branch_scale());
        for block in 1..=self.depth {
            let name = format!("block{block}");
            graph.layer(name.clone());
            let branch = self.operations(&mut graph, &recipe.block, &name, x);
            let joined = graph.join(self.skip, x, branch, scale, &name);
            x = self.operations(&mut graph, &recipe.after_add, &format!("{name}.after"), joined);
            graph.tap(x, name);
        }
        if !recipe.last.is_empty() {
            graph.layer("final");
            x = self.operations(&mut graph, &recipe.last, "final", x);
        }
        graph.layer("head");
        let logits = graph.linear(x, "head", self.outputs, true);
        graph.tap(logits, "logits");
        graph
    }

    /// Adds operations that follow each other; each kind is counted from 0.
    fn operations(&self, graph: &mut Graph, steps: &[Step], name: &str, mut x: usize) -> usize {
        for (index, step) in steps.iter().enumerate() {
            let count = steps[..index].iter().filter(|&other| other == step).count();
            let kind: &str = step.into();
            let here = format!("{name}.{kind}{count}");
            x = match step {
                // A batch norm takes away whatever bias comes before it.
                Step::Linear => {
                    let takes_it_away = self.norm == Norm::BatchNorm && steps.get(index + 1) == Some(&Step::Norm);
                    graph.linear(x, &here, self.width, !takes_it_away)
                }
                Step::Norm => graph.norm(x, &here, self.norm),
                Step::Act => graph.push(Op::Act, &[x], graph.nodes[x].width),
                Step::Dropout => graph.push(Op::Dropout(self.dropout), &[x], graph.nodes[x].width),
            };
            graph.tap(x, here);
        }
        x
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recipe(shape: Shape) -> [String; 3] {
        let Recipe { block, after_add, last } = shape.recipe();
        let words = |steps: Vec<Step>| steps.into_iter().map(<&str>::from).collect::<Vec<_>>().join(" ");
        [words(block), words(after_add), words(last)]
    }

    #[test]
    fn blocks_are_those_of_the_papers() {
        let plain = Shape::plain(2, 3, 4, 1);
        assert_eq!(recipe(plain), ["linear act", "", ""]);
        let norm = Shape { norm: Norm::BatchNorm, block_layers: 2, ..plain };
        assert_eq!(recipe(norm), ["linear norm act linear norm act", "", ""]);
        let skip = Shape { skip: Skip::Residual, ..norm };
        assert_eq!(recipe(Shape { order: Order::Post, ..skip }), ["linear norm act linear norm", "act", ""]);
        assert_eq!(recipe(Shape { order: Order::Pre, ..skip }), ["norm act linear norm act linear", "", "norm act"]);
        let after = Shape { norm_place: Place::After, dropout: 0.1, ..skip };
        assert_eq!(
            recipe(Shape { order: Order::Post, ..after }),
            ["linear act norm dropout linear", "act norm dropout", ""]
        );
    }

    #[test]
    fn a_bias_that_batch_norm_would_take_away_is_not_there() {
        let names = |norm_place| -> Vec<String> {
            let graph = Shape { norm: Norm::BatchNorm, norm_place, ..Shape::plain(2, 1, 4, 1) }.graph();
            graph.layout.entries.into_iter().map(|entry| entry.name).collect()
        };
        assert!(!names(Place::Before).contains(&"block1.linear0.bias".to_owned()));
        assert!(names(Place::After).contains(&"block1.linear0.bias".to_owned()));
    }
}
