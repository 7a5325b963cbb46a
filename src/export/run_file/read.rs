//! JSON -> run.

use super::tensor::{self, Tensor};
use super::{FORMAT, VERSION, config, tensor_name};
use crate::export::json::Json;
use crate::lab::data::{Data, Samples};
use crate::lab::parameters::Parameter;
use crate::lab::run::{Run, task_data};
use crate::lab::{Experiment, Setup, SetupError};
use crate::link;
use crate::nn::{Linear, Loss, Matrix, Network, Precision, Real, Targets};
use crate::task::Task;

/// Opens a run file that has been parsed. With a `setup` the run is restored exactly; a file from elsewhere may leave it
/// out and is then run from its `config`, `parameters` and own `batches` (or its one `batch`, over and over).
pub fn read(file: &Json, digits: Option<&[u8]>) -> Result<Box<dyn Run>, SetupError> {
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
    let setup = match (setup, file.get("config")) {
        (Some(setup), Some(config)) => {
            config::check(config, &setup)?;
            setup
        }
        (Some(setup), None) => setup,
        (None, Some(config)) => with_width(config::to_setup(config)?, file)?,
        (None, None) => return Err(SetupError::new("config", "nothing", "a config, or a setup")),
    };
    let contents = contents(file, setup, restored)?;
    match contents.setup.precision {
        Precision::F32 => open::<f32>(contents, digits),
        Precision::F64 => open::<f64>(contents, digits),
    }
}

/// The error for a text that is no JSON.
pub fn no_json(message: &str) -> SetupError {
    SetupError::new("run file", &format!("no JSON: {message}"), "a JSON object")
}

/// The task that a run file asks for: whoever opens it may have to get the digits first.
pub fn task(file: &Json) -> Task {
    file.get("setup").and_then(|setup| read_setup(setup).ok()).unwrap_or_default().task
}

/// What a file says, in f64 whatever its precision.
struct Contents {
    setup: Setup,
    step: u64,
    layers: Vec<Linear<f64>>,
    /// Own batches, if the data are not those of the Setup's task.
    batches: Option<Vec<Samples<f64>>>,
}

fn contents(file: &Json, setup: Setup, restored: bool) -> Result<Contents, SetupError> {
    let step = match file.get("step") {
        None => 0,
        Some(Json::Whole(step)) => *step,
        Some(step) => {
            return Err(SetupError::new("step", &step.describe(), "a whole number: the updates done so far"));
        }
    };
    let layers = read_layers(file, &setup)?;
    let (inputs, outputs) = (layers[0].inputs(), layers[layers.len() - 1].outputs());
    let shape = setup.shape_between(inputs, outputs);
    let batch = |value: &Json, field: &str| {
        let batch = read_batch(value, field, &setup, inputs, outputs)?;
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
    Ok(Contents { setup, step, layers, batches })
}

fn open<R: Real>(contents: Contents, digits: Option<&[u8]>) -> Result<Box<dyn Run>, SetupError> {
    let Contents { setup, step, layers, batches } = contents;
    let layers: Vec<Linear<R>> = layers.iter().map(Linear::to).collect();
    let mut run = match batches {
        None => Experiment::new(&setup, task_data(&setup, digits)?, None),
        Some(batches) => {
            let batches: Vec<Samples<R>> = batches.iter().map(Samples::to).collect();
            let data = Data::of_batches(&batches, setup.loss, layers[layers.len() - 1].outputs());
            let network = Network { activation: setup.activation, layers: layers.clone() };
            Experiment::starting_from(&setup, data, Some(batches), network)
        }
    };
    run.resume(step, layers);
    Ok(Box::new(run))
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

/// The width is not in a config: the first tensor has it.
fn with_width(setup: Setup, file: &Json) -> Result<Setup, SetupError> {
    let first = read_tensor(file, "block1.linear0.weight", setup.precision)?;
    let width = first.shape.first().map_or_else(String::new, usize::to_string);
    setup
        .changed("width", &width)
        .map_err(|error| SetupError { field: "parameters.block1.linear0.weight".to_owned(), ..error })
}

fn read_tensor(file: &Json, name: &str, precision: Precision) -> Result<Tensor, SetupError> {
    let field = format!("parameters.{name}");
    let value = file.get("parameters").and_then(|parameters| parameters.get(name));
    let value = value.ok_or_else(|| SetupError::new(field.as_str(), "nothing", "a tensor"))?;
    tensor::read(value, &field, precision)
}

/// The parameters, layer by layer: all hidden layers have the Setup's width, only the ends are free.
fn read_layers(file: &Json, setup: &Setup) -> Result<Vec<Linear<f64>>, SetupError> {
    let (depth, width) = (setup.depth as usize, setup.width as usize);
    let mut names = Vec::with_capacity(2 * depth + 2);
    let mut layers = Vec::with_capacity(depth + 1);
    for layer in 0..=depth {
        let base = tensor_name(layer, depth + 1);
        let (weight_name, bias_name) = (format!("{base}.weight"), format!("{base}.bias"));
        let weight = read_tensor(file, &weight_name, setup.precision)?;
        let inputs = if layer == 0 { None } else { Some(width) };
        let outputs = if layer == depth { None } else { Some(width) };
        let fits = |got: usize, expected: Option<usize>| got > 0 && expected.is_none_or(|expected| got == expected);
        let [out, input] = weight.shape[..] else {
            return Err(wrong_shape(&weight_name, &weight.shape, "[outputs, inputs]"));
        };
        if !(fits(out, outputs) && fits(input, inputs)) {
            let length = |length: Option<usize>| length.map_or("any".to_owned(), |length| length.to_string());
            let expected = format!("[{}, {}]", length(outputs), length(inputs));
            return Err(wrong_shape(&weight_name, &weight.shape, &expected));
        }
        let bias = read_tensor(file, &bias_name, setup.precision)?;
        if bias.shape != [out] {
            return Err(wrong_shape(&bias_name, &bias.shape, &format!("[{out}]")));
        }
        layers.push(Linear { weight: Matrix::from_rows(input, weight.data), bias: bias.data });
        names.extend([weight_name, bias_name]);
    }
    let given = file.get("parameters").map_or(&[][..], Json::fields);
    match given.iter().find(|(name, _)| !names.contains(name)) {
        Some((name, _)) => {
            Err(SetupError::new(format!("parameters.{name}"), "a tensor", "nothing: the config has no such layer"))
        }
        None => Ok(layers),
    }
}

fn wrong_shape(name: &str, got: &[usize], expected: &str) -> SetupError {
    SetupError::new(format!("parameters.{name}"), &format!("the shape {got:?}"), format!("the shape {expected}"))
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
