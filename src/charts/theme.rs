//! Colours, sizes and language. The colours are those of `www/style.css`, name by name; a test compares them.

use plotters::style::RGBColor;

use super::words::Words;

/// The powers of ten that [`Theme::gradient`]'s colours stand for. They are fixed, so that a colour
/// means the same magnitude in every run, lane and lesson.
pub const STOPS: [f64; 6] = [-12.0, -8.0, -5.0, -2.0, 1.0, 4.0];

/// Everything about a chart's looks. Text has a contrast of 4.5:1 or more on paper, card and band,
/// and every colour of the magnitude scale has 3:1 or more on each of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Theme {
    /// The page.
    pub paper: RGBColor,
    /// What a chart is drawn on.
    pub card: RGBColor,
    /// Text and lines that matter most.
    pub ink: RGBColor,
    /// Labels.
    pub soft: RGBColor,
    /// The least of the texts.
    pub faint: RGBColor,
    /// Hairlines; they only guide the eye and carry no meaning alone.
    pub line: RGBColor,
    /// What the user has chosen.
    pub act: RGBColor,
    /// The healthy band.
    pub band: RGBColor,
    /// Gradient magnitude at [`STOPS`]: violet has vanished, teal is healthy, orange explodes.
    pub gradient: [RGBColor; 6],
    /// The two classes; a shape always says the same.
    pub classes: [RGBColor; 2],
    /// Size of all text, in css pixels.
    pub text: f64,
    /// Width of a curve, in css pixels; hairlines are half of it.
    pub stroke: f64,
    /// Pixels of the drawing area to a css pixel: the device pixel ratio.
    pub scale: f64,
    /// What the backend divides font sizes by, see [`Theme::for_svg`].
    pub font_unit: f64,
    /// The language.
    pub words: Words,
}

impl Theme {
    /// Ink on white.
    pub fn light() -> Self {
        let gradient = [0x2b1a66, 0x4a3fa8, 0x4f7fc0, 0x268f85, 0xb07a17, 0xbf4514].map(rgb);
        Self {
            paper: rgb(0xfbfaf7),
            card: rgb(0xffffff),
            ink: rgb(0x1c1e24),
            soft: rgb(0x5d626c),
            faint: rgb(0x6a6e77),
            line: rgb(0xe6e3da),
            act: rgb(0x2b57c8),
            band: rgb(0xeaf4f1),
            gradient,
            classes: [gradient[2], gradient[4]],
            text: 12.0,
            stroke: 2.0,
            scale: 1.0,
            font_unit: 1.0,
            words: Words::default(),
        }
    }

    /// The same, for the night.
    pub fn dark() -> Self {
        let gradient = [0x8a5cd0, 0x8478ec, 0x6fa3e0, 0x4fc2b4, 0xe6b85c, 0xf07f4a].map(rgb);
        Self {
            paper: rgb(0x14161b),
            card: rgb(0x1b1e25),
            ink: rgb(0xebe9e3),
            soft: rgb(0xa9adb6),
            faint: rgb(0x8b909b),
            line: rgb(0x2c3039),
            act: rgb(0x8fb0ff),
            band: rgb(0x1b2b2a),
            gradient,
            classes: [gradient[2], gradient[4]],
            ..Self::light()
        }
    }

    /// For the last row of a lecture hall: larger type, stronger lines, no pale text.
    pub fn projector(self) -> Self {
        let soft = mix(self.soft, self.ink, 0.6);
        Self { soft, faint: soft, line: mix(self.line, self.soft, 0.2), text: 17.0, stroke: 3.5, ..self }
    }

    /// For a drawing area of `ratio` pixels to a css pixel. A ratio that makes no sense is taken as 1.
    pub fn scaled(self, ratio: f64) -> Self {
        let scale = if ratio.is_finite() && ratio > 0.0 { ratio.min(16.0) } else { 1.0 };
        Self { scale, ..self }
    }

    /// For plotters' SVG backend, which divides font sizes by 1.24 where the canvas takes them as
    /// pixels: with this the two show text of the same size.
    pub fn for_svg(self) -> Self {
        Self { font_unit: 1.24, ..self }
    }

    /// The colours by the names that they have as CSS variables, without the leading dashes.
    pub fn css_colors(&self) -> [(&'static str, RGBColor); 14] {
        [
            ("paper", self.paper),
            ("card", self.card),
            ("ink", self.ink),
            ("soft", self.soft),
            ("faint", self.faint),
            ("line", self.line),
            ("act", self.act),
            ("g0", self.gradient[0]),
            ("g1", self.gradient[1]),
            ("g2", self.gradient[2]),
            ("g3", self.gradient[3]),
            ("g4", self.gradient[4]),
            ("g5", self.gradient[5]),
            ("band", self.band),
        ]
    }

    /// The colour of a gradient of `10^log10`. What is not a number has no magnitude and gets a grey.
    pub fn magnitude_color(&self, log10: f64) -> RGBColor {
        if log10.is_nan() {
            return self.soft;
        }
        let log10 = log10.clamp(STOPS[0], STOPS[STOPS.len() - 1]);
        for (stops, colors) in STOPS.windows(2).zip(self.gradient.windows(2)) {
            if log10 <= stops[1] {
                return mix(colors[0], colors[1], (log10 - stops[0]) / (stops[1] - stops[0]));
            }
        }
        self.gradient[STOPS.len() - 1]
    }

    /// Whole pixels of the drawing area for a length in css pixels, at least one.
    pub(super) fn px(&self, css: f64) -> i32 {
        ((css * self.scale).round() as i32).max(1)
    }

    /// Thickness of a hairline, in pixels.
    pub(super) fn hair(&self) -> i32 {
        self.px(self.stroke / 2.0)
    }

    /// Height of a row of text with air around it, in pixels.
    pub(super) fn row(&self) -> i32 {
        self.px(self.text * 1.4)
    }

    /// About how wide a text comes out in its language, in pixels, rather too wide than too narrow. Asking the
    /// browser would cost a layout of the page for every label of every frame.
    pub(super) fn text_width(&self, text: &str) -> i32 {
        self.px(self.text * 0.64 * self.words.of(text).chars().count() as f64)
    }
}

/// The colour `share` of the way from `a` to `b`.
pub(super) fn mix(a: RGBColor, b: RGBColor, share: f64) -> RGBColor {
    let share = if share.is_nan() { 0.0 } else { share.clamp(0.0, 1.0) };
    let channel = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * share).round() as u8;
    RGBColor(channel(a.0, b.0), channel(a.1, b.1), channel(a.2, b.2))
}

/// A colour as a style sheet writes it.
const fn rgb(hex: u32) -> RGBColor {
    RGBColor((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}
