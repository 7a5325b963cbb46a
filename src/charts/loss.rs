//! Loss over the course of a run: training and test set, beside what knowing nothing would cost.

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind};
use plotters::prelude::DrawingBackend;
use plotters::style::RGBColor;
use plotters::style::text_anchor::HPos;

use super::axes::{self, Decades, Span};
use super::number::{count, number, power, tick};
use super::pen::{At, Drawn, Frame, Ink, Pen};
use super::theme::Theme;
use crate::lab::history::{History, Point};

/// How to draw it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// A logarithmic axis instead of one from 0.
    pub log: bool,
    /// The step that is looked at, to be marked.
    pub at: Option<u64>,
}

/// Draws the losses of `history` with a reference line at `chance`.
pub fn draw<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    history: &History,
    chance: f64,
    options: &Options,
    theme: &Theme,
) -> Drawn<DB::ErrorType> {
    let pen = Pen::on(area, theme)?;
    let whole = pen.frame();
    if whole.is_empty() {
        return Ok(());
    }
    let points = &history.points;
    if points.is_empty() {
        return pen.say("No step has been taken yet.", whole);
    }
    let train = Curve::of(points, |point| Some(point.train));
    let test = Curve::of(points, |point| point.test);
    if train.points.is_empty() && test.points.is_empty() {
        return pen.say("Diverged: the loss has never been a finite number.", whole);
    }
    let words = axes::has_room(whole, theme);
    let scale = Scale::of(points, chance, options.log);
    let plot = if words { scale.plot(whole, theme) } else { whole };
    let steps = Span {
        from: points[0].step as f64,
        to: points[points.len() - 1].step.max(points[0].step.saturating_add(1)) as f64,
        start: plot.x0,
        end: plot.x1,
    };
    let chart = Chart { pen, plot, steps, losses: scale.span(plot), scale };
    if words {
        chart.axes(points)?;
    }
    let drawn = [&train, &test].into_iter().flat_map(|curve| chart.along(curve)).collect::<Vec<At>>();
    if let Some(step) = options.at {
        chart.moment(step)?;
    }
    let named = if chance.is_finite() { chart.chance(chance, &drawn, words)? } else { None };
    chart.curve(&test, Style::Test)?;
    chart.curve(&train, Style::Train)?;
    if !words {
        return Ok(());
    }
    chart.divergence(&train, &test, &drawn, named)?;
    chart.names(&train, &test)
}

/// The finite beginning of a curve, and whether it ends in something that is not finite.
struct Curve {
    points: Vec<(u64, f64)>,
    diverged: Option<u64>,
}

impl Curve {
    fn of(points: &[Point], loss: impl Fn(&Point) -> Option<f64>) -> Self {
        let known = || points.iter().filter_map(|point| Some((point.step, loss(point)?)));
        Self {
            points: known().take_while(|(_, loss)| loss.is_finite()).collect(),
            diverged: known().find(|(_, loss)| !loss.is_finite()).map(|(step, _)| step),
        }
    }
}

/// The two curves differ in stroke, colour and name.
#[derive(Clone, Copy)]
enum Style {
    Train,
    Test,
}

/// The vertical axis, before it has a place.
#[derive(Clone, Copy)]
enum Scale {
    Linear { top: f64 },
    Log(Decades),
}

impl Scale {
    fn of(points: &[Point], chance: f64, log: bool) -> Self {
        let losses = points.iter().flat_map(|point| [Some(point.train), point.test]).flatten().chain([chance]);
        let finite = losses.filter(|loss| loss.is_finite());
        if !log {
            // A little air above the largest, for the name of the chance line.
            return Self::Linear { top: axes::round_up(finite.fold(0.0, f64::max).min(1e300) * 1.15) };
        }
        let exponents = || finite.clone().filter(|loss| *loss > 0.0).map(libm::log10);
        let low = libm::floor(exponents().fold(f64::INFINITY, f64::min));
        let high = libm::ceil(exponents().fold(f64::NEG_INFINITY, f64::max));
        if low > high {
            return Self::Log(Decades::LEAST);
        }
        Self::Log(Decades { low: low as i32, high: (high as i32).max(low as i32 + 1) })
    }

    /// Where `loss` lies on the axis.
    fn position(self, loss: f64) -> f64 {
        match self {
            Self::Linear { .. } => loss,
            // What cannot be on a logarithmic axis lies at its foot.
            Self::Log(range) => {
                if loss > 0.0 {
                    libm::log10(loss)
                } else {
                    f64::from(range.low)
                }
            }
        }
    }

    fn span(self, plot: Frame) -> Span {
        match self {
            Self::Linear { top } => Span { from: 0.0, to: top, start: plot.y1, end: plot.y0 },
            Self::Log(range) => range.span(plot),
        }
    }

