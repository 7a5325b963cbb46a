//! Run -> JSON.

use serde::Serialize;
use serde_json::{Map, Value};

use super::tensor::{ClassTensor, Named, Number, Tensor};
use super::{FORMAT, VERSION, config, tensor_name};
use crate::lab::Experiment;
use crate::lab::data::Samples;
use crate::lab::parameters::{PARAMETERS, Value as Field};
use crate::lab::{Setup, stats};
use crate::nn::{Linear, Matrix, Real, Targets};

#[derive(Serialize)]
struct RunFile<'a, R: Real> {
    format: &'static str,
    version: u64,
    setup: Value,
    config: Value,
    step: u64,
    parameters: Named<Tensor<'a, R>>,
    batch: Batch<'a, R>,
    #[serde(skip_serializing_if = "Option::is_none")]
    batches: Option<Vec<Batch<'a, R>>>,
    measured: Measured<'a, R>,
}

#[derive(Serialize)]
struct Batch<'a, R: Real> {
    inputs: Tensor<'a, R>,
    targets: TargetTensor<'a, R>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum TargetTensor<'a, R: Real> {
    Values(Tensor<'a, R>),
    Classes(ClassTensor<'a>),
}

#[derive(Serialize)]
struct Measured<'a, R: Real> {
    loss: Number<f64>,
    logits: Tensor<'a, R>,
    gradients: Named<Tensor<'a, R>>,
    gradient_norms: Named<Number<f64>>,
    layer_gradient_norms: Named<Number<f64>>,
    weight_gradient_norms: Named<Number<f64>>,
    global_gradient_norm: Number<f64>,
    activations: Named<Tensor<'a, R>>,
    activation_gradients: Named<Tensor<'a, R>>,
    activation_gradient_norms: Named<Number<f64>>,
    clipped_gradients: Named<Tensor<'a, R>>,
    updated_parameters: Named<Tensor<'a, R>>,
    updated_optimizer_state: OptimizerState,
}

/// Plain gradient descent keeps nothing for a parameter.
#[derive(Serialize)]
struct OptimizerState {
    step: u64,
    parameters: Named<()>,
}

/// The run file of a run at its present step.
pub fn write<R: Real>(run: &Experiment<R>) -> String {
    let layers = &run.network.layers;
    let gradients = &run.gradients.layers;
    let mut updated = run.network.clone();
    updated.update(&run.gradients, run.optimizer);
    let input_gradient = run.network.input_gradient(&run.gradients);
    let activation_gradients = taps(&input_gradient, &run.gradients.pre, &run.gradients.post);
    let file = RunFile {
        format: FORMAT,
        version: VERSION,
        setup: setup_value(&run.setup),
        config: config::of(&run.setup),
        step: run.step,
        parameters: parameters(layers),
        batch: batch(&run.batch),
        batches: run.own_batches.as_ref().map(|batches| batches.iter().map(batch).collect()),
        measured: Measured {
            loss: Number(run.batch_loss),
            logits: Tensor::matrix(run.trace.logits()),
            gradients: parameters(gradients),
            gradient_norms: gradient_norms(gradients),
            layer_gradient_norms: layer_norms(gradients, layer_norm),
            weight_gradient_norms: layer_norms(gradients, |layer| stats::norm(layer.weight.data())),
            global_gradient_norm: Number(stats::norm(&gradients.iter().map(layer_norm).collect::<Vec<_>>())),
            activations: as_tensors(&taps(&run.batch.inputs, &run.trace.pre, &run.trace.post)),
            activation_gradient_norms: norms(&activation_gradients),
            activation_gradients: as_tensors(&activation_gradients),
            clipped_gradients: parameters(gradients),
            updated_parameters: parameters(&updated.layers),
            updated_optimizer_state: OptimizerState { step: run.step + 1, parameters: Named(Vec::new()) },
        },
    };
    // Maps with string keys and numbers: there is nothing here that JSON cannot hold.
    serde_json::to_string(&file).unwrap_or_default()
}

/// A Setup as JSON, field by field, in the terms of a link.
pub fn setup_value(setup: &Setup) -> Value {
    let field = |value: Field| match value {
        Field::Choice(id) => Value::from(id),
        Field::Integer(number) => Value::from(number),
        Field::Number(number) => Value::from(number),
    };
    let fields = PARAMETERS.iter().map(|parameter| (parameter.key.to_owned(), field((parameter.get)(setup))));
    Value::Object(fields.collect::<Map<_, _>>())
}

fn batch<R: Real>(samples: &Samples<R>) -> Batch<'_, R> {
    let targets = match &samples.targets {
        Targets::Values(values) => TargetTensor::Values(Tensor::matrix(values)),
        Targets::Classes(classes) => TargetTensor::Classes(ClassTensor(classes)),
    };
    Batch { inputs: Tensor::matrix(&samples.inputs), targets }
}

fn parameters<R: Real>(layers: &[Linear<R>]) -> Named<Tensor<'_, R>> {
    let tensors = |(index, layer)| {
        let layer: &Linear<R> = layer;
        let name = tensor_name(index, layers.len());
        [
            (format!("{name}.weight"), Tensor::matrix(&layer.weight)),
            (format!("{name}.bias"), Tensor::vector(&layer.bias)),
        ]
    };
    Named(layers.iter().enumerate().flat_map(tensors).collect())
}

fn gradient_norms<R: Real>(layers: &[Linear<R>]) -> Named<Number<f64>> {
    let both = |(index, layer)| {
        let layer: &Linear<R> = layer;
        let name = tensor_name(index, layers.len());
        [
            (format!("{name}.weight"), Number(stats::norm(layer.weight.data()))),
            (format!("{name}.bias"), Number(stats::norm(&layer.bias))),
        ]
    };
    Named(layers.iter().enumerate().flat_map(both).collect())
}

/// One number for each of `block1` .. `blockL`, `head`.
fn layer_norms<R: Real>(layers: &[Linear<R>], norm: impl Fn(&Linear<R>) -> f64) -> Named<Number<f64>> {
    let name = |index| if index + 1 == layers.len() { "head".to_owned() } else { format!("block{}", index + 1) };
    Named(layers.iter().enumerate().map(|(index, layer)| (name(index), Number(norm(layer)))).collect())
}

/// The norm of weights and biases together.
fn layer_norm<R: Real>(layer: &Linear<R>) -> f64 {
    stats::norm(&[stats::norm(layer.weight.data()), stats::norm(&layer.bias)])
}

/// What flows through the network, named: the value after each operation, and of each block.
fn taps<'a, R>(input: &'a Matrix<R>, pre: &'a [Matrix<R>], post: &'a [Matrix<R>]) -> Vec<(String, &'a Matrix<R>)> {
    let blocks = pre.iter().zip(post).zip(1..).flat_map(|((pre, post), block)| {
        [(format!("block{block}.linear0"), pre), (format!("block{block}.act0"), post), (format!("block{block}"), post)]
    });
    let logits = pre.last().map(|logits| ("logits".to_owned(), logits));
    [("input".to_owned(), input)].into_iter().chain(blocks).chain(logits).collect()
}

fn as_tensors<'a, R: Real>(taps: &[(String, &'a Matrix<R>)]) -> Named<Tensor<'a, R>> {
    Named(taps.iter().map(|(name, matrix)| (name.clone(), Tensor::matrix(matrix))).collect())
}

fn norms<R: Real>(taps: &[(String, &Matrix<R>)]) -> Named<Number<f64>> {
    Named(taps.iter().map(|(name, matrix)| (name.clone(), Number(stats::norm(matrix.data())))).collect())
}
