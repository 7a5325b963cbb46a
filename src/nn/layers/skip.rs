//! How a block's branch joins the path around it.

use strum::{IntoStaticStr, VariantArray};

use super::super::kernels::formulas::sigmoid;
use super::super::kernels::map;
use super::super::{About, Choice, Matrix, Real};

/// What leads around a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
#[allow(missing_docs)] // Each variant's About is its documentation.
pub enum Skip {
    None,
    Residual,
    ScaledResidual,
    Rezero,
    Highway,
    Dense,
}

impl Choice for Skip {
    fn about(self) -> About {
        let (name, formula, help, source) = match self {
            Self::None => ("none", "y = F(x)", "A plain chain: the gradient has no way around a layer.", "-"),
            Self::Residual => (
                "residual",
                "y = x + s F(x)",
                "The gradient gets around every block unchanged, and the branch adds to it: at the start it grows \
                 by the square root of 1 + s^2 chi a block.",
                "He, Zhang, Ren & Sun 2016",
            ),
            Self::ScaledResidual => (
                "residual, scaled by depth",
                "y = x + s F(x) / sqrt(L)",
                "Small enough branches that their sum stays of order one at any depth.",
                "Balduzzi et al. 2017; De & Smith 2020",
            ),
            Self::Rezero => (
                "ReZero",
                "y = x + alpha F(x), alpha learned from 0",
                "Starts as the identity: the gradient arrives unchanged, and each block earns its share.",
                "Bachlechner et al. 2021",
            ),
            Self::Dense => (
                "dense",
                "y = (x, F(x)), side by side",
                "Every block sees what all before it have made, and each hears from the loss directly; widths add up.",
                "Huang, Liu, van der Maaten & Weinberger 2017",
            ),
            Self::Highway => (
                "highway",
                "y = t F(x) + (1 - t) x, t = sigmoid(W_t x + b_t)",
                "A learned gate decides how much of the input is carried past; it starts at mostly carry.",
                "Srivastava, Greff & Schmidhuber 2015",
            ),
        };
        About::new(name, formula, help, source)
    }
}

/// y = x + scale * branch, all `[B, n]`.
pub fn add<R: Real>(x: &Matrix<R>, branch: &Matrix<R>, scale: R, y: &mut Matrix<R>) {
    y.data_mut().copy_from_slice(x.data());
    R::add_scaled(y.data_mut(), scale, branch.data());
}

/// dLoss/dy -> dLoss/dbranch of [`add`], all `[B, n]`; that to x is dLoss/dy itself.
pub fn add_to_branch<R: Real>(dy: &Matrix<R>, scale: R, dbranch: &mut Matrix<R>) {
    dbranch.data_mut().fill(R::ZERO);
    R::add_scaled(dbranch.data_mut(), scale, dy.data());
}

/// dLoss/dscale of [`add`].
pub fn add_to_scale<R: Real>(dy: &Matrix<R>, branch: &Matrix<R>) -> R {
    R::of(dy.data().iter().zip(branch.data()).map(|(d, b)| d.to_f64() * b.to_f64()).sum())
}

/// y = t h + (1 - t) x with t = sigmoid(gate), which is kept; all `[B, n]`. 1 - t is taken as sigmoid(-gate), which
/// does not cancel where the gate is all but open.
pub fn highway<R: Real>([x, h, gate]: [&Matrix<R>; 3], t: &mut Matrix<R>, y: &mut Matrix<R>) {
    map([x.data(), h.data(), gate.data()], [t.data_mut(), y.data_mut()], |[x, h, gate], _| {
        let t = sigmoid(gate);
        [t, t * h + sigmoid(-gate) * x]
    });
}

/// dLoss/dy -> the gradient to the `slot`th of x, h and the gate of [`highway`], all `[B, n]`.
pub fn highway_backward<R: Real>(
    slot: usize,
    dy: &Matrix<R>,
    [x, h, gate]: [&Matrix<R>; 3],
    t: &Matrix<R>,
    out: &mut Matrix<R>,
) {
    let inputs = [dy.data(), x.data(), h.data(), gate.data(), t.data()];
    map(inputs, [out.data_mut()], |[d, x, h, gate, t], _| match slot {
        0 => [d * sigmoid(-gate)],
        1 => [d * t],
        _ => [d * (h - x) * (t * sigmoid(-gate))],
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gate_that_is_all_but_open_still_has_a_slope() {
        let of = |value: f64| Matrix::<f32>::from_rows(1, [value]);
        let (x, h, gate, dy) = (of(3.0), of(1.0), of(30.0), of(1.0));
        let (mut t, mut y, mut out) = (of(0.0), of(0.0), of(0.0));
        highway([&x, &h, &gate], &mut t, &mut y);
        for (slot, expected) in [(0, (-30f32).exp()), (1, 1.0), (2, -2.0 * (-30f32).exp())] {
            highway_backward(slot, &dy, [&x, &h, &gate], &t, &mut out);
            assert!((out.data()[0] / expected - 1.0).abs() < 1e-6, "{slot}: {} is not {expected}", out.data()[0]);
        }
    }
}
