//! Pinned runs over the hero's bars: a thin line with marks on it, of another shape for each run.
//!
//! A run of another depth stands there by shares of its depth: hidden layer i of n, counted from 0, at (i + 1/2) / n of the
//! hidden columns' width. So one of the same depth stands over the same columns, input and loss side are the same ones
//! for all, and the run's own bars keep their places.

use plotters::prelude::DrawingBackend;

use super::heights::Heights;
use super::marks::Mark;
use super::pen::{At, Drawn, Frame, Pen};
use super::slots::Slots;
use crate::lab::snapshot::{LayerSnapshot, Snapshot};

/// A pinned run.
#[derive(Clone, Debug)]
pub struct Pinned {
    /// What to call it: a letter.
    pub name: String,
    /// What it looks like.
    pub snapshot: Snapshot,
}

/// Where on the chart the runs are drawn.
pub(super) struct Place<'a> {
    pub plot: Frame,
    pub slots: &'a Slots,
    pub heights: Heights,
}

/// Draws `runs` with the numbers that `reading` takes of their layers.
pub(super) fn draw<DB: DrawingBackend>(
    pen: &Pen<DB>,
    place: &Place,
    runs: &[Pinned],
    reading: impl Fn(&LayerSnapshot) -> Result<f64, Mark>,
) -> Drawn<DB::ErrorType> {
    let (theme, Place { plot, slots, heights }) = (pen.theme, place);
    let apart = theme.px(14.0);
    for (index, run) in runs.iter().enumerate() {
        let hidden = run.snapshot.hidden().len();
        let unit = slots.width_of_hidden() / hidden.max(1) as f64;
        // Runs with the same numbers lie side by side, as far as their columns have room.
        let aside = (2 * index as i32 + 1 - runs.len() as i32) * size(pen).min((unit / 2.0) as i32 / runs.len() as i32);
        let at = |(layer, snapshot): (usize, &LayerSnapshot)| {
            let x = if layer < hidden {
                slots.at_share((layer as f64 + 0.5) / hidden as f64)
            } else {
                slots.center(slots.hidden)
            };
            let (y, is_number) = match reading(snapshot) {
                Ok(value) => (heights.at(value, *plot), true),
                Err(Mark::Infinite) => (plot.y0, false),
                Err(Mark::Zero | Mark::Underflow | Mark::Nan) => (plot.y1, false),
            };
            ((x + aside, y), is_number)
        };
        let points: Vec<(At, bool)> = run.snapshot.layers.iter().enumerate().map(at).collect();
        let (line, head) = points.split_at(hidden);
        for piece in line.split(|(_, is_number)| !is_number) {
            let path: Vec<At> = piece.iter().map(|(at, _)| *at).collect();
            pen.path(path.clone(), theme.px(theme.stroke * 1.5), theme.card)?;
            pen.path(path, theme.hair(), theme.ink)?;
        }
        // In a crowd the line shows every number, and some marks whose it is.
        let stride = ((f64::from(apart) / unit).ceil().max(1.0) as usize).min(hidden.max(1));
        let first = stride * index / runs.len();
        for (at, is_number) in line.iter().skip(first).step_by(stride).chain(head).copied() {
            mark(pen, index, at, is_number)?;
        }
    }
    Ok(())
}

/// Half the side of a mark.
fn size<DB: DrawingBackend>(pen: &Pen<DB>) -> i32 {
    pen.theme.px(pen.theme.stroke * 2.0)
}

/// The mark of the `index`th run, with an edge in the colour of the card so that it shows on any bar: a triangle, a
/// diamond, a square. It is hollow where there is no ordinary number. The first module has none.
pub(super) fn mark<DB: DrawingBackend>(
    pen: &Pen<DB>,
    index: usize,
    (x, y): At,
    is_number: bool,
) -> Drawn<DB::ErrorType> {
    if !cfg!(feature = "full") {
        return Ok(());
    }
    let theme = pen.theme;
    let shape = |half: i32| match index % 3 {
        0 => vec![(x, y - half - half / 4), (x + half + half / 4, y + half), (x - half - half / 4, y + half)],
        1 => {
            vec![(x, y - half - half / 3), (x + half + half / 3, y), (x, y + half + half / 3), (x - half - half / 3, y)]
        }
        _ => vec![(x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half)],
    };
    let half = size(pen);
    pen.polygon(shape(half + theme.px(1.5)), theme.card)?;
    pen.polygon(shape(half), theme.ink)?;
    if is_number { Ok(()) } else { pen.polygon(shape(half - theme.px(1.5)), theme.card) }
}
