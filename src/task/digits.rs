//! The 8 x 8 handwritten digits, read from the lab's own text file of them: one line an image, 64 characters
//! `0`-`9a`-`g` for ink 0 to 16, a space, and the class.

use super::{Answers, Dataset};

/// Pixels a side.
pub const SIDE: usize = 8;
/// Numbers in an image.
pub const PIXELS: usize = SIDE * SIDE;
/// Zero to nine.
pub const CLASSES: usize = 10;
/// Ink in the darkest pixel.
const FULL: u32 = 16;

/// What is wrong with a file of digits.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("digits, line {line}: got \"{got}\", expected 64 characters 0-9 or a-g, a space and a class 0-9")]
pub struct DigitsError {
    /// The line, counted from 1.
    pub line: usize,
    /// How it begins.
    pub got: String,
}

/// The images of a file, ink scaled to 0 to 1.
pub fn parse(bytes: &[u8]) -> Result<Dataset, DigitsError> {
    let text = String::from_utf8_lossy(bytes);
    let mut inputs = Vec::new();
    let mut labels = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let (pixels, class) = image(line)
            .ok_or_else(|| DigitsError { line: index + 1, got: line.chars().take(PIXELS + 8).collect::<String>() })?;
        inputs.extend(pixels);
        labels.push(class);
    }
    if labels.is_empty() {
        return Err(DigitsError { line: 1, got: String::new() });
    }
    Ok(Dataset::of_points(PIXELS, inputs, Answers::Classes { labels, count: CLASSES }))
}

fn image(line: &str) -> Option<(Vec<f64>, u8)> {
    let (ink, class) = line.split_once(' ')?;
    let pixels: Option<Vec<f64>> =
        ink.chars().map(|c| c.to_digit(FULL + 1).map(|ink| f64::from(ink) / f64::from(FULL))).collect();
    let class = class.parse().ok().filter(|&class| usize::from(class) < CLASSES)?;
    Some((pixels.filter(|pixels| pixels.len() == PIXELS)?, class))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ink_is_scaled_and_the_class_kept() {
        let data = parse(format!("{}g4 7\n", "0".repeat(62)).as_bytes()).unwrap();
        assert_eq!(data.inputs[61..], [0.0, 1.0, 0.25]);
        assert_eq!(data.answers, Answers::Classes { labels: vec![7], count: 10 });
    }

    #[test]
    fn a_bad_line_is_named() {
        let good = format!("{} 3\n", "a".repeat(64));
        for bad in ["", "123 4", &"h".repeat(64), &format!("{} 10", "0".repeat(64)), &format!("{} 1", "0".repeat(63))] {
            let error = parse(format!("{good}{bad}\n{good}").as_bytes()).unwrap_err();
            assert_eq!(error.line, 2, "{bad}");
        }
        assert!(parse(b"").is_err());
    }
}
