//! The axis that the hero's bars stand on: powers of ten, or the numbers themselves from 0.

use super::axes::{self, Decades, Span};
use super::number::{power, tick};
use super::pen::Frame;
use super::theme::Theme;

/// What the axis shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Heights {
    /// Powers of ten.
    Powers(Decades),
    /// From 0 to this number.
    Linear(f64),
}

impl Heights {
    /// The axis from 0 that holds these values. Those that are not positive and finite have no place on it.
    pub fn linear(values: impl IntoIterator<Item = f64>) -> Self {
        Self::Linear(axes::round_up(values.into_iter().filter(|value| value.is_finite()).fold(0.0, f64::max)))
    }

    /// Room for the names of its ticks, in pixels.
    pub fn margin(self, theme: &Theme) -> i32 {
        let ends = match self {
            Self::Powers(range) => [power(range.low), power(range.high)],
            Self::Linear(top) => [String::new(), tick(top, top / 10.0)],
        };
        // Room for five characters even if the labels of the moment have fewer: 1e0 is followed
        // by 1e-10 soon enough, and the bars should not shift then.
        let least = theme.text_width("1e-10");
        ends.iter().map(|label| theme.text_width(label)).fold(least, i32::max) + theme.px(8.0)
    }

    /// Where a value stands on `plot`, held within it.
    pub fn at(self, value: f64, plot: Frame) -> i32 {
        match self {
            Self::Powers(range) => range.span(plot).at(libm::log10(value)),
            Self::Linear(top) => Span { from: 0.0, to: top, start: plot.y1, end: plot.y0 }.at(value),
        }
    }

    /// At most about `most` round numbers: where on `plot`, and their names.
    pub fn ticks(self, most: i32, plot: Frame) -> Vec<(i32, String)> {
        match self {
            Self::Powers(range) => {
                let span = range.span(plot);
                range.ticks(most).into_iter().map(|tick| (span.at(f64::from(tick)), power(tick))).collect()
            }
            Self::Linear(top) => {
                let (ticks, step) = axes::ticks(0.0, top, most);
                ticks.into_iter().map(|value| (self.at(value, plot), tick(value, step))).collect()
            }
        }
    }
}
