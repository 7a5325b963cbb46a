//! What is learned.

use super::{ALWAYS, all};
use crate::lab::Setup;
use crate::lab::parameters::{Domain, Group, Parameter, Value};
use crate::nn::{Choice, on_demand};

const IF_DRAWN: fn(&Setup) -> bool = |setup| setup.task.file().is_none();

pub static TABLE: &[Parameter] = &[
    Parameter {
        key: "task",
        name: "Data",
        group: Group::Task,
        help: on_demand("What the network is to learn."),
        domain: Domain::Choice(all::<crate::task::Task>),
        get: |setup| Value::Choice(setup.task.id()),
        set: |setup, value| value.choice(&mut setup.task),
        applies: ALWAYS,
    },
    Parameter {
        key: "noise",
        name: "Noise",
        group: Group::Task,
        help: on_demand("Standard deviation of the normal noise that is added to the data."),
        domain: Domain::Number { min: 0.0, max: 1.0, log: false },
        get: |setup| Value::Number(setup.noise),
        set: |setup, value| value.number(&mut setup.noise),
        applies: IF_DRAWN,
    },
    Parameter {
        key: "samples",
        name: "Samples",
        group: Group::Task,
        help: on_demand("How many samples are drawn, training and test together."),
        domain: Domain::Integer { min: 4, max: 4000 },
        get: |setup| Value::Integer(setup.samples),
        set: |setup, value| value.integer(&mut setup.samples),
        applies: IF_DRAWN,
    },
    Parameter {
        key: "test",
        name: "Test share",
        group: Group::Task,
        help: on_demand("Share of the samples that is kept back to test what was learned."),
        domain: Domain::Number { min: 0.0, max: 0.5, log: false },
        get: |setup| Value::Number(setup.test),
        set: |setup, value| value.number(&mut setup.test),
        applies: ALWAYS,
    },
    Parameter {
        key: "lag",
        name: "Lag",
        group: Group::Task,
        help: on_demand("How many steps lie between what has to be remembered and the answer."),
        domain: Domain::Integer { min: 1, max: 495 },
        get: |setup| Value::Integer(setup.lag),
        set: |setup, value| value.integer(&mut setup.lag),
        applies: |setup| setup.task.is_sequence(),
    },
];
