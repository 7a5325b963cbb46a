//! From gradient to update. Definitions, names of slots and defaults are PyTorch's.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

use super::kernels::map;
use super::{About, Choice, Number, Real};

/// How a gradient becomes an update.
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
#[allow(missing_docs)] // Each variant's About is its documentation.
pub enum Optimizer {
    Sgd,
    Momentum,
    Nesterov,
    Adagrad,
    Rmsprop,
    Adam,
    Adamw,
}

impl Choice for Optimizer {
    fn about(self) -> About {
        let (name, formula, help, source) = match self {
            Self::Sgd => (
                "gradient descent (SGD)",
                "p <- p - lr g",
                "A layer moves as much as its gradient says: where that has vanished, nothing moves.",
                "Robbins & Monro 1951",
            ),
            Self::Momentum => (
                "momentum",
                "v <- m v + g; p <- p - lr v",
                "Adds up gradients that agree: at 0.9 steps become up to ten times as long.",
                "Polyak 1964; Sutskever et al. 2013",
            ),
            Self::Nesterov => (
                "Nesterov momentum",
                "v <- m v + g; p <- p - lr (g + m v)",
                "Momentum that looks one step ahead.",
                "Nesterov 1983; Sutskever et al. 2013",
            ),
            Self::Adagrad => (
                "Adagrad",
                "s <- s + g^2; p <- p - lr g / (sqrt(s) + eps)",
                "Divides each gradient by the size of all before it: small ones get longer steps, all get shorter with time.",
                "Duchi, Hazan & Singer 2011",
            ),
            Self::Rmsprop => (
                "RMSprop",
                "s <- a s + (1 - a) g^2; p <- p - lr g / (sqrt(s) + eps)",
                "Divides each gradient by its own recent size, so that all weights move about equally fast.",
                "Tieleman & Hinton 2012",
            ),
            Self::Adam => (
                "Adam",
                "m, v averages of g and g^2; p <- p - lr m / (sqrt(v) + eps)",
                "Every weight moves about lr a step, however small its gradient: it hides a vanished gradient \
                 until that comes near eps.",
                "Kingma & Ba 2015",
            ),
            Self::Adamw => (
                "AdamW",
                "p <- (1 - lr w) p; then as Adam",
                "Adam with weight decay apart from the gradient.",
                "Loshchilov & Hutter 2019",
            ),
        };
        About::new(name, formula, help, source)
    }
}

/// An optimizer with its knobs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rule {
    /// Which.
    pub kind: Optimizer,
    /// Weight decay: added to the gradient as `weight_decay * p`, but for AdamW.
    pub weight_decay: f64,
    /// How much of the velocity (momentum, Nesterov) or of the average gradient (Adam's beta1) is kept.
    pub momentum: f64,
    /// How much of the average square is kept: RMSprop's alpha, Adam's beta2.
    pub square_decay: f64,
    /// Added to the root of the average square.
    pub eps: f64,
}

/// What an optimizer remembers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Memory<R> {
    /// Updates done.
    pub step: u64,
    /// One array `[P]` for each of [`Optimizer::slots`].
    pub slots: Vec<Vec<R>>,
}

impl<R: Real> Memory<R> {
    /// Nothing yet, of so many parameters.
    pub fn new(kind: Optimizer, parameters: usize) -> Self {
        Self { step: 0, slots: kind.slots().iter().map(|_| vec![R::ZERO; parameters]).collect() }
    }

    /// The same in another precision.
    pub fn to<S: Real>(&self) -> Memory<S> {
        let slot = |slot: &Vec<R>| slot.iter().map(|x| S::of(x.to_f64())).collect();
        Memory { step: self.step, slots: self.slots.iter().map(slot).collect() }
    }
}

impl Optimizer {
    /// What it remembers of each parameter, named as in PyTorch.
    pub fn slots(self) -> &'static [&'static str] {
        match self {
            Self::Sgd => &[],
            Self::Momentum | Self::Nesterov => &["momentum_buffer"],
            Self::Adagrad => &["sum"],
            Self::Rmsprop => &["square_avg"],
            Self::Adam | Self::Adamw => &["exp_avg", "exp_avg_sq"],
        }
    }

    /// What the knob `momentum` is called where it acts.
    pub fn momentum_name(self) -> Option<&'static str> {
        match self {
            Self::Momentum | Self::Nesterov => Some("momentum"),
            Self::Adam | Self::Adamw => Some("beta1"),
            Self::Sgd | Self::Adagrad | Self::Rmsprop => None,
        }
    }

    /// Whether a slot holds sums or means of squares.
    pub fn is_of_squares(slot: &str) -> bool {
        matches!(slot, "sum" | "square_avg" | "exp_avg_sq")
    }

    /// What the knob `square_decay` is called where it acts.
    pub fn square_decay_name(self) -> Option<&'static str> {
        match self {
            Self::Rmsprop => Some("alpha"),
            Self::Adam | Self::Adamw => Some("beta2"),
            Self::Sgd | Self::Momentum | Self::Nesterov | Self::Adagrad => None,
        }
    }

    /// Whether the knob `eps` acts: whether it divides by the size of past gradients.
    pub fn has_eps(self) -> bool {
        match self {
            Self::Adagrad | Self::Rmsprop | Self::Adam | Self::Adamw => true,
            Self::Sgd | Self::Momentum | Self::Nesterov => false,
        }
    }
}

