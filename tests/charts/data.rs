//! Drawing-test data: made up to look like runs. Nothing in it was measured.

use gradient_lab::lab::history::{History, Point};
use gradient_lab::lab::learned::{CurvePoint, Image, Learned, PlanePoint};
use gradient_lab::lab::snapshot::{ClipNorms, LayerSnapshot, Losses, Magnitude, Moments, Ratios, Snapshot, State, Way};
use gradient_lab::lab::theory::{LayerTheory, Theory};
use gradient_lab::nn::Precision;

pub fn magnitude(l2: f64, state: State) -> Magnitude {
    Magnitude { l2, rms: l2 / 32.0, state }
}

pub fn layer(name: String, gradient: Magnitude) -> LayerSnapshot {
    LayerSnapshot {
        name,
        inputs: 32,
        outputs: 32,
        frozen: false,
        weight_gradient: gradient,
        signal_gradient: Magnitude { l2: gradient.l2 * 0.5, rms: gradient.rms * 0.5, ..gradient },
        split: None,
        activation: Moments { mean: 0.5, deviation: 0.1 },
        saturated: Some(0.0),
        dead: Some(0.0),
        weight_rms: 0.18,
        update_ratio: Some(1e-3),
        distance: Some(0.0),
    }
}

/// A snapshot with these gradients, the last of them the head's.
pub fn snapshot(gradients: Vec<Magnitude>) -> Snapshot {
    let last = gradients.len().saturating_sub(1);
    let name = |index: usize| if index == last { "head".to_owned() } else { format!("block{}", index + 1) };
    Snapshot {
        rate: 0.1,
        clip: ClipNorms { before: 1.0, after: 1.0 },
        step: 1240,
        epoch: 12,
        precision: Precision::F32,
        parameters: 20_000,
        loss: Losses { batch: 0.69, train: 0.69, test: None, chance: 0.693 },
        accuracy: None,
        layers: gradients.into_iter().enumerate().map(|(index, gradient)| layer(name(index), gradient)).collect(),
        first_to_last: Ratios { weights: None, signal: None },
        updates: Vec::new(),
        way: Way::Chain,
        cut: 0,
        divergence: None,
    }
}

pub fn normal(l2: f64) -> Magnitude {
    magnitude(l2, State::Normal)
}

/// `hidden` layers whose gradients change by `factor` a layer on the way back, with some unrest.
pub fn run(hidden: usize, factor: f64, last: f64) -> Vec<Magnitude> {
    let unrest = |index: usize| 1.0 + 0.25 * (index as f64 * 5.0).sin();
    let hidden = (0..hidden).map(|index| normal(last * factor.powi((hidden - 1 - index) as i32) * unrest(index)));
    hidden.chain([normal(0.35)]).collect()
}

/// What a theory would say that has this factor in each layer.
pub fn theory(hidden: usize, factor: f64) -> Theory {
    let layer = |index: usize| {
        let ratio = factor.powi(hidden as i32 - 1 - index as i32);
        LayerTheory {
            inputs: 32,
            outputs: 32,
            q: 1.0,
            chi: factor * factor,
            signal: ratio,
            weights: ratio,
            signal_spread: None,
            weights_spread: None,
        }
    };
    Theory {
        layers: (0..=hidden).map(layer).collect(),
        factor: Some(factor),
        factor_of_infinite_width: Some(factor),
        spread: None,
        limit: None,
        critical: None,
    }
}

pub fn set(mut gradients: Vec<Magnitude>, which: std::ops::Range<usize>, to: Magnitude) -> Vec<Magnitude> {
    gradients[which].fill(to);
    gradients
}

pub const ZERO: Magnitude = Magnitude { l2: 0.0, rms: 0.0, state: State::Zero };
pub const LOST: Magnitude = Magnitude { l2: 1e-40, rms: 0.0, state: State::Underflow };
pub const ENDLESS: Magnitude = Magnitude { l2: f64::INFINITY, rms: f64::INFINITY, state: State::Infinite };
pub const NAN: Magnitude = Magnitude { l2: f64::NAN, rms: f64::NAN, state: State::Nan };