    /// Positions on the axis, with their names.
    fn ticks(self, most: i32) -> Vec<(f64, String)> {
        match self {
            Self::Linear { top } => {
                let (ticks, step) = axes::ticks(0.0, top, most.min(4));
                ticks.into_iter().map(|value| (value, tick(value, step))).collect()
            }
            Self::Log(range) => {
                range.ticks(most.min(6)).into_iter().map(|value| (f64::from(value), power(value))).collect()
            }
        }
    }

    /// The part of the area that is left for the curves when words have their margins.
    fn plot(self, whole: Frame, theme: &Theme) -> Frame {
        let widest = self.ticks(6).iter().map(|(_, name)| theme.text_width(name)).max().unwrap_or(0);
        Frame {
            x0: widest.max(theme.text_width("0.0")) + theme.px(8.0),
            y0: theme.row() / 2 + theme.px(2.0),
            x1: whole.x1 - theme.text_width("train") - theme.px(9.0),
            y1: whole.y1 - theme.row() - theme.px(4.0),
        }
    }
}

/// A chart on the way to being drawn.
struct Chart<'a, DB: DrawingBackend> {
    pen: Pen<'a, DB>,
    plot: Frame,
    steps: Span,
    losses: Span,
    scale: Scale,
}

impl<DB: DrawingBackend> Chart<'_, DB> {
    fn at(&self, (step, loss): (u64, f64)) -> At {
        (self.steps.at(step as f64), self.losses.at(self.scale.position(loss)))
    }

    fn axes(&self, points: &[Point]) -> Drawn<DB::ErrorType> {
        let (pen, plot, theme) = (&self.pen, self.plot, self.pen.theme);
        for (position, name) in self.scale.ticks(plot.height() / theme.px(theme.text * 1.6)) {
            let y = self.losses.at(position);
            pen.level(plot.x0, plot.x1, y, theme.line)?;
            pen.text(&name, (plot.x0 - theme.px(6.0), y), HPos::Right, pen.soft())?;
        }
        let (first, last) = (points[0].step, points[points.len() - 1].step);
        let y = plot.y1 + theme.px(3.0) + theme.row() / 2;
        pen.text(&theme.words.with("step {}", &[&count(last)]), (plot.x1, y), HPos::Right, pen.soft())?;
        if first < last {
            pen.text(&count(first), (plot.x0, y), HPos::Left, pen.soft())?;
        }
        Ok(())
    }

    /// A vertical line at this step, from top to foot.
    fn moment(&self, step: u64) -> Drawn<DB::ErrorType> {
        let (x, half) = (self.steps.at(step as f64), self.pen.theme.hair());
        self.pen.rect(Frame { x0: x - half, x1: x + half, ..self.plot }, self.pen.theme.act)
    }

    /// Points all along a curve as it is drawn, a few pixels apart: what words should not cover.
    fn along(&self, curve: &Curve) -> Vec<At> {
        let ends: Vec<At> = curve.points.iter().map(|point| self.at(*point)).collect();
        let far = self.pen.theme.px(4.0);
        let between = |pair: &[At]| -> Vec<At> {
            let [(x0, y0), (x1, y1)] = [pair[0], pair[1]];
            let pieces = ((x1 - x0).abs().max((y1 - y0).abs()) / far).max(1);
            (1..=pieces).map(|piece| (x0 + (x1 - x0) * piece / pieces, y0 + (y1 - y0) * piece / pieces)).collect()
        };
        ends.first().copied().into_iter().chain(ends.windows(2).flat_map(between)).collect()
    }

    /// The first of the places that covers least of what is drawn.
    fn clearest(&self, places: &[Frame], drawn: &[At]) -> Option<Frame> {
        let within = |place: &&Frame| place.y0 >= self.plot.y0 && place.y1 <= self.plot.y1 && place.x0 >= self.plot.x0;
        let covered = |place: &&Frame| drawn.iter().filter(|at| place.contains(**at)).count();
        places.iter().filter(within).min_by_key(covered).copied()
    }

    /// The dotted line, and its name where the curves leave room for it; returns where that is.
    fn chance(
        &self,
        chance: f64,
        drawn: &[At],
        words: bool,
    ) -> Result<Option<Frame>, DrawingAreaErrorKind<DB::ErrorType>> {
        let (pen, plot, theme) = (&self.pen, self.plot, self.pen.theme);
        let (_, y) = self.at((0, chance));
        pen.dots(plot.x0, plot.x1, y, theme.soft)?;
        if !words {
            return Ok(None);
        }
        let name = theme.words.with("chance {}", &[&number(chance)]);
        let (width, row) = (theme.text_width(&name), theme.row());
        let right = Frame { x0: plot.x1 - width, y0: y - row, x1: plot.x1, y1: y - theme.px(2.0) };
        let left = Frame { x0: plot.x0 + theme.px(4.0), x1: plot.x0 + theme.px(4.0) + width, ..right };
        let below = |frame: Frame| Frame { y0: y + theme.px(4.0), y1: y + row + theme.px(2.0), ..frame };
        let place = self.clearest(&[right, left, below(right), below(left)], drawn);
        if let Some(place) = place {
            pen.text(&name, place.center(), HPos::Center, pen.soft())?;
        }
        Ok(place)
    }

    fn curve(&self, curve: &Curve, style: Style) -> Drawn<DB::ErrorType> {
        let (pen, theme) = (&self.pen, self.pen.theme);
        let path: Vec<At> = curve.points.iter().map(|point| self.at(*point)).collect();
        let color = self.color(style);
        if let [only] = path[..] {
            pen.disc(only, theme.px(theme.stroke * 1.25), color)?;
        }
        match style {
            Style::Train => pen.path(path, theme.px(theme.stroke), color)?,
            Style::Test => pen.dashes(path, theme.px(theme.stroke * 0.75), color)?,
        }
        let Some((x, y)) = self.lost(curve) else { return Ok(()) };
        let cross = Frame { x0: x, y0: y, x1: x, y1: y }.grown(theme.px(5.0));
        pen.cross(cross, theme.px(theme.stroke), theme.gradient[5])
    }

    /// Where a curve stopped being finite: at that step, as high as the last finite loss.
    fn lost(&self, curve: &Curve) -> Option<At> {
        let step = curve.diverged?;
        Some((self.steps.at(step as f64), curve.points.last().map_or(self.plot.y0, |point| self.at(*point).1)))
    }

    fn color(&self, style: Style) -> RGBColor {
        match style {
            Style::Train => self.pen.theme.gradient[1],
            Style::Test => self.pen.theme.ink,
        }
    }

    /// The word for a curve that ends in a cross, near the cross or else in the corner.
    fn divergence(&self, train: &Curve, test: &Curve, drawn: &[At], named: Option<Frame>) -> Drawn<DB::ErrorType> {
        let (pen, plot, theme) = (&self.pen, self.plot, self.pen.theme);
        let Some(at) = [train, test].into_iter().find_map(|curve| self.lost(curve)) else { return Ok(()) };
        let words = "diverged";
        let (width, row) = (theme.text_width(words), theme.row());
        let beside = |dx: i32, dy: i32| {
            let (x1, y0) = (at.0 - theme.px(10.0) - dx, at.1 - row / 2 + dy);
            Frame { x0: x1 - width, y0, x1, y1: y0 + row }
        };
        let corner = Frame { x0: plot.x0, y0: plot.y0, x1: plot.x0 + width, y1: plot.y0 + row };
        let places = [beside(0, 0), beside(0, -row), beside(row, 0), beside(2 * row, 0), beside(0, row), corner];
        let apart = |place: &Frame| named.is_none_or(|named| place.y1 <= named.y0 || named.y1 <= place.y0);
        let places: Vec<Frame> = places.into_iter().filter(apart).collect();
        let Some(place) = self.clearest(&places, drawn) else { return Ok(()) };
        pen.text(words, place.center(), HPos::Center, pen.strong())
    }

    /// Names at the right ends of the curves, pushed apart where the ends are close.
    fn names(&self, train: &Curve, test: &Curve) -> Drawn<DB::ErrorType> {
        let (pen, plot, theme) = (&self.pen, self.plot, self.pen.theme);
        let end = |curve: &Curve| curve.points.last().map(|point| self.at(*point).1);
        let row = theme.row();
        let (mut upper, mut lower) = (end(train), end(test));
        if let (Some(train), Some(test)) = (upper, lower) {
            let short = row - (train - test).abs();
            if short > 0 {
                let sign = if train <= test { 1 } else { -1 };
                upper = Some(train - sign * (short + 1) / 2);
                lower = Some(test + sign * (short + 1) / 2);
            }
        }
        // At the foot or the top of the chart they move together, so that they stay apart.
        let over = upper.max(lower).map_or(0, |lowest| (lowest - plot.y1).max(0));
        let highest = upper.into_iter().chain(lower).min().unwrap_or(row / 2) - over;
        let shift = (row / 2 - highest).max(0) - over;
        let x = plot.x1 + theme.px(8.0);
        for (y, name, style) in [(upper, "train", Style::Train), (lower, "test", Style::Test)] {
            if let Some(y) = y {
                let y = y + shift;
                pen.text(name, (x, y), HPos::Left, Ink { color: self.color(style), bold: false })?;
            }
        }
        Ok(())
    }
}
