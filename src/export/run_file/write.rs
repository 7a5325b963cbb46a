//! Run -> JSON.

use super::tensor::{self, Tensor};
use super::{FORMAT, VERSION, config};
use crate::export::json::{Json, Writer};
use crate::lab::build::Ends;
use crate::lab::checkpoint::Numbers;
use crate::lab::data::Samples;
use crate::lab::parameters::Parameter;
use crate::lab::{Experiment, Setup, stats};
use crate::nn::graph::Op;
use crate::nn::layout::{Entry, Layout};
use crate::nn::{Kind, Loss, Matrix, Memory, Precision, Real};

/// The run file of a run at its present step.
pub fn write<R: Real>(run: &Experiment<R>) -> String {
    let mut writer = Writer::default();
    let file = &mut writer;
    file.open("{");
    file.key("format").text(FORMAT);
    file.key("version").whole(VERSION);
    file.key("setup").json(&setup_json(&run.setup));
    file.key("config").json(&config::of(&run.setup, run.step));
    file.key("step").whole(run.step);
    let Numbers { parameters, statistics, memory } = &run.numbers;
    write_array(file.key("parameters"), &run.network.graph.layout, parameters);
    file.key("batch").open("{");
    write_samples(file, (&run.setup, run.data.ends), &run.batch.to());
    write_dropout(file, run);
    file.close("}");
    if let Some(batches) = &run.own_batches {
        file.key("batches").open("[");
        for batch in batches {
            file.open("{");
            write_samples(file, (&run.setup, run.data.ends), batch);
            file.close("}");
        }
        file.close("]");
    }
    if !memory.slots.is_empty() {
        write_memory(file.key("optimizer_state"), run, memory);
    }
    if !statistics.is_empty() {
        file.key("extra").open("{");
        write_array(file.key("running_statistics"), &run.network.graph.statistics, statistics);
        file.close("}");
    }
    file.key("measured").open("{");
    write_measured(file, run);
    file.close("}");
    file.close("}");
    writer.finish()
}

/// A Setup as JSON, field by field, in the terms of a link; the fields are in the order of their names.
pub fn setup_json(setup: &Setup) -> Json {
    Json::sorted(Parameter::all().map(|parameter| (parameter.key, Json::from((parameter.get)(setup)))))
}

fn write_measured<R: Real>(file: &mut Writer, run: &Experiment<R>) {
    let layout = &run.network.graph.layout;
    let gradients = &run.gradients.parameters;
    let norm_of = |entry: &Entry| stats::norm(&gradients[entry.range()]);
    let by_layer = |counts: fn(&Entry) -> bool| -> Vec<(&str, f64)> {
        let norms = layout.layers.iter().enumerate().map(|(layer, name)| {
            let norms: Vec<f64> = layout.of_layer(layer).filter(|&entry| counts(entry)).map(norm_of).collect();
            (name.as_str(), norms)
        });
        norms.filter(|(_, norms)| !norms.is_empty()).map(|(name, norms)| (name, stats::norm(&norms))).collect()
    };
    let layer_norms = by_layer(|_| true);
    let all: Vec<f64> = layer_norms.iter().map(|(_, norm)| *norm).collect();
    let entry_norms: Vec<(&str, f64)> =
        layout.entries.iter().map(|entry| (entry.name.as_str(), norm_of(entry))).collect();
    // No update needs the gradient of the inputs, so the run's own backward leaves it out.
    let mut to_inputs = run.gradients.clone();
    let loss = (run.setup.loss, &run.batch.targets);
    R::backward(&run.network, &run.numbers.parameters, &run.trace, loss, true, &mut to_inputs);
    let next = run.next();

    file.key("loss").number(run.batch_loss, Precision::F64);
    let logits = run.trace.logits();
    Tensor::shaped(&answers_shape((&run.setup, run.data.ends), logits.rows(), false), logits.data())
        .write(file.key("logits"));
    write_array(file.key("gradients"), layout, gradients);
    write_norms(file.key("gradient_norms"), &entry_norms);
    write_norms(file.key("layer_gradient_norms"), &layer_norms);
    write_norms(file.key("weight_gradient_norms"), &by_layer(|entry| entry.role.is_weight()));
    file.key("global_gradient_norm").number(stats::norm(&all), Precision::F64);
    write_tensors(file.key("activations"), &taps(run, |node| &run.trace.cells[node].value));
    let activation_gradients = taps(run, |node| &to_inputs.nodes[node]);
    write_tensors(file.key("activation_gradients"), &activation_gradients);
    let norms = activation_gradients.iter().map(|(name, tensor)| (*name, stats::norm(&tensor.data)));
    write_norms(file.key("activation_gradient_norms"), &norms.collect::<Vec<_>>());
    write_array(file.key("clipped_gradients"), layout, &next.clipped);
    write_array(file.key("updated_parameters"), layout, &next.numbers.parameters);
    write_memory(file.key("updated_optimizer_state"), run, &next.numbers.memory);
}

