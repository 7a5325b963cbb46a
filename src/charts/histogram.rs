//! How many numbers of a layer lie where: one bar for each part of the axis.

use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters::prelude::DrawingBackend;
use plotters::style::text_anchor::HPos;

use super::axes::{self, Decades, Span};
use super::number::{number, power};
use super::pen::{Drawn, Frame, Pen};
use super::theme::Theme;
use crate::lab::distributions::{Axis, Histogram};

/// Draws the counts; the tallest bar fills the height.
pub fn draw<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    histogram: &Histogram,
    theme: &Theme,
) -> Drawn<DB::ErrorType> {
    let pen = Pen::on(area, theme)?;
    let whole = pen.frame();
    if whole.is_empty() {
        return Ok(());
    }
    let below = if axes::has_room(whole.grown(theme.row()), theme) { theme.row() + theme.px(4.0) } else { 0 };
    let plot = Frame { x0: theme.px(2.0), y0: theme.px(2.0), x1: whole.x1 - theme.px(2.0), y1: whole.y1 - below };
    let ends = ends(histogram.axis);
    let across = Span { from: ends.0, to: ends.1, start: plot.x0, end: plot.x1 };
    if below > 0 {
        let y = plot.y1 + theme.px(2.0) + theme.row() / 2;
        for (position, name) in ticks(histogram.axis, plot.width() / theme.text_width("1e-24 1e")) {
            let (x, half) = (across.at(position), theme.text_width(&name) / 2);
            pen.rect(Frame { x0: x, y0: plot.y0, x1: x + theme.hair(), y1: plot.y1 + theme.px(3.0) }, theme.line)?;
            pen.text(&name, (x.clamp(plot.x0 + half, plot.x1 - half), y), HPos::Center, pen.soft())?;
        }
    }
    let tallest = histogram.counts.iter().copied().max().unwrap_or(0).max(1);
    let part = (ends.1 - ends.0) / histogram.counts.len().max(1) as f64;
    let up = Span { from: 0.0, to: tallest.into(), start: plot.y1, end: plot.y0 };
    for (index, &count) in histogram.counts.iter().enumerate().filter(|(_, count)| **count > 0) {
        let from = ends.0 + part * index as f64;
        let (x0, x1) = (across.at(from), across.at(from + part));
        // A single number among thousands is still to be seen.
        let y0 = up.at(count.into()).min(plot.y1 - theme.hair());
        let color = match histogram.axis {
            Axis::Linear { .. } => theme.soft,
            Axis::Powers => theme.magnitude_color(from + part / 2.0),
        };
        pen.rect(Frame { x0, y0, x1: x1.max(x0 + 1), y1: plot.y1 }, color)?;
    }
    pen.level(plot.x0, plot.x1, plot.y1, theme.soft)
}

/// What the ends of an axis are: numbers, or powers of ten.
fn ends(axis: Axis) -> (f64, f64) {
    match axis {
        Axis::Linear { limit } => (-limit, limit),
        Axis::Powers => (Axis::LOWEST.into(), Axis::HIGHEST.into()),
    }
}

/// Places on an axis, with their names, about `most` of them.
fn ticks(axis: Axis, most: i32) -> Vec<(f64, String)> {
    match axis {
        Axis::Linear { limit } => [-limit, 0.0, limit].map(|value| (value, number(value))).to_vec(),
        Axis::Powers => {
            let range = Decades { low: Axis::LOWEST, high: Axis::HIGHEST };
            range.ticks(most.max(2)).into_iter().map(|exponent| (f64::from(exponent), power(exponent))).collect()
        }
    }
}
