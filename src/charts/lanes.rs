//! The losses of several runs over the same steps: one curve a lane, told apart by its dashes and its letter.

use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters::prelude::DrawingBackend;
use plotters::style::RGBColor;
use plotters::style::text_anchor::HPos;

use super::axes::{self, Decades, Span};
use super::number::{count, power};
use super::pen::{At, Drawn, Frame, Ink, Pen};
use super::theme::Theme;
use crate::lab::history::History;

/// Draws the training loss of each run on a logarithmic axis; `names` are those of the runs, in their order.
pub fn draw<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    lanes: &[(&str, &History)],
    theme: &Theme,
) -> Drawn<DB::ErrorType> {
    let pen = Pen::on(area, theme)?;
    let whole = pen.frame();
    if whole.is_empty() {
        return Ok(());
    }
    let losses = lanes.iter().flat_map(|(_, history)| history.points.iter().map(|point| point.train));
    let exponents = losses.filter(|loss| loss.is_finite() && *loss > 0.0).map(libm::log10);
    let (low, high) = exponents.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)));
    if low > high {
        return Ok(());
    }
    let (low, high) = (libm::floor(low) as i32, libm::ceil(high) as i32);
    let range = Decades { low, high: high.max(low + 1) };
    let words = axes::has_room(whole, theme);
    let plot = if words { plot(whole, range, theme) } else { whole };
    let last = lanes.iter().filter_map(|(_, history)| history.points.last()).map(|point| point.step).max().unwrap_or(0);
    let steps = Span { from: 0.0, to: last.max(1) as f64, start: plot.x0, end: plot.x1 };
    if words {
        for tick in range.ticks(plot.height() / theme.px(theme.text * 1.6)) {
            let y = range.span(plot).at(f64::from(tick));
            pen.level(plot.x0, plot.x1, y, theme.line)?;
            pen.text(&power(tick), (plot.x0 - theme.px(6.0), y), HPos::Right, pen.soft())?;
        }
        let y = plot.y1 + theme.px(3.0) + theme.row() / 2;
        pen.text(&theme.words.with("step {}", &[&count(last)]), (plot.x1, y), HPos::Right, pen.soft())?;
    }
    let mut ends: Vec<(i32, usize)> = Vec::with_capacity(lanes.len());
    for (lane, (_, history)) in lanes.iter().enumerate() {
        // What is 0 lies at the foot of the axis; the curve ends where the loss is no number any more.
        let finite = history.points.iter().take_while(|point| point.train.is_finite());
        let path: Vec<At> = finite
            .map(|point| (steps.at(point.step as f64), range.span(plot).at(libm::log10(point.train.max(0.0)))))
            .collect();
        let Some(end) = path.last().copied() else { continue };
        ends.push((end.1, lane));
        if path.len() < history.points.len() {
            let cross = Frame { x0: end.0, y0: end.1, x1: end.0, y1: end.1 }.grown(theme.px(5.0));
            pen.cross(cross, theme.px(theme.stroke), theme.gradient[5])?;
        }
        curve(&pen, lane, path)?;
    }
    if words { letters(&pen, plot, ends, lanes) } else { Ok(()) }
}

/// What is left for the curves when words have their margins.
fn plot(whole: Frame, range: Decades, theme: &Theme) -> Frame {
    let widest = [range.low, range.high].map(|end| theme.text_width(&power(end)));
    Frame {
        x0: widest.into_iter().fold(0, i32::max) + theme.px(8.0),
        y0: theme.row() / 2 + theme.px(2.0),
        x1: whole.x1 - theme.text_width("MM") - theme.px(9.0),
        y1: whole.y1 - theme.row() - theme.px(4.0),
    }
}

fn color(theme: &Theme, lane: usize) -> RGBColor {
    [theme.ink, theme.gradient[1], theme.gradient[3], theme.gradient[4]][lane % 4]
}

/// The first lane is a line, the others are dashed, each in its own way.
fn curve<DB: DrawingBackend>(pen: &Pen<DB>, lane: usize, path: Vec<At>) -> Drawn<DB::ErrorType> {
    let theme = pen.theme;
    if let [only] = path[..] {
        return pen.disc(only, theme.px(theme.stroke * 1.25), color(theme, lane));
    }
    let (dash, gap) = [(0.0, 0.0), (9.0, 3.0), (5.0, 4.0), (2.0, 3.0)][lane % 4];
    let thickness = theme.px(theme.stroke);
    if lane == 0 {
        return pen.path(path, thickness, color(theme, lane));
    }
    pen.dashed(path, (theme.px(dash), theme.px(gap)), thickness, color(theme, lane))
}

/// The letters at the right ends of the curves, pushed apart where the ends are close.
fn letters<DB: DrawingBackend>(
    pen: &Pen<DB>,
    plot: Frame,
    mut ends: Vec<(i32, usize)>,
    lanes: &[(&str, &History)],
) -> Drawn<DB::ErrorType> {
    let row = pen.theme.row();
    ends.sort_unstable();
    // From the foot upwards no letter goes below the plot, and none into another.
    let mut floor = plot.y1 + row;
    for end in ends.iter_mut().rev() {
        end.0 = end.0.min(floor - row);
        floor = end.0;
    }
    // And back down from the top, where there is no room above for as many.
    let mut ceiling = row / 2;
    for end in &mut ends {
        end.0 = end.0.max(ceiling);
        ceiling = end.0 + row;
    }
    for (y, lane) in ends {
        let ink = Ink { color: color(pen.theme, lane), bold: true };
        pen.text(lanes[lane].0, (plot.x1 + pen.theme.px(8.0), y), HPos::Left, ink)?;
    }
    Ok(())
}
