//! Run -> JSON.

use serde::Serialize;
use serde_json::{Map, Value};

use super::tensor::{ClassTensor, Named, Number, Tensor, to_text};
use super::{FORMAT, VERSION, config, tensor_name};
use crate::lab::Experiment;
use crate::lab::data::Samples;
use crate::lab::parameters::{PARAMETERS, Value as Field};
use crate::lab::{Setup, stats};
use crate::nn::{Linear, Matrix, Real, Targets};

#[derive(Serialize)]
struct RunFile {
    format: &'static str,
    version: u64,
    setup: Value,
    config: Value,
    step: u64,
    parameters: Named<Tensor>,
    batch: Batch,
    #[serde(skip_serializing_if = "Option::is_none")]
    batches: Option<Vec<Batch>>,
    measured: Measured,
}

#[derive(Serialize)]
struct Batch {
    inputs: Tensor,
    targets: TargetTensor,
}

#[derive(Serialize)]
#[serde(untagged)]
enum TargetTensor {
    Values(Tensor),
    Classes(ClassTensor),
}

#[derive(Serialize)]
struct Measured {
    loss: Number,
    logits: Tensor,
    gradients: Named<Tensor>,
    gradient_norms: Named<Number>,
    layer_gradient_norms: Named<Number>,
    weight_gradient_norms: Named<Number>,
    global_gradient_norm: Number,
    activations: Named<Tensor>,
    activation_gradients: Named<Tensor>,
    activation_gradient_norms: Named<Number>,
    clipped_gradients: Named<Tensor>,
    updated_parameters: Named<Tensor>,
    updated_optimizer_state: OptimizerState,
}

/// Plain gradient descent keeps nothing for a parameter.
#[derive(Serialize)]
struct OptimizerState {
    step: u64,
    parameters: Named<Number>,
}

/// The run file of a run at its present step.
pub fn write<R: Real>(run: &Experiment<R>) -> String {
    to_text(&record(run))
}

fn record<R: Real>(run: &Experiment<R>) -> RunFile {
    let gradients = &run.gradients.layers;
    let mut updated = run.network.clone();
    updated.update(&run.gradients, run.optimizer);
    let input_gradient = run.network.input_gradient(&run.gradients);
    let activation_gradients = taps(&input_gradient, &run.gradients.pre, &run.gradients.post);
    let activation_gradient_norms = norms(&activation_gradients);
    let layer_norms: Vec<f64> = gradients.iter().map(layer_norm).collect();
    RunFile {
        format: FORMAT,
        version: VERSION,
        setup: setup_value(&run.setup),
        config: config::of(&run.setup),
        step: run.step,
        parameters: parameters(&run.network.layers),
        batch: batch(&run.batch),
        batches: run.own_batches.as_ref().map(|batches| batches.iter().map(batch).collect()),
        measured: Measured {
            loss: Number::wide(run.batch_loss),
            logits: Tensor::matrix(run.trace.logits()),
            gradients: parameters(gradients),
            gradient_norms: norms(&parameters(gradients)),
            global_gradient_norm: Number::wide(stats::norm(&layer_norms)),
            layer_gradient_norms: by_layer(&layer_norms),
            weight_gradient_norms: by_layer(&weight_norms(gradients)),
            activations: taps(&run.batch.inputs, &run.trace.pre, &run.trace.post),
            activation_gradients,
            activation_gradient_norms,
            clipped_gradients: parameters(gradients),
            updated_parameters: parameters(&updated.layers),
            updated_optimizer_state: OptimizerState { step: run.step + 1, parameters: Named(Vec::new()) },
        },
    }
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

fn batch<R: Real>(samples: &Samples<R>) -> Batch {
    let targets = match &samples.targets {
        Targets::Values(values) => TargetTensor::Values(Tensor::matrix(values)),
        Targets::Classes(classes) => TargetTensor::Classes(ClassTensor(classes.clone())),
    };
    Batch { inputs: Tensor::matrix(&samples.inputs), targets }
}

fn parameters<R: Real>(layers: &[Linear<R>]) -> Named<Tensor> {
    let mut tensors = Vec::with_capacity(2 * layers.len());
    for (index, layer) in layers.iter().enumerate() {
        let name = tensor_name(index, layers.len());
        tensors.push((format!("{name}.weight"), Tensor::matrix(&layer.weight)));
        tensors.push((format!("{name}.bias"), Tensor::vector(&layer.bias)));
    }
    Named(tensors)
}

/// What flows through the network, named: the value after each operation, and of each block.
fn taps<R: Real>(input: &Matrix<R>, pre: &[Matrix<R>], post: &[Matrix<R>]) -> Named<Tensor> {
    let mut taps = vec![("input".to_owned(), Tensor::matrix(input))];
    for (index, pre) in pre.iter().enumerate() {
        match post.get(index) {
            Some(post) => {
                let block = format!("block{}", index + 1);
                taps.push((format!("{block}.linear0"), Tensor::matrix(pre)));
                taps.push((format!("{block}.act0"), Tensor::matrix(post)));
                taps.push((block, Tensor::matrix(post)));
            }
            None => taps.push(("logits".to_owned(), Tensor::matrix(pre))),
        }
    }
    Named(taps)
}

fn norms(tensors: &Named<Tensor>) -> Named<Number> {
    let norm = |(name, tensor): &(String, Tensor)| (name.clone(), Number::wide(stats::norm(&tensor.data)));
    Named(tensors.0.iter().map(norm).collect())
}

/// One number for each of `block1` .. `blockL`, `head`.
fn by_layer(norms: &[f64]) -> Named<Number> {
    let name = |index| if index + 1 == norms.len() { "head".to_owned() } else { format!("block{}", index + 1) };
    Named(norms.iter().enumerate().map(|(index, &norm)| (name(index), Number::wide(norm))).collect())
}

/// The norm of weights and biases together.
fn layer_norm<R: Real>(layer: &Linear<R>) -> f64 {
    stats::norm(&[stats::norm(layer.weight.data()), stats::norm(&layer.bias)])
}

fn weight_norms<R: Real>(layers: &[Linear<R>]) -> Vec<f64> {
    layers.iter().map(|layer| stats::norm(layer.weight.data())).collect()
}
