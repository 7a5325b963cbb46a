//! What is done with every element by itself, and sums over all of them.

use super::{Float, Matrix, Number};

/// x . y, summed in two vectors side by side so that an addition need not wait for the one before.
pub fn dot<R: Float>(x: &[R], y: &[R]) -> R {
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
pub fn add_scaled<R: Float>(y: &mut [R], scale: R, x: &[R]) {
    let scale = scale.splat();
    map([x], [y], |[x], [y]| [y + scale * x]);
}

/// y += x
pub fn add<R: Float>(y: &mut [R], x: &[R]) {
    map([x], [y], |[x], [y]| [y + x]);
}

/// y += the rows of x
pub fn add_rows<R: Float>(y: &mut [R], x: &Matrix<R>) {
    let length = y.len();
    if length < R::LANES {
        return x.iter_rows().for_each(|row| add(y, row));
    }
    let mut done = 0;
    while done < length {
        // Where too few are left, some are summed once more, but added only once.
        let first = done.min(length - R::LANES);
        let sum = x.iter_rows().fold(R::Lanes::ZERO, |sum, row| sum + R::load(&row[first..]));
        let mut sums = [R::ZERO; 4];
        R::store(sum, &mut sums);
        let new = &sums[done - first..R::LANES];
        y[done..first + R::LANES].iter_mut().zip(new).for_each(|(y, &sum)| *y += sum);
        done = first + R::LANES;
    }
}

/// y = x factor
#[inline(never)]
pub fn multiply<R: Float>(x: &[R], factor: &[R], y: &mut [R]) {
    map([x, factor], [y], |[x, factor], _| [x * factor]);
}

/// y *= factor
#[inline(never)]
pub fn scale<R: Float>(y: &mut [R], factor: &[R]) {
    map([factor], [y], |[factor], [y]| [y * factor]);
}

/// y = x factor other
#[inline(never)]
pub fn multiply_both<R: Float>(x: &[R], factor: &[R], other: &[R], y: &mut [R]) {
    map([x, factor, other], [y], |[x, factor, other], _| [x * factor * other]);
}

/// y = x + other
#[inline(never)]
pub fn sum<R: Float>(x: &[R], other: &[R], y: &mut [R]) {
    map([x, other], [y], |[x, other], _| [x + other]);
}

/// y = a b + c d
#[inline(never)]
pub fn sum_of_products<R: Float>([a, b]: [&[R]; 2], [c, d]: [&[R]; 2], y: &mut [R]) {
    map([a, b, c, d], [y], |[a, b, c, d], _| [a * b + c * d]);
}

/// y = x, for what is short: a call to copy memory takes longer than a few numbers do.
pub fn copy<R: Float>(x: &[R], y: &mut [R]) {
    map([x], [y], |[x], _| [x]);
}

/// y = the rows `indices` of x, both with rows of `cols` numbers.
pub fn gather<R: Float>(x: &[R], indices: &[usize], cols: usize, y: &mut [R]) {
    for (&index, y) in indices.iter().zip(y.chunks_exact_mut(cols)) {
        copy(&x[index * cols..][..cols], y);
    }
}

/// outputs = f(inputs, outputs), element by element. The inputs are at least as long as the outputs.
#[inline(always)]
pub fn map<R: Float, const I: usize, const O: usize>(
    mut inputs: [&[R]; I],
    mut outputs: [&mut [R]; O],
    f: impl Fn([R::Lanes; I], [R::Lanes; O]) -> [R::Lanes; O],
) {
    let length = outputs[0].len();
    // One look at the lengths, and none at every vector.
    inputs.iter_mut().for_each(|x| *x = &x[..length]);
    outputs.iter_mut().for_each(|y| *y = &mut std::mem::take(y)[..length]);
    // Where the numbers fill no vector, zeros do.
    let (mut padded_x, mut padded_y) = ([[R::ZERO; 4]; I], [[R::ZERO; 4]; O]);
    let mut place = 0;
    while place < length {
        let end = length.min(place + R::LANES);
        let is_whole = end - place == R::LANES;
        let x = std::array::from_fn(|index| {
            let (x, padded) = (&inputs[index][place..end], &mut padded_x[index]);
            R::load(if is_whole { x } else { pad(x, padded) })
        });
        let y = std::array::from_fn(|index| {
            let (y, padded) = (&outputs[index][place..end], &mut padded_y[index]);
            R::load(if is_whole { y } else { pad(y, padded) })
        });
        let y = f(x, y);
        for (index, output) in outputs.iter_mut().enumerate() {
            let (output, padded) = (&mut output[place..end], &mut padded_y[index]);
            R::store(y[index], if is_whole { &mut *output } else { &mut padded[..] });
            if !is_whole {
                copy_few(padded, output);
            }
        }
        place = end;
    }
}

fn pad<'a, R: Float>(few: &[R], padded: &'a mut [R; 4]) -> &'a [R] {
    copy_few(few, padded);
    padded
}

#[inline(never)]
fn copy_few<R: Float>(from: &[R], to: &mut [R]) {
    to.iter_mut().zip(from).for_each(|(to, &from)| *to = from);
}

/// Whether all elements are finite: 0 * x is 0 for a finite x and NaN for any other, and so for the sum.
pub fn all_finite<R: Float>(values: &[R]) -> bool {
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
pub fn norm<R: Float>(values: &[R]) -> f64 {
    let largest = largest(values);
    if largest == 0.0 || !largest.is_finite() {
        return if values.iter().any(|x| x.to_f64().is_nan()) { f64::NAN } else { largest };
    }
    let squares: f64 = values.iter().map(|x| (x.to_f64() / largest) * (x.to_f64() / largest)).sum();
    largest * squares.sqrt()
}

/// The largest |x|; NaN counts as infinite.
pub fn largest<R: Float>(values: &[R]) -> f64 {
    values.iter().map(|x| x.to_f64().abs()).fold(0.0, |max, x| if x.is_nan() { f64::INFINITY } else { max.max(x) })
}

/// What stands side by side in a row, in equal parts.
pub fn blocks<R, const N: usize>(row: &[R]) -> [&[R]; N] {
    let width = row.len() / N;
    std::array::from_fn(|index| &row[index * width..][..width])
}

/// What stands side by side in a row, in equal parts.
pub fn blocks_mut<R, const N: usize>(mut row: &mut [R]) -> [&mut [R]; N] {
    let width = row.len() / N;
    std::array::from_fn(|_| row.split_off_mut(..width).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

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
