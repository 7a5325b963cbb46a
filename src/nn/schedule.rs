//! The learning rate over the steps.

use strum::{IntoStaticStr, VariantArray};

use super::{About, Choice};

/// How the learning rate changes after the warm-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
#[allow(missing_docs)] // Each variant's About is its documentation.
pub enum Schedule {
    Constant,
    Cosine,
    Step,
}

impl Choice for Schedule {
    fn about(self) -> About {
        let (name, formula, help, source) = match self {
            Self::Constant => ("constant", "lr", "The same at every step.", "-"),
            Self::Step => (
                "step",
                "lr / 10 after every period",
                "Falls to a tenth each time a period has passed.",
                "He, Zhang, Ren & Sun 2016; PyTorch, StepLR",
            ),
            Self::Cosine => (
                "cosine",
                "lr (1 + cos(pi k / period)) / 2, then 0",
                "Falls smoothly to 0 over one period.",
                "Loshchilov & Hutter 2017; PyTorch, CosineAnnealingLR",
            ),
        };
        About::new(name, formula, help, source)
    }
}

/// A schedule with its knobs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plan {
    /// Which.
    pub kind: Schedule,
    /// The learning rate that it starts from.
    pub lr: f64,
    /// Steps before it, over which the rate rises in equal parts.
    pub warmup: u64,
    /// Steps of a period.
    pub period: u64,
}

impl Plan {
    /// The learning rate of the update after `step` others.
    pub fn rate(self, step: u64) -> f64 {
        if step < self.warmup {
            return self.lr * (step + 1) as f64 / (self.warmup + 1) as f64;
        }
        let since = step - self.warmup;
        match self.kind {
            Schedule::Constant => self.lr,
            Schedule::Step => self.lr * libm::pow(0.1, (since / self.period) as f64),
            Schedule::Cosine => {
                let share = (since as f64 / self.period as f64).min(1.0);
                self.lr * 0.5 * (1.0 + libm::cos(std::f64::consts::PI * share))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_rises_and_falls_as_planned() {
        let plan = |kind| Plan { kind, lr: 2.0, warmup: 4, period: 10 };
        let near = |got: f64, expected: f64| assert!((got - expected).abs() < 1e-12, "{got} is not {expected}");
        for kind in [Schedule::Constant, Schedule::Step, Schedule::Cosine] {
            near(plan(kind).rate(0), 0.4);
            near(plan(kind).rate(3), 1.6);
            near(plan(kind).rate(4), 2.0);
        }
        near(plan(Schedule::Constant).rate(1000), 2.0);
        near(plan(Schedule::Step).rate(13), 2.0);
        near(plan(Schedule::Step).rate(14), 0.2);
        near(plan(Schedule::Cosine).rate(9), 1.0);
        near(plan(Schedule::Cosine).rate(14), 0.0);
        near(plan(Schedule::Cosine).rate(99), 0.0);
    }
}
