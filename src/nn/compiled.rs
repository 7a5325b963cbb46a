//! What takes the time of a training step, compiled in this package for both float types.
//!
//! A generic function is compiled where its type is chosen, and whoever chooses one is compiled for size: a kernel
//! there takes ten times as long. Called through this trait, it is the one compiled here, for speed.

use std::ops::Range;

use super::layout::Layout;
use super::optimizer::Rule;
use super::{Clip, Gradients, Loss, Matrix, Memory, Mode, Network, Targets, Trace, kernels, kernels::Scratch};

/// The engine's heavy work in one float type.
pub trait Compiled: Sized {
    /// [`Network::forward`]
    fn forward(network: &Network, parameters: &[Self], x: &Matrix<Self>, mode: Mode<Self>, trace: &mut Trace<Self>);
    /// [`Network::backward`]
    fn backward(
        network: &Network,
        parameters: &[Self],
        trace: &Trace<Self>,
        loss: (Loss, &Targets<Self>),
        to_inputs: bool,
        gradients: &mut Gradients<Self>,
    ) -> f64;
    /// [`Network::to_input`]
    fn to_input(
        network: &Network,
        place: (usize, usize),
        parameters: &[Self],
        trace: &Trace<Self>,
        dy: &Matrix<Self>,
        dx: &mut Matrix<Self>,
    );
    /// [`Network::share`]
    fn share(network: &Network, node: usize, trace: &Trace<Self>, gradients: &Gradients<Self>) -> Vec<Self>;
    /// [`Network::lsuv`]
    fn lsuv(network: &Network, parameters: &mut [Self], x: &Matrix<Self>, scale: f64);
    /// [`Loss::value`]
    fn loss(loss: Loss, logits: &Matrix<Self>, targets: &Targets<Self>) -> f64;
    /// [`Clip::apply`]
    fn clip(clip: Clip, threshold: f64, gradients: &mut [Self], layout: &Layout, skipped: &[bool]);
    /// [`Rule::update`]
    fn update(
        rule: Rule,
        lr: f64,
        parameters: &mut [Self],
        gradients: &[Self],
        memory: &mut Memory<Self>,
        ranges: &[Range<usize>],
    );
    /// [`Rule::changes`]
    fn changes(
        rule: Rule,
        lr: f64,
        parameters: &[Self],
        gradients: &[Self],
        memory: &mut Memory<Self>,
        ranges: &[Range<usize>],
    ) -> Vec<Self>;
    /// [`kernels::all_finite`]
    fn all_finite(values: &[Self]) -> bool;
    /// [`kernels::norm`]
    fn norm(values: &[Self]) -> f64;
    /// [`kernels::largest`]
    fn largest(values: &[Self]) -> f64;
}

macro_rules! compiled {
    ($type:ty) => {
        impl Compiled for $type {
            #[inline(never)]
            fn forward(
                network: &Network,
                parameters: &[Self],
                x: &Matrix<Self>,
                mode: Mode<Self>,
                trace: &mut Trace<Self>,
            ) {
                network.forward(parameters, x, mode, trace);
            }
            #[inline(never)]
            fn backward(
                network: &Network,
                parameters: &[Self],
                trace: &Trace<Self>,
                loss: (Loss, &Targets<Self>),
                to_inputs: bool,
                gradients: &mut Gradients<Self>,
            ) -> f64 {
                network.backward(parameters, trace, loss, to_inputs, gradients)
            }
            #[inline(never)]
            fn to_input(
                network: &Network,
                place: (usize, usize),
                parameters: &[Self],
                trace: &Trace<Self>,
                dy: &Matrix<Self>,
                dx: &mut Matrix<Self>,
            ) {
                network.to_input(place, parameters, trace, dy, dx, &mut Scratch::default());
            }
            #[inline(never)]
            fn share(network: &Network, node: usize, trace: &Trace<Self>, gradients: &Gradients<Self>) -> Vec<Self> {
                network.share(node, trace, gradients)
            }
            #[inline(never)]
            fn lsuv(network: &Network, parameters: &mut [Self], x: &Matrix<Self>, scale: f64) {
                network.lsuv(parameters, x, scale);
            }
            #[inline(never)]
            fn loss(loss: Loss, logits: &Matrix<Self>, targets: &Targets<Self>) -> f64 {
                loss.value(logits, targets)
            }
            #[inline(never)]
            fn clip(clip: Clip, threshold: f64, gradients: &mut [Self], layout: &Layout, skipped: &[bool]) {
                clip.apply(threshold, gradients, layout, skipped);
            }
            #[inline(never)]
            fn update(
                rule: Rule,
                lr: f64,
                parameters: &mut [Self],
                gradients: &[Self],
                memory: &mut Memory<Self>,
                ranges: &[Range<usize>],
            ) {
                rule.update(lr, parameters, gradients, memory, ranges.iter().cloned());
            }
            #[inline(never)]
            fn changes(
                rule: Rule,
                lr: f64,
                parameters: &[Self],
                gradients: &[Self],
                memory: &mut Memory<Self>,
                ranges: &[Range<usize>],
            ) -> Vec<Self> {
                rule.changes(lr, parameters, gradients, memory, ranges.iter().cloned())
            }
            #[inline(never)]
            fn all_finite(values: &[Self]) -> bool {
                kernels::all_finite(values)
            }
            #[inline(never)]
            fn norm(values: &[Self]) -> f64 {
                kernels::norm(values)
            }
            #[inline(never)]
            fn largest(values: &[Self]) -> f64 {
                kernels::largest(values)
            }
        }
    };
}

compiled!(f32);
compiled!(f64);
