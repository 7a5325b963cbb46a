//! Products of numbers that are all so small that what they are multiplied by may leave no normal number. Arithmetic on
//! others takes up to a hundred times as long, and a vanishing signal or gradient gets there. So they are lifted by a
//! power of 2 first; what comes out below the smallest normal number is 0, as on accelerators that flush to zero.

use super::elementwise::{map, map_both};
use super::product::{self, Left, Right, Scratch, Start};
use super::{Float, Lanes};

/// c = start + a b, as [`product::multiply`].
pub fn multiply<R: Float>(
    size: [usize; 3],
    a: Left<R>,
    b: Right<R>,
    start: Start<R>,
    c: &mut [R],
    scratch: &mut Scratch<R>,
) {
    let faint = [is_faint(a.data()), is_faint(b.data())];
    if faint == [false; 2] {
        product::multiply(size, a, b, start, c, &mut scratch.packed);
    } else {
        multiply_lifted(size, (a, b, faint), start, c, scratch);
    }
}

#[inline(never)]
fn multiply_lifted<R: Float>(
    size: [usize; 3],
    (a, b, faint): (Left<R>, Right<R>, [bool; 2]),
    start: Start<R>,
    c: &mut [R],
    scratch: &mut Scratch<R>,
) {
    let Scratch { packed, lifted: [a_lifted, b_lifted], sums } = scratch;
    let a = if faint[0] { a.with(lift(a.data(), a_lifted)) } else { a };
    let b = if faint[1] { b.with(lift(b.data(), b_lifted)) } else { b };
    let (lower, lower_wide) = (lower::<R, R::Vector>(faint), lower::<R, R::Wide>(faint));
    match start {
        Start::Zero => {
            product::multiply(size, a, b, start, c, packed);
            map_both([], [c], |[], [sum]| [lower_wide(sum)], |[], [sum]| [lower(sum)]);
        }
        Start::Row(start) => {
            product::multiply(size, a, b, Start::Zero, c, packed);
            for c in c.chunks_exact_mut(start.len()) {
                map([start], [c], |[start], [sum]| [start + lower(sum)]);
            }
        }
        Start::Present => {
            sums.resize(sums.len().max(c.len()), R::ZERO);
            product::multiply(size, a, b, Start::Zero, &mut sums[..c.len()], packed);
            map([&*sums], [c], |[sum], [c]| [c + lower(sum)]);
        }
    }
}

/// Whether all numbers are so small. In a healthy network the first one says no, or else the first few.
#[inline(always)]
fn is_faint<R: Float>(values: &[R]) -> bool {
    values.first().is_some_and(|x| x.abs() < R::FAINT) && are_faint(values)
}

#[inline(never)]
fn are_faint<R: Float>(values: &[R]) -> bool {
    values.chunks(64).all(|values| values.iter().fold(true, |faint, x| faint & (x.abs() < R::FAINT)))
}

fn lift<'a, R: Float>(values: &[R], lifted: &'a mut Vec<R>) -> &'a [R] {
    lifted.resize(lifted.len().max(values.len()), R::ZERO);
    let lifted = &mut lifted[..values.len()];
    let (wide, vector) = (R::Wide::splat(R::LIFT), R::Vector::splat(R::LIFT));
    map_both([values], [&mut *lifted], |[x], _| [x * wide], |[x], _| [x * vector]);
    lifted
}

/// Takes back the lifts of those factors of a product that were faint.
fn lower<R: Float, L: Lanes<R>>(faint: [bool; 2]) -> impl Fn(L) -> L {
    let factors = faint.map(|faint| L::splat(if faint { R::ONE / R::LIFT } else { R::ONE }));
    let limit =
        faint.into_iter().fold(R::LARGEST_SUBNORMAL, |limit, faint| if faint { limit * R::LIFT } else { limit });
    let limit = L::splat(limit);
    // First to 0, then lowered: the other way round what is lost would take long to compute.
    move |x| x.abs().if_at_most(limit, L::ZERO, x) * factors[0] * factors[1]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faint_numbers_are_multiplied_as_others_are_and_end_at_the_smallest_normal_number() {
        let product = |a: [f32; 2], start| {
            let (b, mut c) = ([0.5, 0.25, -0.5, 0.125], [1.0, 2.0]);
            multiply([1, 2, 2], Left::Rows(&a), Right::Rows(&b), start, &mut c, &mut Scratch::default());
            c
        };
        // (0.5 a - 0.5 b, 0.25 a + 0.125 b)
        assert_eq!(product([3e-20, 1e-20], Start::Zero), [0.5 * 2e-20, 0.25 * 3.5e-20]);
        assert_eq!(product([3e-20, 1e-20], Start::Present), [1.0, 2.0]);
        assert_eq!(product([4e-38, 0.0], Start::Zero), [0.5 * 4e-38, 0.0], "1e-38 is no normal number");
        assert_eq!(product([4e-38, 0.0], Start::Row(&[1.0, -0.5])), [1.0, -0.5]);
        let mut c = [0.0];
        multiply(
            [1, 1, 1],
            Left::Rows(&[1e-20f32]),
            Right::Rows(&[1e-17]),
            Start::Zero,
            &mut c,
            &mut Scratch::default(),
        );
        assert_eq!(c, [1e-20 * 1e-17]);
        multiply(
            [1, 1, 1],
            Left::Rows(&[1e-20f32]),
            Right::Rows(&[1e-19]),
            Start::Zero,
            &mut c,
            &mut Scratch::default(),
        );
        assert_eq!(c, [0.0]);
        multiply(
            [1, 1, 1],
            Left::Rows(&[1e-20f32]),
            Right::Rows(&[f32::NAN]),
            Start::Zero,
            &mut c,
            &mut Scratch::default(),
        );
        assert!(c[0].is_nan());
    }
}
