//! What the signs on a chart stand for, in a row at its upper right.

use plotters::prelude::DrawingBackend;
use plotters::style::text_anchor::HPos;

use super::pen::{Drawn, Frame, Pen};
use super::pinned;

/// A sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    /// The healthy band.
    Band,
    /// The outline of another run.
    Outline,
    /// The dashed line of the theory.
    Dashes,
    /// The mark of a pinned run.
    Pinned(usize),
}

/// Draws signs with their names at height `y`, the first one outermost, as many as there is room for from `left` to
/// `right`.
pub(super) fn draw<'a, DB: DrawingBackend>(
    pen: &Pen<DB>,
    signs: impl IntoIterator<Item = (Sign, &'a str)>,
    (left, mut right): (i32, i32),
    y: i32,
) -> Drawn<DB::ErrorType> {
    let theme = pen.theme;
    let (width, line) = (theme.px(14.0), theme.px(theme.stroke * 0.75));
    for (sign, name) in signs {
        // Of a single letter the width is anybody's guess.
        let x0 = right - theme.text_width(name).max(theme.text_width("MM")) - width - theme.px(6.0);
        if x0 < left {
            return Ok(());
        }
        let sample = Frame { x0, y0: y - theme.px(5.0), x1: x0 + width, y1: y + theme.px(5.0) };
        match sign {
            Sign::Band => {
                pen.rect(sample, theme.band)?;
                pen.border(sample, theme.hair(), theme.line)?;
            }
            Sign::Outline => {
                pen.border(sample, theme.hair(), theme.ink)?;
                pen.rect(Frame { y1: sample.y0 + line, ..sample }, theme.ink)?;
            }
            Sign::Pinned(index) => pinned::mark(pen, index, sample.center(), true)?,
            Sign::Dashes => pen.dashes(vec![(sample.x0, y), (sample.x1, y)], line, theme.ink)?,
        }
        pen.text(name, (sample.x1 + theme.px(6.0), y), HPos::Left, pen.soft())?;
        right = x0 - theme.px(16.0);
    }
    Ok(())
}
