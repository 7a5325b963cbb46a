//! Whatever the data, the size and the theme: a chart draws something and never panics.

use gradient_lab::charts::attention::Samples;
use gradient_lab::charts::gradients::{Ghost, Measure, Norm, Pinned};
use gradient_lab::charts::{Theme, attention, course, gradients, histogram, lanes, learned, loss};
use gradient_lab::lab::distributions::{Axis, Histogram};
use gradient_lab::lab::learned::{CurvePoint, Image, Learned, PlanePoint};
use gradient_lab::lab::over_time::{Attention, Course};
use gradient_lab::lab::snapshot::{Magnitude, State};
use proptest::prelude::*;

use super::data::{history, snapshot, theory};
use super::svg;

fn any_state() -> impl Strategy<Value = State> {
    prop::sample::select(vec![State::Normal, State::Zero, State::Underflow, State::Infinite, State::Nan])
}

fn any_magnitude() -> impl Strategy<Value = Magnitude> {
    let usual = (-50.0..50.0).prop_map(|log10: f64| 10_f64.powf(log10));
    let number = prop_oneof![3 => usual, 1 => any::<f64>()];
    (number, any::<f64>(), any_state()).prop_map(|(l2, rms, state)| Magnitude { l2, rms, state })
}

fn any_size() -> impl Strategy<Value = (u32, u32)> {
    prop_oneof![(0..30_u32, 0..30_u32), (0..900_u32, 0..500_u32)]
}

fn any_theme() -> impl Strategy<Value = Theme> {
    (prop::sample::select(vec![0.5, 1.0, 1.5, 2.0, 3.0]), any::<bool>(), any::<bool>()).prop_map(
        |(ratio, dark, projector)| {
            let theme = if dark { Theme::dark() } else { Theme::light() };
            let theme = if projector { theme.projector() } else { theme };
            theme.scaled(ratio)
        },
    )
}

fn any_learned() -> impl Strategy<Value = Learned> {
    let share = || prop_oneof![0.0..1.0_f32, any::<f32>()];
    let plane_point = (any::<f32>(), -2.0..2.0_f32, any::<u8>(), any::<bool>())
        .prop_map(|(x, y, class, test)| PlanePoint { x, y, class, test });
    let curve_point = (-2.0..2.0_f32, any::<f32>(), any::<bool>()).prop_map(|(x, y, test)| CurvePoint { x, y, test });
    let image = (prop::collection::vec(share(), 0..80), any::<u8>(), any::<u8>())
        .prop_map(|(pixels, class, guess)| Image { pixels, class, guess });
    let side = || prop_oneof![4 => 0..12_usize, 1 => any::<usize>()];
    prop_oneof![
        (
            any::<f64>(),
            0..9_usize,
            prop::collection::vec(plane_point, 0..9),
            any::<bool>(),
            prop::collection::vec(share(), 81)
        )
            .prop_map(|(extent, side, points, short, cells)| Learned::Plane {
                extent,
                side,
                cells: cells[..side * side - usize::from(short && side > 0)].to_vec(),
                points,
            }),
        (any::<f64>(), prop::collection::vec(any::<f32>(), 0..9), prop::collection::vec(curve_point, 0..9))
            .prop_map(|(extent, answers, points)| Learned::Curve { extent, answers, points }),
        (side(), prop::collection::vec(image, 0..30)).prop_map(|(side, images)| Learned::Images { side, images }),
        (any::<usize>(), any::<usize>()).prop_map(|(inputs, outputs)| Learned::Undrawable { inputs, outputs }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_gradients_break_the_chart(
        gradients in prop::collection::vec(any_magnitude(), 0..40),
        other in prop::collection::vec(any_magnitude(), 0..40),
        (measure, norm) in prop::sample::select(vec![(Measure::Weights, Norm::L2), (Measure::Signal, Norm::Rms)]),
        selected in prop::option::of(0..50_usize),
        others in 0..5_usize,
        (expected, linear) in (prop::option::of((0..45_usize, any::<f64>())), any::<bool>()),
        size in any_size(),
        theme in any_theme(),
        x in any::<i32>(),
    ) {
        let expected = expected.map(|(hidden, factor)| theory(hidden, factor));
        let (snapshot, other) = (snapshot(gradients), snapshot(other));
        let ghost = selected.map(|_| Ghost { snapshot: &other, label: "pinned" });
        let pinned = vec![Pinned { name: "B".to_owned(), snapshot: other.clone() }; others];
        let theory = expected.as_ref();
        let options = gradients::Options { measure, norm, selected, ghost, theory, pinned: &pinned, sharing: &[&other], linear };
        svg(size, |area| gradients::draw(area, &snapshot, &options, &theme).expect("it draws"));
        gradients::layer_at(x, size, &snapshot, &options, &theme);
    }

    #[test]
    fn no_history_breaks_the_chart(
        points in prop::collection::vec((any::<u64>(), any::<f64>(), prop::option::of(any::<f64>())), 0..40),
        chance in any::<f64>(),
        (log, at) in (any::<bool>(), prop::option::of(any::<u64>())),
        size in any_size(),
        theme in any_theme(),
    ) {
        let history = history(points);
        svg(size, |area| loss::draw(area, &history, chance, &loss::Options { log, at }, &theme).expect("it draws"));
    }

    #[test]
    fn no_lanes_break_the_chart(
        runs in prop::collection::vec(prop::collection::vec((any::<u64>(), any::<f64>()), 0..20), 0..6),
        size in any_size(),
        theme in any_theme(),
    ) {
        let runs: Vec<_> = runs.into_iter().map(|run| history(run.into_iter().map(|(step, loss)| (step, loss, None)))).collect();
        let lanes: Vec<_> = ["A", "B", "C", "D", "E", "F"].into_iter().zip(&runs).collect();
        svg(size, |area| lanes::draw(area, &lanes, &theme).expect("it draws"));
    }

    #[test]
    fn nothing_learned_breaks_the_chart(learned in any_learned(), size in any_size(), theme in any_theme()) {
        svg(size, |area| learned::draw(area, &learned, &theme).expect("it draws"));
    }

    #[test]
    fn nothing_over_time_breaks_the_charts(
        numbers in prop::collection::vec(any::<f64>(), 0..200),
        steps in 0..30_usize,
        size in any_size(),
        theme in any_theme(),
    ) {
        let course = Course { name: String::new(), mean: numbers.clone(), low: numbers.clone(), high: numbers.clone() };
        svg(size, |area| course::draw(area, &course, &theme).expect("it draws"));
        let rows = numbers.len() / steps.max(1);
        let weights = numbers[..rows * steps].to_vec();
        let attention = Attention { steps, first: steps.saturating_sub(rows), mean: weights.clone(), sample: weights };
        svg(size, |area| attention::draw(area, &attention, Samples::All, &theme).expect("it draws"));
    }

    #[test]
    fn no_histogram_breaks_the_chart(
        counts in prop::collection::vec(any::<u32>(), 0..60),
        axis in prop_oneof![any::<f64>().prop_map(|limit| Axis::Linear { limit }), Just(Axis::Powers)],
        size in any_size(),
        theme in any_theme(),
    ) {
        let counted = Histogram { axis, counts, zeros: 1, lost: 1 };
        svg(size, |area| histogram::draw(area, &counted, &theme).expect("it draws"));
    }
}
