//! Every chart in every state that means something, drawn to SVG and compared with the pictures in
//! `tests/charts`. `UPDATE=1 cargo test --test charts` draws them anew: look at them before you commit.

#[path = "charts/data.rs"]
mod data;
#[path = "charts/over_time.rs"]
mod over_time;
#[path = "charts/properties.rs"]
mod properties;

use std::fs;
use std::path::{Path, PathBuf};

use data::*;
use gradient_lab::charts::gradients::{Ghost, Measure, Norm, Pinned};
use gradient_lab::charts::{Theme, gradients, histogram, lanes, learned, loss};
use gradient_lab::lab::distributions::{Axis, Histogram};
use gradient_lab::lab::history::History;
use gradient_lab::lab::learned::Learned;
use gradient_lab::lab::snapshot::Magnitude;
use plotters::coord::Shift;
use plotters::prelude::{DrawingArea, IntoDrawingArea, SVGBackend};
use plotters::style::RGBColor;

const WIDE: (u32, u32) = (820, 300);
const PHONE: (u32, u32) = (358, 240);
const ASIDE: (u32, u32) = (250, 130);
const SQUARE: (u32, u32) = (250, 220);

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

fn svg(size: (u32, u32), draw: impl FnOnce(&Area)) -> String {
    let mut text = String::new();
    {
        let area = SVGBackend::with_string(&mut text, size).into_drawing_area();
        draw(&area);
        area.present().expect("a string takes everything");
    }
    text
}

/// Compares a picture with the committed one, or replaces that.
fn check(name: &str, picture: &str) {
    let path = folder().join(format!("{name}.svg"));
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, picture).expect("the folder can be written");
        return;
    }
    let committed = fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert!(committed == picture, "{name}.svg has changed: UPDATE=1 cargo test --test charts, and look at it");
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/charts")
}

fn bars(name: &str, size: (u32, u32), gradients: Vec<Magnitude>, options: &gradients::Options, theme: Theme) {
    let theme = theme.for_svg();
    check(name, &svg(size, |area| gradients::draw(area, &snapshot(gradients), options, &theme).expect("it draws")));
}

#[test]
fn gradients_vanish() {
    let plain = gradients::Options::default();
    let vanishing = || run(20, 0.235, 0.12);
    bars("gradients-vanishing", WIDE, vanishing(), &plain, Theme::light());
    bars("gradients-vanishing-dark", WIDE, vanishing(), &plain, Theme::dark());
    bars("gradients-vanishing-projector", WIDE, vanishing(), &plain, Theme::light().projector());
    bars("gradients-vanishing-phone", PHONE, vanishing(), &plain, Theme::light());
    bars("gradients-vanishing-phone-dark-2x", (716, 480), vanishing(), &plain, Theme::dark().scaled(2.0));
    let options = gradients::Options { measure: Measure::Signal, norm: Norm::Rms, selected: Some(6), ..plain };
    bars("gradients-selected", WIDE, vanishing(), &options, Theme::light());
    bars("gradients-200", WIDE, run(200, 0.9, 0.12), &plain, Theme::light());
    let selected = gradients::Options { selected: Some(122), ..plain };
    bars("gradients-200-selected-phone", PHONE, run(200, 0.9, 0.12), &selected, Theme::dark());
}

#[test]
fn gradients_are_healthy() {
    let plain = gradients::Options::default();
    bars("gradients-healthy", WIDE, run(20, 0.98, 0.2), &plain, Theme::light());
    let ghost = snapshot(run(20, 0.235, 0.12));
    let compared = gradients::Options { ghost: Some(Ghost { snapshot: &ghost, label: "sigmoid, Xavier" }), ..plain };
    bars("gradients-ghost", WIDE, run(20, 0.85, 0.2), &compared, Theme::light());
    bars("gradients-ghost-phone-dark", PHONE, run(5, 0.85, 0.2), &compared, Theme::dark());
    let above = snapshot(run(20, 0.9, 0.5));
    let compared = gradients::Options { ghost: Some(Ghost { snapshot: &above, label: "pinned" }), ..plain };
    bars("gradients-ghost-above", WIDE, run(20, 0.5, 0.2), &compared, Theme::light());
    for linear in [false, true] {
        let sharing = gradients::Options { sharing: &[&ghost, &snapshot(run(20, 1.3, 0.2))], linear, ..plain };
        let name = if linear { "gradients-sharing-linear" } else { "gradients-sharing" };
        bars(name, WIDE, run(20, 0.98, 0.2), &sharing, Theme::light());
    }
}

