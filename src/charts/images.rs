//! Test images with the network's guess beneath each. A wrong guess is framed and struck out, and
//! the right answer stands beside it, as a teacher would correct it.

use plotters::prelude::DrawingBackend;
use plotters::style::text_anchor::HPos;

use super::axes;
use super::pen::{Drawn, Frame, Pen};
use super::theme::{Theme, mix};
use crate::lab::learned::Image;

/// Shades of ink from none to full: so few that neighbouring pixels often share one.
const SHADES: u8 = 9;

pub(super) fn draw<DB: DrawingBackend>(pen: &Pen<DB>, side: usize, images: &[Image]) -> Drawn<DB::ErrorType> {
    let (theme, whole) = (pen.theme, pen.frame());
    if images.is_empty() || side == 0 {
        return pen.say("There are no images to show.", whole);
    }
    let words = axes::has_room(whole, theme);
    let caption = if words { theme.row() + theme.px(2.0) } else { 0 };
    let room = Frame { y1: whole.y1 - caption, ..whole };
    let grid = Grid::of(room, images.len(), theme, words);
    for (index, image) in images.iter().take(grid.columns * grid.rows).enumerate() {
        let (x, y) = grid.corner(room, index);
        let frame = Frame { x0: x, y0: y, x1: x + grid.picture, y1: y + grid.picture };
        picture(pen, frame, side, image)?;
        if words {
            guess(pen, frame, image)?;
        }
    }
    if !words {
        return Ok(());
    }
    let right = images.iter().filter(|image| image.guess == image.class).count();
    let sentence = theme.words.with("{} of these {} right", &[&right.to_string(), &images.len().to_string()]);
    pen.text(&sentence, (whole.center().0, whole.y1 - theme.row() / 2), HPos::Center, pen.soft())
}

/// How many pictures stand beside and above each other, and how large.
struct Grid {
    columns: usize,
    rows: usize,
    /// Pixels a side.
    picture: i32,
    /// From one picture to the next below it.
    row: i32,
    /// Above a picture: room for its frame.
    above: i32,
}

impl Grid {
    /// The grid for `count` pictures in which they come out largest. If there are too many for
    /// pictures of a useful size, the first of them are shown.
    fn of(room: Frame, count: usize, theme: &Theme, words: bool) -> Self {
        let (gap, line) = (theme.px(10.0), if words { theme.row() } else { 0 });
        let least = theme.px(24.0);
        let fit = |length: i32, each: i32| (length / each.max(1)).max(1).unsigned_abs() as usize;
        let most = fit(room.width(), least + gap) * fit(room.height(), least + gap / 2 + line);
        let shown = count.min(most);
        let candidate = |columns: usize| {
            let rows = shown.div_ceil(columns);
            let across = room.width() / i32::try_from(columns).unwrap_or(i32::MAX) - gap;
            let down = room.height() / i32::try_from(rows).unwrap_or(i32::MAX) - gap / 2 - line;
            let picture = across.min(down).max(1);
            Self { columns, rows, picture, row: picture + gap / 2 + line, above: gap / 2 }
        };
        // Of equal sizes the first is taken: fewer columns, wider apart.
        (2..=shown)
            .map(candidate)
            .fold(candidate(1), |best, next| if next.picture > best.picture { next } else { best })
    }

    /// The upper left corner of a picture.
    fn corner(&self, room: Frame, index: usize) -> (i32, i32) {
        let (column, row) = ((index % self.columns) as i32, (index / self.columns) as i32);
        let column_width = room.width() / self.columns as i32;
        let top = (room.height() - self.row * self.rows as i32).max(0) / 2;
        (column * column_width + (column_width - self.picture) / 2, top + self.above + row * self.row)
    }
}

/// The ink of an image, runs of equal shade along each row as one rectangle.
fn picture<DB: DrawingBackend>(pen: &Pen<DB>, frame: Frame, side: usize, image: &Image) -> Drawn<DB::ErrorType> {
    let theme = pen.theme;
    pen.rect(frame, theme.paper)?;
    let edge = |start: i32, cell: usize| start + (f64::from(frame.width()) * cell as f64 / side as f64).round() as i32;
    for (row, pixels) in image.pixels.chunks(side).take(side).enumerate() {
        let (y0, y1) = (edge(frame.y0, row), edge(frame.y0, row + 1));
        let mut column = 0;
        for run in pixels.chunk_by(|a, b| shade(*a) == shade(*b)) {
            let next = column + run.len();
            let ink = f64::from(shade(run[0])) / f64::from(SHADES - 1);
            if ink > 0.0 {
                let cells = Frame { x0: edge(frame.x0, column), y0, x1: edge(frame.x0, next), y1 };
                pen.rect(cells, mix(theme.paper, theme.ink, ink))?;
            }
            column = next;
        }
    }
    let wrong = image.guess != image.class;
    let (thickness, color) =
        if wrong { (theme.px(theme.stroke), theme.gradient[5]) } else { (theme.hair(), theme.line) };
    pen.border(frame.grown(thickness), thickness, color)
}

/// Which shade a pixel has; what is not a number has no ink.
fn shade(ink: f32) -> u8 {
    // A cast takes NaN to 0.
    (ink.clamp(0.0, 1.0) * f32::from(SHADES - 1)).round() as u8
}

/// The guess, and if it is wrong the correction.
fn guess<DB: DrawingBackend>(pen: &Pen<DB>, frame: Frame, image: &Image) -> Drawn<DB::ErrorType> {
    let theme = pen.theme;
    let (x, y) = (frame.center().0, frame.y1 + theme.px(2.0) + theme.row() / 2);
    let guess = image.guess.to_string();
    if image.guess == image.class {
        return pen.text(&guess, (x, y), HPos::Center, pen.soft());
    }
    let (width, gap) = (theme.text_width(&guess), theme.px(3.0));
    pen.text(&guess, (x - gap, y), HPos::Right, pen.soft())?;
    let (line, over) = (theme.px(theme.stroke * 0.75), theme.px(1.0));
    let strike = Frame { x0: x - gap - width - over, y0: y - line / 2, x1: x - gap + over, y1: y - line / 2 + line };
    pen.rect(strike, theme.gradient[5])?;
    pen.text(&image.class.to_string(), (x + gap, y), HPos::Left, pen.strong())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_stay_within_the_room() {
        let theme = Theme::light();
        for (width, height, count) in [(250, 200, 20), (250, 200, 1), (358, 240, 60), (100, 400, 7)] {
            let room = Frame { x0: 0, y0: 0, x1: width, y1: height };
            let grid = Grid::of(room, count, &theme, true);
            assert!(grid.columns * grid.rows >= count.min(20), "{width} {height} {count}");
            let (x, y) = grid.corner(room, grid.columns * grid.rows - 1);
            assert!(x + grid.picture <= width && y + grid.row - grid.above <= height, "{width} {height} {count}");
        }
    }

    #[test]
    fn shades_are_few_and_total() {
        for (ink, expected) in [(0.0, 0), (1.0, 8), (0.5, 4), (-3.0, 0), (f32::NAN, 0), (f32::INFINITY, 8)] {
            assert_eq!(shade(ink), expected);
        }
    }
}