pub fn history(points: impl IntoIterator<Item = (u64, f64, Option<f64>)>) -> History {
    let point = |(step, train, test)| Point { step, train, test };
    History { stride: 1, points: points.into_iter().map(point).collect() }
}

pub fn learning() -> History {
    history((0..120_u32).map(|index| {
        let time = f64::from(index);
        let train = 0.72 * (-time / 30.0).exp() + 0.02 + 0.01 * (time * 0.9).sin() * (-time / 60.0).exp();
        (u64::from(index * 10), train, Some(train + 0.10 * (1.0 - (-time / 50.0).exp())))
    }))
}

pub fn stalled() -> History {
    history((0..120_u32).map(|index| (u64::from(index * 10), 0.693 + 0.004 * (f64::from(index) * 0.9).sin(), None)))
}

/// Two rings of points, and a field that tells them apart as sharply as asked.
pub fn plane(sharpness: f64, broken: bool) -> Learned {
    let side = 24;
    let at = |index: usize| (index as f64 + 0.5) / side as f64 * 3.0 - 1.5;
    let cell = |index: usize| {
        let (x, y) = (at(index % side), -at(index / side));
        if broken && x > 0.4 && y > 0.4 {
            return f32::NAN;
        }
        (1.0 / (1.0 + (sharpness * (x * x + 0.8 * y * y + 0.2 * x - 0.5)).exp())) as f32
    };
    let dot = |index: u32| {
        let (radius, angle) = (if index % 2 == 1 { 0.4 } else { 1.05 }, f64::from(index) * 2.4);
        let unrest = 0.07 * (f64::from(index) * 7.0).sin();
        PlanePoint {
            x: (angle.cos() * (radius + unrest)) as f32,
            y: (angle.sin() * (radius + unrest)) as f32,
            class: u8::from(index % 2 == 1),
            test: index.is_multiple_of(5),
        }
    };
    Learned::Plane {
        extent: 1.5,
        side,
        cells: (0..side * side).map(cell).collect(),
        points: (0..44).map(dot).collect(),
    }
}

pub fn sine(answer: impl Fn(f64) -> f64) -> Learned {
    let dot = |index: u32| {
        let x = f64::from(index) / 40.0 * 2.0 - 1.0;
        CurvePoint { x: x as f32, y: ((3.0 * x).sin() + 0.08 * (x * 40.0).sin()) as f32, test: index.is_multiple_of(5) }
    };
    let answers = (0..101).map(|index| answer(f64::from(index) / 50.0 - 1.0) as f32).collect();
    Learned::Curve { extent: 1.0, answers, points: (0..41).map(dot).collect() }
}

/// Rough digits, drawn by a rule: a ring for 0, a stroke for 1, both for 9.
pub fn digits(count: u8) -> Learned {
    let pixel = |class: u8, index: usize| {
        let (x, y) = ((index % 8) as f32 - 3.5, (index / 8) as f32 - 3.5);
        let ring = 1.0 - ((x * x + y * y * 0.6).sqrt() - 2.2).abs();
        let stroke = 1.2 - x.abs();
        match class % 3 {
            0 => ring.clamp(0.0, 1.0),
            1 => stroke.clamp(0.0, 1.0),
            _ => ring.max(stroke).clamp(0.0, 1.0),
        }
    };
    let image = |index: u8| Image {
        pixels: (0..64).map(|pixel_index| pixel(index, pixel_index)).collect(),
        class: [0, 1, 9][usize::from(index % 3)],
        guess: if index.is_multiple_of(7) { 4 } else { [0, 1, 9][usize::from(index % 3)] },
    };
    Learned::Images { side: 8, images: (0..count).map(image).collect() }
}