#[test]
fn gradients_go_wrong() {
    let plain = gradients::Options::default();
    let exploding = || set(run(20, 30.0, 0.5), 0..2, ENDLESS);
    bars("gradients-exploding", WIDE, exploding(), &plain, Theme::light());
    bars("gradients-exploding-dark", PHONE, exploding(), &plain, Theme::dark());
    bars("gradients-nan", WIDE, set(run(20, 3.0, 0.5), 0..21, NAN), &plain, Theme::light());
    bars("gradients-zero", WIDE, set(run(20, 0.7, 0.5), 0..8, ZERO), &plain, Theme::light());
    bars("gradients-underflow", WIDE, set(run(60, 0.235, 0.12), 0..8, LOST), &plain, Theme::light());
    bars("gradients-underflow-phone", PHONE, set(run(20, 0.01, 0.12), 0..3, LOST), &plain, Theme::dark());
    let mixed = || set(set(set(set(run(20, 0.5, 0.5), 0..3, ZERO), 3..6, LOST), 6..8, NAN), 12..13, ENDLESS);
    bars("gradients-mixed", WIDE, mixed(), &plain, Theme::light());
    bars("gradients-mixed-phone", PHONE, mixed(), &plain, Theme::light());
    let crowd = set(set(set(run(200, 0.8, 0.5), 0..40, LOST), 60..63, NAN), 198..200, ENDLESS);
    bars("gradients-200-marks", WIDE, crowd, &plain, Theme::light());
}

#[test]
fn gradients_beside_theory() {
    let plain = gradients::Options::default();
    let beside = |name: &str, size, (measured, predicted): (f64, f64), linear, theme| {
        let theory = theory(20, predicted);
        let options = gradients::Options { theory: Some(&theory), linear, ..plain };
        bars(name, size, run(20, measured, 0.12), &options, theme);
    };
    beside("gradients-theory", WIDE, (0.235, 0.25), false, Theme::light());
    beside("gradients-theory-phone-dark", PHONE, (0.9, 0.235), false, Theme::dark());
    beside("gradients-theory-linear", WIDE, (0.9, 0.93), true, Theme::light());
    let (theory, ghost) = (theory(20, 0.3), snapshot(run(20, 0.5, 0.12)));
    let ghost = Some(Ghost { snapshot: &ghost, label: "tanh" });
    let all = gradients::Options { theory: Some(&theory), ghost, selected: Some(4), ..plain };
    bars("gradients-theory-ghost-projector", WIDE, run(20, 0.235, 0.12), &all, Theme::dark().projector());
}

#[test]
fn gradients_with_pinned_runs() {
    let pinned = |name: &str, gradients| Pinned { name: name.to_owned(), snapshot: snapshot(gradients) };
    // The same depth, half of it, twice as many layers, some of them without a number.
    let lost = set(set(set(run(40, 0.8, 0.3), 0..4, LOST), 20..22, ENDLESS), 30..33, NAN);
    let runs = [pinned("B", run(20, 0.9, 0.3)), pinned("C", run(10, 0.6, 0.05)), pinned("D", lost)];
    let plain = gradients::Options::default();
    let all = gradients::Options { pinned: &runs, ..plain };
    bars("gradients-pinned", WIDE, run(20, 0.235, 0.12), &all, Theme::light());
    bars("gradients-pinned-dark", WIDE, run(20, 0.235, 0.12), &all, Theme::dark());
    bars(
        "gradients-pinned-linear",
        WIDE,
        run(20, 0.9, 0.12),
        &gradients::Options { linear: true, ..all },
        Theme::light(),
    );
    bars("gradients-pinned-200", WIDE, run(200, 0.9, 0.12), &all, Theme::light());
    bars("gradients-pinned-1", WIDE, run(1, 0.9, 0.12), &all, Theme::light());
    // Runs with the same numbers as this one, beside an outline and the theory.
    let (theory, ghost) = (theory(5, 0.6), snapshot(run(5, 0.5, 0.12)));
    let same = ["B", "C", "D"].map(|name| pinned(name, run(5, 0.85, 0.2)));
    let ghost = Some(Ghost { snapshot: &ghost, label: "before" });
    let beside = gradients::Options { pinned: &same, theory: Some(&theory), ghost, selected: Some(1), ..plain };
    bars("gradients-pinned-same-phone", PHONE, run(5, 0.85, 0.2), &beside, Theme::light());
    bars("gradients-pinned-projector", WIDE, run(20, 0.5, 0.12), &all, Theme::dark().projector());
}

