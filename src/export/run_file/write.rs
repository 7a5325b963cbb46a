//! Run -> JSON.

use super::tensor::{self, Tensor};
use super::{FORMAT, VERSION, block_name, config, tensor_name};
use crate::export::json::{Json, Writer};
use crate::lab::data::Samples;
use crate::lab::parameters::PARAMETERS;
use crate::lab::{Experiment, Setup, stats};
use crate::nn::{Linear, Matrix, Precision, Real, Targets};

/// Tensors with their names, in the order of the network.
type Named = Vec<(String, Tensor)>;

/// The run file of a run at its present step.
pub fn write<R: Real>(run: &Experiment<R>) -> String {
    let mut writer = Writer::default();
    let file = &mut writer;
    file.open("{");
    file.key("format").text(FORMAT);
    file.key("version").whole(VERSION);
    file.key("setup").json(&setup_json(&run.setup));
    file.key("config").json(&config::of(&run.setup));
    file.key("step").whole(run.step);
    write_tensors(file.key("parameters"), &parameters(&run.network.layers));
    write_batch(file.key("batch"), &run.batch);
    if let Some(batches) = &run.own_batches {
        file.key("batches").open("[");
        batches.iter().for_each(|batch| write_batch(file, batch));
        file.close("]");
    }
    file.key("measured").open("{");
    write_measured(file, run);
    file.close("}");
    file.close("}");
    writer.finish()
}

/// A Setup as JSON, field by field, in the terms of a link; the fields are in the order of their names.
pub fn setup_json(setup: &Setup) -> Json {
    let mut fields: Vec<(String, Json)> = Vec::with_capacity(PARAMETERS.len());
    for parameter in &PARAMETERS {
        let place = fields.iter().take_while(|(key, _)| key.as_str() < parameter.key).count();
        fields.insert(place, (parameter.key.to_owned(), Json::from((parameter.get)(setup))));
    }
    Json::Map(fields)
}

fn write_measured<R: Real>(file: &mut Writer, run: &Experiment<R>) {
    let gradients = parameters(&run.gradients.layers);
    let gradient_norms = norms(&gradients);
    // Each layer has two: its weights and its biases.
    let layers = gradient_norms.len() / 2;
    let by_layer = |norm: fn(&[(String, f64)]) -> f64| -> Vec<(String, f64)> {
        let norms = gradient_norms.chunks(2).enumerate();
        norms.map(|(layer, pair)| (block_name(layer, layers), norm(pair))).collect()
    };
    let layer_norms = by_layer(|pair| norm_of(pair));
    let input_gradient = run.network.input_gradient(&run.gradients);
    let activation_gradients = taps(&input_gradient, &run.gradients.pre, &run.gradients.post);
    let mut updated = run.network.clone();
    updated.update(&run.gradients, run.optimizer);

    file.key("loss").number(run.batch_loss, Precision::F64);
    Tensor::matrix(run.trace.logits()).write(file.key("logits"));
    write_tensors(file.key("gradients"), &gradients);
    write_norms(file.key("gradient_norms"), &gradient_norms);
    write_norms(file.key("layer_gradient_norms"), &layer_norms);
    write_norms(file.key("weight_gradient_norms"), &by_layer(|pair| pair[0].1));
    file.key("global_gradient_norm").number(norm_of(&layer_norms), Precision::F64);
    write_tensors(file.key("activations"), &taps(&run.batch.inputs, &run.trace.pre, &run.trace.post));
    write_tensors(file.key("activation_gradients"), &activation_gradients);
    write_norms(file.key("activation_gradient_norms"), &norms(&activation_gradients));
    write_tensors(file.key("clipped_gradients"), &gradients);
    write_tensors(file.key("updated_parameters"), &parameters(&updated.layers));
    // Plain gradient descent keeps nothing for a parameter.
    file.key("updated_optimizer_state").open("{");
    file.key("step").whole(run.step + 1);
    write_tensors(file.key("parameters"), &[]);
    file.close("}");
}

fn write_batch<R: Real>(file: &mut Writer, samples: &Samples<R>) {
    file.open("{");
    Tensor::matrix(&samples.inputs).write(file.key("inputs"));
    file.key("targets");
    match &samples.targets {
        Targets::Values(values) => Tensor::matrix(values).write(file),
        Targets::Classes(classes) => tensor::write_classes(file, classes),
    }
    file.close("}");
}

fn write_tensors(file: &mut Writer, tensors: &[(String, Tensor)]) {
    file.open("{");
    tensors.iter().for_each(|(name, tensor)| tensor.write(file.key(name)));
    file.close("}");
}

/// Norms are computed in 64 bits whatever the precision.
fn write_norms(file: &mut Writer, norms: &[(String, f64)]) {
    file.open("{");
    norms.iter().for_each(|(name, norm)| file.key(name).number(*norm, Precision::F64));
    file.close("}");
}

/// The parameters, or their gradients.
fn parameters<R: Real>(layers: &[Linear<R>]) -> Named {
    let mut tensors = Vec::with_capacity(2 * layers.len());
    for (index, layer) in layers.iter().enumerate() {
        let name = tensor_name(index, layers.len());
        tensors.push((format!("{name}.weight"), Tensor::matrix(&layer.weight)));
        tensors.push((format!("{name}.bias"), Tensor::vector(&layer.bias)));
    }
    tensors
}

/// What flows through the network, named: the value after each operation, and of each block.
fn taps<R: Real>(input: &Matrix<R>, pre: &[Matrix<R>], post: &[Matrix<R>]) -> Named {
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
    taps
}

fn norms(tensors: &[(String, Tensor)]) -> Vec<(String, f64)> {
    tensors.iter().map(|(name, tensor)| (name.clone(), stats::norm(&tensor.data))).collect()
}

/// The norm of several arrays together.
fn norm_of(norms: &[(String, f64)]) -> f64 {
    let norms: Vec<f64> = norms.iter().map(|(_, norm)| *norm).collect();
    stats::norm(&norms)
}
