//! Decimal text -> the nearest float. The standard library's reader is made for speed and brings 14 kB of tables, which
//! every visitor would have to load; a Setup has a dozen numbers, so this one is made for size.
//!
//! A decimal is a fraction of whole numbers, and floats are in the order of their bits: so the nearest one is found by
//! halving the range of bits, with comparisons that are exact.

use std::cmp::Ordering;

/// Digits that are looked at one by one: what lies half way between two floats has at most 767 of them, so that of any
/// further digits only matters whether there is one that is not 0.
const MOST_DIGITS: i64 = 800;

/// Reads what `f64::from_str` reads, with the same result, but for the words "inf", "infinity" and "nan".
pub fn parse(text: &str) -> Option<f64> {
    let (negative, mut rest) = signed(text.as_bytes());
    // The digits so far are worth numerator * 10^power.
    let mut numerator = Natural(Vec::new());
    let mut power = 0;
    let (mut kept, mut any_lost) = (0, false);
    let (mut any_digit, mut after_point) = (false, false);
    while let [byte, tail @ ..] = rest {
        rest = tail;
        match byte {
            b'0'..=b'9' => {
                let digit = u64::from(byte - b'0');
                any_digit = true;
                power -= i64::from(after_point);
                if kept < MOST_DIGITS {
                    numerator.multiply_add(10, digit);
                    kept += i64::from(!numerator.is_zero());
                } else {
                    power += 1;
                    any_lost |= digit > 0;
                }
            }
            b'.' if !after_point => after_point = true,
            b'e' | b'E' if any_digit => {
                power += exponent(rest)?;
                rest = &[];
            }
            _ => return None,
        }
    }
    if any_lost {
        numerator.multiply_add(10, 1);
        (power, kept) = (power - 1, kept + 1);
    }
    let magnitude = match kept + power {
        _ if !any_digit => return None,
        _ if numerator.is_zero() => 0.0,
        // Beyond the largest float, and below half of the smallest.
        311.. => f64::INFINITY,
        ..-330 => 0.0,
        -330..=310 => nearest(numerator, power),
    };
    Some(if negative { -magnitude } else { magnitude })
}

/// Whether there is a minus, and what follows the sign if there is one.
fn signed(text: &[u8]) -> (bool, &[u8]) {
    match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    }
}

/// A whole number, cut off where it is larger than any text is long.
fn exponent(text: &[u8]) -> Option<i64> {
    let (negative, digits) = signed(text);
    if digits.is_empty() {
        return None;
    }
    let mut size = 0;
    for byte in digits {
        let b'0'..=b'9' = byte else { return None };
        size = (10 * size + i64::from(byte - b'0')).min(1 << 40);
    }
    Some(if negative { -size } else { size })
}

/// The float that is nearest to `numerator` times a power of ten; of two as near, the even one.
fn nearest(mut numerator: Natural, power: i64) -> f64 {
    let mut denominator = Natural(vec![1]);
    let scaled = if power < 0 { &mut denominator } else { &mut numerator };
    for _ in 0..power.abs() {
        scaled.multiply_add(10, 0);
    }
    // The largest float that is not above.
    let (mut low, mut high) = (0, f64::INFINITY.to_bits());
    while high - low > 1 {
        let middle = low.midpoint(high);
        let (mantissa, exponent) = parts(middle);
        if compare(&numerator, &denominator, mantissa, exponent) == Ordering::Less {
            high = middle;
        } else {
            low = middle;
        }
    }
    let (mantissa, exponent) = parts(low);
    let above = match compare(&numerator, &denominator, 2 * mantissa + 1, exponent - 1) {
        Ordering::Less => 0,
        Ordering::Equal => low % 2,
        Ordering::Greater => 1,
    };
    f64::from_bits(low + above)
}

/// A float as mantissa * 2^exponent.
fn parts(bits: u64) -> (u64, i32) {
    let (exponent, fraction) = ((bits >> 52) as i32, bits & ((1 << 52) - 1));
    if exponent == 0 { (fraction, -1074) } else { (fraction | 1 << 52, exponent - 1075) }
}

