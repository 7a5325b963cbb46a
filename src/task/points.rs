//! The data that are drawn from a seed: points of two classes in the plane, a sine, and sequences.

use std::f64::consts::{LN_2, PI};

use super::{Answers, Dataset, Task, sequences};
use crate::nn::{Rng, over_time};

/// `samples` samples of `task`, classes in turn, with normal noise of deviation `noise`; `lag` is how far sequences have
/// to remember. What is not drawn but read from a file is not here.
pub fn draw(task: Task, samples: usize, noise: f64, lag: usize, rng: &mut Rng) -> Dataset {
    match task {
        Task::Circles => plane(samples, noise, rng, |class, rng| {
            let (sin, cos) = libm::sincos(2.0 * PI * rng.unit());
            let radius = if class == 0 { 0.5 } else { 1.0 };
            ([radius * cos, radius * sin], class)
        }),
        Task::Xor => plane(samples, noise, rng, |_, rng| {
            let point = [rng.symmetric(1.0), rng.symmetric(1.0)];
            (point, u8::from(point[0] * point[1] > 0.0))
        }),
        Task::Gaussians => plane(samples, noise, rng, |class, rng| {
            let centre = if class == 0 { -0.5 } else { 0.5 };
            ([centre + 0.2 * rng.normal(), centre + 0.2 * rng.normal()], class)
        }),
        Task::Spiral => plane(samples, noise, rng, |class, rng| {
            let radius = rng.unit();
            let (sin, cos) = libm::sincos(3.5 * PI * radius + PI * f64::from(class));
            ([radius * sin, radius * cos], class)
        }),
        Task::Moons => plane(samples, noise, rng, |class, rng| {
            let (sin, cos) = libm::sincos(PI * rng.unit());
            let (x, y) = if class == 0 { (cos, sin) } else { (1.0 - cos, 0.5 - sin) };
            ([(x - 0.5) / 1.5, (y - 0.25) / 1.5], class)
        }),
        Task::Disc => plane(samples, noise, rng, |_, rng| {
            let point = [rng.normal(), rng.normal()];
            (point, u8::from(point[0] * point[0] + point[1] * point[1] > 2.0 * LN_2))
        }),
        Task::Sine => {
            let inputs: Vec<f64> = (0..samples).map(|_| rng.symmetric(1.0)).collect();
            let values = inputs.iter().map(|x| libm::sin(2.0 * PI * x) + noise * rng.normal()).collect();
            Dataset::of_points(1, inputs, Answers::Values(values))
        }
        Task::Recall => over_time(|| sequences::recall(samples, noise, lag, rng)),
        Task::Adding => over_time(|| sequences::adding(samples, noise, lag, rng)),
        Task::Copy => over_time(|| sequences::copy(samples, noise, lag, rng)),
        Task::Parity => over_time(|| sequences::parity(samples, noise, lag, rng)),
        Task::Digits | Task::Text => Dataset::of_points(task.inputs(), Vec::new(), Answers::Values(Vec::new())),
    }
}

/// Points of two classes: `point` is told whose turn it is, and says where the point lies and what it then is.
fn plane(samples: usize, noise: f64, rng: &mut Rng, point: impl Fn(u8, &mut Rng) -> ([f64; 2], u8)) -> Dataset {
    let mut inputs = Vec::with_capacity(2 * samples);
    let mut labels = Vec::with_capacity(samples);
    for index in 0..samples {
        let (place, class) = point((index % 2) as u8, rng);
        inputs.extend(place.map(|coordinate| coordinate + noise * rng.normal()));
        labels.push(class);
    }
    Dataset::of_points(2, inputs, Answers::Classes { labels, count: 2 })
}

#[cfg(test)]
mod tests {
    use strum::VariantArray;

    use super::*;
    use crate::nn::rng::Purpose;

    fn plain(task: Task, samples: usize) -> Dataset {
        draw(task, samples, 0.0, 1, &mut Rng::new(9, Purpose::Data))
    }

    #[test]
    fn every_drawn_task_has_both_classes_in_about_equal_numbers() {
        for &task in Task::VARIANTS.iter().filter(|task| task.file().is_none() && !task.is_sequence()) {
            let data = plain(task, 1000);
            assert_eq!((data.len(), data.dimension, data.steps, data.items), (1000, task.inputs(), 1, 1));
            assert_eq!(data.inputs.len(), 1000 * data.dimension);
            if let Answers::Classes { labels, count } = &data.answers {
                let ones = labels.iter().filter(|&&label| label == 1).count();
                assert_eq!(*count, task.classes());
                assert!((400..=600).contains(&ones), "{task:?}: {ones} of 1000");
            }
        }
    }

    #[test]
    fn circles_lie_on_their_radii_and_noise_moves_them() {
        let data = plain(Task::Circles, 100);
        let Answers::Classes { labels, .. } = &data.answers else { panic!("circles have classes") };
        for (point, &label) in data.inputs.chunks(2).zip(labels) {
            let expected = if label == 0 { 0.5 } else { 1.0 };
            assert!((point[0].hypot(point[1]) - expected).abs() < 1e-12);
        }
        let noisy = draw(Task::Circles, 100, 0.1, 1, &mut Rng::new(9, Purpose::Data));
        assert_ne!(noisy.inputs, data.inputs);
    }
}
