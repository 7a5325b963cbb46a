//! What is done with every element by itself, and sums over all of them.

use super::{Float, Lanes, Matrix, Number};

/// x . y, summed in two vectors side by side so that an addition need not wait for the one before.
pub fn dot<R: Float>(x: &[R], y: &[R]) -> R {
    let count = R::Vector::COUNT;
    let (x_chunks, y_chunks) = (x.chunks_exact(2 * count), y.chunks_exact(2 * count));
    let mut rest = R::ZERO;
    for (&a, &b) in x_chunks.remainder().iter().zip(y_chunks.remainder()) {
        rest += a * b;
    }
    let (mut even, mut odd) = (R::Vector::ZERO, R::Vector::ZERO);
    for (a, b) in x_chunks.zip(y_chunks) {
        even = even + R::Vector::load(a) * R::Vector::load(b);
        odd = odd + R::Vector::load(&a[count..]) * R::Vector::load(&b[count..]);
    }
    R::sum(even + odd) + rest
}

/// y += scale * x
pub fn add_scaled<R: Float>(y: &mut [R], scale: R, x: &[R]) {
    let scale = R::Vector::splat(scale);
    map([x], [y], |[x], [y]| [y + scale * x]);
}

/// y += x
pub fn add<R: Float>(y: &mut [R], x: &[R]) {
    map([x], [y], |[x], [y]| [y + x]);
}

/// y += the rows of x
pub fn add_rows<R: Float>(y: &mut [R], x: &Matrix<R>) {
    let (length, count) = (y.len(), R::Vector::COUNT);
    if length < count {
        return x.iter_rows().for_each(|row| y.iter_mut().zip(row).for_each(|(y, &x)| *y += x));
    }
    let mut done = 0;
    while done < length {
        // Where too few are left, some are summed once more, but added only once.
        let first = done.min(length - count);
        let sum = x.iter_rows().fold(R::Vector::ZERO, |sum, row| sum + R::Vector::load(&row[first..]));
        let mut sums = [R::ZERO; 4];
        sum.store(&mut sums);
        let new = &sums[done - first..count];
        y[done..first + count].iter_mut().zip(new).for_each(|(y, &sum)| *y += sum);
        done = first + count;
    }
}

/// y = x factor
#[inline(never)]
pub fn multiply<R: Float>(x: &[R], factor: &[R], y: &mut [R]) {
    map_both([x, factor], [y], |[x, factor], _| [x * factor], |[x, factor], _| [x * factor]);
}

/// y *= factor
#[inline(never)]
pub fn scale<R: Float>(y: &mut [R], factor: &[R]) {
    map([factor], [y], |[factor], [y]| [y * factor]);
}

/// y = x factor other
#[inline(never)]
pub fn multiply_both<R: Float>(x: &[R], factor: &[R], other: &[R], y: &mut [R]) {
    let inputs = [x, factor, other];
    map_both(inputs, [y], |[x, factor, other], _| [x * factor * other], |[x, factor, other], _| [x * factor * other]);
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
    match cols {
        // The usual few are read and written one by one: looking after how many there are would take longer.
        1 => indices.iter().zip(y).for_each(|(&index, y)| *y = x[index]),
        2 => {
            for (&index, y) in indices.iter().zip(y.chunks_exact_mut(2)) {
                [y[0], y[1]] = [x[2 * index], x[2 * index + 1]];
            }
        }
        _ => {
            for (&index, y) in indices.iter().zip(y.chunks_exact_mut(cols)) {
                y.copy_from_slice(&x[index * cols..][..cols]);
            }
        }
    }
}

/// outputs = f(inputs, outputs), element by element. The inputs are at least as long as the outputs.
#[inline(always)]
pub fn map<R: Float, const I: usize, const O: usize>(
    mut inputs: [&[R]; I],
    mut outputs: [&mut [R]; O],
    f: impl Fn([R::Vector; I], [R::Vector; O]) -> [R::Vector; O],
) {
    let (length, count) = (outputs[0].len(), R::Vector::COUNT);
    // One look at the lengths, and none at every vector.
    inputs.iter_mut().for_each(|x| *x = &x[..length]);
    outputs.iter_mut().for_each(|y| *y = &mut std::mem::take(y)[..length]);
    // Where the numbers fill no vector, zeros do.
    let (mut padded_x, mut padded_y) = ([[R::ZERO; 4]; I], [[R::ZERO; 4]; O]);
    let mut place = 0;
    while place < length {
        let end = length.min(place + count);
        let is_whole = end - place == count;
        let x = std::array::from_fn(|index| {
            let (x, padded) = (&inputs[index][place..end], &mut padded_x[index]);
            R::Vector::load(if is_whole { x } else { pad(x, padded) })
        });
        let y = std::array::from_fn(|index| {
            let (y, padded) = (&outputs[index][place..end], &mut padded_y[index]);
            R::Vector::load(if is_whole { y } else { pad(y, padded) })
        });
        let y = f(x, y);
        for (index, output) in outputs.iter_mut().enumerate() {
            let (output, padded) = (&mut output[place..end], &mut padded_y[index]);
            y[index].store(if is_whole { &mut *output } else { &mut padded[..] });
            if !is_whole {
                copy_few(padded, output);
            }
        }
        place = end;
    }
}

/// The same, four vectors at a time by `wide` as long as there are so many.
#[inline(always)]
pub fn map_both<R: Float, const I: usize, const O: usize>(
    inputs: [&[R]; I],
    mut outputs: [&mut [R]; O],
    wide: impl Fn([R::Wide; I], [R::Wide; O]) -> [R::Wide; O],
    rest: impl Fn([R::Vector; I], [R::Vector; O]) -> [R::Vector; O],
) {
    let count = R::Wide::COUNT;
    let whole = outputs[0].len() / count * count;
    let x = inputs.map(|x| &x[..whole]);
    let mut y = outputs.each_mut().map(|y| &mut y[..whole]);
    let mut place = 0;
    while place < whole {
        let end = whole.min(place + count);
        let values = wide(
            std::array::from_fn(|index| R::Wide::load(&x[index][place..end])),
            std::array::from_fn(|index| R::Wide::load(&y[index][place..end])),
        );
        for (y, values) in y.iter_mut().zip(values) {
            values.store(&mut y[place..end]);
        }
        place = end;
    }
    map(inputs.map(|x| &x[whole..]), outputs.map(|y| &mut y[whole..]), rest);
}

/// outputs = f(input), element by element, for what takes many operations that wait for each other. All are of the same
/// length, which is at least [`Wide`](Float::Wide)'s.
#[inline(always)]
pub fn compute<R: Float, const O: usize>(input: &[R], mut outputs: [&mut [R]; O], f: impl Fn(R::Wide) -> [R::Wide; O]) {
    let (length, count) = (input.len(), R::Wide::COUNT);
    outputs.iter_mut().for_each(|y| *y = &mut std::mem::take(y)[..length]);
    let mut done = 0;
    while done < length {
        // Where too few are left, some are done once more, and come out the same.
        let end = length.min(done + count);
        let first = end - count;
        let values = f(R::Wide::load(&input[first..end]));
        for (y, values) in outputs.iter_mut().zip(values) {
            values.store(&mut y[first..end]);
        }
        done = end;
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
    let chunks = values.chunks_exact(R::Vector::COUNT);
    let rest_is_finite = chunks.remainder().iter().all(|x| x.is_finite());
    let mut sums = R::Vector::ZERO;
    for chunk in chunks {
        sums = sums + R::Vector::load(chunk) * R::Vector::ZERO;
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
