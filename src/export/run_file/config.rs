//! The config of a run file: the network and its step in terms that any framework knows.

use crate::export::json::Json;
use crate::lab::{Setup, SetupError};
use crate::nn::Choice;

/// The config of a Setup.
pub fn of(setup: &Setup) -> Json {
    map([
        ("activation", Json::from(setup.activation.id())),
        ("after_add", Json::List(Vec::new())),
        ("block", Json::List(vec![Json::from("linear"), Json::from("act")])),
        ("clip", Json::Null),
        ("depth", Json::Whole(setup.depth.into())),
        ("final", Json::List(Vec::new())),
        ("kind", Json::from("mlp")),
        ("loss", Json::from(setup.loss.id())),
        ("norm", Json::from("none")),
        ("optimizer", optimizer(setup)),
        ("precision", Json::from(setup.precision.id())),
        ("residual", Json::Bool(false)),
        ("residual_scale", Json::Number(1.0)),
    ])
}

fn optimizer(setup: &Setup) -> Json {
    map([("kind", Json::from("sgd")), ("lr", Json::Number(setup.lr)), ("weight_decay", Json::Number(0.0))])
}

fn map<const N: usize>(fields: [(&str, Json); N]) -> Json {
    Json::Map(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// The fields of a Setup that a config decides, as (field of the config, field of the Setup).
const SHARED: [(&str, &str); 5] = [
    ("precision", "precision"),
    ("loss", "loss"),
    ("activation", "activation"),
    ("depth", "depth"),
    ("optimizer.lr", "lr"),
];

/// The Setup of a config that came without one; what a config does not say keeps its default.
pub fn to_setup(config: &Json) -> Result<Setup, SetupError> {
    let mut setup = Setup::default();
    for (path, key) in SHARED {
        let field = format!("config.{path}");
        let value = path
            .split('.')
            .try_fold(config, |json, name| json.get(name))
            .ok_or_else(|| SetupError::new(field.as_str(), "nothing", "a value: there is no setup to take it from"))?;
        setup = setup.changed(key, &value.describe()).map_err(|error| SetupError { field, ..error })?;
    }
    check(config, &setup)?;
    Ok(setup)
}

/// Whether a config says what this Setup says, and nothing else.
pub fn check(config: &Json, setup: &Setup) -> Result<(), SetupError> {
    compare(config, &of(setup), "config")
}

/// What is given must be what is expected; what is left out means its default.
fn compare(given: &Json, expected: &Json, field: &str) -> Result<(), SetupError> {
    let (Json::Map(given), Json::Map(_)) = (given, expected) else { return given.expect(expected, field) };
    for (key, value) in given {
        let field = format!("{field}.{key}");
        match expected.get(key) {
            Some(expected) => compare(value, expected, &field)?,
            None => return Err(SetupError::new(field, &value.describe(), "not here: no such field")),
        }
    }
    Ok(())
}
