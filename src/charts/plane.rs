//! Two classes in the plane: the network's answer as a tint, the line between its two answers, and
//! the data on top.

use plotters::prelude::DrawingBackend;
use plotters::style::RGBColor;

use super::axes::{self, Span};
use super::contour::contours;
use super::learned::{Shape, Sign, key, point};
use super::pen::{Drawn, Frame, Pen};
use super::theme::{Theme, mix};
use crate::lab::learned::PlanePoint;

/// Tints from one class to the other, the paper in the middle: so few that neighbouring cells often
/// share one and are drawn as one rectangle.
const TINTS: u8 = 21;

pub(super) fn draw<DB: DrawingBackend>(
    pen: &Pen<DB>,
    extent: f64,
    side: usize,
    cells: &[f32],
    points: &[PlanePoint],
) -> Drawn<DB::ErrorType> {
    let (theme, whole) = (pen.theme, pen.frame());
    let words = axes::has_room(whole, theme);
    let below = if words { theme.row() + theme.px(4.0) } else { 0 };
    let size = whole.width().min(whole.height() - below).max(0);
    let left = (whole.width() - size) / 2;
    let field = Frame { x0: left, y0: 0, x1: left + size, y1: size };
    pen.rect(field, theme.paper)?;
    if side.checked_mul(side) == Some(cells.len()) && side > 0 {
        tints(pen, field, side, cells)?;
        boundary(pen, field, side, cells)?;
    }
    pen.border(field, theme.hair(), theme.line)?;
    let extent = if extent.is_finite() && extent > 0.0 { extent } else { 1.0 };
    let x = Span { from: -extent, to: extent, start: field.x0, end: field.x1 };
    let y = Span { from: -extent, to: extent, start: field.y1, end: field.y0 };
    for data in points.iter().filter(|point| point.x.is_finite() && point.y.is_finite()) {
        let (shape, color) = look(data.class, theme);
        point(pen, (x.at(data.x.into()), y.at(data.y.into())), shape, color, data.test)?;
    }
    if words {
        if !cells.is_empty() && cells.iter().all(|share| share.is_nan()) {
            pen.tag("not a number", field.center(), field, pen.strong())?;
        }
        let [first, second] = theme.classes;
        let entries = [(Sign::Disc(first), "class 0"), (Sign::Diamond(second), "class 1"), (Sign::Ring, "test")];
        key(pen, Frame { y0: whole.y1 - theme.row(), ..whole }, &entries)?;
    }
    Ok(())
}

fn look(class: u8, theme: &Theme) -> (Shape, RGBColor) {
    if class == 0 { (Shape::Circle, theme.classes[0]) } else { (Shape::Diamond, theme.classes[1]) }
}

/// Which tint a share has; none if it is not a number.
fn tint(share: f32) -> Option<u8> {
    (!share.is_nan()).then(|| (share.clamp(0.0, 1.0) * f32::from(TINTS - 1)).round() as u8)
}

fn tint_color(tint: u8, theme: &Theme) -> RGBColor {
    // Half the colour of the class at most, so that the data of either class stand out from it.
    let lean = f64::from(tint) / f64::from(TINTS - 1) * 2.0 - 1.0;
    mix(theme.paper, theme.classes[usize::from(lean > 0.0)], lean.abs() * 0.45)
}

/// A rectangle of cells of one tint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Block {
    columns: (usize, usize),
    rows: (usize, usize),
    tint: Option<u8>,
}

/// The field as few rectangles: runs along a row, and runs that are the same in the row below joined.
fn blocks(side: usize, cells: &[f32]) -> Vec<Block> {
    let mut done = Vec::new();
    let mut open: Vec<Block> = Vec::new();
    for (row, shares) in cells.chunks(side).enumerate() {
        let mut runs: Vec<Block> = Vec::new();
        for (column, share) in shares.iter().enumerate() {
            let tint = tint(*share);
            match runs.last_mut() {
                Some(run) if run.tint == tint => run.columns.1 = column + 1,
                Some(_) | None => runs.push(Block { columns: (column, column + 1), rows: (row, row + 1), tint }),
            }
        }
        for run in &mut runs {
            if let Some(above) = open.iter().position(|above| above.columns == run.columns && above.tint == run.tint) {
                run.rows.0 = open.swap_remove(above).rows.0;
            }
        }
        done.append(&mut open);
        open = runs;
    }
    done.append(&mut open);
    done
}

fn tints<DB: DrawingBackend>(pen: &Pen<DB>, field: Frame, side: usize, cells: &[f32]) -> Drawn<DB::ErrorType> {
    let edge = |start: i32, cell: usize| start + (f64::from(field.width()) * cell as f64 / side as f64).round() as i32;
    for block in blocks(side, cells) {
        let frame = Frame {
            x0: edge(field.x0, block.columns.0),
            y0: edge(field.y0, block.rows.0),
            x1: edge(field.x0, block.columns.1),
            y1: edge(field.y0, block.rows.1),
        };
        match block.tint {
            // The middle tint is the paper that is there already.
            Some(tint) if tint == TINTS / 2 => {}
            Some(tint) => pen.rect(frame, tint_color(tint, pen.theme))?,
            None => {
                pen.rect(frame, pen.theme.line)?;
                pen.hatch(frame, pen.theme.px(6.0), mix(pen.theme.line, pen.theme.soft, 0.5))?;
            }
        }
    }
    Ok(())
}

/// The line on which the network cannot decide.
fn boundary<DB: DrawingBackend>(pen: &Pen<DB>, field: Frame, side: usize, cells: &[f32]) -> Drawn<DB::ErrorType> {
    let pixel =
        |start: i32, place: f64| start + (f64::from(field.width()) * (place + 0.5) / side as f64).round() as i32;
    for line in contours(cells, side, 0.5) {
        let path = line.into_iter().map(|(column, row)| (pixel(field.x0, column), pixel(field.y0, row))).collect();
        pen.path(path, pen.theme.px(pen.theme.stroke * 0.75), pen.theme.ink)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_cover_every_cell_once() {
        let side = 24;
        let at = |index: usize| index as f32 / 23.0 * 2.0 - 1.0;
        let cells: Vec<f32> = (0..side * side)
            .map(|index| 1.0 / (1.0 + (4.0 * (at(index % side).powi(2) + at(index / side).powi(2)) - 1.0).exp()))
            .collect();
        let mut seen = vec![0; side * side];
        let blocks = blocks(side, &cells);
        for block in &blocks {
            for row in block.rows.0..block.rows.1 {
                for column in block.columns.0..block.columns.1 {
                    assert_eq!(tint(cells[row * side + column]), block.tint);
                    seen[row * side + column] += 1;
                }
            }
        }
        assert!(seen.iter().all(|times| *times == 1));
        assert!(blocks.len() < side * side / 2, "{} blocks", blocks.len());
    }

    #[test]
    fn a_flat_field_is_one_block() {
        assert_eq!(blocks(48, &[0.7; 48 * 48]).len(), 1);
        assert_eq!(blocks(3, &[f32::NAN; 9]), [Block { columns: (0, 3), rows: (0, 3), tint: None }]);
    }
}
