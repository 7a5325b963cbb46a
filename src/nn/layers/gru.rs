//! What the lab says of a GRU's options.

pub use super::super::kernels::Reset;
use super::super::{About, Choice};

impl Choice for Reset {
    fn about(self) -> About {
        let (name, formula, help, source) = match self {
            Self::After => (
                "after the weights",
                "n = tanh(W_in x + b_in + r (W_hn h + b_hn))",
                "What the frameworks build: one product of weights and state a step.",
                "PyTorch and cuDNN, GRU",
            ),
            Self::Before => (
                "before the weights",
                "n = tanh(W_in x + b_in + W_hn (r h) + b_hn)",
                "The original: the gate takes units of the state out before they are mixed.",
                "Cho et al. 2014",
            ),
        };
        About::new(name, formula, help, source)
    }
}