impl Rule {
    /// One update with the learning rate `lr` of the parameters in `ranges`; the others stay as they are.
    pub fn update<R: Real>(
        self,
        lr: f64,
        parameters: &mut [R],
        gradients: &[R],
        memory: &mut Memory<R>,
        ranges: impl Iterator<Item = Range<usize>>,
    ) {
        self.each(lr, parameters, gradients, memory, ranges, false);
    }

    /// What [`update`](Self::update) takes off each parameter, before it is rounded away: a small update may leave a
    /// parameter as it is.
    pub fn changes<R: Real>(
        self,
        lr: f64,
        parameters: &[R],
        gradients: &[R],
        memory: &mut Memory<R>,
        ranges: impl Iterator<Item = Range<usize>> + Clone,
    ) -> Vec<R> {
        let mut parameters = parameters.to_vec();
        self.each(lr, &mut parameters, gradients, memory, ranges.clone(), true);
        let mut changes = vec![R::ZERO; parameters.len()];
        ranges.for_each(|range| changes[range.clone()].copy_from_slice(&parameters[range]));
        changes
    }

    /// One update, or with `instead` what it takes off each parameter in place of that parameter.
    fn each<R: Real>(
        self,
        lr: f64,
        parameters: &mut [R],
        gradients: &[R],
        memory: &mut Memory<R>,
        ranges: impl Iterator<Item = Range<usize>>,
        instead: bool,
    ) {
        memory.step += 1;
        if self.kind == Optimizer::Sgd && self.weight_decay == 0.0 && !instead {
            // A small network's step is over before all the rest is worked out.
            return ranges
                .for_each(|range| R::add_scaled(&mut parameters[range.clone()], -R::of(lr), &gradients[range]));
        }
        let element = Element::new(self, lr, memory.step);
        let change = |p: R::Vector, taken: R::Vector| if instead { taken } else { p - taken };
        for range in ranges {
            let (p, g) = (&mut parameters[range.clone()], &gradients[range.clone()]);
            match &mut memory.slots[..] {
                [] => map([g], [p], |[g], [p]| [change(p, element.plain(p, g))]),
                [slot] => map([g], [p, &mut slot[range]], |[g], [p, mut slot]| {
                    let taken = element.with_slot(p, g, &mut slot);
                    [change(p, taken), slot]
                }),
                [mean, square, ..] => {
                    let outputs = [p, &mut mean[range.clone()], &mut square[range]];
                    map([g], outputs, |[g], [p, mut mean, mut square]| {
                        let taken = element.adam(p, g, &mut mean, &mut square);
                        [change(p, taken), mean, square]
                    });
                }
            }
        }
    }
}

/// What an update takes off a number p, with everything that is the same for all of them worked out.
struct Element<N> {
    kind: Optimizer,
    lr: N,
    decay: N,
    decays: bool,
    /// AdamW's decay of the parameter itself.
    shrink: N,
    momentum: N,
    fresh: N,
    square_decay: N,
    square_fresh: N,
    eps: N,
    is_first: bool,
    /// Adam: lr / (1 - beta1^t), sqrt(1 - beta2^t).
    corrected_lr: N,
    correction: N,
}

impl<N: Number> Element<N> {
    fn new(rule: Rule, lr: f64, step: u64) -> Self {
        let Rule { kind, weight_decay, momentum, square_decay, eps } = rule;
        let is_apart = kind == Optimizer::Adamw;
        // Powers take as long as a small network, and only Adam wants them.
        let is_adam = is_apart || kind == Optimizer::Adam;
        let power = |base: f64| if is_adam { libm::pow(base, step as f64) } else { 0.0 };
        Self {
            kind,
            lr: N::of(lr),
            decay: N::of(weight_decay),
            decays: !is_apart && weight_decay != 0.0,
            shrink: N::of(if is_apart { lr * weight_decay } else { 0.0 }),
            momentum: N::of(momentum),
            fresh: N::of(1.0 - momentum),
            square_decay: N::of(square_decay),
            square_fresh: N::of(1.0 - square_decay),
            eps: N::of(eps),
            is_first: step == 1,
            corrected_lr: N::of(lr / (1.0 - power(momentum))),
            correction: N::of((1.0 - power(square_decay)).sqrt()),
        }
    }

