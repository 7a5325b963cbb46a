//! A set of layers, as one writes it: `1-19,25`.

use std::fmt::{Display, Formatter};
use std::str::FromStr;

/// A set of layers by number: 0 is the stem, 1 .. L are the blocks, L + 1 is the head.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layers {
    /// First and last of each run of neighbours, in order, with gaps between them.
    runs: Vec<(u32, u32)>,
}

impl Layers {
    /// The largest number that there can be.
    pub const MOST: u32 = 201;

    /// Whether this layer is one of them.
    pub fn contains(&self, layer: u32) -> bool {
        self.runs.iter().any(|&(first, last)| (first..=last).contains(&layer))
    }

    /// The largest number in it.
    pub fn last(&self) -> Option<u32> {
        self.runs.last().map(|&(_, last)| last)
    }
}

impl Display for Layers {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        for (index, &(first, last)) in self.runs.iter().enumerate() {
            if index > 0 {
                f.write_str(",")?;
            }
            write!(f, "{first}")?;
            if last > first {
                write!(f, "-{last}")?;
            }
        }
        Ok(())
    }
}

impl FromStr for Layers {
    type Err = ();

    /// Reads numbers and runs in any order; overlapping ones are joined.
    fn from_str(text: &str) -> Result<Self, ()> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        let number = |text: &str| text.trim().parse().ok().filter(|&number| number <= Self::MOST).ok_or(());
        let mut runs = Vec::new();
        for part in text.split(',') {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            let run = (number(first)?, number(last)?);
            if run.0 > run.1 {
                return Err(());
            }
            // In order one by one: there are few, and the library's sort is 4 kB.
            runs.insert(runs.partition_point(|before| *before < run), run);
        }
        let mut joined: Vec<(u32, u32)> = Vec::with_capacity(runs.len());
        for (first, last) in runs {
            match joined.last_mut() {
                Some(before) if first <= before.1 + 1 => before.1 = before.1.max(last),
                _ => joined.push((first, last)),
            }
        }
        Ok(Self { runs: joined })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_read_and_written_in_one_form() {
        for (given, written) in
            [("", ""), ("3", "3"), ("1-19,25", "1-19,25"), (" 7, 5-6 ,1-2,2-3", "1-3,5-7"), ("0-201", "0-201")]
        {
            let layers: Layers = given.parse().expect(given);
            assert_eq!(layers.to_string(), written);
            assert_eq!(written.parse(), Ok(layers));
        }
        let layers: Layers = "1-3,5".parse().expect("a set");
        assert_eq!((0..7).filter(|&layer| layers.contains(layer)).collect::<Vec<_>>(), [1, 2, 3, 5]);
        assert_eq!(layers.last(), Some(5));
        for bad in ["a", "1-", "-1", "3-1", "1,,2", "202", "1.5", "99999999999"] {
            assert_eq!(bad.parse::<Layers>(), Err(()), "{bad}");
        }
    }
}
