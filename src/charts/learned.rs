//! What the network has learned: its answers beside the data's, in whatever form the task has.

use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters::prelude::DrawingBackend;
use plotters::style::RGBColor;
use plotters::style::text_anchor::HPos;

use super::axes::{self, Span};
use super::number::tick;
use super::pen::{At, Drawn, Frame, Pen};
use super::theme::Theme;
use super::{images, plane};
use crate::lab::learned::{CurvePoint, Learned};

/// Draws the data and what the network makes of them.
pub fn draw<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    learned: &Learned,
    theme: &Theme,
) -> Drawn<DB::ErrorType> {
    let pen = Pen::on(area, theme)?;
    if pen.frame().is_empty() {
        return Ok(());
    }
    match learned {
        Learned::Plane { extent, side, cells, points } => plane::draw(&pen, *extent, *side, cells, points),
        Learned::Curve { extent, answers, points } => curve(&pen, *extent, answers, points),
        Learned::Images { side, images } => images::draw(&pen, *side, images),
        // The page writes these as text.
        Learned::Examples { .. } => Ok(()),
        Learned::Undrawable { inputs, outputs } => {
            let sentence = "From {} numbers to {}: that has no honest picture in a plane.";
            let sentence = theme.words.with(sentence, &[&inputs.to_string(), &outputs.to_string()]);
            pen.say(&sentence, pen.frame())
        }
    }
}

/// A sign of a key, drawn at a place.
pub(super) enum Sign {
    Disc(RGBColor),
    Diamond(RGBColor),
    Ring,
    Line,
}

/// The form of a data point. Classes differ in shape as well as in colour.
#[derive(Clone, Copy)]
pub(super) enum Shape {
    Circle,
    Diamond,
}

/// Draws one data point: filled if it is for training, open if it is kept back for the test, with an
/// edge in the colour of the card so that neighbours stay apart.
pub(super) fn point<DB: DrawingBackend>(
    pen: &Pen<DB>,
    at: At,
    shape: Shape,
    color: RGBColor,
    open: bool,
) -> Drawn<DB::ErrorType> {
    let theme = pen.theme;
    let spot = |radius: f64, color: RGBColor| match shape {
        Shape::Circle => pen.disc(at, theme.px(radius), color),
        Shape::Diamond => pen.polygon(diamond(at, theme.px(radius * 1.25)), color),
    };
    let radius = theme.stroke * 1.5;
    spot(radius + 1.0, theme.card)?;
    spot(radius, color)?;
    if open { spot((radius - theme.stroke * 0.6).max(1.0), theme.card) } else { Ok(()) }
}

fn diamond((x, y): At, radius: i32) -> Vec<At> {
    vec![(x, y - radius), (x + radius, y), (x, y + radius), (x - radius, y)]
}

/// A row of signs with their names in the middle of `frame`, if it is wide enough for them all.
pub(super) fn key<DB: DrawingBackend>(pen: &Pen<DB>, frame: Frame, entries: &[(Sign, &str)]) -> Drawn<DB::ErrorType> {
    let theme = pen.theme;
    let (sign, gap) = (theme.px(16.0), theme.px(10.0));
    let width: i32 =
        entries.iter().map(|(_, name)| theme.text_width(name) + sign).sum::<i32>() + gap * (entries.len() as i32 - 1);
    let mut x = frame.center().0 - width / 2;
    if x < frame.x0 {
        return Ok(());
    }
    for (entry, name) in entries {
        let at = (x + sign / 2, frame.center().1);
        match entry {
            Sign::Disc(color) => point(pen, at, Shape::Circle, *color, false)?,
            Sign::Diamond(color) => point(pen, at, Shape::Diamond, *color, false)?,
            Sign::Ring => point(pen, at, Shape::Circle, theme.soft, true)?,
            Sign::Line => {
                let half = theme.px(theme.stroke) / 2;
                let line = Frame {
                    x0: x,
                    y0: at.1 - half,
                    x1: x + sign - theme.px(4.0),
                    y1: at.1 - half + theme.px(theme.stroke),
                };
                pen.rect(line, theme.ink)?;
            }
        }
        pen.text(name, (x + sign, at.1), HPos::Left, pen.soft())?;
        x += sign + theme.text_width(name) + gap;
    }
    Ok(())
}

