//! JSON -> run.

use super::tensor::{self, Tensor};
use super::{FORMAT, VERSION, config};
use crate::export::json::Json;
use crate::lab::data::{Data, Samples};
use crate::lab::experiment::Numbers;
use crate::lab::parameters::Parameter;
use crate::lab::run::{Run, task_data};
use crate::lab::{Experiment, Setup, SetupError};
use crate::link;
use crate::nn::layout::{Entry, Layout};
use crate::nn::{Choice, Loss, Matrix, Memory, Network, Precision, Real, Shape, Targets};
use crate::task::Task;

/// Opens a run file that has been parsed. With a `setup` the run is restored exactly; a file from elsewhere may leave it
/// out and is then run from its `config`, `parameters` and own `batches` (or its one `batch`, over and over).
/// `task_file` is what [`start`](crate::lab::run::start) calls `file`.
pub fn read(file: &Json, task_file: Option<&[u8]>) -> Result<Box<dyn Run>, SetupError> {
    let Json::Map(_) = file else {
        return Err(SetupError::new("run file", &file.describe(), "a JSON object"));
    };
    file.get("format").unwrap_or(&Json::Null).expect(&Json::from(FORMAT), "format")?;
    file.get("version").unwrap_or(&Json::Null).expect(&Json::Whole(VERSION), "version")?;
    let setup = match file.get("setup") {
        Some(setup) => Some(read_setup(setup)?),
        None => None,
    };
    let restored = setup.is_some();
    let step = read_step(file.get("step"), "step")?;
    let setup = match (setup, file.get("config")) {
        (Some(setup), Some(config)) => {
            config::check(config, &setup, step)?;
            setup
        }
        (Some(setup), None) => setup,
        (None, Some(config)) => with_width(config::to_setup(config)?, file)?,
        (None, None) => return Err(SetupError::new("config", "nothing", "a config, or a setup")),
    };
    let contents = contents(file, setup, step, restored)?;
    match contents.setup.precision {
        Precision::F32 => open::<f32>(contents, task_file),
        Precision::F64 => open::<f64>(contents, task_file),
    }
}

/// The error for a text that is no JSON.
pub fn no_json(message: &str) -> SetupError {
    SetupError::new("run file", &format!("no JSON: {message}"), "a JSON object")
}

/// The task that a run file asks for: whoever opens it may have to get the task's own file first.
pub fn task(file: &Json) -> Task {
    file.get("setup").and_then(|setup| read_setup(setup).ok()).unwrap_or_default().task
}

/// What a file says, in f64 whatever its precision.
struct Contents {
    setup: Setup,
    step: u64,
    network: Network,
    outputs: usize,
    numbers: Numbers<f64>,
    /// Own batches, if the data are not those of the Setup's task.
    batches: Option<Vec<Samples<f64>>>,
}

fn contents(file: &Json, setup: Setup, step: u64, restored: bool) -> Result<Contents, SetupError> {
    let shape = read_shape(file, &setup)?;
    let Shape { inputs, outputs, .. } = shape;
    let network = setup.network(shape);
    let numbers = read_numbers(file, &setup, &network, step)?;
    let batch = |value: &Json, field: &str| {
        let batch = read_batch(value, field, &setup, inputs, outputs)?;
        setup.check_batch(field, batch.rows())?;
        setup.check_memory(field, shape, batch.rows())?;
        Ok(batch)
    };
    let batches = match (file.get("batches"), file.get("batch")) {
        (Some(Json::List(batches)), _) if !batches.is_empty() => {
            let batches = batches.iter().enumerate();
            Some(batches.map(|(index, value)| batch(value, &format!("batches[{index}]"))).collect::<Result<_, _>>()?)
        }
        (Some(other), _) => return Err(SetupError::new("batches", &other.describe(), "a list of one batch or more")),
        (None, Some(value)) if !restored => Some(vec![batch(value, "batch")?]),
        (None, None) if !restored => return Err(SetupError::new("batches", "nothing", "batches, a batch, or a setup")),
        (None, _) => None,
    };
    let expected = setup.shape();
    if batches.is_none() && (inputs, outputs) != (expected.inputs, expected.outputs) {
        let allowed = format!("{} inputs and {} outputs, as the task has", expected.inputs, expected.outputs);
        return Err(SetupError::new("parameters", &format!("{inputs} inputs, {outputs} outputs"), allowed));
    }
    Ok(Contents { setup, step, network, outputs, numbers, batches })
}

