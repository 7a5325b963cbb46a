//! From numbers to pixels: spans, ticks, and ranges that hold still while the numbers move.

use super::pen::Frame;
use super::theme::Theme;

/// A range of powers of ten, `10^low` to `10^high`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decades {
    /// Exponent at the lower end.
    pub low: i32,
    /// Exponent at the upper end.
    pub high: i32,
}

impl Decades {
    /// What every gradient chart shows at least: somewhat more than what is healthy, so that a
    /// healthy run is not blown up to fill the chart and its band has an end to be seen.
    pub const LEAST: Self = Self { low: -6, high: 0 };

    /// The range for these values: outwards to whole steps of 2, 4 or 20 decades, the wider the
    /// range the larger, so that it does not follow every twitch of the data. Values that are not
    /// positive and finite have no place on the axis and do not count.
    pub fn covering(values: impl IntoIterator<Item = f64>) -> Self {
        let mut low = f64::from(Self::LEAST.low);
        let mut high = f64::from(Self::LEAST.high);
        for value in values.into_iter().filter(|value| value.is_finite() && *value > 0.0) {
            let log10 = libm::log10(value);
            // A third of a decade of air, or the smallest bar would have no height at all.
            low = low.min(log10 - 0.3);
            high = high.max(log10);
        }
        let step = match high - low {
            span if span <= 20.0 => 2.0,
            span if span <= 60.0 => 4.0,
            _ => 20.0,
        };
        Self { low: (libm::floor(low / step) * step) as i32, high: (libm::ceil(high / step) * step) as i32 }
    }

    /// The exponents to label, at most `most` of them.
    pub(super) fn ticks(self, most: i32) -> Vec<i32> {
        let span = self.high - self.low;
        let step = [1, 2, 4, 8, 20, 40, 100, 200].into_iter().find(|step| span / step < most).unwrap_or(400);
        let first = self.low.div_euclid(step) + i32::from(self.low.rem_euclid(step) != 0);
        (first..=self.high.div_euclid(step)).map(|tick| tick * step).collect()
    }

    /// This range on the pixels of `frame`, from its lower edge to its upper.
    pub(super) fn span(self, frame: Frame) -> Span {
        Span { from: f64::from(self.low), to: f64::from(self.high), start: frame.y1, end: frame.y0 }
    }
}

/// A linear map from numbers to pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Span {
    pub from: f64,
    pub to: f64,
    /// Where `from` lies.
    pub start: i32,
    /// Where `to` lies.
    pub end: i32,
}

impl Span {
    /// The pixel of `value`, held within the span; the start if there is no such pixel.
    pub fn at(self, value: f64) -> i32 {
        let share = (value - self.from) / (self.to - self.from);
        if share.is_nan() {
            return self.start;
        }
        let (start, end) = (f64::from(self.start), f64::from(self.end));
        (start + (end - start) * share.clamp(0.0, 1.0)).round() as i32
    }
}

/// Round numbers from `low` to `high`, about `most` of them, and the step between them.
pub(super) fn ticks(low: f64, high: f64, most: i32) -> (Vec<f64>, f64) {
    let rough = (high - low) / f64::from(most.max(1));
    if !(rough.is_finite() && rough > 1e-300) {
        return (Vec::new(), 1.0);
    }
    let unit = libm::pow(10.0, libm::floor(libm::log10(rough)));
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|times| times * unit).find(|step| *step >= rough * 0.999);
    let step = step.unwrap_or(10.0 * unit);
    // Multiples of the step, not a running sum, which would pick up rounding on the way.
    let first = libm::ceil(low / step - 1e-9);
    let ticks = (0..=most.max(1)).map(|index| (first + f64::from(index)) * step);
    (ticks.take_while(|tick| *tick <= high + step * 1e-9).collect(), step)
}

/// The next round number above `value`: an axis that ends there stays put while the data move.
pub(super) fn round_up(value: f64) -> f64 {
    if !(value.is_finite() && value > 1e-300) {
        return 1.0;
    }
    let unit = libm::pow(10.0, libm::floor(libm::log10(value)));
    let times = [1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0].into_iter().find(|times| times * unit >= value);
    times.unwrap_or(10.0) * unit
}

/// Whether `frame` has room for words at all.
pub(super) fn has_room(frame: Frame, theme: &Theme) -> bool {
    frame.width() >= theme.px(theme.text * 10.0) && frame.height() >= theme.px(theme.text * 7.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decades_snap_outwards_and_always_show_the_least() {
        assert_eq!(Decades::covering([]), Decades::LEAST);
        assert_eq!(Decades::covering([f64::NAN, f64::INFINITY, 0.0, -1.0]), Decades::LEAST);
        assert_eq!(Decades::covering([0.5, 1e-7]), Decades { low: -8, high: 0 });
        assert_eq!(Decades::covering([3.0]), Decades { low: -6, high: 2 });
        assert_eq!(Decades::covering([1e-37]), Decades { low: -40, high: 0 });
        assert_eq!(Decades::covering([5e-324, 1e308]), Decades { low: -340, high: 320 });
    }

    #[test]
    fn ticks_are_round_and_within() {
        assert_eq!(Decades { low: -14, high: 0 }.ticks(9), [-14, -12, -10, -8, -6, -4, -2, 0]);
        assert_eq!(Decades { low: -14, high: 0 }.ticks(5), [-12, -8, -4, 0]);
        assert_eq!(ticks(0.0, 0.8, 4), (vec![0.0, 0.2, 0.4, 0.6000000000000001, 0.8], 0.2));
        assert!(ticks(f64::NAN, 1.0, 4).0.is_empty());
    }

    #[test]
    fn a_span_maps_ends_to_ends_and_anything_else_within() {
        let span = Span { from: 0.0, to: 10.0, start: 100, end: 0 };
        for (value, pixel) in [(0.0, 100), (10.0, 0), (5.0, 50), (99.0, 0), (-f64::INFINITY, 100), (f64::NAN, 100)] {
            assert_eq!(span.at(value), pixel);
        }
        assert_eq!(Span { from: 1.0, to: 1.0, start: 7, end: 0 }.at(1.0), 7);
    }

    #[test]
    fn axes_end_on_round_numbers() {
        for (value, end) in [(0.71, 0.8), (1.0, 1.0), (0.0, 1.0), (f64::NAN, 1.0)] {
            assert!((round_up(value) - end).abs() < 1e-12, "{value}");
        }
        assert!(round_up(1e30) >= 1e30 && round_up(1e30) < 2e30);
    }
}