#[test]
fn gradients_on_a_linear_axis() {
    let linear = gradients::Options { linear: true, ..gradients::Options::default() };
    bars("gradients-linear", WIDE, run(20, 0.8, 0.12), &linear, Theme::light());
    bars(
        "gradients-linear-marks",
        WIDE,
        set(set(run(20, 0.8, 40.0), 0..4, LOST), 9..10, ENDLESS),
        &linear,
        Theme::light(),
    );
    bars("gradients-linear-huge-phone", PHONE, run(20, 0.01, 3e30), &linear, Theme::dark());
    bars("gradients-linear-nothing", WIDE, vec![ZERO; 4], &linear, Theme::light());
}

#[test]
fn gradients_are_few() {
    let plain = gradients::Options { selected: Some(0), ..gradients::Options::default() };
    bars("gradients-1", WIDE, run(1, 1.0, 0.2), &plain, Theme::light());
    bars("gradients-head-only", WIDE, vec![normal(0.2)], &plain, Theme::light());
    bars("gradients-none", WIDE, Vec::new(), &plain, Theme::light());
    bars("gradients-tiny", (60, 40), run(20, 0.235, 0.12), &plain, Theme::light());
}

/// Each text and each shape is a call into the browser, up to 60 times a second.
#[test]
fn the_hero_takes_few_strokes() {
    let theme = Theme::light();
    let picture = svg(WIDE, |area| {
        gradients::draw(area, &snapshot(run(20, 0.235, 0.12)), &gradients::Options::default(), &theme)
            .expect("it draws");
    });
    assert!(picture.matches("<text").count() <= 36);
    assert!(picture.lines().count() <= 200);
}

#[test]
fn a_click_finds_its_layer() {
    let (theme, options) = (Theme::light(), gradients::Options::default());
    let snapshot = snapshot(run(20, 0.235, 0.12));
    let at = |x| gradients::layer_at(x, WIDE, &snapshot, &options, &theme);
    assert_eq!(at(0), None);
    assert_eq!(at(70), Some(0));
    assert_eq!(at(810), Some(20));
    let found: Vec<usize> = (0..820).filter_map(at).collect();
    assert!(found.is_sorted() && (0..21).all(|index| found.contains(&index)));
}

fn curves(name: &str, size: (u32, u32), history: &History, chance: f64, log: bool, theme: Theme) {
    let (theme, options) = (theme.for_svg(), loss::Options { log, at: None });
    check(name, &svg(size, |area| loss::draw(area, history, chance, &options, &theme).expect("it draws")));
}

#[test]
fn losses() {
    let chance = std::f64::consts::LN_2;
    curves("loss-learning", ASIDE, &learning(), chance, false, Theme::light());
    curves("loss-learning-dark", ASIDE, &learning(), chance, false, Theme::dark());
    curves("loss-learning-log", ASIDE, &learning(), chance, true, Theme::light());
    curves("loss-learning-projector", (420, 240), &learning(), chance, false, Theme::light().projector());
    curves("loss-learning-phone", (326, 150), &learning(), chance, false, Theme::light());
    curves("loss-stalled", ASIDE, &stalled(), chance, false, Theme::light());
    let looking = |name: &str, at: u64, log: bool, theme: Theme| {
        let (history, options, theme) = (learning(), loss::Options { log, at: Some(at) }, theme.for_svg());
        check(name, &svg(ASIDE, |area| loss::draw(area, &history, chance, &options, &theme).expect("it draws")));
    };
    looking("loss-looking-back", 400, false, Theme::light());
    looking("loss-looking-back-dark-log", 0, true, Theme::dark());
    let diverging = |end: f64| {
        let grown =
            (0..12).map(|index| (index, 0.5 * 1.8_f64.powi(index as i32), Some(0.6 * 1.8_f64.powi(index as i32))));
        history(grown.chain([(12, end, Some(end))]))
    };
    curves("loss-diverged", ASIDE, &diverging(f64::NAN), chance, false, Theme::light());
    curves("loss-diverged-dark-log", ASIDE, &diverging(f64::INFINITY), chance, true, Theme::dark());
    curves(
        "loss-huge",
        ASIDE,
        &history([(0, 1.0, None), (1, 1e10, None), (2, 1e30, None)]),
        chance,
        false,
        Theme::light(),
    );
    curves(
        "loss-huge-log",
        ASIDE,
        &history([(0, 1.0, None), (1, 1e10, None), (2, 1e30, None)]),
        chance,
        true,
        Theme::light(),
    );
    curves("loss-one-point", ASIDE, &history([(0, 0.71, Some(0.73))]), chance, false, Theme::light());
    curves("loss-never-finite", ASIDE, &history([(0, f64::NAN, Some(f64::NAN))]), f64::NAN, false, Theme::light());
    curves("loss-empty", ASIDE, &History::every(1), chance, false, Theme::light());
}

