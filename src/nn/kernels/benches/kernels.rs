//! What the kernels of a training step take natively: `cargo bench --package gradient_lab_kernels`. Items are floating-point
//! operations of the products, and numbers of the rest.

use std::hint::black_box;

use divan::Bencher;
use divan::counter::ItemsCount;
use gradient_lab_kernels::{
    Activation, Float, Matrix, Scratch, affine, affine_input_gradient, affine_parameter_gradient,
};

/// Width and batch of the ladder in `docs/performance.md`.
const SHAPES: [(usize, usize); 5] = [(4, 10), (16, 32), (32, 64), (64, 128), (128, 256)];

fn main() {
    divan::main();
}

/// Numbers of the order of `size` that follow no pattern.
fn numbers<R: Float>(rows: usize, cols: usize, size: f64) -> Matrix<R> {
    let mut state = 1u32;
    let next = || {
        state = state.wrapping_mul(1664525).wrapping_add(1013904223);
        size * (f64::from(state) / f64::from(1u32 << 31) - 1.0)
    };
    Matrix::from_rows(cols, std::iter::repeat_with(next).take(rows * cols))
}

fn product_of((width, batch): (usize, usize)) -> ItemsCount {
    ItemsCount::new(2 * width * width * batch)
}

#[divan::bench(types = [f32, f64], args = SHAPES)]
fn forward<R: Float>(bencher: Bencher, (width, batch): (usize, usize)) {
    let (x, w, bias) = (numbers::<R>(batch, width, 1.0), numbers(width, width, 0.5), numbers(1, width, 0.1));
    let (mut y, mut scratch) = (Matrix::zeros(batch, width), Scratch::default());
    bencher.counter(product_of((width, batch))).bench_local(|| {
        affine(black_box(&x), w.data(), Some(bias.data()), &mut y, &mut scratch);
    });
}

#[divan::bench(types = [f32, f64], args = SHAPES)]
fn to_input<R: Float>(bencher: Bencher, (width, batch): (usize, usize)) {
    let (dy, w) = (numbers::<R>(batch, width, 1.0), numbers(width, width, 0.5));
    let (mut dx, mut scratch) = (Matrix::zeros(batch, width), Scratch::default());
    bencher.counter(product_of((width, batch))).bench_local(|| {
        affine_input_gradient(black_box(&dy), w.data(), &mut dx, &mut scratch);
    });
}

/// The same with a gradient that all but ends at the smallest normal number.
#[divan::bench(args = SHAPES)]
fn faint_to_input(bencher: Bencher, (width, batch): (usize, usize)) {
    let (dy, w) = (numbers::<f32>(batch, width, 1e-37), numbers(width, width, 0.5));
    let (mut dx, mut scratch) = (Matrix::zeros(batch, width), Scratch::default());
    bencher.counter(product_of((width, batch))).bench_local(|| {
        affine_input_gradient(black_box(&dy), w.data(), &mut dx, &mut scratch);
    });
}

#[divan::bench(types = [f32, f64], args = SHAPES)]
fn to_parameters<R: Float>(bencher: Bencher, (width, batch): (usize, usize)) {
    let (dy, x) = (numbers::<R>(batch, width, 1e-3), numbers(batch, width, 1e-3));
    let (mut dw, mut dbias, mut scratch) = (vec![R::ZERO; width * width], vec![R::ZERO; width], Scratch::default());
    bencher.counter(product_of((width, batch))).bench_local(|| {
        affine_parameter_gradient(black_box(&dy), &x, &mut dw, Some(&mut dbias), &mut scratch);
    });
}

#[divan::bench(types = [f32, f64], args = [Activation::Tanh, Activation::Sigmoid, Activation::Relu, Activation::Gelu])]
fn activation<R: Float>(bencher: Bencher, f: Activation) {
    const COUNT: usize = 2048;
    let z = numbers::<R>(1, COUNT, 3.0);
    let (mut a, mut slopes) = (vec![R::ZERO; COUNT], vec![R::ZERO; COUNT]);
    bencher.counter(ItemsCount::new(COUNT)).bench_local(|| R::activate(f, black_box(z.data()), &mut a, &mut slopes));
}
