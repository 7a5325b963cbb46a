//! What happens over time: gates and attention.

use gradient_lab::charts::attention::Samples;
use gradient_lab::charts::{Theme, attention, course};
use gradient_lab::lab::over_time::{Attention, Course};

use super::{ASIDE, check, svg};

#[test]
fn a_gate_over_time() {
    let course = |means: &[f64], spread: f64| Course {
        name: "forget".to_owned(),
        mean: means.to_vec(),
        low: means.iter().map(|mean| mean - spread).collect(),
        high: means.iter().map(|mean| mean + spread).collect(),
    };
    let draw = |name: &str, course: &Course, size: (u32, u32), theme: Theme| {
        check(name, &svg(size, |area| course::draw(area, course, &theme.for_svg()).expect("it draws")));
    };
    let wave: Vec<f64> = (0..40).map(|step| 0.5 + 0.3 * (f64::from(step) / 9.0).sin()).collect();
    draw("course", &course(&wave, 0.15), (320, 170), Theme::light());
    draw("course-dark-projector", &course(&wave, 0.15), (320, 170), Theme::dark().projector());
    draw("course-above-1", &course(&[0.9, 1.1, f64::NAN, 1.2], 0.2), ASIDE, Theme::light());
    draw("course-one-step", &course(&[0.3], 0.1), ASIDE, Theme::light());
    draw("course-none", &course(&[], 0.1), ASIDE, Theme::light());
}

#[test]
fn where_time_steps_look() {
    // Each step looks at the one before, less at those further back, and at none that comes later.
    let of = |steps: usize, first: usize| {
        let weights = (first..steps).flat_map(|query| {
            let total: f64 = (0..=query).map(|back| 0.6_f64.powi(back as i32)).sum();
            (0..steps).map(move |key| if key > query { 0.0 } else { 0.6_f64.powi((query - key) as i32) / total })
        });
        let mean: Vec<f64> = weights.collect();
        let mut sample = vec![0.0; mean.len()];
        (0..steps - first).for_each(|row| sample[row * steps] = 1.0);
        Attention { steps, first, mean, sample }
    };
    let draw = |name: &str, attention: &Attention, samples: Samples, size: (u32, u32), theme: Theme| {
        check(name, &svg(size, |area| attention::draw(area, attention, samples, &theme.for_svg()).expect("it draws")));
    };
    draw("attention", &of(12, 0), Samples::All, (320, 220), Theme::light());
    draw("attention-sample-dark", &of(12, 0), Samples::First, (320, 220), Theme::dark());
    draw("attention-many-steps", &of(400, 0), Samples::All, (320, 220), Theme::light());
    draw("attention-at-the-end", &of(12, 11), Samples::All, (320, 170), Theme::light());
    draw("attention-at-the-end-many-steps", &of(400, 399), Samples::All, (320, 170), Theme::dark().projector());
    let lost =
        Attention { steps: 3, first: 1, mean: vec![0.5, 0.5, 0.0, f64::NAN, f64::NAN, f64::NAN], sample: vec![] };
    draw("attention-nan", &lost, Samples::All, ASIDE, Theme::light());
    draw("attention-none", &lost, Samples::First, ASIDE, Theme::light());
}
