//! JSON -> run.

use super::tensor::{self, Tensor};
use super::{FORMAT, VERSION, config};
use crate::export::json::Json;
use crate::lab::build::Ends;
use crate::lab::checkpoint::Numbers;
use crate::lab::data::{Data, Samples};
use crate::lab::parameters::Parameter;
use crate::lab::run::{Run, task_data};
use crate::lab::{Experiment, Setup, SetupError};
use crate::link;
use crate::nn::layout::{Entry, Layout};
use crate::nn::{Choice, Kind, Loss, Matrix, Memory, Network, Optimizer, Precision, Real, Targets};
use crate::task::Task;

/// The longest sequences that own data may have.
const MOST_STEPS: usize = 500;
/// The most updates that may have been done: from there on, JavaScript can still count as many again.
const MOST_UPDATES: u64 = 1 << 52;

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
    ends: Ends,
    numbers: Numbers<f64>,
    /// Own batches, if the data are not those of the Setup's task.
    batches: Option<Vec<Samples<f64>>>,
    /// The batch of the next step, if the file has it beside its data.
    batch: Option<Samples<f64>>,
}

fn contents(file: &Json, setup: Setup, step: u64, restored: bool) -> Result<Contents, SetupError> {
    let ends = read_ends(file, &setup)?;
    setup.check_memory("parameters", ends, 1)?;
    let network = setup.network(ends);
    let numbers = read_numbers(file, &setup, &network, step)?;
    let (has_own, expected) = (file.get("batches").is_some() || !restored, setup.ends());
    if !has_own && ends != expected {
        let words =
            |Ends { inputs, steps, outputs }: Ends| format!("{inputs} inputs, {steps} time steps, {outputs} outputs");
        return Err(SetupError::new("parameters", &words(ends), format!("{}, as the task has", words(expected))));
    }
    let batch = |value: &Json, field: &str| {
        let batch = read_batch(value, field, &setup, ends)?;
        setup.check_batch(field, batch.rows())?;
        setup.check_memory(field, ends, batch.rows())?;
        Ok(batch)
    };
    let next = file.get("batch").map(|value| batch(value, "batch")).transpose()?;
    let batches = match (file.get("batches"), &next) {
        (Some(Json::List(batches)), _) if !batches.is_empty() => {
            let batches = batches.iter().enumerate();
            Some(batches.map(|(index, value)| batch(value, &format!("batches[{index}]"))).collect::<Result<_, _>>()?)
        }
        (Some(other), _) => return Err(SetupError::new("batches", &other.describe(), "a list of one batch or more")),
        (None, Some(only)) if !restored => Some(vec![only.clone()]),
        (None, None) if !restored => return Err(SetupError::new("batches", "nothing", "batches, a batch, or a setup")),
        (None, _) => None,
    };
    Ok(Contents { setup, step, network, ends, numbers, batches, batch: next })
}

fn open<R: Real>(contents: Contents, task_file: Option<&[u8]>) -> Result<Box<dyn Run>, SetupError> {
    let Contents { setup, step, network, ends, numbers, batches, batch } = contents;
    let numbers: Numbers<R> = numbers.to();
    let mut run = match batches {
        None => Experiment::new(&setup, task_data(&setup, task_file)?.to()),
        Some(batches) => {
            let data = Data::of_batches(&batches, setup.loss, ends).to();
            Experiment::starting_from(&setup, data, Some(batches), network, numbers.parameters.clone())
        }
    };
    run.resume(step, numbers);
    if batch.is_some_and(|batch| !batch.is_like(&run.batch.to())) {
        let allowed = format!("the batch that step {step} has of these data, or none");
        return Err(SetupError::new("batch", "another", allowed));
    }
    Ok(Box::new(run))
}