    /// Weight decay that is part of the gradient.
    fn decayed(&self, p: N, g: N) -> N {
        if self.decays { g + self.decay * p } else { g }
    }

    fn plain(&self, p: N, g: N) -> N {
        self.lr * self.decayed(p, g)
    }

    fn with_slot(&self, p: N, g: N, slot: &mut N) -> N {
        let g = self.decayed(p, g);
        match self.kind {
            // The first step takes the gradient itself as the velocity.
            Optimizer::Momentum | Optimizer::Nesterov => {
                *slot = if self.is_first { g } else { self.momentum * *slot + g };
                let direction = if self.kind == Optimizer::Nesterov { g + self.momentum * *slot } else { *slot };
                self.lr * direction
            }
            Optimizer::Adagrad => {
                *slot = *slot + g * g;
                self.lr * g / (slot.sqrt() + self.eps)
            }
            Optimizer::Rmsprop => {
                *slot = self.square_decay * *slot + self.square_fresh * (g * g);
                self.lr * g / (slot.sqrt() + self.eps)
            }
            Optimizer::Sgd | Optimizer::Adam | Optimizer::Adamw => {
                unreachable!("this optimizer has another number of slots")
            }
        }
    }

    fn adam(&self, p: N, g: N, mean: &mut N, square: &mut N) -> N {
        let g = self.decayed(p, g);
        *mean = self.momentum * *mean + self.fresh * g;
        *square = self.square_decay * *square + self.square_fresh * (g * g);
        self.shrink * p + self.corrected_lr * *mean / (square.sqrt() / self.correction + self.eps)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(kind: Optimizer) -> Rule {
        Rule { kind, weight_decay: 0.0, momentum: 0.9, square_decay: 0.999, eps: 1e-8 }
    }

    /// A parameter that starts at 1, after each of these gradients.
    fn path(rule: Rule, gradients: &[f64]) -> Vec<f64> {
        let (mut p, mut memory) = ([1.0], Memory::new(rule.kind, 1));
        let step = |&g: &f64| {
            rule.update(0.1, &mut p, &[g], &mut memory, std::iter::once(0..1));
            p[0]
        };
        gradients.iter().map(step).collect()
    }

    fn assert_near(got: &[f64], expected: &[f64]) {
        for (got, expected) in got.iter().zip(expected) {
            assert!((got - expected).abs() < 1e-9, "{got} is not {expected}");
        }
    }

    #[test]
    fn the_first_steps_are_those_of_the_formulas() {
        assert_near(&path(rule(Optimizer::Sgd), &[1.0, 2.0]), &[0.9, 0.7]);
        assert_near(&path(rule(Optimizer::Momentum), &[1.0, 2.0]), &[0.9, 0.9 - 0.29]);
        assert_near(&path(rule(Optimizer::Nesterov), &[1.0, 2.0]), &[0.81, 0.81 - 0.1 * (2.0 + 0.9 * 2.9)]);
        assert_near(&path(rule(Optimizer::Adagrad), &[3.0, 4.0]), &[0.9, 0.9 - 0.1 * 4.0 / 5.0]);
        let rmsprop = Rule { square_decay: 0.75, ..rule(Optimizer::Rmsprop) };
        assert_near(&path(rmsprop, &[2.0]), &[1.0 - 0.2 / (1.0 + 1e-8)]);
        assert_near(&path(rule(Optimizer::Adam), &[1e-3, 1e-3]), &[0.9 + 1e-6, 0.8 + 2e-6]);
        let decay = |kind| path(Rule { weight_decay: 0.5, ..rule(kind) }, &[0.0])[0];
        assert_near(&[decay(Optimizer::Sgd), decay(Optimizer::Adamw)], &[0.95, 0.95]);
    }

    #[test]
    fn adam_hides_the_size_of_a_gradient_until_it_meets_eps() {
        let first = |g: f64| 1.0 - path(rule(Optimizer::Adam), &[g])[0];
        assert!((first(1e-3) - first(1e-5)).abs() < 1e-4, "the same step for a gradient a hundred times smaller");
        assert!((first(1e-8) - 0.05).abs() < 1e-9, "half a step where gradient and eps are equal");
        assert!(first(1e-14) < 1e-6, "and none far below");
    }
}
