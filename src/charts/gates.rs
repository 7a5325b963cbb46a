//! What lies between 0 and 1 at each time step, such as gates: one curve each.

use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters::prelude::DrawingBackend;
use plotters::style::text_anchor::HPos;

use super::axes::{self, Span};
use super::curves;
use super::number::tick;
use super::pen::{At, Drawn, Frame, Pen};
use super::theme::Theme;

/// Draws curves, each with its letter and a number for every time step.
pub fn draw<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    lines: &[(&str, &[f64])],
    theme: &Theme,
) -> Drawn<DB::ErrorType> {
    let pen = Pen::on(area, theme)?;
    let whole = pen.frame();
    if whole.is_empty() {
        return Ok(());
    }
    let words = axes::has_room(whole, theme);
    let plot = if words {
        Frame {
            x0: theme.text_width("0.5") + theme.px(8.0),
            y0: theme.row() / 2 + theme.px(2.0),
            x1: whole.x1 - theme.text_width("M") - theme.px(9.0),
            y1: whole.y1 - theme.row() - theme.px(4.0),
        }
    } else {
        whole
    };
    let last = lines.iter().map(|(_, values)| values.len()).max().unwrap_or(0).saturating_sub(1);
    let steps = Span { from: 0.0, to: last.max(1) as f64, start: plot.x0, end: plot.x1 };
    let height = Span { from: 0.0, to: 1.0, start: plot.y1, end: plot.y0 };
    if words {
        for value in [0.0, 0.5, 1.0] {
            let y = height.at(value);
            pen.level(plot.x0, plot.x1, y, theme.line)?;
            pen.text(&tick(value, 0.5), (plot.x0 - theme.px(6.0), y), HPos::Right, pen.soft())?;
        }
        let y = plot.y1 + theme.px(3.0) + theme.row() / 2;
        pen.text("time step 1", (plot.x0, y), HPos::Left, pen.soft())?;
        if last > 0 {
            pen.text(&(last + 1).to_string(), (plot.x1, y), HPos::Right, pen.soft())?;
        }
    }
    let mut ends = Vec::with_capacity(lines.len());
    for (place, (_, values)) in lines.iter().enumerate() {
        let finite = values.iter().enumerate().filter(|(_, value)| value.is_finite());
        let path: Vec<At> = finite.map(|(step, value)| (steps.at(step as f64), height.at(*value))).collect();
        ends.extend(path.last().map(|(_, y)| (*y, place)));
        curves::curve(&pen, place, path)?;
    }
    if words { curves::letters(&pen, plot, ends, |place| lines[place].0) } else { Ok(()) }
}
