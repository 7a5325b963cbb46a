//! Where each layer's bar stands: the hidden layers side by side, then the output layer, set apart.

use super::pen::Frame;
use super::theme::Theme;

/// The columns of a chart with one bar a layer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Slots {
    x0: f64,
    /// Width of a column.
    pub unit: f64,
    /// Between the hidden layers and the output layer.
    gap: f64,
    /// Width of the output layer's column, which stays visible beside hundreds of others.
    head_unit: f64,
    /// Columns for hidden layers.
    pub hidden: usize,
    /// Whether there is a column for the output layer.
    pub head: bool,
    /// The widest that a bar becomes.
    widest: f64,
    /// Columns narrower than this have no gap between their bars: whole pixels would make it flicker.
    narrow: f64,
}

impl Slots {
    /// Columns for `hidden` layers, and one more for a `head`, over the width of `plot`.
    pub fn over(plot: Frame, hidden: usize, head: bool, theme: &Theme) -> Self {
        let width = f64::from(plot.width().max(0));
        let columns = (hidden + usize::from(head)).max(1) as f64;
        let gap = if head && hidden > 0 { f64::from(theme.px(8.0)).min(width / 8.0) } else { 0.0 };
        let even = (width - gap) / columns;
        let head_unit = if head { even.max(f64::from(theme.px(12.0)).min(width / 8.0)) } else { 0.0 };
        Self {
            x0: f64::from(plot.x0),
            unit: if hidden > 0 { (width - gap - head_unit) / hidden as f64 } else { head_unit },
            gap,
            head_unit,
            hidden,
            head,
            widest: 56.0 * theme.scale,
            narrow: 5.0 * theme.scale,
        }
    }

    /// All columns, the head's last.
    pub fn count(&self) -> usize {
        self.hidden + usize::from(self.head)
    }

    /// From where to where column `index` reaches.
    pub fn column(&self, index: usize) -> (i32, i32) {
        let start = self.x0 + self.unit * index as f64;
        if self.head && index == self.hidden {
            let start = start + self.gap;
            return (start.round() as i32, (start + self.head_unit).round() as i32);
        }
        // The next column's start, in the very same words: a sum may round differently and leave a gap.
        let next = self.x0 + self.unit * (index + 1) as f64;
        (start.round() as i32, next.round() as i32)
    }

    /// Of all hidden columns.
    pub fn width_of_hidden(&self) -> f64 {
        self.unit * self.hidden as f64
    }

    /// Where this share of the hidden columns' width ends.
    pub fn at_share(&self, share: f64) -> i32 {
        (self.x0 + self.width_of_hidden() * share).round() as i32
    }

    /// The middle of column `index`.
    pub fn center(&self, index: usize) -> i32 {
        let (x0, x1) = self.column(index);
        (x0 + x1) / 2
    }

    /// From where to where the bar in column `index` reaches.
    pub fn bar(&self, index: usize) -> (i32, i32) {
        let (x0, x1) = self.column(index);
        if self.unit < self.narrow {
            return (x0, x1.max(x0 + 1));
        }
        // The same number of pixels for each bar: with rounded edges they would seem to differ.
        let width = (self.unit * 0.8).min(self.widest).floor() as i32;
        let start = (x0 + x1 - width) / 2;
        (start, start + width)
    }

    /// The column at `x`, if there is one.
    pub fn at(&self, x: i32) -> Option<usize> {
        (0..self.count()).find(|index| {
            let (x0, x1) = self.column(*index);
            (x0..x1).contains(&x)
        })
    }

    /// The hidden columns to number when `label` pixels are needed for each: the first and then
    /// every 5th, 10th, 20th.., counted from 1 as people do.
    pub fn numbered(&self, label: i32) -> Vec<usize> {
        let stride = [1, 5, 10, 20, 50, 100, 200, 500, 1000].into_iter();
        let room = |stride: &usize| self.unit * *stride as f64 >= f64::from(label);
        let stride = stride.clone().find(room).unwrap_or(usize::MAX);
        let clear_of_first = |index: usize| self.unit * index as f64 >= f64::from(label);
        (0..self.hidden)
            .filter(|index| *index == 0 || ((index + 1).is_multiple_of(stride) && clear_of_first(*index)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slots(width: i32, hidden: usize) -> Slots {
        Slots::over(Frame { x0: 46, y0: 0, x1: 46 + width, y1: 100 }, hidden, true, &Theme::light())
    }

    #[test]
    fn columns_fill_the_plot_and_bars_are_equally_wide() {
        let slots = slots(774, 20);
        assert_eq!(slots.column(0).0, 46);
        assert_eq!(slots.column(20).1, 820);
        let widths: Vec<i32> = (0..21).map(|index| slots.bar(index).1 - slots.bar(index).0).collect();
        assert!(widths.iter().all(|width| *width == widths[0]), "{widths:?}");
        assert!(slots.column(20).0 - slots.column(19).1 >= 7);
    }

    #[test]
    fn every_column_is_found_by_its_middle() {
        let slots = slots(774, 200);
        for index in 0..201 {
            assert_eq!(slots.at(slots.center(index)), Some(index));
        }
        assert_eq!(slots.at(0), None);
    }

    #[test]
    fn a_share_of_the_depth_is_the_same_place_for_any_number_of_layers() {
        let slots = slots(774, 20);
        for index in 0..20 {
            let share = (f64::from(index) + 0.5) / 20.0;
            assert!((slots.at_share(share) - slots.center(index as usize)).abs() <= 1, "{index}");
        }
        assert_eq!([slots.at_share(0.0), slots.at_share(1.0)], [slots.column(0).0, slots.column(19).1]);
        assert_eq!(slots.at_share(0.5), slots.column(10).0);
    }

    #[test]
    fn numbers_thin_out() {
        let count_from_one =
            |slots: Slots, label| -> Vec<usize> { slots.numbered(label).iter().map(|i| i + 1).collect() };
        assert_eq!(count_from_one(slots(774, 5), 24), [1, 2, 3, 4, 5]);
        assert_eq!(count_from_one(slots(300, 20), 24), [1, 5, 10, 15, 20]);
        assert_eq!(
            count_from_one(slots(774, 200), 30),
            [1, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120, 130, 140, 150, 160, 170, 180, 190, 200]
        );
        assert_eq!(count_from_one(slots(0, 200), 30), [1]);
    }
}
