//! Where time steps look: a map, one row for each that looks and one column for each that is looked at; or bars, if only the
//! last looks. From 0 to 1 always, so that runs compare.

use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters::prelude::DrawingBackend;
use plotters::style::RGBColor;
use plotters::style::text_anchor::HPos;

use super::axes::{self, Span};
use super::course::steps_below;
use super::number::tick;
use super::pen::{Drawn, Frame, Pen};
use super::theme::{Theme, mix};
use crate::lab::over_time::Attention;

/// Whose weights are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Samples {
    /// The means over the batch.
    All,
    /// Those of the first.
    First,
}

/// Draws the weights.
pub fn draw<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    attention: &Attention,
    samples: Samples,
    theme: &Theme,
) -> Drawn<DB::ErrorType> {
    let pen = Pen::on(area, theme)?;
    let whole = pen.frame();
    let weights = match samples {
        Samples::All => &attention.mean,
        Samples::First => &attention.sample,
    };
    let (columns, rows) = (attention.steps, weights.len() / attention.steps.max(1));
    if whole.is_empty() || rows == 0 {
        return Ok(());
    }
    let words = axes::has_room(whole, theme);
    let plot = if words {
        Frame {
            x0: theme.text_width("000").max(theme.text_width(&columns.to_string())) + theme.px(8.0),
            y0: theme.row() / 2 + theme.px(2.0),
            x1: whole.x1 - theme.px(6.0) - if rows > 1 { theme.text_width("1") + theme.px(22.0) } else { 0 },
            y1: whole.y1 - theme.row() - theme.px(4.0),
        }
    } else {
        whole
    };
    if words {
        steps_below(&pen, plot, columns)?;
    }
    if rows == 1 { bars(&pen, plot, weights, words) } else { map(&pen, plot, weights, (rows, attention.first), words) }
}

fn bars<DB: DrawingBackend>(pen: &Pen<DB>, plot: Frame, weights: &[f64], words: bool) -> Drawn<DB::ErrorType> {
    let theme = pen.theme;
    let up = Span { from: 0.0, to: 1.0, start: plot.y1, end: plot.y0 };
    if words {
        for value in [0.0, 0.5, 1.0] {
            pen.level(plot.x0, plot.x1, up.at(value), theme.line)?;
            pen.text(&tick(value, 0.5), (plot.x0 - theme.px(6.0), up.at(value)), HPos::Right, pen.soft())?;
        }
    }
    let parts = parts(weights.len(), plot.width(), theme);
    for (part, weight) in binned(weights, weights.len(), (1, parts)).into_iter().enumerate() {
        let (x0, x1) = ends(part, parts, (plot.x0, plot.x1));
        let gap = if x1 - x0 > theme.px(4.0) { theme.hair() } else { 0 };
        let bar = Frame { x0, y0: up.at(weight), x1: (x1 - gap).max(x0 + 1), y1: plot.y1 };
        if weight.is_nan() {
            pen.hatch(Frame { y0: plot.y0, ..bar }, theme.px(5.0), theme.soft)?
        } else {
            pen.rect(bar, theme.act)?
        }
    }
    pen.level(plot.x0, plot.x1, plot.y1, theme.soft)
}

fn map<DB: DrawingBackend>(
    pen: &Pen<DB>,
    plot: Frame,
    weights: &[f64],
    (rows, first): (usize, usize),
    words: bool,
) -> Drawn<DB::ErrorType> {
    let theme = pen.theme;
    let size = (parts(rows, plot.height(), theme), parts(weights.len() / rows, plot.width(), theme));
    for (place, weight) in binned(weights, weights.len() / rows, size).into_iter().enumerate() {
        let (x0, x1) = ends(place % size.1, size.1, (plot.x0, plot.x1));
        let (y0, y1) = ends(place / size.1, size.0, (plot.y0, plot.y1));
        let cell = Frame { x0, y0, x1, y1 };
        // What is not looked at is the card itself.
        if weight.is_nan() {
            pen.hatch(cell, theme.px(5.0), theme.soft)?;
        } else if color(theme, weight) != theme.card {
            pen.rect(cell, color(theme, weight))?;
        }
    }
    pen.border(plot, theme.hair(), theme.soft)?;
    if !words {
        return Ok(());
    }
    let left = plot.x0 - theme.px(6.0);
    pen.text(&(first + 1).to_string(), (left, plot.y0 + theme.row() / 2), HPos::Right, pen.soft())?;
    pen.text(&(first + rows).to_string(), (left, plot.y1 - theme.row() / 2), HPos::Right, pen.soft())?;
    // What the colours mean.
    let scale = Frame { x0: plot.x1 + theme.px(8.0), x1: plot.x1 + theme.px(18.0), ..plot };
    let shades = scale.height().clamp(1, 64).unsigned_abs() as usize;
    for shade in 0..shades {
        let (y0, y1) = ends(shade, shades, (scale.y0, scale.y1));
        pen.rect(Frame { y0, y1, ..scale }, color(theme, 1.0 - (shade as f64 + 0.5) / shades as f64))?;
    }
    pen.border(scale, theme.hair(), theme.soft)?;
    let right = scale.x1 + theme.px(4.0);
    pen.text("1", (right, plot.y0 + theme.row() / 2), HPos::Left, pen.soft())?;
    pen.text("0", (right, plot.y1 - theme.row() / 2), HPos::Left, pen.soft())
}

fn color(theme: &Theme, weight: f64) -> RGBColor {
    mix(theme.card, theme.act, weight)
}

/// As many parts as there are time steps, if each can have two pixels.
fn parts(steps: usize, pixels: i32, theme: &Theme) -> usize {
    steps.min((pixels / theme.px(2.0)).max(1).unsigned_abs() as usize)
}

/// Where a part of a length begins and ends: no gap to the next.
fn ends(part: usize, parts: usize, (from, to): (i32, i32)) -> (i32, i32) {
    let at = |place: usize| from + ((to - from) as f64 * place as f64 / parts as f64).round() as i32;
    (at(part), at(part + 1))
}

/// The weights in `rows` times `columns` parts: where several steps share one, the largest of them, NaN before all.
fn binned(weights: &[f64], steps: usize, (rows, columns): (usize, usize)) -> Vec<f64> {
    let own = weights.len() / steps;
    let mut parts = vec![0.0; rows * columns];
    for (place, &weight) in weights.iter().enumerate() {
        let part = &mut parts[(place / steps) * rows / own * columns + (place % steps) * columns / steps];
        if weight > *part || weight.is_nan() {
            *part = weight;
        }
    }
    parts
}