fn open<R: Real>(contents: Contents, task_file: Option<&[u8]>) -> Result<Box<dyn Run>, SetupError> {
    let Contents { setup, step, network, outputs, numbers, batches } = contents;
    let to = |values: &[f64]| -> Vec<R> { values.iter().map(|&x| R::of(x)).collect() };
    let slots = numbers.memory.slots.iter().map(|slot| to(slot)).collect();
    let numbers = Numbers {
        parameters: to(&numbers.parameters),
        statistics: to(&numbers.statistics),
        memory: Memory { step: numbers.memory.step, slots },
    };
    let mut run = match batches {
        None => Experiment::new(&setup, task_data(&setup, task_file)?, None),
        Some(batches) => {
            let batches: Vec<Samples<R>> = batches.iter().map(Samples::to).collect();
            let data = Data::of_batches(&batches, setup.loss, outputs);
            Experiment::starting_from(&setup, data, Some(batches), network, numbers.parameters.clone())
        }
    };
    run.resume(step, numbers);
    Ok(Box::new(run))
}

fn read_step(value: Option<&Json>, field: &str) -> Result<u64, SetupError> {
    match value {
        None => Ok(0),
        Some(Json::Whole(step)) => Ok(*step),
        Some(step) => Err(SetupError::new(field, &step.describe(), "a whole number: the updates done so far")),
    }
}

fn read_setup(value: &Json) -> Result<Setup, SetupError> {
    let Json::Map(fields) = value else {
        return Err(SetupError::new("setup", &value.describe(), "an object with the fields of a Setup"));
    };
    let in_setup = |error: SetupError| SetupError { field: format!("setup.{}", error.field), ..error };
    // A Setup in a file and one in a link are read alike.
    for (key, value) in fields {
        Parameter::find(key).and_then(|parameter| parameter.parse(&value.describe())).map_err(in_setup)?;
    }
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(fields.iter().map(|(key, value)| (key, value.describe())));
    let parsed = link::parse(&query.finish());
    match parsed.problems.into_iter().next() {
        Some(problem) => Err(in_setup(problem)),
        None => Ok(parsed.setup),
    }
}

/// The weights of the first layer that has the width of the blocks.
fn first_weights(setup: &Setup) -> &'static str {
    if setup.shape().has_stem() { "stem.weight" } else { "block1.linear0.weight" }
}

/// The width is not in a config: the first tensor has it.
fn with_width(setup: Setup, file: &Json) -> Result<Setup, SetupError> {
    let name = first_weights(&setup);
    let first = read_tensor(file.get("parameters"), name, "parameters", setup.precision)?;
    let width = first.shape.first().map_or_else(String::new, usize::to_string);
    setup.changed("width", &width).map_err(|error| SetupError { field: format!("parameters.{name}"), ..error })
}

/// The Setup has the shape of the network but for its ends, which the first and the last tensor have.
fn read_shape(file: &Json, setup: &Setup) -> Result<Shape, SetupError> {
    let end = |name: &str, axis: usize| {
        let tensor = read_tensor(file.get("parameters"), name, "parameters", setup.precision)?;
        match tensor.shape[..] {
            [out, input] if out > 0 && input > 0 => Ok([out, input][axis]),
            _ => Err(wrong_shape(&format!("parameters.{name}"), &tensor.shape, "[outputs, inputs]")),
        }
    };
    Ok(setup.shape_between(end(first_weights(setup), 1)?, end("head.weight", 0)?))
}

fn read_tensor(from: Option<&Json>, name: &str, place: &str, precision: Precision) -> Result<Tensor, SetupError> {
    let field = format!("{place}.{name}");
    let value = from.and_then(|from| from.get(name));
    let value = value.ok_or_else(|| SetupError::new(field.as_str(), "nothing", "a tensor"))?;
    tensor::read(value, &field, precision)
}

