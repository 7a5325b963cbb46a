//! Marks for gradients that are not ordinary numbers. They differ in shape and in words, never in
//! colour alone: zero is an open box, underflow a hatched one, not-a-number a crossed one, and an
//! infinite gradient a bar that breaks through the top.

use plotters::prelude::DrawingBackend;
use plotters::style::text_anchor::HPos;

use super::pen::{Drawn, Frame, Pen};
use super::slots::Slots;
use crate::lab::snapshot::State;
use crate::nn::Precision;

/// What stands in a layer's column instead of a bar, or on top of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Zero,
    Underflow,
    Infinite,
    Nan,
}

impl Mark {
    /// The mark for a gradient of this state and size; none if it is an ordinary number. What the
    /// number itself says comes first, in case a file says otherwise.
    pub fn of(state: State, value: f64) -> Option<Self> {
        if value.is_nan() {
            return Some(Self::Nan);
        }
        if value.is_infinite() && state != State::Nan {
            return Some(Self::Infinite);
        }
        match state {
            State::Normal => (value <= 0.0).then_some(Self::Zero),
            State::Zero => Some(Self::Zero),
            State::Underflow => Some(Self::Underflow),
            State::Infinite => Some(Self::Infinite),
            State::Nan => Some(Self::Nan),
        }
    }

    fn words(self, precision: Precision) -> &'static str {
        match (self, precision) {
            (Self::Zero, Precision::F32 | Precision::F64) => "0",
            (Self::Underflow, Precision::F32) => "<1e-38",
            (Self::Underflow, Precision::F64) => "<1e-308",
            (Self::Infinite, Precision::F32 | Precision::F64) => "inf",
            (Self::Nan, Precision::F32 | Precision::F64) => "NaN",
        }
    }
}

/// Neighbouring columns that share a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Group {
    first: usize,
    last: usize,
    mark: Mark,
}

/// Runs of equal marks. The head never joins the hidden layers: it stands apart.
fn groups(marks: &[Option<Mark>], hidden: usize) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (index, mark) in marks.iter().enumerate().filter_map(|(index, mark)| mark.map(|mark| (index, mark))) {
        match groups.last_mut() {
            Some(group) if group.mark == mark && group.last + 1 == index && index != hidden => group.last = index,
            Some(_) | None => groups.push(Group { first: index, last: index, mark }),
        }
    }
    groups
}

/// Draws all marks of a chart and labels them: each one where there is room, else each run of them.
pub(super) fn draw<DB: DrawingBackend>(
    pen: &Pen<DB>,
    plot: Frame,
    slots: &Slots,
    marks: &[Option<Mark>],
    precision: Precision,
    labelled: bool,
) -> Drawn<DB::ErrorType> {
    let groups = groups(marks, slots.hidden);
    for group in &groups {
        sign(pen, plot, slots, *group)?;
    }
    if !labelled {
        return Ok(());
    }
    // Labels that would touch their left neighbour move up a row, as far as there are rows.
    let row = pen.theme.row() + pen.theme.px(1.0);
    let mut taken: [i32; 3] = [i32::MIN; 3];
    for group in groups {
        let words = group.mark.words(precision);
        let half = pen.theme.text_width(words) / 2 + pen.theme.px(3.0);
        let each = slots.unit >= f64::from(2 * half);
        let middles: Vec<i32> = if each {
            (group.first..=group.last).map(|index| slots.center(index)).collect()
        } else {
            vec![(slots.column(group.first).0 + slots.column(group.last).1) / 2]
        };
        for middle in middles {
            let middle = middle.min(plot.x1 - half).max(plot.x0 + half);
            if group.mark == Mark::Infinite {
                pen.text(words, (middle, plot.y0 - row), HPos::Center, pen.strong())?;
                continue;
            }
            let Some(level) = taken.iter().position(|end| *end <= middle - half) else { continue };
            taken[level] = middle + half;
            let y = plot.y1 - box_height(pen) - row / 2 - pen.theme.px(2.0) - row * level as i32;
            // Over its own column a label covers nothing; over a run of them it may cover a bar.
            if each {
                pen.text(words, (middle, y), HPos::Center, pen.ink())?;
            } else {
                pen.tag(words, (middle, y), plot, pen.ink())?;
            }
        }
    }
    Ok(())
}

/// Height of the boxes on the floor.
fn box_height<DB: DrawingBackend>(pen: &Pen<DB>) -> i32 {
    pen.theme.px(10.0)
}

/// The sign of a run of marks, without words.
fn sign<DB: DrawingBackend>(pen: &Pen<DB>, plot: Frame, slots: &Slots, group: Group) -> Drawn<DB::ErrorType> {
    let theme = pen.theme;
    let floor = |(x0, x1): (i32, i32)| Frame { x0, y0: (plot.y1 - box_height(pen)).max(plot.y0), x1, y1: plot.y1 };
    // In a crowd, one box stands for the whole run.
    let crowded = slots.unit < 12.0 * theme.scale;
    let spans: Vec<(i32, i32)> = if crowded && group.mark != Mark::Infinite {
        vec![(slots.bar(group.first).0, slots.bar(group.last).1)]
    } else {
        (group.first..=group.last).map(|index| slots.bar(index)).collect()
    };
    for span in spans {
        let frame = floor(span);
        match group.mark {
            Mark::Zero => pen.border(frame, theme.hair(), theme.soft)?,
            Mark::Underflow => {
                pen.hatch(frame, theme.px(4.0), theme.gradient[0])?;
                pen.border(frame, theme.hair(), theme.gradient[0])?;
            }
            Mark::Nan => {
                pen.cross(frame, theme.hair(), theme.ink)?;
                pen.border(frame, theme.hair(), theme.ink)?;
            }
            Mark::Infinite => {
                pen.rect(Frame { x0: span.0, y0: plot.y0, x1: span.1, y1: plot.y1 }, theme.gradient[5])?;
                let (middle, rise) = ((span.0 + span.1) / 2, theme.px(7.0));
                pen.polygon(vec![(span.0, plot.y0), (middle, plot.y0 - rise), (span.1, plot.y0)], theme.gradient[5])?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_outranks_the_state() {
        assert_eq!(Mark::of(State::Normal, f64::NAN), Some(Mark::Nan));
        assert_eq!(Mark::of(State::Normal, f64::INFINITY), Some(Mark::Infinite));
        assert_eq!(Mark::of(State::Normal, 0.0), Some(Mark::Zero));
        assert_eq!(Mark::of(State::Normal, 1e-3), None);
        assert_eq!(Mark::of(State::Underflow, 1e-40), Some(Mark::Underflow));
    }

    #[test]
    fn equal_neighbours_are_one_group_but_the_head_stays_alone() {
        let zero = Some(Mark::Zero);
        let found = groups(&[zero, zero, None, zero, zero], 4);
        let ends: Vec<(usize, usize)> = found.iter().map(|group| (group.first, group.last)).collect();
        assert_eq!(ends, [(0, 1), (3, 3), (4, 4)]);
    }
}
