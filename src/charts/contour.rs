//! The line along which a field on a grid has a given level: marching squares.
//!
//! Each square of four neighbouring samples is crossed by no line, one or two; where a line leaves a
//! square, it enters the next by the same edge, so the pieces are joined by the edges they share.

/// A place on the grid, in samples: column, then row.
pub(super) type Place = (f64, f64);

/// The lines where `field`, rows of `side` samples, crosses `level`. Where a sample is not a number,
/// the line is broken off.
pub(super) fn contours(field: &[f32], side: usize, level: f32) -> Vec<Vec<Place>> {
    if side < 2 || side.checked_mul(side) != Some(field.len()) {
        return Vec::new();
    }
    let grid = Grid { field, side, level };
    let mut links: Vec<[Option<usize>; 2]> = vec![[None; 2]; 2 * field.len()];
    for row in 0..side - 1 {
        for column in 0..side - 1 {
            for (a, b) in grid.pieces(row, column).into_iter().flatten() {
                link(&mut links, a, b);
                link(&mut links, b, a);
            }
        }
    }
    // Open lines first, from one of their ends; what is left after that are rings.
    let mut lines = Vec::new();
    for open in [true, false] {
        for edge in 0..links.len() {
            let ends = links[edge].iter().flatten().count();
            if (open && ends == 1) || (!open && ends == 2) {
                lines.push(walk(&mut links, edge).into_iter().map(|edge| grid.crossing(edge)).collect());
            }
        }
    }
    lines
}

/// Notes that a piece of line runs from edge `from` to edge `to`.
fn link(links: &mut [[Option<usize>; 2]], from: usize, to: usize) {
    if let Some(free) = links[from].iter_mut().find(|link| link.is_none()) {
        *free = Some(to);
    }
}

/// Follows a line from `edge` to its end, and takes it off the map.
fn walk(links: &mut [[Option<usize>; 2]], edge: usize) -> Vec<usize> {
    let mut line = vec![edge];
    let mut here = edge;
    while let Some(next) = links[here].iter_mut().find_map(Option::take) {
        for back in &mut links[next] {
            if *back == Some(here) {
                *back = None;
                break;
            }
        }
        line.push(next);
        here = next;
    }
    line
}

/// A field with its level. Edge `2 k` runs from sample k to the right, edge `2 k + 1` downwards.
struct Grid<'a> {
    field: &'a [f32],
    side: usize,
    level: f32,
}

impl Grid<'_> {
    /// The pieces of line within the square below and to the right of a sample.
    fn pieces(&self, row: usize, column: usize) -> [Option<(usize, usize)>; 2] {
        let corner = row * self.side + column;
        let corners = [corner, corner + 1, corner + self.side + 1, corner + self.side].map(|index| self.field[index]);
        if corners.iter().any(|value| value.is_nan()) {
            return [None; 2];
        }
        // Upper, right, lower and left edge, and which of them the line crosses.
        let edges = [2 * corner, 2 * (corner + 1) + 1, 2 * (corner + self.side), 2 * corner + 1];
        let above = corners.map(|value| value >= self.level);
        let mut crossed = (0..4).filter(|side| above[*side] != above[(side + 1) % 4]).map(|side| edges[side]);
        match (crossed.next(), crossed.next(), crossed.next()) {
            (Some(a), Some(b), None) => [Some((a, b)), None],
            // A saddle: the middle of the square says which two corners belong together.
            (Some(_), Some(_), Some(_)) => {
                let middle = corners.iter().sum::<f32>() / 4.0 >= self.level;
                if middle == above[0] {
                    [Some((edges[0], edges[1])), Some((edges[2], edges[3]))]
                } else {
                    [Some((edges[3], edges[0])), Some((edges[1], edges[2]))]
                }
            }
            (None, _, _) | (Some(_), None, _) => [None; 2],
        }
    }

    /// Where on an edge the field crosses the level, by linear interpolation.
    fn crossing(&self, edge: usize) -> Place {
        let (sample, down) = (edge / 2, edge % 2 == 1);
        let (row, column) = ((sample / self.side) as f64, (sample % self.side) as f64);
        let next = if down { sample + self.side } else { sample + 1 };
        let (here, there) = (f64::from(self.field[sample]), f64::from(self.field[next]));
        let share = ((f64::from(self.level) - here) / (there - here)).clamp(0.0, 1.0);
        // Two infinities have no share between them.
        let share = if share.is_nan() { 0.5 } else { share };
        if down { (column, row + share) } else { (column + share, row) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(side: usize, value: impl Fn(f64, f64) -> f64) -> Vec<f32> {
        let at = |index: usize| (index as f64) / (side - 1) as f64 * 2.0 - 1.0;
        (0..side * side).map(|index| value(at(index % side), at(index / side)) as f32).collect()
    }

    #[test]
    fn a_cone_has_one_ring_of_the_right_radius() {
        let lines = contours(&field(21, |x, y| 1.0 - (x * x + y * y).sqrt()), 21, 0.5);
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0].first(), lines[0].last());
        for (column, row) in &lines[0] {
            let (x, y) = (column / 10.0 - 1.0, row / 10.0 - 1.0);
            assert!(((x * x + y * y).sqrt() - 0.5).abs() < 0.02);
        }
    }

    #[test]
    fn a_slope_has_one_open_line() {
        let lines = contours(&field(9, |x, _| x), 9, 0.1);
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0].len(), 9);
    }

    #[test]
    fn a_saddle_has_two_lines_and_a_flat_field_none() {
        assert_eq!(contours(&field(8, |x, y| x * y), 8, 0.0).len(), 2);
        assert!(contours(&field(8, |_, _| 0.5), 8, 0.5).is_empty());
    }

    #[test]
    fn what_is_not_a_number_breaks_the_line() {
        let mut holed = field(9, |x, _| x);
        holed[4 * 9 + 4] = f32::NAN;
        assert_eq!(contours(&holed, 9, 0.1).len(), 2);
        assert!(contours(&[f32::NAN; 9], 3, 0.5).is_empty());
        assert!(contours(&[], usize::MAX, 0.5).is_empty());
        contours(&[f32::INFINITY, f32::NEG_INFINITY, f32::NEG_INFINITY, f32::INFINITY], 2, 0.5);
    }
}