/// Everything that an update changes.
fn read_numbers(file: &Json, setup: &Setup, network: &Network, step: u64) -> Result<Numbers<f64>, SetupError> {
    let layout = &network.graph.layout;
    let parameters = read_array(file.get("parameters"), layout, "parameters", setup.precision)?;
    let statistics = match file.get("extra").and_then(|extra| extra.get("running_statistics")) {
        Some(given) => read_array(Some(given), &network.graph.statistics, "extra.running_statistics", setup.precision)?,
        None => network.statistics(),
    };
    let mut memory = Memory::new(setup.optimizer, layout.len());
    memory.step = step;
    let Some(state) = file.get("optimizer_state") else {
        if step > 0 && !memory.slots.is_empty() {
            let allowed = format!("what {} remembers after {step} steps", setup.optimizer.id());
            return Err(SetupError::new("optimizer_state", "nothing", allowed));
        }
        return Ok(Numbers { parameters, statistics, memory });
    };
    memory.step = read_step(state.get("step"), "optimizer_state.step")?;
    for (slot, name) in memory.slots.iter_mut().zip(setup.optimizer.slots()) {
        for entry in layout.entries.iter().filter(|entry| !setup.is_frozen(&layout.layers[entry.layer])) {
            let place = format!("optimizer_state.parameters.{}", entry.name);
            let of_entry = state.get("parameters").and_then(|parameters| parameters.get(&entry.name));
            let tensor = read_tensor(of_entry, name, &place, setup.precision)?;
            slot[entry.range()].copy_from_slice(&fitting(tensor, entry, &format!("{place}.{name}"))?);
        }
    }
    Ok(Numbers { parameters, statistics, memory })
}

/// The flat array of a layout, of which every tensor must be there, and no other.
fn read_array(from: Option<&Json>, layout: &Layout, place: &str, precision: Precision) -> Result<Vec<f64>, SetupError> {
    let mut values = Vec::with_capacity(layout.len());
    for entry in &layout.entries {
        let tensor = read_tensor(from, &entry.name, place, precision)?;
        values.extend(fitting(tensor, entry, &format!("{place}.{}", entry.name))?);
    }
    let given = from.map_or(&[][..], Json::fields);
    match given.iter().find(|(name, _)| layout.entries.iter().all(|entry| entry.name != *name)) {
        Some((name, _)) => {
            Err(SetupError::new(format!("{place}.{name}"), "a tensor", "nothing: the config has no such layer"))
        }
        None => Ok(values),
    }
}

fn fitting(tensor: Tensor, entry: &Entry, field: &str) -> Result<Vec<f64>, SetupError> {
    if tensor.shape == entry.shape {
        Ok(tensor.data)
    } else {
        Err(wrong_shape(field, &tensor.shape, &format!("{:?}", entry.shape)))
    }
}

fn wrong_shape(field: &str, got: &[usize], expected: &str) -> SetupError {
    SetupError::new(field, &format!("the shape {got:?}"), format!("the shape {expected}"))
}

fn read_batch(
    value: &Json,
    field: &str,
    setup: &Setup,
    inputs: usize,
    outputs: usize,
) -> Result<Samples<f64>, SetupError> {
    let part = |key: &str| {
        let field = format!("{field}.{key}");
        let value = value.get(key).ok_or_else(|| SetupError::new(field.as_str(), "nothing", "a tensor"))?;
        Ok((tensor::read(value, &field, setup.precision)?, field))
    };
    if value.get("mask").is_some() {
        return Err(SetupError::new(format!("{field}.mask"), "a mask", "nothing: only sequences have one"));
    }
    let (input, input_field) = part("inputs")?;
    let rows = input.shape.first().copied().unwrap_or(0);
    if rows == 0 || input.shape != [rows, inputs] {
        let allowed = format!("the shape [B, {inputs}], B at least 1");
        return Err(SetupError::new(input_field, &format!("the shape {:?}", input.shape), allowed));
    }
    let (target, target_field) = part("targets")?;
    let expected = if setup.loss == Loss::SoftmaxCrossEntropy { vec![rows] } else { vec![rows, outputs] };
    if target.shape != expected {
        let (got, allowed) = (format!("the shape {:?}", target.shape), format!("the shape {expected:?}"));
        return Err(SetupError::new(target_field, &got, allowed));
    }
    let targets = if setup.loss == Loss::SoftmaxCrossEntropy {
        let class = |&number: &f64| {
            let is_class = number.fract() == 0.0 && number >= 0.0 && number < outputs.min(256) as f64;
            let allowed = format!("class ids from 0 to {}", outputs - 1);
            if is_class {
                Ok(number as u8)
            } else {
                Err(SetupError::new(target_field.as_str(), &number.to_string(), allowed))
            }
        };
        Targets::Classes(target.data.iter().map(class).collect::<Result<_, _>>()?)
    } else {
        let outside = |number: &&f64| setup.loss == Loss::BceWithLogits && !(0.0..=1.0).contains(*number);
        if let Some(number) = target.data.iter().find(outside) {
            return Err(SetupError::new(target_field, &number.to_string(), "probabilities from 0 to 1"));
        }
        Targets::Values(Matrix::from_rows(outputs, target.data))
    };
    Ok(Samples { inputs: Matrix::from_rows(inputs, input.data), targets })
}
