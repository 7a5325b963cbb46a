//! What a gate, or any size near 0 to 1, is at each time step: its mean as a line, in the band that four fifths of all lie in.

use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters::prelude::DrawingBackend;
use plotters::style::text_anchor::HPos;

use super::axes::{self, Span};
use super::number::tick;
use super::pen::{At, Drawn, Frame, Pen};
use super::theme::{Theme, mix};
use crate::lab::over_time::Course;

/// Draws the course from time step 1 to the last. The axis goes from 0 to 1, or further where that is not enough.
pub fn draw<DB: DrawingBackend>(area: &DrawingArea<DB, Shift>, course: &Course, theme: &Theme) -> Drawn<DB::ErrorType> {
    let pen = Pen::on(area, theme)?;
    let whole = pen.frame();
    if whole.is_empty() {
        return Ok(());
    }
    let highest =
        course.high.iter().chain(&course.mean).filter(|value| value.is_finite()).fold(1.0, |a, &b| f64::max(a, b));
    let top = axes::round_up(highest);
    let plot = if axes::has_room(whole, theme) { labelled(&pen, whole, top, course.mean.len())? } else { whole };
    let across =
        Span { from: 0.0, to: course.mean.len().saturating_sub(1).max(1) as f64, start: plot.x0, end: plot.x1 };
    let up = Span { from: 0.0, to: top, start: plot.y1, end: plot.y0 };
    let points = |values: &[f64]| -> Vec<At> {
        let finite = values.iter().enumerate().filter(|(_, value)| value.is_finite());
        finite.map(|(step, value)| (across.at(step as f64), up.at(*value))).collect()
    };
    let (low, mean, high) = (points(&course.low), points(&course.mean), points(&course.high));
    if low.len() > 1 && high.len() > 1 {
        let around = low.iter().chain(high.iter().rev()).copied().collect();
        pen.polygon(around, mix(theme.card, theme.act, 0.25))?;
    }
    for edge in [low, high] {
        pen.path(edge, theme.hair(), theme.soft)?;
    }
    match mean[..] {
        [only] => pen.disc(only, theme.px(theme.stroke * 1.5), theme.act),
        _ => pen.path(mean, theme.px(theme.stroke), theme.act),
    }
}

/// Draws the axes, and returns what is left between them.
fn labelled<DB: DrawingBackend>(
    pen: &Pen<DB>,
    whole: Frame,
    top: f64,
    steps: usize,
) -> Result<Frame, plotters::drawing::DrawingAreaErrorKind<DB::ErrorType>> {
    let theme = pen.theme;
    let plot = Frame {
        x0: theme.text_width("0.5") + theme.px(8.0),
        y0: theme.row() / 2 + theme.px(2.0),
        x1: whole.x1 - theme.px(6.0),
        y1: whole.y1 - theme.row() - theme.px(4.0),
    };
    let up = Span { from: 0.0, to: top, start: plot.y1, end: plot.y0 };
    for value in [0.0, top / 2.0, top] {
        let y = up.at(value);
        pen.level(plot.x0, plot.x1, y, theme.line)?;
        pen.text(&tick(value, 0.5), (plot.x0 - theme.px(6.0), y), HPos::Right, pen.soft())?;
    }
    steps_below(pen, plot, steps)?;
    Ok(plot)
}

/// The first and the last time step, below the plot.
pub(super) fn steps_below<DB: DrawingBackend>(pen: &Pen<DB>, plot: Frame, steps: usize) -> Drawn<DB::ErrorType> {
    let y = plot.y1 + pen.theme.px(3.0) + pen.theme.row() / 2;
    pen.text("1", (plot.x0, y), HPos::Left, pen.soft())?;
    if steps > 1 {
        pen.text(&steps.to_string(), (plot.x1, y), HPos::Right, pen.soft())?;
    }
    Ok(())
}
