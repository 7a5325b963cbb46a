//! The few strokes that all charts are made of, over plotters' elements.
//!
//! Straight lines and frames are drawn as filled rectangles: a rectangle with whole coordinates is
//! crisp on a canvas and in SVG, at any thickness, while a stroke straddles the pixels.

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind};
use plotters::element::{Circle, DashedPathElement, PathElement, Polygon, Rectangle};
use plotters::prelude::DrawingBackend;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontDesc, FontFamily, FontStyle, RGBColor, TextStyle};

use super::theme::Theme;

/// What every chart returns: nothing, or the backend's own error.
pub type Drawn<E> = Result<(), DrawingAreaErrorKind<E>>;

/// The font of the page.
const FAMILY: &str = "system-ui, sans-serif";

/// A point in the drawing area, in pixels from its upper left corner.
pub(super) type At = (i32, i32);

/// A rectangle in the drawing area: from `x0`, `y0` up to and without `x1`, `y1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    pub x0: i32,
    pub y0: i32,
    pub x1: i32,
    pub y1: i32,
}

impl Frame {
    pub fn width(self) -> i32 {
        self.x1 - self.x0
    }

    pub fn height(self) -> i32 {
        self.y1 - self.y0
    }

    pub fn is_empty(self) -> bool {
        self.width() <= 0 || self.height() <= 0
    }

    pub fn center(self) -> At {
        ((self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2)
    }

    /// Larger by `by` on every side.
    pub fn grown(self, by: i32) -> Self {
        Self { x0: self.x0 - by, y0: self.y0 - by, x1: self.x1 + by, y1: self.y1 + by }
    }

    pub fn contains(self, (x, y): At) -> bool {
        (self.x0..self.x1).contains(&x) && (self.y0..self.y1).contains(&y)
    }
}

/// How a text looks.
#[derive(Clone, Copy)]
pub(super) struct Ink {
    pub color: RGBColor,
    pub bold: bool,
}

/// A drawing area with the theme that it is drawn in.
pub(super) struct Pen<'a, DB: DrawingBackend> {
    area: &'a DrawingArea<DB, Shift>,
    pub theme: &'a Theme,
}

impl<'a, DB: DrawingBackend> Pen<'a, DB> {
    /// Wipes the area and takes the pen in hand.
    pub fn on(area: &'a DrawingArea<DB, Shift>, theme: &'a Theme) -> Result<Self, DrawingAreaErrorKind<DB::ErrorType>> {
        area.fill(&theme.card)?;
        Ok(Self { area, theme })
    }

    /// The whole area.
    pub fn frame(&self) -> Frame {
        let (x, y) = self.area.get_pixel_range();
        Frame { x0: 0, y0: 0, x1: x.end.saturating_sub(x.start).max(0), y1: y.end.saturating_sub(y.start).max(0) }
    }

    pub fn rect(&self, frame: Frame, color: RGBColor) -> Drawn<DB::ErrorType> {
        if frame.is_empty() {
            return Ok(());
        }
        self.area.draw(&Rectangle::new([(frame.x0, frame.y0), (frame.x1, frame.y1)], color.filled()))
    }

    /// The inner border of `frame`.
    pub fn border(&self, frame: Frame, thickness: i32, color: RGBColor) -> Drawn<DB::ErrorType> {
        let Frame { x0, y0, x1, y1 } = frame;
        let inner = (y0 + thickness, y1 - thickness);
        self.rect(Frame { y1: y0 + thickness, ..frame }, color)?;
        self.rect(Frame { y0: y1 - thickness, ..frame }, color)?;
        self.rect(Frame { x0, y0: inner.0, x1: x0 + thickness, y1: inner.1 }, color)?;
        self.rect(Frame { x0: x1 - thickness, y0: inner.0, x1, y1: inner.1 }, color)
    }

    /// A horizontal hairline on the row of pixels at `y`.
    pub fn level(&self, x0: i32, x1: i32, y: i32, color: RGBColor) -> Drawn<DB::ErrorType> {
        self.rect(Frame { x0, y0: y, x1, y1: y + self.theme.hair() }, color)
    }

    /// A horizontal line of dots.
    pub fn dots(&self, x0: i32, x1: i32, y: i32, color: RGBColor) -> Drawn<DB::ErrorType> {
        let (dot, gap) = (self.theme.px(self.theme.stroke * 0.75), self.theme.px(4.0));
        for x in (x0..x1).step_by((dot + gap).unsigned_abs() as usize) {
            self.rect(Frame { x0: x, y0: y, x1: (x + dot).min(x1), y1: y + dot }, color)?;
        }
        Ok(())
    }

    pub fn path(&self, points: Vec<At>, thickness: i32, color: RGBColor) -> Drawn<DB::ErrorType> {
        if points.len() < 2 {
            return Ok(());
        }
        self.area.draw(&PathElement::new(points, color.stroke_width(thickness.unsigned_abs())))
    }

