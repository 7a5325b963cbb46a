//! Several curves in one chart: told apart by dashes and by a letter at their ends, not by colour alone.

use plotters::prelude::DrawingBackend;
use plotters::style::RGBColor;
use plotters::style::text_anchor::HPos;

use super::pen::{At, Drawn, Frame, Ink, Pen};
use super::theme::Theme;

fn color(theme: &Theme, place: usize) -> RGBColor {
    [theme.ink, theme.gradient[1], theme.gradient[3], theme.gradient[4]][place % 4]
}

/// The first curve is a line, the others are dashed, each in its own way.
pub(super) fn curve<DB: DrawingBackend>(pen: &Pen<DB>, place: usize, path: Vec<At>) -> Drawn<DB::ErrorType> {
    let theme = pen.theme;
    if let [only] = path[..] {
        return pen.disc(only, theme.px(theme.stroke * 1.25), color(theme, place));
    }
    let (dash, gap) = [(0.0, 0.0), (9.0, 3.0), (5.0, 4.0), (2.0, 3.0)][place % 4];
    let thickness = theme.px(theme.stroke);
    if place == 0 {
        return pen.path(path, thickness, color(theme, place));
    }
    pen.dashed(path, (theme.px(dash), theme.px(gap)), thickness, color(theme, place))
}

/// The letters at the right ends of the curves, pushed apart where the ends are close; `ends` has how high each ends, and
/// its place.
pub(super) fn letters<'a, DB: DrawingBackend>(
    pen: &Pen<DB>,
    plot: Frame,
    mut ends: Vec<(i32, usize)>,
    name: impl Fn(usize) -> &'a str,
) -> Drawn<DB::ErrorType> {
    let row = pen.theme.row();
    ends.sort_unstable();
    // From the foot upwards no letter goes below the plot, and none into another.
    let mut floor = plot.y1 + row;
    for end in ends.iter_mut().rev() {
        end.0 = end.0.min(floor - row);
        floor = end.0;
    }
    for (y, place) in ends {
        let ink = Ink { color: color(pen.theme, place), bold: true };
        pen.text(name(place), (plot.x1 + pen.theme.px(8.0), y), HPos::Left, ink)?;
    }
    Ok(())
}
