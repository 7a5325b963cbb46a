//! How much a matrix can stretch, once and in the long run.

use crate::nn::{Matrix, kernels};

/// Squarings: what is left of constant factors and of powers of k is their 2^SQUARINGS-th root.
const SQUARINGS: u32 = 34;

/// The largest size of an eigenvalue of a square matrix: the limit of |A^k|^(1/k) (Gelfand 1941), by repeated squaring,
/// with the size taken out each time. It needs no eigenvalues, and converges whatever the matrix.
pub fn radius(matrix: &Matrix<f64>) -> f64 {
    let mut power = matrix.clone();
    let mut square = matrix.clone();
    let mut log = 0.0;
    for squared in 0..SQUARINGS {
        let size = kernels::norm(power.data());
        if !(size > 0.0 && size.is_finite()) {
            return if size == 0.0 { 0.0 } else { f64::NAN };
        }
        // A^k = e^(k log) * power, with k = 2^squared.
        log += libm::log(size) / (1_u64 << squared) as f64;
        power.data_mut().iter_mut().for_each(|x| *x /= size);
        kernels::affine_input_gradient(&power, power.data(), &mut square, &mut kernels::Scratch::default());
        std::mem::swap(&mut power, &mut square);
    }
    libm::exp(log)
}

/// The largest singular value: the root of the largest eigenvalue of A^T A.
pub fn norm(matrix: &Matrix<f64>) -> f64 {
    let mut product = Matrix::zeros(matrix.cols(), matrix.cols());
    kernels::affine_parameter_gradient(matrix, matrix, product.data_mut(), None, &mut kernels::Scratch::default());
    radius(&product).sqrt()
}
