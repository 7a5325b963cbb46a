//! The hero: how much gradient each layer gets, one bar a layer.

use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters::prelude::DrawingBackend;
use plotters::style::text_anchor::HPos;

use super::axes::{self, Decades};
use super::heights::Heights;
use super::key::{self, Sign};
use super::marks::{self, Mark};
pub use super::measure::{Measure, Norm};
use super::measure::{expected, reading};
use super::number::number;
use super::pen::{At, Drawn, Frame, Ink, Pen};
pub use super::pinned::Pinned;
use super::pinned::{self, Place};
use super::slots::Slots;
use super::theme::Theme;
use crate::lab::snapshot::{LayerSnapshot, Snapshot};
use crate::lab::theory::prediction::Theory;

/// Another run, drawn as an outline.
#[derive(Clone, Copy, Debug)]
pub struct Ghost<'a> {
    /// What that run looks like.
    pub snapshot: &'a Snapshot,
    /// What to call it.
    pub label: &'a str,
}

/// What to draw, and how.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options<'a> {
    /// Which gradient.
    pub measure: Measure,
    /// As which number.
    pub norm: Norm,
    /// The layer that the user looks at, by its place in [`Snapshot::layers`].
    pub selected: Option<usize>,
    /// A run to compare with.
    pub ghost: Option<Ghost<'a>>,
    /// What theory says of this network's start.
    pub theory: Option<&'a Theory>,
    /// Pinned runs to mark over the bars; only with the feature `full`.
    pub pinned: &'a [Pinned],
    /// What else the axis has room for, so that several charts share one; only with the feature `full`.
    pub sharing: &'a [&'a Snapshot],
    /// An axis of the numbers themselves, from 0, instead of powers of ten.
    pub linear: bool,
}

/// The layer whose column is at `x` in a drawing area of this size, by its place in
/// [`Snapshot::layers`]: what a click means. All in the pixels of the drawing area.
pub fn layer_at(x: i32, size: (u32, u32), snapshot: &Snapshot, options: &Options, theme: &Theme) -> Option<usize> {
    let pixels = |side: u32| i32::try_from(side).unwrap_or(i32::MAX);
    let whole = Frame { x0: 0, y0: 0, x1: pixels(size.0), y1: pixels(size.1) };
    let layout = Layout::of(whole, snapshot, options, theme);
    let run = Run::of(snapshot);
    let slot = layout.slots.at(x)?;
    (0..snapshot.layers.len()).find(|index| run.slot(*index, &layout.slots) == slot)
}

/// Draws `snapshot` as bars, input side left.
pub fn draw<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    snapshot: &Snapshot,
    options: &Options,
    theme: &Theme,
) -> Drawn<DB::ErrorType> {
    let pen = Pen::on(area, theme)?;
    let whole = pen.frame();
    if whole.is_empty() {
        return Ok(());
    }
    if snapshot.layers.is_empty() {
        return pen.say("There are no layers to show.", whole);
    }
    let layout = Layout::of(whole, snapshot, options, theme);
    let chart = Chart { pen, layout, options };
    chart.scale()?;
    chart.bars(snapshot)?;
    chart.expected()?;
    if let Some(ghost) = options.ghost {
        chart.ghost(snapshot, ghost)?;
    }
    chart.marks(snapshot)?;
    chart.pinned()?;
    if chart.layout.words {
        chart.title(snapshot)?;
        chart.layer_names(snapshot)?;
        chart.value_of_selected(snapshot)?;
    }
    Ok(())
}

/// A run's layers, told apart.
#[derive(Clone, Copy)]
struct Run {
    hidden: usize,
    head: bool,
    /// What the first layer is called by: blocks count from 1, and a stem before them is 0.
    first: usize,
}

impl Run {
    fn of(snapshot: &Snapshot) -> Self {
        let head = snapshot.layers.last().is_some_and(|layer| layer.name == "head");
        let has_stem = snapshot.layers.first().is_some_and(|layer| layer.name == "stem");
        Self { hidden: snapshot.layers.len() - usize::from(head), head, first: usize::from(!has_stem) }
    }

    /// The column of layer `index`: by number from the input side, and the head under the head, so
    /// that a ghost with more or fewer layers stands where its layers belong.
    fn slot(self, index: usize, slots: &Slots) -> usize {
        if self.head && index == self.hidden { slots.hidden } else { index }
    }
}

/// What goes where.
struct Layout {
    plot: Frame,
    slots: Slots,
    heights: Heights,
    /// What theory says of the hidden layers.
    expected: Vec<f64>,
    /// Whether there is room for words.
    words: bool,
}

