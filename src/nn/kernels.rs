//! The inner loops. The order of every sum is fixed by the source, so the digits do not depend on the machine.

use super::{Matrix, Real};

/// x . y, summed in two vectors side by side so that an addition need not wait for the one before.
pub fn dot<R: Real>(x: &[R], y: &[R]) -> R {
    let whole = x.len() / (2 * R::LANES) * (2 * R::LANES);
    let ((x, x_rest), (mut y, y_rest)) = (x.split_at(whole), y.split_at(whole));
    let mut rest = R::ZERO;
    for (&a, &b) in x_rest.iter().zip(y_rest) {
        rest += a * b;
    }
    let (mut even, mut odd) = (R::ZERO.splat(), R::ZERO.splat());
    // Chunks of one slice while the other advances: two slices in chunks side by side are a fifth slower.
    for a in x.chunks_exact(2 * R::LANES) {
        let (b, next) = y.split_at(2 * R::LANES);
        even = even + R::load(a) * R::load(b);
        odd = odd + R::load(&a[R::LANES..]) * R::load(&b[R::LANES..]);
        y = next;
    }
    R::sum(even + odd) + rest
}

/// y += scale * x
pub fn add_scaled<R: Real>(y: &mut [R], scale: R, x: &[R]) {
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

/// y = x w^T + bias, with x `[B, I]`, w `[O, I]`, bias `[O]` or none, y `[B, O]`.
pub fn affine<R: Real>(x: &Matrix<R>, w: &[R], bias: Option<&[R]>, y: &mut Matrix<R>) {
    let inputs = x.cols();
    for sample in 0..x.rows() {
        let input = x.row(sample);
        let out = y.row_mut(sample);
        for (y, weights) in out.iter_mut().zip(w.chunks_exact(inputs)) {
            *y = dot(input, weights);
        }
        if let Some(bias) = bias {
            add(out, bias);
        }
    }
}

/// dx = dy w, with dy `[B, O]`, w `[O, I]`, dx `[B, I]`: the gradient with respect to the input of [`affine`].
pub fn affine_input_gradient<R: Real>(dy: &Matrix<R>, w: &[R], dx: &mut Matrix<R>) {
    let inputs = dx.cols();
    for sample in 0..dy.rows() {
        let out = dx.row_mut(sample);
        out.fill(R::ZERO);
        for (&d, weights) in dy.row(sample).iter().zip(w.chunks_exact(inputs)) {
            add_scaled(out, d, weights);
        }
    }
}

/// dw += dy^T x and dbias += column sums of dy, with dy `[B, O]`, x `[B, I]`, dw `[O, I]`, dbias `[O]` or none.
pub fn affine_parameter_gradient<R: Real>(dy: &Matrix<R>, x: &Matrix<R>, dw: &mut [R], dbias: Option<&mut [R]>) {
    let inputs = x.cols();
    for sample in 0..dy.rows() {
        let input = x.row(sample);
        for (&d, dw) in dy.row(sample).iter().zip(dw.chunks_exact_mut(inputs)) {
            add_scaled(dw, d, input);
        }
    }
    if let Some(dbias) = dbias {
        dy.iter_rows().for_each(|gradient| add(dbias, gradient));
    }
}

/// y += x
pub fn add<R: Real>(y: &mut [R], x: &[R]) {
    for (y, &x) in y.iter_mut().zip(x) {
        *y += x;
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

/// The norm of all elements. It is taken relative to the largest, so that the squares neither overflow nor underflow.
pub fn norm<R: Real>(values: &[R]) -> f64 {
    let largest = largest(values);
    if largest == 0.0 || !largest.is_finite() {
        return if values.iter().any(|x| x.to_f64().is_nan()) { f64::NAN } else { largest };
    }
    let squares: f64 = values.iter().map(|x| (x.to_f64() / largest) * (x.to_f64() / largest)).sum();
    largest * squares.sqrt()
}

/// The largest |x|; NaN counts as infinite.
pub fn largest<R: Real>(values: &[R]) -> f64 {
    values.iter().map(|x| x.to_f64().abs()).fold(0.0, |max, x| if x.is_nan() { f64::INFINITY } else { max.max(x) })
}

#[cfg(test)]
use super::rng::{Purpose, Rng};

#[cfg(test)]
mod tests {
    use super::*;

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
            let weights = random(outputs, inputs, &mut rng);
            let w = weights.data();
            let dy = random(batch, outputs, &mut rng);
            let bias = random(1, outputs, &mut rng);

            let mut y = Matrix::zeros(batch, outputs);
            affine(&x, w, Some(bias.data()), &mut y);
            assert_near(&y, |b, o| (0..inputs).map(|i| x.row(b)[i] * weights.row(o)[i]).sum::<f64>() + bias.data()[o]);

            let mut dx = random(batch, inputs, &mut rng);
            affine_input_gradient(&dy, w, &mut dx);
            assert_near(&dx, |b, i| (0..outputs).map(|o| dy.row(b)[o] * weights.row(o)[i]).sum());

            let mut dw = Matrix::zeros(outputs, inputs);
            let mut dbias = Matrix::zeros(1, outputs);
            affine_parameter_gradient(&dy, &x, dw.data_mut(), Some(dbias.data_mut()));
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

    #[test]
    fn norms_survive_what_their_squares_do_not() {
        assert!((norm(&[3e-200, 4e-200]) / 5e-200 - 1.0).abs() < 1e-15);
        assert!((norm(&[3e300, -4e300]) / 5e300 - 1.0).abs() < 1e-15);
        assert!((norm(&[3e-42f32, 4e-42]) / 5e-42 - 1.0).abs() < 1e-2, "subnormals have few digits");
        assert_eq!(norm::<f32>(&[]), 0.0);
        assert_eq!(norm(&[1.0, f32::INFINITY]), f64::INFINITY);
        assert!(norm(&[f32::NAN, f32::INFINITY]).is_nan());
    }
}
