//! Setup <-> link query. Defaults are left out; what is unknown or bad is reported, never ignored.

use crate::lab::parameters::Parameter;
use crate::lab::setup::NO_EFFECT;
use crate::lab::{Setup, SetupError};

/// The version of the meaning of a link, written into each. A link without one is of version 1.
pub const VERSION: &str = "1";

/// What a query says.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    /// The Setup: what could be read, and defaults for the rest.
    pub setup: Setup,
    /// What could not be used, field by field.
    pub problems: Vec<SetupError>,
}

/// Reads a query such as `v=1&depth=10`, with or without the `?`. A key that is left out means its default.
pub fn parse(query: &str) -> Parsed {
    let pairs: Vec<_> = form_urlencoded::parse(query.trim_start_matches('?').as_bytes()).collect();
    let mut problems = Vec::new();
    let mut given: Vec<&Parameter> = Vec::new();
    // The task comes first, wherever it stands: the defaults of other fields depend on it.
    let mut setup = Setup::default();
    let (task, others): (Vec<_>, Vec<_>) = pairs.iter().partition(|(key, _)| key == "task");
    for (key, value) in task.into_iter().chain(others) {
        if key == "v" {
            if value != VERSION {
                problems.push(SetupError::new("v", value, VERSION));
            }
            continue;
        }
        let result = Parameter::find(key).and_then(|parameter| {
            if given.iter().any(|other| other.key == parameter.key) {
                return Err(SetupError::new(key.as_ref(), &format!("a second value, {value}"), "one value"));
            }
            given.push(parameter);
            (parameter.set)(&mut setup, &parameter.parse(value)?);
            if parameter.key == "task" {
                setup = Setup::for_task(setup.task);
            }
            Ok(())
        });
        problems.extend(result.err());
    }
    for parameter in given {
        let (value, default) = ((parameter.get)(&setup), (parameter.get)(&Setup::for_task(setup.task)));
        if !(parameter.applies)(&setup) && value != default {
            problems.push(SetupError::new(parameter.key, &value.to_string(), NO_EFFECT));
        }
    }
    setup.forget_what_does_not_apply();
    problems.extend(make_valid(&mut setup));
    Parsed { setup, problems }
}

/// Gives fields that do not fit together their defaults until they do, and says why.
fn make_valid(setup: &mut Setup) -> Vec<SetupError> {
    let default = Setup::for_task(setup.task);
    let mut problems: Vec<SetupError> = Vec::new();
    while let Err(problem) = setup.validate() {
        match problem.field.as_str() {
            "loss" => setup.loss = default.loss,
            "kind" => setup.kind = default.kind,
            "order" => setup.order = default.order,
            "recurrent_init" => setup.recurrent_init = default.recurrent_init,
            "frozen" => setup.frozen.clone_from(&default.frozen),
            _ if setup.batch != default.batch => setup.batch = default.batch,
            _ if (setup.depth, setup.width) != (default.depth, default.width) => {
                (setup.depth, setup.width) = (default.depth, default.width);
            }
            _ => *setup = default.clone(),
        }
        if problems.iter().all(|other| other.field != problem.field) {
            problems.push(problem);
        }
    }
    problems
}

/// The query of a Setup: short, and the same Setup when read again.
pub fn format(setup: &Setup) -> String {
    let default = Setup::for_task(setup.task);
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("v", VERSION);
    for parameter in Parameter::all() {
        let value = (parameter.get)(setup);
        let is_default = value == (parameter.get)(&default);
        let names_the_task = parameter.key == "task" && setup.task != Setup::default().task;
        if (parameter.applies)(setup) && (!is_default || names_the_task) {
            query.append_pair(parameter.key, &value.to_string());
        }
    }
    query.finish()
}
