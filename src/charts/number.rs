//! Numbers as the page writes them: 3.1e-9, 0.235, 1.20.

/// Three significant digits from 0.01 to 999, two with a power of ten beyond.
pub fn number(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    if value == 0.0 {
        return "0".to_owned();
    }
    // The exponent is read after rounding: 0.99996 is 1.00, not 1.000.
    match exponent(&format!("{value:.2e}")) {
        places @ -2..=2 => format!("{value:.*}", (2 - places).unsigned_abs() as usize),
        _ => format!("{value:.1e}"),
    }
}

/// The power of ten that a number in Rust's exponent form ends in.
fn exponent(text: &str) -> i32 {
    text.rsplit_once('e').and_then(|(_, digits)| digits.parse().ok()).unwrap_or(0)
}

/// A count with its thousands apart: 1 240. The space is a narrow one that does not break.
pub fn count(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 * 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

/// A power of ten: 1e-6.
pub fn power(exponent: i32) -> String {
    format!("1e{exponent}")
}

/// A tick of a linear axis whose ticks are `step` apart: no more decimals than the step needs.
pub(super) fn tick(value: f64, step: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    if !(1e-4..1e5).contains(&step) || value.abs() >= 1e6 {
        let text = format!("{value:.1e}");
        // One decimal, which says nothing if it is 0.
        let parts = text.split_once('.').and_then(|(whole, rest)| Some((whole, rest.strip_prefix('0')?)));
        return match parts {
            Some((whole, power)) => format!("{whole}{power}"),
            None => text,
        };
    }
    let decimals = (-libm::floor(libm::log10(step) + 1e-9)).max(0.0) as usize;
    format!("{value:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_page_s_form() {
        for (value, text) in [
            (3.1e-9, "3.1e-9"),
            (0.235, "0.235"),
            (0.0235, "0.0235"),
            (0.00235, "2.4e-3"),
            (1.2, "1.20"),
            (0.99996, "1.00"),
            (12.34, "12.3"),
            (123.4, "123"),
            (999.6, "1.0e3"),
            (1e30, "1.0e30"),
            (-0.5, "-0.500"),
            (0.0, "0"),
            (-0.0, "0"),
            (5e-324, "4.9e-324"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "inf"),
            (f64::NEG_INFINITY, "-inf"),
        ] {
            assert_eq!(number(value), text, "{value:e}");
        }
    }

    #[test]
    fn counts_are_grouped() {
        for (value, text) in [(0, "0"), (999, "999"), (1240, "1\u{202f}240"), (1_000_000, "1\u{202f}000\u{202f}000")] {
            assert_eq!(count(value), text);
        }
    }

    #[test]
    fn ticks_are_short() {
        for (value, step, text) in [
            (0.0, 0.5, "0"),
            (0.5, 0.5, "0.5"),
            (1.0, 0.5, "1.0"),
            (20.0, 10.0, "20"),
            (5e29, 5e29, "5e29"),
            (0.1, 0.1, "0.1"),
        ] {
            assert_eq!(tick(value, step), text);
        }
    }
}