impl Layout {
    fn of(whole: Frame, snapshot: &Snapshot, options: &Options, theme: &Theme) -> Self {
        let (measure, norm) = (options.measure, options.norm);
        let ghost = options.ghost.map(|ghost| ghost.snapshot);
        let expected = options.theory.map_or_else(Vec::new, |theory| expected(theory, snapshot, measure, norm));
        let mut shown: Vec<&Snapshot> = [snapshot].into_iter().chain(ghost).collect();
        if cfg!(feature = "full") {
            shown.extend(options.pinned.iter().map(|run| &run.snapshot).chain(options.sharing.iter().copied()));
        }
        let layers = shown.into_iter().flat_map(|snapshot| &snapshot.layers);
        let mut numbers: Vec<f64> = layers.filter_map(|layer| reading(layer, measure, norm).ok()).collect();
        numbers.extend_from_slice(&expected);
        let heights =
            if options.linear { Heights::linear(numbers) } else { Heights::Powers(Decades::covering(numbers)) };
        let infinite = snapshot.layers.iter().any(|layer| reading(layer, measure, norm) == Err(Mark::Infinite));
        let words = axes::has_room(whole, theme);
        let plot = if words {
            let margin = heights.margin(theme);
            let above = theme.row() + theme.px(8.0) + if infinite { theme.row() } else { 0 };
            let below = 2 * theme.row() + theme.px(4.0);
            Frame { x0: margin, y0: above, x1: whole.x1 - theme.px(2.0), y1: whole.y1 - below }
        } else {
            whole
        };
        let runs = [Some(snapshot), ghost].map(|snapshot| snapshot.map(Run::of));
        let hidden = runs.iter().flatten().map(|run| run.hidden).max().unwrap_or(0);
        let head = runs.iter().flatten().any(|run| run.head);
        Self { plot, slots: Slots::over(plot, hidden, head, theme), heights, expected, words }
    }

    /// The upper end of a bar: at least a sliver of it is seen above the floor.
    fn top(&self, value: f64, sliver: i32) -> i32 {
        self.heights.at(value, self.plot).min(self.plot.y1 - sliver).max(self.plot.y0)
    }
}

/// A chart on the way to being drawn.
struct Chart<'a, DB: DrawingBackend> {
    pen: Pen<'a, DB>,
    layout: Layout,
    options: &'a Options<'a>,
}