#[test]
fn losses_of_several_runs() {
    let diverging = history([(0, 0.7, None), (40, 3.0, None), (80, 90.0, None), (90, f64::NAN, None)]);
    let [learning, stalled] = [learning(), stalled()];
    let draw = |name: &str, lanes: &[(&str, &History)], size: (u32, u32), theme: Theme| {
        check(name, &svg(size, |area| lanes::draw(area, lanes, &theme.for_svg()).expect("it draws")));
    };
    let four = [("A", &learning), ("B", &stalled), ("C", &diverging), ("D", &stalled)];
    draw("lanes", &four, WIDE, Theme::light());
    draw("lanes-phone-dark", &four[..2], PHONE, Theme::dark());
    draw("lanes-projector", &four, WIDE, Theme::light().projector());
    draw("lanes-start", &[("A", &history([(0, 0.7, None)])), ("B", &history([(0, 0.7, None)]))], ASIDE, Theme::light());
    draw("lanes-tiny", &four, (30, 20), Theme::light());
    draw("lanes-none", &[], ASIDE, Theme::light());
    draw("lanes-never-finite", &[("A", &history([(0, f64::NAN, None)]))], ASIDE, Theme::light());
}

fn picture(name: &str, size: (u32, u32), learned: &Learned, theme: Theme) {
    let theme = theme.for_svg();
    check(name, &svg(size, |area| learned::draw(area, learned, &theme).expect("it draws")));
}

#[test]
fn planes() {
    picture("learned-plane", SQUARE, &plane(6.0, false), Theme::light());
    picture("learned-plane-dark", SQUARE, &plane(6.0, false), Theme::dark());
    picture("learned-plane-phone-2x", (652, 640), &plane(30.0, false), Theme::light().scaled(2.0));
    picture("learned-plane-flat", SQUARE, &plane(0.0, false), Theme::light());
    picture("learned-plane-nan", SQUARE, &plane(6.0, true), Theme::light());
    let Learned::Plane { extent, side, cells, points } = plane(6.0, false) else { unreachable!("a plane is a plane") };
    let lost = Learned::Plane { extent, side, cells: vec![f32::NAN; cells.len()], points };
    picture("learned-plane-lost", SQUARE, &lost, Theme::dark());
}

#[test]
fn curves_and_images() {
    picture("learned-curve", SQUARE, &sine(|x| (3.0 * x).sin() * 0.9), Theme::light());
    picture("learned-curve-dark", SQUARE, &sine(|x| 0.2 * x), Theme::dark());
    picture("learned-curve-clipped", SQUARE, &sine(|x| 8.0 * x), Theme::light());
    picture("learned-curve-lost", SQUARE, &sine(|_| f64::NAN), Theme::light());
    picture("learned-images", SQUARE, &digits(12), Theme::light());
    picture("learned-images-dark", SQUARE, &digits(6), Theme::dark());
    picture("learned-images-projector", (420, 380), &digits(5), Theme::light().projector());
    picture("learned-undrawable", SQUARE, &Learned::Undrawable { inputs: 13, outputs: 3 }, Theme::light());
}

