//! Texts and the numbers that they are: the native test and the browser's both assert them, because each has a reader of
//! its own.

use gradient_lab::number::parse;

/// Every text is read as it has to be.
pub fn assert_numbers_are_read() {
    let numbers = [
        ("0", 0.0),
        ("-1.5e-3", -0.0015),
        (".5", 0.5),
        ("5.", 5.0),
        ("+1E2", 100.0),
        ("0.30000000000000004", 0.1 + 0.2),
        ("9007199254740993", 9007199254740992.0),
        ("2.2250738585072011e-308", 2.225073858507201e-308),
        ("4.9e-324", f64::from_bits(1)),
        ("1e999", f64::INFINITY),
    ];
    for (text, number) in numbers {
        assert_eq!(parse(text), Some(number), "{text}");
    }
    for text in ["", " 1", "1 ", "inf", "Infinity", "NaN", "0x10", "1_0", "1,5", "e", ".", "1e", "--1", "1.2.3", "-"] {
        assert_eq!(parse(text), None, "{text}");
    }
}