impl<DB: DrawingBackend> Chart<'_, DB> {
    /// The number of a layer, or the mark in its place.
    fn reading(&self, layer: &LayerSnapshot) -> Result<f64, Mark> {
        reading(layer, self.options.measure, self.options.norm)
    }

    /// The band of what is healthy, the lines of the powers of ten, and their names.
    fn scale(&self) -> Drawn<DB::ErrorType> {
        let Layout { plot, heights, words, .. } = self.layout;
        let (low, high) = self.options.measure.healthy(self.options.norm);
        let theme = self.pen.theme;
        let [y0, y1] = [high, low].map(|exponent| heights.at(libm::pow(10.0, exponent), plot));
        self.pen.rect(Frame { y0, y1, ..plot }, theme.band)?;
        if !words {
            return Ok(());
        }
        for (y, name) in heights.ticks(plot.height() / theme.px(theme.text * 1.9), plot) {
            self.pen.level(plot.x0, plot.x1, y, theme.line)?;
            self.pen.text(&name, (plot.x0 - theme.px(6.0), y), HPos::Right, self.pen.soft())?;
        }
        Ok(())
    }

    fn bars(&self, snapshot: &Snapshot) -> Drawn<DB::ErrorType> {
        let Layout { plot, ref slots, .. } = self.layout;
        let theme = self.pen.theme;
        let run = Run::of(snapshot);
        for (index, layer) in snapshot.layers.iter().enumerate() {
            let Ok(value) = self.reading(layer) else { continue };
            let (x0, x1) = slots.bar(run.slot(index, slots));
            let y0 = self.layout.top(value, theme.px(2.0));
            let color = theme.magnitude_color(libm::log10(value));
            let round = theme.px(3.0);
            if x1 - x0 < 3 * round || plot.y1 - y0 < 2 * round {
                self.pen.rect(Frame { x0, y0, x1, y1: plot.y1 }, color)?;
            } else {
                self.pen.polygon(rounded(Frame { x0, y0, x1, y1: plot.y1 }, round), color)?;
            }
        }
        Ok(())
    }

    /// The upper end of this run's bar in each column; the floor where there is none.
    fn tops(&self, snapshot: &Snapshot) -> Vec<i32> {
        let Layout { plot, ref slots, .. } = self.layout;
        let run = Run::of(snapshot);
        let mut tops = vec![plot.y1; slots.count()];
        for (index, layer) in snapshot.layers.iter().enumerate() {
            if let (Ok(value), Some(top)) = (self.reading(layer), tops.get_mut(run.slot(index, slots))) {
                *top = self.layout.top(value, 0);
            }
        }
        tops
    }

    /// The other run: the outline of each of its bars as far as it rises above this run's bar, and
    /// a line across at its end, with an edge in the colour of the card so that it shows on any bar.
    fn ghost(&self, snapshot: &Snapshot, ghost: Ghost) -> Drawn<DB::ErrorType> {
        let Layout { plot, ref slots, .. } = self.layout;
        let theme = self.pen.theme;
        let (run, line) = (Run::of(ghost.snapshot), theme.px(theme.stroke * 0.75));
        let tops = self.tops(snapshot);
        for (index, layer) in ghost.snapshot.layers.iter().enumerate() {
            let Ok(value) = self.reading(layer) else { continue };
            let slot = run.slot(index, slots);
            let (x0, x1) = slots.bar(slot);
            let y0 = self.layout.top(value, line);
            self.pen.rect(Frame { x0, y0: y0 - theme.hair(), x1, y1: y0 + line + theme.hair() }, theme.card)?;
            self.pen.rect(Frame { x0, y0, x1, y1: y0 + line }, theme.ink)?;
            if x1 - x0 > 5 * line {
                let y1 = tops.get(slot).copied().unwrap_or(plot.y1);
                let side = Frame { x0, y0: y0 + line, x1: x0 + theme.hair(), y1 };
                self.pen.rect(side, theme.soft)?;
                self.pen.rect(Frame { x0: x1 - theme.hair(), x1, ..side }, theme.soft)?;
            }
        }
        Ok(())
    }

    /// The theory's line over the hidden layers, with an edge in the colour of the card so that it shows on any bar.
    fn expected(&self) -> Drawn<DB::ErrorType> {
        let Layout { ref slots, ref expected, .. } = self.layout;
        let theme = self.pen.theme;
        let point = |(index, value): (usize, &f64)| (slots.center(index), self.layout.top(*value, 0));
        let points: Vec<At> = expected.iter().enumerate().map(point).collect();
        self.pen.path(points.clone(), theme.px(theme.stroke * 2.0), theme.card)?;
        self.pen.dashes(points, theme.px(theme.stroke), theme.ink)
    }

    fn pinned(&self) -> Drawn<DB::ErrorType> {
        if !cfg!(feature = "full") {
            return Ok(());
        }
        let Layout { plot, ref slots, heights, .. } = self.layout;
        let place = Place { plot, slots, heights };
        pinned::draw(&self.pen, &place, self.options.pinned, |layer| self.reading(layer))
    }

    fn marks(&self, snapshot: &Snapshot) -> Drawn<DB::ErrorType> {
        let Layout { plot, ref slots, words, .. } = self.layout;
        let run = Run::of(snapshot);
        let mut found = vec![None; slots.count()];
        for (index, layer) in snapshot.layers.iter().enumerate() {
            if let Some(mark) = found.get_mut(run.slot(index, slots)) {
                *mark = self.reading(layer).err();
            }
        }
        marks::draw(&self.pen, plot, slots, &found, snapshot.precision, words)
    }

    /// What is measured, and what is what.
    fn title(&self, snapshot: &Snapshot) -> Drawn<DB::ErrorType> {
        let Layout { plot, .. } = self.layout;
        let (pen, theme) = (&self.pen, self.pen.theme);
        let y = theme.row() / 2;
        let title = &self.options.measure.title(self.options.norm, snapshot.carried(), theme.words);
        pen.text(title, (theme.px(2.0), y), HPos::Left, pen.soft())?;
        let left = theme.text_width(title) + theme.px(14.0);
        let ghost = self.options.ghost.map(|ghost| (Sign::Outline, ghost.label));
        let theory = (!self.layout.expected.is_empty()).then_some((Sign::Dashes, "theory"));
        let signs = [Some((Sign::Band, "healthy")), ghost, theory].into_iter().flatten();
        if !cfg!(feature = "full") {
            return key::draw(pen, signs, (left, plot.x1), y);
        }
        // Where there is no room for all, the page says in words what the others are.
        let pinned = self.options.pinned.iter().enumerate().rev().map(|(index, run)| (Sign::Pinned(index), &*run.name));
        key::draw(pen, pinned.chain(signs), (left, plot.x1), y)
    }

    /// The numbers of the layers under their bars, and what is at either end.
    fn layer_names(&self, snapshot: &Snapshot) -> Drawn<DB::ErrorType> {
        let Layout { plot, ref slots, .. } = self.layout;
        let (pen, theme) = (&self.pen, self.pen.theme);
        let y = plot.y1 + theme.px(2.0) + theme.row() / 2;
        let first = Run::of(snapshot).first;
        let name = |slot: usize| if slot == slots.hidden { "out".to_owned() } else { (slot + first).to_string() };
        let reach = |slot: usize| {
            let (middle, half) = (slots.center(slot), theme.text_width(&name(slot)) / 2);
            let middle = if slot == slots.hidden { middle.min(plot.x1 - half) } else { middle };
            (middle - half, middle, middle + half)
        };
        let selected = self.options.selected.filter(|index| *index < snapshot.layers.len());
        let selected = selected.map(|index| Run::of(snapshot).slot(index, slots));
        // The chosen layer is always named; the others where they do not touch it or the head.
        let must: Vec<usize> = selected.into_iter().chain(slots.head.then_some(slots.hidden)).collect();
        let clear = |slot: &usize| {
            let (x0, _, x1) = reach(*slot);
            must.iter().all(|other| {
                let (left, _, right) = reach(*other);
                slot != other && (x1 + theme.px(4.0) <= left || right + theme.px(4.0) <= x0)
            })
        };
        let widest = theme.text_width(&slots.hidden.to_string()) + theme.px(8.0);
        for slot in slots.numbered(widest).into_iter().filter(clear).chain(must.iter().copied()) {
            let chosen = selected == Some(slot);
            if !chosen
                && slot == slots.hidden
                && selected.is_some_and(|other| reach(other).2 + theme.px(4.0) > reach(slot).0)
            {
                continue;
            }
            let ink = if chosen { Ink { color: theme.act, bold: true } } else { pen.soft() };
            pen.text(&name(slot), (reach(slot).1, y), HPos::Center, ink)?;
        }
        if let Some(slot) = selected {
            let (x0, x1) = slots.bar(slot);
            let wider = (theme.px(8.0) - (x1 - x0)).max(0) / 2;
            let (x0, x1) = (x0 - wider, x1 + wider);
            let line = theme.px(theme.stroke);
            pen.rect(Frame { x0, y0: plot.y1 + line / 2, x1, y1: plot.y1 + line / 2 + line }, theme.act)?;
        }
        let y = y + theme.row();
        let [first, last] = if snapshot.carried().is_some() {
            ["first time step", "last, and loss"]
        } else {
            ["input side", "loss side"]
        };
        pen.text(first, (plot.x0, y), HPos::Left, pen.soft())?;
        pen.text(last, (plot.x1, y), HPos::Right, pen.soft())
    }

    /// The number of the chosen layer, over its bar and over those beside it that it is wide enough to cover; a line
    /// leads down to its own.
    fn value_of_selected(&self, snapshot: &Snapshot) -> Drawn<DB::ErrorType> {
        let Some((index, layer)) = self.options.selected.and_then(|index| Some((index, snapshot.layers.get(index)?)))
        else {
            return Ok(());
        };
        let Ok(value) = self.reading(layer) else { return Ok(()) };
        let Layout { plot, ref slots, .. } = self.layout;
        let theme = self.pen.theme;
        // It may rise above the plot, where a bar fills it.
        let whole = Frame { x0: 0, y0: 0, ..plot };
        let (words, own) = (number(value), self.layout.top(value, theme.px(2.0)));
        let x = slots.center(Run::of(snapshot).slot(index, slots));
        let half = theme.text_width(&words) / 2 + theme.px(3.0);
        let covered = self.tops(snapshot).into_iter().enumerate().filter(|(slot, _)| {
            let (x0, x1) = slots.bar(*slot);
            x0 < x + half && x - half < x1
        });
        let highest = covered.map(|(_, top)| top).min().unwrap_or(own).min(own);
        let y = highest - theme.row() / 2 - theme.px(3.0);
        if highest < own {
            let x0 = x - theme.hair();
            self.pen.rect(Frame { x0, y0: y, x1: x + theme.hair(), y1: own }, theme.act)?;
        }
        self.pen.tag(&words, (x, y), whole, self.pen.strong())
    }
}

/// A bar with its upper corners taken off.
fn rounded(frame: Frame, round: i32) -> Vec<(i32, i32)> {
    let Frame { x0, y0, x1, y1 } = frame;
    let near = round / 3;
    vec![
        (x0, y1),
        (x0, y0 + round),
        (x0 + near, y0 + near),
        (x0 + round, y0),
        (x1 - round, y0),
        (x1 - near, y0 + near),
        (x1, y0 + round),
        (x1, y1),
    ]
}