fn read_step(value: Option<&Json>, field: &str) -> Result<u64, SetupError> {
    match value {
        None => Ok(0),
        Some(Json::Whole(step)) if *step <= MOST_UPDATES => Ok(*step),
        Some(step) => {
            let allowed = format!("a whole number up to {MOST_UPDATES}: the updates done so far");
            Err(SetupError::new(field, &step.describe(), allowed))
        }
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

/// The first weights, `[out, in]` with the network's inputs, and what has the width on which axis.
fn first_weights(setup: &Setup) -> (&'static str, (&'static str, usize)) {
    match setup.kind {
        Kind::Mlp if setup.shape(setup.ends()).has_stem() => ("stem.weight", ("stem.weight", 0)),
        Kind::Mlp => ("block1.linear0.weight", ("block1.linear0.weight", 0)),
        Kind::Rnn | Kind::Lstm | Kind::Gru => ("weight_ih_l0", ("weight_hh_l0", 1)),
        Kind::Attention => ("embed.weight", ("embed.weight", 0)),
    }
}

/// The width is not in a config: a tensor has it.
fn with_width(setup: Setup, file: &Json) -> Result<Setup, SetupError> {
    let (name, axis) = first_weights(&setup).1;
    let tensor = read_tensor(file.get("parameters"), name, "parameters", setup.precision)?;
    let width = tensor.shape.get(axis).map_or_else(String::new, usize::to_string);
    setup.changed("width", &width).map_err(|error| SetupError { field: format!("parameters.{name}"), ..error })
}

/// The Setup says what the network is but for its ends, which the first and the last tensor and the batch have.
fn read_ends(file: &Json, setup: &Setup) -> Result<Ends, SetupError> {
    let end = |name: &str, axis: usize| {
        let tensor = read_tensor(file.get("parameters"), name, "parameters", setup.precision)?;
        match tensor.shape[..] {
            [out, input] if out > 0 && input > 0 => Ok([out, input][axis]),
            _ => Err(wrong_shape(&format!("parameters.{name}"), &tensor.shape, "[outputs, inputs]")),
        }
    };
    let batches = file.get("batches").and_then(Json::items);
    let batch = batches.and_then(|batches| batches.first()).or(file.get("batch"));
    let steps = match (setup.kind, batch) {
        (Kind::Mlp, _) | (_, None) => setup.ends().steps,
        (Kind::Rnn | Kind::Lstm | Kind::Gru | Kind::Attention, Some(batch)) => {
            let inputs = read_tensor(Some(batch), "inputs", "batch", setup.precision)?;
            match inputs.shape[..] {
                [_, steps @ 1..=MOST_STEPS, _] => steps,
                _ => {
                    let expected = format!("[B, T, D], T from 1 to {MOST_STEPS}");
                    return Err(wrong_shape("batch.inputs", &inputs.shape, &expected));
                }
            }
        }
    };
    Ok(Ends { inputs: end(first_weights(setup).0, 1)?, steps, outputs: end("head.weight", 0)? })
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
    state.get("step").unwrap_or(&Json::Null).expect(&Json::Whole(step), "optimizer_state.step")?;
    let frozen = setup.frozen(&layout.layers);
    for (slot, name) in memory.slots.iter_mut().zip(setup.optimizer.slots()) {
        for entry in layout.entries.iter().filter(|entry| !frozen[entry.layer]) {
            let place = format!("optimizer_state.parameters.{}", entry.name);
            let of_entry = state.get("parameters").and_then(|parameters| parameters.get(&entry.name));
            let tensor = read_tensor(of_entry, name, &place, setup.precision)?;
            let field = format!("{place}.{name}");
            if let Some(number) = tensor.data.iter().find(|&&number| number < 0.0 && Optimizer::is_of_squares(name)) {
                return Err(SetupError::new(field, &number.to_string(), "sums or means of squares: 0 and more"));
            }
            slot[entry.range()].copy_from_slice(&fitting(tensor, entry, &field)?);
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
        Err(wrong_shape(field, &tensor.shape, &tensor::dimensions(&entry.shape)))
    }
}

fn wrong_shape(field: &str, got: &[usize], expected: &str) -> SetupError {
    SetupError::new(field, &format!("the shape {}", tensor::dimensions(got)), format!("the shape {expected}"))
}

fn read_batch(value: &Json, field: &str, setup: &Setup, ends: Ends) -> Result<Samples<f64>, SetupError> {
    let part = |key: &str| {
        let field = format!("{field}.{key}");
        let value = value.get(key).ok_or_else(|| SetupError::new(field.as_str(), "nothing", "a tensor"))?;
        Ok((tensor::read(value, &field, setup.precision)?, field))
    };
    let is_sequence = setup.kind != Kind::Mlp;
    let steps = (is_sequence && setup.task.answers_every_step()).then_some(ends.steps);
    let has_mask = value.get("mask").is_some();
    if has_mask && steps.is_none() {
        let allowed = "nothing: only answers at every step have one";
        return Err(SetupError::new(format!("{field}.mask"), "a mask", allowed));
    }
    let (input, input_field) = part("inputs")?;
    let rows = input.shape.first().copied().unwrap_or(0);
    let expected: Vec<usize> =
        [rows].into_iter().chain(is_sequence.then_some(ends.steps)).chain([ends.inputs]).collect();
    if rows == 0 || input.shape != expected {
        let lengths: String = expected.iter().skip(1).map(|length| format!(", {length}")).collect();
        let allowed = format!("[B{lengths}], B at least 1");
        return Err(wrong_shape(&input_field, &input.shape, &allowed));
    }
    let (target, target_field) = part("targets")?;
    let outputs = (setup.loss != Loss::SoftmaxCrossEntropy).then_some(ends.outputs);
    let expected: Vec<usize> = [rows].into_iter().chain(steps).chain(outputs).collect();
    if target.shape != expected {
        return Err(wrong_shape(&target_field, &target.shape, &tensor::dimensions(&expected)));
    }
    if let Some((number, allowed)) =
        target.data.iter().find_map(|&number| Some((number, wrong_target(setup, ends, number)?)))
    {
        return Err(SetupError::new(target_field, &number.to_string(), allowed));
    }
    let mask = match steps {
        Some(steps) if has_mask => {
            let (mask, mask_field) = part("mask")?;
            if mask.shape != [rows, steps] {
                return Err(wrong_shape(&mask_field, &mask.shape, &tensor::dimensions(&[rows, steps])));
            }
            let bad = mask.data.iter().find(|&&weight| !(weight >= 0.0 && weight.is_finite()));
            let nothing = mask.data.iter().sum::<f64>() == 0.0;
            if let Some(weight) = bad.or(mask.data.first().filter(|_| nothing)) {
                let allowed = "finite weights of 0 and more, not all 0";
                return Err(SetupError::new(mask_field, &weight.to_string(), allowed));
            }
            mask.data
        }
        Some(_) | None => Vec::new(),
    };
    let targets = Targets { answers: Matrix::of(rows, target.data), mask: Matrix::of(rows, mask) };
    Ok(Samples { inputs: Matrix::of(rows, input.data), targets })
}

/// What a target has to be, if it is not.
fn wrong_target(setup: &Setup, ends: Ends, number: f64) -> Option<String> {
    match setup.loss {
        Loss::Mse => None,
        Loss::BceWithLogits => (!(0.0..=1.0).contains(&number)).then(|| "probabilities from 0 to 1".to_owned()),
        Loss::SoftmaxCrossEntropy => {
            let is_class = number.fract() == 0.0 && number >= 0.0 && number < ends.outputs.min(256) as f64;
            (!is_class).then(|| format!("class ids from 0 to {}", ends.outputs - 1))
        }
    }
}