/// A function of one number: the data as points, the network's answer as a line.
fn curve<DB: DrawingBackend>(
    pen: &Pen<DB>,
    extent: f64,
    answers: &[f32],
    points: &[CurvePoint],
) -> Drawn<DB::ErrorType> {
    let (theme, whole) = (pen.theme, pen.frame());
    let words = axes::has_room(whole, theme);
    let extent = if extent.is_finite() && extent > 0.0 { extent } else { 1.0 };
    // The data alone set the range: a network that is far off shall look far off.
    let targets = || points.iter().map(|point| f64::from(point.y)).filter(|y| y.is_finite());
    let (low, high) = targets().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), y| (low.min(y), high.max(y)));
    let (low, high) = if low < high {
        (low, high)
    } else if low == high {
        (low - 1.0, high + 1.0)
    } else {
        (-1.0, 1.0)
    };
    let margin = (high - low) * 0.12;
    let (low, high) = (low - margin, high + margin);
    let (ticks, step) = axes::ticks(low, high, (whole.height() / theme.px(36.0)).clamp(2, 5));
    let names: Vec<String> = ticks.iter().map(|value| tick(*value, step)).collect();
    let plot = if words {
        let widest = names.iter().map(|name| theme.text_width(name)).max().unwrap_or(0);
        let below = 2 * theme.row() + theme.px(4.0);
        Frame { x0: widest + theme.px(8.0), y0: theme.px(4.0), x1: whole.x1 - theme.px(6.0), y1: whole.y1 - below }
    } else {
        whole
    };
    let x = Span { from: -extent, to: extent, start: plot.x0, end: plot.x1 };
    let y = Span { from: low, to: high, start: plot.y1, end: plot.y0 };
    if words {
        for (value, name) in ticks.iter().zip(&names) {
            pen.level(plot.x0, plot.x1, y.at(*value), theme.line)?;
            pen.text(name, (plot.x0 - theme.px(6.0), y.at(*value)), HPos::Right, pen.soft())?;
        }
        let row = plot.y1 + theme.px(2.0) + theme.row() / 2;
        for (value, side) in [(-extent, HPos::Left), (0.0, HPos::Center), (extent, HPos::Right)] {
            pen.text(&tick(value, extent), (x.at(value), row), side, pen.soft())?;
        }
        let entries = [(Sign::Disc(theme.classes[0]), "data"), (Sign::Ring, "test"), (Sign::Line, "network")];
        key(pen, Frame { y0: row + theme.row() / 2, y1: whole.y1, ..whole }, &entries)?;
    }
    let finite = |point: &&CurvePoint| point.x.is_finite() && point.y.is_finite();
    for data in points.iter().filter(finite) {
        point(pen, (x.at(data.x.into()), y.at(data.y.into())), Shape::Circle, theme.classes[0], data.test)?;
    }
    let last = answers.len().max(2) - 1;
    let line: Vec<(f64, f64)> = (0..)
        .zip(answers)
        .map(|(index, answer)| (f64::from(index) / last as f64, (f64::from(*answer) - low) / (high - low)))
        .collect();
    let place = |(right, up): (f64, f64)| {
        let along =
            |start: i32, end: i32, share: f64| (f64::from(start) + f64::from(end - start) * share).round() as i32;
        (along(plot.x0, plot.x1, right), along(plot.y1, plot.y0, up))
    };
    for piece in clipped(&line) {
        pen.path(piece.into_iter().map(place).collect(), theme.px(theme.stroke), theme.ink)?;
    }
    if words && !answers.is_empty() && answers.iter().all(|answer| !answer.is_finite()) {
        pen.tag("not a number", plot.center(), plot, pen.strong())?;
    }
    Ok(())
}

/// The parts of a line whose height is between 0 and 1. It breaks where it is not finite.
fn clipped(line: &[(f64, f64)]) -> Vec<Vec<(f64, f64)>> {
    let mut pieces: Vec<Vec<(f64, f64)>> = Vec::new();
    for ends in line.windows(2) {
        let [(x0, y0), (x1, y1)] = [ends[0], ends[1]];
        if !(y0.is_finite() && y1.is_finite()) {
            continue;
        }
        // Shares of the way from one end to the other at which it enters and leaves.
        let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
        if y0 == y1 {
            if !(0.0..=1.0).contains(&y0) {
                continue;
            }
        } else {
            let (a, b) = (-y0 / (y1 - y0), (1.0 - y0) / (y1 - y0));
            enter = enter.max(a.min(b));
            leave = leave.min(a.max(b));
        }
        if enter >= leave {
            continue;
        }
        let at = |share: f64| (x0 + (x1 - x0) * share, (y0 + (y1 - y0) * share).clamp(0.0, 1.0));
        match pieces.last_mut() {
            Some(piece) if enter == 0.0 && piece.last() == Some(&at(0.0)) => piece.push(at(leave)),
            Some(_) | None => pieces.push(vec![at(enter), at(leave)]),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_cut_where_it_leaves_and_comes_back() {
        let pieces = clipped(&[(0.0, 0.5), (1.0, 0.5), (2.0, 1.5), (3.0, 0.5)]);
        assert_eq!(pieces, [vec![(0.0, 0.5), (1.0, 0.5), (1.5, 1.0)], vec![(2.5, 1.0), (3.0, 0.5)]]);
    }

    #[test]
    fn a_line_breaks_where_it_is_not_finite() {
        let pieces = clipped(&[(0.0, 0.5), (1.0, 0.5), (2.0, f64::NAN), (3.0, 0.5), (4.0, 0.5)]);
        assert_eq!(pieces.len(), 2);
        assert!(clipped(&[(0.0, f64::INFINITY), (1.0, 0.5)]).is_empty());
    }

    #[test]
    fn a_line_through_the_whole_range_is_cut_at_both_ends() {
        assert_eq!(clipped(&[(0.0, -1.0), (3.0, 2.0)]), [vec![(1.0, 0.0), (2.0, 1.0)]]);
        assert!(clipped(&[(0.0, 2.0), (1.0, 3.0)]).is_empty());
    }
}