/// The colours are stated twice, here and for the page; this is what keeps them one.
#[test]
fn the_style_sheet_has_the_same_colours() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("www/style.css");
    let Ok(sheet) = fs::read_to_string(path) else { return };
    for ((name, light), (_, dark)) in Theme::light().css_colors().into_iter().zip(Theme::dark().css_colors()) {
        let hex = |color: RGBColor| format!("#{:02x}{:02x}{:02x}", color.0, color.1, color.2);
        let declared: Vec<String> = declarations(&sheet, name);
        assert!(declared.len() >= 2, "--{name} is declared for light and for dark");
        assert_eq!(declared[0], hex(light), "--{name} of :root");
        for value in &declared[1..] {
            assert!([hex(dark), hex(light)].contains(value), "--{name} is {value}, neither light nor dark");
        }
        assert!(declared.contains(&hex(dark)), "--{name} of the dark theme");
    }
}

/// The colours that a style sheet declares for a variable, in order.
fn declarations(sheet: &str, name: &str) -> Vec<String> {
    let pattern = format!("--{name}:");
    let value =
        |at: usize| sheet[at + pattern.len()..].split([';', '}']).next().map(|value| value.trim().to_lowercase());
    let colours = sheet.match_indices(&pattern).filter_map(|(at, _)| value(at)).filter(|value| value.starts_with('#'));
    // Style sheets may shorten #ffffff to #fff.
    let whole = |value: String| {
        let digits = value.trim_start_matches('#').to_owned();
        if digits.len() == 3 {
            digits.chars().fold("#".to_owned(), |hex, digit| hex + &digit.to_string().repeat(2))
        } else {
            value
        }
    };
    colours.map(whole).collect()
}

/// Contrast as WCAG 2 defines it.
fn contrast(a: RGBColor, b: RGBColor) -> f64 {
    let luminance = |color: RGBColor| {
        let linear = |channel: u8| {
            let share = f64::from(channel) / 255.0;
            if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(color.0) + 0.7152 * linear(color.1) + 0.0722 * linear(color.2)
    };
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn text_and_bars_stand_out() {
    let themes = [Theme::light(), Theme::dark(), Theme::light().projector(), Theme::dark().projector()];
    for theme in themes {
        for ground in [theme.paper, theme.card, theme.band] {
            for text in [theme.ink, theme.soft, theme.faint, theme.act] {
                assert!(contrast(text, ground) >= 4.5, "{text:?} on {ground:?}");
            }
            for tenth in -130..=50 {
                let color = theme.magnitude_color(f64::from(tenth) / 10.0);
                assert!(contrast(color, ground) >= 3.0, "1e{} on {ground:?}", f64::from(tenth) / 10.0);
            }
        }
        assert!(theme.text >= 12.0);
    }
}

#[test]
fn the_colour_scale_is_total_and_hits_its_stops() {
    let theme = Theme::light();
    for (stop, color) in gradient_lab::charts::theme::STOPS.into_iter().zip(theme.gradient) {
        assert_eq!(theme.magnitude_color(stop), color);
    }
    assert_eq!(theme.magnitude_color(f64::NEG_INFINITY), theme.gradient[0]);
    assert_eq!(theme.magnitude_color(f64::INFINITY), theme.gradient[5]);
    assert_eq!(theme.magnitude_color(f64::NAN), theme.soft);
}

#[test]
fn histograms_of_a_layer() {
    let bell = |index: usize| (900.0 * (-((index as f64 - 25.0) / 6.0).powi(2)).exp()) as u32;
    let linear =
        Histogram { axis: Axis::Linear { limit: 0.5 }, counts: (0..51).map(bell).collect(), zeros: 3, lost: 0 };
    let slope = |index: usize| if (8..30).contains(&index) { (index * index) as u32 } else { 0 };
    let powers = Histogram { axis: Axis::Powers, counts: (0..56).map(slope).collect(), zeros: 100, lost: 0 };
    let empty = Histogram { counts: vec![0; 51], ..linear.clone() };
    let draw = |name: &str, histogram: &Histogram, size: (u32, u32), theme: Theme| {
        check(name, &svg(size, |area| histogram::draw(area, histogram, &theme.for_svg()).expect("it draws")));
    };
    draw("histogram-linear", &linear, ASIDE, Theme::light());
    draw("histogram-linear-dark-projector", &linear, ASIDE, Theme::dark().projector());
    draw("histogram-powers", &powers, ASIDE, Theme::light());
    draw("histogram-powers-wide-dark", &powers, WIDE, Theme::dark());
    draw("histogram-empty", &empty, ASIDE, Theme::light());
    draw("histogram-tiny", &powers, (30, 20), Theme::light());
}
