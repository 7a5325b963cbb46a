//! The inner loops: what nearly all the time of a training step goes into, in a package of its own because it is
//! compiled for speed, all else for size. The order of every sum is fixed by the source, and nothing but + - * /, the
//! square root, comparison and `libm` is asked for, so the digits do not depend on the machine.
//!
//! Shape legend: `B` samples in a batch, `I` inputs and `O` outputs of a layer, `H` hidden units.

pub mod elementwise;
mod exponential;
mod faint;
mod fast;
mod float;
pub mod formulas;
pub mod gru;
mod lanes;
pub mod lstm;
mod matrix;
mod product;

pub use elementwise::{all_finite, dot, largest, map, norm};
pub use fast::Fast;
pub use float::{Float, Lanes};
pub use formulas::Activation;
pub use gru::Reset;
pub use lanes::Number;
pub use matrix::Matrix;
pub use product::{Left, Right, Scratch, Start};

/// y = x w^T + bias, with x `[B, I]`, w `[O, I]`, bias `[O]` or none, y `[B, O]`.
pub fn affine<R: Float>(x: &Matrix<R>, w: &[R], bias: Option<&[R]>, y: &mut Matrix<R>, scratch: &mut Scratch<R>) {
    let size = [x.rows(), x.cols(), y.cols()];
    let start = bias.map_or(Start::Zero, Start::Row);
    R::product(size, Left::Rows(x.data()), Right::Columns(w), start, y.data_mut(), scratch);
}

/// dx = dy w, with dy `[B, O]`, w `[O, I]`, dx `[B, I]`: the gradient with respect to the input of [`affine`].
pub fn affine_input_gradient<R: Float>(dy: &Matrix<R>, w: &[R], dx: &mut Matrix<R>, scratch: &mut Scratch<R>) {
    let size = [dy.rows(), dy.cols(), dx.cols()];
    R::product(size, Left::Rows(dy.data()), Right::Rows(w), Start::Zero, dx.data_mut(), scratch);
}

/// dw += dy^T x and dbias += column sums of dy, with dy `[B, O]`, x `[B, I]`, dw `[O, I]`, dbias `[O]` or none.
pub fn affine_parameter_gradient<R: Float>(
    dy: &Matrix<R>,
    x: &Matrix<R>,
    dw: &mut [R],
    dbias: Option<&mut [R]>,
    scratch: &mut Scratch<R>,
) {
    let size = [dy.cols(), dy.rows(), x.cols()];
    R::product(size, Left::Columns(dy.data()), Right::Rows(x.data()), Start::Present, dw, scratch);
    if let Some(dbias) = dbias {
        R::add_rows(dbias, dy);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// (batch, inputs, outputs) on both sides of the sizes of a tile.
    const RAGGED: [(usize, usize, usize); 10] = [
        (1, 1, 1),
        (3, 2, 5),
        (4, 8, 7),
        (5, 19, 33),
        (7, 4, 27),
        (2, 64, 3),
        (33, 10, 10),
        (64, 30, 30),
        (6, 256, 2),
        (9, 3, 256),
    ];

    /// Numbers between -1 and 1 that follow no pattern.
    fn random(rows: usize, cols: usize, state: &mut u32) -> Matrix<f64> {
        let mut next = || {
            *state = state.wrapping_mul(1664525).wrapping_add(1013904223);
            f64::from(*state) / f64::from(1u32 << 31) - 1.0
        };
        Matrix::from_rows(cols, (0..rows * cols).map(|_| next()))
    }

    fn assert_near(got: &Matrix<f64>, expected: impl Fn(usize, usize) -> f64) {
        for row in 0..got.rows() {
            for (col, &value) in got.row(row).iter().enumerate() {
                let expected = expected(row, col);
                assert!((value - expected).abs() < 1e-12, "[{row}, {col}]: {value} is not {expected}");
            }
        }
    }

    /// Every kernel against the one-line definition, at sizes on both sides of the number of lanes.
    #[test]
    fn kernels_agree_with_the_definitions() {
        let mut rng = 5;
        let mut scratch = Scratch::default();
        for (batch, inputs, outputs) in RAGGED {
            let x = random(batch, inputs, &mut rng);
            let weights = random(outputs, inputs, &mut rng);
            let w = weights.data();
            let dy = random(batch, outputs, &mut rng);
            let bias = random(1, outputs, &mut rng);

            let mut y = Matrix::zeros(batch, outputs);
            affine(&x, w, Some(bias.data()), &mut y, &mut scratch);
            assert_near(&y, |b, o| (0..inputs).map(|i| x.row(b)[i] * weights.row(o)[i]).sum::<f64>() + bias.data()[o]);

            let mut dx = random(batch, inputs, &mut rng);
            affine_input_gradient(&dy, w, &mut dx, &mut scratch);
            assert_near(&dx, |b, i| (0..outputs).map(|o| dy.row(b)[o] * weights.row(o)[i]).sum());

            let mut dw = random(outputs, inputs, &mut rng);
            let mut dbias = random(1, outputs, &mut rng);
            let before = (dw.clone(), dbias.clone());
            affine_parameter_gradient(&dy, &x, dw.data_mut(), Some(dbias.data_mut()), &mut scratch);
            assert_near(&dw, |o, i| before.0.row(o)[i] + (0..batch).map(|b| dy.row(b)[o] * x.row(b)[i]).sum::<f64>());
            assert_near(&dbias, |_, o| before.1.row(0)[o] + (0..batch).map(|b| dy.row(b)[o]).sum::<f64>());
        }
    }
}
