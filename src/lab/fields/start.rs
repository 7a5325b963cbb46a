//! Where it starts.

use super::{ALWAYS, all};
use crate::lab::parameters::{Domain, Group, Parameter, Value};
use crate::nn::{Choice, Skip};

pub static TABLE: &[Parameter] = &[
    Parameter {
        key: "init",
        name: "Weights",
        group: Group::Start,
        help: "How the weights are drawn before training. On the way back the gradient is multiplied by them.",
        domain: Domain::Choice(all::<crate::nn::Init>),
        get: |setup| Value::Choice(setup.init.id()),
        set: |setup, value| value.choice(&mut setup.init),
        applies: ALWAYS,
    },
    Parameter {
        key: "scale",
        name: "Scale",
        group: Group::Start,
        help: "The start's one knob.",
        domain: Domain::Number { min: 0.0, max: 1000.0, log: true },
        get: |setup| Value::Number(setup.scale),
        set: |setup, value| value.number(&mut setup.scale),
        applies: |setup| setup.init.scale().is_some(),
    },
    Parameter {
        key: "bias_variance",
        name: "Bias variance",
        group: Group::Start,
        help: "sigma_b^2: the variance of the biases at the start. 0 starts them at 0.",
        domain: Domain::Number { min: 0.0, max: 100.0, log: true },
        get: |setup| Value::Number(setup.bias_variance),
        set: |setup, value| value.number(&mut setup.bias_variance),
        applies: |setup| setup.init.has_bias_variance(),
    },
    Parameter {
        key: "gate_bias",
        name: "Gate bias",
        group: Group::Start,
        help: "What the biases of the gates start at: -2 carries most of the input past.",
        domain: Domain::Number { min: -10.0, max: 10.0, log: false },
        get: |setup| Value::Number(setup.gate_bias),
        set: |setup, value| value.number(&mut setup.gate_bias),
        applies: |setup| setup.skip == Skip::Highway,
    },
    Parameter {
        key: "seed",
        name: "Seed",
        group: Group::Start,
        help: "Where all chance comes from: the same seed gives the same data, start and order of samples.",
        domain: Domain::Integer { min: 0, max: u32::MAX },
        get: |setup| Value::Integer(setup.seed),
        set: |setup, value| value.integer(&mut setup.seed),
        applies: ALWAYS,
    },
];
