//! The inner loops. The order of every sum is fixed by the source, so the digits do not depend on the machine.

use super::{Matrix, Real};

/// x . y, summed in two vectors side by side so that an addition need not wait for the one before.
fn dot<R: Real>(x: &[R], y: &[R]) -> R {
    let (x_chunks, y_chunks) = (x.chunks_exact(2 * R::LANES), y.chunks_exact(2 * R::LANES));
    let mut rest = R::ZERO;
    for (&a, &b) in x_chunks.remainder().iter().zip(y_chunks.remainder()) {
        rest += a * b;
    }
    let (mut even, mut odd) = (R::ZERO.splat(), R::ZERO.splat());
    for (a, b) in x_chunks.zip(y_chunks) {
        even = even + R::load(a) * R::load(b);
        odd = odd + R::load(&a[R::LANES..]) * R::load(&b[R::LANES..]);
    }
    R::sum(even + odd) + rest
}

/// y += scale * x
fn add_scaled<R: Real>(y: &mut [R], scale: R, x: &[R]) {
    let factor = scale.splat();
    let mut y_chunks = y.chunks_exact_mut(R::LANES);
    let x_chunks = x.chunks_exact(R::LANES);
    let x_rest = x_chunks.remainder();
    for (y, x) in y_chunks.by_ref().zip(x_chunks) {
        R::store(R::load(y) + factor * R::load(x), y);
    }
    for (y, &x) in y_chunks.into_remainder().iter_mut().zip(x_rest) {
        *y += scale * x;
    }
}

/// y = x w^T + bias, with x `[B, I]`, w `[O, I]`, bias `[O]`, y `[B, O]`.
pub fn affine<R: Real>(x: &Matrix<R>, w: &Matrix<R>, bias: &[R], y: &mut Matrix<R>) {
    for sample in 0..x.rows() {
        let input = x.row(sample);
        for ((y, weights), &bias) in y.row_mut(sample).iter_mut().zip(w.iter_rows()).zip(bias) {
            *y = dot(input, weights) + bias;
        }
    }
}

/// dx = dy w, with dy `[B, O]`, w `[O, I]`, dx `[B, I]`: the gradient with respect to the input of [`affine`].
pub fn affine_input_gradient<R: Real>(dy: &Matrix<R>, w: &Matrix<R>, dx: &mut Matrix<R>) {
    for sample in 0..dy.rows() {
        let out = dx.row_mut(sample);
        out.fill(R::ZERO);
        for (&d, weights) in dy.row(sample).iter().zip(w.iter_rows()) {
            add_scaled(out, d, weights);
        }
    }
}

/// dw = dy^T x and dbias = column sums of dy, with dy `[B, O]`, x `[B, I]`, dw `[O, I]`, dbias `[O]`.
pub fn affine_parameter_gradient<R: Real>(dy: &Matrix<R>, x: &Matrix<R>, dw: &mut Matrix<R>, dbias: &mut [R]) {
    dw.data_mut().fill(R::ZERO);
    dbias.fill(R::ZERO);
    for sample in 0..dy.rows() {
        let (input, gradient) = (x.row(sample), dy.row(sample));
        add_scaled(dbias, R::ONE, gradient);
        for (unit, &d) in gradient.iter().enumerate() {
            add_scaled(dw.row_mut(unit), d, input);
        }
    }
}

/// Whether all elements are finite: 0 * x is 0 for a finite x and NaN for any other, and so for the sum.
pub fn all_finite<R: Real>(values: &[R]) -> bool {
    let chunks = values.chunks_exact(R::LANES);
    let rest_is_finite = chunks.remainder().iter().all(|x| x.is_finite());
    let zero = R::ZERO.splat();
    let mut sums = zero;
    for chunk in chunks {
        sums = sums + R::load(chunk) * zero;
    }
    rest_is_finite && R::sum(sums) == R::ZERO
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::rng::{Purpose, Rng};

    fn random(rows: usize, cols: usize, rng: &mut Rng) -> Matrix<f64> {
        Matrix::from_rows(cols, (0..rows * cols).map(|_| rng.normal()))
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
        let mut rng = Rng::new(5, Purpose::Data);
        for (batch, inputs, outputs) in [(1, 1, 1), (3, 2, 5), (4, 8, 7), (5, 19, 33)] {
            let x = random(batch, inputs, &mut rng);
            let w = random(outputs, inputs, &mut rng);
            let dy = random(batch, outputs, &mut rng);
            let bias = random(1, outputs, &mut rng);

            let mut y = Matrix::zeros(batch, outputs);
            affine(&x, &w, bias.data(), &mut y);
            assert_near(&y, |b, o| (0..inputs).map(|i| x.row(b)[i] * w.row(o)[i]).sum::<f64>() + bias.data()[o]);

            let mut dx = random(batch, inputs, &mut rng);
            affine_input_gradient(&dy, &w, &mut dx);
            assert_near(&dx, |b, i| (0..outputs).map(|o| dy.row(b)[o] * w.row(o)[i]).sum());

            let mut dw = random(outputs, inputs, &mut rng);
            let mut dbias = random(1, outputs, &mut rng);
            affine_parameter_gradient(&dy, &x, &mut dw, dbias.data_mut());
            assert_near(&dw, |o, i| (0..batch).map(|b| dy.row(b)[o] * x.row(b)[i]).sum());
            assert_near(&dbias, |_, o| (0..batch).map(|b| dy.row(b)[o]).sum());
        }
    }

    #[test]
    fn one_bad_element_anywhere_is_found() {
        for length in [1, 7, 8, 21] {
            let mut values = vec![f32::MAX; length];
            assert!(all_finite(&values));
            for index in 0..length {
                for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
                    let good = std::mem::replace(&mut values[index], bad);
                    assert!(!all_finite(&values), "{bad} at {index} of {length}");
                    values[index] = good;
                }
            }
        }
    }
}
