//! What the network has learned, as [`Learned`].

use super::data::{Data, Samples, class_of};
use super::examples;
use super::learned::{CurvePoint, Image, Learned, PlanePoint};
use super::setup::Setup;
use crate::nn::kernels::formulas::sigmoid;
use crate::nn::{Loss, Matrix, Real, over_time};
use crate::task::{Task, digits};

/// How many images are shown.
const IMAGES: usize = 20;
/// Room around the data, as a factor.
const MARGIN: f64 = 1.1;

/// Runs the network over inputs `[N, I]` and tells the logits of each in turn.
pub type Answer<'a, R> = dyn FnMut(&Matrix<R>, &mut dyn FnMut(&[R])) + 'a;

/// The picture that fits the data; `side` is how fine it is.
pub fn draw<R: Real>(
    setup: &Setup,
    data: &Data<R>,
    side: usize,
    mut answer: impl FnMut(&Matrix<R>, &mut dyn FnMut(&[R])),
) -> Learned {
    let inputs = data.train.inputs.cols();
    let two_classes = data.classes && data.ends.outputs <= 2;
    match inputs {
        _ if setup.task.is_sequence() && data.ends == setup.ends() => {
            over_time(|| examples::of(setup, data, &mut answer))
        }
        _ if setup.task.is_sequence() => Learned::Undrawable { inputs, outputs: data.ends.outputs },
        2 if two_classes => plane(setup.loss, data, side, &mut answer),
        1 if !data.classes && data.ends.outputs == 1 => curve(data, side, &mut answer),
        digits::PIXELS if setup.task == Task::Digits => images(setup.loss, data, &mut answer),
        _ => Learned::Undrawable { inputs, outputs: data.ends.outputs },
    }
}

fn plane<R: Real>(loss: Loss, data: &Data<R>, side: usize, answer: &mut Answer<R>) -> Learned {
    let extent = extent(data);
    // Centres of the cells, rows from the top.
    let place = |index: usize| extent * ((2 * index + 1) as f64 / side as f64 - 1.0);
    let grid = (0..side).flat_map(|row| (0..side).flat_map(move |col| [place(col), -place(row)]));
    let mut cells = Vec::with_capacity(side * side);
    answer(&Matrix::from_rows(2, grid), &mut |logits| cells.push(share_of_class_1(loss, logits) as f32));
    let points = points(data, |samples, row, test| {
        let input = samples.inputs.row(row);
        PlanePoint {
            x: input[0].to_f64() as f32,
            y: input[1].to_f64() as f32,
            class: samples.class(loss, data.ends.outputs, row),
            test,
        }
    });
    Learned::Plane { extent, side, cells, points }
}

fn curve<R: Real>(data: &Data<R>, side: usize, answer: &mut Answer<R>) -> Learned {
    let extent = extent(data);
    let count = 4 * side;
    let line = (0..count).map(|index| extent * (2.0 * index as f64 / (count - 1) as f64 - 1.0));
    let mut answers = Vec::with_capacity(count);
    answer(&Matrix::from_rows(1, line), &mut |logits| answers.push(logits[0].to_f64() as f32));
    let points = points(data, |samples, row, test| {
        let y = samples.targets.answers.row(row)[0].to_f64();
        CurvePoint { x: samples.inputs.row(row)[0].to_f64() as f32, y: y as f32, test }
    });
    Learned::Curve { extent, answers, points }
}

/// The first images of the test set, which is in random order; of the training set if nothing is kept back.
fn images<R: Real>(loss: Loss, data: &Data<R>, answer: &mut Answer<R>) -> Learned {
    let samples = data.test.as_ref().unwrap_or(&data.train);
    let rows: Vec<usize> = (0..samples.rows().min(IMAGES)).collect();
    let mut inputs = Matrix::zeros(0, samples.inputs.cols());
    inputs.gather(&samples.inputs, &rows);
    let mut guesses = Vec::with_capacity(rows.len());
    answer(&inputs, &mut |logits| guesses.push(class_of(logits, 0.0)));
    let image = |(row, guess): (usize, u8)| Image {
        pixels: samples.inputs.row(row).iter().map(|x| x.to_f64() as f32).collect(),
        class: samples.class(loss, data.ends.outputs, row),
        guess,
    };
    Learned::Images { side: digits::SIDE, images: rows.into_iter().zip(guesses).map(image).collect() }
}

/// Training samples, then test samples.
fn points<R: Real, P>(data: &Data<R>, point: impl Fn(&Samples<R>, usize, bool) -> P) -> Vec<P> {
    let sets = [(Some(&data.train), false), (data.test.as_ref(), true)];
    let sets = sets.into_iter().filter_map(|(samples, test)| Some((samples?, test)));
    sets.flat_map(|(samples, test)| (0..samples.rows()).map(move |row| (samples, row, test)))
        .map(|(samples, row, test)| point(samples, row, test))
        .collect()
}

/// How far from 0 the picture reaches.
fn extent<R: Real>(data: &Data<R>) -> f64 {
    let inputs = |samples: &Samples<R>| samples.inputs.data().iter().map(|x| x.to_f64().abs()).fold(0.0, f64::max);
    let largest = inputs(&data.train).max(data.test.as_ref().map_or(0.0, inputs));
    if largest > 0.0 { largest * MARGIN } else { 1.0 }
}

/// How much of the answer says class 1, 0 to 1: a probability, or for squares the place between the targets -1 and 1.
fn share_of_class_1<R: Real>(loss: Loss, logits: &[R]) -> f64 {
    let first = logits[0].to_f64();
    match (loss, logits.get(1)) {
        (Loss::Mse, _) => (first.clamp(-1.0, 1.0) + 1.0) / 2.0,
        (Loss::BceWithLogits | Loss::SoftmaxCrossEntropy, None) => sigmoid(first),
        (Loss::BceWithLogits | Loss::SoftmaxCrossEntropy, Some(second)) => sigmoid(second.to_f64() - first),
    }
}