/// What the optimizer remembers of the parameters that learn.
fn write_memory<R: Real>(file: &mut Writer, run: &Experiment<R>, memory: &Memory<R>) {
    let layout = &run.network.graph.layout;
    file.open("{");
    file.key("step").whole(memory.step);
    file.key("parameters").open("{");
    if !memory.slots.is_empty() {
        for entry in layout.entries.iter().filter(|entry| !run.frozen[entry.layer]) {
            file.key(&entry.name).open("{");
            for (slot, name) in memory.slots.iter().zip(run.setup.optimizer.slots()) {
                Tensor::shaped(&entry.shape, &slot[entry.range()]).write(file.key(name));
            }
            file.close("}");
        }
    }
    file.close("}");
    file.close("}");
}

/// `[B, O]` or `[B, T, O]`; of classes without the O.
fn answers_shape((setup, ends): (&Setup, Ends), rows: usize, are_classes: bool) -> Vec<usize> {
    let steps = setup.task.answers_every_step().then_some(ends.steps);
    let outputs = (!are_classes).then_some(ends.outputs);
    [rows].into_iter().chain(steps).chain(outputs).collect()
}

fn write_samples(file: &mut Writer, (setup, ends): (&Setup, Ends), samples: &Samples<f64>) {
    let (rows, targets) = (samples.rows(), &samples.targets);
    let shape = match setup.kind {
        Kind::Mlp => vec![rows, ends.inputs],
        Kind::Rnn | Kind::Lstm | Kind::Gru | Kind::Attention => vec![rows, ends.steps, ends.inputs],
    };
    let write = |file: &mut Writer, shape: &[usize], values: &Matrix<f64>| {
        Tensor::shaped(shape, values.data()).with(setup.precision).write(file);
    };
    write(file.key("inputs"), &shape, &samples.inputs);
    let are_classes = setup.loss == Loss::SoftmaxCrossEntropy;
    let shape = answers_shape((setup, ends), rows, are_classes);
    file.key("targets");
    if are_classes {
        tensor::write_classes(file, &shape, targets.answers.data());
    } else {
        write(file, &shape, &targets.answers);
    }
    if targets.mask.cols() > 0 {
        write(file.key("mask"), &[rows, targets.mask.cols()], &targets.mask);
    }
}

/// The factors that dropout drew for the batch.
fn write_dropout<R: Real>(file: &mut Writer, run: &Experiment<R>) {
    let nodes = run.network.graph.nodes.iter().zip(&run.trace.cells);
    let drawn = nodes.filter(|(node, _)| matches!(node.op, Op::Dropout(_)));
    let factors: Vec<(&str, Tensor)> =
        drawn.map(|(node, cell)| (node.taps[0].as_str(), Tensor::matrix(&cell.aux))).collect();
    if !factors.is_empty() {
        write_tensors(file.key("dropout"), &factors);
    }
}

/// The tensors of a flat array, by their names.
fn write_array<R: Real>(file: &mut Writer, layout: &Layout, values: &[R]) {
    file.open("{");
    for entry in &layout.entries {
        Tensor::shaped(&entry.shape, &values[entry.range()]).write(file.key(&entry.name));
    }
    file.close("}");
}

fn write_tensors(file: &mut Writer, tensors: &[(&str, Tensor)]) {
    file.open("{");
    tensors.iter().for_each(|(name, tensor)| tensor.write(file.key(name)));
    file.close("}");
}

/// Norms are computed in 64 bits whatever the precision.
fn write_norms(file: &mut Writer, norms: &[(&str, f64)]) {
    file.open("{");
    norms.iter().for_each(|(name, norm)| file.key(name).number(*norm, Precision::F64));
    file.close("}");
}

/// What flows through the network, named: the value after each operation, and of each block.
fn taps<'a, R: Real>(run: &'a Experiment<R>, of: impl Fn(usize) -> &'a Matrix<R>) -> Vec<(&'a str, Tensor)> {
    let nodes = run.network.graph.nodes.iter().enumerate();
    nodes
        .flat_map(|(index, node)| node.taps.iter().map(move |name| (name.as_str(), index)))
        .map(|(name, index)| {
            let value = of(index);
            // Answers at every step are [B, T, O].
            let is_last = index + 1 == run.network.graph.nodes.len();
            let shape = if is_last {
                answers_shape((&run.setup, run.data.ends), value.rows(), false)
            } else {
                vec![value.rows(), value.cols()]
            };
            (name, Tensor::shaped(&shape, value.data()))
        })
        .collect()
}
