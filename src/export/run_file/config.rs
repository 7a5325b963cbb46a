//! The config of a run file: the network and its step in terms that any framework knows.

use serde_json::{Value, json};

use super::tensor::{describe, plain};
use crate::lab::{Setup, SetupError};
use crate::nn::Choice;

/// The config of a Setup.
pub fn of(setup: &Setup) -> Value {
    json!({
        "kind": "mlp",
        "precision": setup.precision.id(),
        "loss": setup.loss.id(),
        "activation": setup.activation.id(),
        "depth": setup.depth,
        "block": ["linear", "act"],
        "norm": "none",
        "residual": false,
        "residual_scale": 1.0,
        "after_add": [],
        "final": [],
        "clip": null,
        "optimizer": { "kind": "sgd", "lr": setup.lr, "weight_decay": 0.0 },
    })
}

/// The fields of a Setup that a config decides, as (field of the config, field of the Setup).
const SHARED: [(&str, &str); 5] = [
    ("/precision", "precision"),
    ("/loss", "loss"),
    ("/activation", "activation"),
    ("/depth", "depth"),
    ("/optimizer/lr", "lr"),
];

/// The Setup of a config that came without one; what a config does not say keeps its default.
pub fn to_setup(config: &Value) -> Result<Setup, SetupError> {
    let mut setup = Setup::default();
    for (pointer, key) in SHARED {
        let value = config.pointer(pointer).ok_or_else(|| missing(pointer))?;
        setup = setup.changed(key, &plain(value)).map_err(|error| SetupError { field: name(pointer), ..error })?;
    }
    check(config, &setup)?;
    Ok(setup)
}

/// Whether a config says what this Setup says, and nothing else.
pub fn check(config: &Value, setup: &Setup) -> Result<(), SetupError> {
    compare(config, &of(setup), "config")
}

/// What is given must be what is expected; what is left out means its default.
fn compare(given: &Value, expected: &Value, field: &str) -> Result<(), SetupError> {
    let wrong = || SetupError::new(field, &describe(given), describe(expected));
    match (given, expected) {
        (Value::Object(given), Value::Object(expected)) => {
            for (key, value) in given {
                let field = format!("{field}.{key}");
                match expected.get(key) {
                    Some(expected) => compare(value, expected, &field)?,
                    None => return Err(SetupError::new(field, &describe(value), "not here: no such field")),
                }
            }
            Ok(())
        }
        (Value::Number(given), Value::Number(expected)) if given.as_f64() == expected.as_f64() => Ok(()),
        _ if given == expected => Ok(()),
        _ => Err(wrong()),
    }
}

fn name(pointer: &str) -> String {
    format!("config{}", pointer.replace('/', "."))
}

fn missing(pointer: &str) -> SetupError {
    SetupError::new(name(pointer), "nothing", "a value: there is no setup to take it from")
}