/// numerator / denominator <=> mantissa * 2^exponent.
fn compare(numerator: &Natural, denominator: &Natural, mantissa: u64, exponent: i32) -> Ordering {
    let (mut left, mut right) = (numerator.clone(), denominator.clone());
    right.multiply_add(mantissa, 0);
    let scaled = if exponent < 0 { &mut left } else { &mut right };
    for _ in 0..exponent.abs() {
        scaled.multiply_add(2, 0);
    }
    left.0.len().cmp(&right.0.len()).then_with(|| left.0.iter().rev().cmp(right.0.iter().rev()))
}

/// A whole number of any size: its 64-bit digits, the last of which is not 0, from the lowest on.
#[derive(Clone)]
struct Natural(Vec<u64>);

impl Natural {
    fn is_zero(&self) -> bool {
        self.0.is_empty()
    }

    /// Becomes itself times `factor`, which is not 0, plus `carry`.
    fn multiply_add(&mut self, factor: u64, mut carry: u64) {
        for digit in &mut self.0 {
            let product = u128::from(*digit) * u128::from(factor) + u128::from(carry);
            (*digit, carry) = (product as u64, (product >> 64) as u64);
        }
        if carry > 0 {
            self.0.push(carry);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::parse;

    /// The standard library's reader, but for its words.
    fn expected(text: &str) -> Option<u64> {
        text.parse().ok().filter(|_| !text.contains(['i', 'I', 'n', 'N'])).map(f64::to_bits)
    }

    fn assert_as_expected(text: &str) {
        assert_eq!(parse(text).map(f64::to_bits), expected(text), "{text}");
    }

    #[test]
    fn what_no_number_is_is_refused() {
        for text in ["", " 1", "1 ", "+", "-", ".", "e5", ".e5", "1e", "1e+", "1e1.5", "--1", "+-1", "1e5e5", "1.2.3"] {
            assert_eq!(parse(text), None, "{text}");
        }
        for text in ["0x10", "1_0", "1,5", "inf", "-infinity", "NaN", "1f", "\u{661}"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_nearest_float_is_found_and_of_two_the_even_one() {
        let zeros = "0".repeat(1000);
        for text in [
            "0",
            "-0",
            "+1",
            "1.",
            ".5",
            "-1.e2",
            "1E-3",
            "007",
            "0e999999999999999999999",
            "1e-99999999999999999999",
            "1e99999999999999999999",
            "9007199254740993",
            "9007199254740995",
            "9007199254740993.0000000001",
            "5e-324",
            "2.4703282292062327e-324",
            "2.4703282292062328e-324",
            "2.2250738585072011e-308",
            "2.2250738585072014e-308",
            "1.7976931348623157e308",
            "1.7976931348623158e308",
            "1.7976931348623159e308",
            "1e308",
            "1e309",
            "1e310",
            "1e-323",
            "123456789012345678901234567890e-400",
            &format!("1{zeros}e-1000"),
            &format!("0.{zeros}1e1001"),
            &format!("9007199254740993.{zeros}1"),
            // Half way between 0 and the smallest float.
            &format!("{:.1080e}", 5e-324),
        ] {
            assert_as_expected(text);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn every_float_comes_back_from_its_text(bits in any::<u64>()) {
            let float = f64::from_bits(bits);
            prop_assume!(!float.is_nan() && float.is_finite());
            assert_as_expected(&float.to_string());
            assert_as_expected(&format!("{float:e}"));
            assert_as_expected(&format!("{float:.2e}"));
            assert_as_expected(&format!("{float:.800e}"));
        }

        #[test]
        fn any_decimal_is_read_as_the_standard_library_reads_it(
            text in "[-+]?[0-9]{0,25}[.]?[0-9]{0,25}([eE][-+]?[0-9]{0,3})?",
        ) {
            assert_as_expected(&text);
        }

        #[test]
        fn any_text_is_read_as_the_standard_library_reads_it(text in "[-+.eE0-9 x_]{0,8}") {
            assert_as_expected(&text);
        }
    }
}