    pub fn dashes(&self, points: Vec<At>, thickness: i32, color: RGBColor) -> Drawn<DB::ErrorType> {
        self.dashed(points, (self.theme.px(5.0), self.theme.px(3.0)), thickness, color)
    }

    /// A line of dashes and gaps of these lengths.
    pub fn dashed(
        &self,
        points: Vec<At>,
        (dash, gap): (i32, i32),
        thickness: i32,
        color: RGBColor,
    ) -> Drawn<DB::ErrorType> {
        if points.len() < 2 {
            return Ok(());
        }
        self.area.draw(&DashedPathElement::new(points, dash, gap, color.stroke_width(thickness.unsigned_abs())))
    }

    pub fn polygon(&self, points: Vec<At>, color: RGBColor) -> Drawn<DB::ErrorType> {
        self.area.draw(&Polygon::new(points, color.filled()))
    }

    pub fn disc(&self, center: At, radius: i32, color: RGBColor) -> Drawn<DB::ErrorType> {
        self.area.draw(&Circle::new(center, radius, color.filled()))
    }

    /// A cross that fills `frame`.
    pub fn cross(&self, frame: Frame, thickness: i32, color: RGBColor) -> Drawn<DB::ErrorType> {
        let Frame { x0, y0, x1, y1 } = frame;
        self.path(vec![(x0, y0), (x1, y1)], thickness, color)?;
        self.path(vec![(x0, y1), (x1, y0)], thickness, color)
    }

    /// Slanted lines over `frame`, `gap` pixels apart.
    pub fn hatch(&self, frame: Frame, gap: i32, color: RGBColor) -> Drawn<DB::ErrorType> {
        let (width, height) = (frame.width(), frame.height());
        if frame.is_empty() {
            return Ok(());
        }
        // The line that starts at `offset` on the lower edge rises to the right; what would stick
        // out on the left or on the right is cut off.
        for offset in (gap - height..width).step_by(gap.max(1).unsigned_abs() as usize) {
            let (from, to) = (offset.max(0), (offset + height).min(width));
            let points = vec![(frame.x0 + from, frame.y1 - (from - offset)), (frame.x0 + to, frame.y1 - (to - offset))];
            self.path(points, self.theme.hair(), color)?;
        }
        Ok(())
    }

    /// A label, in the theme's language. `at` is the middle of its height, and its left end, middle or right end.
    pub fn text(&self, text: &str, at: At, side: HPos, ink: Ink) -> Drawn<DB::ErrorType> {
        let style = if ink.bold { FontStyle::Bold } else { FontStyle::Normal };
        let size = self.theme.text * self.theme.scale * self.theme.font_unit;
        let font = FontDesc::new(FontFamily::Name(FAMILY), size, style);
        let style = TextStyle::from(font).color(&ink.color).pos(Pos::new(side, VPos::Center));
        // Half the x-height, which backends centre on, is a little less than half a digit.
        self.area.draw_text(self.theme.words.of(text), &style, (at.0, at.1 + self.theme.px(self.theme.text / 12.0)))
    }

    /// A label on a small card of its own, for where it lies over bars. It is kept within `within`.
    pub fn tag(&self, text: &str, (x, y): At, within: Frame, ink: Ink) -> Drawn<DB::ErrorType> {
        let (half, tall) = (self.theme.text_width(text) / 2 + self.theme.px(3.0), self.theme.row() / 2);
        let x = x.min(within.x1 - half).max(within.x0 + half);
        let y = y.min(within.y1 - tall).max(within.y0 + tall);
        self.rect(Frame { x0: x - half, y0: y - tall, x1: x + half, y1: y + tall }, self.theme.card)?;
        self.text(text, (x, y), HPos::Center, ink)
    }

    /// Sentences in the middle of `frame`, broken between words.
    pub fn say(&self, text: &str, frame: Frame) -> Drawn<DB::ErrorType> {
        let mut lines: Vec<String> = Vec::new();
        for word in self.theme.words.of(text).split_whitespace() {
            match lines.last_mut() {
                Some(line) if self.theme.text_width(line) + self.theme.text_width(word) < frame.width() => {
                    line.push(' ');
                    line.push_str(word);
                }
                Some(_) | None => lines.push(word.to_owned()),
            }
        }
        let row = self.theme.row();
        let (x, middle) = frame.center();
        if row * lines.len() as i32 > frame.height() {
            return Ok(());
        }
        let top = middle - row * (lines.len() as i32 - 1) / 2;
        for (index, line) in lines.iter().enumerate() {
            self.text(line, (x, top + row * index as i32), HPos::Center, self.soft())?;
        }
        Ok(())
    }

    pub fn soft(&self) -> Ink {
        Ink { color: self.theme.soft, bold: false }
    }

    pub fn ink(&self) -> Ink {
        Ink { color: self.theme.ink, bold: false }
    }

    pub fn strong(&self) -> Ink {
        Ink { color: self.theme.ink, bold: true }
    }
}
